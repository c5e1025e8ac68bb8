//! The index: a cache of pointers in sled, never the truth.
//!
//! It answers two questions without reading every day: on which day is a visit, and has a day
//! open visits? A "yes" is checked against the journal, a "no" counts only if the row was sealed
//! for exactly the bytes that are in the day's file. Any doubt, error or panic throws the whole
//! index away; it comes back by itself, day by day. Nothing in it is in the clear, nothing in it
//! is synced, and deleting it loses nothing.

use std::cell::RefCell;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use super::days::DayView;
use super::parts::Facts;
use super::visit::VisitId;
use crate::journal::{Journal, Segment, SegmentId, Written};
use crate::seal::{Nonces, Random};
use crate::time::Day;
use crate::wire::{Reader, Writer};

/// The index of one diary; opened when it is first asked.
pub(super) struct Index {
    folder: PathBuf,
    state: RefCell<State>,
}

#[derive(Default)]
struct State {
    number: u32,
    db: Option<sled::Db>,
    /// How often it failed since the opening; too often, and the diary does without.
    off: u8,
}

/// What is known of one file of records.
#[derive(Clone, Copy)]
struct Summary {
    bytes: u32,
    open: u32,
}

impl Index {
    /// Beside the journal, where it has a folder.
    pub(super) fn at(journal: &Journal) -> Option<Self> {
        let folder = journal.disk().folder()?.to_path_buf();
        let numbers = numbers(&folder);
        let number = numbers.iter().copied().max().unwrap_or(0);
        for old in numbers.into_iter().filter(|n| *n != number) {
            let _ = fs::remove_dir_all(directory(&folder, old));
        }
        Some(Self { folder, state: RefCell::new(State { number, ..State::default() }) })
    }

    /// The day that may hold a visit.
    pub(super) fn day_of(&self, journal: &Journal, id: VisitId) -> Option<Day> {
        let tag = tag(journal, id);
        self.ask(|db| {
            for segment in journal.segments().iter().rev() {
                if let Some(row) = db.get([&b"v"[..], &segment.id, &tag].concat())? {
                    let plain = segment.key.unseal(&place(segment, b'v'), &row);
                    let known = plain.is_some_and(|plain| plain[..] == id.0.to_le_bytes());
                    return if known { Ok(Some(segment.day)) } else { Err(Doubt) };
                }
            }
            Ok(None)
        })
        .flatten()
    }

    /// How many visits of a day with this one file are open; `None` where the index does not
    /// know for sure.
    pub(super) fn open_visits(&self, journal: &Journal, segment: &Segment) -> Option<u32> {
        let summary = self.ask(|db| summary(db, segment))??;
        (alone(journal, segment) && journal.ends_at(segment, summary.bytes)).then_some(summary.open)
    }

    /// Takes note of a record that was just made durable.
    pub(super) fn note(
        &self,
        journal: &mut Journal,
        written: &Written,
        before: bool,
        facts: &Facts,
    ) {
        let Some(segment) = journal.segment(&written.segment).map(Segment::duplicate) else {
            return;
        };
        let tag = tag(journal, facts.id);
        let random = journal.random();
        self.ask(|db| {
            let known = summary(db, &segment)?.filter(|s| s.bytes == written.place);
            let known = known.or((written.place == 0).then_some(Summary { bytes: 0, open: 0 }));
            if let Some(known) = known {
                let open = known.open + u32::from(facts.is_open());
                let open = open.saturating_sub(u32::from(before));
                put_summary(db, &segment, random, Summary { bytes: written.end, open })?;
            }
            put_visit(db, &segment, random, tag, facts.id)
        });
    }

    /// Takes note of a record that is no visit's: the file is longer, and nothing else.
    pub(super) fn note_warning(&self, journal: &mut Journal, written: &Written) {
        let Some(segment) = journal.segment(&written.segment).map(Segment::duplicate) else {
            return;
        };
        let random = journal.random();
        self.ask(|db| match summary(db, &segment)?.filter(|s| s.bytes == written.place) {
            Some(Summary { open, .. }) => {
                put_summary(db, &segment, random, Summary { bytes: written.end, open })
            }
            None => Ok(()),
        });
    }

    /// Up to where a file was matched, if it was against these lists. It can only spare work: a
    /// file that has grown since is matched again, and so is everything under other lists.
    pub(super) fn matched(&self, segment: &Segment, lists: u64) -> Option<u32> {
        self.ask(|db| {
            let Some(row) = db.get([&b"m"[..], &segment.id].concat())? else { return Ok(None) };
            let plain = segment.key.unseal(&place(segment, b'm'), &row).ok_or(Doubt)?;
            let mut r = Reader::new(&plain);
            match (r.u32(), r.u64(), r.end()) {
                (Ok(end), Ok(known), Ok(())) => Ok((known == lists).then_some(end)),
                _ => Err(Doubt),
            }
        })
        .flatten()
    }

    /// Takes note of up to where a file was matched, and against which lists.
    pub(super) fn note_matched(&self, journal: &mut Journal, id: &SegmentId, end: u32, lists: u64) {
        let Some(segment) = journal.segment(id).map(Segment::duplicate) else { return };
        let random = journal.random();
        self.ask(|db| {
            let mut plain = Writer::new(12);
            plain.u32(end).u64(lists);
            let mut row = Vec::new();
            segment.key.seal(
                &mut Nonces::random(random),
                &place(&segment, b'm'),
                plain.as_slice(),
                &mut row,
            );
            db.insert([&b"m"[..], &segment.id].concat(), row)?;
            Ok(())
        });
    }

