//! Names of venues and zones: what a signed code may show on a citizen's screen.

use std::fmt;

use super::Rule;
use crate::text::plain::{self, Fault};

/// A venue's name that keeps every rule of names. A name is shown; it never identifies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name(String);

impl Name {
    /// Longest name, in bytes of UTF-8.
    pub const MAX: usize = 60;

    /// Checks a name.
    ///
    /// # Errors
    /// The first rule that it breaks.
    pub fn new(text: &str) -> Result<Self, Rule> {
        if text.is_empty() {
            return Err(Rule::NameEmpty);
        }
        if text.len() > Self::MAX {
            return Err(Rule::NameLength);
        }
        check(text)?;
        Ok(Self(text.to_owned()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A zone of a venue: a floor, a gate, a hall. It keeps the rules of names and is shorter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone(String);

impl Zone {
    /// Longest zone, in bytes of UTF-8.
    pub const MAX: usize = 32;

    /// Checks a zone. The empty text is no zone: leave it out.
    ///
    /// # Errors
    /// [`Rule::ZoneLength`], or [`Rule::ZoneText`] where a rule of names is broken.
    pub fn new(text: &str) -> Result<Self, Rule> {
        if text.len() > Self::MAX {
            return Err(Rule::ZoneLength);
        }
        if text.is_empty() || check(text).is_err() {
            return Err(Rule::ZoneText);
        }
        Ok(Self(text.to_owned()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn check(text: &str) -> Result<(), Rule> {
    plain::check(text).map_err(|fault| match fault {
        Fault::Control => Rule::NameControl,
        Fault::Invisible => Rule::NameInvisible,
        Fault::Nfc => Rule::NameNfc,
    })?;
    for c in text.chars() {
        if c.is_alphabetic() && !is_latin_letter(c) {
            return Err(Rule::NameScript);
        }
        if !is_latin_letter(c) && !is_other_allowed(c) {
            return Err(Rule::NameSymbol);
        }
    }
    if text.starts_with(' ') || text.ends_with(' ') || text.contains("  ") {
        return Err(Rule::NameSpace);
    }
    Ok(())
}

/// The Latin letters that languages of Viet Nam and of Europe write, each one code point in NFC.
/// Left out are phonetic letters, click letters and full-width forms: they imitate others.
fn is_latin_letter(c: char) -> bool {
    c.is_alphabetic()
        && matches!(c,
            'A'..='Z' | 'a'..='z'
            | '\u{C0}'..='\u{1BF}' | '\u{1C4}'..='\u{24F}'
            | '\u{1E00}'..='\u{1EFF}')
}

/// Digits, punctuation and the one space.
fn is_other_allowed(c: char) -> bool {
    c.is_ascii_digit()
        || c.is_ascii_punctuation()
        || matches!(c, ' ' | '–' | '—' | '‘' | '’' | '“' | '”' | '·' | '°' | '№')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_viet_nam() {
        for name in [
            "Chợ Xanh",
            "Nhà hàng Đông Á – cơ sở 2",
            "Trường THPT Chuyên Cao Bằng",
            "Quán 'Bún Chả' số 12/3A & bạn",
            "Hủ tiếu Ốc Ộp Ẵm",
            "A",
        ] {
            assert_eq!(Name::new(name).unwrap().as_str(), name);
        }
    }

    #[test]
    fn each_refusal() {
        let long = "Ộ".repeat(21);
        for (name, rule) in [
            ("", Rule::NameEmpty),
            (long.as_str(), Rule::NameLength),
            ("Chợ\nXanh", Rule::NameControl),
            ("Chợ\u{85}", Rule::NameControl),
            ("Chợ\u{200B}Xanh", Rule::NameInvisible),
            ("Chợ \u{202E}hnaX", Rule::NameInvisible),
            ("Ch\u{1A1}\u{323}", Rule::NameNfc),
            ("Chợ Хanh", Rule::NameScript),
            ("市場", Rule::NameScript),
            ("Ｃhợ", Rule::NameScript),
            ("Chợ 😀", Rule::NameSymbol),
            ("Chợ\u{A0}Xanh", Rule::NameSymbol),
            (" Chợ", Rule::NameSpace),
            ("Chợ ", Rule::NameSpace),
            ("Chợ  Xanh", Rule::NameSpace),
        ] {
            assert_eq!(Name::new(name), Err(rule), "{name:?}");
        }
        assert_eq!(Name::new(&"Ộ".repeat(20)).map(|_| ()), Ok(()));
        assert_eq!(Zone::new(&"x".repeat(33)), Err(Rule::ZoneLength));
        for zone in ["", "Cổng\u{200D}", " A"] {
            assert_eq!(Zone::new(zone), Err(Rule::ZoneText), "{zone:?}");
        }
    }
}
