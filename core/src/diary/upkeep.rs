//! What has to happen when time passes: closing, expiring, draining, repairing, renewing.

use super::change::Keep;
use super::days::Folded;
use super::lists::{Deployment, Followed};
use super::parts::{LONGEST, plus};
use super::settings::{LONGEST_RETENTION, RETENTION};
use super::tell::Notice;
use super::visit::{Now, Out, VisitId};
use super::{Diary, Inner};
use crate::area::AreaCode;
use crate::code::Trust;
use crate::error::{Error, Result};
use crate::journal::{Text, Wrapped};
use crate::time::{Day, Instant};
use crate::trust::AreaState;

/// What was done and what is to be asked, now that this time has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// Visits whose usual stay is over: ask "still here?".
    pub leave: Vec<VisitId>,
    /// Visits whose forgotten end was assumed just now.
    pub closed: Vec<VisitId>,
    /// Days that were deleted for their age just now.
    pub expired: Vec<Day>,
    /// Notifications to show now, the strongest first.
    pub notices: Vec<Notice>,
    /// Make new secrets and call [`Diary::rotate`].
    pub rotate: bool,
    /// Nothing more happens before this; none while nothing is open and nothing awaits renewal
    /// (then once a day is enough).
    pub next: Option<Instant>,
}

/// What became of readable parts that a locked phone had noted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Drained {
    /// Sealed under the diary's own key now.
    pub taken: usize,
    /// Not what this diary writes: such a visit stays without a name.
    pub refused: usize,
    /// Left for the next time.
    pub left: usize,
}

impl Diary {
    /// Does everything whose time has come. Call it when the app starts, at `next`, and once a
    /// day; it also works while the phone is locked.
    ///
    /// # Errors
    /// [`Error::Full`], [`Error::Storage`]: what was not done is done the next time.
    pub fn due(&self, now: &Now) -> Result<Due> {
        self.with(|inner| {
            inner.load_lists();
            inner.observe(now)?;
            let time = inner.settings.clock.correct(now);
            let mut due = Due {
                leave: Vec::new(),
                closed: Vec::new(),
                expired: Vec::new(),
                notices: Vec::new(),
                rotate: false,
                next: None,
            };
            inner.repair()?;
            inner.close_forgotten(now, time, &mut due)?;
            if inner.settings.upkeep != time.day() || !inner.journal.is_ready(time.day()) {
                due.expired = inner.daily(now, time)?;
            }
            inner.fall_asleep(now, &mut due)?;
            let met = inner.meet(now);
            inner.tell(now, time, &mut due)?;
            // What was told must be shown, also if there was no room for more.
            if due.notices.is_empty() {
                met?;
            }
            if let Some(since) = inner.settings.rotation_since {
                let at = plus(since, RENEWAL);
                // Also if the clock was set back since.
                due.rotate = now.wall >= at || now.wall < since;
                due.next = earlier(due.next, at);
            }
            Ok(due)
        })
    }

    /// Seals under the diary's own key what a locked phone noted, and renews the inbox. Call it
    /// after every unlocking.
    ///
    /// # Errors
    /// [`Error::Locked`]; [`Error::Full`], [`Error::Storage`]: nothing is lost, try again.
    pub fn drain(&self) -> Result<Drained> {
        self.with(Inner::drain)
    }

    /// A signed time came with a list: the true time is not before it. Puts right what was
    /// noted under a clock that it proves wrong, now or at the next unlocking.
    ///
    /// # Errors
    /// [`Error::Full`], [`Error::Storage`].
    pub fn witness(&self, signed: Instant, now: &Now) -> Result<()> {
        self.with(|inner| {
            let before = inner.settings.clock.clone();
            inner.settings.clock.observe(now);
            inner.settings.clock.witness(now, signed);
            inner.save_settings().inspect_err(|_| inner.settings.clock = before)?;
            inner.repair()
        })
    }

    /// How many days visits are kept, by signed policy: 1 to 30; `None` is the usual 21.
    ///
    /// # Errors
    /// [`Error::BadTimes`] outside these bounds.
    pub fn set_retention(&self, days: Option<u8>) -> Result<()> {
        let days = days.unwrap_or(RETENTION);
        if !(1..=LONGEST_RETENTION).contains(&days) {
            return Err(Error::BadTimes);
        }
        self.with(|inner| {
            let before = std::mem::replace(&mut inner.settings.retention, days);
            inner.save_settings().inspect_err(|_| inner.settings.retention = before)
        })
    }

