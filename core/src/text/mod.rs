//! Text as Vietnamese people write it and cheap readers break it.

pub mod b28;
pub mod hex;
pub(crate) mod nfc;
pub(crate) mod plain;
pub mod reader;
pub mod segments;
pub mod vietnamese;
pub(crate) mod words;

mod misread;
#[cfg(test)]
mod syllables;
