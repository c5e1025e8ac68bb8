//! The places of a story, and the codes that hang there.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use vaora::area::{AreaCode, Map};
use vaora::code::{Name, Venue, VenueKind, typed};
use vaora::seal::{Seed, VenueId};
use vaora::time::Day;
use vaora_authority::issue::{IssuedCode, issue_with};

use super::office::Offices;
use super::step::{Step, Times};
use crate::diary::seed_of;

/// What hangs at a door.
pub(super) struct Posted {
    /// What a camera or a person reads.
    pub(super) text: String,
    /// The person's own name for what has none.
    pub(super) name: Option<String>,
}

/// Every place that a story names.
#[derive(Default)]
pub(super) struct Places {
    /// The codes that were issued, by office and name of the place.
    issued: BTreeMap<(String, String), IssuedCode>,
    /// Seeds of posters that are not the authority's own.
    adopted: BTreeMap<String, Seed>,
}

impl Places {
    /// The code that a person scans at the place of a step: the one that hangs there, or, by the
    /// word for its trust, one with something wrong.
    pub(super) fn code(&mut self, step: &Step, offices: &Offices) -> Result<Posted, String> {
        let venue = self.venue(step)?;
        let trust = step.trust.as_deref().unwrap_or("verified");
        let day = |days: i32| -> Result<Day, String> { Ok(Times::day("+0")?.plus(days)) };
        let own = |text| Posted { text, name: None };
        let address = |code: &IssuedCode| code.address("code.example").map_err(|e| e.to_string());
        Ok(match trust {
            "verified" => {
                let code = offices.issue(&step.office, &venue, seed_of(&step.place))?;
                let text = address(&code)?;
                self.issued.insert((step.office.clone(), step.place.clone()), code);
                own(text)
            }
            "early" => {
                let venue = Venue { first: day(30)?, ..venue };
                own(address(&offices.issue(&step.office, &venue, seed_of(&step.place))?)?)
            }
            "expired" => {
                let venue = Venue { last: day(-5)?, ..venue };
                own(address(&offices.issue(&step.office, &venue, seed_of(&step.place))?)?)
            }
            "ended" => {
                let venue = Venue { last: day(-40)?, ..venue };
                own(address(&offices.issue(&step.office, &venue, seed_of(&step.place))?)?)
            }
            "unknown issuer" => {
                let stranger = crate::vectors::world::key("stranger");
                let code = issue_with(&venue, &stranger, seed_of(&step.place));
                own(address(&code.map_err(|e| e.to_string())?)?)
            }
            "damaged" => {
                let code = offices.issue(&step.office, &venue, seed_of(&step.place))?;
                let mut text = address(&code)?;
                // The last symbol belongs to the signature.
                let last = text.pop().ok_or("a code has symbols")?;
                text.push(if last == '0' { '1' } else { '0' });
                own(text)
            }
            "typed" => Posted {
                text: typed::grouped(&typed::encode(&seed_of(&step.place))),
                name: Some(step.place.clone()),
            },
            "foreign" => {
                let text = foreign(&step.place);
                self.adopted.insert(step.place.clone(), Seed::derive_adopted(text.as_bytes()));
                own(text)
            }
            unknown => return Err(format!("no trust {unknown}")),
        })
    }

    /// The match secret of a place.
    pub(super) fn seed(&self, place: &str) -> Seed {
        let adopted = self.adopted.get(place);
        adopted.map_or_else(|| seed_of(place), |seed| Seed::from_bytes(*seed.expose()))
    }

    /// The code that an office issued for a place.
    pub(super) fn issued(&self, office: &str, place: &str) -> Result<VenueId, String> {
        let key = (office.to_owned(), place.to_owned());
        self.issued.get(&key).map(|code| code.id).ok_or(format!("no code hangs at {place}"))
    }

    fn venue(&self, step: &Step) -> Result<Venue, String> {
        let words = |e: vaora::code::Rule| e.to_string();
        let parent = match &step.inside {
            Some(outer) => Some(self.issued(&step.office, outer)?.as_parent()),
            None => None,
        };
        let area = step.area.as_deref().unwrap_or("04/01273");
        Ok(Venue {
            kind: VenueKind::Place,
            first: Times::day("-50")?,
            last: Times::day("+300")?,
            category: 28,
            stay: step.stay.unwrap_or(60),
            area: AreaCode::parse(Map::M2025, area).map_err(|e| e.to_string())?,
            name: Name::new(&step.place).map_err(words)?,
            zone: None,
            parent,
        })
    }
}

/// A poster of NZ COVID Tracer for a place.
fn foreign(place: &str) -> String {
    let json = serde_json::json!({
        "gln": "7000000000000", "opn": place, "adr": "", "ver": "c19:1", "typ": "entry",
    });
    format!("NZCOVIDTRACER:{}", STANDARD.encode(json.to_string()))
}
