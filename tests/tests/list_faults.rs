//! Taking a list is one commit: whichever step a dying process, a power cut or a full disk falls
//! on, the phone holds the old list or the new one, whole, and the next sync succeeds.

use std::io::ErrorKind;

use vaora::diary::{AlertState, Diary, Now};
use vaora::time::Instant;
use vaora_tests::diary::sim::{Fault, SimDisk, Survives};
use vaora_tests::diary::{Dice, KeyStore, START, create, open, place, seed_of};
use vaora_tests::lists::{Office, take};

fn now(seconds: i64) -> Now {
    vaora_tests::diary::at(seconds)
}

/// The list in force, and what it warns of.
fn held(diary: &Diary) -> (Option<Instant>, Vec<AlertState>) {
    let freshness = diary.freshness(&now(HOUR * 3)).expect("open");
    let alerts = diary.alerts(&now(HOUR * 3)).expect("unlocked");
    (freshness[0].created, alerts.iter().map(|alert| alert.state).collect())
}

const HOUR: i64 = 3600;

struct World {
    _folder: tempfile::TempDir,
    office: Office,
    disk: SimDisk,
    keys: KeyStore,
    deployment: [u8; 16],
}

/// A phone that holds a first list, which warns of a visit; the second takes that back and warns of
/// another.
fn world() -> World {
    let folder = tempfile::tempdir().expect("a folder");
    let mut office = Office::open(folder.path(), Instant::from_unix(START).day()).expect("keys");
    let disk = SimDisk::default();
    let mut dice = Dice::new(1);
    let (diary, keys) = create(Box::new(disk.clone()), &mut dice, &now(0)).expect("a diary");
    let deployment = diary.follow(&office.root()).expect("a root");
    for (name, hours) in [("chợ", 0), ("quán", 1)] {
        let (from, until) = (now(hours * HOUR - 7200), now(hours * HOUR - 5400));
        let place = place(name, 60);
        diary.add_past(&place, from.wall, until.wall, &[], &now(0)).expect("a visit");
    }
    let span = (now(-2 * HOUR).wall, now(0).wall);
    office.warn(seed_of("chợ"), span.0, span.1, 3).expect("a window");
    office.publish(now(HOUR).wall, 0).expect("published");
    take(&diary, &deployment, &office.public(), 700, &now(HOUR)).expect("taken");
    assert_eq!(held(&diary).1, [AlertState::New]);
    diary.close();
    office.withdraw(seed_of("chợ"), span.0.day());
    office.warn(seed_of("quán"), span.0, span.1, 3).expect("a window");
    office.publish(now(2 * HOUR).wall, 0).expect("published");
    World { _folder: folder, office, disk, keys, deployment }
}

#[test]
fn whichever_step_fails_the_old_list_or_the_new_one_is_in_force() {
    let World { _folder, office, disk, keys, deployment } = world();
    let old = (Some(now(HOUR).wall), vec![AlertState::New]);
    let new = (Some(now(2 * HOUR).wall), vec![AlertState::New, AlertState::Withdrawn]);
    let mut dice = Dice::new(2);
    for fault in
        [Fault::Die, Fault::Once(ErrorKind::StorageFull), Fault::FromThen(ErrorKind::StorageFull)]
    {
        let (mut olds, mut news) = (0, 0);
        for k in 0.. {
            let disk = disk.copy();
            let diary = open(Box::new(disk.clone()), &mut dice, &keys).expect("opens");
            disk.fail_at(k, fault);
            let at = now(2 * HOUR + 60);
            let taken = take(&diary, &deployment, &office.public(), 700, &at);
            let done = disk.operations() > 0 && taken.is_ok();
            for survives in [Survives::None, Survives::Random, Survives::All] {
                let found = disk.cut_power(survives, &mut dice);
                let after = open(Box::new(found), &mut dice, &keys).expect("opens after a cut");
                let held = held(&after);
                assert!(held == old || held == new, "{fault:?} at {k}, {survives:?}: {held:?}");
                // What was said to be taken is taken.
                assert!(held == new || taken.is_err(), "{fault:?} at {k}: acknowledged, and lost");
                olds += usize::from(held == old);
                news += usize::from(held == new);
                let again = take(&after, &deployment, &office.public(), 700, &now(3 * HOUR));
                assert!(again.is_ok(), "{fault:?} at {k}, {survives:?}: {again:?}");
                let (_, alerts) = self::held(&after);
                assert_eq!(alerts, new.1, "{fault:?} at {k}, {survives:?}");
            }
            drop(diary);
            if done && k > 40 {
                break;
            }
        }
        assert!(olds > 10 && news > 3, "{fault:?}: {olds} old, {news} new");
    }
}

/// A sync that brings nothing new writes over nothing that is in use.
#[test]
fn the_same_list_again_puts_nothing_at_risk() {
    let World { _folder, office, disk, keys, deployment } = world();
    let mut dice = Dice::new(3);
    let new = vec![AlertState::New, AlertState::Withdrawn];
    let at = now(2 * HOUR + 60);
    let disk = disk.copy();
    let diary = open(Box::new(disk.clone()), &mut dice, &keys).expect("opens");
    take(&diary, &deployment, &office.public(), 700, &at).expect("taken");
    assert_eq!(held(&diary).1, new);
    diary.close();
    for k in 0..40 {
        let disk = disk.copy();
        let diary = open(Box::new(disk.clone()), &mut dice, &keys).expect("opens");
        disk.fail_at(k, Fault::Die);
        let _ = take(&diary, &deployment, &office.public(), 700, &at);
        // What is left of one small file is a matter of chance: tried often.
        for survives in [Survives::Random; 16] {
            let found = disk.cut_power(survives, &mut dice);
            let after = open(Box::new(found), &mut dice, &keys).expect("opens after a cut");
            // The list must still be there to be read: a visit that is new is found in it.
            let place = place("quán", 60);
            let (from, until) = (now(-5400).wall, now(-4000).wall);
            after.add_past(&place, from, until, &[], &at).expect("a visit");
            let alerts = after.alerts(&at).expect("unlocked");
            let visits: usize = alerts.iter().map(|alert| alert.visits.len()).sum();
            assert_eq!(visits, 3, "{k} {survives:?}");
        }
    }
}
