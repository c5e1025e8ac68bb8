//! What was hidden, forgotten or expired is gone: from the files, and for whoever kept every
//! earlier file and has every living secret.

#![expect(clippy::unwrap_used, reason = "what helps a test may fail it")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use chacha20::XChaCha20;
use chacha20::cipher::{KeyIvInit, StreamCipher};
use vaora::diary::{Diary, Now, Out, Rescan, VisitId};
use vaora::seal::{VenueKey, sha256};
use vaora::time::Instant;
use vaora_tests::diary::both::{folder as on, has_index, word};
use vaora_tests::diary::sim::SimDisk;
use vaora_tests::diary::{DAY, Dice, HOUR, KeyStore, at, create, open, place, seed_of};

type Files = BTreeMap<PathBuf, Vec<u8>>;

/// Decrypts without asking any tag: more than an attacker with the keys needs.
fn decrypt(key: &[u8], nonce: &[u8], sealed: &[u8]) -> Vec<u8> {
    let mut plain = sealed.to_vec();
    let mut cipher = XChaCha20::new_from_slices(key, nonce).unwrap();
    // The first block of the stream belongs to the tag.
    let mut block = [0; 64];
    cipher.apply_keystream(&mut block);
    cipher.apply_keystream(&mut plain);
    plain
}

/// Whatever lies in the rings that this secret opens: every 32 bytes of it may be a key.
fn keys_in(files: &Files, secrets: &[[u8; 32]]) -> Vec<Vec<u8>> {
    let mut keys = Vec::new();
    for bytes in files.iter().filter(|(name, _)| is_ring(name)).map(|(_, bytes)| bytes) {
        let header =
            7 + 1 + 2 + usize::from(u16::from_le_bytes([bytes[8], bytes[9]])) + 16 + 16 + 8;
        for secret in secrets {
            let plain = decrypt(secret, &bytes[header..header + 24], &bytes[header + 24..]);
            // A ring that opens begins with a small sequence number and is padded with zeros.
            if plain[4..8] == [0; 4] {
                keys.extend(plain.windows(32).map(<[u8]>::to_vec));
            }
        }
    }
    keys
}

fn is_ring(name: &Path) -> bool {
    name.to_string_lossy().contains(".ring")
}

/// Both parts of everything in day files that looks like a record: nonce, sealed bytes.
fn parts(files: &Files) -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut parts = Vec::new();
    for (_, bytes) in files.iter().filter(|(name, _)| name.to_string_lossy().ends_with(".day")) {
        for record in (0..bytes.len()).step_by(32).map(|at| &bytes[at..]) {
            let length = usize::from(u16::from_le_bytes([record[0], record[1]]));
            let n = usize::from(u16::from_le_bytes([record[7], record[8]]));
            if length > record.len() || !(40..200).contains(&n) || length < 9 + n || record[6] > 3 {
                continue;
            }
            parts.push((record[9..33].to_vec(), record[33..9 + n].to_vec()));
            if record[6] == 1 {
                parts.push((record[9 + n..33 + n].to_vec(), record[33 + n..length].to_vec()));
            }
        }
    }
    parts
}

/// Whether any key opens anything that holds these words.
fn finds(words: &[u8], files: &Files, keys: &[Vec<u8>]) -> bool {
    let parts = parts(files);
    keys.iter().any(|key| {
        parts.iter().any(|(nonce, sealed)| contains(&decrypt(key, nonce, sealed), words))
    })
}

fn contains(bytes: &[u8], words: &[u8]) -> bool {
    bytes.windows(words.len()).any(|w| w == words)
}

fn read(path: &Path) -> Files {
    let mut files = Files::new();
    for entry in std::fs::read_dir(path).unwrap().flatten() {
        if entry.path().is_dir() {
            files.extend(read(&entry.path()));
        } else {
            files.insert(entry.path(), std::fs::read(entry.path()).unwrap());
        }
    }
    files
}

fn folder(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("shred").join(word()).join(name);
    let _ = std::fs::remove_dir_all(&path);
    path
}

/// The secrets of the newest aliases: all that live after a renewal.
fn living(keys: &KeyStore) -> Vec<[u8; 32]> {
    let line = keys.to_line();
    let aliases = line.split([';', ',']).map(|n| n.parse::<u64>().unwrap().to_le_bytes());
    aliases.map(|alias| sha256(&alias)).collect()
}

