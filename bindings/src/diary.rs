//! The diary: its life, and the verbs of visits.

use std::sync::Arc;
use std::time::SystemTime;

use vaora::diary::{self as core, CompanionId, VisitId};
use vaora::journal::Folder;

use crate::clock::instant;
use crate::error::number;
use crate::keys::SystemRandom;
use crate::mirror::{Told, record, told};
use crate::{Companion, Day, KeyState, Now, Rescan, Result, Scan, Secret, Visit, Visits};

/// An open diary. Every call blocks until what it did is durable, so keep it off the main thread;
/// calls from several threads wait for each other.
#[derive(uniffi::Object)]
pub struct Diary {
    pub(crate) core: Arc<core::Diary>,
}

/// Removes everything in a folder at once, without any key: for who lost it and begins anew.
#[uniffi::export]
pub fn erase(folder: String) -> Result<()> {
    Ok(core::Diary::erase(Box::new(Folder::new(folder.as_ref())))?)
}

#[uniffi::export]
impl Diary {
    /// Makes a new diary in a folder, unlocked. It refuses a folder that holds one: creating is not
    /// opening.
    #[uniffi::constructor]
    pub fn create(
        folder: String,
        matching: Arc<Secret>,
        diary: Arc<Secret>,
        now: Now,
    ) -> Result<Self> {
        let (disk, random) = (Box::new(Folder::new(folder.as_ref())), Box::new(SystemRandom));
        let (matching, diary) = (matching.wrapped(), diary.wrapped());
        let core = core::Diary::create(disk, random, matching, diary, &now.into())?;
        Ok(Self { core: Arc::new(core) })
    }

    /// Opens a diary. With the diary's own secret locked, it takes check-ins and shows nothing. No
    /// error of this call changes anything on disk.
    #[uniffi::constructor]
    pub fn open(folder: String, matching: KeyState, diary: KeyState) -> Result<Self> {
        let (disk, random) = (Box::new(Folder::new(folder.as_ref())), Box::new(SystemRandom));
        let core = core::Diary::open(disk, random, matching.into(), diary.into())?;
        Ok(Self { core: Arc::new(core) })
    }

    /// Closes the diary and wipes its keys, once the calls under way have ended; every later one
    /// answers `Closed`.
    pub fn close_now(&self) {
        self.core.close();
    }

    /// Checks in: the person has seen what this place is and confirmed it. Durable when it returns.
    /// Also works while the phone is locked, once the diary was opened after the start.
    pub fn check_in(&self, scan: &Scan, companions: Vec<i64>, now: Now) -> Result<Visit> {
        let companions = companion_ids(&companions)?;
        told(self.core.check_in(&scan.place()?, &companions, &now.into()))
    }

    /// Checks out. A second time changes nothing.
    pub fn check_out(&self, visit: i64, now: Now) -> Result<()> {
        told(self.core.check_out(VisitId(visit), &now.into()))
    }

    /// "Still here": the end is assumed another usual stay from now, at most 24 hours after the visit
    /// began.
    pub fn stay(&self, visit: i64, now: Now) -> Result<()> {
        told(self.core.stay(VisitId(visit), &now.into()))
    }

    /// What a scanned place meets in the diary: ask before every check-in.
    pub fn rescan(&self, scan: &Scan, now: Now) -> Result<Rescan> {
        told(self.core.rescan(&scan.place()?, &now.into()))
    }

    /// Adds a visit of the past from a code.
    pub fn add_past(
        &self,
        scan: &Scan,
        from: SystemTime,
        until: SystemTime,
        companions: Vec<i64>,
        now: Now,
    ) -> Result<Visit> {
        let (from, until, companions) =
            (instant(from), instant(until), companion_ids(&companions)?);
        told(self.core.add_past(&scan.place()?, from, until, &companions, &now.into()))
    }

    /// Adds a visit by hand. It has no code, so no published list can ever name it.
    pub fn add_manual(
        &self,
        name: String,
        category: i32,
        from: SystemTime,
        until: SystemTime,
        companions: Vec<i64>,
        now: Now,
    ) -> Result<Visit> {
        let (from, until, companions) =
            (instant(from), instant(until), companion_ids(&companions)?);
        let now = now.into();
        told(self.core.add_manual(&name, number(category)?, from, until, &companions, &now))
    }

    /// The visits that touch [from, until), with the days that could not be read whole.
    pub fn visits(&self, from: SystemTime, until: SystemTime, now: Now) -> Result<Visits> {
        told(self.core.visits(instant(from), instant(until), &now.into()))
    }

    /// Corrects the times of a visit.
    pub fn edit(&self, visit: i64, from: SystemTime, until: SystemTime, now: Now) -> Result<()> {
        told(self.core.edit(VisitId(visit), instant(from), instant(until), &now.into()))
    }

