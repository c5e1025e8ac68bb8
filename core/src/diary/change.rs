//! Changing what the diary says: correcting, annotating, hiding, forgetting.

use super::parts::{Facts, LONGEST, Words, plus};
use super::text;
use super::visit::{Companion, CompanionId, Now, Out, VisitId};
use super::warning::Warning;
use super::{Diary, Inner};
use crate::error::{Error, Result};
use crate::journal::{NewRecord, Text};
use crate::time::{Day, Instant};
use crate::wire::Writer;

impl Diary {
    /// Corrects when a visit began and ended. Its venue can be recognised only on days around
    /// the first times.
    ///
    /// # Errors
    /// [`Error::BadTimes`], [`Error::NoVisit`], [`Error::Locked`]; [`Error::DamagedDay`] if it
    /// moves out of a day that cannot be rewritten.
    pub fn edit(&self, visit: VisitId, from: Instant, until: Instant, now: &Now) -> Result<()> {
        self.with(|inner| {
            inner.expect_unlocked()?;
            let (view, at) = inner.find(visit)?;
            inner.check_times(from, until, now)?;
            let mut facts = view.visits[at].facts.duplicate();
            facts.from = from;
            facts.out = Out::Said(until);
            facts.narrow_keys();
            if from.day() == view.day {
                inner.put(view.day, Some(&view.visits[at].facts), &facts, Text::Unchanged)
            } else {
                inner.rewrite(&[view.day, from.day()], |known| {
                    if known.id == visit { Keep::As(facts.duplicate()) } else { Keep::Same }
                })
            }
        })
    }

    /// The assumed end is right.
    ///
    /// # Errors
    /// [`Error::NoVisit`], [`Error::Locked`]; [`Error::BadTimes`] while it is open.
    pub fn confirm(&self, visit: VisitId) -> Result<()> {
        self.with(|inner| {
            inner.expect_unlocked()?;
            let (view, at) = inner.find(visit)?;
            let mut facts = view.visits[at].facts.duplicate();
            match facts.out {
                Out::Open { .. } => return Err(Error::BadTimes),
                Out::Scanned(_) | Out::Said(_) => return Ok(()),
                Out::Assumed(end) => facts.out = Out::Said(end),
            }
            facts.narrow_keys();
            inner.put(view.day, Some(&view.visits[at].facts), &facts, Text::Unchanged)
        })
    }

    /// Says who came along.
    ///
    /// # Errors
    /// [`Error::NoVisit`], [`Error::Locked`], [`Error::TooLarge`].
    pub fn set_companions(&self, visit: VisitId, companions: &[CompanionId]) -> Result<()> {
        self.change_words(visit, |words| {
            words.companions = companions.to_vec();
            words.check_companions()
        })
    }

    /// Keeps the person's own words with a visit; empty ones take them away.
    ///
    /// # Errors
    /// [`Error::NoVisit`], [`Error::Locked`], [`Error::BadText`].
    pub fn note(&self, visit: VisitId, note: &str) -> Result<()> {
        text::check(note, text::NOTE)?;
        self.change_words(visit, |words| {
            note.clone_into(&mut words.note);
            Ok(())
        })
    }

    /// Hides a visit: what can be read of it is shredded, and no verb shows it any more. It
    /// still warns, by day and advice only.
    ///
    /// # Errors
    /// [`Error::NoVisit`], [`Error::Locked`]; [`Error::DamagedDay`]: only the whole day can be
    /// dropped.
    pub fn hide(&self, visit: VisitId, now: &Now) -> Result<()> {
        self.shred(visit, now, |facts| {
            let mut facts = facts.duplicate();
            facts.hidden = true;
            Keep::Hidden(facts)
        })
    }

    /// Forgets a visit: nothing of it remains once the secrets are renewed.
    ///
    /// # Errors
    /// As [`Diary::hide`].
    pub fn forget(&self, visit: VisitId, now: &Now) -> Result<()> {
        self.shred(visit, now, |_| Keep::Nothing)
    }

    /// Forgets every visit of the days before this one, damaged days too.
    ///
    /// # Errors
    /// [`Error::Locked`].
    pub fn forget_before(&self, day: Day, now: &Now) -> Result<()> {
        self.with(|inner| {
            inner.expect_unlocked()?;
            let days: Vec<Day> = inner.days().into_iter().filter(|d| *d < day).collect();
            inner.empty(&days, now)
        })
    }

