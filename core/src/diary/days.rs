//! Reading days: folding records into visits.

use std::collections::{BTreeMap, HashMap};

use super::clock::Clock;
use super::parts::{Facts, MATCH_WARNING, Words};
use super::visit::{Now, Visit, VisitId};
use super::warning::Warning;
use super::{Inner, Visits};
use crate::abreast::abreast;
use crate::error::{Error, Result};
use crate::journal::{Found, Journal, Mode, Segment, SegmentId, Unlocked, Written};
use crate::time::{Day, Instant};

/// All that the files of one day say.
pub(super) struct DayView {
    pub(super) day: Day,
    files: Vec<(SegmentId, Found)>,
    pub(super) visits: Vec<Folded>,
    /// What is to be warned of, as its last record left it.
    pub(super) warnings: Vec<Warning>,
    /// In how many records warnings appear.
    pub(super) warning_records: usize,
    pub(super) damaged: bool,
    pub(super) unfinished: bool,
}

/// Up to where files were looked through. One that has grown since, or was written anew, is not.
#[derive(Default)]
pub(super) struct Ends(BTreeMap<SegmentId, u32>);

impl Ends {
    /// Whether all of a day was looked through.
    pub(super) fn cover(&self, journal: &Journal, day: Day) -> bool {
        let mut segments = journal.segments().iter().filter(|s| s.day == day);
        segments
            .all(|segment| self.of(&segment.id).is_some_and(|end| journal.ends_at(segment, end)))
    }

    pub(super) fn of(&self, id: &SegmentId) -> Option<u32> {
        self.0.get(id).copied()
    }

    pub(super) fn note(&mut self, ends: impl IntoIterator<Item = (SegmentId, u32)>) {
        self.0.extend(ends);
    }

    /// A record was added in which nothing is to be looked for.
    pub(super) fn pass(&mut self, written: &Written) {
        if let Some(end) = self.0.get_mut(&written.segment)
            && *end == written.place
        {
            *end = written.end;
        }
    }
}

/// A visit as its last record left it.
pub(super) struct Folded {
    pub(super) facts: Facts,
    /// Which record holds the readable part.
    pub(super) words: Option<(usize, usize)>,
    /// In how many records it appears.
    pub(super) records: usize,
}

/// The bytes of a day's files.
struct DayFiles<'a> {
    day: Day,
    files: Vec<(&'a Segment, Vec<u8>)>,
}

/// How much of the match parts is opened.
#[derive(Clone, Copy)]
enum Depth {
    /// All of it.
    Whole,
    /// No warnings, and no keys of venues: only good for showing visits.
    Shown,
}

impl DayView {
    fn fold(day: DayFiles<'_>, depth: Depth) -> Self {
        let (most, decode): (_, fn(&[u8]) -> _) = match depth {
            Depth::Whole => (usize::MAX, Facts::decode),
            Depth::Shown => (Facts::HEAD, Facts::decode_shown),
        };
        let mut view = Self {
            day: day.day,
            files: Vec::new(),
            visits: Vec::new(),
            warnings: Vec::new(),
            warning_records: 0,
            damaged: false,
            unfinished: false,
        };
        let mut places: HashMap<VisitId, usize> = HashMap::new();
        let Self { files, visits, warnings, warning_records, .. } = &mut view;
        for (segment, bytes) in day.files {
            let file = files.len();
            places.reserve(expected(segment));
            visits.reserve(expected(segment));
            let found = Found::scan(segment, bytes, most, |number, record, matching| {
                if matching.first() == Some(&MATCH_WARNING) {
                    let Ok(warning) = Warning::decode(matching) else { return };
                    *warning_records += 1;
                    match warnings.iter_mut().find(|known| known.id == warning.id) {
                        Some(known) => *known = warning,
                        None => warnings.push(warning),
                    }
                    return;
                }
                // Written by a later version: kept in its file, not shown by this one.
                let Ok(facts) = decode(matching) else { return };
                let at = *places.entry(facts.id).or_insert(visits.len());
                match visits.get_mut(at) {
                    Some(visit) => visit.facts = facts,
                    None => visits.push(Folded { facts, words: None, records: 0 }),
                }
                let visit = &mut visits[at];
                visit.records += 1;
                match record.mode {
                    Mode::Unchanged => {}
                    Mode::Sealed | Mode::Boxed => visit.words = Some((file, number)),
                    Mode::Dropped => visit.words = None,
                }
            });
            files.push((segment.id, found));
        }
        view.damaged = view.files.iter().any(|(_, found)| found.damaged);
        view.unfinished = view.files.iter().any(|(_, found)| found.unfinished);
        view
    }

