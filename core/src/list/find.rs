//! Looking venues' days up in a chunk.

use std::ops::Range;

use super::block::{BUCKETS, Block};
use super::head::Head;
use super::mention::MOST_WINDOWS;
use super::{ChunkRule, Mention, Window};
use crate::seal::{Finder, Tag};

/// Where the blocks of a chunk are read from.
pub trait Blocks {
    /// These bytes of the chunk; `None` if they cannot be read.
    fn read(&mut self, range: Range<u32>) -> Option<&[u8]>;
}

/// A chunk that lies in memory.
impl Blocks for &[u8] {
    fn read(&mut self, range: Range<u32>) -> Option<&[u8]> {
        self.get(usize::try_from(range.start).ok()?..usize::try_from(range.end).ok()?)
    }
}

/// What a chunk says of each of these venues' days; `None` where it says nothing. Only blocks in
/// which an entry could be are read, each one verified before it is believed.
///
/// # Errors
/// A [`ChunkRule`] if a block cannot be read or is not the one that the head names: then nothing
/// is known, and the chunk must be fetched again.
pub fn find(
    head: &Head,
    blocks: &mut dyn Blocks,
    venues: &[Finder],
) -> Result<Vec<Option<Mention>>, ChunkRule> {
    let mut found: Vec<Option<Mention>> = vec![None; venues.len()];
    let mut wanted: Vec<usize> = (0..venues.len()).collect();
    let id = head.id();
    for i in 0..MOST_WINDOWS {
        let place = |venue: &usize| {
            let tag = venues[*venue].derive_tag(&id, i);
            (tag.bucket(head.entries()), *venue, tag)
        };
        // In the order of the file, so that each block is read and hashed once.
        let mut places: Vec<(u32, usize, Tag)> = wanted.iter().map(place).collect();
        places.sort_unstable_by_key(|(bucket, ..)| *bucket);
        wanted.clear();
        for group in places.chunk_by(|a, b| block_of(a.0) == block_of(b.0)) {
            let number = group.first().map_or(0, |(bucket, ..)| block_of(*bucket));
            let range = head.range(number).ok_or(ChunkRule::Cut)?;
            let block = Block::of(head, number, blocks.read(range).ok_or(ChunkRule::Cut)?)?;
            for (bucket, venue, tag) in group {
                let Some(detail) = block.find(tag, bucket % u32::from(BUCKETS)) else { continue };
                let withdrawn = detail.minutes == 0;
                let advice = head.advice(detail.slot);
                // What no publisher writes is a false hit: it says nothing.
                if (withdrawn && i > 0) || (!withdrawn && advice.is_none()) {
                    continue;
                }
                let mention = found[*venue].get_or_insert_with(|| Mention {
                    sequence: head.sequence(),
                    windows: Vec::new(),
                });
                if let (false, Some(advice)) = (withdrawn, advice) {
                    let (start, minutes) = (detail.start, detail.minutes);
                    mention.windows.push(Window { start, minutes, advice });
                    wanted.push(*venue);
                }
            }
        }
        if wanted.is_empty() {
            break;
        }
    }
    Ok(found)
}

fn block_of(bucket: u32) -> usize {
    usize::try_from(bucket / u32::from(BUCKETS)).unwrap_or(usize::MAX)
}
