//! Appending records, and keeping files ready for the days to come.

use std::io;

use zeroize::Zeroizing;

use super::keys::{MOST_SEGMENTS, Segment, SegmentId};
use super::record::{Readable, Record};
use super::{Found, Journal};
use crate::error::{Error, Result};
use crate::seal::{Nonces, Secret};
use crate::time::Day;

/// The readable part of a change.
#[derive(Clone, Copy)]
pub(crate) enum Text<'a> {
    /// As it was.
    Unchanged,
    /// Hidden: gone.
    Dropped,
    /// These bytes: sealed while the diary is unlocked, else boxed to its inbox.
    New(&'a [u8]),
}

/// Where a record was put.
pub(crate) struct Written {
    pub(crate) segment: SegmentId,
    pub(crate) place: u32,
    /// Where the next record goes: what the index reflects once it has seen this one.
    pub(crate) end: u32,
}

impl Journal {
    /// Adds a record to a day. When this returns, it is durable; when it fails, the record does
    /// not count, not even after the next opening unless the disk failed for good.
    pub(crate) fn append(&mut self, day: Day, matching: &[u8], text: Text<'_>) -> Result<Written> {
        let id = self.writable(day)?;
        let segment = find(&self.keys.segments, &id);
        let tail = self.tails.get_mut(&id).expect("a writable file has been read to its end");
        let readable = match (text, &self.diary) {
            (Text::Unchanged, _) => Readable::Unchanged,
            (Text::Dropped, _) => Readable::Dropped,
            (Text::New(plain), Some((_, keys))) => match keys.day(&id) {
                Some(key) => Readable::Sealed(key, plain),
                None => Readable::Boxed(&self.keys.inbox, plain),
            },
            (Text::New(plain), None) => Readable::Boxed(&self.keys.inbox, plain),
        };
        let mut nonces = Nonces::random(self.random.as_mut());
        let bytes = Record::encode(segment, &mut nonces, tail.number, matching, &readable)?;
        let end = tail.place + u32::try_from(bytes.len()).map_err(|_| Error::TooLarge)?;
        if end > LARGEST_SEGMENT {
            return Err(Error::TooLarge);
        }
        let written = Written { segment: id, place: tail.place, end };
        let file = segment.file();
        let size = end.max(tail.size).next_multiple_of(ALLOCATION);
        let result = if size > tail.size {
            // The file grows by whole steps of zeros, so that most records change no length.
            let mut grown = bytes.clone();
            grown.resize(usize::try_from(size - tail.place).unwrap_or(bytes.len()), 0);
            self.disk.write_at(&file, u64::from(tail.place), &grown)
        } else {
            self.disk.write_at(&file, u64::from(tail.place), &bytes)
        }
        .and_then(|()| self.disk.sync(&file));
        if let Err(e) = result {
            self.end_segment(&id);
            return Err(e.into());
        }
        tail.hash.update(&bytes);
        tail.place = end;
        tail.number += 1;
        tail.count += 1;
        tail.size = size;
        Ok(written)
    }

    /// Makes files ready for a day and the week behind it, notes how far every file is written,
    /// and drops ready files of days long past. Once a day.
    pub(crate) fn extend(&mut self, today: Day) -> Result<()> {
        self.catch_up()?;
        let week = (0..=DAYS_READY).map(|n| today.plus(n));
        let missing: Vec<Day> = week.filter(|day| self.last_of(*day).is_none()).collect();
        self.add_segments(&missing)
    }

    /// Whether [`Journal::extend`] has anything to do for this day.
    pub(crate) fn is_ready(&self, today: Day) -> bool {
        (0..=DAYS_READY).all(|n| self.last_of(today.plus(n)).is_some())
    }

    /// What the layer above keeps in the match ring.
    pub(crate) fn set_state(&mut self, state: &[u8]) -> Result<()> {
        if *self.keys.state == *state && !self.ring.one_copy_bad {
            return Ok(());
        }
        let old = std::mem::replace(&mut self.keys.state, Zeroizing::new(state.to_vec()));
        self.write_match_ring().inspect_err(|_| {
            self.keys.state = old;
            self.roll_back();
        })
    }

    /// What the layer above keeps in the diary ring.
    pub(crate) fn set_diary_state(&mut self, state: &[u8]) -> Result<()> {
        let (_, keys) = self.diary.as_mut().ok_or(Error::Locked)?;
        let old = std::mem::replace(&mut keys.state, Zeroizing::new(state.to_vec()));
        self.write_diary_ring().inspect_err(|_| {
            if let Some((_, keys)) = &mut self.diary {
                keys.state = old;
            }
            let _ = self.write_diary_ring();
        })
    }

    /// The file that takes the next record of a day, read to its end. A damaged one takes none:
    /// what is left of it stays as it is, and the day goes on in another file.
    fn writable(&mut self, day: Day) -> Result<SegmentId> {
        if !self.is_ready(day) {
            self.extend(day)?;
        }
        let last = self.last_of(day).expect("the day was just made ready");
        if !last.ended {
            let id = last.id;
            if self.tails.contains_key(&id) {
                return Ok(id);
            }
            let found = self.read(find(&self.keys.segments, &id))?;
            if !found.damaged {
                self.tails.insert(id, found.tail);
                return Ok(id);
            }
        }
        self.add_segments(&[day])?;
        Ok(self.last_of(day).expect("it was just added").id)
    }

    fn last_of(&self, day: Day) -> Option<&Segment> {
        self.keys.segments.iter().rev().find(|s| s.day == day)
    }

