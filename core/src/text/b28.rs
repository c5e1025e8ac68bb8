//! B28: one alphabet for everything that a person or a barcode reader types.
//!
//! Twenty-eight symbols that lie inside the alphanumeric mode of QR codes and that Telex and VNI
//! leave alone: no vowel, no `D`, no `W`, so no Vietnamese input method finds anything to put a
//! mark on. 28⁵ is a little over 2²⁴, so three bytes are exactly five symbols.

use unicode_normalization::char::decompose_canonical;

use crate::error::rules;

rules! {
    /// Why a text is not B28.
    pub enum B28Fault {
        Length = "b28-length", "the code has too few or too many symbols";
        Symbol = "b28-symbol", "the code holds a symbol that codes do not use";
        Range = "b28-range", "a group of five symbols stands for no bytes";
    }
}

/// The symbols, by value.
pub const ALPHABET: &[u8; 28] = b"0123456789BCFGHJKLMNPQRSTVXZ";

/// Writes bytes as symbols: five for three bytes, four for two, two for one.
#[must_use]
pub fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() / 3 * 5 + 4);
    for group in bytes.chunks(3) {
        let value = group.iter().rev().fold(0, |v, &b| (v << 8) | u32::from(b));
        for place in (0..symbols_for(group.len())).rev() {
            text.push(char::from(symbol(value / 28_u32.pow(place))));
        }
    }
    text
}

/// Reads symbols as bytes, tolerantly: see [`symbols`].
///
/// # Errors
/// [`B28Fault::Symbol`], [`B28Fault::Length`], or [`B28Fault::Range`] for a group that no bytes
/// encode to: every byte string has one spelling.
pub fn decode(text: &str) -> Result<Vec<u8>, B28Fault> {
    from_symbols(&symbols(text)?)
}

/// The values of the symbols of a text as a person or a reader typed it: lower case, spaces and
/// hyphens are fine, and so are digits that went through the Vietnamese keyboard layout.
///
/// # Errors
/// [`B28Fault::Symbol`] for anything else.
pub fn symbols(text: &str) -> Result<Vec<u8>, B28Fault> {
    let mut values = Vec::with_capacity(text.len());
    for c in text.chars() {
        if let Some(value) = value_of(c) {
            values.push(value);
        } else if !is_separator(c) {
            push_layout_digits(c, &mut values)?;
        }
    }
    Ok(values)
}

/// Bytes from symbol values.
///
/// # Errors
/// [`B28Fault::Length`] or [`B28Fault::Range`].
pub fn from_symbols(values: &[u8]) -> Result<Vec<u8>, B28Fault> {
    let mut bytes = Vec::with_capacity(values.len() / 5 * 3 + 2);
    for group in values.chunks(5) {
        let len = match group.len() {
            5 => 3,
            4 => 2,
            2 => 1,
            _ => return Err(B28Fault::Length),
        };
        let value = group.iter().fold(0, |v, &s| v * 28 + u32::from(s));
        if value >> (8 * len) != 0 {
            return Err(B28Fault::Range);
        }
        bytes.extend(value.to_le_bytes().iter().take(len));
    }
    Ok(bytes)
}

/// The symbol of a value below 28; the value is taken modulo 28.
pub(crate) fn symbol(value: u32) -> u8 {
    ALPHABET[(value % 28) as usize]
}

/// The value of a symbol in either case.
pub(crate) fn value_of(c: char) -> Option<u8> {
    let byte = u8::try_from(c).ok()?;
    VALUES.get(usize::from(byte)).copied().filter(|&v| v < 28)
}

/// What people put between groups: spaces, hyphens, dashes.
pub(crate) fn is_separator(c: char) -> bool {
    matches!(c, ' ' | '-' | '\t' | '\r' | '\n' | '\u{A0}' | '\u{2010}'..='\u{2015}')
}

