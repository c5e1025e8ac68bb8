//! Any payload that list keys have signed is a manifest or is refused; an accepted one keeps its
//! promises, follows itself, and never takes a phone back.
#![no_main]

use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use vaora::seal::{Purpose, sha256};
use vaora::trust::{Manifest, Root};
use vaora_tests::vectors::{manifests, world};

fuzz_target!(|bytes: &[u8]| {
    let Some((kind, payload)) = bytes.split_first() else { return };
    let by: &[&str] = if kind % 2 == 0 { &["list a", "list b"] } else { &["list a"] };
    let document = world::signed(Purpose::Manifest, payload, by);
    let (root, held) = world();
    let alone = Manifest::open(&document, root, None);
    let next = Manifest::open(&document, root, Some(held.held()));
    let Ok(manifest) = alone else {
        assert!(next.is_err());
        return;
    };
    let total: u64 = manifest.chunks.iter().map(|chunk| u64::from(chunk.size)).sum();
    assert!(total <= 96 << 20);
    assert!(manifest.chunks.iter().all(|chunk| chunk.sequence < manifest.sequence));
    assert!(manifest.chunks.is_sorted_by(|a, b| a.sequence < b.sequence));
    assert!(manifest.created < manifest.not_after);
    assert!(manifest.hold.is_none_or(|hold| hold > manifest.created && by.len() == 2));
    assert_eq!(Manifest::restore(&document, &sha256(&document)).as_ref(), Ok(&manifest));
    assert_eq!(Manifest::open(&document, root, Some(manifest.held())).as_ref(), Ok(&manifest));
    if let Ok(next) = next {
        let (now, before) = (next.state(), held.state());
        assert!(now == before || now.sequence > before.sequence);
        // There is no way back, and none around.
        let back = Manifest::open(&good(), root, Some(next.held()));
        assert_eq!(back.is_ok(), now == before);
    }
});

fn good() -> Vec<u8> {
    manifests::manifest().into_bytes()
}

fn world() -> &'static (Root, Manifest) {
    static WORLD: OnceLock<(Root, Manifest)> = OnceLock::new();
    WORLD.get_or_init(|| {
        let root = Root::embedded(&world::root()).expect("a good root");
        let manifest = Manifest::open(&good(), &root, None).expect("a good manifest");
        (root, manifest)
    })
}
