//! The one reader for bytes that came from outside, and its writer.
//!
//! A [`Reader`] cannot pass its end, never panics and allocates nothing; what it hands out
//! borrows from the input. A decoder calls [`Reader::end`] when it is done, so trailing bytes
//! are always an error. Everything is little-endian.

/// The bytes ended before the field did, or went on after the last one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cut;

/// Reads fields from the front of a byte slice.
#[derive(Debug, Clone)]
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// The next `n` bytes. A length that lies costs nothing: it is compared, never allocated.
    pub(crate) fn take(&mut self, n: usize) -> Result<&'a [u8], Cut> {
        let (head, tail) = self.rest.split_at_checked(n).ok_or(Cut)?;
        self.rest = tail;
        Ok(head)
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N], Cut> {
        let (head, tail) = self.rest.split_first_chunk::<N>().ok_or(Cut)?;
        self.rest = tail;
        Ok(*head)
    }

    pub(crate) fn u8(&mut self) -> Result<u8, Cut> {
        Ok(u8::from_le_bytes(self.array()?))
    }

    pub(crate) fn u16(&mut self) -> Result<u16, Cut> {
        Ok(u16::from_le_bytes(self.array()?))
    }

    pub(crate) fn u24(&mut self) -> Result<u32, Cut> {
        let [a, b, c] = self.array()?;
        Ok(u32::from_le_bytes([a, b, c, 0]))
    }

    pub(crate) fn u32(&mut self) -> Result<u32, Cut> {
        Ok(u32::from_le_bytes(self.array()?))
    }

    /// A field of at most 255 bytes behind its length.
    pub(crate) fn short(&mut self) -> Result<&'a [u8], Cut> {
        let n = self.u8()?;
        self.take(usize::from(n))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// Must be called last: whatever is left over is an error.
    pub(crate) fn end(self) -> Result<(), Cut> {
        if self.rest.is_empty() { Ok(()) } else { Err(Cut) }
    }
}
