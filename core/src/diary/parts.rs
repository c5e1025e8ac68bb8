//! The two parts of a record of the diary, as bytes.
//!
//! Each record holds the whole state of one visit's match part: the last record of a visit holds,
//! and no change can be half applied.

use super::text;
use super::visit::{CompanionId, Details, Origin, Out, VisitId};
use crate::area::AreaCode;
use crate::code::{Trust, VenueKind};
use crate::seal::{ParentId, Secret, Seed, VenueId, VenueKey};
use crate::time::{Day, Instant};
use crate::wire::{Cut, Reader, Writer};

/// The first byte of a match part that is a warning and no visit.
pub(super) const MATCH_WARNING: u8 = 2;

/// The match part: what a phone needs before its owner unlocks the diary.
pub(super) struct Facts {
    pub(super) id: VisitId,
    pub(super) from: Instant,
    pub(super) out: Out,
    pub(super) offset: i16,
    pub(super) running: u64,
    /// The stretch of the clock in which it began.
    pub(super) epoch: u16,
    pub(super) origin: Origin,
    pub(super) hidden: bool,
    pub(super) repaired: bool,
    /// Minutes after which a forgotten check-out is assumed.
    pub(super) stay: u16,
    /// Keys of the venue on the days around the visit; a second run if the clock was in doubt.
    pub(super) keys: Vec<(Day, VenueKey)>,
}

impl Facts {
    /// So many bytes of a match part say all that is shown of a visit.
    pub(super) const HEAD: usize = 1 + 8 + 8 + 1 + 4 + 2 + 8 + 2 + 1 + 1 + 2;

    /// The same, with keys of its own holders.
    pub(super) fn duplicate(&self) -> Self {
        let keys = self.keys.iter().map(|(day, key)| (*day, key.duplicate())).collect();
        Self { keys, ..*self }
    }

    /// Derives keys for every day that a visit beginning at one of these times may touch.
    pub(super) fn derive_keys(&mut self, seed: &Seed, begins: &[Instant]) {
        let mut days: Vec<Day> = Vec::new();
        for begin in begins {
            let (first, last) = (plus(*begin, -MARGIN), plus(*begin, LONGEST + MARGIN));
            days.extend((first.day().number()..=last.day().number()).map(Day::from_number));
        }
        days.sort();
        days.dedup();
        self.keys = days.into_iter().map(|day| (day, VenueKey::derive(seed, day))).collect();
    }

    /// Lets go of the keys of days that a closed visit does not touch. While the end is only
    /// assumed all stay: the person may correct it.
    pub(super) fn narrow_keys(&mut self) {
        let (Out::Scanned(out) | Out::Said(out)) = self.out else { return };
        let first = plus(self.from, -MARGIN).day();
        let last = plus(out, MARGIN).day();
        self.keys.retain(|(day, _)| (first..=last).contains(day));
    }

    /// The venue's key on a day, if it is still kept.
    pub(super) fn key_of(&self, day: Day) -> Option<&VenueKey> {
        self.keys.iter().find(|(known, _)| *known == day).map(|(_, key)| key)
    }

    pub(super) fn is_open(&self) -> bool {
        matches!(self.out, Out::Open { .. })
    }

    pub(super) fn encode(&self) -> Writer {
        let mut w = Writer::new(64 + self.keys.len() * 36);
        let (end, at) = match self.out {
            Out::Open { due } => (0, due),
            Out::Scanned(at) => (1, at),
            Out::Said(at) => (2, at),
            Out::Assumed(at) => (3, at),
        };
        let origin = match self.origin {
            Origin::Scanned => 0,
            Origin::Past => 1,
            Origin::Manual => 2,
        };
        let flags = u8::from(self.hidden) | u8::from(self.repaired) << 1;
        w.u8(VERSION).i64(self.id.0).i64(self.from.unix());
        w.u8(end).u32(u32::try_from(at.unix() - self.from.unix()).unwrap_or(0));
        w.put(&self.offset.to_le_bytes()).u64(self.running).u16(self.epoch);
        w.u8(origin).u8(flags).u16(self.stay);
        w.u8(u8::try_from(self.keys.len()).unwrap_or(u8::MAX));
        for (day, key) in &self.keys {
            w.u32(day.number()).put(key.expose());
        }
        w
    }

    pub(super) fn decode(bytes: &[u8]) -> Result<Self, Cut> {
        let mut r = Reader::new(bytes);
        let mut facts = Self::decode_head(&mut r)?;
        let mut last = None;
        for _ in 0..r.u8()? {
            let day = Day::exactly(r.u32()?).ok_or(Cut)?;
            expect(last.replace(day).is_none_or(|last| last < day))?;
            let key = Secret::from_slice(r.take(Secret::LEN)?).ok_or(Cut)?;
            facts.keys.push((day, VenueKey::from_secret(key)));
        }
        r.end()?;
        Ok(facts)
    }

    /// The same without the venue's keys, from the first [`Facts::HEAD`] bytes: for showing a
    /// visit, never for writing it again.
    pub(super) fn decode_shown(bytes: &[u8]) -> Result<Self, Cut> {
        Self::decode_head(&mut Reader::new(bytes))
    }

