//! Builds the core's libraries for phones, and checks and weighs what it built.
//!
//! What is built for which phone is one table, [`target::TARGETS`]. Every library is read again
//! from its bytes after it was built: what it asks of the system, what it shows to others, what it
//! tells of the machine that built it. `docs/phone-libraries.md` says why each of these matters.

pub mod build;
pub mod check;
mod failed;
pub mod sizes;
pub mod target;
pub mod weigh;

pub use failed::Failed;
