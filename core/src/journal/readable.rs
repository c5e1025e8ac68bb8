//! Opening the readable parts of a file that was read.

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use zeroize::Zeroizing;

use super::Found;
use super::keys::{DiaryKeys, Segment, SegmentId};
use super::record::{Mode, Record};
use crate::seal::{InboxKey, Opener};

/// Files, by what their vouched bytes hash to, of which every readable part was opened with its
/// tag. The hash in the match ring is not enough for that: who has the match secret but not the
/// diary's could write other bytes and hash them.
#[derive(Default)]
pub(super) struct Proven(Mutex<HashSet<(SegmentId, [u8; 32])>>);

impl Proven {
    fn files(&self) -> MutexGuard<'_, HashSet<(SegmentId, [u8; 32])>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What opens readable parts, of whichever file.
#[derive(Clone, Copy)]
pub(crate) struct Unlocked<'a> {
    pub(super) segments: &'a [Segment],
    pub(super) keys: &'a DiaryKeys,
    pub(super) proven: &'a Proven,
}

impl<'a> Unlocked<'a> {
    /// Opens the readable parts of a file that was read.
    pub(crate) fn reader(self, id: &SegmentId, found: &'a Found) -> Option<Reader<'a>> {
        let Self { segments, keys, proven } = self;
        let segment = segments.iter().find(|s| s.id == *id)?;
        Some(Reader {
            segment,
            found,
            opener: keys.day(id).map(Opener::new),
            inbox: &keys.inbox,
            unboxed: Zeroizing::default(),
            proven,
            is_proven: proven.files().contains(&(*id, segment.hash)),
            genuine: 0,
        })
    }
}

/// Opens readable parts of one file, one after the other.
pub(crate) struct Reader<'a> {
    segment: &'a Segment,
    found: &'a Found,
    opener: Option<Opener<'a>>,
    inbox: &'a [InboxKey],
    /// The part that was opened last, if it was boxed.
    unboxed: Zeroizing<Vec<u8>>,
    proven: &'a Proven,
    is_proven: bool,
    /// The readable parts of so many records, from the first on, were opened with their tags.
    genuine: usize,
}

impl Reader<'_> {
    /// The readable part of a record; `None` if it has none, or none that opens.
    pub(crate) fn open(&mut self, number: usize) -> Option<&[u8]> {
        let record = self.found.records.get(number)?;
        let sealed = record.diary(&self.found.file)?;
        match record.mode {
            Mode::Sealed if self.is_proven && number < self.found.vouched => {
                self.opener.as_mut()?.unseal_vouched(sealed, usize::MAX)
            }
            Mode::Sealed => {
                let place = record.diary_place(self.segment);
                self.opener.as_mut()?.unseal(&place, sealed)?;
                self.note_genuine(number);
                self.opener.as_ref().map(Opener::held)
            }
            Mode::Boxed => {
                let place = record.diary_place(self.segment);
                self.unboxed = self.inbox.iter().find_map(|key| key.unbox(&place, sealed))?;
                Some(&self.unboxed)
            }
            Mode::Unchanged | Mode::Dropped => None,
        }
    }

    /// Once every sealed part below the ring's count was opened, the hash stands for all of them.
    fn note_genuine(&mut self, number: usize) {
        let sealed = |r: &Record| r.mode == Mode::Sealed;
        let Some(records) = self.found.records.get(..self.found.vouched) else { return };
        if self.is_proven
            || number >= records.len()
            || records[self.genuine..number].iter().any(sealed)
        {
            return;
        }
        self.genuine = number + 1;
        if !records[self.genuine..].iter().any(sealed) {
            self.proven.files().insert((self.segment.id, self.segment.hash));
            self.is_proven = true;
        }
    }
}
