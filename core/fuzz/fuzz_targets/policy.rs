//! Any policies that two keys have signed, one after another, are taken or refused; what a phone
//! then stands by waits as long as it must and survives being written down.
#![no_main]

use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use vaora::area::code::{AreaCode, Map};
use vaora::seal::Purpose;
use vaora::time::Day;
use vaora::trust::{Anchors, AreaState, Policy, Root, Standing};
use vaora_tests::vectors::world;

fuzz_target!(|bytes: &[u8]| {
    let Some((kind, rest)) = bytes.split_first() else { return };
    if kind % 2 == 1 {
        let Some(standing) = Standing::decode(rest, Policy::default()) else { return };
        assert_eq!(standing.encode(), rest);
        return;
    }
    let mut phone = anchors();
    // No canonical JSON holds a zero byte.
    for payload in rest.split(|byte| *byte == 0).take(4) {
        let document = world::signed(Purpose::Policy, payload, &["catalogue a", "catalogue b"]);
        let before = phone.standing().clone();
        if phone.accept_policy(&document).is_err() {
            assert_eq!(phone.standing(), &before);
            continue;
        }
        let standing = phone.standing();
        let policy = standing.policy();
        let again = Standing::decode(&standing.encode(), policy.clone());
        assert_eq!(again.as_ref(), Some(standing));
        // On the last day before it may act, nothing is shorter and nobody sleeps who was not.
        let soon = policy.created.plus(3);
        assert_eq!(standing.retention(soon), before.retention(soon).max(policy.retention));
        assert!(standing.retention(Day::from_number(u32::MAX)) == policy.retention);
        for path in ["04", "04/01273", "08/00691"] {
            let area = AreaCode::parse(Map::M2025, path).expect("written by hand");
            let was = before.area(area, policy.created) == AreaState::Dormant;
            let is = standing.area(area, policy.created) == AreaState::Dormant;
            assert!(was || !is, "{path}");
        }
        for advice in [0, 1, 2, u16::MAX] {
            assert_eq!(policy.rule(advice).advice, advice);
        }
    }
});

fn anchors() -> Anchors {
    static ROOT: OnceLock<Anchors> = OnceLock::new();
    ROOT.get_or_init(|| Anchors::of(Root::embedded(&world::root()).expect("a good root"))).clone()
}
