//! The decoders of this module, for fuzzing and for nothing else: `None` for what is refused,
//! else whether what was accepted is written back the same.
#![doc(hidden)]

use super::Found;
use super::keys::{DiaryKeys, MatchKeys, Segment};
use super::record::Head;
use super::ring::{Frame, Kind};
use crate::seal::Secret;
use crate::time::Day;

/// A ring's clear parts.
#[must_use]
pub fn ring(bytes: &[u8]) -> bool {
    Frame::parse(Kind::Match, bytes).is_ok() | Frame::parse(Kind::Diary, bytes).is_ok()
}

/// The opened body of a match ring.
#[must_use]
pub fn match_keys(bytes: &[u8]) -> Option<bool> {
    Some(MatchKeys::decode(bytes).ok()?.encode().as_slice() == bytes)
}

/// The opened body of a diary ring.
#[must_use]
pub fn diary_keys(bytes: &[u8]) -> Option<bool> {
    Some(DiaryKeys::decode(bytes).ok()?.encode().as_slice() == bytes)
}

/// The frame of a record.
#[must_use]
pub fn record(bytes: &[u8]) -> bool {
    Head::parse(bytes).is_some()
}

/// A whole file of records, of a day whose ring says so much; the number of records.
#[must_use]
pub fn day(bytes: &[u8], count: u32, vouched: u32) -> usize {
    let key = Secret::from_slice(&[7; Secret::LEN]).expect("the length is right");
    let (name, id, hash) = ([1; 8], [2; 8], [0; 32]);
    let day = Day::from_number(20_778);
    let segment = Segment {
        day,
        generation: 0,
        name,
        id,
        key,
        count,
        bytes: vouched,
        hash,
        ended: false,
        loose: false,
    };
    Found::scan(&segment, bytes.to_vec(), |_, _, _| {}).records.len()
}
