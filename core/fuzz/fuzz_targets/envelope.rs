//! Any bytes are a signed document or are refused, for every purpose; and any payload that the
//! right keys have signed is a document or is refused.
#![no_main]

use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use vaora::seal::Purpose;
use vaora::trust::{Anchors, Envelope, Root};
use vaora_tests::vectors::world;

fuzz_target!(|bytes: &[u8]| {
    for purpose in PURPOSES {
        let _ = Envelope::parse(bytes, purpose);
    }
    let _ = Root::embedded(bytes);
    // Signing is what takes the time, so one kind of document at a time.
    let Some((kind, payload)) = bytes.split_first() else { return };
    let signed = |purpose, by: &[&str]| world::signed(purpose, payload, by);
    match kind % 4 {
        0 => drop(Root::embedded(&signed(Purpose::Root, &["root a"]))),
        1 => drop(anchors().accept_root(&signed(Purpose::Root, &["root a", "root b"]))),
        2 => drop(anchors().accept_revocation(&signed(Purpose::Revocation, &["catalogue a"]))),
        _ => drop(anchors().accept_prefixes(&signed(Purpose::Prefixes, &["catalogue a"]))),
    }
});

fn anchors() -> Anchors {
    static ROOT: OnceLock<Anchors> = OnceLock::new();
    ROOT.get_or_init(|| Anchors::of(Root::embedded(&world::root()).expect("a good root"))).clone()
}

const PURPOSES: [Purpose; 8] = [
    Purpose::Root,
    Purpose::Manifest,
    Purpose::Revocation,
    Purpose::Prefixes,
    Purpose::Areas,
    Purpose::Policy,
    Purpose::Advice,
    Purpose::Upload,
];