/// On the Vietnamese layout the keys 1 to 4 type ă â ê ô, 5 to 9 the five tone marks and 0 đ.
/// The alphabet has no vowel, so every vowel with a mark is a digit, and every tone mark is one
/// more: the way back is exact. Composed letters (`ề` is 3 and 5) are taken apart one by one;
/// across characters nothing is reordered, because the order is the order of the digits.
fn push_layout_digits(c: char, values: &mut Vec<u8>) -> Result<(), B28Fault> {
    if matches!(c, 'đ' | 'Đ') {
        values.push(0);
        return Ok(());
    }
    let (mut base, mut shape, mut known) = (None, None, true);
    let mut tones = [None; 2];
    decompose_canonical(c, |part| match part {
        '\u{0306}' | '\u{0302}' => shape = Some(part),
        '\u{0300}' => push_tone(&mut tones, 5),
        '\u{0309}' => push_tone(&mut tones, 6),
        '\u{0303}' => push_tone(&mut tones, 7),
        '\u{0301}' => push_tone(&mut tones, 8),
        '\u{0323}' => push_tone(&mut tones, 9),
        letter if letter.is_ascii_alphabetic() && base.is_none() => base = Some(letter),
        _ => known = false,
    });
    let first = match (base.map(|b| b.to_ascii_lowercase()), shape) {
        (Some('a'), Some('\u{0306}')) => Some(1),
        (Some('a'), Some('\u{0302}')) => Some(2),
        (Some('e'), Some('\u{0302}')) => Some(3),
        (Some('o'), Some('\u{0302}')) => Some(4),
        // A consonant that an editor composed with the tone mark behind it, `Ń` for N8.
        (Some(letter), None) => Some(value_of(letter).ok_or(B28Fault::Symbol)?),
        (None, None) => None,
        _ => return Err(B28Fault::Symbol),
    };
    if !known || (first.is_none() && tones[0].is_none()) {
        return Err(B28Fault::Symbol);
    }
    values.extend(first);
    values.extend(tones.into_iter().flatten());
    Ok(())
}

fn push_tone(tones: &mut [Option<u8>; 2], digit: u8) {
    if let Some(free) = tones.iter_mut().find(|t| t.is_none()) {
        *free = Some(digit);
    }
}

fn symbols_for(bytes: usize) -> u32 {
    match bytes {
        1 => 2,
        2 => 4,
        _ => 5,
    }
}

/// Value by ASCII code, 28 where there is none.
const VALUES: [u8; 128] = {
    let mut table = [28; 128];
    let mut i = 0;
    while i < 28 {
        let upper = ALPHABET[i] as usize;
        table[upper] = i as u8;
        table[ALPHABET[i].to_ascii_lowercase() as usize] = i as u8;
        i += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A byte string as the keys of the Vietnamese layout would type its symbols.
    fn through_the_layout(text: &str) -> String {
        let keys =
            ['đ', 'ă', 'â', 'ê', 'ô', '\u{0300}', '\u{0309}', '\u{0303}', '\u{0301}', '\u{0323}'];
        text.chars().map(|c| c.to_digit(10).map_or(c, |d| keys[d as usize])).collect()
    }

    proptest! {
        #[test]
        fn every_length_comes_back(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let text = encode(&bytes);
            prop_assert_eq!(decode(&text), Ok(bytes.clone()));
            prop_assert_eq!(decode(&text.to_lowercase()), Ok(bytes.clone()));
            let spaced: String = text.chars().flat_map(|c| [c, ' ', '-']).collect();
            prop_assert_eq!(decode(&spaced), Ok(bytes.clone()));
            prop_assert_eq!(decode(&through_the_layout(&text)), Ok(bytes));
        }

        #[test]
        fn one_spelling_only(values in proptest::collection::vec(0_u8..28, 0..40)) {
            let text: String = values.iter().map(|&v| char::from(symbol(v.into()))).collect();
            if let Ok(bytes) = decode(&text) {
                prop_assert_eq!(encode(&bytes), text);
            }
        }

        #[test]
        fn any_text_is_answered(text in ".*") {
            let _ = decode(&text);
        }
    }

    #[test]
    fn layout_digits_survive_an_editor_that_composes() {
        use unicode_normalization::UnicodeNormalization;
        // All two-digit endings behind every letter. An editor may compose; where it also
        // reorders (9 before another tone) the digits come out swapped, which check symbols and
        // signatures catch: here only the honest pairs.
        for letter in ['B', 'N', 'Z'] {
            for pair in 0..100 {
                let (a, b) = (pair / 10, pair % 10);
                if (5..9).contains(&a) && b == 9 {
                    continue;
                }
                let text = format!("{letter}{letter}{letter}{a}{b}");
                let typed: String = through_the_layout(&text).nfc().collect();
                assert_eq!(symbols(&typed), symbols(&text), "{text}");
            }
        }
    }

    #[test]
    fn each_refusal() {
        for wrong in ["A", "0O", "É", "ự", "ư", "€", "ﾃ", "\u{0}"] {
            assert_eq!(decode(wrong).unwrap_err(), B28Fault::Symbol, "{wrong}");
        }
        for wrong in ["0", "000", "000000", "00000000"] {
            assert_eq!(decode(wrong), Err(B28Fault::Length), "{wrong}");
        }
        for wrong in ["ZZ", "ZZZZ", "ZZZZZ", "95", "00000ZZ"] {
            assert_eq!(decode(wrong), Err(B28Fault::Range), "{wrong}");
        }
    }
}
