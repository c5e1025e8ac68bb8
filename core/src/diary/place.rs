//! From a scanned code to a place that can be checked in to.

use super::text;
use super::visit::{Details, Place};
use crate::code::{Category, Kind, Scan, Trust, VenueKind};
use crate::error::{Error, Result};
use crate::seal::Seed;

impl Place {
    /// The place that a scanned venue code stands for.
    ///
    /// # Errors
    /// [`Error::NotAVenueCode`], [`Error::DamagedCode`], [`Error::NotYetValid`],
    /// [`Error::Expired`], [`Error::Revoked`], [`Error::UpdateNeeded`].
    pub fn of(scan: &Scan) -> Result<Self> {
        if scan.kind == Kind::Newer {
            return Err(Error::UpdateNeeded);
        }
        let trust = match scan.trust {
            None => return Err(Error::NotAVenueCode),
            Some(Trust::Damaged) => return Err(Error::DamagedCode),
            Some(Trust::Early) => return Err(Error::NotYetValid),
            Some(Trust::Revoked) => return Err(Error::Revoked),
            Some(trust) => trust,
        };
        let seed = scan.seed().ok_or(match trust {
            Trust::Expired | Trust::Replaced => Error::Expired,
            _ => Error::NotAVenueCode,
        })?;
        let details = match (&scan.venue, &scan.foreign) {
            (Some(venue), _) => Details {
                kind: venue.kind,
                trust,
                category: venue.category,
                stay: venue.stay,
                area: Some(venue.area),
                name: venue.name.as_str().to_owned(),
                zone: venue.zone.as_ref().map_or(String::new(), |z| z.as_str().to_owned()),
                venue: scan.id,
                parent: venue.parent,
            },
            (None, Some(foreign)) => {
                let name = foreign.name.as_deref().map_or(String::new(), |n| fit(n, text::NAME));
                Details { trust, ..Details::manual(&name, 0) }
            }
            (None, None) => Details { trust, ..Details::manual("", 0) },
        };
        Ok(Self { seed: Seed::from_bytes(*seed.expose()), details })
    }

    /// The same with the person's own words: for typed and adopted codes, which say no name.
    ///
    /// # Errors
    /// [`Error::BadText`].
    pub fn named(mut self, name: &str, category: u8) -> Result<Self> {
        text::check(name, text::NAME)?;
        name.clone_into(&mut self.details.name);
        self.details.category = category;
        self.details.stay = usual_stay(category);
        Ok(self)
    }
}

impl Details {
    /// Of a visit written by hand.
    pub(super) fn manual(name: &str, category: u8) -> Self {
        Self {
            kind: VenueKind::Place,
            trust: Trust::Typed,
            category,
            stay: usual_stay(category),
            area: None,
            name: name.to_owned(),
            zone: String::new(),
            venue: None,
            parent: None,
        }
    }
}

fn usual_stay(category: u8) -> u16 {
    Category::of(category).map_or(UNKNOWN_STAY, |c| c.usual_stay)
}

/// As much of another system's name as the diary keeps, without what would not show.
fn fit(name: &str, most: usize) -> String {
    let mut fitted = String::new();
    for c in name.chars().filter(|c| text::check(c.encode_utf8(&mut [0; 4]), 4).is_ok()) {
        if fitted.len() + c.len_utf8() > most {
            break;
        }
        fitted.push(c);
    }
    if text::check(&fitted, most).is_ok() { fitted } else { String::new() }
}

/// Minutes, where no category is known.
const UNKNOWN_STAY: u16 = 60;
