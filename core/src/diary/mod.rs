//! The diary: visits of one phone, sealed, durable, and forgotten when their time has come.
//!
//! Every verb blocks until what it did is durable, takes the time as an argument, and answers
//! with an [`Error`](crate::Error) that names the button to show. A `Diary` may be shared
//! between threads.

mod alerts;
mod change;
mod clock;
mod come_and_go;
mod days;
mod export;
mod index;
mod lists;
mod look;
mod meet;
mod own;
mod parts;
mod place;
pub mod probe;
mod settings;
mod sharing;
mod tell;
mod upkeep;
mod visit;
mod warning;

pub use alerts::{Alert, Explanation};
pub use export::Export;
pub use lists::{AreaPolicy, Freshness};
pub use sharing::{Consent, PendingShare, Receipt, ShareChoice, SharePreview, Shared, Upload};
pub use tell::{Notice, NoticeKind};
pub use upkeep::{Drained, Due};
pub use visit::{
    ClockMark, Companion, CompanionId, Details, Now, Origin, Out, Place, Rescan, Visit, VisitId,
    Visits,
};
pub use warning::{AlertId, AlertState};

pub(crate) use lists::{CATALOGUES, Followed, TakenList, chunk_file, document_file, part_file};

use std::sync::Mutex;

use crate::error::{Error, Result};
use crate::journal::{self, Disk, Journal, Text, Wrapped, Wrappings};
use crate::seal::{Random, Secret};
use crate::text::words as text;
use crate::time::{Day, Instant};

use clock::Clock;
use days::Ends;
use index::Index;
use lists::Lists;
use meet::Matched;
use parts::Facts;
use settings::Settings;

/// What the platform's key store says of one of the diary's two secrets.
pub enum DeviceKey {
    /// Here it is; two in the midst of a renewal.
    Ready(Vec<Secret>),
    /// It is there, but not before the phone is unlocked.
    Locked,
    /// The platform threw it away.
    Gone,
}

/// An open diary.
pub struct Diary(Mutex<Option<Inner>>);

pub(crate) struct Inner {
    pub(crate) journal: Journal,
    pub(crate) settings: Settings,
    index: Option<Index>,
    pub(crate) lists: Lists,
    matched: Matched,
    /// Files in which nothing is to be warned of.
    unwarned: Ends,
}

impl Diary {
    /// A new diary, unlocked.
    ///
    /// # Errors
    /// [`Error::AlreadyExists`]; [`Error::InUse`]; [`Error::Full`] and [`Error::Storage`], and
    /// then there is none.
    pub fn create(
        disk: Box<dyn Disk>,
        random: Box<dyn Random>,
        matching: Wrapped,
        diary: Wrapped,
        now: &Now,
    ) -> Result<Self> {
        let journal = Journal::create(disk, random, matching, diary, now.wall.day())?;
        let settings = Settings::new();
        let index = Index::at(&journal);
        let mut inner = Inner::new(journal, settings, index);
        inner.settings.clock.observe(now);
        inner.settings.upkeep = now.wall.day();
        inner.save_settings()?;
        Ok(Self(Mutex::new(Some(inner))))
    }

    /// Opens a diary. With the diary's own secret locked, it takes check-ins and shows nothing.
    ///
    /// # Errors
    /// [`Error::NoDiary`], [`Error::Locked`], [`Error::KeyGone`], [`Error::WrongKey`],
    /// [`Error::InUse`], [`Error::Damaged`], [`Error::UpdateNeeded`]: none of them changes
    /// anything.
    pub fn open(
        disk: Box<dyn Disk>,
        random: Box<dyn Random>,
        matching: DeviceKey,
        diary: DeviceKey,
    ) -> Result<Self> {
        journal::expect_diary(disk.as_ref())?;
        let diary = match diary {
            DeviceKey::Gone => return Err(Error::KeyGone),
            DeviceKey::Locked => None,
            DeviceKey::Ready(secrets) => Some(secrets),
        };
        let matching = match matching {
            DeviceKey::Gone => return Err(Error::KeyGone),
            DeviceKey::Locked => return Err(Error::Locked),
            DeviceKey::Ready(secrets) => secrets,
        };
        let journal = Journal::open(disk, random, &matching, diary.as_deref())?;
        let settings = Settings::decode(journal.state()).map_err(|_| Error::Damaged)?;
        let index = Index::at(&journal);
        Ok(Self(Mutex::new(Some(Inner::new(journal, settings, index)))))
    }

    /// What the façade left in the rings, for unwrapping its secrets. Needs no secret.
    ///
    /// # Errors
    /// [`Error::NoDiary`]; [`Error::Damaged`].
    pub fn wrapping(disk: &dyn Disk) -> Result<Wrappings> {
        journal::wrappings(disk)
    }

