//! Any bytes are a record, a part of one or a day's file, or are refused; what is accepted is
//! written back the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use vaora::{diary, journal};

fuzz_target!(|bytes: &[u8]| {
    let _ = journal::probe::record(bytes);
    assert_ne!(diary::probe::facts(bytes), Some(false));
    assert_ne!(diary::probe::words(bytes), Some(false));
    assert_ne!(diary::probe::warning(bytes), Some(false));
    let vouched = bytes.first_chunk().map_or(0, |first| u32::from_le_bytes(*first));
    for vouched in [0, vouched % 8192, vouched] {
        assert_eq!(journal::probe::day(bytes, vouched / 100, vouched), 0);
    }
});
