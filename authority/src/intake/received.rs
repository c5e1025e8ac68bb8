//! What came in: `shares/received.jsonl`, one line a share, only ever added to. A line is also the
//! proof that its code was used, so that there is no moment between the two.

use std::collections::HashMap;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use vaora::share::{ReceiptId, ShareCode, SharedVisit, UploadId};
use vaora::text::hex;
use vaora::time::{Day, Instant};

use crate::error::{Error, at};
use crate::keys;

/// One share, as the file holds it and `shares` shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Share {
    /// The receipt that the person has.
    pub receipt: String,
    /// When it came, Unix seconds.
    pub at: i64,
    /// The one-time code that it used up.
    pub code: String,
    /// The person's act of sharing: the same for every attempt.
    pub upload: String,
    /// What the person saw in the preview.
    pub visits: Vec<Visit>,
}

/// One visit of a share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Visit {
    /// When it began, Unix seconds.
    pub from: i64,
    /// When it ended.
    pub until: i64,
    /// The number of the venue's category.
    pub category: u8,
    /// The map of the venue's area, 0 for none.
    pub map: u8,
    /// The area on that map.
    pub area: String,
    /// The venue's name.
    pub name: String,
    /// Its zone.
    pub zone: String,
    /// The id of its code, where it was verified.
    pub venue: Option<String>,
    /// How many came along.
    pub companions: u8,
    /// The names of those whose name was to be told.
    pub names: Vec<String>,
    /// The venue's keys, by day.
    pub keys: Vec<(String, String)>,
}

impl From<&SharedVisit> for Visit {
    fn from(visit: &SharedVisit) -> Self {
        let key = |(day, key): &(Day, vaora::seal::VenueKey)| {
            (day.to_string(), hex::encode(key.expose()))
        };
        Self {
            from: visit.from.unix(),
            until: visit.until.unix(),
            category: visit.category,
            map: visit.area.map_or(0, |area| area.map().number()),
            area: visit.area.map_or(String::new(), |area| area.to_string()),
            name: visit.name.clone(),
            zone: visit.zone.clone(),
            venue: visit.venue.map(|id| hex::encode(&id.0)),
            companions: visit.companions,
            names: visit.names.clone(),
            keys: visit.keys.iter().map(key).collect(),
        }
    }
}

/// The file, and which codes it says are used, as far as it was read.
pub(super) struct Received {
    path: PathBuf,
    read: u64,
    used: HashMap<String, (String, ReceiptId)>,
}

/// What became of a code.
pub(super) enum Use {
    /// By this very upload, now or before.
    Taken(ReceiptId),
    /// By another one.
    Other,
    /// Not used, and what was asked before the first use said no.
    Not(vaora::share::Answer),
}

impl Received {
    pub(super) fn of(folder: &Path) -> Self {
        let path = folder.join("received.jsonl");
        Self { path, read: 0, used: HashMap::new() }
    }

    /// Takes visits for a code, once. `allow` is asked before its first use.
    pub(super) fn take(
        &mut self,
        code: &ShareCode,
        upload: UploadId,
        visits: &[SharedVisit],
        now: Instant,
        allow: impl FnOnce() -> Result<Option<vaora::share::Answer>, Error>,
    ) -> Result<Use, Error> {
        let path = self.path.clone();
        let mut file = keys::append_private(&path)?;
        // Two programs that serve one folder must not both use a code.
        file.lock().map_err(at(&path))?;
        self.end_line(&mut file)?;
        self.catch_up(&mut file)?;
        let (code, upload) = (hex::encode(code.as_bytes()), hex::encode(&upload.0));
        if let Some((by, receipt)) = self.used.get(&code) {
            return Ok(if *by == upload { Use::Taken(*receipt) } else { Use::Other });
        }
        if let Some(answer) = allow()? {
            return Ok(Use::Not(answer));
        }
        let receipt = ReceiptId(keys::random()?);
        let share = Share {
            receipt: hex::encode(&receipt.0),
            at: now.unix(),
            code,
            upload,
            visits: visits.iter().map(Visit::from).collect(),
        };
        let line = format!("{}\n", serde_json::to_string(&share)?);
        file.write_all(line.as_bytes()).and_then(|()| file.sync_all()).map_err(at(&path))?;
        self.catch_up(&mut file)?;
        Ok(Use::Taken(receipt))
    }

    /// Everything that came in, in its order.
    pub(super) fn all(&self) -> Result<Vec<Share>, Error> {
        if !self.path.exists() {
            return Ok(Vec::new());
        }
        let text = std::fs::read_to_string(&self.path).map_err(at(&self.path))?;
        Ok(text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect())
    }

    /// A line that a power cut left unfinished was never answered; the next one begins behind it.
    fn end_line(&self, file: &mut File) -> Result<(), Error> {
        let length = file.seek(SeekFrom::End(0)).map_err(at(&self.path))?;
        if length == 0 {
            return Ok(());
        }
        let mut last = [0];
        file.seek(SeekFrom::End(-1)).map_err(at(&self.path))?;
        file.read_exact(&mut last).map_err(at(&self.path))?;
        if last == *b"\n" { Ok(()) } else { file.write_all(b"\n").map_err(at(&self.path)) }
    }

    /// Reads what was added since.
    fn catch_up(&mut self, file: &mut File) -> Result<(), Error> {
        file.seek(SeekFrom::Start(self.read)).map_err(at(&self.path))?;
        let mut added = Vec::new();
        let count = file.read_to_end(&mut added).map_err(at(&self.path))?;
        self.read += u64::try_from(count).unwrap_or(0);
        for line in added.split(|byte| *byte == b'\n') {
            let Ok(share) = serde_json::from_slice::<Share>(line) else { continue };
            if let Some(receipt) = hex::decode(&share.receipt) {
                self.used.insert(share.code, (share.upload, ReceiptId(receipt)));
            }
        }
        Ok(())
    }
}
