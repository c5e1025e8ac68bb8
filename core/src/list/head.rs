//! The head of a chunk: what it is, and a directory with the hash of every block.
//!
//! The manifest names the hash of the head, the head those of the blocks. So one signature holds
//! for every byte, and a phone that looks for one visit hashes one block.

use std::ops::Range;

use super::block::{BUCKETS, size_of};
use super::{ChunkRule, ListedChunk};
use crate::seal::{ChunkId, sha256};
use crate::wire::{Cut, Reader};

/// A head that is what the manifest named.
#[derive(Debug, Clone)]
pub struct Head {
    id: ChunkId,
    sequence: u64,
    buckets: u32,
    slots: [u16; 4],
    replaces: Vec<ChunkId>,
    blocks: Vec<Entry>,
}

/// What the directory says of a block.
#[derive(Debug, Clone, Copy)]
struct Entry {
    place: u32,
    count: u16,
    hash: [u8; 32],
}

impl Head {
    /// How long the head is that begins with these bytes; `None` if more of them are needed.
    ///
    /// # Errors
    /// A [`ChunkRule`]: these are not the first bytes of a chunk.
    pub fn len_of(start: &[u8]) -> Result<Option<usize>, ChunkRule> {
        match Fixed::read(&mut Reader::new(start)) {
            Ok(fixed) => fixed?.head_len().map(Some),
            Err(Cut) => Ok(None),
        }
    }

    /// Reads a head, which must be the one that the manifest names.
    ///
    /// # Errors
    /// A [`ChunkRule`].
    pub fn parse(bytes: &[u8], listed: &ListedChunk) -> Result<Self, ChunkRule> {
        if sha256(bytes) != listed.head {
            return Err(ChunkRule::Head);
        }
        let head = Self::read(bytes)?;
        if head.id != listed.id || head.sequence != listed.sequence {
            return Err(ChunkRule::Name);
        }
        if head.size() != listed.size {
            return Err(ChunkRule::Size);
        }
        Ok(head)
    }

    /// Which chunk it is.
    #[must_use]
    pub fn id(&self) -> ChunkId {
        self.id
    }

    /// Its number: of two mentions the one with the higher number holds.
    #[must_use]
    pub fn sequence(&self) -> u64 {
        self.sequence
    }

    /// Chunks whose every mention is in this one too; who has all of them may skip it.
    #[must_use]
    pub fn replaces(&self) -> &[ChunkId] {
        &self.replaces
    }

    /// How many entries there are, padding included.
    #[must_use]
    pub fn entries(&self) -> u32 {
        self.buckets
    }

    /// Size of the whole chunk in bytes.
    #[must_use]
    pub fn size(&self) -> u32 {
        let start = self.blocks_start();
        self.blocks.last().map_or(start, |last| {
            last.place + size_of(self.buckets_of(self.blocks.len() - 1), last.count)
        })
    }

    /// How many blocks there are.
    #[must_use]
    pub fn blocks(&self) -> usize {
        self.blocks.len()
    }

    /// Where a block lies in the file.
    #[must_use]
    pub fn range(&self, block: usize) -> Option<Range<u32>> {
        let Entry { place, count, .. } = *self.blocks.get(block)?;
        Some(place..place + size_of(self.buckets_of(block), count))
    }

    pub(super) fn advice(&self, slot: u8) -> Option<u16> {
        self.slots.get(usize::from(slot)).copied().filter(|advice| *advice != 0)
    }

    pub(super) fn hash(&self, block: usize) -> Option<(&[u8; 32], u16, u16)> {
        let entry = self.blocks.get(block)?;
        Some((&entry.hash, self.buckets_of(block), entry.count))
    }

    /// All blocks have 512 buckets but the last, which has what remains.
    fn buckets_of(&self, block: usize) -> u16 {
        let before = u32::try_from(block).unwrap_or(u32::MAX).saturating_mul(BUCKETS.into());
        u16::try_from(self.buckets.saturating_sub(before).min(BUCKETS.into())).unwrap_or(BUCKETS)
    }

    fn blocks_start(&self) -> u32 {
        head_len(self.buckets, self.replaces.len())
    }

    /// Every length follows from a count, so there is none that could lie.
    fn read(bytes: &[u8]) -> Result<Self, ChunkRule> {
        let mut r = Reader::new(bytes);
        let fixed = Fixed::read(&mut r).map_err(|_| ChunkRule::Cut)??;
        if fixed.head_len()? != bytes.len() {
            return Err(ChunkRule::Cut);
        }
        let Fixed { id, sequence, buckets, slots, replaces: n } = fixed;
        let cut = |_: Cut| ChunkRule::Cut;
        let mut replaces: Vec<ChunkId> = Vec::with_capacity(n.into());
        for _ in 0..n {
            let id = ChunkId(r.array().map_err(cut)?);
            if replaces.last().is_some_and(|last| *last >= id) {
                return Err(ChunkRule::Replaces);
            }
            replaces.push(id);
        }
        let mut head = Self { id, sequence, buckets, slots, replaces, blocks: Vec::new() };
        let blocks = blocks_of(buckets);
        head.blocks.reserve_exact(blocks);
        let (mut place, mut sum) = (head.blocks_start(), 0);
        for block in 0..blocks {
            let count = r.u16().map_err(cut)?;
            let hash = r.array().map_err(cut)?;
            head.blocks.push(Entry { place, count, hash });
            place += size_of(head.buckets_of(block), count);
            sum += u32::from(count);
            // Also keeps `place` far from its end, whatever the counts say.
            if sum > buckets {
                return Err(ChunkRule::Sum);
            }
        }
        r.end().map_err(cut)?;
        if sum != buckets {
            return Err(ChunkRule::Sum);
        }
        Ok(head)
    }
}

