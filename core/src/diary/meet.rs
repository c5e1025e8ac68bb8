//! Matching: which visits met which windows, and what that changes.
//!
//! It looks every venue-day of the diary up in the chunks on disk. It can be done again at any
//! time and gives the same: what is written follows from visits, lists and policy alone, besides
//! what the person did with an alert.

use std::collections::BTreeMap;

use super::Inner;
use super::days::{DayView, Ends};
use super::lists::Deployment;
use super::parts::{Facts, LONGEST, plus};
use super::visit::{Now, Out};
use super::warning::{AlertId, AlertState, Reason, Warning};
use crate::error::Result;
use crate::exposure::{Contact, Risk, Stay, contacts};
use crate::journal::{Segment, SegmentId, Text};
use crate::list::Mention;
use crate::seal::VenueKey;
use crate::time::{Day, Instant};
use crate::trust::Policy;

/// Up to where days have been matched. The index remembers it for the next process.
#[derive(Default)]
pub(super) struct Matched {
    /// What it was matched against.
    lists: u64,
    /// Where the records ended then.
    ends: Ends,
}

/// The visits of one venue on one day.
struct Group<'a> {
    /// The venue's key of the day on which they began: the same key is the same venue.
    first: &'a VenueKey,
    visits: Vec<&'a Facts>,
    keys: BTreeMap<Day, &'a VenueKey>,
    /// What the lists of the deployment at hand say.
    said: BTreeMap<Day, Mention>,
}

impl Inner {
    /// Matches every day that has changed since it was matched last, or all of them if the lists
    /// have. Days with open visits are matched each time: an open visit ends now.
    pub(super) fn meet(&mut self, now: &Now) -> Result<()> {
        self.load_lists();
        let lists = self.lists.fingerprint();
        if self.matched.lists != lists {
            let segments = self.journal.segments().iter();
            let known = |s: &Segment| Some((s.id, self.index.as_ref()?.matched(s, lists)?));
            let mut ends = Ends::default();
            ends.note(segments.filter_map(known));
            self.matched = Matched { lists, ends };
        }
        let oldest = self.oldest(now);
        let mut days = self.days();
        days.retain(|day| *day >= oldest && !self.matched.ends.cover(&self.journal, *day));
        if days.is_empty() {
            return Ok(());
        }
        let views = self.views(days)?;
        let time = self.settings.clock.correct(now);
        let sure = self.settings.clock.surely(now).map(Instant::day);
        let mut changes: Vec<(Day, Warning)> = Vec::new();
        let mut whole = true;
        let all: Vec<(Day, Vec<Group<'_>>)> =
            views.iter().map(|view| (view.day, groups(view))).collect();
        for at in 0..self.lists.len() {
            let mut all: Vec<(Day, Vec<Group<'_>>)> = all
                .iter()
                .map(|(day, groups)| (*day, groups.iter().map(Group::again).collect()))
                .collect();
            // Without its list or its policy nothing can be said for a deployment, or against it.
            let here = self.look_up(at, all.iter_mut().flat_map(|(_, groups)| groups));
            whole &= here && self.lists.get(at).can_judge;
            if !self.lists.get(at).can_judge {
                continue;
            }
            let deployment = self.lists.get(at);
            for ((day, groups), view) in all.iter_mut().zip(&views) {
                for group in groups {
                    let known = view.warnings.iter().filter(|w| w.deployment == deployment.id());
                    let known: Vec<&Warning> =
                        known.filter(|w| group.visits.iter().any(|v| w.is_about(v.id))).collect();
                    let over = |days: u8| sure.is_some_and(|sure| sure > day.plus(days.into()));
                    let change = group.judge(deployment, &known, time, over);
                    // What could not be read everywhere takes nothing back.
                    let sound = |w: &Warning| here || w.state != AlertState::Withdrawn;
                    changes.extend(change.filter(sound).map(|w| (*day, w)));
                }
            }
        }
        // What could not be looked up everywhere is not done with.
        let settled = |view: &&DayView| whole && !view.visits.iter().any(|v| v.facts.is_open());
        let ends = views.iter().filter(settled);
        let ends: Vec<(SegmentId, u32)> = ends.flat_map(DayView::ends).collect();
        self.matched.ends.note(ends.iter().copied());
        for (day, mut warning) in changes {
            if warning.id == UNNAMED {
                warning.id = AlertId(self.make_id().0);
            }
            self.put_warning(day, &warning).inspect_err(|_| self.matched = Matched::default())?;
        }
        for (id, _) in ends {
            if let (Some(index), Some(end)) = (&self.index, self.matched.ends.of(&id)) {
                index.note_matched(&mut self.journal, &id, end, lists);
            }
        }
        Ok(())
    }

    /// Writes down how a warning stands.
    pub(super) fn put_warning(&mut self, day: Day, warning: &Warning) -> Result<()> {
        let bytes = warning.encode();
        let written = self.journal.append(day, bytes.as_slice(), Text::Unchanged)?;
        if let Some(index) = &self.index {
            index.note_warning(&mut self.journal, &written);
        }
        // What was written follows from what was matched: nothing new to match.
        self.matched.ends.pass(&written);
        Ok(())
    }

    /// Asks every chunk of a deployment for every venue-day. A chunk that cannot be read says
    /// nothing, and is fetched again with the next list; whether there was none such.
    fn look_up<'a, 'b: 'a>(
        &mut self,
        at: usize,
        groups: impl Iterator<Item = &'a mut Group<'b>>,
    ) -> bool {
        let mut groups: Vec<&mut Group<'_>> = groups.collect();
        let mut wanted: Vec<(usize, Day)> = Vec::new();
        let mut finders = Vec::new();
        for (number, group) in groups.iter().enumerate() {
            for (day, key) in &group.keys {
                wanted.push((number, *day));
                finders.push(key.finder());
            }
        }
        let (all, whole) = self.find_in_chunks(at, &finders);
        for found in all {
            for ((group, day), mention) in wanted.iter().zip(found) {
                let Some(mention) = mention else { continue };
                let said = groups.get_mut(*group).map(|group| &mut group.said);
                said.into_iter().for_each(|said| take_newer(said, *day, &mention));
            }
        }
        whole
    }
}

impl<'a> Group<'a> {
    fn again(&self) -> Self {
        Self {
            first: self.first,
            visits: self.visits.clone(),
            keys: self.keys.clone(),
            said: BTreeMap::new(),
        }
    }

