//! Making a chunk. Only the authority does.

use super::block::{BUCKETS, size_of};
use super::head::{self, LARGEST, MOST_REPLACED, blocks_of, rung};
use super::mention::{DAY, Detail, MOST_WINDOWS};
use super::{ListedChunk, Mention, Window, find};
use crate::seal::{ChunkId, Finder, Random, Tag, VenueKey, sha256};

/// What a chunk is to say.
pub struct Draft<'a> {
    /// Its number from the deployment's one counter.
    pub sequence: u64,
    /// At most four kinds of advice, unused ones 0 and last. Publishing always with the same
    /// four keeps the head from saying which are in use.
    pub slots: [u16; 4],
    /// Chunks whose every mention is in this one, ascending.
    pub replaces: Vec<ChunkId>,
    /// The venues' days it mentions, each once and complete.
    pub notices: Vec<Notice<'a>>,
}

/// What is said of one venue's day; without windows, that nothing holds any more.
pub struct Notice<'a> {
    /// The venue's key of that day.
    pub key: &'a VenueKey,
    /// The windows of that day.
    pub windows: Vec<Window>,
}

/// Why there is no chunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotPublished {
    /// More entries than the largest chunk holds: publish several.
    TooLarge,
    /// A venue's day has more than 64 windows.
    TooManyWindows,
    /// A window is empty or does not end within its day.
    BadWindow,
    /// A window's advice is in none of the four slots.
    NoSlot,
    /// A venue's day is mentioned twice.
    Twice,
    /// The replaced chunks are too many or not in order.
    Replaces,
    /// Two entries fell on the same place; a new id will tell them apart.
    Again,
}

impl std::fmt::Display for NotPublished {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::TooLarge => "there are more windows than one chunk holds",
            Self::TooManyWindows => "a venue has more than 64 windows on one day",
            Self::BadWindow => "a window is empty or does not end within its day",
            Self::NoSlot => "a chunk holds at most four kinds of advice",
            Self::Twice => "a venue's day is mentioned twice",
            Self::Replaces => "the replaced chunks are too many or not in order",
            Self::Again => "two entries fell on the same place",
        })
    }
}

impl std::error::Error for NotPublished {}

impl Draft<'_> {
    /// The chunk, and what the manifest has to say of it. A new random id is drawn each time;
    /// afterwards look everything up that could be looked up ([`strangers`]).
    ///
    /// # Errors
    /// [`NotPublished`].
    pub fn encode(&self, random: &mut dyn Random) -> Result<(Vec<u8>, ListedChunk), NotPublished> {
        if self.replaces.len() > MOST_REPLACED.into() || !self.replaces.is_sorted_by(|a, b| a < b) {
            return Err(NotPublished::Replaces);
        }
        for _ in 0..ATTEMPTS {
            match self.encode_once(random) {
                Err(NotPublished::Again) => {}
                result => return result,
            }
        }
        // The same key twice falls on the same places whatever the id is.
        Err(NotPublished::Twice)
    }

    fn encode_once(&self, random: &mut dyn Random) -> Result<(Vec<u8>, ListedChunk), NotPublished> {
        let mut id = [0; 16];
        random.fill(&mut id);
        let id = ChunkId(id);
        let mut entries: Vec<(Tag, Detail)> = Vec::new();
        for notice in &self.notices {
            self.place(notice, &id, &mut entries)?;
        }
        let n = u32::try_from(entries.len()).map_err(|_| NotPublished::TooLarge)?;
        let n = rung(n).ok_or(NotPublished::TooLarge)?;
        let masked = |(tag, detail): &(Tag, Detail)| {
            let ([a, b, c], [x, y, z]) = (detail.to_bytes(), tag.mask());
            (tag.bucket(n), tag.low(), [a ^ x, b ^ y, c ^ z])
        };
        let mut sorted: Vec<Masked> = entries.iter().map(masked).collect();
        sorted.sort_unstable();
        if sorted.windows(2).any(|pair| place_of(&pair[0]) == place_of(&pair[1])) {
            return Err(NotPublished::Again);
        }
        // Padding gives way where it falls on an entry.
        let all = usize::try_from(n).unwrap_or(usize::MAX);
        while sorted.len() < all {
            let padding = (sorted.len()..all).map(|_| {
                let mut bytes = [0; 16];
                random.fill(&mut bytes);
                let tag = Tag::padding(bytes);
                (tag.bucket(n), tag.low(), tag.mask())
            });
            let is_free =
                |one: &Masked| sorted.binary_search_by_key(&place_of(one), place_of).is_err();
            let padding: Vec<Masked> = padding.filter(is_free).collect();
            sorted.extend(padding);
            sorted.sort_unstable();
            sorted.dedup_by_key(|one| place_of(one));
        }
        Ok(self.write(id, n, &sorted))
    }

    /// The entries of one venue's day.
    fn place(
        &self,
        notice: &Notice<'_>,
        id: &ChunkId,
        entries: &mut Vec<(Tag, Detail)>,
    ) -> Result<(), NotPublished> {
        let finder = notice.key.finder();
        if notice.windows.is_empty() {
            let withdrawn = Detail { start: 0, minutes: 0, slot: 0 };
            entries.push((finder.derive_tag(id, 0), withdrawn));
        }
        if notice.windows.len() > MOST_WINDOWS.into() {
            return Err(NotPublished::TooManyWindows);
        }
        for (i, window) in (0..=u8::MAX).zip(&notice.windows) {
            let Window { start, minutes, advice } = *window;
            let ends = start.checked_add(minutes).ok_or(NotPublished::BadWindow)?;
            if minutes == 0 || ends > DAY {
                return Err(NotPublished::BadWindow);
            }
            let slot = self.slots.iter().position(|known| *known == advice && advice != 0);
            let slot = slot.and_then(|slot| u8::try_from(slot).ok()).ok_or(NotPublished::NoSlot)?;
            entries.push((finder.derive_tag(id, i), Detail { start, minutes, slot }));
        }
        if entries.len() > usize::try_from(LARGEST).unwrap_or(usize::MAX) {
            return Err(NotPublished::TooLarge);
        }
        Ok(())
    }

    fn write(&self, id: ChunkId, n: u32, sorted: &[Masked]) -> (Vec<u8>, ListedChunk) {
        let mut rest = sorted;
        let (mut blocks, mut directory) = (Vec::new(), Vec::new());
        for number in 0..blocks_of(n) {
            let first = u32::try_from(number).unwrap_or(u32::MAX) * u32::from(BUCKETS);
            let buckets = (n - first).min(BUCKETS.into());
            let split = rest.partition_point(|(bucket, ..)| bucket - first < buckets);
            let (here, later) = rest.split_at(split);
            rest = later;
            let block = write_block(here, first, buckets);
            directory.push((u16::try_from(here.len()).unwrap_or(u16::MAX), sha256(&block)));
            blocks.extend(block);
        }
        let mut bytes = head::write(id, self.sequence, n, self.slots, &self.replaces, &directory);
        let head = sha256(&bytes);
        bytes.extend(blocks);
        let size = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        (bytes, ListedChunk { id, sequence: self.sequence, size, head })
    }
}

