//! The core for Kotlin, Swift and Python: convert, call, convert, and no ideas.
//!
//! Every record of the core is taken apart completely here, so that a new field fails to compile
//! instead of being forgotten. Ids and numbers are signed, days are `2026-11-21`, names of
//! authorities, venues and receipts are hexadecimal; bytes go in and come out of calls but lie in no
//! record, for two equal records must be equal in every language.
//!
//! Calls go down only: nothing in here calls back, starts a thread or keeps one waiting for another,
//! and one that the core starts to read a large diary ends before the call does. Every call blocks
//! until what it did is durable; the façades move it off the main thread.

uniffi::setup_scaffolding!();

#[cfg(all(target_os = "android", not(target_arch = "arm")))]
extern crate unwinding as _;

mod alerts;
mod clock;
mod code;
mod diary;
mod error;
mod keys;
mod mirror;
mod scanner;
mod share;
mod sync;
mod visit;

pub use alerts::*;
pub use clock::*;
pub use code::*;
pub use diary::*;
pub use error::*;
pub use keys::*;
pub use scanner::*;
pub use share::*;
pub use sync::*;
pub use visit::*;
