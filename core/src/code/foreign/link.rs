//! An address taken apart, for looking at; nothing here ever opens one.

use std::borrow::Cow;

/// The parts of a web address, or of a link into one of two apps.
pub(super) struct Link<'a> {
    pub(super) scheme: &'a str,
    /// As written; compared without regard to case.
    pub(super) host: &'a str,
    /// From the first `/` on; empty if there is none.
    pub(super) path: &'a str,
    pub(super) query: Option<&'a str>,
    pub(super) fragment: Option<&'a str>,
}

impl<'a> Link<'a> {
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        let colon = text.as_bytes().iter().take(MAX_SCHEME + 1).position(|b| *b == b':')?;
        let (scheme, rest) = text.split_at_checked(colon)?;
        let known = SCHEMES.iter().any(|s| scheme.eq_ignore_ascii_case(s));
        let rest = rest.strip_prefix("://").filter(|_| known)?;
        let (rest, fragment) = cut(rest, '#');
        let (rest, query) = cut(rest, '?');
        let (host, path) = rest.split_at_checked(rest.find('/').unwrap_or(rest.len()))?;
        Some(Self { scheme, host, path, query, fragment })
    }

    pub(super) fn is_https(&self) -> bool {
        self.scheme.eq_ignore_ascii_case("https")
    }

    /// Whether the host is this one.
    pub(super) fn is_at(&self, host: &str) -> bool {
        self.host.eq_ignore_ascii_case(host)
    }

    /// Whether the host is this one or lies below it. A user name before an `@`, or a port,
    /// makes it another host.
    pub(super) fn is_below(&self, host: &str) -> bool {
        let Some(at) = self.host.len().checked_sub(host.len()) else { return false };
        let Some((below, tail)) = self.host.split_at_checked(at) else { return false };
        tail.eq_ignore_ascii_case(host)
            && (below.is_empty() || below.ends_with('.'))
            && below.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-'))
    }

    /// Whether the path is empty or a single `/`.
    pub(super) fn is_root(&self) -> bool {
        matches!(self.path, "" | "/")
    }

    /// The first value of a key in the query.
    pub(super) fn parameter(&self, key: &str) -> Option<&'a str> {
        parameter(self.query?, key)
    }
}

/// The first value of a key in `a=1&b=2`.
pub(super) fn parameter<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    text.split('&').find_map(|pair| pair.strip_prefix(key)?.strip_prefix('='))
}

/// Undoes `%3D`; `None` if a `%` stands before anything but two hexadecimal digits, or if the
/// bytes are no UTF-8.
pub(super) fn unescape(text: &str) -> Option<Cow<'_, str>> {
    if !text.contains('%') {
        return Some(Cow::Borrowed(text));
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => digit(rest.next()?)? << 4 | digit(rest.next()?)?,
            other => other,
        });
    }
    String::from_utf8(bytes).ok().map(Cow::Owned)
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|v| u8::try_from(v).ok())
}

fn cut(text: &str, at: char) -> (&str, Option<&str>) {
    text.split_once(at).map_or((text, None), |(head, tail)| (head, Some(tail)))
}

const SCHEMES: [&str; 4] = ["https", "http", "luca", "nzcovidtracer"];
const MAX_SCHEME: usize = 13;
