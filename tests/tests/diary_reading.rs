//! Bytes that a hash vouches for are opened without their tags; no others are, ever.

#![expect(clippy::unwrap_used, reason = "what helps a test may fail it")]

use vaora::diary::{Diary, Visits};
use vaora::seal::sha256;
use vaora::time::Instant;
use vaora_tests::diary::sim::SimDisk;
use vaora_tests::diary::stranger::{File, Known};
use vaora_tests::diary::{DAY, Dice, HOUR, KeyStore, at, create, open, place};

fn all(diary: &Diary) -> Visits {
    let now = at(DAY + 3 * HOUR);
    diary.visits(Instant::from_unix(0), Instant::from_unix(i64::MAX), &now).unwrap()
}

/// Yesterday with four visits, written in one go, and two records of today's hand behind them.
fn yesterday(dice: &mut Dice) -> (SimDisk, KeyStore) {
    let disk = SimDisk::default();
    let (diary, keys) = create(Box::new(disk.clone()), dice, &at(0)).unwrap();
    for n in 0..4 {
        let visit = diary.check_in(&place(&format!("quán {n}"), 60), &[], &at(n)).unwrap();
        diary.check_out(visit.id, &at(n + HOUR)).unwrap();
    }
    diary.due(&at(DAY)).unwrap();
    for visit in &all(&diary).visits[1..3] {
        diary.note(visit.id, "hôm sau").unwrap();
    }
    (disk, keys)
}

fn file_of_yesterday(disk: &SimDisk, keys: &KeyStore) -> (File, Vec<u8>) {
    let known = Known::of(disk, keys.stolen().unwrap()[0]).unwrap();
    let file = known.files.into_iter().find(|file| file.day == at(0).wall.day().number()).unwrap();
    let bytes = disk.contents()[&file.name()].clone();
    (file, bytes)
}

fn a_flipped_bit_below_the_count_or_behind_it_changes_no_answer() {
    let mut dice = Dice::new(1);
    let (disk, keys) = yesterday(&mut dice);
    let (file, bytes) = file_of_yesterday(&disk, &keys);
    assert_eq!((file.count, file.flags), (4, 0), "yesterday was not written in one go");
    let whole = all(&open(Box::new(disk.copy()), &mut dice, &keys).unwrap());
    let vouched = usize::try_from(file.bytes).unwrap();
    let end = bytes.iter().rposition(|b| *b != 0).unwrap() + 1;
    assert!(end > vouched + 300, "two records stand behind the count");
    // One diary has read the day before and trusts the hash, the other sees it so.
    let hurt = disk.copy();
    let known = open(Box::new(hurt.clone()), &mut dice, &keys).unwrap();
    let name = file.name();
    // Every fifth bit: each byte, and each bit of some byte in each field.
    for bit in (0..end * 8).step_by(5) {
        hurt.plant(&name, &bytes);
        assert!(bit % 1005 != 0 || all(&known) == whole);
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        hurt.plant(&name, &flipped);
        let found = all(&known);
        if bit % 35 == 0 {
            let fresh = open(Box::new(hurt.copy()), &mut dice, &keys).unwrap();
            assert_eq!(all(&fresh), found, "bit {bit}");
        }
        if bit / 8 < vouched {
            assert_eq!(found.damaged.len(), 1, "bit {bit}");
        } else {
            assert_eq!((found.damaged.len(), found.unfinished.len()), (0, 1), "bit {bit}");
            assert_eq!(found.visits.len(), 4);
        }
        // Nothing is shown that was never so: a visit is as it is or as it was before a note.
        for visit in &found.visits {
            let is = whole.visits.iter().find(|v| v.id == visit.id).unwrap();
            assert_eq!((&visit.from, &visit.out), (&is.from, &is.out), "bit {bit}");
            assert!(visit.place.is_none() || visit.place == is.place, "bit {bit}");
            assert!(visit.note.is_empty() || visit.note == is.note, "bit {bit}");
        }
    }
}

