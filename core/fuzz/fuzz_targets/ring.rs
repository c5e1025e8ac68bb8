//! Any bytes are a ring or are refused; what is accepted is written back the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use vaora::{diary, journal};

fuzz_target!(|bytes: &[u8]| {
    let _ = journal::probe::ring(bytes);
    let _ = diary::probe::settings(bytes);
    assert_ne!(journal::probe::match_keys(bytes), Some(false));
    assert_ne!(journal::probe::diary_keys(bytes), Some(false));
    assert_ne!(diary::probe::companions(bytes), Some(false));
});
