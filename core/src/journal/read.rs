//! Reading a file of records, and telling what is wrong with it.

use std::io;

use super::disk::Disk;
use super::keys::Segment;
use super::record::{Record, STEP};
use crate::error::Result;
use crate::seal::{RunningHash, sha256};

/// What was found in one file of records.
pub(crate) struct Found {
    /// Every record that opens, in the order of the file.
    pub(crate) records: Vec<Record>,
    /// What the ring vouches for is not all there.
    pub(crate) damaged: bool,
    /// Bytes that are no record lie where no ring vouches: a torn write, or damage of today's.
    pub(crate) unfinished: bool,
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
    /// Reads all of a file. A file that is missing or cut is damage, not an error.
    pub(crate) fn read(disk: &dyn Disk, segment: &Segment) -> Result<Self> {
        let file = match disk.read(&segment.file()) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => Vec::new(),
            bytes => bytes?,
        };
        Ok(Self::scan(segment, &file))
    }

    /// Every record that opens counts: it was sealed for this place. The ring's count is a
    /// minimum, its hash tells whether anything below was changed.
    pub(super) fn scan(segment: &Segment, file: &[u8]) -> Self {
        let vouched = usize::try_from(segment.bytes).unwrap_or(usize::MAX);
        let readable = if segment.ended { &file[..vouched.min(file.len())] } else { file };
        let mut records: Vec<Record> = Vec::new();
        let (mut at, mut end, mut garbage) = (0, 0, false);
        while at < readable.len() {
            let follows = |r: &Record| records.last().is_none_or(|last| r.number > last.number);
            if let Some(record) = Record::read(segment, readable, at).filter(follows) {
                let length = usize::try_from(record.length).unwrap_or(0);
                garbage |= !is_zero(&readable[at + length..record.end().min(readable.len())]);
                at = record.end();
                end = at;
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
        let damaged = file.len() < vouched
            || u32::try_from(below).ok() != Some(segment.count)
            || sha256(&file[..vouched]) != segment.hash && segment.count > 0;
        let mut hash = RunningHash::default();
        hash.update(&file[..end.min(file.len())]);
        // Numbers of records that were torn or flipped are not given again.
        let lost = u32::from(garbage);
        let number = records.last().map_or(0, |r| r.number.saturating_add(1)).saturating_add(lost);
        let tail = Tail {
            place: u32::try_from(end).unwrap_or(u32::MAX),
            number,
            count: u32::try_from(records.len()).unwrap_or(u32::MAX),
            size: u32::try_from(file.len()).unwrap_or(u32::MAX),
            hash,
        };
        Self { records, damaged, unfinished: garbage && !damaged, tail }
    }
}

fn is_zero(bytes: &[u8]) -> bool {
    bytes.iter().all(|b| *b == 0)
}
