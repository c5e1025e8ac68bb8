//! Every design finds the same visits, and none after its files were damaged. What its own format
//! and codes demand is tested beside each.

use std::path::{Path, PathBuf};

use serde_json::Value;
use vaora_tests::vectors;

use super::signed::{Refused, beside};
use super::world::{PLANTED, World};
use super::{DESIGNS, Limit};

#[test]
fn every_design_finds_what_was_planted_and_nothing_else() {
    for world in [
        World { windows: 100, files: 1, visits: 10 },
        World { windows: 30_000, files: 3, visits: 500 },
    ] {
        let visits = world.visits();
        for (name, publish, open) in DESIGNS {
            let folder = Folder::new(name);
            publish(&world, &folder.0);
            let mut found = open(&world, &visits, &folder.0).find().expect("a good list");
            found.sort_unstable();
            assert!(found.iter().copied().eq(0..PLANTED as usize), "{name}: {found:?}");
            // Half of the world holds no window of the other half's visits.
            let strangers = open(&world, &visits[PLANTED as usize..], &folder.0);
            assert_eq!(strangers.find(), Ok(vec![]), "{name}");
        }
    }
}

#[test]
fn every_design_refuses_a_list_with_one_bit_changed() {
    let world = World { windows: 100, files: 1, visits: 10 };
    let visits = world.visits();
    for (name, publish, open) in DESIGNS {
        let folder = Folder::new(name);
        publish(&world, &folder.0);
        for file in std::fs::read_dir(&folder.0).expect("it was made") {
            let path = file.expect("it can be listed").path();
            let good = std::fs::read(&path).expect("it was written");
            for at in [0, good.len() / 2, good.len() - 1] {
                let mut bytes = good.clone();
                bytes[at] ^= 1;
                std::fs::write(&path, bytes).expect("it can be written");
                let found = open(&world, &visits, &folder.0).find();
                assert!(
                    matches!(found, Err(Refused::Signature | Refused::Format)),
                    "{name}, {}, byte {at}: {found:?}",
                    path.display(),
                );
            }
            std::fs::write(&path, good).expect("it can be written");
        }
        assert!(open(&world, &visits, &folder.0).find().is_ok());
    }
}

#[test]
fn the_limit_hashes_the_bytes_that_an_answer_depends_on() {
    let world = World { windows: 30_000, files: 3, visits: 1 };
    let folder = Folder::new("limit");
    super::ours::publish(&world, &folder.0);
    let limit = Limit::open(&world.visits(), &folder.0);
    // Three heads and one block of each chunk.
    assert_eq!(limit.ranges().count(), 6);
    limit.run();
}

/// A folder that leaves no trace.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new(name: &str) -> Self {
        use std::sync::atomic::{AtomicU32, Ordering};
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("vaora-match-{}-{number}-{name}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).expect("the folder can be made");
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Changes one bit of the signature of a file.
pub fn spoil_signature(path: &Path) {
    let path = beside(path);
    let mut bytes = std::fs::read(&path).expect("it was written");
    bytes[40] ^= 1;
    std::fs::write(path, bytes).expect("it can be written");
}

/// The text of a venue code of another system, by its name in the project's vectors.
pub fn foreign_code(name: &str) -> String {
    let file = std::fs::read_to_string(vectors::folder().join("foreign.json"));
    let cases: Vec<Value> = serde_json::from_str(&file.expect("it is there")).expect("JSON");
    let case = cases.iter().find(|case| case["name"] == name).expect("a known vector");
    case["text"].as_str().expect("a text").to_owned()
}
