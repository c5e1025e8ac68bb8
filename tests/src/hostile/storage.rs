//! An honest server, and a phone that loses power or runs out of space at any step of a sync.

use std::collections::BTreeMap;
use std::io::ErrorKind;

use vaora::diary::Diary;
use vaora::journal::probe::open_ring;
use vaora::seal::Secret;

use super::{Case, Lie, Outcome, World, held, keeps};
use crate::diary::sim::{Fault, Survives};
use crate::diary::{DAY, Dice, at};

pub(super) fn cases() -> Vec<Case> {
    let case = |name, error, play| Case { name, error, lie: Lie::Own(play) };
    vec![
        case("power cut between any two writes, nothing unsynced is left", "diary", |world| {
            any_step(world, Fault::Die, Some(Survives::None))
        }),
        case("power cut between any two writes, some of it is left", "diary", |world| {
            any_step(world, Fault::Die, Some(Survives::Random))
        }),
        case("process killed between any two writes", "diary", |world| {
            any_step(world, Fault::Die, Some(Survives::All))
        }),
        case("disk full from any write on", "diary", |world| {
            any_step(world, Fault::FromThen(ErrorKind::StorageFull), None)
        }),
        case("disk full at any one write", "diary", |world| {
            any_step(world, Fault::Once(ErrorKind::StorageFull), None)
        }),
    ]
}

/// Fails at each step of a sync in turn, until one comes through.
fn any_step(world: &World, fault: Fault, cut: Option<Survives>) -> Outcome {
    let mut outcome = Outcome {
        name: "",
        error: Some("diary"),
        expected: None,
        state_identical: true,
        next_accepted: true,
    };
    for step in 0..MOST_STEPS {
        match one_step(world, step, fault, cut) {
            Ok(Some(met)) => {
                outcome.state_identical &= met.state_identical;
                outcome.next_accepted &= met.next_accepted;
                if met.error != outcome.error {
                    outcome.error = met.error;
                    return outcome;
                }
            }
            // The sync had fewer steps, and some came before.
            Ok(None) if step > 8 => return outcome,
            Ok(None) => return Outcome::broken("a sync of so few writes"),
            Err(why) => return Outcome::broken(&why),
        }
    }
    Outcome::broken("a sync without end")
}

fn one_step(
    world: &World,
    step: u64,
    fault: Fault,
    cut: Option<Survives>,
) -> Result<Option<Outcome>, String> {
    let phone = world.phone.copy();
    let diary = world.open(&phone)?;
    let before = held(&phone);
    let server = world.honest()?;
    let start = phone.operations();
    phone.fail_at(step, fault);
    let taken = world.fetch(&diary, &server.base(), &at(DAY));
    if phone.operations() - start <= step {
        return Ok(None);
    }
    drop(server);
    let mut dice = Dice::new(step);
    let (phone, diary) = match cut {
        Some(survives) => {
            drop(diary);
            let phone = phone.cut_power(survives, &mut dice);
            let diary = world.open(&phone)?;
            (phone, diary)
        }
        None => {
            phone.heal();
            (phone, diary)
        }
    };
    let mut held_now = in_force(world, &diary);
    let mut after = held(&phone);
    // A ring that was written and never got its name: nobody reads it, the next one replaces it.
    after.retain(|name, _| !name.ends_with(".tmp"));
    if held_now == Some(List::Old) && cut.is_none() {
        let (was, is) = (said(world, &before), said(world, &after));
        // Where the disk fails once, behind the first new name, the diary puts the ring back. A
        // seal never comes twice, so it has other bytes; what it says has not.
        if is.as_ref().zip(was).is_some_and(|((later, is), (n, was))| *later > n && *is == was) {
            for name in MATCH_RING {
                after.insert(name.to_owned(), before[name].clone());
            }
        } else if MATCH_RING.iter().any(|name| before.get(*name) != after.get(*name)) {
            // Where it goes on failing, nothing can be put back: after a restart it is the new list.
            let restarted = world.open(&phone.copy())?;
            held_now = in_force(world, &restarted).filter(|list| *list == List::New);
        }
    }
    // All of the old or all of the new, whatever was acknowledged: the step in which one becomes
    // the other is the write of the ring, and what fails behind it is only tidied up later. While
    // the old one is in force, every file is there as it was, rings and days included.
    let state_identical = match held_now {
        Some(List::Old) => taken.is_err() && keeps(&before, &after),
        Some(List::New) => true,
        None => false,
    };
    let next_accepted = world.takes_next(&diary);
    let error = taken.err().map_or(Some("diary"), |error| Some(error.id()));
    Ok(Some(Outcome { name: "", error, expected: None, state_identical, next_accepted }))
}

/// The list that a phone holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum List {
    Old,
    New,
}

/// Which list is in force, as a whole: the old one warns of nothing, the new one of one visit.
pub(super) fn in_force(world: &World, diary: &Diary) -> Option<List> {
    let created = diary.freshness(&at(DAY)).ok()?.first()?.created?;
    let alerts = diary.alerts(&at(DAY)).ok()?.len();
    let old = created == world.forge.held_manifest().created && alerts == 0;
    let new = created == world.forge.manifest().created && alerts == 1;
    if old { Some(List::Old) } else { new.then_some(List::New) }
}

/// What the copy of the match ring says that is in force, and its number.
fn said(world: &World, files: &BTreeMap<String, Vec<u8>>) -> Option<(u64, Vec<u8>)> {
    let [secret, _] = world.keys.stolen()?;
    let secret = Secret::from_slice(&secret)?;
    let copies = MATCH_RING.iter().filter_map(|name| files.get(*name));
    let opened = copies.filter_map(|bytes| open_ring(true, bytes, &secret));
    opened.map(|(_, number, body)| (number, body.to_vec())).max_by_key(|(number, _)| *number)
}

const MATCH_RING: [&str; 2] = ["m.ring", "m.ring2"];
const MOST_STEPS: u64 = 500;
