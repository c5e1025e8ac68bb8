//! The catalogue of advice: what a warning tells a person to do, by language.
//!
//! Exposure lists name an advice by its number only. The texts are data, so that a language can
//! be added without a new program.

use serde::{Deserialize, Serialize};

use super::Refusal;
use super::anchors::{Catalogue, Head};
use super::json::{self, Count, Hex, IsoDay};
use crate::seal::Purpose;
use crate::text::plain;
use crate::time::Day;

/// Every advice of a deployment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    /// The deployment it belongs to.
    pub deployment: [u8; 16],
    /// Counts up with every change.
    pub version: u64,
    /// The day on which it was made.
    pub created: Day,
    /// The advices, ascending by id.
    pub entries: Vec<AdviceEntry>,
}

/// One advice in all its languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdviceEntry {
    /// How exposure lists and policies name it, 1 to 65,535.
    pub id: u16,
    /// Its texts, ascending by language; Vietnamese is always there.
    pub texts: Vec<AdviceText>,
}

/// One advice in one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AdviceText {
    /// Two or three lower-case letters: `vi`, `en`, `tyz`.
    pub language: String,
    /// One line.
    pub title: String,
    /// What to do; lines are ended by a line feed.
    pub text: String,
}

impl Advice {
    /// An advice in a language, or in Vietnamese where it is not there. `None` only for an advice
    /// that this catalogue does not name: an app then has words of its own.
    #[must_use]
    pub fn text(&self, id: u16, language: &str) -> Option<&AdviceText> {
        let found = self.entries.binary_search_by_key(&id, |entry| entry.id).ok()?;
        let texts = &self.entries.get(found)?.texts;
        let of = |language: &str| texts.iter().find(|text| text.language == language);
        of(language).or_else(|| of(VIETNAMESE))
    }

    /// The payload to be signed; entries and texts are sorted here.
    ///
    /// # Errors
    /// What a phone would refuse.
    #[cfg(feature = "publish")]
    pub fn encode(&self) -> Result<Vec<u8>, Refusal> {
        let mut sorted = self.clone();
        sorted.entries.sort_by_key(|entry| entry.id);
        for entry in &mut sorted.entries {
            entry.texts.sort_by(|a, b| a.language.cmp(&b.language));
        }
        let Self { deployment, version, created, entries } = sorted;
        let advice = entries.into_iter();
        let advice =
            advice.map(|AdviceEntry { id, texts }| EntryDocument { id: Count(id.into()), texts });
        let payload = json::write(&AdviceDocument {
            deployment: Hex(deployment),
            version: Count(version),
            created: IsoDay(created),
            advice: advice.collect(),
        });
        Self::parse(&payload)?;
        Ok(payload)
    }
}

impl Catalogue for Advice {
    const PURPOSE: Purpose = Purpose::Advice;

    fn parse(payload: &[u8]) -> Result<Self, Refusal> {
        let AdviceDocument { deployment, version, created, advice } = json::read(payload)?;
        let entries: Vec<AdviceEntry> =
            advice.into_iter().map(EntryDocument::check).collect::<Result<_, _>>()?;
        if !entries.is_sorted_by(|a, b| a.id < b.id) {
            return Err(Refusal::Order);
        }
        Ok(Self { deployment: deployment.0, version: version.0, created: created.0, entries })
    }

    fn head(&self) -> Head {
        let Self { deployment, version, created, .. } = *self;
        Head { deployment: Some(deployment), version, created }
    }
}

/// The payload as JSON; the order of the fields is the format.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct AdviceDocument {
    deployment: Hex<16>,
    version: Count,
    created: IsoDay,
    advice: Vec<EntryDocument>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct EntryDocument {
    id: Count,
    texts: Vec<AdviceText>,
}

impl EntryDocument {
    fn check(self) -> Result<AdviceEntry, Refusal> {
        let Self { id, texts } = self;
        let id = id.within(1..=65_535, Refusal::AdviceId)?;
        let ascending = texts.is_sorted_by(|a, b| a.language < b.language);
        if !ascending || !texts.iter().all(|text| is_language(&text.language)) {
            return Err(Refusal::AdviceLanguage);
        }
        // Whatever the phone's language is, there is something to read.
        if !texts.iter().any(|text| text.language == VIETNAMESE) {
            return Err(Refusal::AdviceVietnamese);
        }
        for AdviceText { title, text, .. } in &texts {
            if !(1..=MAX_TITLE).contains(&title.len()) || plain::check(title).is_err() {
                return Err(Refusal::AdviceTitle);
            }
            // A text may have lines; each keeps the rules of one line.
            let plain = text.split('\n').all(|line| plain::check(line).is_ok());
            if !(1..=MAX_TEXT).contains(&text.len()) || !plain {
                return Err(Refusal::AdviceText);
            }
        }
        Ok(AdviceEntry { id, texts })
    }
}

fn is_language(text: &str) -> bool {
    (2..=3).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_lowercase())
}

const VIETNAMESE: &str = "vi";
const MAX_TITLE: usize = 120;
const MAX_TEXT: usize = 2000;
