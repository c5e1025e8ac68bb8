//! The verbs at the door: in, out, still here, the badge; and visits added later.

use super::parts::{Facts, LONGEST, Words, plus};
use super::text;
use super::visit::{CompanionId, Details, Now, Origin, Out, Place, Rescan, Visit, VisitId};
use super::{Diary, Inner};
use crate::code::Trust;
use crate::error::{Error, Result};
use crate::journal::Text;
use crate::seal::VenueKey;
use crate::time::Instant;

impl Diary {
    /// Checks in: the person has seen what this place is and confirmed it. Durable when it
    /// returns. Also works while the phone is locked, once the diary was opened after the start:
    /// the readable part then waits for the next unlocking.
    ///
    /// A place that is already open gets a second visit: ask [`Diary::rescan`] first, and then
    /// the person.
    ///
    /// # Errors
    /// [`Error::NotYetValid`], [`Error::Revoked`], [`Error::DamagedCode`] by the trust of the
    /// code; [`Error::BadText`]; [`Error::Full`] and [`Error::Storage`], with nothing changed.
    pub fn check_in(&self, place: &Place, companions: &[CompanionId], now: &Now) -> Result<Visit> {
        match place.details.trust {
            Trust::Early => return Err(Error::NotYetValid),
            Trust::Revoked => return Err(Error::Revoked),
            Trust::Damaged => return Err(Error::DamagedCode),
            Trust::Verified
            | Trust::UnknownIssuer
            | Trust::Typed
            | Trust::Foreign
            | Trust::Expired
            | Trust::Replaced => {}
        }
        self.with(|inner| {
            let words = Words::new(&place.details, companions)?;
            inner.observe(now)?;
            let mut facts = inner.begin(now, place.details.stay);
            facts.derive_keys(&place.seed, &inner.settings.clock.candidates(now));
            inner.add(&facts, &words)
        })
    }

    /// Checks out. A second time changes nothing.
    ///
    /// # Errors
    /// [`Error::NoVisit`]; [`Error::BadTimes`] more than 24 hours after it began: the person
    /// has to say when it ended.
    pub fn check_out(&self, visit: VisitId, now: &Now) -> Result<()> {
        self.with(|inner| {
            let (view, at) = inner.find(visit)?;
            let facts = &view.visits[at].facts;
            if matches!(facts.out, Out::Scanned(_) | Out::Said(_)) {
                return Ok(());
            }
            inner.observe(now)?;
            let stayed = inner.stayed(facts, now)?;
            let before = facts;
            let mut facts = before.duplicate();
            facts.out = Out::Scanned(plus(facts.from, stayed));
            facts.narrow_keys();
            inner.put(view.day, Some(before), &facts, Text::Unchanged)
        })
    }

    /// "Still here": the end is assumed another usual stay from now, at most 24 hours after the
    /// visit began. Also takes back an end that was assumed already.
    ///
    /// # Errors
    /// [`Error::NoVisit`]; [`Error::BadTimes`] if it was ended by the person, or has lasted 24
    /// hours.
    pub fn stay(&self, visit: VisitId, now: &Now) -> Result<()> {
        self.with(|inner| {
            let (view, at) = inner.find(visit)?;
            let facts = &view.visits[at].facts;
            if matches!(facts.out, Out::Scanned(_) | Out::Said(_)) {
                return Err(Error::BadTimes);
            }
            inner.observe(now)?;
            let stayed = inner.stayed(facts, now)?;
            let before = facts;
            let mut facts = before.duplicate();
            let due = (stayed + i64::from(facts.stay) * 60).min(LONGEST);
            facts.out = Out::Open { due: plus(facts.from, due) };
            inner.put(view.day, Some(before), &facts, Text::Unchanged)
        })
    }

    /// What a scanned place meets: is it open, or the venue that it is a part of? The app then
    /// asks "leave?" or says "inside …". Hidden visits meet nothing.
    ///
    /// # Errors
    /// [`Error::Locked`]: who finds a locked phone learns nothing by scanning.
    pub fn rescan(&self, place: &Place, now: &Now) -> Result<Rescan> {
        self.with(|inner| {
            inner.expect_unlocked()?;
            let mut met = Rescan { open: None, parent: None };
            let times = inner.clock(now).candidates(now);
            let keys: Vec<VenueKey> =
                times.iter().map(|t| VenueKey::derive(&place.seed, t.day())).collect();
            for day in inner.open_days(now)? {
                let view = inner.day(day)?;
                for visit in view.visits.iter().filter(|v| v.facts.is_open() && !v.facts.hidden) {
                    let facts = &visit.facts;
                    if inner.stayed(facts, now).is_err() {
                        continue;
                    }
                    let here = Some((facts.id, facts.from));
                    if facts.keys.iter().any(|(_, own)| keys.iter().any(|key| key.is(own))) {
                        met.open = here.max(met.open);
                    } else if let Some(parent) = place.details.parent
                        && let Some(words) = view.words(inner, visit)
                        && words.details.venue.is_some_and(|id| id.as_parent() == parent)
                    {
                        met.parent = here.max(met.parent);
                    }
                }
            }
            Ok(met)
        })
    }