fn renew(diary: &Diary, keys: &mut KeyStore, dice: &mut Dice) {
    let (matching, own) = keys.renew(dice);
    diary.rotate(Some(matching), Some(own)).unwrap();
    keys.settle();
}

fn shredded(name: &str, shred: impl Fn(&Diary, VisitId) -> Now, key_stays: bool) {
    let mut dice = Dice::new(7);
    let path = folder(name);
    let (diary, mut keys) = create(on(&path), &mut dice, &at(0)).unwrap();
    let (secret_place, other) = ("Phòng khám Hoa Mai", "Chợ Xanh");
    let visit = diary.check_in(&place(secret_place, 60), &[], &at(0)).unwrap();
    // The other one a day later, so that it outlives an expiry.
    diary.check_in(&place(other, 60), &[], &at(DAY)).unwrap();
    diary.due(&at(DAY)).unwrap();
    // Once more, so that the index knows both.
    diary.due(&at(DAY + 30)).unwrap();
    let venue_key = VenueKey::derive(&seed_of(secret_place), at(0).wall.day());
    // A crash left a copy of every ring that never got its name.
    for name in ["m.ring", "m.ring2", "d.ring", "d.ring2"] {
        std::fs::copy(path.join(name), path.join(format!("{name}.tmp"))).unwrap();
    }
    let before = read(&path);
    let old_keys = keys_in(&before, &living(&keys));
    assert!(finds(secret_place.as_bytes(), &before, &old_keys), "the attacker is no good");
    assert!(finds(venue_key.expose(), &before, &old_keys), "the attacker is no good");

    let now = shred(&diary, visit.id);
    let between = read(&path);
    assert!(
        diary.due(&Now { wall: Instant::from_unix(now.wall.unix() + HOUR), ..now }).unwrap().rotate
    );
    renew(&diary, &mut keys, &mut dice);
    let after = read(&path);
    assert!(after.keys().all(|name| !name.to_string_lossy().ends_with(".tmp")));
    // Neither plaintext nor any piece of a sealed record is left, the index included.
    let sealed: Vec<(Vec<u8>, Vec<u8>)> = parts(&before);
    let kept = parts(&after);
    let gone: Vec<_> = sealed.iter().filter(|part| !kept.contains(part)).collect();
    assert!(!gone.is_empty());
    for bytes in between.values().chain(after.values()) {
        assert!(!contains(bytes, secret_place.as_bytes()));
        for (nonce, sealed) in &gone {
            assert!(!contains(bytes, nonce) && !contains(bytes, &sealed[..16]));
        }
    }
    let indexes: Vec<_> =
        before.keys().filter(|n| n.to_string_lossy().contains("index.")).collect();
    assert_eq!(!indexes.is_empty(), has_index());
    assert!(indexes.iter().all(|name| !after.contains_key(*name)), "the old index is still there");
    // Every earlier file, and every secret that still lives, and all that those open.
    let living = living(&keys);
    let mut have: Vec<Vec<u8>> = living.iter().map(|s| s.to_vec()).collect();
    for files in [&before, &between, &after] {
        have.extend(keys_in(files, &living));
    }
    for files in [&before, &between, &after] {
        assert!(!finds(secret_place.as_bytes(), files, &have));
    }
    assert!(!finds(venue_key.expose(), &before, &have));
    // A hidden visit still warns: its venue key stays, sealed anew.
    assert_eq!(finds(venue_key.expose(), &after, &have), key_stays);
    drop(diary);
    let diary = open(on(&path), &mut dice, &keys).unwrap();
    let all = diary.visits(Instant::from_unix(0), Instant::from_unix(i64::MAX), &now).unwrap();
    assert_eq!(all.visits.len(), 1);
    assert_eq!(all.visits[0].place.as_ref().unwrap().name, other);
}

fn what_was_forgotten_is_gone() {
    let forget = |diary: &Diary, visit| {
        diary.forget(visit, &at(DAY + 60)).unwrap();
        at(DAY + 60)
    };
    shredded("forget", forget, false);
}

fn what_was_hidden_cannot_be_read_but_still_warns() {
    let hide = |diary: &Diary, visit| {
        diary.hide(visit, &at(DAY + 60)).unwrap();
        at(DAY + 60)
    };
    shredded("hide", hide, true);
}

