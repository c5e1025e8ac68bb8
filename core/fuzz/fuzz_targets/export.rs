//! Any bytes are the content of an export or are refused; what is accepted is written back the
//! same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use vaora::diary;

fuzz_target!(|bytes: &[u8]| {
    assert_ne!(diary::probe::export(bytes), Some(false));
});
