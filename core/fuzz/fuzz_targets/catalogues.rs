//! Any payload that the right key has signed is a catalogue or is refused, for advice, upload
//! keys, revocation and prefixes; an accepted one is written again as it was read.
#![no_main]

use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use vaora::seal::{Purpose, sha256};
use vaora::trust::{Anchors, Root};
use vaora_tests::vectors::world;

fuzz_target!(|bytes: &[u8]| {
    let Some((kind, payload)) = bytes.split_first() else { return };
    let mut phone = anchors();
    let kinds = [Purpose::Advice, Purpose::Upload, Purpose::Revocation, Purpose::Prefixes];
    let purpose = kinds[usize::from(kind % 4)];
    let key = if purpose == Purpose::Upload { "upload a" } else { "catalogue a" };
    let document = world::signed(purpose, payload, &[key]);
    let taken = match purpose {
        Purpose::Advice => phone.accept_advice(&document),
        Purpose::Upload => phone.accept_upload(&document),
        Purpose::Revocation => phone.accept_revocation(&document),
        _ => phone.accept_prefixes(&document),
    };
    if taken.is_err() {
        assert_eq!(phone.held(purpose), None);
        return;
    }
    let written = match purpose {
        Purpose::Advice => phone.advice().map(|advice| {
            for entry in &advice.entries {
                assert!(advice.text(entry.id, "xx").is_some());
            }
            advice.encode()
        }),
        Purpose::Upload => phone.upload().map(vaora::trust::Upload::encode),
        Purpose::Revocation => phone.revocation().map(vaora::trust::Revocation::encode),
        _ => phone.prefixes().map(vaora::trust::Prefixes::encode),
    };
    assert_eq!(written, Some(Ok(payload.to_vec())));
    let mut again = anchors();
    assert_eq!(again.restore(purpose, &document, &sha256(&document)), Ok(()));
    assert_eq!(again.held(purpose), phone.held(purpose));
});

fn anchors() -> Anchors {
    static ROOT: OnceLock<Anchors> = OnceLock::new();
    ROOT.get_or_init(|| Anchors::of(Root::embedded(&world::root()).expect("a good root"))).clone()
}
