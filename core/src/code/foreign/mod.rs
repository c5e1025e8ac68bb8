//! Venue codes of other systems: recognised by structure, shown, never verified.
//!
//! Signatures and key ids of other systems are not checked: nobody here holds their keys, so a
//! good signature would prove nothing. A text that begins like a kind but breaks its rules is
//! damaged, with the rule named.

mod base64;
mod clea;
mod covid_alert;
mod crowdnotifier;
mod cwa;
mod display;
mod leavehomesafe;
mod link;
mod luca;
mod nhs;
mod nsw;
mod nz;
mod protobuf;
mod safeentry;
mod trace_location;

use self::link::Link;
use super::{Kind, Rule};
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

/// A text that begins like another system's venue code.
pub(crate) struct Found {
    pub(crate) kind: Kind,
    /// What it says, or the rule that it breaks.
    pub(crate) venue: Result<ForeignVenue, Rule>,
}

/// Reads another system's venue code; `None` if the text begins like none of them.
///
/// A payload's own prefix decides first, wherever it stands; then the host. Hosts exclude each
/// other, but for CrowdNotifier, whose hosts are recognised by their shape alone and come last.
pub(crate) fn read(text: &str) -> Option<Found> {
    let text = text.trim_ascii();
    let (kind, read) = recognise(text)?;
    let venue = if text.len() > MAX_LEN { Err(Rule::ForeignLength) } else { read.venue() };
    Some(Found { kind, venue })
}

/// The part of a text that its kind still has to read.
enum Rest<'a> {
    Payload(fn(&str) -> Result<ForeignVenue, Rule>, &'a str),
    Link(fn(&Link<'_>) -> Result<ForeignVenue, Rule>, Link<'a>),
}

impl Rest<'_> {
    fn venue(self) -> Result<ForeignVenue, Rule> {
        match self {
            Self::Payload(read, payload) => read(payload),
            Self::Link(read, link) => read(&link),
        }
    }
}

fn recognise(text: &str) -> Option<(Kind, Rest<'_>)> {
    if let Some(payload) = text.strip_prefix(nhs::PREFIX) {
        return Some((Kind::Nhs, Rest::Payload(nhs::read, payload)));
    }
    if let Some(payload) = text.strip_prefix(nz::PREFIX) {
        return Some((Kind::Nz, Rest::Payload(nz::read, payload)));
    }
    if let Some(payload) = text.strip_prefix(leavehomesafe::PREFIX) {
        return Some((Kind::LeaveHomeSafe, Rest::Payload(leavehomesafe::read, payload)));
    }
    let link = Link::parse(text)?;
    if let Some(payload) = nz::in_link(&link) {
        return Some((Kind::Nz, Rest::Payload(nz::read_linked, payload)));
    }
    let (kind, read): (_, fn(&Link<'_>) -> _) = match () {
        () if cwa::begins(&link) => (Kind::Cwa, cwa::read),
        () if clea::begins(&link) => (Kind::Clea, clea::read),
        () if covid_alert::begins(&link) => (Kind::CovidAlert, covid_alert::read),
        () if nsw::begins(&link) => (Kind::Nsw, nsw::read),
        () if luca::begins(&link) => (Kind::Luca, luca::read),
        () if safeentry::begins(&link) => (Kind::SafeEntry, safeentry::read),
        () if crowdnotifier::begins(&link) => (Kind::CrowdNotifier, crowdnotifier::read),
        () => return None,
    };
    Some((kind, Rest::Link(read, link)))
}

/// The most that a QR symbol holds of anything but digits. Longer texts are not worth the time.
const MAX_LEN: usize = 4296;
