//! Taking the diary along: everything in one file, sealed under a passphrase.
//!
//! ```text
//! "vaora-x" · version · salt (16) · sealed: long companions · u32 n · n × (long match part, long diary part)
//! ```

use std::collections::HashSet;

use super::days::DayView;
use super::parts::{Facts, Words};
use super::settings::{decode_companions, encode_companions};
use super::visit::{Companion, Now, Out, VisitId};
use super::{Diary, Inner};
use crate::error::{Error, Result};
use crate::seal::{Nonces, Secret};
use crate::time::Day;
use crate::wire::{Cut, Reader, Writer};

/// A diary in one file.
pub struct Export {
    /// The sealed bytes.
    pub bytes: Vec<u8>,
    /// How many visits are in it.
    pub visits: usize,
    /// Days of which something could not be read and is missing in it.
    pub missing: Vec<Day>,
}

impl Diary {
    /// Everything that can be read, sealed under a passphrase. Damaged days do not hold it up.
    ///
    /// # Errors
    /// [`Error::Locked`]; [`Error::BadPassphrase`] for fewer than 8 characters.
    pub fn export(&self, passphrase: &str) -> Result<Export> {
        if passphrase.chars().count() < SHORTEST_PASSPHRASE {
            return Err(Error::BadPassphrase);
        }
        self.with(|inner| {
            inner.expect_unlocked()?;
            let mut content = Content { companions: inner.companions()?, visits: Vec::new() };
            let mut missing = Vec::new();
            for day in inner.days() {
                let view = inner.day(day)?;
                if view.damaged {
                    missing.push(day);
                }
                content.take(inner, &view);
            }
            missing.reverse();
            let mut salt = [0; 16];
            inner.journal.random().fill(&mut salt);
            let mut bytes = [MAGIC, &[VERSION], &salt].concat();
            let place = bytes.clone();
            let key = Secret::derive_from_passphrase(passphrase, &salt).ok_or(Error::TooLarge)?;
            let plain = content.encode();
            key.seal(
                &mut Nonces::random(inner.journal.random()),
                &place,
                plain.as_slice(),
                &mut bytes,
            );
            Ok(Export { bytes, visits: content.visits.len(), missing })
        })
    }

    /// Adds the visits of an export that are not here yet and whose time is not over. All of
    /// them or, after a failure, none.
    ///
    /// # Errors
    /// [`Error::NotAnExport`]; [`Error::BadPassphrase`], also for a damaged file: nothing can
    /// tell the two apart; [`Error::UpdateNeeded`]; [`Error::Locked`].
    pub fn import(&self, bytes: &[u8], passphrase: &str, now: &Now) -> Result<usize> {
        let content = Content::open(bytes, passphrase)?;
        self.with(|inner| {
            inner.expect_unlocked()?;
            inner.observe(now)?;
            inner.import(content, now)
        })
    }
}

impl Inner {
    fn import(&mut self, content: Content, now: &Now) -> Result<usize> {
        let oldest = self.oldest(now);
        let latest = self.settings.clock.correct(now).day().plus(1);
        let mut known: HashSet<VisitId> = HashSet::new();
        for day in self.days() {
            known.extend(self.day(day)?.visits.iter().map(|v| v.facts.id));
        }
        let mut companions = self.companions()?;
        let before = companions.len();
        for companion in content.companions {
            if companions.iter().all(|c| c.id != companion.id) {
                companions.push(companion);
            }
        }
        if companions.len() != before {
            self.set_companions(&companions)?;
        }
        let fresh: Vec<(Facts, Option<Words>)> = content
            .visits
            .into_iter()
            .filter(|(facts, _)| {
                let day = facts.from.day();
                (oldest..=latest).contains(&day) && known.insert(facts.id)
            })
            .map(|(mut facts, words)| {
                // Clock and running time of another phone mean nothing here.
                facts.epoch = self.settings.clock.right_epoch();
                facts.running = u64::MAX;
                if let Out::Open { due } = facts.out {
                    facts.out = Out::Assumed(due);
                }
                (facts, words)
            })
            .collect();
        let count = fresh.len();
        self.add_all(fresh)?;
        Ok(count)
    }
}

/// What an export holds.
struct Content {
    companions: Vec<Companion>,
    visits: Vec<(Facts, Option<Words>)>,
}

impl Content {
    fn take(&mut self, inner: &Inner, view: &DayView) {
        for visit in &view.visits {
            let words = if visit.facts.hidden { None } else { view.words(inner, visit) };
            self.visits.push((visit.facts.duplicate(), words));
        }
    }

    fn open(bytes: &[u8], passphrase: &str) -> Result<Self> {
        if bytes.len() > LARGEST {
            return Err(Error::TooLarge);
        }
        let mut r = Reader::new(bytes);
        if r.take(MAGIC.len()) != Ok(MAGIC) {
            return Err(Error::NotAnExport);
        }
        let version = r.u8().map_err(|_| Error::NotAnExport)?;
        let salt: [u8; 16] = r.array().map_err(|_| Error::NotAnExport)?;
        if version != VERSION {
            return Err(Error::UpdateNeeded);
        }
        let (place, sealed) = bytes.split_at(MAGIC.len() + 1 + salt.len());
        let key = Secret::derive_from_passphrase(passphrase, &salt).ok_or(Error::TooLarge)?;
        let plain = key.unseal(place, sealed).ok_or(Error::BadPassphrase)?;
        Self::decode(&plain).map_err(|_| Error::NotAnExport)
    }

    fn encode(&self) -> Writer {
        let mut w = Writer::new(1024 + 512 * self.visits.len());
        w.long(encode_companions(&self.companions).as_slice());
        w.u32(u32::try_from(self.visits.len()).unwrap_or(u32::MAX));
        for (facts, words) in &self.visits {
            w.long(facts.encode().as_slice());
            match words {
                Some(words) => w.long(words.encode().as_slice()),
                None => w.long(&[]),
            };
        }
        w
    }

    fn decode(bytes: &[u8]) -> std::result::Result<Self, Cut> {
        let mut r = Reader::new(bytes);
        let companions = r.long(LONGEST_PART)?;
        // A new diary has no list at all; an export always has one.
        if companions.is_empty() {
            return Err(Cut);
        }
        let companions = decode_companions(companions)?;
        let n = r.u32()?;
        let mut visits = Vec::new();
        for _ in 0..n {
            let facts = Facts::decode(r.long(LONGEST_PART)?)?;
            let words = match r.long(LONGEST_PART)? {
                [] => None,
                bytes => Some(Words::decode(bytes)?),
            };
            visits.push((facts, words));
        }
        r.end()?;
        Ok(Self { companions, visits })
    }
}

pub(super) fn probe(bytes: &[u8]) -> Option<bool> {
    Some(Content::decode(bytes).ok()?.encode().as_slice() == bytes)
}

const MAGIC: &[u8] = b"vaora-x";
const VERSION: u8 = 1;
const SHORTEST_PASSPHRASE: usize = 8;
const LARGEST: usize = 64 << 20;
const LONGEST_PART: u32 = 1 << 16;
