//! Lower-case hexadecimal, as signed documents write ids and keys: one spelling for each value.

/// Writes bytes.
#[must_use]
pub fn encode(bytes: &[u8]) -> String {
    let digit = |v: u8| char::from(b"0123456789abcdef"[usize::from(v & 0x0F)]);
    bytes.iter().flat_map(|b| [digit(b >> 4), digit(*b)]).collect()
}

/// Reads exactly `N` bytes; upper case and anything else is refused.
#[must_use]
pub fn decode<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    if text.len() != 2 * N {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        let [high, low] = pair else { return None };
        *byte = (value(*high)? << 4) | value(*low)?;
    }
    Some(bytes)
}

fn value(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_spelling() {
        assert_eq!(encode(&[0x00, 0x9A, 0xFF]), "009aff");
        assert_eq!(decode::<3>("009aff"), Some([0x00, 0x9A, 0xFF]));
        for wrong in ["009AFF", "009af", "009aff0", "009ag0", "é0aff"] {
            assert_eq!(decode::<3>(wrong), None, "{wrong}");
        }
    }
}
