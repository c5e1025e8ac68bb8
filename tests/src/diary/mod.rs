//! A phone around a diary, for proofs: its clock, its key store, its places, its dice.

pub mod both;
pub mod crash;
pub mod files;
pub mod sim;
pub mod stranger;
pub mod world;

use vaora::code::{Trust, VenueKind};
use vaora::diary::{Details, DeviceKey, Diary, Now, Place};
use vaora::journal::{Disk, Wrapped};
use vaora::seal::{Random, Secret, Seed, VenueId, sha256};
use vaora::text::hex;
use vaora::time::Instant;

/// Repeatable chance.
#[derive(Clone)]
pub struct Dice(u64);

impl Dice {
    /// The same seed, the same throws.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next throw.
    pub fn throw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `n`.
    pub fn below(&mut self, n: u64) -> u64 {
        self.throw() % n.max(1)
    }
}

impl Random for Dice {
    fn fill(&mut self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            chunk.copy_from_slice(&self.throw().to_le_bytes()[..chunk.len()]);
        }
    }
}

/// The operating system's generator, as a phone passes it.
pub struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&mut self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("the system's generator works");
    }
}

/// What a platform's key store holds for a diary: secrets by alias.
#[derive(Clone, Default)]
pub struct KeyStore {
    matching: Vec<[u8; 8]>,
    diary: Vec<[u8; 8]>,
}

impl KeyStore {
    /// A new secret of each kind, beside the ones that are there.
    pub fn renew(&mut self, dice: &mut Dice) -> (Wrapped, Wrapped) {
        self.matching.push(dice.throw().to_le_bytes());
        self.diary.push(dice.throw().to_le_bytes());
        let last = |aliases: &[[u8; 8]]| *aliases.last().expect("it was just pushed");
        (wrapped(last(&self.matching)), wrapped(last(&self.diary)))
    }

    /// Deletes all but the newest: after the rings were written and read back.
    pub fn settle(&mut self) {
        for aliases in [&mut self.matching, &mut self.diary] {
            let last = aliases.pop();
            aliases.clear();
            aliases.extend(last);
        }
    }

    /// Every living secret for the match ring.
    #[must_use]
    pub fn matching(&self) -> DeviceKey {
        DeviceKey::Ready(self.matching.iter().map(|a| wrapped(*a).secret).collect())
    }

    /// Every living secret for the diary ring.
    #[must_use]
    pub fn diary(&self) -> DeviceKey {
        DeviceKey::Ready(self.diary.iter().map(|a| wrapped(*a).secret).collect())
    }

    /// Every living secret for the match ring, in hexadecimal.
    #[must_use]
    pub fn matching_secrets(&self) -> Vec<String> {
        secrets(&self.matching)
    }

    /// Every living secret for the diary ring, in hexadecimal.
    #[must_use]
    pub fn own_secrets(&self) -> Vec<String> {
        secrets(&self.diary)
    }

    /// The newest secrets of both, in hexadecimal.
    #[must_use]
    pub fn newest(&self) -> [String; 2] {
        let last = |mut all: Vec<String>| all.pop().unwrap_or_default();
        [last(self.matching_secrets()), last(self.own_secrets())]
    }

    /// The newest secrets themselves, of the match ring and of the diary ring: for a thief.
    #[must_use]
    pub fn stolen(&self) -> Option<[[u8; 32]; 2]> {
        Some([sha256(self.matching.last()?), sha256(self.diary.last()?)])
    }

    /// The aliases in hexadecimal, for handing them to another process.
    #[must_use]
    pub fn to_line(&self) -> String {
        let number = |alias: &[u8; 8]| u64::from_le_bytes(*alias).to_string();
        let join = |a: &[[u8; 8]]| a.iter().map(number).collect::<Vec<_>>().join(",");
        format!("{};{}", join(&self.matching), join(&self.diary))
    }

    /// What [`KeyStore::to_line`] wrote.
    #[must_use]
    pub fn from_line(line: &str) -> Option<Self> {
        let (matching, diary) = line.trim().split_once(';')?;
        let read = |part: &str| -> Option<Vec<[u8; 8]>> {
            part.split(',').map(|n| Some(n.parse::<u64>().ok()?.to_le_bytes())).collect()
        };
        Some(Self { matching: read(matching)?, diary: read(diary)? })
    }
}

fn secrets(aliases: &[[u8; 8]]) -> Vec<String> {
    aliases.iter().map(|alias| hex::encode(&sha256(alias))).collect()
}

/// The secret of an alias, wrapped by its alias.
#[must_use]
pub fn wrapped(alias: [u8; 8]) -> Wrapped {
    let secret = Secret::from_slice(&sha256(&alias)).expect("a hash has 32 bytes");
    Wrapped { secret, wrapping: alias.to_vec() }
}

/// Opens a diary with everything a key store has.
///
/// # Errors
/// As [`Diary::open`].
pub fn open(disk: Box<dyn Disk>, dice: &mut Dice, keys: &KeyStore) -> vaora::Result<Diary> {
    Diary::open(disk, Box::new(Dice::new(dice.throw())), keys.matching(), keys.diary())
}

/// Creates a diary in a new key store.
///
/// # Errors
/// As [`Diary::create`].
pub fn create(disk: Box<dyn Disk>, dice: &mut Dice, now: &Now) -> vaora::Result<(Diary, KeyStore)> {
    let mut keys = KeyStore::default();
    let (matching, diary) = keys.renew(dice);
    let random = Box::new(Dice::new(dice.throw()));
    Ok((Diary::create(disk, random, matching, diary, now)?, keys))
}

/// A place with a seed of its own.
#[must_use]
pub fn place(name: &str, stay: u16) -> Place {
    Place { seed: seed_of(name), details: details(name, stay) }
}

/// The seed of the place of this name.
#[must_use]
pub fn seed_of(name: &str) -> Seed {
    let hash = sha256(name.as_bytes());
    Seed::from_bytes(*hash.first_chunk().expect("a hash is longer than a seed"))
}

/// What such a place shows.
#[must_use]
pub fn details(name: &str, stay: u16) -> Details {
    let hash = sha256(name.as_bytes());
    Details {
        kind: VenueKind::Place,
        trust: Trust::Verified,
        category: 28,
        stay,
        area: None,
        name: name.to_owned(),
        zone: String::new(),
        venue: hash.last_chunk().copied().map(VenueId),
        parent: None,
    }
}

/// The time, `seconds` after 08:00 on 21/11/2026 in Viet Nam, on a phone that started then.
#[must_use]
pub fn at(seconds: i64) -> Now {
    Now {
        wall: Instant::from_unix(START + seconds),
        offset: 420,
        running: 1_000_000u64.saturating_add_signed(seconds),
        boot: 1,
    }
}

/// 08:00 on 21/11/2026 in Viet Nam.
pub const START: i64 = 1_795_222_800;
/// Seconds of an hour.
pub const HOUR: i64 = 3600;
/// Seconds of a day.
pub const DAY: i64 = 86_400;
