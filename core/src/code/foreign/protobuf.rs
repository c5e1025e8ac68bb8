//! The wire form of protocol buffers, as far as venue codes use it.
//!
//! Fields are handed out one by one and borrow from the input: no recursion, and no allocation
//! from a declared length. Groups, which nobody uses any more, are refused.

use super::Rule;
use crate::wire::{Cut, Reader};

/// A field's value.
#[derive(Clone, Copy)]
pub(super) enum Value<'a> {
    Number(u64),
    Bytes(&'a [u8]),
    /// Four or eight bytes of a fixed length; no field here has them.
    Fixed,
}

impl<'a> Value<'a> {
    pub(super) fn number(self) -> Result<u64, Rule> {
        if let Self::Number(n) = self { Ok(n) } else { Err(Rule::ForeignProtobuf) }
    }

    pub(super) fn bytes(self) -> Result<&'a [u8], Rule> {
        if let Self::Bytes(bytes) = self { Ok(bytes) } else { Err(Rule::ForeignProtobuf) }
    }

    pub(super) fn text(self) -> Result<&'a str, Rule> {
        std::str::from_utf8(self.bytes()?).map_err(|_| Rule::ForeignProtobuf)
    }
}

/// Goes through the fields of one message.
pub(super) struct Fields<'a>(Reader<'a>);

impl<'a> Fields<'a> {
    pub(super) fn new(message: &'a [u8]) -> Self {
        Self(Reader::new(message))
    }

    /// The next field, with its number; `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<(u64, Value<'a>)>, Rule> {
        if self.0.is_empty() {
            return Ok(None);
        }
        self.field().map(Some).ok_or(Rule::ForeignProtobuf)
    }

    fn field(&mut self) -> Option<(u64, Value<'a>)> {
        let key = self.varint()?;
        let value = match key & 7 {
            0 => Value::Number(self.varint()?),
            1 => self.take(8).map(|_| Value::Fixed)?,
            2 => {
                let length = usize::try_from(self.varint()?).ok()?;
                Value::Bytes(self.take(length)?)
            }
            5 => self.take(4).map(|_| Value::Fixed)?,
            _ => return None,
        };
        let number = key >> 3;
        (1..=MAX_FIELD).contains(&number).then_some((number, value))
    }

    fn varint(&mut self) -> Option<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let [byte] = self.0.array().ok()?;
            let low = u64::from(byte & 0x7F);
            // The tenth byte has room for one bit.
            if shift == 63 && low > 1 {
                return None;
            }
            value |= low << shift;
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }

    fn take(&mut self, n: usize) -> Option<&'a [u8]> {
        self.0.take(n).map_err(|Cut| ()).ok()
    }
}

const MAX_FIELD: u64 = (1 << 29) - 1;
