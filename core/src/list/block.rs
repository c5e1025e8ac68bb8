//! One block: the entries of 512 neighbouring buckets, as Elias and Fano write sorted numbers.
//!
//! ```text
//! bits: for each bucket a one per entry, then a zero; zeros to the end of the byte
//! 5 bytes per entry: the low part of its tag · 3 bytes per entry: its masked detail
//! ```

use super::head::Head;
use super::{ChunkRule, mention::Detail};
use crate::seal::{Tag, sha256};

/// A block that is the one its directory names.
#[derive(Debug, Clone, Copy)]
pub struct Block<'a> {
    buckets: u16,
    bits: &'a [u8],
    lows: &'a [[u8; 5]],
    details: &'a [[u8; 3]],
}

impl<'a> Block<'a> {
    /// Takes the bytes of a block of that chunk.
    ///
    /// # Errors
    /// [`ChunkRule::BlockHash`] for any other bytes.
    pub fn of(head: &Head, block: usize, bytes: &'a [u8]) -> Result<Self, ChunkRule> {
        let (hash, buckets, count) = head.hash(block).ok_or(ChunkRule::BlockHash)?;
        if sha256(bytes) != *hash {
            return Err(ChunkRule::BlockHash);
        }
        let bits = bits_size(buckets, count);
        let split = |bytes: &'a [u8], at: u32| {
            usize::try_from(at).ok().and_then(|at| bytes.split_at_checked(at))
        };
        let (bits, rest) = split(bytes, bits).ok_or(ChunkRule::BlockHash)?;
        let (lows, details) = split(rest, u32::from(count) * 5).ok_or(ChunkRule::BlockHash)?;
        match (lows.as_chunks(), details.as_chunks()) {
            ((lows, []), (details, [])) if lows.len() == details.len() => {
                Ok(Self { buckets, bits, lows, details })
            }
            _ => Err(ChunkRule::BlockHash),
        }
    }

    /// Checks that the entries are in their one order. It is done once, when a chunk comes; a
    /// look-up stays within its bounds whatever the bytes say.
    ///
    /// # Errors
    /// [`ChunkRule::BlockBits`], [`ChunkRule::BlockOrder`].
    pub fn check(&self) -> Result<(), ChunkRule> {
        let count = self.lows.len();
        let (mut ones, mut end) = (0, 0);
        for (number, word) in self.words().enumerate() {
            ones += word.count_ones();
            if word != 0 {
                end = (number + 1) * 64 - word.leading_zeros() as usize;
            }
        }
        // The last bucket ends with the last bit in use; behind it only zeros fill the byte.
        if usize::try_from(ones) != Ok(count) || end >= usize::from(self.buckets) + count {
            return Err(ChunkRule::BlockBits);
        }
        let (mut before, mut carry) = (0, 0);
        for word in self.words() {
            // A one behind a one is an entry of the same bucket.
            let mut follows = word & (word << 1 | carry);
            while follows != 0 {
                let behind = (1 << follows.trailing_zeros()) - 1;
                let entry = before + (word & behind).count_ones() as usize;
                if low(&self.lows[entry - 1]) >= low(&self.lows[entry]) {
                    return Err(ChunkRule::BlockOrder);
                }
                follows &= follows - 1;
            }
            before += word.count_ones() as usize;
            carry = word >> 63;
        }
        Ok(())
    }

    /// The unmasked detail of the entry with this tag, if it is here. `bucket` counts within
    /// the block.
    pub(super) fn find(&self, tag: &Tag, bucket: u32) -> Option<Detail> {
        let (first, count) = self.run(bucket);
        let wanted = tag.low();
        let entries = self.lows.iter().zip(self.details).skip(first).take(count);
        for (known, masked) in entries {
            if low(known) == wanted {
                let mask = tag.mask();
                let detail = [masked[0] ^ mask[0], masked[1] ^ mask[1], masked[2] ^ mask[2]];
                return Detail::from_bytes(detail);
            }
        }
        None
    }

    /// The bits, 64 at a time, with zeros behind them.
    fn words(&self) -> impl Iterator<Item = u64> {
        let (words, rest) = self.bits.as_chunks::<8>();
        let mut last = [0; 8];
        last[..rest.len()].copy_from_slice(rest);
        words.iter().copied().chain([last]).map(u64::from_le_bytes)
    }

    /// Where a bucket's entries begin, and how many there are: behind as many zeros as there are
    /// buckets before it.
    fn run(&self, bucket: u32) -> (usize, usize) {
        let (mut zeros, mut ones) = (bucket, 0);
        let mut inside = bucket == 0;
        let mut count = 0;
        for mut word in self.words() {
            let mut left = u64::BITS;
            if !inside {
                let here = word.count_zeros();
                if here < zeros {
                    zeros -= here;
                    ones += word.count_ones();
                    continue;
                }
                // Passes the zeros that are still to come, one by one.
                let mut holes = !word;
                for _ in 1..zeros {
                    holes &= holes - 1;
                }
                let at = holes.trailing_zeros() + 1;
                ones += at - zeros;
                word = word.checked_shr(at).unwrap_or(0);
                left -= at;
                inside = true;
            }
            let run = word.trailing_ones().min(left);
            count += run;
            if run < left {
                break;
            }
        }
        (usize::try_from(ones).unwrap_or(usize::MAX), usize::try_from(count).unwrap_or(0))
    }
}

fn low([a, b, c, d, e]: &[u8; 5]) -> u64 {
    u64::from_le_bytes([*a, *b, *c, *d, *e, 0, 0, 0])
}

/// Bytes of a block with so many entries.
pub(super) fn size_of(buckets: u16, count: u16) -> u32 {
    bits_size(buckets, count) + u32::from(count) * 8
}

fn bits_size(buckets: u16, count: u16) -> u32 {
    (u32::from(buckets) + u32::from(count)).div_ceil(8)
}

/// Buckets of every block but the last, which may have fewer.
pub(super) const BUCKETS: u16 = 512;
