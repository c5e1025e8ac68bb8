//! Scanned codes: what a text is, whose it is, and whether it may check in.

pub mod category;
mod foreign;
mod kind;
mod rule;
pub mod typed;

pub use foreign::ForeignVenue;
pub use kind::{Kind, Trust};
pub use rule::Rule;
