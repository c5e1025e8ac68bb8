//! UTF-8 that was taken for another charset: the proof of the way back, and the signs that
//! something is wrong where there is no proof.

use encoding_rs::{BIG5, Encoding, SHIFT_JIS};

use super::reader::Charset;
use super::vietnamese::is_marked_letter;

/// Where a text may have come from.
pub(super) enum Origin {
    /// No charset leads back to other text.
    Itself,
    /// Mistaken for this charset, certainly.
    Proved(Charset, String),
    /// Several charsets lead back, and nobody can say which.
    Several,
}

/// The original text and the charset it was mistaken for. Proof: written in the charset, the
/// text is strict UTF-8; read in it again, exactly this text; and there is no second charset of
/// which the same holds.
pub(super) fn undo(text: &str) -> Origin {
    let mut answers = [
        (Charset::Latin1, undo_latin1(text)),
        (Charset::ShiftJis, undo_cjk(text, SHIFT_JIS)),
        (Charset::Big5, undo_cjk(text, BIG5)),
    ]
    .into_iter()
    .filter_map(|(charset, answer)| Some((charset, answer?)));
    match (answers.next(), answers.next()) {
        (None, _) => Origin::Itself,
        (Some((charset, original)), None) => Origin::Proved(charset, original),
        (Some(_), Some(_)) => Origin::Several,
    }
}

/// Whether the text looks as if a reader had mistaken its charset. No ASCII character is a sign.
pub(super) fn shows(text: &str) -> bool {
    let mut before = None;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if !c.is_ascii() {
            let mut rest = chars.clone();
            if sign(before, c, rest.next(), rest.next()) {
                return true;
            }
        }
        before = Some(c);
    }
    false
}

/// Bytes as windows-1252, its five undefined ones as control characters: nothing is lost.
pub(super) fn windows_1252(bytes: &[u8]) -> impl Iterator<Item = char> {
    bytes.iter().map(|&b| match b {
        0x80..0xA0 => HIGH[usize::from(b - 0x80)],
        _ => char::from(b),
    })
}

fn undo_latin1(text: &str) -> Option<String> {
    let bytes = text.chars().map(latin1_byte).collect::<Option<Vec<u8>>>()?;
    let original = multibyte(&bytes)?;
    // Either charset in itself, never a mixture of both.
    let same = windows_1252(&bytes).eq(text.chars())
        || bytes.iter().map(|&b| char::from(b)).eq(text.chars());
    let broken = original.chars().any(|c| c.is_control() && !c.is_ascii());
    (same && !broken && !honest(original)).then(|| original.to_owned())
}

/// Only Vietnamese comes back from these: rare characters of good Chinese and Japanese happen
/// to be valid UTF-8, but never of Vietnamese letters and ASCII alone.
fn undo_cjk(text: &str, charset: &'static Encoding) -> Option<String> {
    if !text.chars().any(is_eastern) {
        return None;
    }
    let bytes = encode(text, charset)?;
    let original = multibyte(&bytes)?;
    let again = charset.decode_without_bom_handling_and_without_replacement(&bytes)?;
    let vietnamese = original.chars().all(|c| {
        c.is_ascii() || is_marked_letter(c) || matches!(c, '\u{A0}'..='\u{BF}' | '‐'..='‧')
    });
    // A reader that puts `?` for what it cannot read has lost a letter there.
    let mut chars = original.chars().peekable();
    let lost = std::iter::from_fn(|| Some((chars.next()?, chars.peek().copied())))
        .any(|(c, next)| c == '?' && next.is_some_and(char::is_alphabetic));
    (again == text && vietnamese && !lost).then(|| original.to_owned())
}

/// The bytes of a text in a charset, as long as they go on to be UTF-8: good Chinese stops
/// being so after a character or two, so that most of it is never looked up.
fn encode(text: &str, charset: &'static Encoding) -> Option<Vec<u8>> {
    let mut all = Vec::with_capacity(text.len());
    let mut whole = 0;
    let mut buffer = [0; 4];
    for c in text.chars() {
        if c.is_ascii() {
            all.extend(c.encode_utf8(&mut buffer).as_bytes());
        } else {
            let (bytes, _, unmappable) = charset.encode(c.encode_utf8(&mut buffer));
            // Decoders know the Hong Kong characters of Big5, encoders do not. Their bytes
            // occur in Vietnamese text only as the end of a letter that began as 廕 or 廙.
            let rest = all.get(whole..).unwrap_or_default();
            let begun = charset == BIG5 && matches!(rest, [0xE1, 0xBA | 0xBB]);
            let goes_on = matches!(bytes.first(), Some(0x80..0xC0));
            match (unmappable, begun && !goes_on) {
                (false, false) => all.extend_from_slice(&bytes),
                (_, true) => all.extend(hong_kong(c)?),
                (true, false) => return None,
            }
        }
        match std::str::from_utf8(all.get(whole..)?) {
            Ok(_) => whole = all.len(),
            Err(e) if e.error_len().is_none() => whole += e.valid_up_to(),
            Err(_) => return None,
        }
    }
    Some(all)
}

