//! A camera frame costs no memory: neither without a code nor with the one that was read before.

use std::alloc::System;

use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use vaora::scan::Scanner;
use vaora_tests::frames::{self, Frame};

#[global_allocator]
static COUNTED: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

// One test: another one beside it would be counted too.
#[test]
fn the_steady_state_allocates_nothing() {
    let scenes = [frames::NO_CODE, "plain", "low-light"];
    for frame in scenes.map(|class| frames::frame(class, 5, 360)) {
        let mut scanner = Scanner::new();
        // Every slow look has had its turn twice.
        look(&mut scanner, &frame, 30);
        let region = Region::new(COUNTED);
        look(&mut scanner, &frame, 30);
        let change = region.change();
        let counts = (change.allocations, change.reallocations);
        assert_eq!(counts, (0, 0), "{} {:?}", frame.note, frame.texts);
    }
    code_that_comes_and_goes();
}

/// What was read once is kept while the camera looks away.
fn code_that_comes_and_goes() {
    let scenes = [frames::NO_CODE, "plain"].map(|class| frames::frame(class, 5, 360));
    let mut scanner = Scanner::new();
    let mut round = || scenes.iter().for_each(|frame| look(&mut scanner, frame, 12));
    round();
    round();
    let region = Region::new(COUNTED);
    round();
    let change = region.change();
    assert_eq!((change.allocations, change.reallocations), (0, 0));
}

fn look(scanner: &mut Scanner, frame: &Frame, times: usize) {
    let (width, height) = (frame.width as u32, frame.height as u32);
    for _ in 0..times {
        let symbols = scanner.frame(&frame.luma, width, height, width).expect("a whole frame");
        assert!(symbols.iter().all(|s| frame.texts.contains(&s.text)));
    }
}
