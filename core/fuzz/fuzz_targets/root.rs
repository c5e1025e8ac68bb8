//! Any payload that root keys have signed is a root or is refused, and an accepted one is read
//! back as it was.
#![no_main]

use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use vaora::seal::{Purpose, sha256};
use vaora::trust::{Role, Root, RootDraft};
use vaora_tests::vectors::world;

fuzz_target!(|bytes: &[u8]| {
    let Some((kind, payload)) = bytes.split_first() else { return };
    let by: &[&str] = &["root a", "root b", "root c", "root d"];
    let document = world::signed(Purpose::Root, payload, by);
    let read = if kind % 2 == 0 { Root::embedded(&document) } else { first().step(&document) };
    let Ok(root) = read else { return };
    assert!(root.version() > 0 && root.expires() >= root.created());
    for role in [Role::Root, Role::List, Role::Catalogue, Role::Upload] {
        let (threshold, keys) = root.keys(role);
        assert!(threshold > 0 && threshold as usize <= keys.len());
    }
    let restored = Root::restore(&document, &sha256(&document)).expect("it was accepted");
    let again = |root| RootDraft::after(root, root.created()).encode().expect("it was accepted");
    assert_eq!(again(&root), again(&restored));
});

fn first() -> &'static Root {
    static ROOT: OnceLock<Root> = OnceLock::new();
    ROOT.get_or_init(|| Root::embedded(&world::root()).expect("a good root"))
}