/// The bytes of a Hong Kong character, found by decoding all of them.
fn hong_kong(c: char) -> Option<[u8; 2]> {
    let pairs = (0x87..=0xA0).flat_map(|lead| (0x40..=0x7E).map(move |trail| [lead, trail]));
    pairs.into_iter().find(|pair| {
        BIG5.decode_without_bom_handling_and_without_replacement(pair)
            .is_some_and(|text| text.chars().eq([c]))
    })
}

fn multibyte(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok().filter(|original| !original.is_ascii())
}

/// `XÃ…` is how a good text in capitals ends, not a broken `XÅ`: an ellipsis, dash or quotation
/// mark after a capital is believed, unless a Vietnamese letter comes out.
fn honest(original: &str) -> bool {
    original.chars().any(|c| {
        let mut bytes = [0; 4];
        match c.encode_utf8(&mut bytes).as_bytes() {
            [_, last] if !is_marked_letter(c) => {
                windows_1252(&[*last]).any(|c| is_punctuation(c) && c != '\u{A0}')
            }
            _ => false,
        }
    })
}

/// One place of a text, with its neighbours.
fn sign(before: Option<char>, c: char, next: Option<char>, after: Option<char>) -> bool {
    let next_high = || next.is_some_and(is_continuation);
    let glued = || [before, next].into_iter().flatten().any(is_latin);
    match c {
        '\u{FFFD}' | '\u{80}'..='\u{9F}' => true,
        // The first two bytes of most Vietnamese letters. `«cá»` ends a quotation.
        'á' if matches!(next, Some('º' | '»')) => {
            after.is_some_and(|a| a.is_alphanumeric() || is_continuation(a) && !is_punctuation(a))
        }
        'Ä' | 'Å' | 'Æ' => next_high(),
        'Ã' if next.is_some_and(is_punctuation) => before.is_some_and(char::is_lowercase),
        'Ã' => next_high(),
        'â' => next == Some('€'),
        _ if is_half_width_katakana(c) => glued(),
        // A single ideograph inside a Latin word, or one that Vietnamese letters turn into.
        _ if is_eastern(c) && glued() => {
            let inside = |n: Option<char>| n.is_some_and(|n| n.is_ascii_lowercase());
            is_ideograph(c) && inside(before) && inside(next) || from_vietnamese(c)
        }
        _ => false,
    }
}

/// Whether this ideograph's bytes are the beginning of a Vietnamese letter in UTF-8.
fn from_vietnamese(c: char) -> bool {
    let mut buffer = [0; 4];
    let text: &str = c.encode_utf8(&mut buffer);
    [BIG5, SHIFT_JIS].iter().any(|charset| {
        let (bytes, _, unmappable) = charset.encode(text);
        !unmappable
            && (matches!(*bytes, [0xE1, 0xBA | 0xBB])
                || multibyte(&bytes).is_some_and(|s| s.chars().all(is_marked_letter)))
    })
}

/// The byte that Latin-1 or windows-1252 reads as this character.
fn latin1_byte(c: char) -> Option<u8> {
    u8::try_from(u32::from(c)).ok().or_else(|| {
        let at = HIGH.iter().position(|&high| high == c)?;
        u8::try_from(0x80 + at).ok()
    })
}

/// A later byte of a UTF-8 sequence, as Latin-1 or windows-1252 shows it.
fn is_continuation(c: char) -> bool {
    latin1_byte(c).is_some_and(|b| (0x80..0xC0).contains(&b))
}

/// Continuation bytes that good text has behind a capital.
fn is_punctuation(c: char) -> bool {
    matches!(c, '…' | '–' | '—' | '‘' | '’' | '“' | '”' | '•' | '»' | '\u{A0}')
}

fn is_latin(c: char) -> bool {
    match c {
        '\0'..'\u{250}' => c.is_alphabetic(),
        '\u{1E00}'..='\u{1EFF}' => is_marked_letter(c),
        _ => false,
    }
}

fn is_half_width_katakana(c: char) -> bool {
    matches!(c, '｡'..='ﾟ')
}

fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{4E00}'..='\u{9FFF}')
}

/// Ideographs, kana, and the signs that their charsets put between them.
fn is_eastern(c: char) -> bool {
    c >= '\u{2190}'
}

/// windows-1252 from 0x80 to 0x9F; the undefined ones stand for themselves.
const HIGH: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8D}', 'Ž', '\u{8F}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9D}', 'ž', 'Ÿ',
];