    /// Opens the readable parts. Call [`Diary::drain`] afterwards.
    ///
    /// # Errors
    /// [`Error::Locked`], [`Error::KeyGone`], [`Error::WrongKey`], [`Error::Damaged`].
    pub fn unlock(&self, diary: DeviceKey) -> Result<()> {
        let secrets = match diary {
            DeviceKey::Gone => return Err(Error::KeyGone),
            DeviceKey::Locked => return Err(Error::Locked),
            DeviceKey::Ready(secrets) => secrets,
        };
        self.with(|inner| inner.journal.unlock(&secrets))
    }

    /// The phone was locked: lets go of what opens the readable parts.
    ///
    /// # Errors
    /// [`Error::Closed`].
    pub fn lock(&self) -> Result<()> {
        self.with(|inner| {
            inner.journal.lock();
            Ok(())
        })
    }

    /// The visits that touch [from, until), with the days that could not be read whole. Days
    /// past their time are not shown, even before they are deleted.
    ///
    /// # Errors
    /// [`Error::Locked`].
    pub fn visits(&self, from: Instant, until: Instant, now: &Now) -> Result<Visits> {
        self.with(|inner| {
            inner.expect_unlocked()?;
            inner.visits(from, until, inner.oldest(now))
        })
    }

    /// Whether the phone's clock speaks against the running time or a signed time.
    ///
    /// # Errors
    /// [`Error::Closed`].
    pub fn clock_seems_wrong(&self, now: &Now) -> Result<bool> {
        self.with(|inner| Ok(inner.clock(now).seems_wrong()))
    }

    /// Closes the diary and wipes its keys; every later verb answers [`Error::Closed`].
    pub fn close(&self) {
        if let Ok(mut inner) = self.0.lock() {
            *inner = None;
        }
    }

    /// Removes everything at once. Needs no key, so that who lost it can begin anew.
    ///
    /// # Errors
    /// [`Error::InUse`]; [`Error::Storage`].
    pub fn erase(disk: Box<dyn Disk>) -> Result<()> {
        let folder = disk.folder().map(std::path::Path::to_path_buf);
        journal::erase(disk)?;
        if let Some(folder) = folder {
            index::remove_all(&folder);
        }
        Ok(())
    }

    pub(crate) fn with<T>(&self, verb: impl FnOnce(&mut Inner) -> Result<T>) -> Result<T> {
        let mut inner = self.0.lock().map_err(|_| Error::Closed)?;
        verb(inner.as_mut().ok_or(Error::Closed)?)
    }
}

impl std::fmt::Debug for Diary {
    /// Nothing of what it holds.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Diary")
    }
}

impl Inner {
    fn new(journal: Journal, settings: Settings, index: Option<Index>) -> Self {
        let (lists, matched) = (Lists::default(), Matched::default());
        Self { journal, settings, index, lists, matched, unwarned: Ends::default() }
    }

    /// Writes one change of a visit; `before` is what it was, if it is not new.
    fn put(
        &mut self,
        day: Day,
        before: Option<&Facts>,
        facts: &Facts,
        text: Text<'_>,
    ) -> Result<()> {
        let bytes = facts.encode();
        let written = self.journal.append(day, bytes.as_slice(), text)?;
        if let Some(index) = &self.index {
            index.note(&mut self.journal, &written, before.is_some_and(Facts::is_open), facts);
        }
        Ok(())
    }

    /// Takes note of the time; an epoch of the clock is durable before a visit names it.
    fn observe(&mut self, now: &Now) -> Result<()> {
        let before = self.settings.clock.clone();
        if self.settings.clock.observe(now) {
            self.save_settings().inspect_err(|_| self.settings.clock = before)?;
        }
        Ok(())
    }

    pub(crate) fn save_settings(&mut self) -> Result<()> {
        let state = self.settings.encode();
        self.journal.set_state(state.as_slice())
    }

    /// After a failure: what the ring says holds.
    fn reload_settings(&mut self) {
        if let Ok(settings) = Settings::decode(self.journal.state()) {
            self.settings = settings;
        }
    }

    fn expect_unlocked(&self) -> Result<()> {
        if self.journal.is_unlocked() { Ok(()) } else { Err(Error::Locked) }
    }

    /// The clock as it is now, for verbs that only look.
    fn clock(&self, now: &Now) -> Clock {
        let mut clock = self.settings.clock.clone();
        clock.observe(now);
        clock
    }

    /// The first day that may still be shown.
    fn oldest(&self, now: &Now) -> Day {
        let today = self.clock(now).correct(now).day();
        today.plus(-i32::from(self.retention(today)))
    }

    fn companions(&self) -> Result<Vec<Companion>> {
        Ok(self.own()?.companions)
    }

    fn renew_index(&mut self) {
        if let Some(index) = &self.index {
            index.renew();
        }
    }
}
