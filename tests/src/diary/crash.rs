//! The crash harness: acknowledged is there, the rest is wholly there or not at all, and the
//! diary always opens.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use vaora::diary::Diary;

use super::both::{folder as on, has_index};
use super::sim::{Fault, SimDisk, Survives};
use super::world::{Deed, Event, Model, badge};
use super::{Dice, KeyStore, SystemRandom, at, create, open};

/// What a run of the harness found; only `acknowledged` may differ from zero.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Crashes, or failed operations.
    pub rounds: u64,
    /// Changes that were acknowledged before a crash.
    pub acknowledged: u64,
    /// Rounds after which an acknowledged change was missing.
    pub lost: u64,
    /// Rounds after which something was half there.
    pub half: u64,
    /// Rounds after which the diary did not open.
    pub unopened: u64,
    /// The first thing that was wrong, in words.
    pub first: Option<String>,
}

impl Outcome {
    /// Whether nothing was wrong.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        (self.lost, self.half, self.unopened) == (0, 0, 0)
    }

    fn note(&mut self, what: impl FnOnce() -> String) {
        if self.first.is_none() {
            self.first = Some(what());
        }
    }

    /// Compares what was found with what it was before and, where that may be, after the change
    /// in flight. Every visit is one or the other; all deeds but `due` change a single one.
    fn judge(&mut self, found: &Model, before: &Model, after: Option<&Model>, flight: &str) {
        let numbers: BTreeSet<u64> = [Some(found), Some(before), after]
            .into_iter()
            .flatten()
            .flat_map(|m| m.0.keys())
            .copied()
            .collect();
        for n in numbers {
            let is = found.0.get(&n);
            let was = before.0.get(&n);
            let may = after.map(|after| after.0.get(&n));
            if is == was || Some(is) == may {
                continue;
            }
            if is.is_none() {
                self.lost += 1
            } else {
                self.half += 1
            }
            self.note(|| format!("{flight}: visit {n} is {is:?}, was {was:?}, may be {may:?}"));
        }
    }
}

/// Cuts the power at a random operation, again and again.
#[must_use]
pub fn power_cuts(rounds: u64, seed: u64, survives: Survives) -> Outcome {
    let mut outcome = Outcome::default();
    let mut dice = Dice::new(seed);
    let mut life = Life::begin(&mut dice);
    for round in 0..rounds {
        // Now and then another phone, so that diaries stay small and creation is hit as well.
        if round % 25 == 24 {
            life = Life::begin(&mut dice);
        }
        outcome.rounds += 1;
        let Some((diary, mut disk)) = life.diary.take() else { break };
        disk.fail_at(1 + dice.below(60), Fault::Die);
        let mut flight = None;
        for _ in 0..40 {
            let event =
                Event::random(&mut dice, &mut life.second, &mut life.next_place, &life.model);
            if event.act(&diary, &mut life.keys, &mut dice).is_err() {
                flight = Some(event);
                break;
            }
            outcome.acknowledged += 1;
            event.apply(&mut life.model);
        }
        drop(diary);
        disk = disk.cut_power(survives, &mut dice);
        let diary = match open(Box::new(disk.clone()), &mut dice, &life.keys) {
            Ok(diary) => diary,
            Err(e) => {
                outcome.unopened += 1;
                outcome.note(|| format!("{e} after {flight:?}"));
                life = Life::begin(&mut dice);
                continue;
            }
        };
        life.settle(&diary, flight, &mut outcome);
        life.diary = Some((diary, disk));
    }
    outcome
}