    /// Writes the rings under new secrets and reads them back. Only when this has returned may
    /// the façade delete the old secrets: then nothing opens what was forgotten, not even from
    /// copies of every earlier file.
    ///
    /// # Errors
    /// [`Error::Locked`] if the diary's own secret is to be renewed; [`Error::Storage`]: keep
    /// both secrets, and try again.
    pub fn rotate(&self, matching: Option<Wrapped>, diary: Option<Wrapped>) -> Result<()> {
        self.with(|inner| {
            let before = inner.settings.rotation_since;
            if matching.is_some() && diary.is_some() {
                inner.settings.rotation_since = None;
            }
            let state = inner.settings.encode();
            inner
                .journal
                .rotate(matching, diary, state.as_slice())
                .inspect_err(|_| inner.settings.rotation_since = before)
        })
    }
}

impl Inner {
    /// Stands by a new list from this moment on: one writing of the ring. Its time is a witness.
    pub(crate) fn take_lists(
        &mut self,
        followed: Followed,
        signed: Instant,
        now: &Now,
    ) -> Result<()> {
        self.journal.disk_mut().sync_names()?;
        let before = self.settings.clone();
        let known = self.settings.followed.iter_mut().find(|f| f.deployment == followed.deployment);
        *known.ok_or(Error::Untrusted)? = followed;
        self.settings.clock.observe(now);
        self.settings.clock.witness(now, signed);
        self.save_settings().inspect_err(|_| self.settings = before)?;
        self.lists.forget();
        self.tidy_lists();
        // What follows from the list can be done at any time, and is done again if it fails now.
        let _ = self.repair();
        let _ = self.meet(now);
        Ok(())
    }

    fn close_forgotten(&mut self, now: &Now, time: Instant, due: &mut Due) -> Result<()> {
        for day in self.open_days(now)? {
            let view = self.day(day)?;
            for visit in &view.visits {
                let facts = &visit.facts;
                let Out::Open { due: end } = facts.out else { continue };
                let since = self.settings.clock.since(facts.epoch, facts.running, facts.from, now);
                let until_end = end.unix() - facts.from.unix();
                if since >= until_end + GRACE || since >= LONGEST {
                    let before = facts;
                    let mut facts = before.duplicate();
                    facts.out = Out::Assumed(end);
                    self.put(day, Some(before), &facts, Text::Unchanged)?;
                    if !facts.hidden {
                        due.closed.push(facts.id);
                    }
                    continue;
                }
                let asked = since >= until_end;
                if asked && !facts.hidden {
                    due.leave.push(facts.id);
                }
                let wait = if asked { until_end + GRACE } else { until_end } - since;
                due.next = earlier(due.next, plus(time, wait.max(1)));
            }
        }
        Ok(())
    }

    /// Where the person lives nothing is to be noted any more, so nothing is kept: the area is
    /// that of the last verified venue, and every authority followed calls it dormant. Like
    /// deleting for age, it takes more than the phone's clock.
    fn fall_asleep(&mut self, now: &Now, due: &mut Due) -> Result<()> {
        let Some(sure) = self.settings.clock.surely(now) else { return Ok(()) };
        let asks = self.lists.all().iter().any(|d| d.standing().may_sleep(sure.day()));
        if !asks || !self.journal.is_unlocked() {
            return Ok(());
        }
        let Some(area) = self.last_area()? else { return Ok(()) };
        let sleeps = |d: &Deployment| d.standing().area(area, sure.day()) == AreaState::Dormant;
        if !self.lists.all().iter().all(sleeps) {
            return Ok(());
        }
        let mut days = self.days();
        for day in std::mem::take(&mut days) {
            if !self.day(day)?.visits.is_empty() {
                days.push(day);
            }
        }
        self.empty(&days, now)?;
        due.expired.extend(days.into_iter().rev());
        Ok(())
    }

    /// Where the last venue lies that the authority itself had verified.
    fn last_area(&self) -> Result<Option<AreaCode>> {
        for day in self.days() {
            let view = self.day(day)?;
            let verified = |visit: &Folded| {
                let details = view.words(self, visit)?.details;
                let area = details.area.filter(|_| details.trust == Trust::Verified)?;
                Some((visit.facts.from, area))
            };
            let last = view.visits.iter().filter_map(verified).max_by_key(|(from, _)| *from);
            if let Some((_, area)) = last {
                return Ok(Some(area));
            }
        }
        Ok(None)
    }

    /// Once a day: days whose time is over go, days that are over are written compactly, and
    /// files for the days to come are made ready.
    fn daily(&mut self, now: &Now, time: Instant) -> Result<Vec<Day>> {
        let today = time.day();
        let before = self.settings.clone();
        self.settings.upkeep = today;
        let expired = self.expired(now);
        let result = self.expire(&expired, now).and_then(|()| self.tidy(today, now));
        result
            .and_then(|()| self.journal.extend(today))
            .and_then(|()| self.journal.tidy_diary_ring())
            .and_then(|()| self.save_settings())
            .inspect_err(|_| self.settings = before)?;
        Ok(expired)
    }

