//! Names, addresses and ids of other systems: untrusted text for a screen.
//!
//! They come out in NFC and are otherwise left as they are. Control, invisible and
//! direction-changing characters are refused, not removed: a name that needs them is a lie.

use super::Rule;
use crate::text::nfc;
use crate::text::plain::{self, Fault};

/// A text that must be there: one line.
pub(super) fn line(text: &str, missing: Rule) -> Result<String, Rule> {
    if text.trim().is_empty() {
        return Err(missing);
    }
    one(text)
}

/// A text that may be missing: lines, as addresses have them. Line ends come out as `\n`.
pub(super) fn lines(text: &str) -> Result<Option<String>, Rule> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    let mut whole = String::new();
    for (n, part) in text.split('\n').enumerate() {
        if n > 0 {
            whole.push('\n');
        }
        whole.push_str(&one(part.strip_suffix('\r').unwrap_or(part))?);
    }
    within(&whole)?;
    Ok(Some(whole))
}

fn one(text: &str) -> Result<String, Rule> {
    within(text)?;
    match plain::check(text) {
        Ok(()) => Ok(text.to_owned()),
        Err(Fault::Control) => Err(Rule::ForeignControl),
        Err(Fault::Invisible) => Err(Rule::ForeignInvisible),
        Err(Fault::Nfc) => Ok(nfc::of(text)),
    }
}

fn within(text: &str) -> Result<(), Rule> {
    if text.chars().nth(MAX_CHARS).is_some() { Err(Rule::ForeignTextLength) } else { Ok(()) }
}

const MAX_CHARS: usize = 500;
