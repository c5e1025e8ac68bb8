//! One range of bytes that a request asks for.

use std::ops::Range;

/// What a `Range` header asks of an object of `size` bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Asked {
    /// All of it: there is no header, or one that may be passed over.
    Whole,
    /// These bytes.
    Part(Range<usize>),
    /// Bytes that there are not.
    Outside,
}

/// `bytes=5-`, `bytes=5-9` or `bytes=-5`. Several ranges, another unit or nonsense are passed
/// over, as HTTP allows: then everything is sent.
pub(super) fn asked(header: Option<&str>, size: usize) -> Asked {
    let Some((first, last)) =
        header.and_then(|h| h.strip_prefix("bytes=")).and_then(|range| range.split_once('-'))
    else {
        return Asked::Whole;
    };
    let number = |text: &str| {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if digits { text.parse::<usize>().ok() } else { None }
    };
    let range = match (number(first), number(last)) {
        (Some(first), Some(last)) if first <= last => first..last.saturating_add(1).min(size),
        (Some(first), None) if last.is_empty() => first..size,
        (None, Some(length)) if first.is_empty() => size.saturating_sub(length)..size,
        _ => return Asked::Whole,
    };
    if range.start < range.end { Asked::Part(range) } else { Asked::Outside }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_range_or_everything() {
        for (header, wanted) in [
            ("bytes=0-", Asked::Part(0..10)),
            ("bytes=4-", Asked::Part(4..10)),
            ("bytes=4-5", Asked::Part(4..6)),
            ("bytes=4-99", Asked::Part(4..10)),
            ("bytes=4-18446744073709551615", Asked::Part(4..10)),
            ("bytes=-3", Asked::Part(7..10)),
            ("bytes=-99", Asked::Part(0..10)),
            ("bytes=10-", Asked::Outside),
            ("bytes=10-11", Asked::Outside),
            ("bytes=-0", Asked::Outside),
            ("bytes=5-4", Asked::Whole),
            ("bytes=-", Asked::Whole),
            ("bytes=0-1,3-4", Asked::Whole),
            ("bytes=+1-2", Asked::Whole),
            ("bytes=99999999999999999999-", Asked::Whole),
            ("items=0-1", Asked::Whole),
            ("", Asked::Whole),
        ] {
            assert_eq!(asked(Some(header), 10), wanted, "{header}");
        }
        assert_eq!(asked(None, 10), Asked::Whole);
        assert_eq!(asked(Some("bytes=0-"), 0), Asked::Outside);
    }
}
