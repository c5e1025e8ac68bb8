//! The revocation catalogue: codes that were replaced or are false, keys that were compromised.

use serde::{Deserialize, Serialize};

use super::Refusal;
use super::anchors::{Catalogue, Head};
use super::json::{self, Count, Hex, IsoDay};
use crate::seal::{KeyId, Purpose, VenueId};
use crate::time::Day;

/// What the authority took back. Entries are sorted by id, each once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revocation {
    /// The deployment it belongs to.
    pub deployment: [u8; 16],
    /// Counts up with every change.
    pub version: u64,
    /// The day on which it was made.
    pub created: Day,
    /// Revoked codes.
    pub codes: Vec<RevokedCode>,
    /// Compromised issuer keys: their codes count as those of an unknown issuer.
    pub keys: Vec<RevokedKey>,
}

/// One revoked code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RevokedCode {
    /// Which code.
    pub id: VenueId,
    /// Why.
    pub reason: Reason,
    /// Since when.
    pub since: Day,
}

/// One compromised key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RevokedKey {
    /// Which key.
    pub id: KeyId,
    /// Since when.
    pub since: Day,
}

/// Why a code was revoked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Reason {
    /// A newer poster hangs there. For 30 days the old one still checks in, and says so.
    Replaced,
    /// The venue never had this code: it does not check in.
    False,
}

impl Revocation {
    /// What is said of a code.
    #[must_use]
    pub fn code(&self, id: VenueId) -> Option<&RevokedCode> {
        let found = self.codes.binary_search_by_key(&id, |code| code.id);
        found.ok().and_then(|i| self.codes.get(i))
    }

    /// Whether a key was compromised.
    #[must_use]
    pub fn is_compromised(&self, id: KeyId) -> bool {
        self.keys.binary_search_by_key(&id, |key| key.id).is_ok()
    }

    /// The payload to be signed; entries are sorted here.
    ///
    /// # Errors
    /// [`Refusal::Order`] when a code or key is named twice.
    #[cfg(feature = "publish")]
    pub fn encode(&self) -> Result<Vec<u8>, Refusal> {
        let mut sorted = self.clone();
        sorted.codes.sort_by_key(|code| code.id);
        sorted.keys.sort_by_key(|key| key.id);
        let payload = json::write(&RevocationDocument::from(&sorted));
        Self::parse(&payload)?;
        Ok(payload)
    }
}

impl Catalogue for Revocation {
    const PURPOSE: Purpose = Purpose::Revocation;

    fn parse(payload: &[u8]) -> Result<Self, Refusal> {
        let document: RevocationDocument = json::read(payload)?;
        let RevocationDocument { deployment, version, created, codes, keys } = document;
        if !codes.is_sorted_by(|a, b| a.id < b.id) || !keys.is_sorted_by(|a, b| a.id < b.id) {
            return Err(Refusal::Order);
        }
        let code = |CodeDocument { id, reason, since }| RevokedCode {
            id: VenueId(id.0),
            reason,
            since: since.0,
        };
        let key = |RevokedKeyDocument { id, since }| RevokedKey { id: KeyId(id.0), since: since.0 };
        Ok(Self {
            deployment: deployment.0,
            version: version.0,
            created: created.0,
            codes: codes.into_iter().map(code).collect(),
            keys: keys.into_iter().map(key).collect(),
        })
    }

    fn head(&self) -> Head {
        let Self { deployment, version, created, .. } = *self;
        Head { deployment: Some(deployment), version, created }
    }
}

/// The payload as JSON; the order of the fields is the format.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RevocationDocument {
    deployment: Hex<16>,
    version: Count,
    created: IsoDay,
    codes: Vec<CodeDocument>,
    keys: Vec<RevokedKeyDocument>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CodeDocument {
    id: Hex<16>,
    reason: Reason,
    since: IsoDay,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RevokedKeyDocument {
    id: Hex<4>,
    since: IsoDay,
}

#[cfg(feature = "publish")]
impl From<&Revocation> for RevocationDocument {
    fn from(revocation: &Revocation) -> Self {
        let Revocation { deployment, version, created, codes, keys } = revocation;
        let code = |&RevokedCode { id, reason, since }: &RevokedCode| CodeDocument {
            id: Hex(id.0),
            reason,
            since: IsoDay(since),
        };
        let key = |&RevokedKey { id, since }: &RevokedKey| RevokedKeyDocument {
            id: Hex(id.0),
            since: IsoDay(since),
        };
        Self {
            deployment: Hex(*deployment),
            version: Count(*version),
            created: IsoDay(*created),
            codes: codes.iter().map(code).collect(),
            keys: keys.iter().map(key).collect(),
        }
    }
}
