//! Addresses: recognised by their scheme, to be shown, never opened.

/// Whether a text is an address: a scheme and `://`, a scheme that phones act upon, or `www.`.
pub(crate) fn is_url(text: &str) -> bool {
    let text = text.trim_ascii();
    let head = text.as_bytes().get(..MAX_SCHEME.min(text.len())).unwrap_or_default();
    if head.get(..4).is_some_and(|www| www.eq_ignore_ascii_case(b"www.")) {
        return text.len() > 4;
    }
    let Some(colon) = head.iter().position(|b| *b == b':') else { return false };
    let (scheme, rest) = text.split_at_checked(colon).unwrap_or_default();
    let letters = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.');
    let is_scheme = scheme.as_bytes().first().is_some_and(u8::is_ascii_alphabetic)
        && scheme.bytes().all(letters);
    let acted_upon = ACTED_UPON.iter().any(|known| scheme.eq_ignore_ascii_case(known));
    is_scheme && (acted_upon || rest.starts_with("://"))
}

const MAX_SCHEME: usize = 32;

/// Schemes without `//` that make a phone do something.
const ACTED_UPON: [&str; 11] = [
    "mailto",
    "tel",
    "sms",
    "smsto",
    "geo",
    "data",
    "javascript",
    "intent",
    "market",
    "bitcoin",
    "wifi",
];
