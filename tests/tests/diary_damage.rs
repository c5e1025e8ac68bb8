//! Flipped bits and lost files: reported, never guessed, never made worse.

#![expect(clippy::unwrap_used, reason = "what helps a test may fail it")]

use std::collections::BTreeMap;

use vaora::Error;
use vaora::diary::Diary;
use vaora::time::Instant;
use vaora_tests::diary::sim::SimDisk;
use vaora_tests::diary::{DAY, Dice, HOUR, KeyStore, at, create, open, place};

/// Three days with two visits each; the rings vouch for the first two days.
fn three_days(dice: &mut Dice) -> (SimDisk, KeyStore) {
    let disk = SimDisk::default();
    let (diary, keys) = create(Box::new(disk.clone()), dice, &at(0)).unwrap();
    for day in 0..3 {
        diary.due(&at(day * DAY)).unwrap();
        for n in 0..2 {
            let now = at(day * DAY + n);
            let visit = diary.check_in(&place(&format!("{day}{n}"), 60), &[], &now).unwrap();
            diary.check_out(visit.id, &at(day * DAY + n + HOUR)).unwrap();
        }
    }
    (disk, keys)
}

fn all(diary: &Diary) -> vaora::diary::Visits {
    diary
        .visits(Instant::from_unix(0), Instant::from_unix(i64::MAX), &at(2 * DAY + 3 * HOUR))
        .unwrap()
}

/// The files that hold records, by what they hold; day files have random names.
fn written(disk: &SimDisk) -> BTreeMap<String, Vec<u8>> {
    let mut files = disk.contents();
    files.retain(|name, bytes| name.ends_with(".day") && bytes.iter().any(|b| *b != 0));
    files
}

fn one_flipped_bit_costs_at_most_its_own_day() {
    let mut dice = Dice::new(1);
    let (disk, keys) = three_days(&mut dice);
    let whole = all(&open(Box::new(disk.copy()), &mut dice, &keys).unwrap());
    assert_eq!(whole.visits.len(), 6);
    let files = written(&disk);
    assert_eq!(files.len(), 3);
    for (name, bytes) in &files {
        let records = bytes.iter().rposition(|b| *b != 0).unwrap() + 64;
        for bit in 0..(records.min(bytes.len()) * 8) {
            let hurt = disk.copy();
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            hurt.plant(name, &flipped);
            let diary = open(Box::new(hurt.clone()), &mut dice, &keys).unwrap();
            let found = all(&diary);
            let told = found.damaged.len() + found.unfinished.len();
            assert_eq!(told, 1, "bit {bit} of {name} went unnoticed");
            // The others read on, and nothing is shown that was not so.
            let others = whole.visits.iter().filter(|v| {
                !found.damaged.contains(&v.from.day()) && !found.unfinished.contains(&v.from.day())
            });
            assert!(others.clone().count() >= 4);
            for visit in others {
                assert!(found.visits.contains(visit));
            }
            assert_eq!(hurt.contents()[name], flipped, "a damaged file was written to");
            if bit % 997 == 0 {
                let export = diary.export("mật khẩu dài").unwrap();
                assert!(export.visits >= 4);
                assert_eq!(export.missing, found.damaged);
            }
        }
    }
}

fn a_day_that_is_damaged_takes_new_visits_beside_what_is_left() {
    let mut dice = Dice::new(2);
    let (disk, keys) = three_days(&mut dice);
    let today = at(2 * DAY + 2 * HOUR);
    // The rings vouch for today's records too after a drain and a new day's ring.
    let diary = open(Box::new(disk.copy()), &mut dice, &keys).unwrap();
    diary.set_retention(Some(20)).unwrap();
    drop(diary);
    for name in written(&disk).keys() {
        let hurt = disk.copy();
        let mut bytes = hurt.contents()[name].clone();
        bytes[100] ^= 1;
        hurt.plant(name, &bytes);
        let diary = open(Box::new(hurt.clone()), &mut dice, &keys).unwrap();
        let before = all(&diary).visits.len();
        diary.check_in(&place("mới", 60), &[], &today).unwrap();
        assert_eq!(all(&diary).visits.len(), before + 1);
        assert!(hurt.contents()[name].starts_with(&bytes[..512]), "what is left was overwritten");
        drop(diary);
        hurt.plant("unused", &[]);
        let again = open(Box::new(hurt.copy()), &mut dice, &keys).unwrap();
        assert_eq!(all(&again).visits.len(), before + 1);
    }
}

