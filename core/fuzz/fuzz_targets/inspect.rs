//! Anything that a person may scan is answered, as text and as bytes, without a panic; what is
//! damaged can never check in, and personal codes leave nothing behind.
#![no_main]

use libfuzzer_sys::fuzz_target;
use vaora::code::{Scan, Scanned, Trust, inspect};
use vaora::time::Instant;
use vaora::trust::Anchors;

fuzz_target!(|bytes: &[u8]| {
    let anchors = Anchors::none();
    let at = Instant::from_unix(1_800_000_000);
    check(&inspect(Scanned::Bytes(bytes), &anchors, at));
    if let Ok(text) = std::str::from_utf8(bytes) {
        check(&inspect(Scanned::Text(text), &anchors, at));
    }
});

fn check(scan: &Scan) {
    assert!(scan.trust != Some(Trust::Damaged) || (scan.seed().is_none() && scan.rule.is_some()));
    assert!(!scan.kind.is_personal() || (scan.text.is_none() && scan.seed().is_none()));
    let _ = format!("{scan:?}");
}
