//! Keys that are locked, gone, wrong or renewed, and directories that are taken.

#![expect(clippy::unwrap_used, reason = "what helps a test may fail it")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use vaora::Error;
use vaora::diary::{DeviceKey, Diary};
use vaora_tests::diary::both::{folder as on, has_index, word};
use vaora_tests::diary::sim::SimDisk;
use vaora_tests::diary::{Dice, HOUR, at, create, open, place};

fn folder(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("keys").join(word()).join(name);
    let _ = std::fs::remove_dir_all(&path);
    path
}

fn contents(path: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let Ok(entries) = std::fs::read_dir(path) else { return BTreeMap::new() };
    let mut all = BTreeMap::new();
    for entry in entries.flatten() {
        if entry.path().is_dir() {
            all.extend(contents(&entry.path()));
        } else {
            all.insert(entry.path(), std::fs::read(entry.path()).unwrap());
        }
    }
    all
}

fn locked_gone_wrong_and_missing_are_four_answers_and_change_nothing() {
    let mut dice = Dice::new(1);
    let path = folder("answers");
    let disk = || on(&path);
    let random = || Box::new(Dice::new(9));
    let nothing = Diary::open(disk(), random(), DeviceKey::Locked, DeviceKey::Locked);
    assert_eq!(nothing.map(drop), Err(Error::NoDiary));
    assert!(!path.exists());

    let (diary, keys) = create(disk(), &mut dice, &at(0)).unwrap();
    diary.check_in(&place("chợ", 60), &[], &at(0)).unwrap();
    drop(diary);
    let (_, strangers) = create(Box::new(SimDisk::default()), &mut dice, &at(0)).unwrap();
    let before = contents(&path);
    let cases = [
        (DeviceKey::Locked, keys.diary(), Error::Locked),
        (DeviceKey::Gone, keys.diary(), Error::KeyGone),
        (keys.matching(), DeviceKey::Gone, Error::KeyGone),
        (strangers.matching(), keys.diary(), Error::WrongKey),
        (keys.matching(), strangers.diary(), Error::WrongKey),
    ];
    for (matching, own, error) in cases {
        assert_eq!(Diary::open(disk(), random(), matching, own).map(drop), Err(error));
        assert_eq!(contents(&path), before, "{error:?} changed something");
    }
    assert_eq!(create(disk(), &mut dice, &at(0)).map(drop), Err(Error::AlreadyExists));
    assert_eq!(contents(&path), before);
    let empty = Diary::open(on(&folder("none")), random(), keys.matching(), keys.diary());
    assert_eq!(empty.map(drop), Err(Error::NoDiary));
    assert!(open(disk(), &mut dice, &keys).is_ok());
}

fn a_second_opening_is_refused_from_here_and_from_another_process() {
    let mut dice = Dice::new(2);
    let path = folder("in-use");
    let (diary, keys) = create(on(&path), &mut dice, &at(0)).unwrap();
    let second = open(on(&path), &mut dice, &keys).map(drop);
    assert_eq!(second, Err(Error::InUse));
    assert_eq!(Diary::erase(on(&path)), Err(Error::InUse));
    // Another process: the child of the crash harness cannot open it, and says so.
    let outer = folder("in-use-outer");
    std::fs::create_dir_all(&outer).unwrap();
    std::fs::write(outer.join("keys"), keys.to_line()).unwrap();
    std::os::unix::fs::symlink(&path, outer.join("diary")).unwrap();
    let child = |outer: &Path| {
        std::process::Command::new(env!("CARGO_BIN_EXE_vaora-try"))
            .args(["crash-child", "1", "0", "0", "--deeds", "3"])
            .args(has_index().then_some("--index"))
            .arg(outer)
            .output()
            .unwrap()
    };
    assert!(!child(&outer).status.success());
    drop(diary);
    assert!(child(&outer).status.success());
    assert!(open(on(&path), &mut dice, &keys).is_ok());
}

