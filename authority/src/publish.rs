//! Publishing: from windows to static files that any web server can hand out.
//!
//! ```text
//! manifest             the one file that changes; written last
//! root/N               the root of version N, for phones that hold N - 1
//! catalogue/HASH       a catalogue, by the SHA-256 of the document
//! chunk/ID             a chunk of the list
//! ```
//! Everything but the manifest can be cached for ever.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use vaora::list::{Draft, ListedChunk, NotPublished, Notice, Window, strangers};
use vaora::seal::{Purpose, Seed, VenueKey, sha256};
use vaora::text::hex;
use vaora::time::{Day, Instant};
use vaora::trust::{ListedCatalogue, Manifest, ManifestDraft, Policy, Role};

use crate::deployment::{Deployment, replace};
use crate::error::{Error, at};
use crate::keys::System;
use crate::windows::{Published, VenueDay, Windows};

/// How a publication is made.
#[derive(Debug, Clone, Copy)]
pub struct Schedule {
    /// When it is made.
    pub at: Instant,
    /// For how many hours it promises to be the newest.
    pub fresh_hours: u32,
    /// For how many hours phones wait with notifications; none usually.
    pub hold_hours: u32,
}

/// What was published.
#[derive(Debug, Clone, Copy)]
pub struct Publication {
    /// The number of the manifest.
    pub sequence: u64,
    /// Venue-days that the new chunks mention, withdrawals included.
    pub mentions: usize,
    /// Chunks listed.
    pub chunks: usize,
    /// Bytes of the new chunks.
    pub bytes: usize,
}

impl Deployment {
    /// Publishes what has changed into a folder, on schedule even if nothing has: a day without
    /// a case must look like any other.
    ///
    /// # Errors
    /// [`Error::File`], [`Error::TooFewKeys`], [`Error::List`]; then the manifest is the old one,
    /// and so are the windows.
    pub fn publish(
        &self,
        windows: &mut Windows,
        out: &Path,
        plan: Schedule,
    ) -> Result<Publication, Error> {
        let before = windows.book.clone();
        self.publish_all(windows, out, plan).inspect_err(|_| windows.book = before)
    }

    fn publish_all(
        &self,
        windows: &mut Windows,
        out: &Path,
        plan: Schedule,
    ) -> Result<Publication, Error> {
        let before = self.listed_in(out);
        let today = plan.at.day();
        let usual = Policy::default();
        let policy = if self.anchors().held(Purpose::Policy).is_some() {
            self.anchors().standing().policy()
        } else {
            &usual
        };
        // As long as any phone may keep visits: a shorter retention acts there only after days.
        let standing = self.anchors().standing().retention(today);
        let retention = i32::from(policy.retention.max(standing).max(usual.retention));
        let oldest = today.plus(-retention - 1);
        let mut work = Work {
            deployment: self,
            windows,
            today,
            oldest,
            slots: slots(policy),
            new: Vec::new(),
        };
        work.forget_old();
        work.merge_hours()?;
        let mentions = work.new_chunk()?;
        let Work { new, .. } = work;
        for (id, bytes) in &new {
            write(&out.join("chunk"), id, bytes)?;
        }
        let catalogues = self.write_catalogues(out)?;
        windows.book.sequence += 1;
        let sequence = windows.book.sequence;
        let root = self.root()?;
        let hours = |count: u32| Instant::from_unix(plan.at.unix() + i64::from(count) * 3600);
        let last = root.expires().plus(1).start();
        let draft = ManifestDraft {
            deployment: *root.deployment(),
            epoch: root.epoch(),
            sequence,
            created: plan.at,
            not_after: hours(plan.fresh_hours.max(1)).min(last),
            hold: (plan.hold_hours > 0).then(|| hours(plan.hold_hours)),
            chunks: windows.book.chunks.iter().filter_map(Published::listed).collect(),
            catalogues,
        };
        let manifest = self.sign(Role::List, Purpose::Manifest, &draft.encode()?)?;
        // As a phone reads it that took the last one: what it would refuse is not published.
        let last = fs::read(out.join("manifest")).ok();
        let last = last.and_then(|bytes| Manifest::open(&bytes, root, None).ok());
        Manifest::open(&manifest, root, last.as_ref().map(Manifest::held))?;
        for chunk in &draft.chunks {
            let path = out.join("chunk").join(hex::encode(&chunk.id.0));
            let there = fs::metadata(&path).map_err(at(&path))?;
            if there.len() != u64::from(chunk.size) {
                return Err(Error::Usage(format!("{} is not the chunk it was", path.display())));
            }
        }
        self.write_roots(out)?;
        // The book first: a number that was used is never used again, even if the next step fails.
        windows.save()?;
        replace(&out.join("manifest"), &manifest)?;
        let now: BTreeSet<String> = draft.chunks.iter().map(|c| hex::encode(&c.id.0)).collect();
        // Phones in the midst of a sync still want what the last manifest named.
        remove_others(&out.join("chunk"), |name| now.contains(name) || before.contains(name));
        let bytes = new.iter().map(|(_, bytes)| bytes.len()).sum();
        Ok(Publication { sequence, mentions, chunks: draft.chunks.len(), bytes })
    }

