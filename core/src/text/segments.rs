//! The data bits of a QR symbol, cut into its segments (ISO/IEC 18004, model 2).
//!
//! Platform readers drop the ECI header or cut a text at NUL, so the segments are parsed here:
//! numeric, alphanumeric, byte, kanji, ECI, FNC1 and structured append.

use std::fmt;

/// One run of characters in one mode, with the charset announced before it.
#[derive(Clone, PartialEq, Eq)]
pub struct Segment {
    /// How the characters were packed.
    pub mode: Mode,
    /// The ECI designator in force, if the symbol announced one (26 is UTF-8).
    pub eci: Option<u32>,
    /// Numeric and alphanumeric as ASCII, byte as it stands, kanji as two Shift_JIS bytes each.
    pub bytes: Vec<u8>,
}

/// The bytes are not shown: they may be a person's card.
impl fmt::Debug for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { mode, eci, bytes } = self;
        let mut shown = f.debug_struct("Segment");
        shown.field("mode", mode).field("eci", eci).field("bytes", &bytes.len()).finish()
    }
}

/// How a segment packs its characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Three digits in ten bits.
    Numeric,
    /// Two of 45 characters in eleven bits.
    Alphanumeric,
    /// Eight bits each.
    Byte,
    /// Thirteen bits a Shift_JIS pair.
    Kanji,
}

/// Why the bits are not segments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SegmentError {
    /// The version is not 1 to 40.
    Version,
    /// A segment is longer than what is left of the symbol.
    Cut,
    /// A mode indicator that model 2 does not know.
    Mode,
    /// A packed group holds a value that no characters have.
    Value,
    /// An ECI designator that is not well formed.
    Eci,
}

impl fmt::Display for SegmentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Version => "the symbol version is not 1 to 40",
            Self::Cut => "a segment is longer than the symbol",
            Self::Mode => "a segment has an unknown mode",
            Self::Value => "a segment holds an impossible value",
            Self::Eci => "a charset announcement is malformed",
        })
    }
}

impl std::error::Error for SegmentError {}

/// Parses the data codewords of a symbol of `version` (after error correction).
///
/// # Errors
/// A [`SegmentError`]; nothing is guessed and nothing is handed out in part.
pub fn parse(data: &[u8], version: u8) -> Result<Vec<Segment>, SegmentError> {
    let sizes = count_bits(version)?;
    let mut bits = Bits { data, at: 0 };
    let mut segments = Vec::new();
    let mut eci = None;
    let mut fnc1 = false;
    // Fewer than four bits left stand for the terminator.
    while bits.left() >= 4 {
        let mode = match bits.take(4)? {
            0b0000 => break,
            0b0001 => Mode::Numeric,
            0b0010 => Mode::Alphanumeric,
            0b0100 => Mode::Byte,
            0b1000 => Mode::Kanji,
            0b0011 => {
                // Structured append: position, total and parity of a series. Each symbol is
                // answered on its own.
                bits.take(16)?;
                continue;
            }
            0b0101 => {
                fnc1 = true;
                continue;
            }
            0b1001 => {
                bits.take(8)?;
                fnc1 = true;
                continue;
            }
            0b0111 => {
                eci = Some(bits.eci()?);
                continue;
            }
            _ => return Err(SegmentError::Mode),
        };
        let count = bits.take(sizes[mode as usize])? as usize;
        let mut bytes = match mode {
            Mode::Numeric => bits.numeric(count)?,
            Mode::Alphanumeric => bits.alphanumeric(count)?,
            Mode::Byte => bits.bytes(count)?,
            Mode::Kanji => bits.kanji(count)?,
        };
        if fnc1 && mode == Mode::Alphanumeric {
            bytes = group_separators(&bytes);
        }
        segments.push(Segment { mode, eci, bytes });
    }
    Ok(segments)
}

/// Width of the character count, by mode, for a version.
fn count_bits(version: u8) -> Result<[u32; 4], SegmentError> {
    match version {
        1..=9 => Ok([10, 9, 8, 8]),
        10..=26 => Ok([12, 11, 16, 10]),
        27..=40 => Ok([14, 13, 16, 12]),
        _ => Err(SegmentError::Version),
    }
}

struct Bits<'a> {
    data: &'a [u8],
    at: usize,
}

