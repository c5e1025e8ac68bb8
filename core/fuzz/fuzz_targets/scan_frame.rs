//! Frames of any measures and any brightness: a typed error or an answer, whatever came before.
#![no_main]

use libfuzzer_sys::fuzz_target;
use vaora::scan::{Scanner, Which};

fuzz_target!(|data: &[u8]| {
    let Some((&[how, width, gap, large], luma)) = data.split_first_chunk::<4>() else { return };
    let which = if how & 1 == 0 { Which::Central } else { Which::All };
    let mut scanner = Scanner::for_codes(which);
    let width = u32::from(width) + if large > 250 { u32::from(large) << 8 } else { 0 };
    let stride = (width + u32::from(gap % 8)).saturating_sub(u32::from(how >> 7));
    let rows = luma.len() / stride.max(1) as usize;
    // A buffer that is one row short now and then.
    let height = rows as u32 + u32::from(how >> 6 & 1);
    for _ in 0..2 {
        let _ = scanner.frame(luma, width, height, stride);
    }
    if how & 2 == 2 {
        let _ = scanner.picture(luma, width, height, stride);
    }
    for symbol in scanner.frame(luma, width, height, stride).unwrap_or_default() {
        assert!((1..=40).contains(&symbol.version));
        assert!(!symbol.bytes.is_empty() && !symbol.segments.is_empty());
    }
});
