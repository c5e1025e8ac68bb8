//! The index is a cache: whatever happens to it, no answer changes.

#![expect(clippy::unwrap_used, reason = "what helps a test may fail it")]

use std::path::{Path, PathBuf};

use vaora::diary::{Diary, Due, Visits};
use vaora::journal::{Disk, Folder};
use vaora::time::Instant;
use vaora_tests::diary::{DAY, Dice, HOUR, KeyStore, at, create, open, place};

/// In memory where the machine has such a place: a thousand rounds need no real disk.
fn folder(name: &str) -> PathBuf {
    let memory = Path::new("/dev/shm");
    let disk = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let path = if memory.is_dir() { memory } else { disk };
    let path = path.join(format!("vaora-index-{}", std::process::id())).join(name);
    let _ = std::fs::remove_dir_all(&path);
    path
}

fn clean_up(folders: &[&Path]) {
    for folder in folders {
        let _ = std::fs::remove_dir_all(folder);
        let _ = folder.parent().map(std::fs::remove_dir);
    }
}

/// A diary of a week, with an index that knows all of it.
fn week(path: &Path, dice: &mut Dice) -> KeyStore {
    let (diary, keys) = create(Box::new(Folder::new(path)), dice, &at(0)).unwrap();
    for day in 0..7 {
        diary.due(&at(day * DAY)).unwrap();
        for n in 0..6 {
            let now = at(day * DAY + n * 600);
            let visit = diary.check_in(&place(&format!("{day}{n}"), 900), &[], &now).unwrap();
            if n % 3 != 0 {
                diary.check_out(visit.id, &at(day * DAY + n * 600 + 300)).unwrap();
            }
        }
    }
    diary.due(&at(6 * DAY + 2 * HOUR)).unwrap();
    keys
}

/// Everything that a diary answers where the index is asked.
fn answers(
    disk: Box<dyn Disk>,
    dice: &mut Dice,
    keys: &KeyStore,
) -> (Visits, Due, Vec<bool>, usize) {
    let diary = open(disk, dice, keys).unwrap();
    let now = at(6 * DAY + 3 * HOUR);
    let all = |diary: &Diary| {
        diary.visits(Instant::from_unix(0), Instant::from_unix(i64::MAX), &now).unwrap()
    };
    let before = all(&diary);
    let due = diary.due(&now).unwrap();
    let met = before.visits.iter().map(|v| {
        let name = &v.place.as_ref().unwrap().name;
        diary.rescan(&place(name, 900), &now).unwrap().open.is_some_and(|(id, _)| id == v.id)
    });
    let met = met.collect();
    for visit in &before.visits {
        diary.note(visit.id, "đã xem").unwrap();
    }
    let noted = all(&diary).visits.iter().filter(|v| v.note == "đã xem").count();
    (before, due, met, noted)
}

fn copy(from: &Path, to: &Path) {
    let _ = std::fs::remove_dir_all(to);
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// sled's own files under the index.
fn index_files(path: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(path).unwrap().flatten() {
        let inside = path.to_string_lossy().contains("index.");
        if entry.path().is_dir() {
            files.extend(index_files(&entry.path()));
        } else if inside {
            files.push(entry.path());
        }
    }
    files.sort();
    files
}

#[test]
fn no_damage_of_the_index_changes_an_answer() {
    let mut dice = Dice::new(1);
    let (origin, hurt) = (folder("origin"), folder("hurt"));
    let keys = week(&origin, &mut dice);
    let files = index_files(&origin);
    assert!(!files.is_empty());
    copy(&origin, &hurt);
    let truth = answers(Box::new(Folder::new(&hurt).without_index()), &mut dice, &keys);
    assert_eq!(truth.0.visits.len(), 42);
    assert_eq!(truth.3, 42);
    let check = |what: &str| {
        let found = answers(Box::new(Folder::new(&hurt)), &mut Dice::new(3), &keys);
        assert!(found == truth, "{what} changed an answer");
    };
    copy(&origin, &hurt);
    check("nothing");
    copy(&origin, &hurt);
    for file in index_files(&hurt) {
        std::fs::remove_file(file).unwrap();
    }
    check("emptying the index");
    let db = files.iter().max_by_key(|f| std::fs::metadata(f).unwrap().len()).unwrap();
    let bytes = std::fs::read(db).unwrap();
    let place = hurt.join(db.strip_prefix(&origin).unwrap());
    // Everything behind the last byte that is not zero is the same as a cut there.
    let used = bytes.iter().rposition(|b| *b != 0).unwrap() + 512;
    for length in (0..used.min(bytes.len())).step_by(512) {
        copy(&origin, &hurt);
        std::fs::write(&place, &bytes[..length]).unwrap();
        check(&format!("cutting the index at {length}"));
    }
    clean_up(&[&origin, &hurt]);
}

#[test]
fn no_flipped_bit_of_the_index_changes_an_answer() {
    let mut dice = Dice::new(2);
    let (origin, hurt) = (folder("flip-origin"), folder("flipped"));
    let keys = week(&origin, &mut dice);
    copy(&origin, &hurt);
    let truth = answers(Box::new(Folder::new(&hurt).without_index()), &mut dice, &keys);
    let files = index_files(&origin);
    for round in 0..1000 {
        copy(&origin, &hurt);
        let file = &files[usize::try_from(dice.below(files.len() as u64)).unwrap()];
        let mut bytes = std::fs::read(file).unwrap();
        let used = bytes.iter().rposition(|b| *b != 0).map_or(bytes.len(), |at| at + 1);
        if used == 0 {
            continue;
        }
        let bit = usize::try_from(dice.below(used as u64 * 8)).unwrap();
        bytes[bit / 8] ^= 1 << (bit % 8);
        std::fs::write(hurt.join(file.strip_prefix(&origin).unwrap()), &bytes).unwrap();
        let found = answers(Box::new(Folder::new(&hurt)), &mut Dice::new(3), &keys);
        assert!(found == truth, "round {round}: bit {bit} changed an answer");
    }
    clean_up(&[&origin, &hurt]);
}

#[test]
fn an_index_of_yesterday_is_noticed() {
    let mut dice = Dice::new(4);
    let path = folder("behind");
    let keys = week(&path, &mut dice);
    // The index knows that nothing is open on the eighth day; the journal goes on without it.
    let diary = open(Box::new(Folder::new(&path)), &mut dice, &keys).unwrap();
    for minute in 0..3 {
        diary.due(&at(7 * DAY + minute * 60)).unwrap();
    }
    drop(diary);
    let now = at(7 * DAY + 4 * HOUR);
    let diary = open(Box::new(Folder::new(&path).without_index()), &mut dice, &keys).unwrap();
    let fresh = diary.check_in(&place("mới", 900), &[], &now).unwrap();
    drop(diary);
    let diary = open(Box::new(Folder::new(&path)), &mut dice, &keys).unwrap();
    let met = diary.rescan(&place("mới", 900), &at(7 * DAY + 5 * HOUR)).unwrap();
    assert_eq!(met.open.map(|(id, _)| id), Some(fresh.id));
    diary.check_out(fresh.id, &at(7 * DAY + 6 * HOUR)).unwrap();
    let met = diary.rescan(&place("mới", 900), &at(7 * DAY + 7 * HOUR)).unwrap();
    assert_eq!(met.open, None);
    drop(diary);
    clean_up(&[&path]);
}
