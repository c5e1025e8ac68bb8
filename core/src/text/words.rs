//! Which words of a person are kept: NFC, of bounded length, and nothing invisible.

use unicode_normalization::is_nfc;

use crate::error::{Error, Result};

/// Refuses what would show as something else than it is.
pub(crate) fn check(text: &str, most: usize) -> Result<()> {
    let plain = is_ordinary(text) || is_nfc(text) && !text.chars().any(is_invisible);
    if plain && text.len() <= most { Ok(()) } else { Err(Error::BadText) }
}

/// Only letters, digits and signs of Vietnamese and of Western Europe: U+0020 to 7E, A1 to 24F without
/// the soft hyphen, 1EA0 to 1EF9. They are visible, and NFC beside any other of them. A diary that is
/// read whole has half a million of them, so they are told by their bytes, and no table is asked.
fn is_ordinary(text: &str) -> bool {
    let mut rest = text.as_bytes();
    loop {
        rest = match rest {
            [] => return true,
            [0x20..=0x7E, rest @ ..]
            | [0xC2, 0xA1..=0xAC | 0xAE..=0xBF, rest @ ..]
            | [0xC3..=0xC8, _, rest @ ..]
            | [0xC9, 0x80..=0x8F, rest @ ..]
            | [0xE1, 0xBA, 0xA0..=0xBF, rest @ ..]
            | [0xE1, 0xBB, 0x80..=0xB9, rest @ ..] => rest,
            _ => return false,
        }
    }
}

/// Control, zero-width and direction-changing characters, and those for private use.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e000}'..='\u{f8ff}' | '\u{e0000}'..='\u{10ffff}')
}

/// Longest name of a venue, in bytes.
pub(crate) const NAME: usize = 60;
/// Longest zone.
pub(crate) const ZONE: usize = 32;
/// Longest name of a companion.
pub(crate) const COMPANION: usize = 60;
/// Longest note.
pub(crate) const NOTE: usize = 500;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_ordinary_is_what_the_tables_say() {
        let mut ordinary = 0;
        for c in '\0'..=char::MAX {
            let by_number = matches!(c, ' '..='~' | '\u{a1}'..='\u{24f}' | '\u{1ea0}'..='\u{1ef9}');
            assert_eq!(is_ordinary(&c.to_string()), by_number && c != '\u{ad}', "{c:?}");
            if !is_ordinary(&c.to_string()) {
                continue;
            }
            ordinary += 1;
            assert!(!is_invisible(c), "{c:?}");
            // Alone, and behind letters that marks would join with.
            for before in ["", "a", "ơ", "ê", "đ"] {
                assert!(is_nfc(&format!("{before}{c}")), "{before}{c:?}");
            }
        }
        assert!(ordinary > 500);
    }

    #[test]
    fn marks_of_their_own_and_what_does_not_show_are_refused() {
        for text in ["Cho\u{323}", "a\u{300}", "\u{ad}", "\u{7f}", "\u{9f}", "\n", "a\u{200b}"] {
            assert_eq!(check(text, 60), Err(Error::BadText), "{text:?}");
        }
        for text in ["", "Chợ Đông Ba", "食堂", "q\u{323}"] {
            assert_eq!(check(text, 60), Ok(()), "{text:?}");
        }
        assert_eq!(check("abc", 2), Err(Error::BadText));
    }
}
