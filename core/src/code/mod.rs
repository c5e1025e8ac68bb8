//! Scanned codes: what a text is, whose it is, and whether it may check in.

mod category;
mod foreign;
mod inspect;
mod kind;
mod name;
mod other;
mod own;
mod rule;
pub mod typed;
mod venue;

pub use category::Category;
pub use foreign::ForeignVenue;
pub use inspect::{Scan, Scanned, inspect};
pub use kind::{Kind, Trust};
pub use name::{Name, Zone};
pub use other::{Masked, masked};
pub use rule::Rule;
pub use venue::{Venue, VenueKind};
