//! Vaora: an offline-first check-in and exposure-warning core for phones.
//!
//! Everything a phone needs is here, and the formats that phone and health authority share.
//! The core has no clock, no hidden input or output and no `unsafe`: time, bytes and keys go
//! in, values come out. The byte-exact law of every format is `docs/formats.md`.

pub mod area;
pub mod code;
pub mod exposure;
pub mod list;
pub mod scan;
pub mod share;
pub mod sync;
pub mod text;
pub mod time;
pub mod trust;

mod abreast;
pub mod diary;
mod error;
pub mod journal;
pub mod seal;
mod wire;

pub use error::{Error, Result};
