//! The upload keys: to whom a person's diary is sealed when they choose to share it.

use serde::{Deserialize, Serialize};

use super::anchors::{Catalogue, Head};
use super::json::{self, Count, Hex, IsoDay};
use super::{Refusal, Role};
use crate::seal::{Purpose, is_upload_key};
use crate::time::Day;

/// The upload keys of a deployment, ascending by key, each once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    /// The deployment it belongs to.
    pub deployment: [u8; 16],
    /// Counts up with every change.
    pub version: u64,
    /// The day on which it was made.
    pub created: Day,
    /// The keys.
    pub keys: Vec<UploadKey>,
}

/// One upload key. Its days are few, and the private half is destroyed soon after the last: what
/// was shared cannot be opened for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UploadKey {
    /// An X25519 public key.
    pub key: [u8; 32],
    /// First day on which diaries are sealed to it.
    pub first: Day,
    /// Last day on which they are, at most 29 days later.
    pub last: Day,
}

impl Upload {
    /// The key to seal to on a day: of those valid then, the one that is valid longest.
    #[must_use]
    pub fn key(&self, today: Day) -> Option<&UploadKey> {
        let valid = |key: &&UploadKey| (key.first..=key.last).contains(&today);
        self.keys.iter().filter(valid).max_by_key(|key| key.last)
    }

    /// The payload to be signed; keys are sorted here.
    ///
    /// # Errors
    /// What a phone would refuse.
    #[cfg(feature = "publish")]
    pub fn encode(&self) -> Result<Vec<u8>, Refusal> {
        let Self { deployment, version, created, keys } = self;
        let mut keys = keys.clone();
        keys.sort_by_key(|key| key.key);
        let key = |UploadKey { key, first, last }| KeyDocument {
            key: Hex(key),
            first: IsoDay(first),
            last: IsoDay(last),
        };
        let payload = json::write(&UploadDocument {
            deployment: Hex(*deployment),
            version: Count(*version),
            created: IsoDay(*created),
            keys: keys.into_iter().map(key).collect(),
        });
        Self::parse(&payload)?;
        Ok(payload)
    }
}

impl Catalogue for Upload {
    const PURPOSE: Purpose = Purpose::Upload;
    const ROLE: Role = Role::Upload;

    fn parse(payload: &[u8]) -> Result<Self, Refusal> {
        let UploadDocument { deployment, version, created, keys } = json::read(payload)?;
        if !keys.is_sorted_by(|a, b| a.key < b.key) {
            return Err(Refusal::Order);
        }
        let keys = keys.into_iter().map(KeyDocument::check).collect::<Result<_, _>>()?;
        Ok(Self { deployment: deployment.0, version: version.0, created: created.0, keys })
    }

    fn head(&self) -> Head {
        let Self { deployment, version, created, .. } = *self;
        Head { deployment: Some(deployment), version, created }
    }
}

/// The payload as JSON; the order of the fields is the format.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct UploadDocument {
    deployment: Hex<16>,
    version: Count,
    created: IsoDay,
    keys: Vec<KeyDocument>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyDocument {
    key: Hex<32>,
    first: IsoDay,
    last: IsoDay,
}

impl KeyDocument {
    fn check(self) -> Result<UploadKey, Refusal> {
        let Self { key: Hex(key), first: IsoDay(first), last: IsoDay(last) } = self;
        if !is_upload_key(&key) {
            return Err(Refusal::UploadKey);
        }
        if last < first || last.number() - first.number() >= MAX_DAYS {
            return Err(Refusal::UploadDays);
        }
        Ok(UploadKey { key, first, last })
    }
}

const MAX_DAYS: u32 = 30;
