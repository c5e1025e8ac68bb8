//! The venue code: what a poster, a bus or an invitation carries, signed by its issuer.
//!
//! `docs/formats.md`, section "Venue code", is the byte-exact law.

use std::fmt;

use super::{Category, Name, Rule, Zone};
use crate::area::code::AreaCode;
use crate::seal::{KeyId, ParentId, Seed};
use crate::time::Day;
use crate::wire::Reader;

/// What a venue code says of its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Venue {
    /// A place, a vehicle or an event.
    pub kind: VenueKind,
    /// First day on which the code is valid.
    pub first: Day,
    /// Last day on which it is.
    pub last: Day,
    /// Number of its category; [`Category::of`] knows those of this version.
    pub category: u8,
    /// Usual stay in minutes, 1 to 1,440: after it a forgotten check-out is assumed.
    pub stay: u16,
    /// Where it lies, on the map it names.
    pub area: AreaCode,
    /// Its name.
    pub name: Name,
    /// The zone of it that this code stands for.
    pub zone: Option<Zone>,
    /// The venue that this one is a part of.
    pub parent: Option<ParentId>,
}

impl Venue {
    /// Name and zone together are no longer than this, so that the code stays a coarse one.
    pub const NAME_ZONE_MAX: usize = 72;

    /// The category, if this version knows its number.
    #[must_use]
    pub fn category(&self) -> Option<&'static Category> {
        Category::of(self.category)
    }
}

/// What kind of thing a venue code stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum VenueKind {
    /// A shop, a market, an office.
    Place,
    /// A bus, a train, a boat.
    Vehicle,
    /// A meeting, a wedding, a funeral.
    Event,
}

impl VenueKind {
    /// The stable name, as vectors and programs use it.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Place => "place",
            Self::Vehicle => "vehicle",
            Self::Event => "event",
        }
    }

    fn from_number(number: u8) -> Option<Self> {
        match number {
            1 => Some(Self::Place),
            2 => Some(Self::Vehicle),
            3 => Some(Self::Event),
            _ => None,
        }
    }

    #[cfg(feature = "publish")]
    fn number(self) -> u8 {
        match self {
            Self::Place => 1,
            Self::Vehicle => 2,
            Self::Event => 3,
        }
    }
}

impl fmt::Display for VenueKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

/// A code cut into the parts that can be told before anything in it is believed.
pub(crate) struct SignedCode<'a> {
    pub(crate) issuer: KeyId,
    pub(crate) body: &'a [u8],
    pub(crate) signature: &'a [u8; 64],
}

/// What a code turned out to be.
pub(crate) enum Parsed<T> {
    This(T),
    /// Made by a later version of this system.
    Newer,
}

impl<'a> SignedCode<'a> {
    /// Cuts; nothing of the body is interpreted but what names the key.
    pub(crate) fn cut(bytes: &'a [u8]) -> Result<Parsed<Self>, Rule> {
        let mut r = Reader::new(bytes);
        if r.u8() != Ok(MAGIC) {
            return Err(Rule::CodeMagic);
        }
        match r.u8()? >> 4 {
            0 => return Err(Rule::CodeVersion),
            VERSION => {}
            _ => return Ok(Parsed::Newer),
        }
        let issuer = KeyId(r.array()?);
        if bytes.len() < MIN_LEN {
            return Err(Rule::CodeCut);
        }
        let (body, signature) = bytes.split_last_chunk().ok_or(Rule::CodeCut)?;
        Ok(Parsed::This(Self { issuer, body, signature }))
    }

