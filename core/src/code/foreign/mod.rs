//! Venue codes of other systems: recognised by structure, shown, never verified.

use crate::time::Instant;

/// What another system's venue code says of its venue.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ForeignVenue {
    /// The venue's name, where the format holds it.
    pub name: Option<String>,
    /// Its address, where the format holds it.
    pub address: Option<String>,
    /// Its id in that system.
    pub id: Option<String>,
    /// When the code becomes valid.
    pub from: Option<Instant>,
    /// When it ends.
    pub until: Option<Instant>,
}

pub(crate) struct Found {
    pub(crate) kind: super::Kind,
    pub(crate) venue: Result<ForeignVenue, super::Rule>,
}
pub(crate) fn read(_text: &str) -> Option<Found> {
    None
}