    /// Days that are surely past their time. A clock alone never says so.
    fn expired(&self, now: &Now) -> Vec<Day> {
        let Some(sure) = self.settings.clock.surely(now) else { return Vec::new() };
        let oldest = sure.day().plus(-i32::from(self.retention(sure.day())));
        let mut days = self.days();
        days.retain(|day| *day < oldest);
        days.reverse();
        days
    }

    fn expire(&mut self, days: &[Day], now: &Now) -> Result<()> {
        if days.is_empty() {
            return Ok(());
        }
        self.settings.rotation_since.get_or_insert(now.wall);
        // A locked diary does it when it is asked for what waits.
        let _ = self.drop_begun(|_, day| days.contains(&day));
        let state = self.settings.encode();
        self.journal.drop_days(days, Some(state.as_slice()))?;
        self.renew_index();
        Ok(())
    }

    /// Writes days that are over with one record a visit, so that keys of days which a visit
    /// turned out not to touch are gone from the files as well.
    fn tidy(&mut self, today: Day, now: &Now) -> Result<()> {
        if !self.journal.is_unlocked() {
            return Ok(());
        }
        let (mut days, mut compact) = (Vec::new(), Vec::new());
        for day in self.journal.loose_days().into_iter().filter(|day| *day < today) {
            let view = self.day(day)?;
            let settled = view.visits.iter().all(|v| !v.facts.is_open() && !view.is_boxed(v));
            let loose = view.visits.iter().any(|v| v.records > 1)
                || view.warning_records > view.warnings.len();
            if view.damaged || view.unfinished || !settled {
                continue;
            }
            if loose { days.push(day) } else { compact.push(day) }
        }
        self.journal.note_compact(&compact);
        if days.is_empty() {
            return Ok(());
        }
        self.settings.rotation_since.get_or_insert(now.wall);
        self.rewrite(&days, |_| Keep::Same)
    }

    fn drain(&mut self) -> Result<Drained> {
        self.expect_unlocked()?;
        let mut drained = Drained { taken: 0, refused: 0, left: 0 };
        for day in self.days() {
            let view = self.day(day)?;
            for visit in view.visits.iter().filter(|v| view.is_boxed(v)) {
                let Some(words) = view.words(self, visit) else {
                    drained.refused += 1;
                    continue;
                };
                if drained.taken == MOST_DRAINED {
                    drained.left += 1;
                    continue;
                }
                let bytes = words.encode();
                self.put(day, Some(&visit.facts), &visit.facts, Text::New(bytes.as_slice()))?;
                drained.taken += 1;
            }
        }
        if drained.taken > 0 {
            self.journal.renew_inbox(drained.left > 0)?;
        }
        Ok(drained)
    }

    /// Moves visits of a clock that was proven wrong to their true times.
    fn repair(&mut self) -> Result<()> {
        if !self.settings.clock.has_repairs() || !self.journal.is_unlocked() {
            return Ok(());
        }
        let mut days: Vec<Day> = Vec::new();
        for day in self.days() {
            let view = self.day(day)?;
            for visit in &view.visits {
                if let Some(by) = self.settings.clock.repair_of(visit.facts.epoch) {
                    days.push(day);
                    days.push(plus(visit.facts.from, by).day());
                }
            }
        }
        let before = self.settings.clock.clone();
        let right = before.right_epoch();
        self.settings.clock.repaired();
        let result = if days.is_empty() {
            self.save_settings()
        } else {
            self.rewrite(&days, |facts| {
                let Some(by) = before.repair_of(facts.epoch) else { return Keep::Same };
                let mut facts = facts.duplicate();
                facts.from = plus(facts.from, by);
                facts.out = match facts.out {
                    Out::Open { due } => Out::Open { due: plus(due, by) },
                    Out::Scanned(at) => Out::Scanned(plus(at, by)),
                    Out::Said(at) => Out::Said(at),
                    Out::Assumed(at) => Out::Assumed(plus(at, by)),
                };
                facts.epoch = right;
                facts.repaired = true;
                Keep::As(facts)
            })
        };
        match result {
            // A damaged day cannot be rewritten; it stays marked, everything else goes on.
            Err(Error::DamagedDay { .. }) => {
                self.settings.clock = before;
                Ok(())
            }
            other => other.inspect_err(|_| self.settings.clock = before),
        }
    }
}

pub(super) fn earlier(known: Option<Instant>, other: Instant) -> Option<Instant> {
    Some(known.map_or(other, |known| known.min(other)))
}

/// Seconds after the usual stay for answering "still here?".
const GRACE: i64 = 3600;
/// Seconds after which the secrets must be renewed: time enough to hide a second visit too, and
/// within the hour.
const RENEWAL: i64 = 50 * 60;
/// Readable parts taken in one go: whoever can write files cannot make unlocking endless.
const MOST_DRAINED: usize = 500;