    /// The person confirms an end that was assumed.
    pub fn confirm(&self, visit: i64) -> Result<()> {
        told(self.core.confirm(VisitId(visit)))
    }

    /// Says who came along.
    pub fn set_companions(&self, visit: i64, companions: Vec<i64>) -> Result<()> {
        told(self.core.set_companions(VisitId(visit), &companion_ids(&companions)?))
    }

    /// Writes the person's own words.
    pub fn note(&self, visit: i64, note: String) -> Result<()> {
        told(self.core.note(VisitId(visit), &note))
    }

    /// Hides a visit: its readable part is gone for good; it still warns, by day and advice only.
    pub fn hide(&self, visit: i64, now: Now) -> Result<()> {
        told(self.core.hide(VisitId(visit), &now.into()))
    }

    /// Forgets a visit: nothing of it is left, its alerts included.
    pub fn forget(&self, visit: i64, now: Now) -> Result<()> {
        told(self.core.forget(VisitId(visit), &now.into()))
    }

    /// Forgets everything before a day.
    pub fn forget_before(&self, day: Day, now: Now) -> Result<()> {
        told(self.core.forget_before(day.0, &now.into()))
    }

    /// Drops a day whole, also a damaged one.
    pub fn drop_day(&self, day: Day, now: Now) -> Result<()> {
        told(self.core.drop_day(day.0, &now.into()))
    }

    /// Adds a companion.
    pub fn add_companion(&self, name: String) -> Result<i64> {
        told(self.core.add_companion(&name))
    }

    /// The companions.
    pub fn companions(&self) -> Result<Vec<Companion>> {
        told(self.core.companions())
    }

    /// Removes a companion, in every visit too.
    pub fn remove_companion(&self, id: i64) -> Result<()> {
        told(self.core.remove_companion(CompanionId(number(id)?)))
    }

    /// Three of eight shapes, 0 to 7, that every phone in this venue shows in this minute: the staff
    /// see at a glance who checked in.
    pub fn badge(&self, visit: i64, now: Now) -> Result<Vec<i32>> {
        told(self.core.badge(VisitId(visit), &now.into()).map(Vec::from))
    }

    /// Seals under the diary's own key what a locked phone noted. Call it after every unlocking.
    pub fn drain(&self) -> Result<Drained> {
        told(self.core.drain())
    }

    /// A time that the authority signed: the true one is not before it. Lists bring one by
    /// themselves.
    // `signed` would be its name, but that is a word of C, which Swift's header is.
    pub fn witness(&self, time: SystemTime, now: Now) -> Result<()> {
        told(self.core.witness(instant(time), &now.into()))
    }

    /// Whether the phone's clock speaks against the running time or a signed time.
    pub fn clock_seems_wrong(&self, now: Now) -> Result<bool> {
        told(self.core.clock_seems_wrong(&now.into()))
    }

    /// How many days visits are kept, 1 to 30; none is the usual 21.
    pub fn set_retention(&self, days: Option<i32>) -> Result<()> {
        told(self.core.set_retention(days.map(number).transpose()?))
    }

    /// Everything that can be read, sealed under a passphrase of at least 8 characters. It takes a
    /// second or two: guessing is made expensive.
    pub fn export(&self, passphrase: String) -> Result<Arc<Export>> {
        let core::Export { bytes, visits, missing } = self.core.export(&passphrase)?;
        let (visits, missing) = (Told::told(visits), Told::told(missing));
        Ok(Arc::new(Export { bytes, visits, missing }))
    }

    /// Adds the visits of an export that are not here yet and whose time is not over: all of them or,
    /// after a failure, none. Says how many.
    pub fn import_from(&self, bytes: Vec<u8>, passphrase: String, now: Now) -> Result<i32> {
        told(self.core.import(&bytes, &passphrase, &now.into()))
    }
}

record! {
    /// What became of readable parts that a locked phone had noted.
    pub struct Drained = core::Drained {
        /// Sealed under the diary's own key now.
        taken: i32 = taken,
        /// Not what this diary writes: such a visit stays without a name.
        refused: i32 = refused,
        /// Left for the next time: call it again.
        left: i32 = left,
    }
}

/// A diary in one sealed file.
#[derive(uniffi::Object)]
pub struct Export {
    bytes: Vec<u8>,
    visits: i32,
    missing: Vec<Day>,
}

#[uniffi::export]
impl Export {
    /// The file.
    pub fn bytes(&self) -> Vec<u8> {
        self.bytes.clone()
    }

    /// How many visits are in it.
    pub fn visits(&self) -> i32 {
        self.visits
    }

    /// Days of which something could not be read and is missing in it.
    pub fn missing(&self) -> Vec<Day> {
        self.missing.clone()
    }
}

pub(crate) fn companion_ids(ids: &[i64]) -> Result<Vec<CompanionId>> {
    ids.iter().map(|id| Ok(CompanionId(number(*id)?))).collect()
}