/// What was written in one go is opened under one key of the stream; no nonce comes twice all the same.
fn nonces_of_a_file_in_one_go_count_up_and_others_do_not() {
    let mut dice = Dice::new(3);
    let (disk, keys) = yesterday(&mut dice);
    let (file, bytes) = file_of_yesterday(&disk, &keys);
    let (mut at, mut nonces) = (0, Vec::new());
    while bytes[at] != 0 {
        let length = usize::from(u16::from_le_bytes([bytes[at], bytes[at + 1]]));
        let n = usize::from(u16::from_le_bytes([bytes[at + 7], bytes[at + 8]]));
        // The diary part was sealed first: its bytes are bound to the match part.
        for place in [at + 9 + n, at + 9] {
            nonces.push((&bytes[place..place + 16], bytes[place + 16..place + 24].to_vec()));
        }
        at = (at + length).next_multiple_of(32);
    }
    let vouched = usize::try_from(file.count).unwrap() * 2;
    assert_eq!((vouched, nonces.len()), (8, 12));
    let first = u64::from_le_bytes(nonces[0].1[..].try_into().unwrap());
    for (count, (beginning, end)) in (0..).zip(&nonces[..vouched]) {
        assert_eq!(*beginning, nonces[0].0);
        assert_eq!(end[..], first.wrapping_add(count).to_le_bytes());
    }
    let mut beginnings: Vec<_> = nonces[vouched - 1..].iter().map(|(first, _)| *first).collect();
    beginnings.sort_unstable();
    beginnings.dedup();
    assert_eq!(beginnings.len(), 5, "records of their own have nonces of their own");
}

fn who_has_the_match_secret_alone_can_hash_but_not_change_what_is_read() {
    let mut dice = Dice::new(2);
    let (disk, keys) = yesterday(&mut dice);
    let (file, bytes) = file_of_yesterday(&disk, &keys);
    let whole = all(&open(Box::new(disk.copy()), &mut dice, &keys).unwrap());
    let mut known = Known::of(&disk, keys.stolen().unwrap()[0]).unwrap();
    let vouched = usize::try_from(file.bytes).unwrap();
    let mut forged = bytes[..vouched].to_vec();
    // Every record keeps its match part, sealed anew, and one bit of its diary part is turned.
    let mut at = 0;
    let mut number = 0;
    while at < vouched {
        let head = &bytes[at..];
        let length = usize::from(u16::from_le_bytes([head[0], head[1]]));
        let n = usize::from(u16::from_le_bytes([head[7], head[8]]));
        let mut diary = head[9 + n..length].to_vec();
        let place = [&file.place(number, 1, 1)[..], &diary].concat();
        let matching =
            vaora_tests::diary::stranger::unseal(&file.key, &place, &head[9..9 + n]).unwrap();
        diary[60] ^= 1;
        let record = file.record(number, 1, [7; 24], &matching, &diary);
        forged[at..at + record.len()].copy_from_slice(&record);
        at += record.len();
        number += 1;
    }
    for file in known.files.iter_mut().filter(|f| f.name == file.name) {
        file.hash = sha256(&forged);
    }
    let hurt = disk.copy();
    known.write(&hurt);
    hurt.plant(&file.name(), &[forged, vec![0; 64]].concat());
    let diary = open(Box::new(hurt), &mut dice, &keys).unwrap();
    // Twice: what was refused does not become proven.
    for _ in 0..2 {
        let found = all(&diary);
        assert!(found.damaged.is_empty(), "the forged hash is not right: this proves nothing");
        assert_eq!(found.visits.len(), whole.visits.len());
        assert!(found.visits.iter().all(|visit| visit.place.is_none() && visit.note.is_empty()));
    }
}