/// Looks up every venue's day of the register in a finished chunk. Those that were not meant to
/// be there, or say something else than was meant: if there is one, draw the chunk again, so that
/// no registered venue is ever warned about by chance.
///
/// `register` yields every key and what is to be found for it.
pub fn strangers<'a>(
    chunk: &[u8],
    listed: &ListedChunk,
    register: impl IntoIterator<Item = (VenueKey, Option<&'a [Window]>)>,
) -> Vec<VenueKey> {
    let head = super::Head::len_of(chunk).ok().flatten().and_then(|len| chunk.get(..len));
    let Some(head) = head.and_then(|bytes| super::Head::parse(bytes, listed).ok()) else {
        return register.into_iter().map(|(key, _)| key).collect();
    };
    let mut wrong = Vec::new();
    let mut register = register.into_iter().peekable();
    while register.peek().is_some() {
        let batch: Vec<(VenueKey, Option<&[Window]>)> = register.by_ref().take(BATCH).collect();
        let finders: Vec<Finder> = batch.iter().map(|(key, _)| key.finder()).collect();
        let mut source = chunk;
        let found = find(&head, &mut source, &finders).unwrap_or_default();
        for (at, (key, meant)) in batch.into_iter().enumerate() {
            let said: Option<&Mention> = found.get(at).and_then(Option::as_ref);
            if said.map(|mention| mention.windows.as_slice()) != meant {
                wrong.push(key);
            }
        }
    }
    wrong
}

/// Bucket, low part and masked detail of one entry, or of padding.
type Masked = (u32, u64, [u8; 3]);

fn place_of(entry: &Masked) -> (u32, u64) {
    (entry.0, entry.1)
}

fn write_block(entries: &[Masked], first: u32, buckets: u32) -> Vec<u8> {
    let count = u16::try_from(entries.len()).unwrap_or(u16::MAX);
    let size = size_of(u16::try_from(buckets).unwrap_or(BUCKETS), count) - u32::from(count) * 8;
    let mut bytes = vec![0; usize::try_from(size).unwrap_or(0)];
    for (number, (bucket, ..)) in entries.iter().enumerate() {
        let at = number + usize::try_from(bucket - first).unwrap_or(0);
        bytes[at / 8] |= 1 << (at % 8);
    }
    bytes.extend(entries.iter().flat_map(|(_, low, _)| {
        let [a, b, c, d, e, ..] = low.to_le_bytes();
        [a, b, c, d, e]
    }));
    bytes.extend(entries.iter().flat_map(|(.., masked)| *masked));
    bytes
}

/// Collisions are a matter of 2⁻⁴⁰; more of them are not chance.
const ATTEMPTS: u32 = 8;
/// Venues' days looked up in one go.
const BATCH: usize = 1 << 16;
