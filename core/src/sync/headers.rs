//! The few headers that matter, read from whatever a server says.

use std::time::Duration;

use chrono::NaiveDateTime;

/// Which bytes of an object came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ContentRange {
    /// The first.
    pub first: u64,
    /// The last one.
    pub last: u64,
    /// How many bytes the object has, if the server says so.
    pub total: Option<u64>,
}

impl ContentRange {
    /// Whether these are the bytes behind the first `from` of an object of so many bytes.
    #[must_use]
    pub fn is_rest(self, from: u64, size: u64) -> bool {
        self.first == from
            && self.last.checked_add(1) == Some(size)
            && self.total.is_none_or(|total| total == size)
    }
}

/// `bytes 100-199/200` or `bytes 100-199/*`.
#[must_use]
pub fn content_range(value: &str) -> Option<ContentRange> {
    let (unit, value) = value.trim().split_once(' ')?;
    let (range, total) = value.trim_start().split_once('/')?;
    let (first, last) = range.split_once('-')?;
    let total = if total == "*" { None } else { Some(number(total)?) };
    let range = ContentRange { first: number(first)?, last: number(last)?, total };
    let inside = range.total.is_none_or(|total| range.last < total);
    (unit.eq_ignore_ascii_case("bytes") && range.first <= range.last && inside).then_some(range)
}

/// For how long a server asks to be left alone: seconds, or a date. A date is compared with the
/// server's own, for the phone's clock may be wrong.
#[must_use]
pub fn retry_after(value: &str, date: &str) -> Option<Duration> {
    let value = value.trim();
    if let Some(seconds) = number(value) {
        return Some(Duration::from_secs(seconds));
    }
    let seconds = http_date(value)?.checked_sub(http_date(date)?)?;
    Some(Duration::from_secs(u64::try_from(seconds).unwrap_or(0)))
}

/// `Sun, 06 Nov 1994 08:49:37 GMT` in Unix seconds. Of the three forms that HTTP once knew, the
/// only one that servers still write.
#[must_use]
pub fn http_date(value: &str) -> Option<i64> {
    let date = NaiveDateTime::parse_from_str(value.trim(), "%a, %d %b %Y %H:%M:%S GMT").ok()?;
    Some(date.and_utc().timestamp())
}

/// Whether a content type is that of a page for people: no object of ours is one.
#[must_use]
pub fn is_page(content_type: &str) -> bool {
    let kind = content_type.split(';').next().unwrap_or_default().trim();
    ["text/html", "application/xhtml+xml"].iter().any(|page| kind.eq_ignore_ascii_case(page))
}

/// Whether a content encoding says that the bytes are as they are.
#[must_use]
pub fn is_plain(content_encoding: &str) -> bool {
    let value = content_encoding.trim();
    value.is_empty() || value.eq_ignore_ascii_case("identity")
}

/// Digits alone: no sign, no space.
fn number(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges() {
        let range = content_range("bytes 100-199/200").unwrap();
        assert_eq!(range, ContentRange { first: 100, last: 199, total: Some(200) });
        assert!(range.is_rest(100, 200));
        assert!(!range.is_rest(99, 200) && !range.is_rest(100, 201));
        assert!(content_range("Bytes 0-0/*").unwrap().is_rest(0, 1));
        for wrong in [
            "",
            "bytes",
            "bytes 1-2",
            "bytes 2-1/3",
            "bytes 0-3/3",
            "bytes */3",
            "bytes +1-2/3",
            "bytes 1 -2/3",
            "items 0-1/2",
            "bytes 0-99999999999999999999/*",
        ] {
            assert_eq!(content_range(wrong), None, "{wrong}");
        }
        assert!(!content_range("bytes 0-18446744073709551615/*").unwrap().is_rest(0, 0));
    }

    #[test]
    fn patience() {
        let seconds = |value, date| retry_after(value, date).map(|wait| wait.as_secs());
        assert_eq!(seconds(" 120 ", ""), Some(120));
        let (now, later) = ("Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:50:07 GMT");
        assert_eq!(seconds(later, now), Some(30));
        assert_eq!(seconds(now, later), Some(0));
        assert_eq!(http_date(now), Some(784_111_777));
        for wrong in ["", "-1", "1.5", "soon", "Sun, 31 Feb 1994 08:49:37 GMT"] {
            assert_eq!(seconds(wrong, now), None, "{wrong}");
        }
        assert_eq!(seconds(later, "yesterday"), None);
    }

    #[test]
    fn pages_and_encodings() {
        assert!(is_page("text/html") && is_page("Text/HTML; charset=utf-8"));
        assert!(!is_page("application/octet-stream") && !is_page("text/plain") && !is_page(""));
        assert!(is_plain("identity") && is_plain("") && !is_plain("gzip") && !is_plain("?"));
    }
}
