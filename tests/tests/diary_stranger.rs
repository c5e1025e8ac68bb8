//! Whoever has the match secret can box parts for the inbox. What is not as a diary writes it is
//! refused, costs no visit, and harms nothing.

#![expect(clippy::unwrap_used, reason = "what helps a test may fail it")]

use vaora::diary::{Diary, Visits};
use vaora::time::Instant;
use vaora_tests::diary::sim::SimDisk;
use vaora_tests::diary::stranger::{File, Known, boxed, unseal, words};
use vaora_tests::diary::{DAY, Dice, HOUR, KeyStore, at, create, open, place};
use vaora_tests::vectors::diary::bad_diary_parts;

fn all(diary: &Diary, second: i64) -> Visits {
    diary.visits(Instant::from_unix(0), Instant::from_unix(i64::MAX), &at(second)).unwrap()
}

/// A diary with two visits of its owner, one of them noted by the locked phone.
fn robbed(dice: &mut Dice) -> (SimDisk, KeyStore) {
    let disk = SimDisk::default();
    let (diary, keys) = create(Box::new(disk.clone()), dice, &at(0)).unwrap();
    diary.check_in(&place("chợ", 60), &[], &at(0)).unwrap();
    diary.lock().unwrap();
    diary.check_in(&place("quán", 60), &[], &at(60)).unwrap();
    drop(diary);
    (disk, keys)
}

/// Writes records with these diary parts behind the owner's.
fn write(disk: &SimDisk, known: &Known, parts: &[impl Fn(&File, u32) -> Vec<u8>]) {
    let today = at(0).wall.day().number();
    let file = known.files.iter().find(|file| file.day == today).unwrap();
    let mut bytes = disk.contents()[&file.name()].clone();
    // The match part of the first record, for visits of other ids.
    let length = |at: usize| usize::from(u16::from_le_bytes([bytes[at], bytes[at + 1]]));
    let (n, whole) = (length(7), length(0));
    let place = [&file.place(0, 1, bytes[6])[..], &bytes[9 + n..whole]].concat();
    let matching = unseal(&file.key, &place, &bytes[9..9 + n]).unwrap();
    let mut end = (bytes.iter().rposition(|b| *b != 0).unwrap() + 1).next_multiple_of(32);
    for (number, part) in (2..).zip(parts) {
        let mut matching = matching.clone();
        matching[1..5].copy_from_slice(&(number + 7_000_000_u32).to_le_bytes());
        let record = file.record(number, 2, [9; 24], &matching, &part(file, number));
        if bytes.len() < end + record.len() {
            bytes.resize(end + record.len(), 0);
        }
        bytes[end..end + record.len()].copy_from_slice(&record);
        end += record.len();
    }
    disk.plant(&file.name(), &bytes);
}

