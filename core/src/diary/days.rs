//! Reading days: folding records into visits.

use std::collections::HashMap;

use super::parts::{Facts, Words};
use super::visit::{Now, Visit, VisitId};
use super::{Inner, Visits};
use crate::error::{Error, Result};
use crate::journal::{Found, Mode, SegmentId};
use crate::time::{Day, Instant};

/// All that the files of one day say.
pub(super) struct DayView {
    pub(super) day: Day,
    files: Vec<(SegmentId, Found)>,
    pub(super) visits: Vec<Folded>,
    pub(super) damaged: bool,
    pub(super) unfinished: bool,
}

/// A visit as its last record left it.
pub(super) struct Folded {
    pub(super) facts: Facts,
    /// Which record holds the readable part.
    pub(super) words: Option<(usize, usize)>,
    /// In how many records it appears.
    pub(super) records: usize,
}

impl DayView {
    /// The readable part. `None` if there is none, or none that opens.
    pub(super) fn words(&self, inner: &Inner, visit: &Folded) -> Option<Words> {
        let (file, record) = visit.words?;
        let (id, found) = self.files.get(file)?;
        let bytes =
            inner.journal.readable(inner.journal.segment(id)?, found.records.get(record)?)?;
        Words::decode(&bytes).ok()
    }

    /// Whether the readable part waits in the inbox.
    pub(super) fn is_boxed(&self, visit: &Folded) -> bool {
        visit.words.is_some_and(|(file, record)| {
            let found = self.files.get(file).and_then(|(_, found)| found.records.get(record));
            found.is_some_and(|r| r.mode == Mode::Boxed)
        })
    }

    pub(super) fn position(&self, id: VisitId) -> Option<usize> {
        self.visits.iter().position(|v| v.facts.id == id)
    }

    pub(super) fn files(&self) -> &[(SegmentId, Found)] {
        &self.files
    }
}

impl Inner {
    /// Reads every file of a day.
    pub(super) fn day(&self, day: Day) -> Result<DayView> {
        let mut view = DayView {
            day,
            files: Vec::new(),
            visits: Vec::new(),
            damaged: false,
            unfinished: false,
        };
        for segment in self.journal.segments().iter().filter(|s| s.day == day) {
            let found = self.journal.read(segment)?;
            view.damaged |= found.damaged;
            view.unfinished |= found.unfinished;
            view.files.push((segment.id, found));
        }
        let mut places: HashMap<VisitId, usize> = HashMap::new();
        for (file, (_, found)) in view.files.iter().enumerate() {
            for (number, record) in found.records.iter().enumerate() {
                // Written by a later version: kept in its file, not shown by this one.
                let Ok(facts) = Facts::decode(&record.matching) else { continue };
                let at = *places.entry(facts.id).or_insert(view.visits.len());
                match view.visits.get_mut(at) {
                    Some(visit) => visit.facts = facts,
                    None => view.visits.push(Folded { facts, words: None, records: 0 }),
                }
                let visit = &mut view.visits[at];
                visit.records += 1;
                match record.mode {
                    Mode::Unchanged => {}
                    Mode::Sealed | Mode::Boxed => visit.words = Some((file, number)),
                    Mode::Dropped => visit.words = None,
                }
            }
        }
        Ok(view)
    }

    /// The days that have files, latest first.
    pub(super) fn days(&self) -> Vec<Day> {
        let mut days: Vec<Day> = self.journal.segments().iter().map(|s| s.day).collect();
        days.dedup();
        days.reverse();
        days
    }

    /// The day that holds a visit. Hidden ones are not there for anybody.
    pub(super) fn find(&self, id: VisitId) -> Result<(DayView, usize)> {
        let hint = self.index.as_ref().and_then(|index| index.day_of(&self.journal, id));
        for day in hint.into_iter().chain(self.days()) {
            let view = self.day(day)?;
            if let Some(at) = view.position(id) {
                return if view.visits[at].facts.hidden {
                    Err(Error::NoVisit)
                } else {
                    Ok((view, at))
                };
            }
        }
        Err(Error::NoVisit)
    }

    /// The days on which a visit may be open. The last daily upkeep closed what was older.
    pub(super) fn open_days(&mut self, now: &Now) -> Result<Vec<Day>> {
        let today = self.clock(now).correct(now).day();
        let first = self.settings.upkeep.min(today).min(now.wall.day()).plus(-2);
        let mut open = Vec::new();
        for day in self.days().into_iter().filter(|day| *day >= first) {
            let Some(index) = &self.index else {
                open.push(day);
                continue;
            };
            let files = self.journal.segments().iter().filter(|s| s.day == day);
            let known: Option<u32> = files.map(|s| index.open_visits(&self.journal, s)).sum();
            if known.is_none() {
                let view = self.day(day)?;
                index.reflect(&mut self.journal, &view);
            }
            if known != Some(0) {
                open.push(day);
            }
        }
        Ok(open)
    }

    /// Visits that touch [from, until), of days that may still be shown.
    pub(super) fn visits(&self, from: Instant, until: Instant, oldest: Day) -> Result<Visits> {
        let mut all = Visits { visits: Vec::new(), damaged: Vec::new(), unfinished: Vec::new() };
        // No visit is longer than a day.
        let first = from.day().plus(-1).max(oldest);
        for day in self.days().into_iter().filter(|d| (first..=until.day()).contains(d)) {
            let view = self.day(day)?;
            if view.damaged {
                all.damaged.push(day);
            }
            if view.unfinished {
                all.unfinished.push(day);
            }
            for visit in view.visits.iter().filter(|v| !v.facts.hidden) {
                let end = visit.facts.out.at();
                let begins = visit.facts.from;
                if begins < until && end.is_none_or(|end| end > from || begins >= from) {
                    all.visits.push(self.show(&view, visit));
                }
            }
        }
        all.visits.sort_by_key(|v| (v.from, v.id));
        all.damaged.reverse();
        all.unfinished.reverse();
        Ok(all)
    }

    pub(super) fn show(&self, view: &DayView, visit: &Folded) -> Visit {
        self.visit(&visit.facts, view.words(self, visit))
    }

    pub(super) fn visit(&self, facts: &Facts, words: Option<Words>) -> Visit {
        let (place, companions, note) = match words {
            Some(Words { details, companions, note }) => (Some(details), companions, note),
            None => (None, Vec::new(), String::new()),
        };
        Visit {
            id: facts.id,
            place,
            from: facts.from,
            out: facts.out,
            offset: facts.offset,
            origin: facts.origin,
            clock: self.settings.clock.mark(facts.epoch, facts.repaired),
            companions,
            note,
        }
    }
}
