//! The decoders and encoders of this module, for fuzzing and vectors and for nothing else: `None` for what is refused,
//! else whether what was accepted is written back the same.
#![doc(hidden)]

use zeroize::Zeroizing;

use super::keys::{DiaryKeys, MatchKeys, Segment};
use super::readable::Proven;
use super::record::{Head, Record};
use super::ring::{Frame, Kind, Ring};
use super::{Found, Unlocked, Wrapped};
use crate::seal::{InboxKey, Nonces, Random, Secret};
use crate::time::Day;

pub use super::record::Readable;

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
    let file = File { name: [1; 8], id: [2; 8], day: 20_778, generation: 0, key };
    let segment = Segment { count, bytes: vouched, ..file.segment() };
    Found::scan(&segment, bytes.to_vec(), usize::MAX, |_, _, _| {}).records.len()
}

/// A ring opened: the note in it, its sequence and its body.
#[must_use]
pub fn open_ring(
    matching: bool,
    bytes: &[u8],
    secret: &Secret,
) -> Option<(Vec<u8>, u64, Zeroizing<Vec<u8>>)> {
    let frame = Frame::parse(kind(matching), bytes).ok()?;
    let (sequence, body) = frame.open(secret)?;
    Some((frame.wrapping().to_vec(), sequence, body))
}

/// The bytes of a ring.
#[must_use]
pub fn write_ring(
    matching: bool,
    wrapped: Wrapped,
    sequence: u64,
    body: &[u8],
    random: &mut dyn Random,
) -> Option<Vec<u8>> {
    Some(Ring::new(kind(matching), wrapped).ok()?.frame_as(sequence, random, body))
}

/// What the parts of a record are bound to, and the key of its match part.
pub struct File {
    /// The file's name.
    pub name: [u8; 8],
    /// Its id.
    pub id: [u8; 8],
    /// Its day.
    pub day: u32,
    /// Which file of the day.
    pub generation: u32,
    /// The match key.
    pub key: Secret,
}

impl File {
    fn segment(&self) -> Segment {
        Segment {
            day: Day::from_number(self.day),
            generation: self.generation,
            name: self.name,
            id: self.id,
            key: self.key.duplicate(),
            count: 0,
            bytes: 0,
            hash: [0; 32],
            ended: false,
            loose: false,
        }
    }

    /// The bytes of a record.
    #[must_use]
    pub fn write(
        &self,
        random: &mut dyn Random,
        number: u32,
        matching: &[u8],
        readable: &Readable<'_>,
    ) -> Option<Vec<u8>> {
        Record::encode(&self.segment(), &mut Nonces::random(random), number, matching, readable)
            .ok()
    }

    /// The first record of a file: number, mode, match part, and the readable part if one of
    /// these keys opens it.
    #[must_use]
    pub fn read(&self, bytes: &[u8], diary: Secret, inbox: Secret) -> Option<Opened> {
        let segment = self.segment();
        let mut matching = None;
        let found = Found::scan(&segment, bytes.to_vec(), usize::MAX, |number, _, plain| {
            if number == 0 {
                matching = Some(plain.to_vec());
            }
        });
        let keys = DiaryKeys {
            inbox: vec![InboxKey::from_secret(inbox)],
            state: Zeroizing::default(),
            days: vec![(self.id, diary)],
        };
        let record = found.records.first()?;
        let segments = std::slice::from_ref(&segment);
        let unlocked = Unlocked { segments, keys: &keys, proven: &Proven::default() };
        let readable = unlocked.reader(&self.id, &found)?.open(0).map(<[u8]>::to_vec);
        Some(Opened {
            number: record.number,
            mode: record.mode as u8,
            matching: matching?,
            readable,
        })
    }
}

/// A record that opened.
pub struct Opened {
    /// Its number.
    pub number: u32,
    /// Its mode.
    pub mode: u8,
    /// Its match part.
    pub matching: Vec<u8>,
    /// Its readable part.
    pub readable: Option<Vec<u8>>,
}

fn kind(matching: bool) -> Kind {
    if matching { Kind::Match } else { Kind::Diary }
}