    /// Drops all of a day, the only way to be rid of a damaged one.
    ///
    /// # Errors
    /// [`Error::Locked`].
    pub fn drop_day(&self, day: Day, now: &Now) -> Result<()> {
        self.with(|inner| {
            inner.expect_unlocked()?;
            let days: Vec<Day> = inner.days().into_iter().filter(|d| *d == day).collect();
            inner.empty(&days, now)
        })
    }

    /// Adds somebody who may come along.
    ///
    /// # Errors
    /// [`Error::BadText`], [`Error::Locked`], [`Error::TooLarge`].
    pub fn add_companion(&self, name: &str) -> Result<CompanionId> {
        text::check(name, text::COMPANION)?;
        if name.is_empty() {
            return Err(Error::BadText);
        }
        self.with(|inner| {
            inner.expect_unlocked()?;
            let mut id = [0; 4];
            inner.journal.random().fill(&mut id);
            let id = CompanionId(u32::from_le_bytes(id));
            let mut companions = inner.companions()?;
            if companions.len() >= MOST_KNOWN {
                return Err(Error::TooLarge);
            }
            companions.push(Companion { id, name: name.to_owned() });
            inner.set_companions(&companions)?;
            Ok(id)
        })
    }

    /// Everybody who may come along.
    ///
    /// # Errors
    /// [`Error::Locked`].
    pub fn companions(&self) -> Result<Vec<Companion>> {
        self.with(|inner| inner.companions())
    }

    /// Takes a companion's name away; visits then show one unnamed companion.
    ///
    /// # Errors
    /// [`Error::Locked`].
    pub fn remove_companion(&self, id: CompanionId) -> Result<()> {
        self.with(|inner| {
            let mut companions = inner.companions()?;
            companions.retain(|c| c.id != id);
            inner.set_companions(&companions)
        })
    }

    fn change_words(
        &self,
        visit: VisitId,
        change: impl FnOnce(&mut Words) -> Result<()>,
    ) -> Result<()> {
        self.with(|inner| {
            inner.expect_unlocked()?;
            let (view, at) = inner.find(visit)?;
            let mut words = view.words(inner, &view.visits[at]).ok_or(Error::NoVisit)?;
            change(&mut words)?;
            let bytes = words.encode();
            let facts = &view.visits[at].facts;
            inner.put(view.day, Some(facts), facts, Text::New(bytes.as_slice()))
        })
    }

    fn shred(&self, visit: VisitId, now: &Now, how: impl Fn(&Facts) -> Keep) -> Result<()> {
        self.with(|inner| {
            inner.expect_unlocked()?;
            let (view, _) = inner.find(visit)?;
            inner.drop_begun(|id, _| id == visit)?;
            inner.note_shredding(now);
            let result =
                inner.rewrite(
                    &[view.day],
                    |known| {
                        if known.id == visit { how(known) } else { Keep::Same }
                    },
                );
            result.inspect_err(|_| inner.reload_settings())
        })
    }
}

/// What becomes of a visit when its day is written anew.
pub(super) enum Keep {
    Same,
    /// With other facts, perhaps on another day.
    As(Facts),
    /// Without its readable part.
    Hidden(Facts),
    Nothing,
}

/// One visit, or one warning, on its way into a rewritten day.
struct Entry {
    day: Day,
    /// None of a warning.
    id: Option<VisitId>,
    hidden: bool,
    facts: Writer,
    words: Option<Writer>,
}

impl Entry {
    fn of(facts: &Facts, words: Option<&Words>) -> Self {
        Self {
            day: facts.from.day(),
            id: Some(facts.id),
            hidden: facts.hidden,
            facts: facts.encode(),
            words: words.map(Words::encode),
        }
    }

    fn warning(day: Day, warning: &Warning) -> Self {
        Self { day, id: None, hidden: false, facts: warning.encode(), words: None }
    }

    fn record(&self) -> NewRecord<'_> {
        let text = match &self.words {
            _ if self.hidden => Text::Dropped,
            Some(words) => Text::New(words.as_slice()),
            None => Text::Unchanged,
        };
        NewRecord { matching: self.facts.as_slice(), text }
    }
}

