//! Canonical JSON: the payload of most signed documents, so that anyone can audit them.
//!
//! A document is accepted only if writing what was read gives the same bytes again. That one
//! comparison refuses duplicate and unknown keys, other orders, other spellings of numbers and
//! strings, white space and anything behind the end.

use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Refusal;
use crate::text::hex;
use crate::time::Day;

/// Reads a document and checks that it is in its one canonical form.
pub(super) fn read<T: DeserializeOwned + Serialize>(bytes: &[u8]) -> Result<T, Refusal> {
    let document: T = serde_json::from_slice(bytes).map_err(|_| Refusal::Json)?;
    if write(&document) == bytes { Ok(document) } else { Err(Refusal::JsonCanonical) }
}

/// Writes a document: keys in the order of `docs/formats.md`, no white space.
pub(super) fn write<T: Serialize>(document: &T) -> Vec<u8> {
    serde_json::to_vec(document).unwrap_or_default()
}

/// Bytes of a fixed length as lower-case hex.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Hex<const N: usize>(pub(super) [u8; N]);

impl<const N: usize> Serialize for Hex<N> {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&hex::encode(&self.0))
    }
}

impl<'de, const N: usize> Deserialize<'de> for Hex<N> {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = String::deserialize(d)?;
        hex::decode(&text).map(Self).ok_or_else(|| D::Error::custom("not hex"))
    }
}

/// A day as `2026-11-21`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct IsoDay(pub(super) Day);

impl Serialize for IsoDay {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for IsoDay {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = String::deserialize(d)?;
        Day::from_iso(&text).map(Self).ok_or_else(|| D::Error::custom("not a day"))
    }
}

/// An integer below 2⁵³: larger ones are not the same number in every JSON reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Count(pub(super) u64);

impl Serialize for Count {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_u64(self.0)
    }
}

impl<'de> Deserialize<'de> for Count {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let count = u64::deserialize(d)?;
        if count < 1 << 53 { Ok(Self(count)) } else { Err(D::Error::custom("2^53 or more")) }
    }
}

impl Count {
    /// As a smaller integer within bounds, or that refusal: a number out of bounds is told from a
    /// text that is no number.
    pub(super) fn within<T: TryFrom<u64>>(
        self,
        bounds: std::ops::RangeInclusive<u64>,
        refusal: Refusal,
    ) -> Result<T, Refusal> {
        if !bounds.contains(&self.0) {
            return Err(refusal);
        }
        T::try_from(self.0).map_err(|_| refusal)
    }
}
