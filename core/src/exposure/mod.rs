//! Whether a visit met a published window: one pure function, the same on every phone.

mod contact;
mod remind;

pub use contact::{Contact, Risk, Stay, contacts};
pub use remind::{after_quiet, next_reminder};
