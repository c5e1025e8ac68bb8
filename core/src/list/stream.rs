//! A chunk on its way in: every block is verified when it is complete, and nothing is held but
//! the head and one block.

use super::block::Block;
use super::{ChunkRule, Head, ListedChunk};

/// Checks a chunk piece by piece, however it is cut.
pub struct Stream {
    listed: ListedChunk,
    head: Option<Head>,
    /// Which block comes next.
    block: usize,
    /// Bytes that are not a whole head or block yet.
    rest: Vec<u8>,
    taken: u64,
}

impl Stream {
    /// For the chunk that a manifest names.
    #[must_use]
    pub fn new(listed: ListedChunk) -> Self {
        Self { listed, head: None, block: 0, rest: Vec::new(), taken: 0 }
    }

    /// Takes the next bytes.
    ///
    /// # Errors
    /// A [`ChunkRule`] as soon as a byte is wrong: the rest need not be fetched.
    pub fn feed(&mut self, mut bytes: &[u8]) -> Result<(), ChunkRule> {
        self.taken = self.taken.saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        if self.taken > self.listed.size.into() {
            return Err(ChunkRule::Size);
        }
        while !bytes.is_empty() {
            let wanted = self.wanted()?;
            // A block that is here as a whole need not be copied.
            if let (Some(head), true, Some((block, later))) =
                (&self.head, self.rest.is_empty(), bytes.split_at_checked(wanted))
            {
                Block::of(head, self.block, block)?.check()?;
                self.block += 1;
                bytes = later;
                continue;
            }
            let missing = wanted.saturating_sub(self.rest.len()).min(bytes.len());
            let (now, later) = bytes.split_at(missing);
            self.rest.extend_from_slice(now);
            bytes = later;
            if self.rest.len() == self.wanted()? {
                self.complete()?;
            }
        }
        Ok(())
    }

    /// Lets go of what is no whole head or block yet, and tells how many bytes are verified. What
    /// an earlier attempt left on disk may have lost sectors in there, and nothing but the hash of
    /// the whole block would tell.
    pub fn settle(&mut self) -> u64 {
        self.taken -= u64::try_from(self.rest.len()).unwrap_or(0);
        self.rest.clear();
        self.taken
    }

    /// The whole chunk came.
    ///
    /// # Errors
    /// [`ChunkRule::Cut`].
    pub fn end(self) -> Result<Head, ChunkRule> {
        match self.head {
            Some(head) if self.block == head.blocks() && self.rest.is_empty() => Ok(head),
            _ => Err(ChunkRule::Cut),
        }
    }

    /// How long the head or block is that is coming in. A head that is too large for its chunk
    /// is refused before it is collected.
    fn wanted(&self) -> Result<usize, ChunkRule> {
        if let Some(head) = &self.head {
            let range = head.range(self.block).ok_or(ChunkRule::Size)?;
            return usize::try_from(range.end - range.start).map_err(|_| ChunkRule::Size);
        }
        match Head::len_of(&self.rest)? {
            None => Ok(self.rest.len() + 1),
            Some(len) if len > usize::try_from(self.listed.size).unwrap_or(usize::MAX) => {
                Err(ChunkRule::Size)
            }
            Some(len) => Ok(len),
        }
    }

    fn complete(&mut self) -> Result<(), ChunkRule> {
        match &self.head {
            Some(head) => {
                Block::of(head, self.block, &self.rest)?.check()?;
                self.block += 1;
            }
            // Byte by byte until the length is known.
            None if Head::len_of(&self.rest)? != Some(self.rest.len()) => return Ok(()),
            None => self.head = Some(Head::parse(&self.rest, &self.listed)?),
        }
        self.rest.clear();
        Ok(())
    }
}