    fn add_segments(&mut self, days: &[Day]) -> Result<()> {
        let mut segments: Vec<Segment> =
            self.keys.segments.iter().map(Segment::duplicate).collect();
        if segments.len() + days.len() > usize::try_from(MOST_SEGMENTS).unwrap_or(usize::MAX) {
            return Err(Error::TooLarge);
        }
        let mut fresh = Vec::new();
        for day in days {
            let segment = self.make_segment(*day);
            self.disk.create(&segment.file(), &[0; ALLOCATION as usize])?;
            self.disk.sync(&segment.file())?;
            fresh.push(segment.id);
            segments.push(segment);
        }
        self.disk.sync_names()?;
        self.add_diary_keys(&fresh)?;
        self.commit(segments)?;
        for id in fresh {
            let zeros = vec![0; ALLOCATION as usize];
            let found = Found::scan(find(&self.keys.segments, &id), zeros, 0, |_, _, _| {});
            self.tails.insert(id, found.tail);
        }
        Ok(())
    }

    /// A file that is not there yet and that no ring names.
    pub(super) fn make_segment(&mut self, day: Day) -> Segment {
        let (mut name, mut id) = ([0; 8], [0; 8]);
        self.random.fill(&mut name);
        self.random.fill(&mut id);
        Segment {
            day,
            generation: self.last_of(day).map_or(0, |s| s.generation.saturating_add(1)),
            name,
            id,
            key: Secret::make(self.random.as_mut()),
            count: 0,
            bytes: 0,
            hash: [0; 32],
            ended: false,
            loose: false,
        }
    }

    /// Diary keys for new files, before any ring names them. While locked there is nothing to
    /// do: the readable parts go to the inbox.
    pub(super) fn add_diary_keys(&mut self, fresh: &[SegmentId]) -> Result<()> {
        let Some((_, keys)) = &mut self.diary else { return Ok(()) };
        for id in fresh {
            keys.days.push((*id, Secret::make(self.random.as_mut())));
        }
        // Keys of days that were dropped go with the same writing.
        let segments = &self.keys.segments;
        keys.days.retain(|(id, _)| fresh.contains(id) || segments.iter().any(|s| s.id == *id));
        if fresh.is_empty() { Ok(()) } else { self.write_diary_ring() }
    }

    /// Makes these the files of records, all at once.
    pub(super) fn commit(&mut self, mut segments: Vec<Segment>) -> Result<()> {
        segments.sort_by_key(|s| (s.day, s.generation));
        let old = std::mem::replace(&mut self.keys.segments, segments);
        self.write_match_ring().inspect_err(|_| {
            self.keys.segments = old;
            self.roll_back();
        })
    }

    /// After a failed commit the ring on disk may be the new one: puts the old one back, as far
    /// as the disk still takes anything.
    fn roll_back(&mut self) {
        let _ = self.write_match_ring();
    }

    /// A write or sync failed, and the caller was told so: the record must not come back. The
    /// next record of the day goes to another file.
    fn end_segment(&mut self, id: &SegmentId) {
        self.note_tail(id);
        self.tails.remove(id);
        if let Some(segment) = self.keys.segments.iter_mut().find(|s| s.id == *id) {
            segment.ended = true;
            let _ = self.write_match_ring();
        }
    }

    /// The ring vouches for every record written so far, also by an earlier process.
    fn catch_up(&mut self) -> Result<()> {
        let unknown: Vec<SegmentId> = self
            .keys
            .segments
            .iter()
            .filter(|s| !s.ended && !self.ends_at(s, s.bytes))
            .filter(|s| !self.tails.contains_key(&s.id))
            .map(|s| s.id)
            .collect();
        for id in unknown {
            let found = self.read(find(&self.keys.segments, &id))?;
            if !found.damaged {
                self.tails.insert(id, found.tail);
            }
        }
        Ok(())
    }

    fn note_tail(&mut self, id: &SegmentId) {
        let Some(tail) = self.tails.get(id) else { return };
        if let Some(segment) = self.keys.segments.iter_mut().find(|s| s.id == *id) {
            segment.loose |= tail.count > segment.count;
            segment.count = tail.count;
            segment.bytes = tail.place;
            segment.hash = tail.hash.so_far();
        }
    }

    pub(super) fn write_match_ring(&mut self) -> Result<()> {
        let known: Vec<SegmentId> = self.tails.keys().copied().collect();
        for id in known {
            self.note_tail(&id);
        }
        let body = self.keys.encode();
        Ok(self.ring.write(self.disk.as_mut(), self.random.as_mut(), body.as_slice())?)
    }

    pub(super) fn write_diary_ring(&mut self) -> Result<()> {
        let (ring, keys) = self.diary.as_mut().ok_or(Error::Locked)?;
        let body = keys.encode();
        let result: io::Result<()> =
            ring.write(self.disk.as_mut(), self.random.as_mut(), body.as_slice());
        Ok(result?)
    }
}

pub(super) fn find<'a>(segments: &'a [Segment], id: &SegmentId) -> &'a Segment {
    segments.iter().find(|s| s.id == *id).expect("only ids of the ring are handed out")
}

/// Files grow in steps of this.
pub(super) const ALLOCATION: u32 = 4096;
/// A day of 10,000 visits is far below this.
const LARGEST_SEGMENT: u32 = 64 << 20;
/// How many days behind today have a file ready.
const DAYS_READY: i32 = 7;
