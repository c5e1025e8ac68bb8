//! One record: one acknowledged change.
//!
//! ```text
//! u16 length · u32 number · u8 mode · u16 n · match part (n) · diary part
//! ```
//! Records begin at multiples of 32 bytes. The associated data of the match part holds the whole
//! diary part, so that a record opens as a whole or not at all.

use super::keys::Segment;
use crate::error::{Error, Result};
use crate::seal::{BOX_OVERHEAD, Nonces, Opener, SEAL_OVERHEAD, Secret, box_for};
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
pub enum Readable<'a> {
    /// None: what was said before holds.
    Unchanged,
    /// None any more.
    Dropped,
    /// To be sealed under the file's diary key.
    Sealed(&'a Secret, &'a [u8]),
    /// To be boxed to the inbox with this public half.
    Boxed(&'a [u8; 32], &'a [u8]),
}

/// A record that was read and whose match part opened. Its bytes stay in its file.
pub(crate) struct Record {
    pub(crate) number: u32,
    pub(crate) mode: Mode,
    /// Where it begins in its file, and its length without padding.
    pub(crate) place: u32,
    pub(crate) length: u32,
    /// Where in it the diary part begins.
    diary: u32,
}

impl Record {
    /// The bytes of one record, padded to the next boundary.
    pub(crate) fn encode(
        segment: &Segment,
        nonces: &mut Nonces<'_>,
        number: u32,
        matching: &[u8],
        readable: &Readable<'_>,
    ) -> Result<Vec<u8>> {
        let mut diary = Vec::new();
        let mode = match readable {
            Readable::Unchanged => Mode::Unchanged,
            Readable::Dropped => Mode::Dropped,
            Readable::Sealed(key, plain) => {
                key.seal(nonces, &place(segment, number, DIARY, Mode::Sealed), plain, &mut diary);
                Mode::Sealed
            }
            Readable::Boxed(inbox, plain) => {
                let place = place(segment, number, DIARY, Mode::Boxed);
                box_for(inbox, nonces.source(), &place, plain, &mut diary).ok_or(Error::Damaged)?;
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
        segment.key.seal(nonces, &place, matching, &mut out);
        out.extend_from_slice(&diary);
        out.resize(length.next_multiple_of(STEP), 0);
        Ok(out)
    }

    /// The record at a place of a file, if one opens there, and its match part.
    pub(super) fn read<'a>(
        segment: &Segment,
        file: &[u8],
        at: usize,
        opener: &'a mut Opener<'_>,
    ) -> Option<(Self, &'a [u8])> {
        let head = Head::parse(file.get(at..)?)?;
        let place = [&place(segment, head.number, MATCH, head.mode)[..], head.diary].concat();
        let matching = opener.unseal(&place, head.matching)?;
        Some((head.record(at)?, matching))
    }

    /// The record whose frame is at a place of a file; nothing of it is opened.
    pub(super) fn frame(file: &[u8], at: usize) -> Option<Self> {
        Head::parse(file.get(at..)?)?.record(at)
    }

    /// The match part of a record that the ring's hash vouches for, or its beginning.
    pub(super) fn vouched<'a>(
        &self,
        file: &[u8],
        most: usize,
        opener: &'a mut Opener<'_>,
    ) -> Option<&'a [u8]> {
        let sealed = self.bytes(file)?.get(HEAD..index(self.diary))?;
        opener.unseal_vouched(sealed, most)
    }

    /// The diary part as it lies in the file.
    pub(super) fn diary<'a>(&self, file: &'a [u8]) -> Option<&'a [u8]> {
        self.bytes(file)?.get(index(self.diary)..)
    }

    fn bytes<'a>(&self, file: &'a [u8]) -> Option<&'a [u8]> {
        file.get(index(self.place)..)?.get(..index(self.length))
    }

    /// What the diary part is sealed or boxed at.
    pub(super) fn diary_place(&self, segment: &Segment) -> [u8; 31] {
        place(segment, self.number, DIARY, self.mode)
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
        if n < SEAL_OVERHEAD {
            return None;
        }
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

impl Head<'_> {
    fn record(&self, at: usize) -> Option<Record> {
        let Self { number, mode, matching, length, .. } = *self;
        Some(Record {
            number,
            mode,
            place: u32::try_from(at).ok()?,
            length: u32::try_from(length).ok()?,
            diary: u32::try_from(HEAD + matching.len()).ok()?,
        })
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

/// A file is far shorter than any address.
fn index(n: u32) -> usize {
    usize::try_from(n).unwrap_or(usize::MAX)
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
