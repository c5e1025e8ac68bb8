//! The keys under which Vietnamese texts compare.
//!
//! `Hoà` and `Hòa` are one word with its tone mark in two places, which Unicode does not know;
//! people leave marks out, or cannot type them. Search by a key, and never identify by one:
//! Xã Văn Lang and Xã Văn Lăng lie in one province.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::nfc;

/// The key with marks: lower case, each tone in one place, punctuation and space as one space.
#[must_use]
pub fn key(text: &str) -> String {
    fold(text, false)
}

/// The key without marks; `đ` is `d`. What people type who have no Vietnamese keyboard.
#[must_use]
pub fn plain_key(text: &str) -> String {
    fold(text, true)
}

/// A letter of the Vietnamese alphabet that ASCII does not have.
pub(crate) fn is_marked_letter(c: char) -> bool {
    let lower = c.to_lowercase().next().unwrap_or(c);
    !c.is_ascii() && (lower == 'đ' || vowel(lower).is_some())
}

fn fold(text: &str, plain: bool) -> String {
    let text = nfc::of(text);
    let mut out = Key { text: String::with_capacity(text.len()), plain, vowels: Vec::new() };
    for c in text.chars().flat_map(char::to_lowercase) {
        out.push(c);
    }
    out.end_vowels();
    let mut key = out.text;
    key.truncate(key.trim_end().len());
    nfc::of(&key)
}

/// A key in the making.
struct Key {
    text: String,
    plain: bool,
    /// The vowels since the last other letter, as places in [`VOWELS`]: a tone may stand on any.
    vowels: Vec<(usize, usize)>,
}

impl Key {
    fn push(&mut self, c: char) {
        if let Some(place) = vowel(c) {
            self.vowels.push(place);
            return;
        }
        self.end_vowels();
        match c {
            // K'Bang, Ea H'leo: written with many signs or none.
            '\'' | '’' | '‘' | 'ʼ' | '`' | '´' => {}
            'đ' if self.plain => self.text.push('d'),
            _ if c.is_ascii_alphanumeric() => self.text.push(c),
            _ if c.is_whitespace() || c.is_ascii_punctuation() || is_separator(c) => {
                if !self.text.is_empty() && !self.text.ends_with(' ') {
                    self.text.push(' ');
                }
            }
            _ if self.plain => {
                let base = c.nfd().filter(|&c| !is_combining_mark(c));
                self.text.extend(base);
            }
            _ => self.text.push(c),
        }
    }

    /// Writes the vowels, their tone on the last one.
    fn end_vowels(&mut self) {
        let mut tones = self.vowels.iter().map(|v| v.1).filter(|&tone| tone != 0);
        let moved = match (tones.next(), tones.next()) {
            (Some(tone), None) => Some(tone),
            // No tone, or two: then this is no Vietnamese syllable.
            _ => None,
        };
        let last = self.vowels.len().saturating_sub(1);
        for (i, &(row, tone)) in self.vowels.iter().enumerate() {
            let tone = match moved {
                Some(moved) if i == last => moved,
                Some(_) => 0,
                None => tone,
            };
            self.text.push(if self.plain { PLAIN[row] } else { VOWELS[row][tone] });
        }
        self.vowels.clear();
    }
}

/// Row and tone of a vowel in lower case.
fn vowel(c: char) -> Option<(usize, usize)> {
    VOWELS
        .iter()
        .enumerate()
        .find_map(|(row, tones)| Some((row, tones.iter().position(|&v| v == c)?)))
}

fn is_separator(c: char) -> bool {
    matches!(c, '·' | '\u{2010}'..='\u{2027}' | '«' | '»')
}

