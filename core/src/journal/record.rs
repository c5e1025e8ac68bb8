//! One record: one acknowledged change.
//!
//! ```text
//! u16 length · u32 number · u8 mode · u16 n · match part (n) · diary part
//! ```
//! Records begin at multiples of 32 bytes. The associated data of the match part holds the whole
//! diary part, so that a record opens as a whole or not at all.

use zeroize::Zeroizing;

use super::keys::Segment;
use crate::error::{Error, Result};
use crate::seal::{BOX_OVERHEAD, InboxKey, Random, SEAL_OVERHEAD, Secret, box_for};
use crate::wire::Reader;

/// How the diary part of a record is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// There is none: what earlier records said of the readable part holds.
    Unchanged = 0,
    /// Sealed under the diary key of the file.
    Sealed = 1,
    /// Boxed to the inbox by a locked phone.
    Boxed = 2,
    /// There is none any more: it was hidden.
    Dropped = 3,
}

/// The readable part of a record to be written.
pub(crate) enum Readable<'a> {
    Unchanged,
    Dropped,
    Sealed(&'a Secret, &'a [u8]),
    Boxed(&'a [u8; 32], &'a [u8]),
}

/// A record that was read and whose match part opened.
pub(crate) struct Record {
    pub(crate) number: u32,
    pub(crate) mode: Mode,
    /// Where it begins in its file, and its length without padding.
    pub(crate) place: u32,
    pub(crate) length: u32,
    /// The opened match part.
    pub(crate) matching: Zeroizing<Vec<u8>>,
    /// The diary part as it lies in the file.
    pub(crate) diary: Vec<u8>,
}

impl Record {
    /// The bytes of one record, padded to the next boundary.
    pub(crate) fn encode(
        segment: &Segment,
        random: &mut dyn Random,
        number: u32,
        matching: &[u8],
        readable: &Readable<'_>,
    ) -> Result<Vec<u8>> {
        let mut diary = Vec::new();
        let mode = match readable {
            Readable::Unchanged => Mode::Unchanged,
            Readable::Dropped => Mode::Dropped,
            Readable::Sealed(key, plain) => {
                key.seal(random, &place(segment, number, DIARY, Mode::Sealed), plain, &mut diary);
                Mode::Sealed
            }
            Readable::Boxed(inbox, plain) => {
                let place = place(segment, number, DIARY, Mode::Boxed);
                box_for(inbox, random, &place, plain, &mut diary).ok_or(Error::Damaged)?;
                Mode::Boxed
            }
        };
        let n = matching.len() + SEAL_OVERHEAD;
        let length = HEAD + n + diary.len();
        if length > LONGEST {
            return Err(Error::TooLarge);
        }
        let mut out = Vec::with_capacity(length.next_multiple_of(STEP));
        out.extend_from_slice(&short(length));
        out.extend_from_slice(&number.to_le_bytes());
        out.push(mode as u8);
        out.extend_from_slice(&short(n));
        let place = [&place(segment, number, MATCH, mode)[..], &diary].concat();
        segment.key.seal(random, &place, matching, &mut out);
        out.extend_from_slice(&diary);
        out.resize(length.next_multiple_of(STEP), 0);
        Ok(out)
    }

    /// The record at `place` of a file, if one opens there.
    pub(crate) fn read(segment: &Segment, file: &[u8], at: usize) -> Option<Self> {
        let head = Head::parse(file.get(at..)?)?;
        let Head { number, mode, matching, diary, length } = head;
        let place = [&place(segment, number, MATCH, mode)[..], diary].concat();
        let matching = segment.key.unseal(&place, matching)?;
        Some(Self {
            number,
            mode,
            place: u32::try_from(at).ok()?,
            length: u32::try_from(length).ok()?,
            matching,
            diary: diary.to_vec(),
        })
    }

    /// The readable part, if it was sealed under this key.
    pub(crate) fn unseal(&self, segment: &Segment, key: &Secret) -> Option<Zeroizing<Vec<u8>>> {
        key.unseal(&place(segment, self.number, DIARY, Mode::Sealed), &self.diary)
    }

    /// The readable part, if it was boxed for one of these keys.
    pub(crate) fn unbox(&self, segment: &Segment, keys: &[InboxKey]) -> Option<Zeroizing<Vec<u8>>> {
        let place = place(segment, self.number, DIARY, Mode::Boxed);
        keys.iter().find_map(|key| key.unbox(&place, &self.diary))
    }

    /// The first boundary behind it.
    pub(crate) fn end(&self) -> usize {
        let end = u64::from(self.place) + u64::from(self.length);
        usize::try_from(end.next_multiple_of(STEP as u64)).unwrap_or(usize::MAX)
    }
}

/// The frame of a record, before anything is opened.
pub(super) struct Head<'a> {
    number: u32,
    mode: Mode,
    matching: &'a [u8],
    diary: &'a [u8],
    length: usize,
}

impl<'a> Head<'a> {
    pub(super) fn parse(bytes: &'a [u8]) -> Option<Self> {
        let mut r = Reader::new(bytes);
        let length = usize::from(r.u16().ok()?);
        if !(HEAD + SEAL_OVERHEAD..=LONGEST).contains(&length) {
            return None;
        }
        let number = r.u32().ok()?;
        let mode = match r.u8().ok()? {
            0 => Mode::Unchanged,
            1 => Mode::Sealed,
            2 => Mode::Boxed,
            3 => Mode::Dropped,
            _ => return None,
        };
        let n = usize::from(r.u16().ok()?);
        let matching = r.take(n).ok()?;
        let diary = r.take(length.checked_sub(HEAD + n)?).ok()?;
        let least = match mode {
            Mode::Unchanged | Mode::Dropped => 0..=0,
            Mode::Sealed => SEAL_OVERHEAD..=LONGEST,
            Mode::Boxed => BOX_OVERHEAD..=LONGEST,
        };
        least.contains(&diary.len()).then_some(Self { number, mode, matching, diary, length })
    }
}

fn place(segment: &Segment, number: u32, part: u8, mode: Mode) -> [u8; 31] {
    let mut place = [0; 31];
    place[..24].copy_from_slice(&segment.place());
    place[24..28].copy_from_slice(&number.to_le_bytes());
    place[28] = part;
    place[29] = mode as u8;
    place[30] = VERSION;
    place
}

fn short(n: usize) -> [u8; 2] {
    u16::try_from(n).unwrap_or(u16::MAX).to_le_bytes()
}

const VERSION: u8 = 1;
const MATCH: u8 = 1;
const DIARY: u8 = 2;
const HEAD: usize = 2 + 4 + 1 + 2;
/// No change of a visit comes near this.
const LONGEST: usize = 8192;
/// Records begin at multiples of this.
pub(crate) const STEP: usize = 32;
