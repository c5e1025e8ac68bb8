//! What a person does with a diary, at random, and what the diary must then say.

use std::collections::BTreeMap;
use std::fmt;

use vaora::diary::{Diary, Now, Out, VisitId};
use vaora::time::Instant;

use super::{DAY, Dice, HOUR, KeyStore, at, place, seed_of};

/// One thing that happens, at a second after the start of the world.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Seconds after the start of the world.
    pub second: i64,
    /// What happens.
    pub deed: Deed,
}

/// What happens. Places are numbered; each is visited once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// Checks in.
    In(u64),
    /// Checks in while the phone is locked.
    LockedIn(u64),
    /// Drains the inbox.
    Drain,
    /// Checks out.
    Out(u64),
    /// Says "still here".
    Stay(u64),
    /// Writes a note.
    Note(u64),
    /// Corrects the times.
    Edit(u64),
    /// Hides.
    Hide(u64),
    /// Forgets.
    Forget(u64),
    /// Does what is due.
    Due,
    /// Renews the secrets.
    Rotate,
}

/// What the diary must say: visits by the number of their place.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Model(pub BTreeMap<u64, Known>);

/// One visit, as it must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Unix seconds of its beginning.
    pub from: i64,
    /// How it ended.
    pub out: Out,
    /// The person's words.
    pub note: String,
}

impl Event {
    /// Something to do next, in a world that is so far like this.
    #[must_use]
    pub fn random(dice: &mut Dice, second: &mut i64, next_place: &mut u64, model: &Model) -> Self {
        *second += 60 + i64::try_from(dice.below(40 * 60)).unwrap_or(0);
        let known: Vec<u64> = model.0.keys().copied().collect();
        let one = |dice: &mut Dice| {
            // Mostly recent ones, which are still open.
            let back = dice.below(6).min(dice.below(known.len() as u64));
            known.iter().rev().nth(usize::try_from(back).unwrap_or(0)).copied()
        };
        let mut new = || {
            *next_place += 1;
            *next_place
        };
        let deed = match (dice.below(20), one(dice)) {
            (0..=4, _) | (8.., None) => Deed::In(new()),
            (5..=6, _) => Deed::LockedIn(new()),
            (7, _) => Deed::Drain,
            (8..=10, Some(n)) => Deed::Out(n),
            (11, Some(n)) => Deed::Stay(n),
            (12, Some(n)) => Deed::Note(n),
            (13, Some(n)) => Deed::Edit(n),
            (14, Some(n)) => Deed::Hide(n),
            (15, Some(n)) => Deed::Forget(n),
            (16..=17, _) => Deed::Due,
            (_, _) => Deed::Rotate,
        };
        Self { second: *second, deed }
    }

    /// Does it. `keys` is the platform's key store.
    ///
    /// # Errors
    /// Whatever the diary answers.
    pub fn act(&self, diary: &Diary, keys: &mut KeyStore, dice: &mut Dice) -> vaora::Result<()> {
        let now = self.now();
        let id = |n: u64| find(diary, n, &now);
        match self.deed {
            Deed::In(n) => diary.check_in(&place(&name(n), STAY), &[], &now).map(drop),
            Deed::LockedIn(n) => {
                diary.lock()?;
                let result = diary.check_in(&place(&name(n), STAY), &[], &now).map(drop);
                diary.unlock(keys.diary())?;
                result
            }
            Deed::Drain => diary.drain().map(drop),
            Deed::Out(n) => match diary.check_out(id(n)?, &now) {
                Err(vaora::Error::BadTimes) => Ok(()),
                other => other,
            },
            Deed::Stay(n) => match diary.stay(id(n)?, &now) {
                Err(vaora::Error::BadTimes) => Ok(()),
                other => other,
            },
            Deed::Note(n) => diary.note(id(n)?, &note(self.second)),
            Deed::Edit(n) => {
                let (from, until) = self.edited();
                diary.edit(id(n)?, from, until, &now)
            }
            Deed::Hide(n) => diary.hide(id(n)?, &now),
            Deed::Forget(n) => diary.forget(id(n)?, &now),
            Deed::Due => diary.due(&now).map(drop),
            Deed::Rotate => {
                let (matching, own) = keys.renew(dice);
                diary.rotate(Some(matching), Some(own))?;
                keys.settle();
                Ok(())
            }
        }
    }

    /// What the diary must say afterwards.
    pub fn apply(&self, model: &mut Model) {
        let stayed = |known: &Known| unix(self.second) - known.from;
        match self.deed {
            Deed::In(n) | Deed::LockedIn(n) => {
                let from = unix(self.second);
                let out = Out::Open { due: instant(from + i64::from(STAY) * 60) };
                model.0.insert(n, Known { from, out, note: String::new() });
            }
            Deed::Out(n) => {
                if let Some(known) = model.0.get_mut(&n)
                    && matches!(known.out, Out::Open { .. } | Out::Assumed(_))
                    && stayed(known) <= DAY
                {
                    known.out = Out::Scanned(instant(unix(self.second)));
                }
            }
            Deed::Stay(n) => {
                if let Some(known) = model.0.get_mut(&n)
                    && matches!(known.out, Out::Open { .. } | Out::Assumed(_))
                    && stayed(known) <= DAY
                {
                    let due = (stayed(known) + i64::from(STAY) * 60).min(DAY);
                    known.out = Out::Open { due: instant(known.from + due) };
                }
            }
            Deed::Note(n) => {
                if let Some(known) = model.0.get_mut(&n) {
                    known.note = note(self.second);
                }
            }
            Deed::Edit(n) => {
                if let Some(known) = model.0.get_mut(&n) {
                    let (from, until) = self.edited();
                    known.from = from.unix();
                    known.out = Out::Said(until);
                }
            }
            Deed::Hide(n) | Deed::Forget(n) => {
                model.0.remove(&n);
            }
            Deed::Due => {
                for known in model.0.values_mut() {
                    if let Out::Open { due } = known.out {
                        let since = stayed(known);
                        if since >= due.unix() - known.from + HOUR || since >= DAY {
                            known.out = Out::Assumed(due);
                        }
                    }
                }
            }
            Deed::Drain | Deed::Rotate => {}
        }
    }

