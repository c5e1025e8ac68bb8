//! After a diary is locked or closed, no secret that it let go of is left in the memory of the
//! process. A program of its own: other tests would leave secrets of theirs.

#![expect(clippy::unwrap_used, reason = "what helps a test may fail it")]

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use vaora::diary::{DeviceKey, Diary, Place};
use vaora::journal::Wrapped;
use vaora::seal::{Secret, Seed, VenueKey};
use vaora_tests::diary::sim::SimDisk;
use vaora_tests::diary::stranger::Ring;
use vaora_tests::diary::{DAY, Dice, HOUR, at, details};

/// Never in the clear in this program: `mask` is taken away in place, and put back.
struct Masked(Vec<u8>);

impl Masked {
    fn new(n: u8, length: u8) -> Self {
        Self((0..length).map(|i| (i.wrapping_mul(29) ^ n.wrapping_mul(67)) ^ MASK).collect())
    }

    fn with<T>(&mut self, f: impl FnOnce(&[u8]) -> T) -> T {
        self.flip();
        let result = f(&self.0);
        self.flip();
        result
    }

    fn flip(&mut self) {
        for byte in &mut self.0 {
            *byte ^= MASK;
        }
        std::hint::black_box(&mut self.0);
    }

    fn secret(&mut self) -> Secret {
        self.with(|bytes| Secret::from_slice(bytes).unwrap())
    }

    /// How often it lies in memory, or half of it: a key that was freed without being wiped has
    /// lost its beginning to the lists of the allocator.
    fn places(&self) -> usize {
        let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
        let memory = File::open("/proc/self/mem").unwrap();
        let mut count = 0;
        let mut buffer = vec![0; 1 << 20];
        for line in maps.lines().filter(|l| l.contains(" rw") && !l.contains("[v")) {
            let (from, rest) = line.split_once('-').unwrap();
            let from = u64::from_str_radix(from, 16).unwrap();
            let until = u64::from_str_radix(rest.split(' ').next().unwrap(), 16).unwrap();
            let mut at = from;
            while at < until {
                let n = buffer.len().min(usize::try_from(until - at).unwrap());
                if memory.read_at(&mut buffer[..n], at).is_err() {
                    break;
                }
                for half in self.0.chunks(16) {
                    let here = |bytes: &&[u8]| is(bytes, half);
                    count += buffer[..n].windows(half.len()).filter(here).count();
                }
                // Pieces overlap, so that no border hides anything.
                at += u64::try_from(n).unwrap();
                if at < until {
                    at -= 64;
                }
            }
        }
        buffer.fill(0);
        count
    }
}

fn is(bytes: &[u8], masked: &[u8]) -> bool {
    bytes.iter().zip(masked).all(|(a, b)| *a == b ^ MASK)
}

const MASK: u8 = 0xA5;

#[test]
#[cfg(target_os = "linux")]
fn no_secret_is_left_in_memory() {
    let mut secrets = [Masked::new(1, 32), Masked::new(2, 32)];
    let mut venue = Masked::new(3, 12);
    // The search finds what is there.
    let held = secrets[0].secret();
    assert!(secrets[0].places() >= 1, "the search is no good");
    drop(held);

    let key = live(&mut secrets, &mut venue);
    // Calls like those of any program walk over what dead frames left on the stack.
    assert!(deep(64) > 0);
    let found: Vec<usize> = secrets.iter().chain([&venue, &key]).map(Masked::places).collect();
    assert_eq!(found, [0, 0, 0, 0], "match secret, diary secret, seed, venue key");
}

