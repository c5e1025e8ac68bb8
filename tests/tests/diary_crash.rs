//! Nothing acknowledged is ever lost: power cuts, failing operations, kill −9.

use std::io::ErrorKind;
use std::path::Path;

use vaora_tests::diary::crash::{faults, kills, power_cuts};
use vaora_tests::diary::sim::{Fault, Survives};

fn power_cuts_lose_nothing() {
    for survives in [Survives::None, Survives::Random, Survives::All] {
        let outcome = power_cuts(400, 5, survives);
        assert!(outcome.is_clean(), "{survives:?} {}", outcome.first.clone().unwrap_or_default());
        assert_eq!(outcome.rounds, 400);
        assert!(outcome.acknowledged > 400);
    }
}

fn every_failing_operation_is_answered_and_changes_nothing() {
    let outcome = faults(150, 7, Fault::Once);
    assert!(outcome.is_clean(), "{}", outcome.first.clone().unwrap_or_default());
    assert!(outcome.rounds > 300);
}

fn a_disk_that_fails_for_good_changes_nothing() {
    let outcome = faults(150, 11, Fault::FromThen);
    assert!(outcome.is_clean(), "{}", outcome.first.clone().unwrap_or_default());
    assert!(outcome.rounds > 300);
}

fn kills_lose_nothing() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join(format!("kills-{}", vaora_tests::diary::both::word()));
    let program = Path::new(env!("CARGO_BIN_EXE_vaora-try"));
    let outcome = kills(300, 3, program, &folder).expect("the child runs");
    assert!(outcome.is_clean(), "{}", outcome.first.clone().unwrap_or_default());
    assert_eq!(outcome.rounds, 300);
    assert!(outcome.acknowledged > 300);
}

#[test]
fn the_harness_finds_what_is_wrong() {
    // A fault that nobody heals must not look like an acknowledgement.
    let outcome = faults(1, 1, |_| Fault::Once(ErrorKind::Interrupted));
    assert!(!outcome.is_clean());
}

vaora_tests::both_ways!(
    power_cuts_lose_nothing,
    every_failing_operation_is_answered_and_changes_nothing,
    a_disk_that_fails_for_good_changes_nothing,
    kills_lose_nothing,
);