    /// The time at which it happens.
    #[must_use]
    pub fn now(&self) -> Now {
        at(self.second)
    }

    /// Five hours ago, for an hour: often the day before.
    fn edited(&self) -> (Instant, Instant) {
        let from = unix(self.second) - 5 * HOUR;
        (instant(from), instant(from + HOUR))
    }
}

impl Model {
    /// What a diary says.
    ///
    /// # Errors
    /// Whatever the diary answers.
    pub fn of(diary: &Diary, now: &Now) -> vaora::Result<Self> {
        let all = diary.visits(Instant::from_unix(0), Instant::from_unix(i64::MAX), now)?;
        let mut model = Self::default();
        for visit in all.visits {
            let number = visit.place.and_then(|place| number(&place.name)).unwrap_or(0);
            let (from, out, note) = (visit.from.unix(), visit.out, visit.note);
            model.0.insert(number, Known { from, out, note });
        }
        for day in all.damaged {
            model.0.insert(
                u64::from(day.number()) + DAMAGED,
                Known { from: 0, out: Out::Said(day.start()), note: String::from("damaged") },
            );
        }
        Ok(model)
    }

    /// Without what is past its time.
    #[must_use]
    pub fn shown(&self, now: &Now) -> Self {
        let oldest = now.wall.day().plus(-21);
        let kept = self.0.iter().filter(|(_, known)| instant(known.from).day() >= oldest);
        Self(kept.map(|(n, known)| (*n, known.clone())).collect())
    }
}

impl fmt::Display for Event {
    /// One word line, which [`Event::parse`] reads.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (word, n) = match self.deed {
            Deed::In(n) => ("in", n),
            Deed::LockedIn(n) => ("locked-in", n),
            Deed::Drain => ("drain", 0),
            Deed::Out(n) => ("out", n),
            Deed::Stay(n) => ("stay", n),
            Deed::Note(n) => ("note", n),
            Deed::Edit(n) => ("edit", n),
            Deed::Hide(n) => ("hide", n),
            Deed::Forget(n) => ("forget", n),
            Deed::Due => ("due", 0),
            Deed::Rotate => ("rotate", 0),
        };
        write!(f, "{} {word} {n}", self.second)
    }
}

impl Event {
    /// What [`Event`] prints.
    #[must_use]
    pub fn parse(line: &str) -> Option<Self> {
        let mut words = line.split(' ');
        let second = words.next()?.parse().ok()?;
        let word = words.next()?;
        let n = words.next()?.parse().ok()?;
        let deed = match word {
            "in" => Deed::In(n),
            "locked-in" => Deed::LockedIn(n),
            "drain" => Deed::Drain,
            "out" => Deed::Out(n),
            "stay" => Deed::Stay(n),
            "note" => Deed::Note(n),
            "edit" => Deed::Edit(n),
            "hide" => Deed::Hide(n),
            "forget" => Deed::Forget(n),
            "due" => Deed::Due,
            "rotate" => Deed::Rotate,
            _ => return None,
        };
        Some(Self { second, deed })
    }
}

/// The visit to a numbered place.
fn find(diary: &Diary, n: u64, now: &Now) -> vaora::Result<VisitId> {
    let all = diary.visits(Instant::from_unix(0), Instant::from_unix(i64::MAX), now)?;
    let named = |place: Option<vaora::diary::Details>| place.is_some_and(|p| p.name == name(n));
    let visit = all.visits.into_iter().find(|v| named(v.place.clone()));
    visit.map(|v| v.id).ok_or(vaora::Error::NoVisit)
}

/// The badge that everybody in a numbered place sees.
#[must_use]
pub fn badge(n: u64, now: &Now) -> [u8; 3] {
    vaora::seal::VenueKey::derive(&seed_of(&name(n)), now.wall.day()).derive_badge(now.wall)
}

/// The name of a numbered place.
#[must_use]
pub fn name(n: u64) -> String {
    format!("Quán số {n}")
}

fn number(name: &str) -> Option<u64> {
    name.strip_prefix("Quán số ")?.parse().ok()
}

fn note(second: i64) -> String {
    format!("ghi lúc {second}")
}

fn instant(unix: i64) -> Instant {
    Instant::from_unix(unix)
}

fn unix(second: i64) -> i64 {
    super::START + second
}

const STAY: u16 = 90;
const DAMAGED: u64 = 1 << 40;