fn every_verb_of_a_locked_diary_is_silent() {
    let mut dice = Dice::new(3);
    let disk = SimDisk::default();
    let (diary, keys) = create(Box::new(disk.clone()), &mut dice, &at(0)).unwrap();
    let visit = diary.check_in(&place("chợ", 60), &[], &at(0)).unwrap();
    diary.lock().unwrap();
    let now = at(HOUR);
    let (from, until) = (at(-HOUR).wall, at(0).wall);
    let locked = Err(Error::Locked);
    assert_eq!(diary.visits(from, until, &now).map(drop), locked);
    assert_eq!(diary.rescan(&place("chợ", 60), &now).map(drop), locked);
    assert_eq!(diary.edit(visit.id, from, until, &now), locked);
    assert_eq!(diary.confirm(visit.id), locked);
    assert_eq!(diary.note(visit.id, "x"), locked);
    assert_eq!(diary.set_companions(visit.id, &[]), locked);
    assert_eq!(diary.hide(visit.id, &now), locked);
    assert_eq!(diary.forget(visit.id, &now), locked);
    assert_eq!(diary.forget_before(now.wall.day(), &now), locked);
    assert_eq!(diary.drop_day(now.wall.day(), &now), locked);
    assert_eq!(diary.companions().map(drop), locked);
    assert_eq!(diary.add_companion("Lan").map(drop), locked);
    assert_eq!(diary.add_past(&place("chợ", 60), from, until, &[], &now).map(drop), locked);
    assert_eq!(diary.add_manual("chợ", 1, from, until, &[], &now).map(drop), locked);
    assert_eq!(diary.export("mật khẩu dài").map(drop), locked);
    assert_eq!(diary.drain().map(drop), locked);
    // It still takes check-ins and check-outs, and shows nothing of them.
    let noted = diary.check_in(&place("quán", 60), &[], &now).unwrap();
    assert_eq!(noted.place, None);
    diary.check_out(noted.id, &at(2 * HOUR)).unwrap();
    diary.unlock(keys.diary()).unwrap();
    let found = diary.visits(from, at(2 * HOUR).wall, &at(2 * HOUR)).unwrap();
    assert_eq!(found.visits[1].place.as_ref().unwrap().name, "quán");
    diary.close();
    assert_eq!(diary.check_out(noted.id, &now), Err(Error::Closed));
}

fn the_inbox_is_drained_once_and_foreign_boxes_are_refused() {
    let mut dice = Dice::new(4);
    let disk = SimDisk::default();
    let (diary, keys) = create(Box::new(disk.clone()), &mut dice, &at(0)).unwrap();
    diary.lock().unwrap();
    for n in 0..510 {
        diary.check_in(&place(&format!("quán {n}"), 60), &[], &at(n)).unwrap();
    }
    diary.unlock(keys.diary()).unwrap();
    let first = diary.drain().unwrap();
    assert_eq!((first.taken, first.refused, first.left), (500, 0, 10));
    let second = diary.drain().unwrap();
    assert_eq!((second.taken, second.refused, second.left), (10, 0, 0));
    assert_eq!(diary.drain().unwrap().taken, 0);
    let now = at(HOUR);
    drop(diary);
    let diary = open(Box::new(disk.copy()), &mut dice, &keys).unwrap();
    let all = diary.visits(at(0).wall, now.wall, &now).unwrap();
    assert_eq!(all.visits.len(), 510);
    assert!(all.visits.iter().all(|v| v.place.is_some()));
}

fn a_diary_is_shared_between_threads_and_shows_no_key() {
    fn shared<T: Send + Sync>(_: &T) {}
    let mut dice = Dice::new(5);
    let (diary, _) = create(Box::new(SimDisk::default()), &mut dice, &at(0)).unwrap();
    shared(&diary);
    assert_eq!(format!("{diary:?}"), "Diary");
    std::thread::scope(|scope| {
        for n in 0..4 {
            let diary = &diary;
            scope.spawn(move || {
                diary.check_in(&place(&format!("quán {n}"), 60), &[], &at(n)).unwrap()
            });
        }
    });
    assert_eq!(diary.visits(at(0).wall, at(9).wall, &at(9)).unwrap().visits.len(), 4);
}

fn erasing_needs_no_key_and_leaves_nothing() {
    let mut dice = Dice::new(6);
    let path = folder("erase");
    let (diary, _) = create(on(&path), &mut dice, &at(0)).unwrap();
    diary.check_in(&place("chợ", 60), &[], &at(0)).unwrap();
    diary.due(&at(1)).unwrap();
    drop(diary);
    Diary::erase(on(&path)).unwrap();
    let left: Vec<_> = contents(&path).into_keys().collect();
    assert_eq!(left, [path.join("lock")]);
    assert!(create(on(&path), &mut dice, &at(0)).is_ok());
}

vaora_tests::both_ways!(
    locked_gone_wrong_and_missing_are_four_answers_and_change_nothing,
    a_second_opening_is_refused_from_here_and_from_another_process,
    every_verb_of_a_locked_diary_is_silent,
    the_inbox_is_drained_once_and_foreign_boxes_are_refused,
    a_diary_is_shared_between_threads_and_shows_no_key,
    erasing_needs_no_key_and_leaves_nothing,
);