    fn listed_in(&self, out: &Path) -> BTreeSet<String> {
        let manifest = fs::read(out.join("manifest")).ok();
        let manifest =
            manifest.and_then(|bytes| Manifest::open(&bytes, self.root().ok()?, None).ok());
        let chunks = manifest.map_or(Vec::new(), |manifest| manifest.chunks);
        chunks.iter().map(|chunk| hex::encode(&chunk.id.0)).collect()
    }

    fn write_catalogues(&self, out: &Path) -> Result<Vec<ListedCatalogue>, Error> {
        let mut listed = Vec::new();
        for purpose in CATALOGUES {
            let Some(held) = self.anchors().held(purpose) else { continue };
            let path = self.folder().join(purpose.id());
            let bytes = fs::read(&path).map_err(at(&path))?;
            let hash = sha256(&bytes);
            write(&out.join("catalogue"), &hex::encode(&hash), &bytes)?;
            let size = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
            listed.push(ListedCatalogue { purpose, version: held.version, size, hash });
        }
        Ok(listed)
    }

    fn write_roots(&self, out: &Path) -> Result<(), Error> {
        for version in 1..=self.root()?.version() {
            let path = self.folder().join(format!("root.{version}"));
            let bytes = fs::read(&path).map_err(at(&path))?;
            write(&out.join("root"), &version.to_string(), &bytes)?;
        }
        Ok(())
    }
}

/// What goes into one chunk: so many entries, at most four advices.
#[derive(Default)]
struct Part<'a> {
    days: Vec<&'a VenueDay>,
    entries: usize,
    advices: BTreeSet<u16>,
}

impl<'a> Part<'a> {
    fn fits(&self, day: &VenueDay) -> bool {
        let own = day.windows.iter().map(|(.., advice)| *advice);
        let advices: BTreeSet<u16> = own.chain(self.advices.iter().copied()).collect();
        self.entries + day.windows.len().max(1) <= MOST_ENTRIES && advices.len() <= 4
    }

    fn take(&mut self, day: &'a VenueDay) {
        self.entries += day.windows.len().max(1);
        self.advices.extend(day.windows.iter().map(|(.., advice)| *advice));
        self.days.push(day);
    }
}

/// One publication in the making.
struct Work<'a> {
    deployment: &'a Deployment,
    windows: &'a mut Windows,
    today: Day,
    oldest: Day,
    slots: [u16; 4],
    new: Vec<(String, Vec<u8>)>,
}

