//! UTF-8 that was taken for another charset: the proof of the way back, and the signs that
//! something is wrong where there is no proof.

use std::sync::LazyLock;

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
/// text is strict UTF-8; read in it again, exactly this text; and there is no second original, of
/// this charset or another, of which the same holds.
pub(super) fn undo(text: &str) -> Origin {
    let eastern = text.chars().any(is_eastern);
    let cjk = |charset| if eastern { undo_cjk(text, charset) } else { Some(Vec::new()) };
    let (Some(shift_jis), Some(big5)) = (cjk(SHIFT_JIS), cjk(BIG5)) else {
        return Origin::Several;
    };
    let mut answers = (undo_latin1(text).into_iter().map(|original| (Charset::Latin1, original)))
        .chain(shift_jis.into_iter().map(|original| (Charset::ShiftJis, original)))
        .chain(big5.into_iter().map(|original| (Charset::Big5, original)));
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
fn undo_cjk(text: &str, charset: &'static Encoding) -> Option<Vec<String>> {
    let original = |bytes: Vec<u8>| {
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
    };
    Some(encode(text, charset)?.into_iter().filter_map(original).collect())
}

/// The bytes of a text in a charset, in every way that goes on to be UTF-8. Good Chinese stops
/// being so after a character or two, so that most of it is never looked up. `None` if there are
/// more ways than a name has: nobody makes us follow a hundred forks, and none is dropped in silence.
fn encode(text: &str, charset: &'static Encoding) -> Option<Vec<Vec<u8>>> {
    let mut ways = vec![Way::default()];
    let mut buffer = [0; 4];
    for c in text.chars() {
        // Decoders know the Hong Kong pairs of Big5, encoders do not; and a few are second spellings.
        // In Vietnamese text they only end a letter that began as 廕 or 廙.
        let begun = ways.iter().filter(|way| charset == BIG5 && way.has_begun_a_letter());
        let mut forks: Vec<Way> = begun
            .flat_map(|way| hong_kong(c).map(|pair| (way.clone(), pair)))
            .filter_map(|(mut way, pair)| way.goes_on(&pair).then_some(way))
            .collect();
        let (bytes, _, unmappable) = charset.encode(c.encode_utf8(&mut buffer));
        ways.retain_mut(|way| !unmappable && way.goes_on(&bytes));
        ways.append(&mut forks);
        if ways.is_empty() {
            break;
        }
        if ways.len() > MOST_WAYS {
            return None;
        }
    }
    Some(ways.into_iter().map(|way| way.bytes).collect())
}

/// Bytes that may become UTF-8; up to `whole` they are.
#[derive(Default, Clone)]
struct Way {
    bytes: Vec<u8>,
    whole: usize,
}

impl Way {
    fn has_begun_a_letter(&self) -> bool {
        matches!(self.bytes.get(self.whole..), Some([0xE1, 0xBA | 0xBB]))
    }

    /// Whether the way goes on with these bytes.
    fn goes_on(&mut self, bytes: &[u8]) -> bool {
        self.bytes.extend_from_slice(bytes);
        match std::str::from_utf8(self.bytes.get(self.whole..).unwrap_or_default()) {
            Ok(_) => self.whole = self.bytes.len(),
            Err(e) if e.error_len().is_none() => self.whole += e.valid_up_to(),
            Err(_) => return false,
        }
        true
    }
}

/// The Hong Kong pairs that are read as this character.
fn hong_kong(c: char) -> impl Iterator<Item = [u8; 2]> {
    /// Sorted. There is no way to ask encoding_rs but to decode all of them, once.
    static PAIRS: LazyLock<Vec<(char, [u8; 2])>> = LazyLock::new(|| {
        let row = |lead| (0x40..=0x7E).map(move |trail| [lead, trail]);
        let read = |pair: [u8; 2]| {
            let text = BIG5.decode_without_bom_handling_and_without_replacement(&pair)?;
            let mut chars = text.chars();
            chars.next().filter(|_| chars.next().is_none()).map(|c| (c, pair))
        };
        let mut pairs: Vec<_> = (0x87..=0xA0).flat_map(row).filter_map(read).collect();
        pairs.sort_unstable();
        pairs
    });
    let at = PAIRS.partition_point(|(other, _)| *other < c);
    PAIRS.iter().skip(at).take_while(move |(other, _)| *other == c).map(|(_, pair)| *pair)
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

/// Four forks in one name.
const MOST_WAYS: usize = 16;

/// windows-1252 from 0x80 to 0x9F; the undefined ones stand for themselves.
const HIGH: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8D}', 'Ž', '\u{8F}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9D}', 'ž', 'Ÿ',
];