    fn decode_head(r: &mut Reader<'_>) -> Result<Self, Cut> {
        expect(r.u8()? == VERSION)?;
        let id = VisitId(r.i64()?);
        let unix = r.i64()?;
        let from = Instant::from_unix(unix);
        expect(id.0 >= 0 && from.unix() == unix)?;
        let end = r.u8()?;
        let length = i64::from(r.u32()?);
        let at = plus(from, length);
        let out = match end {
            0 => Out::Open { due: at },
            1 => Out::Scanned(at),
            2 => Out::Said(at),
            3 => Out::Assumed(at),
            _ => return Err(Cut),
        };
        expect(at.unix() - from.unix() == length && length <= LONGEST)?;
        let offset = i16::from_le_bytes(r.array()?);
        let running = r.u64()?;
        let epoch = r.u16()?;
        let origin = match r.u8()? {
            0 => Origin::Scanned,
            1 => Origin::Past,
            2 => Origin::Manual,
            _ => return Err(Cut),
        };
        let flags = r.u8()?;
        let stay = r.u16()?;
        expect(flags < 4 && (1..=1440).contains(&stay))?;
        let (hidden, repaired, keys) = (flags & 1 != 0, flags & 2 != 0, Vec::new());
        Ok(Self { id, from, out, offset, running, epoch, origin, hidden, repaired, stay, keys })
    }
}

/// The diary part: what a person can read.
#[derive(Clone)]
pub(super) struct Words {
    pub(super) details: Details,
    pub(super) companions: Vec<CompanionId>,
    pub(super) note: String,
}

impl Words {
    pub(super) fn encode(&self) -> Writer {
        let d = &self.details;
        let mut w = Writer::new(128 + d.name.len() + d.zone.len() + self.note.len());
        let kind = match d.kind {
            VenueKind::Place => 1,
            VenueKind::Vehicle => 2,
            VenueKind::Event => 3,
        };
        let trust = Trust::ALL.iter().position(|t| *t == d.trust).unwrap_or(0);
        w.u8(VERSION).u8(kind).u8(u8::try_from(trust).unwrap_or(0)).u8(d.category).u16(d.stay);
        w.put(&d.area.map_or([0; 5], AreaCode::to_bytes));
        w.short(d.venue.as_ref().map_or(&[], |id| &id.0[..]));
        w.short(d.parent.as_ref().map_or(&[], |id| &id.0[..]));
        w.short(d.name.as_bytes()).short(d.zone.as_bytes());
        w.u8(u8::try_from(self.companions.len()).unwrap_or(u8::MAX));
        for companion in &self.companions {
            w.u32(companion.0);
        }
        w.u16(u16::try_from(self.note.len()).unwrap_or(u16::MAX)).put(self.note.as_bytes());
        w
    }

    /// Also reads what a locked phone boxed; anyone with the match secret could have, so every
    /// rule is checked again.
    pub(super) fn decode(bytes: &[u8]) -> Result<Self, Cut> {
        let mut r = Reader::new(bytes);
        expect(r.u8()? == VERSION)?;
        let kind = match r.u8()? {
            1 => VenueKind::Place,
            2 => VenueKind::Vehicle,
            3 => VenueKind::Event,
            _ => return Err(Cut),
        };
        let trust = *Trust::ALL.get(usize::from(r.u8()?)).ok_or(Cut)?;
        let category = r.u8()?;
        let stay = r.u16()?;
        let area = match r.array()? {
            [0, 0, 0, 0, 0] => None,
            bytes => Some(AreaCode::from_bytes(bytes).map_err(|_| Cut)?),
        };
        let venue = optional(r.short()?)?.map(VenueId);
        let parent = optional(r.short()?)?.map(ParentId);
        let name = words(r.short()?, text::NAME)?;
        let zone = words(r.short()?, text::ZONE)?;
        let mut companions = Vec::new();
        for _ in 0..r.u8()? {
            companions.push(CompanionId(r.u32()?));
        }
        let n = r.u16()?;
        let note = words(r.take(usize::from(n))?, text::NOTE)?;
        r.end()?;
        expect((1..=1440).contains(&stay))?;
        let details = Details { kind, trust, category, stay, area, name, zone, venue, parent };
        Ok(Self { details, companions, note })
    }
}

/// An instant some seconds later or earlier.
pub(super) fn plus(at: Instant, seconds: i64) -> Instant {
    Instant::from_unix(at.unix().saturating_add(seconds))
}

fn words(bytes: &[u8], most: usize) -> Result<String, Cut> {
    // As most zones and notes are.
    if bytes.is_empty() {
        return Ok(String::new());
    }
    let words = std::str::from_utf8(bytes).map_err(|_| Cut)?;
    text::check(words, most).map_err(|_| Cut)?;
    Ok(words.to_owned())
}

fn optional<const N: usize>(bytes: &[u8]) -> Result<Option<[u8; N]>, Cut> {
    if bytes.is_empty() { Ok(None) } else { bytes.try_into().map(Some).map_err(|_| Cut) }
}

fn expect(holds: bool) -> Result<(), Cut> {
    if holds { Ok(()) } else { Err(Cut) }
}

const VERSION: u8 = 1;
/// The longest visit, in seconds; also how far "still here" and corrections reach.
pub(super) const LONGEST: i64 = 24 * 3600;
/// A published window may lie so far outside a visit and still be compared with it.
pub(super) const MARGIN: i64 = 3 * 3600;
