//! The decoders of this module, for fuzzing and for nothing else: `None` for what is refused,
//! else whether what was accepted is written back the same.
#![doc(hidden)]

use super::own::Own;
use super::parts::{Facts, Words};
use super::settings::{Settings, decode_companions, encode_companions};
use super::warning::Warning;

/// An opened match part.
#[must_use]
pub fn facts(bytes: &[u8]) -> Option<bool> {
    Some(Facts::decode(bytes).ok()?.encode().as_slice() == bytes)
}

/// An opened match part that is a warning.
#[must_use]
pub fn warning(bytes: &[u8]) -> Option<bool> {
    Some(Warning::decode(bytes).ok()?.encode().as_slice() == bytes)
}

/// An opened diary part.
#[must_use]
pub fn words(bytes: &[u8]) -> Option<bool> {
    Some(Words::decode(bytes).ok()?.encode().as_slice() == bytes)
}

/// The diary's state in the match ring; spare bits are not kept.
#[must_use]
pub fn settings(bytes: &[u8]) -> bool {
    Settings::decode(bytes).is_ok()
}

/// The companions in the diary ring.
#[must_use]
pub fn companions(bytes: &[u8]) -> Option<bool> {
    let companions = decode_companions(bytes).ok().filter(|_| !bytes.is_empty())?;
    Some(encode_companions(&companions).as_slice() == bytes)
}

/// The diary's state in the diary ring: companions, and what became of shares.
#[must_use]
pub fn own(bytes: &[u8]) -> Option<bool> {
    let own = Own::decode(bytes).ok().filter(|_| !bytes.is_empty())?;
    Some(own.encode().as_slice() == bytes)
}

/// An opened export.
#[must_use]
pub fn export(bytes: &[u8]) -> Option<bool> {
    super::export::probe(bytes)
}