    /// What becomes of the warning about these visits; `None` if nothing does.
    fn judge(
        &mut self,
        deployment: &Deployment,
        known: &[&Warning],
        time: Instant,
        over: impl Fn(u8) -> bool,
    ) -> Option<Warning> {
        // What an earlier list said holds until a later one says otherwise, also when its chunk
        // is not listed any more. A new key epoch begins anew.
        for warning in known.iter().filter(|w| w.epoch == deployment.epoch()) {
            for (day, mention) in &warning.said {
                take_newer(&mut self.said, *day, mention);
            }
        }
        let policy = deployment.standing().policy();
        let reasons = self.reasons(policy, time);
        let live = known.iter().find(|w| w.state.is_live()).copied();
        let said: Vec<(Day, Mention)> = self
            .said
            .iter()
            .take(MOST_DAYS)
            .map(|(day, mention)| (*day, mention.clone()))
            .collect();
        let strongest = reasons.iter().map(|r| policy.rule(r.contact.window.advice));
        let strongest =
            strongest.max_by_key(|rule| (rule.strength, std::cmp::Reverse(rule.advice)));
        let epoch = deployment.epoch();
        let (Some(rule), Some(before)) = (strongest, live) else {
            return match (strongest, live) {
                (None, Some(before)) => {
                    // Who never knew need not be told that it was taken back.
                    let unknown =
                        before.told == 0 && !before.corrected && before.state == AlertState::New;
                    let told = u8::from(unknown);
                    let state = AlertState::Withdrawn;
                    Some(Warning { state, epoch, said, told, ..before.clone() })
                }
                (Some(rule), None) => {
                    // One that is past stays so, as long as nothing else is said.
                    let past = |w: &&&Warning| w.state == AlertState::Past;
                    if over(rule.days)
                        || known.iter().filter(past).any(|w| same(&w.reasons, &reasons))
                    {
                        return None;
                    }
                    Some(Warning {
                        id: UNNAMED,
                        deployment: deployment.id(),
                        epoch,
                        state: AlertState::New,
                        corrected: false,
                        since: time,
                        told: 0,
                        told_at: Instant::from_unix(0),
                        advice: rule.advice,
                        strength: rule.strength,
                        reasons,
                        said,
                    })
                }
                _ => None,
            };
        };
        let mut after = Warning {
            epoch,
            advice: rule.advice,
            strength: rule.strength,
            reasons,
            said,
            ..before.clone()
        };
        if !same(&before.reasons, &after.reasons) || before.advice != after.advice {
            after.state = AlertState::New;
            after.corrected = true;
            after.told = 0;
        } else if self.visits.iter().any(|v| v.is_open()) && before.said == after.said {
            // The minutes of an open visit grow; they are written when it has ended.
            return None;
        }
        (after != *before).then_some(after)
    }

