//! Whatever a server writes into its headers is read within bounds.
#![no_main]

use libfuzzer_sys::fuzz_target;
use vaora::sync::headers::{content_range, http_date, is_page, is_plain, retry_after};

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let (value, date) = text.split_once('\n').unwrap_or((&text, ""));
    if let Some(range) = content_range(value) {
        assert!(range.first <= range.last);
        assert!(range.total.is_none_or(|total| range.last < total));
        let total = range.total.map_or(String::from("*"), |total| total.to_string());
        let again = format!("bytes {}-{}/{total}", range.first, range.last);
        assert_eq!(content_range(&again), Some(range));
        if let Some(size) = range.last.checked_add(1) {
            assert_eq!(range.is_rest(range.first, size), range.total.is_none_or(|t| t == size));
        }
    }
    let _ = retry_after(value, date);
    // A server whose two dates are one asks for nothing.
    if http_date(value).is_some() {
        assert_eq!(retry_after(value, value).map(|wait| wait.as_secs()), Some(0));
    }
    assert!(!(is_page(value) && is_plain(value)));
});