    /// Reads the body. Call it after the signature was checked, where the key is known.
    pub(crate) fn parse(&self) -> Result<Parsed<(Venue, Seed)>, Rule> {
        let mut r = Reader::new(self.body);
        r.u8()?;
        // A kind that this version does not know is a later version's, with fields of its own.
        let Some(kind) = VenueKind::from_number(r.u8()? & 0x0F) else { return Ok(Parsed::Newer) };
        r.take(4)?;
        let seed = Seed::from_bytes(r.array()?);
        let first = Day::from_number(r.u16()?.into());
        let last = Day::from_number(r.u16()?.into());
        let category = r.u8()?;
        let stay = r.u16()?;
        let area = r.array()?;
        let name = r.short()?;
        let zone = r.short()?;
        let Parsed::This(parent) = optional_fields(r)? else { return Ok(Parsed::Newer) };
        if last < first {
            return Err(Rule::CodeDays);
        }
        if category == 0 {
            return Err(Rule::CodeCategory);
        }
        if !(1..=MAX_STAY).contains(&stay) {
            return Err(Rule::CodeStay);
        }
        let area = AreaCode::from_bytes(area).map_err(|_| Rule::CodeArea)?;
        let name = Name::new(std::str::from_utf8(name).map_err(|_| Rule::NameUtf8)?)?;
        let zone = match zone {
            [] => None,
            zone => Some(Zone::new(std::str::from_utf8(zone).map_err(|_| Rule::ZoneText)?)?),
        };
        fits_together(&name, zone.as_ref())?;
        let venue = Venue { kind, first, last, category, stay, area, name, zone, parent };
        Ok(Parsed::This((venue, seed)))
    }
}

/// Tag, length, value, in ascending order of tags. A tag of 128 or more must be understood;
/// below that a reader of this version passes over it.
fn optional_fields(mut r: Reader<'_>) -> Result<Parsed<Option<ParentId>>, Rule> {
    let mut parent = None;
    let mut before = 0;
    let mut newer = false;
    while !r.is_empty() {
        let tag = r.u8()?;
        let value = r.short()?;
        if tag <= before {
            return Err(Rule::CodeFields);
        }
        before = tag;
        match tag {
            PARENT => parent = Some(ParentId(value.try_into().map_err(|_| Rule::CodeParent)?)),
            MUST_UNDERSTAND.. => newer = true,
            _ => {}
        }
    }
    r.end()?;
    Ok(if newer { Parsed::Newer } else { Parsed::This(parent) })
}

fn fits_together(name: &Name, zone: Option<&Zone>) -> Result<(), Rule> {
    let zone = zone.map_or(0, |z| z.as_str().len());
    if name.as_str().len() + zone > Venue::NAME_ZONE_MAX {
        return Err(Rule::NameZoneLength);
    }
    Ok(())
}

#[cfg(feature = "publish")]
mod publish {
    use super::*;

    impl Venue {
        /// The bytes that the issuer signs: the body of a code with this seed.
        ///
        /// # Errors
        /// The rule that the venue breaks; what a phone would refuse is never issued.
        pub fn encode(&self, issuer: KeyId, seed: &Seed) -> Result<Vec<u8>, Rule> {
            let day = |day: Day| u16::try_from(day.number()).map_err(|_| Rule::CodeDays);
            let mut body = vec![MAGIC, VERSION << 4 | self.kind.number()];
            body.extend(issuer.0);
            body.extend(seed.expose());
            body.extend(day(self.first)?.to_le_bytes());
            body.extend(day(self.last)?.to_le_bytes());
            body.push(self.category);
            body.extend(self.stay.to_le_bytes());
            body.extend(self.area.to_bytes());
            for text in [self.name.as_str(), self.zone.as_ref().map_or("", Zone::as_str)] {
                body.push(u8::try_from(text.len()).map_err(|_| Rule::NameLength)?);
                body.extend(text.as_bytes());
            }
            if let Some(ParentId(id)) = self.parent {
                body.extend([PARENT, 8]);
                body.extend(id);
            }
            // Read back what was written: one set of rules, in one place.
            let signed = SignedCode { issuer, body: &body, signature: &[0; 64] };
            signed.parse()?;
            Ok(body)
        }
    }
}

/// "V": tells our codes from other texts of the same alphabet.
pub(super) const MAGIC: u8 = 0x56;
const VERSION: u8 = 1;
/// Every field that is always there, and the signature.
const MIN_LEN: usize = 32 + 64;
const PARENT: u8 = 1;
const MUST_UNDERSTAND: u8 = 0x80;
/// The longest stay that a code may call usual, and the longest visit there is.
const MAX_STAY: u16 = 1440;