fn bad_boxes_are_refused_and_cost_nothing() {
    let mut dice = Dice::new(1);
    let (disk, keys) = robbed(&mut dice);
    let disk = disk.copy();
    let known = Known::of(&disk, keys.stolen().unwrap()[0]).unwrap();
    let inbox = known.inbox();
    type Part = Box<dyn Fn(&File, u32) -> Vec<u8>>;
    let mut parts: Vec<Part> = Vec::new();
    for (_, plain) in bad_diary_parts() {
        parts.push(Box::new(move |file, number| {
            boxed(&inbox, [3; 32], [4; 24], &file.place(number, 2, 2), &plain)
        }));
    }
    let good = words(1, 60, "lạ".as_bytes(), b"", b"");
    let plain = good.clone();
    // Boxed well, but for another record; as a sealed part; for nobody; with a flipped bit; and
    // with a sender under which everybody agrees.
    parts.push(Box::new(move |file, number| {
        boxed(&inbox, [3; 32], [4; 24], &file.place(number + 1, 2, 2), &plain)
    }));
    let plain = good.clone();
    parts.push(Box::new(move |file, number| {
        boxed(&inbox, [3; 32], [4; 24], &file.place(number, 2, 1), &plain)
    }));
    let plain = good.clone();
    parts.push(Box::new(move |file, number| {
        boxed(&[9; 32], [3; 32], [4; 24], &file.place(number, 2, 2), &plain)
    }));
    let plain = good.clone();
    parts.push(Box::new(move |file, number| {
        let mut part = boxed(&inbox, [3; 32], [4; 24], &file.place(number, 2, 2), &plain);
        part[60] ^= 1;
        part
    }));
    parts.push(Box::new(|_, _| [&[0; 32][..], &[1; 60]].concat()));
    let bad = parts.len();
    // One that is as a diary writes it cannot be told from the owner's.
    parts.push(Box::new(move |file, number| {
        boxed(&inbox, [3; 32], [4; 24], &file.place(number, 2, 2), &good)
    }));
    write(&disk, &known, &parts);

    let diary = open(Box::new(disk.clone()), &mut dice, &keys).unwrap();
    let before = all(&diary, 120);
    assert_eq!((before.visits.len(), before.damaged.len()), (2 + bad + 1, 0));
    assert_eq!(before.unfinished.len(), 0, "the stranger's records do not open");
    let drained = diary.drain().unwrap();
    assert_eq!((drained.taken, drained.refused, drained.left), (2, bad, 0));
    let check = |diary: &Diary, second: i64| {
        let found = all(diary, second);
        let named: Vec<&str> =
            found.visits.iter().filter_map(|v| v.place.as_ref()).map(|p| &p.name[..]).collect();
        assert_eq!(found.visits.len(), 2 + bad + 1);
        assert_eq!(named.len(), 3, "{named:?}");
        assert!(["chợ", "quán", "lạ"].iter().all(|name| named.contains(name)));
        let nameless = found.visits.into_iter().filter(|v| v.place.is_none());
        nameless.map(|v| v.id).collect::<Vec<_>>()
    };
    let nameless = check(&diary, 120);
    let again = diary.drain().unwrap();
    assert_eq!((again.taken, again.refused), (0, bad));
    // Everything else goes on: leaving, hiding, forgetting, exporting, the next days, opening.
    diary.check_out(nameless[0], &at(200)).unwrap();
    assert_eq!(diary.export("mật khẩu dài").unwrap().visits, 2 + bad + 1);
    diary.due(&at(DAY)).unwrap();
    diary.check_in(&place("hôm sau", 60), &[], &at(DAY + 60)).unwrap();
    drop(diary);
    let diary = open(Box::new(disk.copy()), &mut dice, &keys).unwrap();
    let found = all(&diary, DAY + HOUR);
    assert_eq!((found.visits.len(), found.damaged.len()), (2 + bad + 2, 0));
    diary.hide(nameless[1], &at(DAY + HOUR)).unwrap();
    for id in &nameless[2..] {
        diary.forget(*id, &at(DAY + HOUR)).unwrap();
    }
    assert_eq!(all(&diary, DAY + HOUR).visits.len(), 5);
}

fn a_nameless_visit_takes_no_words() {
    let mut dice = Dice::new(2);
    let (disk, keys) = robbed(&mut dice);
    let disk = disk.copy();
    let known = Known::of(&disk, keys.stolen().unwrap()[0]).unwrap();
    let inbox = known.inbox();
    write(
        &disk,
        &known,
        &[|file: &File, number| {
            boxed(&inbox, [3; 32], [4; 24], &file.place(number, 2, 2), b"vaora")
        }],
    );
    let diary = open(Box::new(disk), &mut dice, &keys).unwrap();
    let nameless = all(&diary, 120).visits.into_iter().find(|v| v.place.is_none()).unwrap();
    assert_eq!(diary.note(nameless.id, "của ai"), Err(vaora::Error::NoVisit));
    assert_eq!(all(&diary, 120).visits.len(), 3);
}

vaora_tests::both_ways!(bad_boxes_are_refused_and_cost_nothing, a_nameless_visit_takes_no_words);
