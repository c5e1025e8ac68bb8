//! What the diary keeps in its two rings besides keys.

use super::clock::Clock;
use super::lists::Followed;
use super::text;
use super::visit::{Companion, CompanionId};
use crate::time::{Day, Instant};
use crate::wire::{Cut, Reader, Writer};

/// In the match ring.
#[derive(Clone)]
pub(crate) struct Settings {
    pub(super) clock: Clock,
    /// Whole days that a visit is kept after its own.
    pub(super) retention: u8,
    /// Something was hidden or forgotten since: the façade must renew its secrets.
    pub(super) rotation_since: Option<Instant>,
    /// The day of the last daily upkeep.
    pub(super) upkeep: Day,
    /// How many notifications were shown on a day.
    pub(super) told: (Day, u8),
    /// The deployments whose lists are taken.
    pub(crate) followed: Vec<Followed>,
    /// By how much this installation's syncs are moved; drawn when somebody first asks.
    pub(super) phase: Option<u32>,
}

impl Settings {
    pub(super) fn new() -> Self {
        Self {
            clock: Clock::new(),
            retention: RETENTION,
            rotation_since: None,
            upkeep: Day::from_number(0),
            told: (Day::from_number(0), 0),
            followed: Vec::new(),
            phase: None,
        }
    }

    pub(super) fn encode(&self) -> Writer {
        let mut w = Writer::new(1024);
        w.u8(SETTINGS_VERSION).u8(self.retention);
        let since = self.rotation_since;
        w.u8(u8::from(since.is_some())).i64(since.map_or(0, Instant::unix));
        w.u32(self.upkeep.number());
        self.clock.encode(&mut w);
        w.u32(self.told.0.number()).u8(self.told.1);
        w.u8(u8::try_from(self.followed.len()).unwrap_or(u8::MAX));
        self.followed.iter().for_each(|followed| followed.encode(&mut w));
        w.u8(u8::from(self.phase.is_some())).u32(self.phase.unwrap_or(0));
        w
    }

    pub(super) fn decode(bytes: &[u8]) -> Result<Self, Cut> {
        let mut r = Reader::new(bytes);
        let version = r.u8()?;
        if !(FIRST_VERSION..=SETTINGS_VERSION).contains(&version) {
            return Err(Cut);
        }
        let retention = r.u8()?;
        let due = r.u8()? == 1;
        let since = Instant::from_unix(r.i64()?);
        let upkeep = Day::from_number(r.u32()?);
        let clock = Clock::decode(&mut r)?;
        let rotation_since = due.then_some(since);
        let (mut told, mut followed) = ((Day::from_number(0), 0), Vec::new());
        // The first version knew no lists.
        if version > FIRST_VERSION {
            told = (Day::exactly(r.u32()?).ok_or(Cut)?, r.u8()?);
            for _ in 0..r.u8()? {
                followed.push(Followed::decode(&mut r)?);
            }
        }
        let mut phase = None;
        if version > SECOND_VERSION {
            let (drawn, value) = (r.u8()? == 1, r.u32()?);
            phase = drawn.then_some(value);
        }
        r.end()?;
        Ok(Self { clock, retention, rotation_since, upkeep, told, followed, phase })
    }
}

/// The companions, in the diary ring.
pub(super) fn encode_companions(companions: &[Companion]) -> Writer {
    let mut w = Writer::new(64 * companions.len() + 8);
    w.u8(VERSION).u8(u8::try_from(companions.len()).unwrap_or(u8::MAX));
    for companion in companions {
        w.u32(companion.id.0).short(companion.name.as_bytes());
    }
    w
}

pub(super) fn decode_companions(bytes: &[u8]) -> Result<Vec<Companion>, Cut> {
    let mut companions = Vec::new();
    if bytes.is_empty() {
        return Ok(companions);
    }
    let mut r = Reader::new(bytes);
    if r.u8()? != VERSION {
        return Err(Cut);
    }
    companions = read_companions(&mut r)?;
    r.end()?;
    Ok(companions)
}

/// Behind the version.
pub(super) fn read_companions(r: &mut Reader<'_>) -> Result<Vec<Companion>, Cut> {
    let mut companions = Vec::new();
    for _ in 0..r.u8()? {
        let id = CompanionId(r.u32()?);
        let name = std::str::from_utf8(r.short()?).map_err(|_| Cut)?.to_owned();
        text::check(&name, text::COMPANION).map_err(|_| Cut)?;
        companions.push(Companion { id, name });
    }
    Ok(companions)
}

const VERSION: u8 = 1;
const FIRST_VERSION: u8 = 1;
/// Knew no phase of syncs.
const SECOND_VERSION: u8 = 2;
const SETTINGS_VERSION: u8 = 3;
/// Days of history where no signed policy says less, or up to [`LONGEST_RETENTION`].
pub(super) const RETENTION: u8 = 21;
/// The most that a policy may ask for.
pub(super) const LONGEST_RETENTION: u8 = 30;
