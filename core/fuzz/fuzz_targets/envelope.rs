//! Any bytes are a signed document or are refused, for every purpose; and any payload that the
//! right keys have signed is a document or is refused.
#![no_main]

use libfuzzer_sys::fuzz_target;
use vaora::seal::Purpose;
use vaora::trust::{Anchors, Envelope, Root};
use vaora_tests::vectors::world;

fuzz_target!(|bytes: &[u8]| {
    for purpose in [Purpose::Root, Purpose::Revocation, Purpose::Prefixes, Purpose::Areas] {
        let _ = Envelope::parse(bytes, purpose);
    }
    if let Ok(root) = Root::embedded(bytes) {
        let _ = Anchors::of(root).accept_root(bytes);
    }
    let signed = |purpose, by: &[&str]| world::signed(purpose, bytes, by);
    let Ok(root) = Root::embedded(&world::root()) else { return };
    let mut anchors = Anchors::of(root);
    let _ = anchors.accept_root(&signed(Purpose::Root, &["root a", "root b"]));
    let _ = anchors.accept_revocation(&signed(Purpose::Revocation, &["catalogue a"]));
    let _ = anchors.accept_prefixes(&signed(Purpose::Prefixes, &["catalogue a"]));
    let _ = Root::embedded(&signed(Purpose::Root, &["root a", "root b"]));
});
