//! The one reader for bytes that came from outside, and its writer.
//!
//! A [`Reader`] cannot pass its end, never panics and allocates nothing; what it hands out
//! borrows from the input. A decoder calls [`Reader::end`] when it is done, so trailing bytes
//! are always an error. Everything is little-endian.

use zeroize::Zeroizing;

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

    pub(crate) fn u64(&mut self) -> Result<u64, Cut> {
        Ok(u64::from_le_bytes(self.array()?))
    }

    pub(crate) fn i64(&mut self) -> Result<i64, Cut> {
        Ok(i64::from_le_bytes(self.array()?))
    }

    /// A field behind its 32-bit length, which must not exceed `most`.
    pub(crate) fn long(&mut self, most: u32) -> Result<&'a [u8], Cut> {
        let n = self.u32()?;
        if n > most {
            return Err(Cut);
        }
        self.take(usize::try_from(n).map_err(|_| Cut)?)
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

/// Collects fields for sealing. What it holds may be secret: it is wiped when it is dropped and
/// when it moves to a larger buffer.
pub(crate) struct Writer(Zeroizing<Vec<u8>>);

impl Writer {
    /// One whose first `capacity` bytes need no move.
    pub(crate) fn new(capacity: usize) -> Self {
        Self(Zeroizing::new(Vec::with_capacity(capacity)))
    }

    pub(crate) fn put(&mut self, bytes: &[u8]) -> &mut Self {
        if self.0.capacity() - self.0.len() < bytes.len() {
            let mut larger = Vec::with_capacity((self.0.len() + bytes.len()) * 2);
            larger.extend_from_slice(&self.0);
            self.0 = Zeroizing::new(larger);
        }
        self.0.extend_from_slice(bytes);
        self
    }

    pub(crate) fn u8(&mut self, value: u8) -> &mut Self {
        self.put(&[value])
    }

    pub(crate) fn u16(&mut self, value: u16) -> &mut Self {
        self.put(&value.to_le_bytes())
    }

    pub(crate) fn u32(&mut self, value: u32) -> &mut Self {
        self.put(&value.to_le_bytes())
    }

    pub(crate) fn u64(&mut self, value: u64) -> &mut Self {
        self.put(&value.to_le_bytes())
    }

    pub(crate) fn i64(&mut self, value: i64) -> &mut Self {
        self.put(&value.to_le_bytes())
    }

    /// A field behind its length, cut off at 255 bytes: callers check before.
    pub(crate) fn short(&mut self, bytes: &[u8]) -> &mut Self {
        let n = u8::try_from(bytes.len()).unwrap_or(u8::MAX);
        self.u8(n).put(&bytes[..usize::from(n)])
    }

    /// A field behind its 32-bit length.
    pub(crate) fn long(&mut self, bytes: &[u8]) -> &mut Self {
        let n = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        self.u32(n).put(bytes)
    }

    pub(crate) fn as_slice(&self) -> &[u8] {
        &self.0
    }
}