impl Inner {
    /// Writes days anew, each visit as one record; all days change at once.
    pub(super) fn rewrite(&mut self, days: &[Day], keep: impl Fn(&Facts) -> Keep) -> Result<()> {
        self.rewrite_with(days, keep, Vec::new())
    }

    /// Adds many visits at once: all of them or none.
    pub(super) fn add_all(&mut self, fresh: Vec<(Facts, Option<Words>)>) -> Result<()> {
        let days: Vec<Day> = fresh.iter().map(|(facts, _)| facts.from.day()).collect();
        if days.is_empty() { Ok(()) } else { self.rewrite_with(&days, |_| Keep::Same, fresh) }
    }

    fn rewrite_with(
        &mut self,
        days: &[Day],
        keep: impl Fn(&Facts) -> Keep,
        fresh: Vec<(Facts, Option<Words>)>,
    ) -> Result<()> {
        let mut all: Vec<Entry> =
            fresh.iter().map(|(facts, words)| Entry::of(facts, words.as_ref())).collect();
        let mut warnings = Vec::new();
        let mut days = days.to_vec();
        days.sort();
        days.dedup();
        for day in &days {
            let view = self.day(*day)?;
            if view.damaged {
                return Err(Error::DamagedDay { day: *day });
            }
            for visit in &view.visits {
                let words = view.words(self, visit);
                match keep(&visit.facts) {
                    Keep::Nothing => {}
                    Keep::Same => all.push(Entry::of(&visit.facts, words.as_ref())),
                    Keep::As(facts) => all.push(Entry::of(&facts, words.as_ref())),
                    Keep::Hidden(facts) => all.push(Entry::of(&facts, None)),
                }
            }
            warnings.extend(view.warnings.iter().map(|warning| (*day, warning.clone())));
        }
        // A warning stays for as long as one of its visits does, and says nothing of the others.
        for (day, mut warning) in warnings {
            warning.reasons.retain(|r| all.iter().any(|e| e.day == day && e.id == Some(r.visit)));
            if !warning.reasons.is_empty() {
                all.push(Entry::warning(day, &warning));
            }
        }
        let plan: Vec<(Day, Vec<NewRecord<'_>>)> = days
            .iter()
            .map(|day| (*day, all.iter().filter(|e| e.day == *day).map(Entry::record).collect()))
            .collect();
        let state = self.settings.encode();
        self.journal.replace(&plan, Some(state.as_slice()))?;
        self.renew_index();
        Ok(())
    }

    /// Leaves days as if nothing had ever been in them.
    pub(super) fn empty(&mut self, days: &[Day], now: &Now) -> Result<()> {
        if days.is_empty() {
            return Ok(());
        }
        self.drop_begun(|_, day| days.contains(&day))?;
        self.note_shredding(now);
        let plan: Vec<(Day, Vec<NewRecord<'_>>)> =
            days.iter().map(|day| (*day, Vec::new())).collect();
        let state = self.settings.encode();
        let result = self.journal.replace(&plan, Some(state.as_slice()));
        if result.is_ok() {
            self.renew_index();
        } else {
            self.reload_settings();
        }
        result
    }

    /// From now on, a renewal of the secrets is due; the next ring says so.
    fn note_shredding(&mut self, now: &Now) {
        self.settings.rotation_since.get_or_insert(now.wall);
    }

    pub(super) fn check_times(&self, from: Instant, until: Instant, now: &Now) -> Result<()> {
        let time = self.clock(now).correct(now);
        let good = from < until
            && until.unix() - from.unix() <= LONGEST
            && until <= plus(time, SOON)
            && from.day() >= self.oldest(now);
        if good { Ok(()) } else { Err(Error::BadTimes) }
    }

    pub(super) fn set_companions(&mut self, companions: &[Companion]) -> Result<()> {
        let mut own = self.own()?;
        own.companions = companions.to_vec();
        self.save_own(&own)
    }
}

/// Clocks of two phones may differ by so many seconds.
const SOON: i64 = 300;
/// A family, a school class, a bus.
const MOST_KNOWN: usize = 200;