    /// Takes in a whole day that was read.
    pub(super) fn reflect(&self, journal: &mut Journal, view: &DayView) {
        let [(id, found)] = view.files() else { return };
        if view.damaged || view.unfinished {
            return;
        }
        let Some(segment) = journal.segment(id).map(Segment::duplicate) else { return };
        let bytes = found.records.last().map_or(0, |r| u32::try_from(r.end()).unwrap_or(0));
        let open = view.visits.iter().filter(|v| v.facts.is_open()).count();
        let tags: Vec<_> = view.visits.iter().map(|v| tag(journal, v.facts.id)).collect();
        let random = journal.random();
        self.ask(|db| {
            for (visit, tag) in view.visits.iter().zip(tags) {
                put_visit(db, &segment, random, tag, visit.facts.id)?;
            }
            let open = u32::try_from(open).unwrap_or(u32::MAX);
            put_summary(db, &segment, random, Summary { bytes, open })
        });
    }

    /// Throws everything away and begins anew, in another directory: what sled keeps of a
    /// forgotten visit must not stay.
    pub(super) fn renew(&self) {
        let mut state = self.state.borrow_mut();
        let old = directory(&self.folder, state.number);
        let db = state.db.take();
        let _ = catch_unwind(AssertUnwindSafe(|| drop(db)));
        let _ = fs::remove_dir_all(old);
        state.number = state.number.wrapping_add(1);
    }

    /// Asks sled, and survives whatever it does.
    fn ask<T>(&self, question: impl FnOnce(&sled::Db) -> Result<T, Doubt>) -> Option<T> {
        if self.state.borrow().off >= MOST_FAILURES {
            return None;
        }
        let answer = catch_unwind(AssertUnwindSafe(|| {
            let mut state = self.state.borrow_mut();
            if state.db.is_none() {
                state.db = Some(open(&directory(&self.folder, state.number))?);
            }
            let db = state.db.clone().ok_or(Doubt)?;
            drop(state);
            question(&db)
        }));
        if let Ok(Ok(answer)) = answer {
            return Some(answer);
        }
        self.state.borrow_mut().off += 1;
        self.renew();
        None
    }
}

/// Removes every index of a diary.
pub(super) fn remove_all(folder: &Path) {
    for number in numbers(folder) {
        let _ = fs::remove_dir_all(directory(folder, number));
    }
}

/// Something about the index is not as it should be.
struct Doubt;

impl From<sled::Error> for Doubt {
    fn from(_: sled::Error) -> Self {
        Self
    }
}

fn open(directory: &Path) -> Result<sled::Db, Doubt> {
    Ok(sled::Config::new()
        .path(directory)
        .cache_capacity(CACHE)
        .segment_size(SEGMENT)
        .mode(sled::Mode::LowSpace)
        .flush_every_ms(None)
        .open()?)
}

fn summary(db: &sled::Db, segment: &Segment) -> Result<Option<Summary>, Doubt> {
    let Some(row) = db.get([&b"p"[..], &segment.id].concat())? else { return Ok(None) };
    let plain = segment.key.unseal(&place(segment, b'p'), &row).ok_or(Doubt)?;
    let mut r = Reader::new(&plain);
    match (r.u32(), r.u32(), r.end()) {
        (Ok(bytes), Ok(open), Ok(())) => Ok(Some(Summary { bytes, open })),
        _ => Err(Doubt),
    }
}

fn put_summary(
    db: &sled::Db,
    segment: &Segment,
    random: &mut dyn Random,
    summary: Summary,
) -> Result<(), Doubt> {
    let mut plain = Writer::new(8);
    plain.u32(summary.bytes).u32(summary.open);
    let mut row = Vec::new();
    segment.key.seal(
        &mut Nonces::random(random),
        &place(segment, b'p'),
        plain.as_slice(),
        &mut row,
    );
    db.insert([&b"p"[..], &segment.id].concat(), row)?;
    Ok(())
}

fn put_visit(
    db: &sled::Db,
    segment: &Segment,
    random: &mut dyn Random,
    tag: [u8; 8],
    id: VisitId,
) -> Result<(), Doubt> {
    let mut row = Vec::new();
    segment.key.seal(
        &mut Nonces::random(random),
        &place(segment, b'v'),
        &id.0.to_le_bytes(),
        &mut row,
    );
    db.insert([&b"v"[..], &segment.id, &tag].concat(), row)?;
    Ok(())
}

/// A visit's name in the index: means nothing without the match ring.
fn tag(journal: &Journal, id: VisitId) -> [u8; 8] {
    let check = journal.state_key().derive_check(&id.0.to_le_bytes());
    *check.first_chunk().expect("a check is longer than a tag")
}

fn place(segment: &Segment, tree: u8) -> [u8; 25] {
    let mut place = [tree; 25];
    place[1..].copy_from_slice(&segment.place());
    place
}

/// Whether the day has no other file.
fn alone(journal: &Journal, segment: &Segment) -> bool {
    journal.segments().iter().filter(|s| s.day == segment.day).count() == 1
}

fn directory(folder: &Path, number: u32) -> PathBuf {
    folder.join(format!("index.{number}"))
}

fn numbers(folder: &Path) -> Vec<u32> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let name = |entry: fs::DirEntry| entry.file_name().into_string().ok();
    entries
        .flatten()
        .filter_map(name)
        .filter_map(|name| name.strip_prefix("index.").and_then(|n| n.parse().ok()))
        .collect()
}

/// sled's least.
const CACHE: u64 = 64 * 1024;
const SEGMENT: usize = 64 * 1024;
const MOST_FAILURES: u8 = 8;