/// The smallest step of the ladder that holds so many entries: m · 2ᵏ with m from 8 to 15 and k
/// from 5, so steps are at most an eighth. Chunks are padded up to it, so that their size says
/// little about how many windows there are. `None` above the largest chunk.
#[must_use]
pub fn rung(entries: u32) -> Option<u32> {
    let mut step = SMALLEST / 8;
    loop {
        if step * 15 >= entries || step * 15 >= LARGEST {
            let rung = (8..=15).map(|m| m * step).find(|rung| *rung >= entries)?;
            return (rung <= LARGEST).then_some(rung);
        }
        step *= 2;
    }
}

/// What stands before the lists of the head.
struct Fixed {
    id: ChunkId,
    sequence: u64,
    buckets: u32,
    slots: [u16; 4],
    replaces: u8,
}

impl Fixed {
    fn read(r: &mut Reader<'_>) -> Result<Result<Self, ChunkRule>, Cut> {
        if r.u8()? != MARK {
            return Ok(Err(ChunkRule::Mark));
        }
        if r.u8()? != VERSION {
            return Ok(Err(ChunkRule::Version));
        }
        let id = ChunkId(r.array()?);
        let sequence = r.u64()?;
        let buckets = r.u32()?;
        let slots = [r.u16()?, r.u16()?, r.u16()?, r.u16()?];
        let replaces = r.u8()?;
        if rung(buckets) != Some(buckets) {
            return Ok(Err(ChunkRule::Count));
        }
        // Filled from the first on, each advice once: there is one way to write them.
        let used = slots.iter().take_while(|advice| **advice != 0).count();
        let filled = slots.iter().skip(used).all(|advice| *advice == 0);
        let once = (1..used).all(|at| !slots[..at].contains(&slots[at]));
        if used == 0 || !filled || !once {
            return Ok(Err(ChunkRule::Slots));
        }
        if replaces > MOST_REPLACED {
            return Ok(Err(ChunkRule::Replaces));
        }
        Ok(Ok(Self { id, sequence, buckets, slots, replaces }))
    }

    fn head_len(&self) -> Result<usize, ChunkRule> {
        let len = head_len(self.buckets, self.replaces.into());
        usize::try_from(len).map_err(|_| ChunkRule::Count)
    }
}

#[cfg(feature = "publish")]
pub(super) fn write(
    id: ChunkId,
    sequence: u64,
    buckets: u32,
    slots: [u16; 4],
    replaces: &[ChunkId],
    blocks: &[(u16, [u8; 32])],
) -> Vec<u8> {
    let mut bytes = vec![MARK, VERSION];
    bytes.extend(id.0);
    bytes.extend(sequence.to_le_bytes());
    bytes.extend(buckets.to_le_bytes());
    bytes.extend(slots.iter().flat_map(|slot| slot.to_le_bytes()));
    bytes.push(u8::try_from(replaces.len()).unwrap_or(u8::MAX));
    bytes.extend(replaces.iter().flat_map(|id| id.0));
    for (count, hash) in blocks {
        bytes.extend(count.to_le_bytes());
        bytes.extend(hash);
    }
    bytes
}

pub(super) fn blocks_of(buckets: u32) -> usize {
    usize::try_from(buckets.div_ceil(BUCKETS.into())).unwrap_or(0)
}

fn head_len(buckets: u32, replaces: usize) -> u32 {
    let replaces = u32::try_from(replaces).unwrap_or(0);
    FIXED + replaces * 16 + buckets.div_ceil(BUCKETS.into()) * DIRECTORY_ENTRY
}

const MARK: u8 = 0x4C;
const VERSION: u8 = 1;
/// Mark, version, id, sequence, buckets, slots, number of replaced chunks.
const FIXED: u32 = 1 + 1 + 16 + 8 + 4 + 8 + 1;
const DIRECTORY_ENTRY: u32 = 2 + 32;
/// The 24 hours of a day, with room for repeated publications.
pub(super) const MOST_REPLACED: u8 = 64;
/// 8 · 2⁵: about two KiB even on a day without any window.
const SMALLEST: u32 = 256;
/// 15 · 2¹⁷: the largest that stays below 16 MiB.
pub(super) const LARGEST: u32 = 15 << 17;
