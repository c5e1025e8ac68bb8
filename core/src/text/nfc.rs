//! Unicode form NFC, quickly for the texts that people here really have.

use unicode_normalization::{UnicodeNormalization, is_nfc};

/// Whether a text is in NFC.
pub(crate) fn is(text: &str) -> bool {
    text.chars().all(never_changes) || is_nfc(text)
}

/// The text in NFC.
pub(crate) fn of(text: &str) -> String {
    if is(text) { text.to_owned() } else { text.nfc().collect() }
}

/// Characters that NFC leaves alone whatever stands beside them: ASCII, Latin letters, the usual
/// punctuation, Chinese characters, kana. It spares the table look-ups that make a long text
/// slow.
fn never_changes(c: char) -> bool {
    c.is_ascii()
        || matches!(c,
            '\u{A0}'..='\u{2FF}'
            | '\u{1E00}'..='\u{1EFF}'
            | '\u{2010}'..='\u{2026}'
            | '\u{3000}'..='\u{3029}'
            | '\u{3041}'..='\u{3096}'
            | '\u{30A1}'..='\u{30FF}'
            | '\u{4E00}'..='\u{9FFF}'
            | '\u{FF01}'..='\u{FFEE}')
}

#[cfg(test)]
mod tests {
    use unicode_normalization::char::canonical_combining_class;
    use unicode_normalization::{IsNormalized, is_nfc_quick};

    use super::*;

    /// What Unicode's quick check calls certain, for each character alone, is certain for every
    /// text of them.
    #[test]
    fn each_is_certain_for_the_quick_check() {
        let mut checked = 0;
        for c in ('\0'..=char::MAX).filter(|&c| never_changes(c)) {
            assert_eq!(is_nfc_quick([c].into_iter()), IsNormalized::Yes, "{c:?}");
            assert_eq!(canonical_combining_class(c), 0, "{c:?}");
            checked += 1;
        }
        assert!(checked > 20_000);
    }

    #[test]
    fn others_are_looked_up() {
        assert!(!is("Cho\u{31B}\u{323}"));
        assert_eq!(of("Cho\u{31B}\u{323}"), "Chợ");
        assert!(!is("\u{212B}"));
    }
}
