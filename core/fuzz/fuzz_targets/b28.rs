//! Any text is read or refused, and what was read is written back the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use vaora::code::typed;
use vaora::text::b28;

fuzz_target!(|text: &str| {
    if let Ok(bytes) = b28::decode(text) {
        let symbols = b28::encode(&bytes);
        assert_eq!(b28::decode(&symbols), Ok(bytes));
        assert_eq!(b28::symbols(&symbols), b28::symbols(text));
    }
    if let Ok(seed) = typed::decode(text) {
        assert!(typed::decode(&typed::encode(&seed)) == Ok(seed));
    }
    let _ = typed::decode_share(text);
});