    fn reasons(&self, policy: &Policy, time: Instant) -> Vec<Reason> {
        let mut risks: Vec<Risk> = Vec::new();
        for (day, mention) in &self.said {
            risks.extend(mention.windows.iter().map(|window| {
                let from = plus(day.start(), i64::from(window.start) * 60);
                let until = plus(from, i64::from(window.minutes) * 60);
                Risk { from, until, advice: window.advice }
            }));
        }
        let mut reasons = Vec::new();
        for facts in &self.visits {
            let met = contacts(&stay_of(facts, time), &risks, |advice| policy.rule(advice));
            reasons.extend(met.into_iter().map(|contact| Reason { visit: facts.id, contact }));
        }
        reasons.sort();
        reasons.truncate(MOST_REASONS);
        reasons
    }
}

/// The time of a visit for matching: an open one ends now.
fn stay_of(facts: &Facts, time: Instant) -> Stay {
    let from = facts.from;
    let (until, one_scan) = match facts.out {
        Out::Open { .. } => (time.max(from).min(plus(from, LONGEST)), true),
        Out::Assumed(at) => (at, true),
        Out::Scanned(at) | Out::Said(at) => (at, false),
    };
    Stay { from, until, one_scan }
}

/// The visits of a day by venue. Written ones without a code have no key, and meet nothing.
fn groups(view: &DayView) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for visit in &view.visits {
        let facts = &visit.facts;
        let Some(first) = facts.key_of(facts.from.day()) else { continue };
        let at = groups.iter().position(|group| group.first.is(first));
        let at = at.unwrap_or_else(|| {
            let (visits, keys, said) = (Vec::new(), BTreeMap::new(), BTreeMap::new());
            groups.push(Group { first, visits, keys, said });
            groups.len() - 1
        });
        let group = &mut groups[at];
        group.visits.push(facts);
        group.keys.extend(facts.keys.iter().map(|(day, key)| (*day, key)));
    }
    groups
}

fn take_newer(said: &mut BTreeMap<Day, Mention>, day: Day, mention: &Mention) {
    match said.get(&day) {
        Some(known) if known.sequence >= mention.sequence => {}
        _ => drop(said.insert(day, mention.clone())),
    }
}

/// Whether both say the same to a person; minutes may have grown.
fn same(a: &[Reason], b: &[Reason]) -> bool {
    let said = |r: &Reason| -> (_, Risk) {
        let Contact { window, .. } = r.contact;
        (r.visit, window)
    };
    a.iter().map(said).eq(b.iter().map(said))
}

/// A new warning, until it is written.
const UNNAMED: AlertId = AlertId(-1);
/// More than anybody reads; a record holds these and the mentions of [`MOST_DAYS`] days, full ones.
const MOST_REASONS: usize = 64;
/// No visit has keys of more days, whatever its clock was thought to be.
const MOST_DAYS: usize = 12;