/// Lets every operation of every deed fail once, and from then on. The answer is an error of
/// its own kind, and the diary says what it said before.
#[must_use]
pub fn faults(events: u64, seed: u64, make: impl Fn(std::io::ErrorKind) -> Fault) -> Outcome {
    let mut outcome = Outcome::default();
    let mut dice = Dice::new(seed);
    let mut life = Life::begin(&mut dice);
    for _ in 0..events {
        let Some((diary, disk)) = life.diary.take() else { break };
        drop(diary);
        let event = Event::random(&mut dice, &mut life.second, &mut life.next_place, &life.model);
        for k in 0.. {
            let kinds = [std::io::ErrorKind::StorageFull, std::io::ErrorKind::Other];
            let kind = kinds[usize::from(k % 2 == 1)];
            let disk = disk.copy();
            let mut keys = life.keys.clone();
            let Ok(diary) = open(Box::new(disk.clone()), &mut dice.clone(), &keys) else {
                outcome.unopened += 1;
                break;
            };
            let before = disk.operations();
            disk.fail_at(k, make(kind));
            let answer = event.act(&diary, &mut keys, &mut dice.clone());
            let reached = disk.operations() - before > k;
            disk.heal();
            outcome.rounds += 1;
            let mut after = life.model.clone();
            event.apply(&mut after);
            let expected = if answer.is_ok() { &after } else { &life.model };
            let right = match answer {
                Ok(()) => true,
                Err(vaora::Error::Full) => kind == std::io::ErrorKind::StorageFull,
                Err(vaora::Error::Storage) => kind == std::io::ErrorKind::Other,
                Err(_) => false,
            };
            if !right {
                outcome.half += 1;
                outcome.note(|| format!("{event} at {k} answered {answer:?}"));
            }
            let now = event.now();
            let still = Model::of(&diary, &now);
            drop(diary);
            let again = open(Box::new(disk.copy()), &mut dice.clone(), &keys)
                .and_then(|diary| Model::of(&diary, &now));
            let flight = format!("{event} with operation {k} failing");
            let (expected, after) = (expected.shown(&now), after.shown(&now));
            // What is due is many changes, each whole.
            let many = event.deed == Deed::Due;
            // Where unlocking failed there is nothing to be seen in the open diary.
            if let Ok(still) = still {
                outcome.judge(&still, &expected, many.then_some(&after), &flight);
            }
            match again {
                // When everything fails from then on, taking back fails too: either.
                Ok(found) => {
                    let either = many || !matches!(make(kind), Fault::Once(_));
                    outcome.judge(&found, &expected, either.then_some(&after), &flight);
                }
                Err(e) => {
                    outcome.unopened += 1;
                    outcome.note(|| format!("{e} after {flight}"));
                }
            }
            if !reached {
                break;
            }
        }
        // Then for good.
        let Ok(diary) = open(Box::new(disk.copy()), &mut dice, &life.keys) else { break };
        drop(diary);
        let disk = disk.copy();
        let Ok(diary) = open(Box::new(disk.clone()), &mut dice, &life.keys) else { break };
        if event.act(&diary, &mut life.keys, &mut dice).is_ok() {
            event.apply(&mut life.model);
            outcome.acknowledged += 1;
        }
        life.diary = Some((diary, disk));
    }
    outcome
}

/// A phone in the simulator.
struct Life {
    diary: Option<(Diary, SimDisk)>,
    keys: KeyStore,
    model: Model,
    second: i64,
    next_place: u64,
}

impl Life {
    /// A new diary, whose creation may have been cut short a few times before.
    fn begin(dice: &mut Dice) -> Self {
        let mut disk = SimDisk::default();
        for _ in 0..3 {
            disk.fail_at(dice.below(60), Fault::Die);
            if let Ok((diary, _)) = create(Box::new(disk.clone()), dice, &at(0)) {
                drop(diary);
            }
            disk = disk.cut_power(Survives::Random, dice);
            let there = !matches!(Diary::wrapping(&disk), Err(vaora::Error::NoDiary));
            if there {
                // It was whole already: nothing but erasing makes room for another.
                disk = SimDisk::default();
            }
        }
        let (diary, keys) = match create(Box::new(disk.clone()), dice, &at(0)) {
            Ok((diary, keys)) => (Some((diary, disk)), keys),
            Err(_) => (None, KeyStore::default()),
        };
        Self { diary, keys, model: Model::default(), second: 0, next_place: 0 }
    }

    /// Compares, and takes over what the change in flight became.
    fn settle(&mut self, diary: &Diary, flight: Option<Event>, outcome: &mut Outcome) {
        let now = at(self.second);
        let found = match Model::of(diary, &now) {
            Ok(found) => found,
            Err(e) => {
                outcome.unopened += 1;
                outcome.note(|| format!("{e} while reading"));
                return;
            }
        };
        let mut after = self.model.clone();
        if let Some(event) = &flight {
            event.apply(&mut after);
        }
        outcome.judge(
            &found,
            &self.model.shown(&now),
            Some(&after.shown(&now)),
            &format!("{flight:?}"),
        );
        self.model = found;
        self.check_badges(diary, outcome);
    }

    /// The newest visit still shows what everybody in its venue shows.
    fn check_badges(&self, diary: &Diary, outcome: &mut Outcome) {
        let Some((n, known)) = self.model.0.last_key_value() else { return };
        let now = at(known.from - super::START);
        let all =
            diary.visits(now.wall, vaora::time::Instant::from_unix(i64::MAX), &at(self.second));
        let Ok(all) = all else { return };
        let visit = all
            .visits
            .iter()
            .find(|v| v.place.as_ref().is_some_and(|p| p.name == super::world::name(*n)));
        if let Some(visit) = visit
            && matches!(visit.out, vaora::diary::Out::Open { .. })
            && diary.badge(visit.id, &now) != Ok(badge(*n, &now))
        {
            outcome.half += 1;
            outcome.note(|| format!("the badge of place {n} is wrong"));
        }
    }
}