fn a_torn_write_that_looks_like_a_record_hides_none() {
    let mut dice = Dice::new(3);
    let disk = SimDisk::default();
    let (diary, keys) = create(Box::new(disk.clone()), &mut dice, &at(0)).unwrap();
    let torn = diary.check_in(&place(&"rách ".repeat(8), 60), &[], &at(0)).unwrap();
    drop(diary);
    let (file, bytes) = file_of_yesterday(&disk, &keys);
    // Only the first 32 bytes of the record reached the disk: its frame, as long as it was.
    let mut head = vec![0; bytes.len()];
    head[..32].copy_from_slice(&bytes[..32]);
    let disk = disk.copy();
    disk.plant(&file.name(), &head);
    let diary = open(Box::new(disk.clone()), &mut dice, &keys).unwrap();
    assert_eq!(all(&diary).unfinished.len(), 1);
    // The next visits are written behind it; a later ring vouches for all of it. One name makes
    // the frames end where the records end.
    let found = (0..60).any(|letters| {
        let disk = disk.copy();
        let diary = open(Box::new(disk.clone()), &mut dice, &keys).unwrap();
        let visit = diary.check_in(&place(&"x".repeat(letters), 60), &[], &at(1)).unwrap();
        diary.set_retention(Some(20)).unwrap();
        drop(diary);
        let again = open(Box::new(disk.copy()), &mut dice, &keys).unwrap();
        let shown: Vec<_> = all(&again).visits.iter().map(|v| v.id).collect();
        assert_eq!(shown, [visit.id], "{letters} letters");
        assert_ne!(visit.id, torn.id);
        let (file, bytes) = file_of_yesterday(&disk, &keys);
        let frame = usize::from(u16::from_le_bytes([bytes[0], bytes[1]])).next_multiple_of(32);
        file.count == 1 && usize::try_from(file.bytes).unwrap() == frame
    });
    assert!(found, "no torn frame ended where the records end: this proves less than it could");
}

/// So many that two cores share the days: as if one had read them all.
fn a_large_diary_is_read_on_two_cores_as_on_one() {
    let mut dice = Dice::new(4);
    let disk = SimDisk::default();
    let (diary, keys) = create(Box::new(disk.clone()), &mut dice, &at(0)).unwrap();
    let mut noted = Vec::new();
    for n in 0..1500 {
        let begin = n * 6 * DAY / 1500;
        if n % 250 == 0 {
            diary.due(&at(begin)).unwrap();
        }
        let name = format!("quán {n}");
        let visit = diary.check_in(&place(&name, 60), &[], &at(begin)).unwrap();
        diary.check_out(visit.id, &at(begin + 60)).unwrap();
        noted.push((visit.id, name));
    }
    let now = at(6 * DAY);
    diary.due(&now).unwrap();
    drop(diary);
    let disk = disk.copy();
    let read = |diary: &Diary| {
        diary.visits(Instant::from_unix(0), Instant::from_unix(i64::MAX), &now).unwrap()
    };
    let segments = Known::of(&disk, keys.stolen().unwrap()[0]).unwrap().files;
    assert!(segments.iter().map(|file| file.bytes).sum::<u32>() > 300 << 10, "one core reads this");
    let fresh = open(Box::new(disk.clone()), &mut dice, &keys).unwrap();
    for _ in 0..3 {
        let all = read(&fresh);
        assert!(all.damaged.is_empty() && all.unfinished.is_empty());
        let shown = all.visits.into_iter().map(|v| (v.id, v.place.unwrap().name));
        assert!(shown.eq(noted.iter().cloned()));
    }
    // What is wrong is told of the day where it is, and of no other.
    let hurt = segments.iter().find(|file| file.day == at(2 * DAY).wall.day().number()).unwrap();
    let mut bytes = disk.contents()[&hurt.name()].clone();
    bytes[100] ^= 1;
    disk.plant(&hurt.name(), &bytes);
    let all = read(&fresh);
    assert_eq!(all.damaged, [at(2 * DAY).wall.day()]);
    let lost: Vec<_> =
        noted.iter().filter(|(id, _)| all.visits.iter().all(|v| v.id != *id)).collect();
    assert_eq!((all.visits.len(), lost.len()), (1499, 1));
}

vaora_tests::both_ways!(
    a_large_diary_is_read_on_two_cores_as_on_one,
    nonces_of_a_file_in_one_go_count_up_and_others_do_not,
    a_flipped_bit_below_the_count_or_behind_it_changes_no_answer,
    who_has_the_match_secret_alone_can_hash_but_not_change_what_is_read,
    a_torn_write_that_looks_like_a_record_hides_none,
);