impl Work<'_> {
    /// Drops what no phone keeps visits of any more.
    fn forget_old(&mut self) {
        let oldest = self.oldest.number();
        let book = &mut self.windows.book;
        book.days.retain(|day| day.day >= oldest);
        // Chunks without a mention stay as long as others: a day without a case looks like any.
        let lives = |chunk: &Published| {
            let last = chunk.mentions.iter().map(|(_, day)| *day).max();
            last.unwrap_or(chunk.made).max(chunk.made) >= oldest
        };
        book.chunks.retain(lives);
    }

    /// The chunks of hours of a day that is over become one.
    fn merge_hours(&mut self) -> Result<(), Error> {
        let today = self.today.number();
        let hours = |chunk: &&Published| !chunk.merged && chunk.made < today;
        let old: Vec<Published> = self.windows.book.chunks.iter().filter(hours).cloned().collect();
        let days: BTreeSet<u32> = old.iter().map(|chunk| chunk.made).collect();
        for made in days {
            let of_day: Vec<&Published> = old.iter().filter(|chunk| chunk.made == made).collect();
            let mentions: BTreeSet<(String, u32)> =
                of_day.iter().flat_map(|chunk| chunk.mentions.iter().cloned()).collect();
            let replaces = of_day.iter().map(|chunk| chunk.id.clone()).collect();
            // One that lists in the meantime said anew is repeated as it is now: its number is
            // higher, and what it says is complete.
            self.write_chunks(&mentions, replaces, Some(made))?;
            self.windows.book.chunks.retain(|chunk| chunk.merged || chunk.made != made);
        }
        Ok(())
    }

    /// What changed since the last publication.
    fn new_chunk(&mut self) -> Result<usize, Error> {
        let changed = self.windows.book.days.iter().filter(|day| day.changed);
        let changed: BTreeSet<(String, u32)> =
            changed.map(|day| (day.seed.clone(), day.day)).collect();
        self.write_chunks(&changed, Vec::new(), None)?;
        for day in self.windows.book.days.iter_mut().filter(|day| day.changed) {
            day.changed = false;
            day.published = true;
        }
        Ok(changed.len())
    }

    /// Writes mentions, in as many chunks as they need.
    fn write_chunks(
        &mut self,
        mentions: &BTreeSet<(String, u32)>,
        replaces: Vec<String>,
        merged_of: Option<u32>,
    ) -> Result<(), Error> {
        let all: Vec<VenueDay> = self.windows.book.days.clone();
        let wanted = |day: &&VenueDay| mentions.contains(&(day.seed.clone(), day.day));
        let days: Vec<&VenueDay> = all.iter().filter(wanted).collect();
        let mut parts: Vec<Part<'_>> = vec![Part::default()];
        for day in days {
            let fits = parts.iter().position(|part| part.fits(day));
            let at = fits.unwrap_or_else(|| {
                parts.push(Part::default());
                parts.len() - 1
            });
            parts[at].take(day);
        }
        // One of several parts does not say all that was said before, and a head names no more.
        let whole = parts.len() == 1 && replaces.len() <= MOST_REPLACED;
        let replaces = if whole { replaces } else { Vec::new() };
        for part in parts {
            self.write_chunk(&part.days, &replaces, merged_of)?;
        }
        Ok(())
    }

    fn write_chunk(
        &mut self,
        days: &[&VenueDay],
        replaces: &[String],
        merged_of: Option<u32>,
    ) -> Result<(), Error> {
        self.windows.book.sequence += 1;
        let sequence = self.windows.book.sequence;
        let keyed: Vec<(VenueKey, Vec<Window>)> =
            days.iter().filter_map(|day| Some((day.key()?, day.windows()))).collect();
        let mut replaces: Vec<_> =
            replaces.iter().filter_map(|id| Some(vaora::seal::ChunkId(hex::decode(id)?))).collect();
        replaces.sort();
        let draft = Draft {
            sequence,
            slots: self.slots_for(days)?,
            replaces,
            notices: keyed
                .iter()
                .map(|(key, windows)| Notice { key, windows: windows.clone() })
                .collect(),
        };
        let seeds = self.deployment.seeds()?;
        for _ in 0..ATTEMPTS {
            let (bytes, listed) = draft.encode(&mut System)?;
            let meant =
                keyed.iter().map(|(key, windows)| (key.duplicate(), Some(windows.as_slice())));
            let others = self.others(&seeds, days).map(|key| (key, None));
            if !strangers(&bytes, &listed, meant.chain(others)).is_empty() {
                continue;
            }
            let ListedChunk { id, size, head, .. } = listed;
            let id = hex::encode(&id.0);
            self.windows.book.chunks.push(Published {
                id: id.clone(),
                sequence,
                size,
                head: hex::encode(&head),
                made: merged_of.unwrap_or(self.today.number()),
                merged: merged_of.is_some(),
                mentions: days.iter().map(|day| (day.seed.clone(), day.day)).collect(),
            });
            self.new.push((id, bytes));
            return Ok(());
        }
        Err(Error::List(NotPublished::Again))
    }

    /// Always the same four where they do: a head that names only the advice in use would tell
    /// how bad things are.
    fn slots_for(&self, days: &[&VenueDay]) -> Result<[u16; 4], Error> {
        let used: BTreeSet<u16> =
            days.iter().flat_map(|day| day.windows.iter().map(|(.., advice)| *advice)).collect();
        if used.iter().all(|advice| self.slots.contains(advice)) {
            return Ok(self.slots);
        }
        let mut slots = [0; 4];
        if used.len() > slots.len() {
            return Err(Error::List(NotPublished::NoSlot));
        }
        for (slot, advice) in slots.iter_mut().zip(used) {
            *slot = advice;
        }
        Ok(slots)
    }

    /// Keys of every code that was ever issued, on every day that phones keep, but those that are
    /// to be found.
    fn others<'b>(
        &'b self,
        seeds: &'b [Seed],
        days: &[&VenueDay],
    ) -> impl Iterator<Item = VenueKey> + 'b {
        let named: BTreeSet<(String, u32)> =
            days.iter().map(|day| (day.seed.clone(), day.day)).collect();
        let (oldest, today) = (self.oldest.number(), self.today.number());
        seeds.iter().flat_map(move |seed| {
            let text = hex::encode(seed.expose());
            let other = |day: &u32| !named.contains(&(text.clone(), *day));
            let days: Vec<u32> = (oldest..=today).filter(other).collect();
            days.into_iter().map(|day| VenueKey::derive(seed, Day::from_number(day)))
        })
    }
}

