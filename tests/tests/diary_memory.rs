//! After a diary is closed, no secret of it is left in the memory of the process.
//! A program of its own: other tests would leave secrets of theirs.

#![expect(clippy::unwrap_used, reason = "what helps a test may fail it")]

use std::fs::File;
use std::os::unix::fs::FileExt;

use vaora::diary::{DeviceKey, Diary, Place};
use vaora::journal::Wrapped;
use vaora::seal::{Secret, Seed, VenueKey};
use vaora_tests::diary::sim::SimDisk;
use vaora_tests::diary::{Dice, HOUR, at, details};

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

    /// How often it lies in memory.
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
                count += buffer[..n].windows(self.0.len()).filter(|w| self.is(w)).count();
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

    fn is(&self, bytes: &[u8]) -> bool {
        bytes.iter().zip(&self.0).all(|(a, b)| *a == b ^ MASK)
    }
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

#[inline(never)]
fn deep(n: u64) -> u64 {
    let frame = std::hint::black_box([n; 64]);
    if n == 0 { frame[0] + 1 } else { deep(n - 1) + frame[1] }
}