/// A whole life of a diary, in frames of its own. Answers the venue's key.
#[inline(never)]
fn live(secrets: &mut [Masked; 2], venue: &mut Masked) -> Masked {
    let disk = SimDisk::default();
    let wrapped = |secret| Wrapped { secret, wrapping: vec![1] };
    let [matching, own] = secrets;
    let diary = Diary::create(
        Box::new(disk.clone()),
        Box::new(Dice::new(1)),
        wrapped(matching.secret()),
        wrapped(own.secret()),
        &at(0),
    )
    .unwrap();
    let seed = venue.with(|bytes| Seed::from_bytes(*bytes.first_chunk().unwrap()));
    let place = Box::new(Place { seed, details: details("chợ", 60) });
    let visit = diary.check_in(&place, &[], &at(0)).unwrap();
    diary.check_out(visit.id, &at(HOUR)).unwrap();
    diary.note(visit.id, "một").unwrap();
    let key =
        VenueKey::derive(&place.seed, at(0).wall.day()).expose().iter().map(|b| b ^ MASK).collect();
    drop(place);
    diary.close();
    let ready = |secret| DeviceKey::Ready(vec![secret]);
    let keys = (ready(matching.secret()), ready(own.secret()));
    let again = Diary::open(Box::new(disk.copy()), Box::new(Dice::new(2)), keys.0, keys.1).unwrap();
    again.visits(at(-HOUR).wall, at(2 * HOUR).wall, &at(2 * HOUR)).unwrap();
    again.badge(visit.id, &at(60)).unwrap();
    again.hide(visit.id, &at(2 * HOUR)).unwrap();
    Masked(key)
}

/// Everything that the rings hold, now and at earlier moments.
#[test]
#[cfg(target_os = "linux")]
fn no_key_of_the_rings_is_left_in_memory() {
    let mut secrets = [Masked::new(RINGS[0], 32), Masked::new(RINGS[1], 32)];
    let disk = SimDisk::default();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("memory");
    let _ = std::fs::remove_dir_all(&folder);
    let diary = live_on(&mut secrets, &disk, &folder);
    let keys = stolen(&folder);
    let count = |ring: &str| keys.iter().filter(|(name, _)| name.starts_with(ring)).count();
    assert!(count("m") >= 10 && count("d") >= 11, "{} and {}", count("m"), count("d"));
    let held = |ring: &str| -> Vec<&str> {
        assert!(deep(64) > 0);
        let keys = keys.iter().filter(|(name, key)| name.starts_with(ring) && key.places() > 0);
        keys.map(|(name, _)| name.as_str()).collect()
    };
    // The search finds those in use: the state key, 8 days, the inbox.
    assert!(held("m").len() >= 9 && held("d").len() >= 9, "the search is no good");
    diary.lock().unwrap();
    assert_eq!(held("d"), [""; 0], "after locking");
    assert!(held("m").len() >= 9, "a locked phone still takes check-ins");
    diary.unlock(DeviceKey::Ready(vec![secrets[1].secret()])).unwrap();
    assert!(held("d").len() >= 9);
    diary.close();
    assert_eq!(held(""), [""; 0], "after closing");
    drop(diary);
    let keys = secrets.each_mut().map(|secret| DeviceKey::Ready(vec![secret.secret()]));
    let [matching, own] = keys;
    let again = Diary::open(Box::new(disk.copy()), Box::new(Dice::new(22)), matching, own).unwrap();
    assert!(held("m").len() >= 9 && held("d").len() >= 9);
    drop(again);
    assert_eq!(held(""), [""; 0], "after dropping");
}

