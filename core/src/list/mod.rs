//! The published list of exposures: chunks, which can be read only with the keys of a venue.
//!
//! To everybody else a chunk is random bytes. A phone derives, from the keys of its visits, where
//! an entry would be, reads and verifies the blocks around those places, and learns nothing of
//! any other entry. The byte-exact layout is `docs/formats.md`, section 8.

mod block;
mod find;
mod head;
mod mention;
#[cfg(feature = "publish")]
mod publish;
mod rule;
mod stream;

pub use block::Block;
pub use find::{Blocks, find};
pub use head::{Head, rung};
pub use mention::{Mention, Window};
#[cfg(feature = "publish")]
pub use publish::{Draft, NotPublished, Notice, strangers};
pub use rule::ChunkRule;
pub use stream::Stream;

use crate::seal::ChunkId;

/// What a manifest says of a chunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListedChunk {
    /// Which chunk.
    pub id: ChunkId,
    /// Its number from the deployment's one counter: of two mentions of a venue's day, the one
    /// in the chunk with the higher number holds.
    pub sequence: u64,
    /// Its size in bytes.
    pub size: u32,
    /// SHA-256 over its head, which in turn names every block.
    pub head: [u8; 32],
}
