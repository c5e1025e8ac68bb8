//! An honest server, and a phone that loses power or runs out of space at any step of a sync.

use std::io::ErrorKind;

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
    // All of the old or all of the new, whatever was acknowledged: the step in which one becomes
    // the other is the write of the ring, and what fails behind it is only tidied up later.
    let now = at(DAY);
    let created = diary.freshness(&now).ok().and_then(|lists| lists.first()?.created);
    let alerts = diary.alerts(&now).map_or(99, |alerts| alerts.len());
    let old = created == Some(world.forge.held_manifest().created);
    let new = created == Some(world.forge.manifest().created);
    let whole = if old { alerts == 0 } else { new && alerts == 1 };
    let acknowledged = taken.is_err() || new;
    // While the old list is in force, every file that it names is there as it was.
    let lists = |name: &String| name.ends_with(".list");
    let (before, after) = (
        before.into_iter().filter(|(name, _)| lists(name)).collect(),
        held(&phone).into_iter().filter(|(name, _)| lists(name)).collect(),
    );
    let state_identical = whole && acknowledged && (new || keeps(&before, &after));
    let next_accepted = world.takes_next(&diary);
    let error = taken.err().map_or(Some("diary"), |error| Some(error.id()));
    Ok(Some(Outcome { name: "", error, expected: None, state_identical, next_accepted }))
}

const MOST_STEPS: u64 = 500;
