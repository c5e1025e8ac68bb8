//! One visit as it is shared: what the person sees in the preview, and nothing else.

use super::rule::ShareRule;
use crate::area::AreaCode;
use crate::seal::{Secret, VenueId, VenueKey, sha256};
use crate::text::words as text;
use crate::time::{Day, Instant};
use crate::wire::{Cut, Reader, Writer};

/// Everything of one visit that the authority gets to see. The person's note is not in it.
pub struct SharedVisit {
    /// When it began.
    pub from: Instant,
    /// When it ended, at most 24 hours later.
    pub until: Instant,
    /// The number of the venue's category; 0 where there is none.
    pub category: u8,
    /// Where the venue belongs.
    pub area: Option<AreaCode>,
    /// The venue's name, at most 60 bytes; empty where there is none.
    pub name: String,
    /// Its zone, at most 32 bytes.
    pub zone: String,
    /// Names the venue's code, if it was verified when it was scanned. Then the keys prove it.
    pub venue: Option<VenueId>,
    /// How many came along.
    pub companions: u8,
    /// Their names, as far as the person chose them to be told.
    pub names: Vec<String>,
    /// The venue's keys on the days of the visit: with them the authority can warn others.
    pub keys: Vec<(Day, VenueKey)>,
}

impl SharedVisit {
    /// The days that the visit touches: one, or two over midnight.
    pub(crate) fn days(from: Instant, until: Instant) -> [Day; 2] {
        // Half-open: a visit that ends at midnight was not there on the next day.
        let last = Instant::from_unix((until.unix() - 1).max(from.unix()));
        [from.day(), last.day()]
    }

    /// Whether there is a key for each day of the visit.
    pub(crate) fn has_all_keys(&self) -> bool {
        let [first, last] = Self::days(self.from, self.until);
        let days = (first.number()..=last.number()).map(Day::from_number);
        self.keys.iter().map(|(day, _)| *day).eq(days)
    }

    pub(super) fn encode(&self) -> Writer {
        let mut w = Writer::new(160 + self.name.len() + self.zone.len() + self.names.len() * 24);
        let seconds = self.until.unix() - self.from.unix();
        w.i64(self.from.unix()).u32(u32::try_from(seconds).unwrap_or(u32::MAX));
        w.u8(self.category).put(&self.area.map_or([0; 5], AreaCode::to_bytes));
        w.short(self.name.as_bytes()).short(self.zone.as_bytes());
        w.u8(u8::from(self.venue.is_some()));
        if let Some(venue) = &self.venue {
            w.put(&venue.0);
        }
        w.u8(self.companions).u8(u8::try_from(self.names.len()).unwrap_or(u8::MAX));
        for name in &self.names {
            w.short(name.as_bytes());
        }
        w.u8(u8::try_from(self.keys.len()).unwrap_or(u8::MAX));
        for (day, key) in &self.keys {
            w.u32(day.number()).put(key.expose());
        }
        w
    }

    pub(super) fn decode(r: &mut Reader<'_>) -> Result<Self, ShareRule> {
        let unix = r.i64()?;
        let from = Instant::from_unix(unix);
        let seconds = i64::from(r.u32()?);
        let until = Instant::from_unix(from.unix() + seconds);
        let exact = from.unix() == unix && until.unix() - unix == seconds;
        expect(exact && seconds <= LONGEST, ShareRule::Times)?;
        let category = r.u8()?;
        let area = match r.array()? {
            [0, 0, 0, 0, 0] => None,
            bytes => Some(AreaCode::from_bytes(bytes).map_err(|_| ShareRule::Area)?),
        };
        let name = words(r.short()?, text::NAME)?;
        let zone = words(r.short()?, text::ZONE)?;
        let venue = match r.u8()? {
            0 => None,
            1 => Some(VenueId(r.array()?)),
            _ => return Err(ShareRule::Venue),
        };
        let companions = r.u8()?;
        let named = r.u8()?;
        expect(named <= companions, ShareRule::Companions)?;
        let mut names = Vec::new();
        for _ in 0..named {
            names.push(words(r.short()?, text::COMPANION)?);
        }
        let [first, last] = Self::days(from, until);
        let mut keys: Vec<(Day, VenueKey)> = Vec::new();
        for _ in 0..r.u8()? {
            let day = Day::exactly(r.u32()?).ok_or(ShareRule::Keys)?;
            let rises = keys.last().is_none_or(|(before, _)| *before < day);
            expect(rises && (first..=last).contains(&day), ShareRule::Keys)?;
            let key = Secret::from_slice(r.take(Secret::LEN)?).ok_or(ShareRule::Cut)?;
            keys.push((day, VenueKey::from_secret(key)));
        }
        let visit =
            Self { from, until, category, area, name, zone, venue, companions, names, keys };
        expect(visit.venue.is_none() || visit.has_all_keys(), ShareRule::Venue)?;
        Ok(visit)
    }
}

/// Stands for visits as they are shared: what a person agreed to is compared with it.
pub(crate) fn derive_content(visits: &[SharedVisit]) -> [u8; 32] {
    let mut all = Writer::new(1024);
    for visit in visits {
        all.put(visit.encode().as_slice());
    }
    sha256(all.as_slice())
}

fn words(bytes: &[u8], most: usize) -> Result<String, ShareRule> {
    let words = std::str::from_utf8(bytes).map_err(|_| ShareRule::Text)?;
    text::check(words, most).map_err(|_| ShareRule::Text)?;
    Ok(words.to_owned())
}

fn expect(holds: bool, rule: ShareRule) -> Result<(), ShareRule> {
    if holds { Ok(()) } else { Err(rule) }
}

impl From<Cut> for ShareRule {
    fn from(_: Cut) -> Self {
        Self::Cut
    }
}

const LONGEST: i64 = 24 * 3600;