impl Bits<'_> {
    fn left(&self) -> usize {
        self.data.len() * 8 - self.at
    }

    /// At most 16 bits, most significant first.
    fn take(&mut self, n: u32) -> Result<u32, SegmentError> {
        if self.left() < n as usize {
            return Err(SegmentError::Cut);
        }
        let mut value = 0;
        for _ in 0..n {
            let byte = self.data.get(self.at / 8).copied().unwrap_or(0);
            value = (value << 1) | u32::from((byte >> (7 - self.at % 8)) & 1);
            self.at += 1;
        }
        Ok(value)
    }

    /// A buffer for `count` characters, once it is known that the symbol holds so many.
    fn room(&self, count: usize, bits: usize, bytes: usize) -> Result<Vec<u8>, SegmentError> {
        if bits > self.left() {
            return Err(SegmentError::Cut);
        }
        Ok(Vec::with_capacity(count * bytes))
    }

    fn numeric(&mut self, count: usize) -> Result<Vec<u8>, SegmentError> {
        let tail = [0, 4, 7][count % 3];
        let mut out = self.room(count, count / 3 * 10 + tail, 1)?;
        for _ in 0..count / 3 {
            let v = self.take(10)?;
            if v > 999 {
                return Err(SegmentError::Value);
            }
            out.extend([digit(v / 100), digit(v / 10), digit(v)]);
        }
        match count % 3 {
            1 => match self.take(4)? {
                v @ 0..=9 => out.push(digit(v)),
                _ => return Err(SegmentError::Value),
            },
            2 => match self.take(7)? {
                v @ 0..=99 => out.extend([digit(v / 10), digit(v)]),
                _ => return Err(SegmentError::Value),
            },
            _ => {}
        }
        Ok(out)
    }

    fn alphanumeric(&mut self, count: usize) -> Result<Vec<u8>, SegmentError> {
        let mut out = self.room(count, count / 2 * 11 + count % 2 * 6, 1)?;
        for _ in 0..count / 2 {
            let v = self.take(11)? as usize;
            out.push(alphanumeric(v / 45)?);
            out.push(alphanumeric(v % 45)?);
        }
        if count % 2 == 1 {
            out.push(alphanumeric(self.take(6)? as usize)?);
        }
        Ok(out)
    }

    fn bytes(&mut self, count: usize) -> Result<Vec<u8>, SegmentError> {
        let mut out = self.room(count, count * 8, 1)?;
        for _ in 0..count {
            out.extend(self.take(8)?.to_le_bytes().first());
        }
        Ok(out)
    }

    fn kanji(&mut self, count: usize) -> Result<Vec<u8>, SegmentError> {
        let mut out = self.room(count, count * 13, 2)?;
        for _ in 0..count {
            let v = self.take(13)?;
            let packed = ((v / 0xC0) << 8) | (v % 0xC0);
            let pair = packed + if packed < 0x1F00 { 0x8140 } else { 0xC140 };
            // Lead and trail bytes that Shift_JIS does not have.
            if pair > 0xEBBF || pair & 0xFF == 0x7F || pair & 0xFF > 0xFC {
                return Err(SegmentError::Value);
            }
            let [low, high, ..] = pair.to_le_bytes();
            out.extend([high, low]);
        }
        Ok(out)
    }

    fn eci(&mut self) -> Result<u32, SegmentError> {
        let first = self.take(8)?;
        let value = match first {
            0..0x80 => first,
            0x80..0xC0 => ((first & 0x3F) << 8) | self.take(8)?,
            0xC0..0xE0 => ((first & 0x1F) << 16) | self.take(16)?,
            _ => return Err(SegmentError::Eci),
        };
        if value > 999_999 {
            return Err(SegmentError::Eci);
        }
        Ok(value)
    }
}

/// In FNC1 symbols `%` separates fields and `%%` is the percent sign.
fn group_separators(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let [first, tail @ ..] = rest {
        rest = tail;
        match (first, tail) {
            (b'%', [b'%', after @ ..]) => {
                out.push(b'%');
                rest = after;
            }
            (b'%', _) => out.push(0x1D),
            _ => out.push(*first),
        }
    }
    out
}

fn digit(v: u32) -> u8 {
    b"0123456789"[(v % 10) as usize]
}

fn alphanumeric(v: usize) -> Result<u8, SegmentError> {
    ALPHANUMERIC.get(v).copied().ok_or(SegmentError::Value)
}