    /// Those that touch [from, until), as the person sees them.
    fn visits_between(
        &self,
        from: Instant,
        until: Instant,
        unlocked: Option<Unlocked<'_>>,
        clock: &Clock,
    ) -> Vec<Visit> {
        let mut readers: Vec<_> =
            self.files.iter().map(|(id, found)| unlocked?.reader(id, found)).collect();
        let mut visits = Vec::with_capacity(self.visits.len());
        for visit in self.visits.iter().filter(|v| !v.facts.hidden) {
            let end = visit.facts.out.at();
            let begins = visit.facts.from;
            if begins < until && end.is_none_or(|end| end > from || begins >= from) {
                let words = visit.words.and_then(|(file, record)| {
                    let sealed = readers.get_mut(file)?.as_mut()?.open(record)?;
                    Words::decode(sealed).ok()
                });
                visits.push(show(&visit.facts, words, clock));
            }
        }
        visits
    }

    /// The readable part. `None` if there is none, or none that opens.
    pub(super) fn words(&self, inner: &Inner, visit: &Folded) -> Option<Words> {
        let (file, record) = visit.words?;
        let (id, found) = self.files.get(file)?;
        Words::decode(inner.journal.unlocked()?.reader(id, found)?.open(record)?).ok()
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

    /// Where the records of each file end.
    pub(super) fn ends(&self) -> impl Iterator<Item = (SegmentId, u32)> {
        self.files.iter().map(|(id, found)| {
            let end = found.records.last().map_or(0, |record| record.end());
            (*id, u32::try_from(end).unwrap_or(u32::MAX))
        })
    }

    /// Whether a visit of this day was hidden; also one that is not there.
    pub(super) fn is_hidden(&self, id: VisitId) -> bool {
        let visit = self.position(id).and_then(|at| self.visits.get(at));
        visit.is_none_or(|visit| visit.facts.hidden)
    }
}

impl Inner {
    /// Reads every file of a day.
    pub(super) fn day(&self, day: Day) -> Result<DayView> {
        Ok(DayView::fold(self.load(day)?, Depth::Whole))
    }

    /// The same of many days.
    pub(super) fn views(&self, days: Vec<Day>) -> Result<Vec<DayView>> {
        self.each_day(days, |files| DayView::fold(files, Depth::Whole))
    }

    /// Loads days, one after the other, and makes something of each on two cores.
    fn each_day<R: Send>(
        &self,
        days: Vec<Day>,
        make: impl Fn(DayFiles<'_>) -> R + Sync,
    ) -> Result<Vec<R>> {
        let wanted = self.journal.segments().iter().filter(|s| days.contains(&s.day));
        let size = wanted.map(|s| usize::try_from(s.bytes).unwrap_or(0)).sum();
        abreast(days.into_iter().map(|day| self.load(day)), size, make)
    }

    fn load(&self, day: Day) -> Result<DayFiles<'_>> {
        let segments = self.journal.segments().iter().filter(|s| s.day == day);
        let files = segments.map(|segment| Ok((segment, self.journal.load(segment)?)));
        Ok(DayFiles { day, files: files.collect::<Result<_>>()? })
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
            let has_open = match known {
                Some(number) => number > 0,
                None => {
                    let view = self.day(day)?;
                    index.reflect(&mut self.journal, &view);
                    view.visits.iter().any(|visit| visit.facts.is_open())
                }
            };
            if has_open {
                open.push(day);
            }
        }
        Ok(open)
    }

    /// Visits that touch [from, until), of days that may still be shown.
    pub(super) fn visits(&self, from: Instant, until: Instant, oldest: Day) -> Result<Visits> {
        // No visit is longer than a day.
        let first = from.day().plus(-1).max(oldest);
        let mut days = self.days();
        days.retain(|day| (first..=until.day()).contains(day));
        // In order, so that there is nothing left to sort.
        days.reverse();
        let (unlocked, clock) = (self.journal.unlocked(), &self.settings.clock);
        let shown = self.each_day(days, |files| {
            let view = DayView::fold(files, Depth::Shown);
            let visits = view.visits_between(from, until, unlocked, clock);
            (view.day, view.damaged, view.unfinished, visits)
        })?;
        let mut all = Visits { visits: Vec::new(), damaged: Vec::new(), unfinished: Vec::new() };
        all.visits.reserve(shown.iter().map(|(.., visits)| visits.len()).sum());
        for (day, damaged, unfinished, visits) in shown {
            all.visits.extend(visits);
            all.damaged.extend(damaged.then_some(day));
            all.unfinished.extend(unfinished.then_some(day));
        }
        all.visits.sort_by_key(|v| (v.from, v.id));
        Ok(all)
    }

    pub(super) fn visit(&self, facts: &Facts, words: Option<Words>) -> Visit {
        show(facts, words, &self.settings.clock)
    }
}

/// A visit as the person sees it.
fn show(facts: &Facts, words: Option<Words>, clock: &Clock) -> Visit {
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
        clock: clock.mark(facts.epoch, facts.repaired),
        companions,
        note,
    }
}

/// For so many visits of a file is room made in advance.
fn expected(segment: &Segment) -> usize {
    usize::try_from(segment.count).unwrap_or(0).min(MOST_EXPECTED)
}

/// A ring that says more has to show its records.
const MOST_EXPECTED: usize = 4096;
