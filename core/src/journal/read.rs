//! Reading a file of records, and telling what is wrong with it.

use super::keys::Segment;
use super::record::{Record, STEP};
use crate::seal::{Opener, RunningHash};

/// What was found in one file of records.
pub(crate) struct Found {
    /// Every record that opens, in the order of the file.
    pub(crate) records: Vec<Record>,
    /// What the ring vouches for is not all there.
    pub(crate) damaged: bool,
    /// Bytes that are no record lie where no ring vouches: a torn write, or damage of today's.
    pub(crate) unfinished: bool,
    /// So many of the records are, to the last bit, those that a ring vouches for.
    pub(super) vouched: usize,
    pub(super) file: Vec<u8>,
    pub(super) tail: Tail,
}

/// Where writing goes on.
pub(super) struct Tail {
    /// The place of the next record.
    pub(super) place: u32,
    /// Its number.
    pub(super) number: u32,
    /// Records so far.
    pub(super) count: u32,
    /// The file is so long; what lies behind `place` is zero.
    pub(super) size: u32,
    /// The hash of everything before `place`.
    pub(super) hash: RunningHash,
}

impl Found {
    /// Reads the bytes of a file. Each record and its opened match part, or at least `most` bytes of
    /// it, are shown as they are met.
    ///
    /// Every record that opens counts: it was sealed for this place. The ring's count is a
    /// minimum, its hash tells whether anything below was changed.
    pub(crate) fn scan(
        segment: &Segment,
        file: Vec<u8>,
        most: usize,
        mut show: impl FnMut(usize, &Record, &[u8]),
    ) -> Self {
        let vouched = usize::try_from(segment.bytes).unwrap_or(usize::MAX);
        let mut hash = RunningHash::default();
        hash.update(&file[..vouched.min(file.len())]);
        let right = file.len() >= vouched && (hash.so_far() == segment.hash || segment.count == 0);
        let readable = if segment.ended { &file[..vouched.min(file.len())] } else { &file };
        let mut opener = Opener::new(&segment.key);
        let mut records = if right { whole(segment, readable) } else { None }.unwrap_or_default();
        for (number, record) in records.iter().enumerate() {
            if let Some(matching) = record.vouched(readable, most, &mut opener) {
                show(number, record, matching);
            }
        }
        let known = records.len();
        let (mut at, mut garbage) = (records.last().map_or(0, Record::end), false);
        let mut end = at;
        while at < readable.len() {
            let follows = |r: &Record| records.last().is_none_or(|last| r.number > last.number);
            let read = Record::read(segment, readable, at, &mut opener);
            if let Some((record, matching)) = read.filter(|(record, _)| follows(record)) {
                let length = usize::try_from(record.length).unwrap_or(0);
                garbage |= !is_zero(&readable[at + length..record.end().min(readable.len())]);
                at = record.end();
                end = at;
                show(records.len(), &record, matching);
                records.push(record);
            } else {
                let step = &readable[at..(at + STEP).min(readable.len())];
                if !is_zero(step) {
                    garbage = true;
                    end = at + STEP;
                }
                at += STEP;
            }
        }
        let below = records.iter().filter(|r| r.end() <= vouched).count();
        let damaged = !right || u32::try_from(below).ok() != Some(segment.count);
        // Numbers of records that were torn or flipped are not given again.
        let lost = u32::from(garbage);
        let number = records.last().map_or(0, |r| r.number.saturating_add(1)).saturating_add(lost);
        let until = end.min(file.len());
        if until >= vouched {
            hash.update(&file[vouched..until]);
        } else {
            hash = RunningHash::default();
            hash.update(&file[..until]);
        }
        let tail = Tail {
            place: u32::try_from(end).unwrap_or(u32::MAX),
            number,
            count: u32::try_from(records.len()).unwrap_or(u32::MAX),
            size: u32::try_from(file.len()).unwrap_or(u32::MAX),
            hash,
        };
        let unfinished = garbage && !damaged;
        Self { records, damaged, unfinished, vouched: known, file, tail }
    }
}

/// The records of a file that was written in one go and whose hash is right: one behind the
/// other, as many as the ring counts, up to the last byte that it vouches for. `None` for a file
/// that grew record by record: it may hold a torn write, which looks like a record until its tag
/// is asked.
fn whole(segment: &Segment, file: &[u8]) -> Option<Vec<Record>> {
    if segment.loose {
        return None;
    }
    let vouched = usize::try_from(segment.bytes).ok()?;
    let file = file.get(..vouched)?;
    let mut records: Vec<Record> = Vec::with_capacity(vouched / LEAST);
    let mut at = 0;
    while at < vouched {
        let record = Record::frame(file, at)?;
        let follows = records.last().is_none_or(|last| record.number > last.number);
        let length = usize::try_from(record.length).ok()?;
        let padding = file.get(at + length..record.end())?;
        if !follows || !is_zero(padding) {
            return None;
        }
        at = record.end();
        records.push(record);
    }
    (u32::try_from(records.len()).ok() == Some(segment.count)).then_some(records)
}

/// No record takes less than this.
const LEAST: usize = 3 * STEP;

fn is_zero(bytes: &[u8]) -> bool {
    bytes.iter().all(|b| *b == 0)
}