fn only_dropping_the_day_is_rid_of_damage() {
    let mut dice = Dice::new(3);
    let (disk, keys) = three_days(&mut dice);
    for (name, mut bytes) in written(&disk) {
        bytes[70] ^= 4;
        let hurt = disk.copy();
        hurt.plant(&name, &bytes);
        let diary = open(Box::new(hurt), &mut dice, &keys).unwrap();
        let found = all(&diary);
        let Some(day) = found.damaged.first().copied() else { continue };
        let now = at(2 * DAY + 3 * HOUR);
        for visit in found.visits.iter().filter(|v| v.from.day() == day) {
            assert_eq!(diary.forget(visit.id, &now), Err(Error::DamagedDay { day }));
            assert_eq!(diary.hide(visit.id, &now), Err(Error::DamagedDay { day }));
        }
        diary.drop_day(day, &now).unwrap();
        assert!(all(&diary).damaged.is_empty());
        assert_eq!(all(&diary).visits.len(), 4);
    }
}

fn a_missing_or_cut_day_is_damaged_not_empty() {
    let mut dice = Dice::new(4);
    let (disk, keys) = three_days(&mut dice);
    let (mut told, mut cuts) = (0, 0);
    for (name, bytes) in written(&disk) {
        let hurt = disk.copy();
        hurt.steal(&name);
        let diary = open(Box::new(hurt), &mut dice, &keys).unwrap();
        assert_eq!(all(&diary).damaged.len(), 1);
        for length in (0..1024).step_by(32) {
            let hurt = disk.copy();
            hurt.plant(&name, &bytes[..length]);
            let found = all(&open(Box::new(hurt), &mut dice, &keys).unwrap());
            assert!(found.damaged.len() <= 1);
            cuts += 1;
            told += found.damaged.len();
        }
    }
    // Today's tail looks like a torn write; the tails of the days before do not.
    assert!(told * 3 > cuts, "{told} of {cuts}");
}

fn one_damaged_copy_of_a_ring_costs_nothing() {
    let mut dice = Dice::new(5);
    let (disk, keys) = three_days(&mut dice);
    for name in ["m.ring", "m.ring2", "d.ring", "d.ring2"] {
        let bytes = disk.contents()[name].clone();
        for bit in (0..bytes.len() * 8).step_by(if bytes.len() > 4096 { 11 } else { 1 }) {
            let hurt = disk.copy();
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            hurt.plant(name, &flipped);
            let diary = open(Box::new(hurt.clone()), &mut dice, &keys).unwrap();
            if bit % 101 == 0 {
                assert_eq!(all(&diary).visits.len(), 6);
                assert_ne!(hurt.contents()[name], flipped, "the other copy was not mended");
            }
        }
    }
}

fn rings_that_are_gone_are_damage_never_an_empty_diary() {
    let mut dice = Dice::new(6);
    let (disk, keys) = three_days(&mut dice);
    for kind in ["m.ring", "d.ring"] {
        let (lost, flipped) = (disk.copy(), disk.copy());
        for name in [kind.to_owned(), format!("{kind}2")] {
            let mut bytes = disk.contents()[&name].clone();
            let last = bytes.len() - 1;
            bytes[last] ^= 1;
            flipped.plant(&name, &bytes);
            lost.steal(&name);
        }
        for disk in [lost, flipped] {
            let before = disk.contents();
            let answer = open(Box::new(disk.clone()), &mut dice, &keys).map(drop);
            assert_eq!(answer, Err(Error::Damaged));
            assert_eq!(disk.contents(), before);
            let answer = create(Box::new(disk.clone()), &mut dice, &at(0)).map(drop);
            assert_eq!(answer, Err(Error::AlreadyExists));
            assert_eq!(disk.contents(), before);
        }
    }
}

vaora_tests::both_ways!(
    one_flipped_bit_costs_at_most_its_own_day,
    a_day_that_is_damaged_takes_new_visits_beside_what_is_left,
    only_dropping_the_day_is_rid_of_damage,
    a_missing_or_cut_day_is_damaged_not_empty,
    one_damaged_copy_of_a_ring_costs_nothing,
    rings_that_are_gone_are_damage_never_an_empty_diary,
);