const ALPHANUMERIC: &[u8; 45] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

#[cfg(test)]
mod tests {
    use super::*;

    fn one(data: &[u8], version: u8) -> Segment {
        let mut segments = parse(data, version).unwrap();
        assert_eq!(segments.len(), 1);
        segments.remove(0)
    }

    /// Packs (value, width) pairs, as an encoder would.
    fn pack(fields: &[(u32, u32)]) -> Vec<u8> {
        let bits: Vec<bool> = fields
            .iter()
            .flat_map(|&(v, n)| (0..n).rev().map(move |i| (v >> i) & 1 == 1))
            .collect();
        bits.chunks(8)
            .map(|c| c.iter().enumerate().fold(0, |b, (i, &on)| b | (u8::from(on) << (7 - i))))
            .collect()
    }

    #[test]
    fn the_standards_own_examples() {
        // ISO/IEC 18004, 7.4.3 and 7.4.4: "01234567" and "AC-42", version 1.
        let digits = pack(&[(1, 4), (8, 10), (12, 10), (345, 10), (67, 7), (0, 4)]);
        assert_eq!(one(&digits, 1).bytes, b"01234567");
        let letters = pack(&[(2, 4), (5, 9), (462, 11), (1849, 11), (2, 6), (0, 4)]);
        assert_eq!(one(&letters, 1).bytes, b"AC-42");
        // 7.4.6: two kanji, 0x935F and 0xE4AA.
        let kanji = pack(&[(8, 4), (2, 8), (0xD9F, 13), (0x1AAA, 13), (0, 4)]);
        assert_eq!(one(&kanji, 1).bytes, [0x93, 0x5F, 0xE4, 0xAA]);
    }

    #[test]
    fn charset_announcements_of_every_length() {
        for (fields, want) in [
            (vec![(7, 4), (26, 8)], 26),
            (vec![(7, 4), (0x80 | 0x03, 8), (0x84, 8)], 900),
            (vec![(7, 4), (0xC0 | 0x0F, 8), (0x423F, 16)], 999_999),
        ] {
            let mut fields = fields;
            fields.extend([(4, 4), (1, 8), (0x41, 8), (0, 4)]);
            assert_eq!(one(&pack(&fields), 1).eci, Some(want));
        }
        assert_eq!(parse(&pack(&[(7, 4), (0xE0, 8), (0, 16)]), 1), Err(SegmentError::Eci));
        assert_eq!(parse(&pack(&[(7, 4), (0xCF, 8), (0x4240, 16)]), 1), Err(SegmentError::Eci));
    }

    #[test]
    fn nul_does_not_end_a_text() {
        let data = pack(&[(4, 4), (3, 8), (0x41, 8), (0, 8), (0x42, 8), (0, 4)]);
        assert_eq!(one(&data, 1).bytes, b"A\0B");
    }

    #[test]
    fn fnc1_marks_become_separators() {
        // "A%B%%" after FNC1 in first position.
        let [a, b, percent] = [10, 11, 38];
        let data = pack(&[
            (5, 4),
            (2, 4),
            (5, 9),
            (a * 45 + percent, 11),
            (b * 45 + percent, 11),
            (percent, 6),
        ]);
        assert_eq!(one(&data, 1).bytes, b"A\x1DB%");
    }

    #[test]
    fn each_refusal() {
        assert_eq!(parse(&[], 0), Err(SegmentError::Version));
        assert_eq!(parse(&[], 41), Err(SegmentError::Version));
        // 255 bytes declared, none there.
        assert_eq!(parse(&pack(&[(4, 4), (255, 8)]), 1), Err(SegmentError::Cut));
        assert_eq!(parse(&pack(&[(6, 4), (0, 4)]), 1), Err(SegmentError::Mode));
        assert_eq!(parse(&pack(&[(1, 4), (3, 10), (1000, 10)]), 1), Err(SegmentError::Value));
        assert_eq!(parse(&pack(&[(2, 4), (2, 9), (2047, 11)]), 1), Err(SegmentError::Value));
        assert_eq!(parse(&pack(&[(8, 4), (1, 8), (0x3F, 13)]), 1), Err(SegmentError::Value));
        assert_eq!(parse(&[], 1), Ok(vec![]));
    }
}
