//! A payment code (EMVCo): tag, length and value, ending with a checksum over everything
//! before its value. It often stands on the counter where a venue code hangs, and is often
//! pasted over; a good checksum says that it is whole, not whose account it names.

use super::super::Rule;

pub(super) const PREFIX: &str = "000201";

pub(super) fn check(text: &str) -> Result<(), Rule> {
    let mut rest = text;
    let mut last = None;
    let mut seen = [false; 100];
    while !rest.is_empty() {
        let (tag, value, tail) = field(rest).ok_or(Rule::PaymentFields)?;
        let slot = seen.get_mut(tag).ok_or(Rule::PaymentFields)?;
        if std::mem::replace(slot, true) {
            return Err(Rule::PaymentFields);
        }
        // Nothing may follow the checksum, or it would not be covered.
        if last.is_some() {
            return Err(Rule::PaymentEnd);
        }
        if tag == CHECKSUM {
            last = Some(value);
        }
        rest = tail;
    }
    let value = last.filter(|value| value.len() == 4).ok_or(Rule::PaymentEnd)?;
    let stated = value
        .bytes()
        .all(|b| b.is_ascii_hexdigit())
        .then(|| u16::from_str_radix(value, 16).ok())
        .flatten();
    let covered = text.as_bytes().get(..text.len() - value.len()).unwrap_or_default();
    if stated == Some(crc(covered)) { Ok(()) } else { Err(Rule::PaymentChecksum) }
}

/// Tag, value and what follows. A length counts characters.
fn field(text: &str) -> Option<(usize, &str, &str)> {
    let (head, rest) = text.split_at_checked(4)?;
    let [a, b, c, d] = *head.as_bytes() else { return None };
    let number = |high: u8, low: u8| {
        let good = high.is_ascii_digit() && low.is_ascii_digit();
        good.then(|| usize::from(high - b'0') * 10 + usize::from(low - b'0'))
    };
    let (tag, length) = (number(a, b)?, number(c, d)?);
    let mut ends = rest.char_indices().map(|(at, _)| at).chain([rest.len()]);
    let (value, tail) = rest.split_at_checked(ends.nth(length)?)?;
    Some((tag, value, tail))
}

/// CRC-16/CCITT-FALSE.
fn crc(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0xFFFF, |crc, byte| {
        (0..8).fold(crc ^ u16::from(*byte) << 8, |crc, _| {
            if crc & 0x8000 == 0 { crc << 1 } else { crc << 1 ^ 0x1021 }
        })
    })
}

const CHECKSUM: usize = 63;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_of_the_catalogue() {
        assert_eq!(crc(b"123456789"), 0x29B1);
    }
}
