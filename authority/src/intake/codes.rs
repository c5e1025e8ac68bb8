//! One-time codes: an officer makes one for a person who wants to share, and says it aloud.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use vaora::share::ShareCode;
use vaora::text::hex;
use vaora::time::Instant;

use crate::error::{Error, at};
use crate::keys;

/// The codes of a deployment: `shares/codes.jsonl`, one line each.
pub(super) struct Codes(PathBuf);

#[derive(Serialize, Deserialize)]
struct Line {
    code: String,
    until: i64,
}

impl Codes {
    pub(super) fn of(folder: &Path) -> Self {
        Self(folder.join("codes.jsonl"))
    }

    /// Makes one, in force for an hour.
    pub(super) fn make(&self, now: Instant) -> Result<ShareCode, Error> {
        let code = loop {
            let code = ShareCode::from_bytes(keys::random()?);
            // A text of digits only is never taken for a code: people scan numbers all day.
            if code.spoken().bytes().any(|c| c.is_ascii_alphabetic()) {
                break code;
            }
        };
        let until = now.unix() + HOUR;
        let line = Line { code: hex::encode(code.as_bytes()), until };
        let text = format!("{}\n", serde_json::to_string(&line)?);
        let mut file = keys::append_private(&self.0)?;
        file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(at(&self.0))?;
        Ok(code)
    }

    /// Whether a code is in force. Read anew each time: another program makes them.
    pub(super) fn is_in_force(&self, code: &ShareCode, now: Instant) -> Result<bool, Error> {
        if !self.0.exists() {
            return Ok(false);
        }
        let text = fs::read_to_string(&self.0).map_err(at(&self.0))?;
        let wanted = hex::encode(code.as_bytes());
        let lines = text.lines().filter_map(|line| serde_json::from_str::<Line>(line).ok());
        Ok(lines.filter(|line| line.code == wanted).any(|line| now.unix() < line.until))
    }
}

const HOUR: i64 = 3600;
