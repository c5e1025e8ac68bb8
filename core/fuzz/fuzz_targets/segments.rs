//! Any data codewords of any version become segments or an error, and any segments become text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use vaora::text::{reader, segments};

fuzz_target!(|input: &[u8]| {
    let Some((version, data)) = input.split_first() else { return };
    if let Ok(segments) = segments::parse(data, *version) {
        // A kanji takes 13 bits and gives two bytes; nothing grows faster than that.
        let bytes: usize = segments.iter().map(|s| s.bytes.len()).sum();
        assert!(bytes * 4 <= data.len() * 10);
        let _ = reader::read(&segments);
    }
    let _ = reader::read_bytes(data);
});
