//! What the two rings hold: keys of days, and the state of the layer above, which is opaque here.

use zeroize::Zeroizing;

use crate::seal::{InboxKey, Secret};
use crate::time::Day;
use crate::wire::{Cut, Reader, Writer};

/// The match ring: keys of days, and where their files are.
pub(crate) struct MatchKeys {
    /// Seals what the index keeps outside any day.
    pub(crate) state_key: Secret,
    /// The public half of the inbox, for readable parts noted by a locked phone.
    pub(crate) inbox: [u8; 32],
    /// What the layer above keeps here: clock, retention, state of the lists.
    pub(crate) state: Zeroizing<Vec<u8>>,
    /// Every file of records, by day and generation.
    pub(crate) segments: Vec<Segment>,
}

/// One file of records: a day has one, and another after damage or a failed write.
pub(crate) struct Segment {
    pub(crate) day: Day,
    /// Rises with every new file of the day.
    pub(crate) generation: u32,
    /// The file's name, in hexadecimal.
    pub(crate) name: [u8; 8],
    /// Random and new per file: binds records and index rows to this file alone.
    pub(crate) id: SegmentId,
    /// Opens the match parts.
    pub(crate) key: Secret,
    /// At least so many records are in the file, …
    pub(crate) count: u32,
    /// … in so many bytes from its start, …
    pub(crate) bytes: u32,
    /// … whose SHA-256 is this.
    pub(crate) hash: [u8; 32],
    /// Nothing behind these bytes counts: a write there failed and was answered so.
    pub(crate) ended: bool,
    /// Records were added since it was written as a whole: it may hold what no longer counts.
    pub(crate) loose: bool,
}

/// Names a file of records in the diary ring and in the index.
pub(crate) type SegmentId = [u8; 8];

impl Segment {
    pub(crate) fn file(&self) -> String {
        file_name(&self.name)
    }

    /// The associated data of a record's parts, but for number and mode.
    pub(crate) fn place(&self) -> [u8; 24] {
        let mut place = [0; 24];
        place[..8].copy_from_slice(&self.name);
        place[8..16].copy_from_slice(&self.id);
        place[16..20].copy_from_slice(&self.day.number().to_le_bytes());
        place[20..].copy_from_slice(&self.generation.to_le_bytes());
        place
    }

    /// The same entry with a key of its own holder.
    pub(crate) fn duplicate(&self) -> Self {
        Self { key: self.key.duplicate(), ..*self }
    }
}

impl MatchKeys {
    pub(crate) fn encode(&self) -> Writer {
        let mut w = Writer::new(256 + self.state.len() + self.segments.len() * SEGMENT);
        w.put(self.state_key.expose()).put(&self.inbox).long(&self.state);
        w.u32(u32::try_from(self.segments.len()).unwrap_or(u32::MAX));
        for s in &self.segments {
            w.u32(s.day.number()).u32(s.generation).put(&s.name).put(&s.id);
            w.put(s.key.expose())
                .u32(s.count)
                .u32(s.bytes)
                .put(&s.hash)
                .u8(u8::from(s.ended) | u8::from(s.loose) << 1);
        }
        w
    }

    pub(crate) fn decode(bytes: &[u8]) -> Result<Self, Cut> {
        let mut r = Reader::new(bytes);
        let state_key = secret(&mut r)?;
        let inbox = r.array()?;
        let state = Zeroizing::new(r.long(LARGEST_STATE)?.to_vec());
        let n = r.u32()?;
        if n > MOST_SEGMENTS {
            return Err(Cut);
        }
        let mut segments: Vec<Segment> = Vec::new();
        for _ in 0..n {
            let segment = Segment {
                day: Day::exactly(r.u32()?).ok_or(Cut)?,
                generation: r.u32()?,
                name: r.array()?,
                id: r.array()?,
                key: secret(&mut r)?,
                count: r.u32()?,
                bytes: r.u32()?,
                hash: r.array()?,
                ended: false,
                loose: false,
            };
            let flags = r.u8()?;
            if flags > 3 {
                return Err(Cut);
            }
            let segment = Segment { ended: flags & 1 != 0, loose: flags & 2 != 0, ..segment };
            let follows = segments
                .last()
                .is_none_or(|s| (s.day, s.generation) < (segment.day, segment.generation));
            if !follows {
                return Err(Cut);
            }
            segments.push(segment);
        }
        r.end()?;
        Ok(Self { state_key, inbox, state, segments })
    }
}

/// The diary ring: what opens the readable parts.
pub(crate) struct DiaryKeys {
    /// The private halves of the inbox; two while it is being renewed.
    pub(crate) inbox: Vec<InboxKey>,
    /// What the layer above keeps here: companions, receipts.
    pub(crate) state: Zeroizing<Vec<u8>>,
    /// Per file of records, what opens its readable parts.
    pub(crate) days: Vec<(SegmentId, Secret)>,
}

impl DiaryKeys {
    pub(crate) fn day(&self, id: &SegmentId) -> Option<&Secret> {
        self.days.iter().find(|(known, _)| known == id).map(|(_, key)| key)
    }

    pub(crate) fn encode(&self) -> Writer {
        let mut w = Writer::new(256 + self.state.len() + self.days.len() * 40);
        w.u8(u8::try_from(self.inbox.len()).unwrap_or(u8::MAX));
        for key in &self.inbox {
            w.put(key.secret().expose());
        }
        w.long(&self.state);
        w.u32(u32::try_from(self.days.len()).unwrap_or(u32::MAX));
        for (id, key) in &self.days {
            w.put(id).put(key.expose());
        }
        w
    }

    pub(crate) fn decode(bytes: &[u8]) -> Result<Self, Cut> {
        let mut r = Reader::new(bytes);
        let mut inbox = Vec::new();
        for _ in 0..r.u8()? {
            inbox.push(InboxKey::from_secret(secret(&mut r)?));
        }
        let state = Zeroizing::new(r.long(LARGEST_STATE)?.to_vec());
        let n = r.u32()?;
        if n > MOST_SEGMENTS {
            return Err(Cut);
        }
        let mut days = Vec::new();
        for _ in 0..n {
            days.push((r.array()?, secret(&mut r)?));
        }
        r.end()?;
        Ok(Self { inbox, state, days })
    }
}

/// `0123456789abcdef.day`.
pub(crate) fn file_name(name: &[u8; 8]) -> String {
    let mut text = String::with_capacity(20);
    for byte in name {
        text.push_str(&format!("{byte:02x}"));
    }
    text.push_str(DAY_FILE);
    text
}

fn secret(r: &mut Reader<'_>) -> Result<Secret, Cut> {
    Secret::from_slice(r.take(Secret::LEN)?).ok_or(Cut)
}

/// How the names of files of records end.
pub(crate) const DAY_FILE: &str = ".day";
/// A thousand days of clock jumps; a ring that says more is not ours.
pub(crate) const MOST_SEGMENTS: u32 = 4096;
const LARGEST_STATE: u32 = 1 << 20;
const SEGMENT: usize = 4 + 4 + 8 + 8 + 32 + 4 + 4 + 32 + 1;
