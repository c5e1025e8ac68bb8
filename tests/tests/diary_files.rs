//! Diaries of every released format open for ever.

#![expect(clippy::unwrap_used, reason = "what helps a test may fail it")]

use std::path::{Path, PathBuf};

use serde_json::Value;
use vaora::seal::{Seed, VenueKey};
use vaora::text::hex;
use vaora::time::{Day, Instant};
use vaora_tests::diary::files::{PASSPHRASE, keys, model, write};
use vaora_tests::diary::sim::SimDisk;
use vaora_tests::diary::world::Model;
use vaora_tests::diary::{DAY, Dice, HOUR, at, create, open};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("files/diary-1")
}

fn a_diary_of_the_first_format_opens_and_says_what_it_said() {
    let disk = SimDisk::default();
    for entry in std::fs::read_dir(folder().join("diary")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        disk.plant(name, &std::fs::read(&path).unwrap());
    }
    let now = at(DAY + 4 * HOUR);
    let diary = open(Box::new(disk.clone()), &mut Dice::new(2), &keys(&folder()).unwrap()).unwrap();
    assert_eq!(Model::of(&diary, &now), Ok(model()));
    assert_eq!(diary.drain().unwrap().taken, 1);
    assert_eq!(Model::of(&diary, &now), Ok(model()));
    diary.due(&at(2 * DAY)).unwrap();
}

fn an_export_of_the_first_format_is_imported() {
    let mut dice = Dice::new(3);
    let now = at(DAY + 4 * HOUR);
    let (diary, _) = create(Box::new(SimDisk::default()), &mut dice, &now).unwrap();
    let bytes = std::fs::read(folder().join("export")).unwrap();
    // One of them is hidden: it comes along and is not shown.
    assert_eq!(diary.import(&bytes, PASSPHRASE, &now), Ok(5));
    let found = Model::of(&diary, &now).unwrap();
    assert_eq!(found.0.len(), 4);
    assert_eq!(found.0[&1], model().0[&1]);
}

/// The files can be written at any time; where they are kept for ever they are written only with
/// `VAORA_WRITE_FILES=1`, for a new format.
#[test]
fn the_files_of_this_format_can_be_written() {
    let kept = std::env::var_os("VAORA_WRITE_FILES").is_some();
    let name = format!("vaora-files-{}", std::process::id());
    let folder = if kept { folder() } else { std::env::temp_dir().join(name) };
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    write(&folder).unwrap();
    assert!(folder.join("export").exists());
    if !kept {
        std::fs::remove_dir_all(&folder).unwrap();
    }
}

#[test]
fn keys_and_badges_are_as_the_vectors_say() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors/venue-keys.json");
    let cases: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    assert!(cases.len() >= 3);
    for case in cases {
        let text = |field: &str| case[field].as_str().unwrap();
        let seed = Seed::from_bytes(hex::decode(text("seed")).unwrap());
        let key = VenueKey::derive(&seed, Day::from_iso(text("day")).unwrap());
        assert_eq!(Some(*key.expose()), hex::decode::<32>(text("key")));
        let badge = key.derive_badge(Instant::from_unix(case["at"].as_i64().unwrap()));
        assert_eq!(serde_json::json!(badge), case["badge"]);
    }
}

vaora_tests::both_ways!(
    a_diary_of_the_first_format_opens_and_says_what_it_said,
    an_export_of_the_first_format_is_imported,
);
