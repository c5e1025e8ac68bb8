//! The windows that interviews found, and what was published of them: one file of the
//! deployment's folder, `windows.json`, from which every publication is made.
//!
//! A mention in a list is complete, so it is made from here and never from what one officer typed:
//! all windows of a venue on a day, under every seed that the venue had.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use vaora::list::{ListedChunk, Window};
use vaora::seal::{ChunkId, Seed, VenueKey};
use vaora::text::hex;
use vaora::time::{Day, Instant};

use crate::deployment::replace;
use crate::error::{Error, at};

/// All windows of the deployment, and the chunks that are listed.
pub struct Windows {
    /// Held until this is dropped: two people at the desk must not undo each other's work.
    _lock: File,
    path: PathBuf,
    pub(crate) book: Book,
}

/// The file.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(crate) struct Book {
    /// The one counter of manifests and chunks.
    pub(crate) sequence: u64,
    pub(crate) days: Vec<VenueDay>,
    pub(crate) chunks: Vec<Published>,
}

/// A venue on a day, under one of its seeds.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct VenueDay {
    pub(crate) seed: String,
    pub(crate) day: u32,
    /// Start, minutes and advice.
    pub(crate) windows: Vec<(u16, u16, u16)>,
    /// The last publication says something else.
    pub(crate) changed: bool,
    /// Some list has mentioned it: only a mention can take that back.
    pub(crate) published: bool,
}

/// A chunk that is listed.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Published {
    pub(crate) id: String,
    pub(crate) sequence: u64,
    pub(crate) size: u32,
    pub(crate) head: String,
    /// The day on which it was made.
    pub(crate) made: u32,
    /// Made at a day's end from the chunks of its hours; it is never merged again.
    pub(crate) merged: bool,
    /// Seed and day of each mention.
    pub(crate) mentions: Vec<(String, u32)>,
}

impl Windows {
    /// Reads the file; there are no windows yet where there is none.
    ///
    /// # Errors
    /// [`Error::File`]; [`Error::Book`] if it is not such a file.
    pub fn open(folder: &Path) -> Result<Self, Error> {
        let lock = folder.join("windows.lock");
        let file = File::create(&lock).map_err(at(&lock))?;
        file.lock().map_err(at(&lock))?;
        let path = folder.join("windows.json");
        let book = match fs::read(&path) {
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Book::default(),
            bytes => {
                let bytes = bytes.map_err(at(&path))?;
                serde_json::from_slice(&bytes).map_err(|_| Error::Book(path.clone()))?
            }
        };
        Ok(Self { _lock: file, path, book })
    }

    /// Adds a window to a venue, under every seed given. It is cut at midnight: the phone joins
    /// what touches. Rounding outwards keeps minutes from telling people apart.
    ///
    /// # Errors
    /// [`Error::Usage`] for a window that ends before it begins, or is longer than a week.
    pub fn add(
        &mut self,
        seeds: &[Seed],
        from: Instant,
        until: Instant,
        advice: u16,
        rounding: u8,
    ) -> Result<(), Error> {
        let step = i64::from(rounding.max(1)) * 60;
        let from = Instant::from_unix(from.unix().div_euclid(step) * step);
        let until = Instant::from_unix((until.unix() + step - 1).div_euclid(step) * step);
        if from >= until || until.unix() - from.unix() > LONGEST || advice == 0 {
            return Err(Error::Usage(
                "a window ends after it began, within a week, with an advice".to_owned(),
            ));
        }
        for number in from.day().number()..=until.day().number() {
            let day = Day::from_number(number);
            let (begin, end) = (day.start().unix(), day.plus(1).start().unix());
            let (start, stop) = (from.unix().max(begin), until.unix().min(end));
            if start >= stop {
                continue;
            }
            let minutes = |seconds: i64| u16::try_from(seconds / 60).unwrap_or(u16::MAX);
            let window = (minutes(start - begin), minutes(stop - start), advice);
            for seed in seeds {
                let known = self.day_of(seed, day);
                if known.windows.contains(&window) {
                    continue;
                }
                // More than a chunk can say of one day would keep all others from being published.
                let advices = known.windows.iter().map(|(.., advice)| *advice);
                let advices: BTreeSet<u16> = advices.chain([advice]).collect();
                if known.windows.len() >= MOST_WINDOWS || advices.len() > 4 {
                    return Err(Error::Usage(
                        "a venue has at most 64 windows a day, with four kinds of advice"
                            .to_owned(),
                    ));
                }
                known.windows.push(window);
                known.windows.sort_unstable();
                known.changed = true;
            }
        }
        Ok(())
    }

    /// Takes back every window of a venue on a day. Returns how many there were.
    pub fn withdraw(&mut self, seeds: &[Seed], day: Day) -> usize {
        let mut count = 0;
        for seed in seeds {
            let known = self.day_of(seed, day);
            count = count.max(known.windows.len());
            known.changed |= !known.windows.is_empty();
            known.windows.clear();
        }
        // What never left the desk need not be taken back.
        self.book.days.retain(|d| d.published || !d.windows.is_empty());
        count
    }

    /// How many windows there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.book.days.iter().map(|day| day.windows.len()).sum()
    }

    /// Writes the file: whole or not at all.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn save(&self) -> Result<(), Error> {
        let text =
            serde_json::to_vec_pretty(&self.book).map_err(|_| Error::Book(self.path.clone()))?;
        replace(&self.path, &text)
    }

    fn day_of(&mut self, seed: &Seed, day: Day) -> &mut VenueDay {
        let (seed, day) = (hex::encode(seed.expose()), day.number());
        let at = self.book.days.iter().position(|d| d.seed == seed && d.day == day);
        let at = at.unwrap_or_else(|| {
            let windows = Vec::new();
            self.book.days.push(VenueDay { seed, day, windows, changed: false, published: false });
            self.book.days.len() - 1
        });
        &mut self.book.days[at]
    }
}

impl VenueDay {
    pub(crate) fn key(&self) -> Option<VenueKey> {
        let seed = Seed::from_bytes(hex::decode(&self.seed)?);
        Some(VenueKey::derive(&seed, Day::from_number(self.day)))
    }

    pub(crate) fn windows(&self) -> Vec<Window> {
        let window =
            |&(start, minutes, advice): &(u16, u16, u16)| Window { start, minutes, advice };
        self.windows.iter().map(window).collect()
    }
}

impl Published {
    pub(crate) fn listed(&self) -> Option<ListedChunk> {
        let Self { sequence, size, .. } = *self;
        let (id, head) = (ChunkId(hex::decode(&self.id)?), hex::decode(&self.head)?);
        Some(ListedChunk { id, sequence, size, head })
    }
}

/// Of one venue on one day.
const MOST_WINDOWS: usize = 64;
/// A longer stay is a mistake in typing.
const LONGEST: i64 = 7 * 86_400;