/// A life in which keys come and go; the rings of each moment are left in the folder.
#[inline(never)]
fn live_on(secrets: &mut [Masked; 2], disk: &SimDisk, folder: &Path) -> Diary {
    let [matching, own] = secrets;
    let wrapped = |secret| Wrapped { secret, wrapping: vec![1] };
    let diary = Diary::create(
        Box::new(disk.clone()),
        Box::new(Dice::new(21)),
        wrapped(matching.secret()),
        wrapped(own.secret()),
        &at(0),
    )
    .unwrap();
    let keep = |moment: u8| {
        let folder = folder.join(moment.to_string());
        std::fs::create_dir_all(&folder).unwrap();
        for (name, bytes) in disk.contents().iter().filter(|(name, _)| name.ends_with(".ring")) {
            std::fs::write(folder.join(name), bytes).unwrap();
        }
    };
    let place = Place { seed: Seed::from_bytes([1; 12]), details: details("chợ", 60) };
    let visit = diary.check_in(&place, &[], &at(0)).unwrap();
    keep(0);
    diary.lock().unwrap();
    diary.check_in(&place, &[], &at(60)).unwrap();
    diary.unlock(DeviceKey::Ready(vec![own.secret()])).unwrap();
    diary.drain().unwrap();
    keep(1);
    diary.hide(visit.id, &at(120)).unwrap();
    // So many that another core helps to read them: nothing stays where that worked, either.
    for n in 0..1500 {
        if n % 500 == 0 {
            diary.due(&at(200 + n * DAY / 500)).unwrap();
        }
        diary.check_in(&place, &[], &at(200 + n * DAY / 500)).unwrap();
    }
    diary.due(&at(3 * DAY + HOUR)).unwrap();
    let all = diary.visits(at(-HOUR).wall, at(3 * DAY).wall, &at(3 * DAY)).unwrap();
    assert!(all.visits.len() >= 1500);
    diary.export("mật khẩu dài").unwrap();
    keep(2);
    diary.due(&at(30 * 24 * HOUR)).unwrap();
    keep(3);
    diary
}

/// What the rings hold, found by another process: this one never sees a key unmasked.
fn stolen(folder: &Path) -> Vec<(String, Masked)> {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "the_thief", "--nocapture"])
        .env("VAORA_RINGS", folder)
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let mut keys: Vec<(String, Masked)> = Vec::new();
    for line in text.lines() {
        let Some((name, digits)) = line.strip_prefix("key ").and_then(|l| l.split_once(' ')) else {
            continue;
        };
        let byte = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).unwrap();
        let masked = Masked((0..64).step_by(2).map(byte).collect());
        if !keys.iter().any(|(_, known)| known.0 == masked.0) {
            keys.push((name.to_owned(), masked));
        }
    }
    keys
}

/// Prints every key that these rings hold, masked. Only a program of the test above: without
/// rings there is nothing to steal.
#[test]
fn the_thief() {
    let Some(folder) = std::env::var_os("VAORA_RINGS").map(PathBuf::from) else { return };
    for moment in std::fs::read_dir(folder).unwrap().flatten() {
        for (name, number) in ["m", "d"].into_iter().zip(RINGS) {
            let bytes = std::fs::read(moment.path().join(format!("{name}.ring"))).unwrap();
            let mut secret = [0; 32];
            Masked::new(number, 32).with(|bytes| secret.copy_from_slice(bytes));
            let body = Ring::open(&bytes, &secret).unwrap().body;
            let number =
                |at: usize| u32::from_le_bytes(body[at..at + 4].try_into().unwrap()) as usize;
            let places: Vec<(String, usize)> = if name == "m" {
                let files = 64 + 4 + number(64);
                let file = |n: usize| (format!("m-day-{n}"), files + 4 + n * 97 + 24);
                (0..number(files)).map(file).chain([(String::from("m-state"), 0)]).collect()
            } else {
                let inbox = usize::from(body[0]);
                let state = 1 + 32 * inbox;
                let days = state + 4 + number(state);
                let day = |n: usize| (format!("d-day-{n}"), days + 4 + n * 40 + 8);
                let private = |n: usize| (format!("d-inbox-{n}"), 1 + 32 * n);
                (0..number(days)).map(day).chain((0..inbox).map(private)).collect()
            };
            for (name, at) in places {
                let digits: String =
                    body[at..at + 32].iter().map(|b| format!("{:02x}", b ^ MASK)).collect();
                println!("key {name} {digits}");
            }
        }
    }
}

/// The numbers of the secrets that these rings are sealed under.
const RINGS: [u8; 2] = [11, 12];

#[inline(never)]
fn deep(n: u64) -> u64 {
    let frame = std::hint::black_box([n; 64]);
    if n == 0 { frame[0] + 1 } else { deep(n - 1) + frame[1] }
}