fn forgetting_before_a_day_leaves_the_days_after() {
    let forget = |diary: &Diary, _| {
        diary.forget_before(at(DAY).wall.day(), &at(DAY + 60)).unwrap();
        at(DAY + 60)
    };
    shredded("before", forget, false);
}

fn what_expired_is_gone() {
    let expire = |diary: &Diary, _| {
        let now = at(22 * DAY);
        assert_eq!(diary.due(&now).unwrap().expired, [at(0).wall.day()]);
        now
    };
    shredded("expire", expire, false);
}

fn no_answer_tells_a_hidden_place_from_one_never_visited() {
    let mut answers = Vec::new();
    for hidden in [true, false] {
        let mut dice = Dice::new(8);
        let (diary, _) = create(Box::new(SimDisk::default()), &mut dice, &at(0)).unwrap();
        let market = diary.check_in(&place("chợ", 60), &[], &at(0)).unwrap();
        if hidden {
            let visit = diary.check_in(&place("quán", 60), &[], &at(60)).unwrap();
            diary.hide(visit.id, &at(120)).unwrap();
            for answer in [
                diary.check_out(visit.id, &at(180)),
                diary.stay(visit.id, &at(180)),
                diary.note(visit.id, "x"),
                diary.hide(visit.id, &at(180)),
                diary.forget(visit.id, &at(180)),
                diary.confirm(visit.id),
                diary.badge(visit.id, &at(180)).map(drop),
            ] {
                assert_eq!(answer, Err(vaora::Error::NoVisit));
            }
        }
        let met = diary.rescan(&place("quán", 60), &at(240)).unwrap();
        assert_eq!(met, Rescan { open: None, parent: None });
        let again = diary.check_in(&place("quán", 60), &[], &at(300)).unwrap();
        let all = diary.visits(at(0).wall, at(DAY).wall, &at(400)).unwrap();
        let shown: Vec<_> = all.visits.iter().map(|v| (v.place.clone(), v.from, v.out)).collect();
        let due = diary.due(&at(3 * HOUR)).unwrap();
        assert!(due.closed.contains(&market.id) && due.closed.contains(&again.id));
        let export = diary.due(&at(DAY)).unwrap();
        answers.push((shown, due.leave.len(), due.closed.len(), export.closed, all.damaged));
    }
    assert_eq!(answers[0], answers[1]);
}

fn no_file_tells_a_forgotten_place_from_one_never_visited() {
    let mut seen = Vec::new();
    for forgotten in [true, false] {
        let mut dice = Dice::new(9);
        let disk = SimDisk::default();
        let (diary, mut keys) = create(Box::new(disk.clone()), &mut dice, &at(0)).unwrap();
        diary.check_in(&place("chợ", 60), &[], &at(0)).unwrap();
        if forgotten {
            let one = diary.check_in(&place("quán", 60), &[], &at(60)).unwrap();
            diary.check_out(one.id, &at(120)).unwrap();
            let two = diary.check_in(&place("quán", 60), &[], &at(DAY)).unwrap();
            diary.forget(one.id, &at(DAY + 60)).unwrap();
            diary.forget(two.id, &at(DAY + 60)).unwrap();
        }
        diary.due(&at(DAY + HOUR)).unwrap();
        renew(&diary, &mut keys, &mut dice);
        let all = diary.visits(at(0).wall, at(2 * DAY).wall, &at(2 * DAY)).unwrap();
        assert!(matches!(all.visits[0].out, Out::Assumed(_)));
        let kind = |name: &String| name.split('.').nth(1).map(str::to_owned);
        let mut sizes: Vec<_> =
            disk.contents().iter().map(|(name, bytes)| (kind(name), bytes.len())).collect();
        sizes.sort();
        seen.push(sizes);
    }
    assert_eq!(seen[0], seen[1]);
}

vaora_tests::both_ways!(
    what_was_forgotten_is_gone,
    what_was_hidden_cannot_be_read_but_still_warns,
    forgetting_before_a_day_leaves_the_days_after,
    what_expired_is_gone,
    no_answer_tells_a_hidden_place_from_one_never_visited,
    no_file_tells_a_forgotten_place_from_one_never_visited,
);
