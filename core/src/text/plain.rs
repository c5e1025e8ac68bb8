//! What a displayed text may hold. A name that reorders, hides or imitates is a lie on a screen.

use super::nfc;

/// What is wrong with a text that will be displayed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// A control character, line breaks included.
    Control,
    /// A character that is not seen, or that changes the direction of others.
    Invisible,
    /// Not in Unicode form NFC.
    Nfc,
}

/// The first fault of a one-line text.
pub(crate) fn check(text: &str) -> Result<(), Fault> {
    if text.is_ascii() {
        return if text.bytes().any(|b| b.is_ascii_control()) {
            Err(Fault::Control)
        } else {
            Ok(())
        };
    }
    if text.chars().any(char::is_control) {
        return Err(Fault::Control);
    }
    if text.chars().any(is_invisible) {
        return Err(Fault::Invisible);
    }
    if !nfc::is(text) {
        return Err(Fault::Nfc);
    }
    Ok(())
}

/// Characters without a shape of their own: zero-width, bidirectional controls, fillers,
/// variation selectors, tags, line separators.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{AD}'
            | '\u{34F}'
            | '\u{61C}'
            | '\u{115F}'..='\u{1160}'
            | '\u{17B4}'..='\u{17B5}'
            | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}'
            | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{3164}'
            | '\u{FE00}'..='\u{FE0F}'
            | '\u{FEFF}'
            | '\u{FFA0}'
            | '\u{FFF0}'..='\u{FFFB}'
            | '\u{1BCA0}'..='\u{1BCA3}'
            | '\u{1D173}'..='\u{1D17A}'
            | '\u{E0000}'..='\u{E0FFF}'
    )
}
