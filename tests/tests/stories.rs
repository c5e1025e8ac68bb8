//! Every story, with the index and without it.

#![expect(clippy::unwrap_used, reason = "what helps a test may fail it")]

use std::path::Path;

use vaora_tests::stories::{Phone, RustPhone, play};

fn play_all(phone: &mut dyn Phone, name: &str) {
    let stories = Path::new(env!("CARGO_MANIFEST_DIR")).join("stories");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let (mut count, mut failed) = (0, Vec::new());
    for entry in std::fs::read_dir(stories).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        match play(&text, &folder, phone) {
            Ok(played) => failed.extend(played.failed.map(|f| format!("{path:?}: {f:#?}"))),
            Err(why) => failed.push(format!("{path:?}: {why}")),
        }
        count += 1;
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
    assert!(count >= 60, "{count} stories");
}

#[test]
fn every_story_comes_out_with_the_index() {
    play_all(&mut RustPhone::new(), "stories");
}

#[test]
fn every_story_comes_out_without_the_index() {
    play_all(&mut RustPhone::without_index(), "stories-without-index");
}

#[test]
fn a_story_with_a_step_or_word_that_nobody_knows_is_refused() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("stories-unknown");
    for step in [r#"{"do":"fly"}"#, r#"{"do":"show","speed":3}"#, r#"{"do":"wait","at":"noon"}"#] {
        let story = format!(r#"{{"name":"x","steps":[{step}]}}"#);
        assert!(play(&story, &folder, &mut RustPhone::new()).is_err(), "{step}");
    }
    // What is expected must be there.
    let story = r#"{"name":"x","steps":[{"do":"show","expect":{"visits":[{}]}}]}"#;
    assert!(play(story, &folder, &mut RustPhone::new()).unwrap().failed.is_some());
}