/// The twelve vowels in six tones: level, falling, rising, broken, asking, heavy.
const VOWELS: [[char; 6]; 12] = [
    ['a', 'à', 'á', 'ã', 'ả', 'ạ'],
    ['ă', 'ằ', 'ắ', 'ẵ', 'ẳ', 'ặ'],
    ['â', 'ầ', 'ấ', 'ẫ', 'ẩ', 'ậ'],
    ['e', 'è', 'é', 'ẽ', 'ẻ', 'ẹ'],
    ['ê', 'ề', 'ế', 'ễ', 'ể', 'ệ'],
    ['i', 'ì', 'í', 'ĩ', 'ỉ', 'ị'],
    ['o', 'ò', 'ó', 'õ', 'ỏ', 'ọ'],
    ['ô', 'ồ', 'ố', 'ỗ', 'ổ', 'ộ'],
    ['ơ', 'ờ', 'ớ', 'ỡ', 'ở', 'ợ'],
    ['u', 'ù', 'ú', 'ũ', 'ủ', 'ụ'],
    ['ư', 'ừ', 'ứ', 'ữ', 'ử', 'ự'],
    ['y', 'ỳ', 'ý', 'ỹ', 'ỷ', 'ỵ'],
];
/// The same without marks.
const PLAIN: [char; 12] = ['a', 'a', 'a', 'e', 'e', 'i', 'o', 'o', 'o', 'u', 'u', 'y'];

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;
    use crate::text::syllables;

    #[test]
    fn one_word_has_one_key() {
        for (a, b) in [
            ("Hoà", "Hòa"),
            ("Thuỷ", "THỦY"),
            ("Uỷ ban", "ủy  Ban "),
            ("Quá", "qúa"),
            ("giá", "gía"),
            ("khuỷu", "khủyu"),
            ("Bà Rịa - Vũng Tàu", "bà rịa–vũng tàu"),
            ("TP. Hồ Chí Minh", "Tp Hồ\u{A0}Chí Minh"),
            ("Ea H'leo", "ea hleo"),
            ("P.12", "p 12"),
        ] {
            assert_eq!(key(a), key(b), "{a} {b}");
        }
        for (a, b) in [("má", "mà"), ("Văn Lang", "Văn Lăng"), ("đa", "da"), ("ma", "mả")] {
            assert_ne!(key(a), key(b), "{a} {b}");
            assert_eq!(plain_key(a), plain_key(b), "{a} {b}");
        }
        assert_eq!(plain_key("Xã Đắk Ơ, Tỉnh Đồng Nai"), "xa dak o tinh dong nai");
        assert_eq!(plain_key("Café Zoë"), "cafe zoe");
        assert_eq!(key(" … "), "");
    }

    #[test]
    fn every_syllable_in_both_placements_has_one_key() {
        let mut seen = HashMap::new();
        for syllable in syllables::syllables() {
            let [new, old] = syllable.written();
            let one = key(&new);
            for text in syllable.decomposed().iter().chain([&old, &new.to_uppercase()]) {
                assert_eq!(key(text), one, "{text}");
            }
            let bare: String = new
                .nfd()
                .filter(|&c| !is_combining_mark(c))
                .map(|c| if c == 'đ' { 'd' } else { c })
                .collect();
            assert_eq!(plain_key(&new), bare);
            assert_eq!(plain_key(&one), bare);
            assert_eq!(key(&one), one, "a key is its own key");
            // Two syllables never share a key, but for `gi` + `a` = `g` + `ia` and the like.
            let other = seen.insert(one, new.clone()).unwrap_or(new.clone());
            assert!(other == new || old_way(&other) == old_way(&new), "{other} {new}");
        }
        assert!(seen.len() > 20_000, "{}", seen.len());
    }

    /// Letters and tone, without the place of the tone.
    fn old_way(text: &str) -> (String, Vec<char>) {
        let tone = |c: &char| "\u{300}\u{301}\u{303}\u{309}\u{323}".contains(*c);
        (text.nfd().filter(|c| !tone(c)).collect(), text.nfd().filter(tone).collect())
    }

    proptest! {
        #[test]
        fn keys_of_any_text(text: String) {
            for key in [key(&text), plain_key(&text)] {
                prop_assert!(nfc::is(&key));
                prop_assert_eq!(key.trim(), &key);
                prop_assert!(!key.contains("  "));
            }
        }

        #[test]
        fn keys_of_names(name in syllables::name()) {
            prop_assert_eq!(key(&name), key(&name.nfd().collect::<String>()));
            prop_assert_eq!(plain_key(&name), plain_key(&key(&name)));
            prop_assert!(plain_key(&name).is_ascii());
        }
    }
}