    /// Adds a visit of the past from a code.
    ///
    /// # Errors
    /// [`Error::BadTimes`] if it ends before it begins, lasts longer than 24 hours, lies in the
    /// future or before what is kept; [`Error::Locked`].
    pub fn add_past(
        &self,
        place: &Place,
        from: Instant,
        until: Instant,
        companions: &[CompanionId],
        now: &Now,
    ) -> Result<Visit> {
        if matches!(place.details.trust, Trust::Revoked | Trust::Damaged) {
            return Err(Error::Revoked);
        }
        self.with(|inner| {
            let words = Words::new(&place.details, companions)?;
            let mut facts = inner.past(from, until, Origin::Past, place.details.stay, now)?;
            facts.derive_keys(&place.seed, &[from]);
            facts.narrow_keys();
            inner.add(&facts, &words)
        })
    }

    /// Adds a visit by hand. It has no code, so no published list can ever name it.
    ///
    /// # Errors
    /// As [`Diary::add_past`]; [`Error::BadText`] for the name.
    pub fn add_manual(
        &self,
        name: &str,
        category: u8,
        from: Instant,
        until: Instant,
        companions: &[CompanionId],
        now: &Now,
    ) -> Result<Visit> {
        self.with(|inner| {
            let words = Words::new(&Details::manual(name, category), companions)?;
            let facts = inner.past(from, until, Origin::Manual, words.details.stay, now)?;
            inner.add(&facts, &words)
        })
    }

    /// Three of eight shapes that every phone in this venue shows in this minute: the staff see
    /// at a glance who checked in.
    ///
    /// # Errors
    /// [`Error::NoVisit`]; [`Error::NotAVenueCode`] for a visit without a code, or long after
    /// it ended.
    pub fn badge(&self, visit: VisitId, now: &Now) -> Result<[u8; 3]> {
        self.with(|inner| {
            let (view, at) = inner.find(visit)?;
            let time = inner.clock(now).correct(now);
            let key = view.visits[at].facts.key_of(time.day()).ok_or(Error::NotAVenueCode)?;
            Ok(key.derive_badge(time))
        })
    }
}

impl Inner {
    /// A new open visit.
    fn begin(&mut self, now: &Now, stay: u16) -> Facts {
        let from = self.settings.clock.correct(now);
        Facts {
            id: self.make_id(),
            from,
            out: Out::Open { due: plus(from, i64::from(stay) * 60) },
            offset: now.offset,
            running: now.running,
            epoch: self.settings.clock.epoch_of_visits(),
            origin: Origin::Scanned,
            hidden: false,
            repaired: from != now.wall,
            stay,
            keys: Vec::new(),
        }
    }

    fn past(
        &mut self,
        from: Instant,
        until: Instant,
        origin: Origin,
        stay: u16,
        now: &Now,
    ) -> Result<Facts> {
        self.expect_unlocked()?;
        self.observe(now)?;
        self.check_times(from, until, now)?;
        let mut facts = self.begin(now, stay);
        facts.from = from;
        facts.out = Out::Said(until);
        facts.origin = origin;
        facts.repaired = false;
        facts.epoch = self.settings.clock.right_epoch();
        Ok(facts)
    }

    /// Seconds since a visit began, if it may still be going on.
    fn stayed(&self, facts: &Facts, now: &Now) -> Result<i64> {
        let stayed = self.clock(now).since(facts.epoch, facts.running, facts.from, now).max(0);
        if stayed > LONGEST { Err(Error::BadTimes) } else { Ok(stayed) }
    }

    /// A new visit.
    fn add(&mut self, facts: &Facts, words: &Words) -> Result<Visit> {
        let bytes = words.encode();
        self.put(facts.from.day(), None, facts, Text::New(bytes.as_slice()))?;
        let words = self.journal.is_unlocked().then(|| words.clone());
        Ok(self.visit(facts, words))
    }

    pub(super) fn make_id(&mut self) -> VisitId {
        let mut bytes = [0; 8];
        self.journal.random().fill(&mut bytes);
        VisitId(i64::from_le_bytes(bytes) & i64::MAX)
    }
}

impl Words {
    fn new(details: &Details, companions: &[CompanionId]) -> Result<Self> {
        text::check(&details.name, text::NAME)?;
        text::check(&details.zone, text::ZONE)?;
        if !(1..=1440).contains(&details.stay) {
            return Err(Error::BadTimes);
        }
        let words =
            Self { details: details.clone(), companions: companions.to_vec(), note: String::new() };
        words.check_companions()?;
        Ok(words)
    }

    pub(super) fn check_companions(&self) -> Result<()> {
        if self.companions.len() > MOST_COMPANIONS { Err(Error::TooLarge) } else { Ok(()) }
    }
}

/// Who one phone can check in at once.
const MOST_COMPANIONS: usize = 50;
