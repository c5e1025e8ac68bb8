//! Simulations of how Vietnamese is typed: the input methods Telex and VNI, and the Vietnamese
//! keyboard layout. They do what the methods do to a word as it grows, generously: every key
//! that could change a letter does.

use unicode_normalization::UnicodeNormalization;

/// Types a text with Telex: `aa` â, `aw` ă, `dd` đ, `ow` ơ, `uw` ư, and s f r x j for tones.
#[must_use]
pub fn telex(text: &str) -> String {
    type_with(text, |word, key| match key.to_ascii_lowercase() {
        tone @ ('s' | 'f' | 'r' | 'x' | 'j') => put_tone(
            word,
            match tone {
                's' => ACUTE,
                'f' => GRAVE,
                'r' => HOOK,
                'x' => TILDE,
                _ => DOT,
            },
        ),
        'z' => remove_tone(word),
        'w' => shape(word, &['a'], BREVE) || shape(word, &['o', 'u'], HORN) || free_horn(word, key),
        'd' => stroke(word),
        double @ ('a' | 'e' | 'o') => shape(word, &[double], CIRCUMFLEX),
        _ => false,
    })
}

/// Types a text with VNI: 1 to 5 for tones, 6 for the circumflex, 7 horn, 8 breve, 9 đ, 0 none.
#[must_use]
pub fn vni(text: &str) -> String {
    type_with(text, |word, key| match key {
        '1' => put_tone(word, ACUTE),
        '2' => put_tone(word, GRAVE),
        '3' => put_tone(word, HOOK),
        '4' => put_tone(word, TILDE),
        '5' => put_tone(word, DOT),
        '6' => shape(word, &['a', 'e', 'o'], CIRCUMFLEX),
        '7' => shape(word, &['o', 'u'], HORN),
        '8' => shape(word, &['a'], BREVE),
        '9' => stroke(word),
        '0' => remove_tone(word),
        _ => false,
    })
}

/// Types a text on the Vietnamese keyboard layout, where the digits give letters and tones.
#[must_use]
pub fn vietnamese_layout(text: &str) -> String {
    let keys = ['đ', 'ă', 'â', 'ê', 'ô', GRAVE, HOOK, TILDE, ACUTE, DOT];
    text.chars().map(|c| c.to_digit(10).map_or(c, |d| keys[d as usize])).collect()
}

/// Feeds keys one by one; a key that changes the word is swallowed, any other is typed.
fn type_with(text: &str, change: impl Fn(&mut Vec<char>, char) -> bool) -> String {
    let mut out = String::new();
    let mut word: Vec<char> = Vec::new();
    for key in text.chars() {
        if key.is_alphanumeric() {
            if !change(&mut word, key) {
                word.push(key);
            }
        } else {
            out.extend(word.drain(..));
            out.push(key);
        }
    }
    out.extend(word);
    out.nfc().collect()
}

/// Puts a tone on the vowel that has a shape, else on the last one, if there is any.
fn put_tone(word: &mut Vec<char>, tone: char) -> bool {
    let shaped = word.iter().rposition(|c| [CIRCUMFLEX, BREVE, HORN].contains(c));
    let Some(at) = shaped.or_else(|| word.iter().rposition(|c| is_vowel(*c))) else {
        return false;
    };
    word.insert(at + 1, tone);
    true
}

fn remove_tone(word: &mut Vec<char>) -> bool {
    let before = word.len();
    word.retain(|c| ![ACUTE, GRAVE, HOOK, TILDE, DOT].contains(c));
    word.len() != before
}

/// Gives the last of some letters another shape, unless it has one.
fn shape(word: &mut Vec<char>, letters: &[char], mark: char) -> bool {
    let at = word.iter().rposition(|c| letters.contains(&c.to_ascii_lowercase()));
    let free =
        |at: &usize| word.get(at + 1).is_none_or(|c| !matches!(*c, BREVE | CIRCUMFLEX | HORN));
    match at.filter(free) {
        Some(at) => {
            word.insert(at + 1, mark);
            true
        }
        None => false,
    }
}

/// A `w` on its own is ư.
fn free_horn(word: &mut Vec<char>, key: char) -> bool {
    word.extend([if key.is_uppercase() { 'U' } else { 'u' }, HORN]);
    true
}

fn stroke(word: &mut [char]) -> bool {
    for c in word.iter_mut() {
        if let Some(stroked) = [('d', 'đ'), ('D', 'Đ')].iter().find(|(d, _)| d == c) {
            *c = stroked.1;
            return true;
        }
    }
    false
}

fn is_vowel(c: char) -> bool {
    matches!(c.to_ascii_lowercase(), 'a' | 'e' | 'i' | 'o' | 'u' | 'y')
}

const GRAVE: char = '\u{300}';
const ACUTE: char = '\u{301}';
const TILDE: char = '\u{303}';
const HOOK: char = '\u{309}';
const DOT: char = '\u{323}';
const CIRCUMFLEX: char = '\u{302}';
const BREVE: char = '\u{306}';
const HORN: char = '\u{31B}';
