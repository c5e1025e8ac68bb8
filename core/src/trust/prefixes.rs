//! The catalogue of adopted prefixes: texts of posters that already hang, whose format nobody
//! published. A text that begins with one of them may check in; it is shown as not verified.

use serde::{Deserialize, Serialize};

use super::Refusal;
use super::anchors::{Catalogue, Head};
use super::json::{self, Count, Hex, IsoDay};
use crate::seal::Purpose;
use crate::time::Day;

/// Adopted prefixes, sorted by their bytes, each once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prefixes {
    /// The deployment it belongs to.
    pub deployment: [u8; 16],
    /// Counts up with every change.
    pub version: u64,
    /// The day on which it was made.
    pub created: Day,
    /// The prefixes, each at least 8 bytes long.
    pub prefixes: Vec<String>,
}

impl Prefixes {
    /// Whether scanned bytes begin with an adopted prefix.
    #[must_use]
    pub fn matches(&self, bytes: &[u8]) -> bool {
        self.prefixes.iter().any(|prefix| bytes.starts_with(prefix.as_bytes()))
    }

    /// The payload to be signed; prefixes are sorted here.
    ///
    /// # Errors
    /// What a phone would refuse.
    #[cfg(feature = "publish")]
    pub fn encode(&self) -> Result<Vec<u8>, Refusal> {
        let Self { deployment, version, created, prefixes } = self;
        let mut prefixes = prefixes.clone();
        prefixes.sort_unstable();
        let payload = json::write(&PrefixesDocument {
            deployment: Hex(*deployment),
            version: Count(*version),
            created: IsoDay(*created),
            prefixes,
        });
        Self::parse(&payload)?;
        Ok(payload)
    }
}

impl Catalogue for Prefixes {
    const PURPOSE: Purpose = Purpose::Prefixes;

    fn parse(payload: &[u8]) -> Result<Self, Refusal> {
        let PrefixesDocument { deployment, version, created, prefixes } = json::read(payload)?;
        if !prefixes.is_sorted_by(|a, b| a < b) {
            return Err(Refusal::Order);
        }
        // A short prefix would adopt half of what people scan.
        if prefixes.iter().any(|prefix| prefix.len() < MIN_LEN) {
            return Err(Refusal::PrefixShort);
        }
        // No address may check in because of where it begins alone: `https://` is everybody's.
        if prefixes.iter().any(|prefix| is_wide(prefix)) {
            return Err(Refusal::PrefixWide);
        }
        Ok(Self { deployment: deployment.0, version: version.0, created: created.0, prefixes })
    }

    fn head(&self) -> Head {
        let Self { deployment, version, created, .. } = *self;
        Head { deployment: Some(deployment), version, created }
    }
}

/// The payload as JSON; the order of the fields is the format.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PrefixesDocument {
    deployment: Hex<16>,
    version: Count,
    created: IsoDay,
    prefixes: Vec<String>,
}

/// An address without a host, a slash and at least one more byte.
fn is_wide(prefix: &str) -> bool {
    let Some((_, rest)) = prefix.split_once("://") else { return prefix.starts_with("http") };
    rest.split_once('/').is_none_or(|(host, path)| host.is_empty() || path.is_empty())
}

const MIN_LEN: usize = 8;
