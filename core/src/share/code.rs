//! The one-time code that opens the authority's door once.

use crate::code::typed;
use crate::error::{Error, Result};

/// A one-time code that the authority gave: by phone, at the desk, on paper. It is read before
/// anything is shared, so that a slip of the finger costs nothing.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ShareCode([u8; ShareCode::LEN]);

impl ShareCode {
    /// 48 bits: with a hundred codes in force and a thousand tries a minute, guessing one takes
    /// five thousand years.
    pub const LEN: usize = 6;

    /// Reads what was typed, in any spelling.
    ///
    /// # Errors
    /// [`Error::CodeWrong`] if it cannot be a code: something was typed wrong.
    pub fn read(text: &str) -> Result<Self> {
        typed::decode_share(text).map(Self).map_err(|_| Error::CodeWrong)
    }

    /// From its six bytes.
    #[must_use]
    pub fn from_bytes(bytes: [u8; Self::LEN]) -> Self {
        Self(bytes)
    }

    /// Its six bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; Self::LEN] {
        &self.0
    }

    /// For reading aloud: eleven symbols in groups.
    #[must_use]
    pub fn spoken(&self) -> String {
        typed::grouped(&typed::encode_share(self.0))
    }
}

impl std::fmt::Debug for ShareCode {
    /// Not the code: whoever has it can share in the person's name.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ShareCode")
    }
}
