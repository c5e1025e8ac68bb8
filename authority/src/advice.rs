//! Advice as people at the desk read and write it: a JSON file without signatures, ids of
//! deployments and counters. The texts that a deployment begins with are built in.

use serde::{Deserialize, Serialize};
use vaora::trust::{AdviceEntry, AdviceText};

use crate::error::Error;

/// Every advice as a file.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AdviceFile {
    /// The version that the file was written from, as in [`PolicyFile`](crate::policy::PolicyFile).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u64>,
    /// The advices.
    pub advice: Vec<EntryFile>,
}

/// One advice in its languages.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EntryFile {
    /// Its number, 1 to 65,535.
    pub id: u16,
    /// Its texts; Vietnamese must be there.
    pub texts: Vec<AdviceText>,
}

impl AdviceFile {
    /// The advices of the file. Their rules are checked when they are signed.
    #[must_use]
    pub fn entries(&self) -> Vec<AdviceEntry> {
        let entry =
            |EntryFile { id, texts }: &EntryFile| AdviceEntry { id: *id, texts: texts.clone() };
        self.advice.iter().map(entry).collect()
    }

    /// A file with these advices.
    #[must_use]
    pub fn of(version: u64, entries: &[AdviceEntry]) -> Self {
        let entry =
            |AdviceEntry { id, texts }: &AdviceEntry| EntryFile { id: *id, texts: texts.clone() };
        Self { version: Some(version), advice: entries.iter().map(entry).collect() }
    }
}

/// The advices of a new deployment: watch your health, test, stay at home and call.
///
/// # Errors
/// None: the built-in file is tested.
pub fn first() -> Result<Vec<AdviceEntry>, Error> {
    let file: AdviceFile = serde_json::from_str(BUILT_IN)?;
    Ok(file.entries())
}

const BUILT_IN: &str = include_str!("../data/advice.json");
