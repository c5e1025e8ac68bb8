//! Which words of a person are kept: NFC, of bounded length, and nothing invisible.

use unicode_normalization::is_nfc;

use crate::error::{Error, Result};

/// Refuses what would show as something else than it is.
pub(super) fn check(text: &str, most: usize) -> Result<()> {
    let plain = text.len() <= most && is_nfc(text) && !text.chars().any(is_invisible);
    if plain { Ok(()) } else { Err(Error::BadText) }
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
pub(super) const NAME: usize = 60;
/// Longest zone.
pub(super) const ZONE: usize = 32;
/// Longest name of a companion.
pub(super) const COMPANION: usize = 60;
/// Longest note.
pub(super) const NOTE: usize = 500;