/// Kills a real process with −9 at a random moment, again and again. `program` is this crate's
/// own, which runs [`child`] when asked to.
///
/// # Errors
/// When the child cannot be started or the folder not be used.
pub fn kills(rounds: u64, seed: u64, program: &Path, folder: &Path) -> std::io::Result<Outcome> {
    let mut outcome = Outcome::default();
    let mut dice = Dice::new(seed);
    let mut life: Option<(Model, i64, u64)> = None;
    let dir = folder.join("diary");
    let key_file = folder.join("keys");
    for round in 0..rounds {
        if round % 20 == 19 {
            life = None;
        }
        if life.is_none() {
            let _ = std::fs::remove_dir_all(&dir);
            let (diary, keys) =
                create(on(&dir), &mut dice, &at(0)).map_err(std::io::Error::other)?;
            drop(diary);
            std::fs::write(&key_file, keys.to_line())?;
        }
        let (mut model, second, next_place) = life.take().unwrap_or_default();
        let mut child = Command::new(program)
            .args(["crash-child", &dice.throw().to_string(), &second.to_string()])
            .arg(next_place.to_string())
            .arg(folder)
            .args(has_index().then_some("--index"))
            .stdout(Stdio::piped())
            .spawn()?;
        let mut lines = BufReader::new(child.stdout.take().ok_or(std::io::ErrorKind::BrokenPipe)?);
        let mut log = String::new();
        // It says when the diary is open, and what was acknowledged. A slow machine gets to as many
        // changes as a fast one: the moment is counted from one of them, and falls into another.
        let mut answers = 1 + dice.below(8);
        while answers > 0 {
            let begin = log.len();
            if lines.read_line(&mut log)? == 0 {
                break;
            }
            answers -= u64::from(!log[begin..].starts_with('>'));
        }
        some_moment(Duration::from_micros(dice.below(3_000)));
        child.kill()?;
        child.wait()?;
        std::io::Read::read_to_string(&mut lines, &mut log)?;
        outcome.rounds += 1;
        let (mut flight, mut last, mut top) = (None, second, next_place);
        for line in log.lines() {
            if let Some(event) = line.strip_prefix("> ").and_then(Event::parse) {
                last = event.second;
                if let Deed::In(n) | Deed::LockedIn(n) = event.deed {
                    top = top.max(n);
                }
                flight = Some(event);
            } else if line == "ok"
                && let Some(event) = flight.take()
            {
                event.apply(&mut model);
                outcome.acknowledged += 1;
            } else if let Some(words) = line.strip_prefix("failed ") {
                outcome.half += 1;
                outcome.note(|| format!("{flight:?} failed: {words}"));
                flight = None;
            }
        }
        let keys = std::fs::read_to_string(&key_file)?;
        let keys = KeyStore::from_line(&keys).ok_or(std::io::ErrorKind::InvalidData)?;
        match open(on(&dir), &mut dice, &keys) {
            Ok(diary) => {
                let mut life_now = Life { diary: None, keys, model, second: last, next_place: top };
                life_now.settle(&diary, flight, &mut outcome);
                life = Some((life_now.model, last, top));
            }
            Err(e) => {
                outcome.unopened += 1;
                outcome.note(|| format!("{e} after {flight:?}"));
            }
        }
    }
    Ok(outcome)
}

/// The life of a process that is to be killed: says what it begins and what was acknowledged.
///
/// # Errors
/// When the diary does not open or a line cannot be written.
pub fn child(
    seed: u64,
    second: i64,
    next_place: u64,
    folder: &Path,
    deeds: u64,
) -> std::io::Result<()> {
    use std::io::Write;
    let key_file = folder.join("keys");
    let line = std::fs::read_to_string(&key_file)?;
    let mut keys = KeyStore::from_line(&line).ok_or(std::io::ErrorKind::InvalidData)?;
    let mut dice = Dice::new(seed);
    let disk = on(&folder.join("diary"));
    let diary = Diary::open(disk, Box::new(SystemRandom), keys.matching(), keys.diary())
        .map_err(std::io::Error::other)?;
    let (mut second, mut next_place) = (second, next_place);
    let mut model = Model::of(&diary, &at(second)).map_err(std::io::Error::other)?;
    let mut out = std::io::stdout();
    writeln!(out, "open")?;
    out.flush()?;
    for _ in 0..deeds {
        let event = Event::random(&mut dice, &mut second, &mut next_place, &model);
        writeln!(out, "> {event}")?;
        out.flush()?;
        if event.deed == Deed::Rotate {
            // The key store has the new secrets before any ring is sealed under them.
            let mut dice = dice.clone();
            let mut both = keys.clone();
            let _ = both.renew(&mut dice);
            let fresh = folder.join("keys.new");
            std::fs::write(&fresh, both.to_line())?;
            std::fs::rename(&fresh, &key_file)?;
        }
        match event.act(&diary, &mut keys, &mut dice) {
            Ok(()) => writeln!(out, "ok")?,
            Err(e) => writeln!(out, "failed {e}")?,
        }
        out.flush()?;
        if event.deed == Deed::Rotate {
            let fresh = folder.join("keys.new");
            std::fs::write(&fresh, keys.to_line())?;
            std::fs::rename(&fresh, &key_file)?;
        }
        event.apply(&mut model);
    }
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "a kill must come at a moment that nobody chose")]
fn some_moment(wait: Duration) {
    std::thread::sleep(wait);
}
