//! Matching against a model so plain that it cannot be wrong: it marks every second.

use proptest::prelude::*;
use vaora::exposure::{Contact, Risk, Stay, contacts};
use vaora::time::Instant;
use vaora::trust::MatchRule;

/// The whole world of the model, in seconds, about its middle.
const WORLD: i64 = 900;
const ORIGIN: i64 = 1_800_000_000;

fn at(second: i64) -> Instant {
    Instant::from_unix(ORIGIN + second)
}

fn rule(advice: u16) -> MatchRule {
    // Small enough for windows of seconds to fall on both sides of it.
    let (minimum, margin) = [(0, 0), (1, 1), (2, 3), (5, 2)][usize::from(advice % 4)];
    MatchRule { advice, strength: 5, minimum, margin, days: 14 }
}

/// Second by second: which are in a window, which in the visit.
fn model(stay: &Stay, risks: &[Risk]) -> Vec<Contact> {
    let mut found = Vec::new();
    for advice in 0..4 {
        let MatchRule { minimum, margin, .. } = rule(advice);
        let margin = if stay.one_scan { margin } else { 0 };
        let risky =
            |s: i64| risks.iter().any(|r| r.advice == advice && r.from <= at(s) && at(s) < r.until);
        let there = |s: i64| {
            let visit = stay.from <= at(s) && at(s) < stay.until;
            let seconds = at(s).unix() - stay.from.unix();
            let around = -i64::from(margin) * 60 <= seconds && seconds < i64::from(margin) * 60;
            visit || (stay.one_scan && around)
        };
        let mut s = -WORLD;
        while s < 2 * WORLD {
            if !risky(s) {
                s += 1;
                continue;
            }
            let begin = s;
            while risky(s) {
                s += 1;
            }
            let seconds = (begin..s).filter(|s| there(*s)).count();
            if seconds > 0 && seconds >= usize::from(minimum) * 60 {
                let window = Risk { from: at(begin), until: at(s), advice };
                let minutes = u16::try_from(seconds / 60).expect("a small world");
                found.push(Contact { window, minutes, minimum, margin });
            }
        }
    }
    found
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 100_000, failure_persistence: None, ..ProptestConfig::default()
    })]

    #[test]
    fn matching_is_what_the_model_says(
        from in 0..WORLD,
        long in 0_i64..400,
        one_scan: bool,
        // Edges that fall on each other are the cases that matter: few places, many windows.
        windows in prop::collection::vec((0_i64..30, 0_i64..8, 0_u16..4), 0..5),
    ) {
        let stay = Stay { from: at(from), until: at(from + long), one_scan };
        let risks: Vec<Risk> = windows.iter().map(|(start, steps, advice)| {
            Risk { from: at(start * 30), until: at((start + steps) * 30), advice: *advice }
        }).collect();
        let found = contacts(&stay, &risks, rule);
        prop_assert_eq!(&found, &model(&stay, &risks));
        // The order in which windows come does not matter, nor that one is said twice.
        let mut shuffled = risks.clone();
        shuffled.reverse();
        shuffled.extend(risks.first().copied());
        prop_assert_eq!(contacts(&stay, &shuffled, rule), found);
    }
}

#[test]
fn a_second_decides() {
    let window = |from, until| Risk { from: at(from), until: at(until), advice: 0 };
    let stay = |from, until| Stay { from: at(from), until: at(until), one_scan: false };
    assert!(contacts(&stay(0, 600), &[window(600, 1200)], rule).is_empty());
    assert!(contacts(&stay(600, 900), &[window(0, 600)], rule).is_empty());
    assert_eq!(contacts(&stay(0, 601), &[window(600, 1200)], rule).len(), 1);
    // Nobody is there for no time at all.
    assert!(contacts(&stay(700, 700), &[window(600, 1200)], rule).is_empty());
}