/// The first four advices of the policy; 1 to 4 where it names none.
fn slots(policy: &Policy) -> [u16; 4] {
    let mut slots = [0; 4];
    if policy.rules.is_empty() {
        return [1, 2, 3, 4];
    }
    for (slot, rule) in slots.iter_mut().zip(&policy.rules) {
        *slot = rule.advice;
    }
    slots
}

fn write(folder: &Path, name: &str, bytes: &[u8]) -> Result<(), Error> {
    fs::create_dir_all(folder).map_err(at(folder))?;
    let path = folder.join(name);
    // Named by what it holds: what is there is right.
    if path.exists() { Ok(()) } else { replace(&path, bytes) }
}

/// Failing costs only space.
fn remove_others(folder: &Path, keep: impl Fn(&str) -> bool) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_name().to_str().is_some_and(|name| !keep(name)) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

const CATALOGUES: [Purpose; 6] = [
    Purpose::Advice,
    Purpose::Areas,
    Purpose::Policy,
    Purpose::Prefixes,
    Purpose::Revocation,
    Purpose::Upload,
];
/// A chunk stays below 16 MiB.
const MOST_ENTRIES: usize = 15 << 17;
/// A head names no more chunks that it replaces.
const MOST_REPLACED: usize = 64;
/// A false hit in the register is a matter of 2⁻⁴⁰; more of them are not chance.
const ATTEMPTS: u32 = 8;
