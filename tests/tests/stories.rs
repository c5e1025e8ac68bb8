//! Every story, with the index and without it.

#![expect(clippy::unwrap_used, clippy::panic, reason = "what helps a test may fail it")]

use std::path::Path;

use vaora_tests::stories::play;

fn play_all(index: bool) {
    let stories = Path::new(env!("CARGO_MANIFEST_DIR")).join("stories");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("stories-{index}"));
    let mut count = 0;
    for entry in std::fs::read_dir(stories).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let played = play(&text, &folder, index).unwrap_or_else(|e| panic!("{path:?}: {e}"));
        assert!(played.failed.is_none(), "{path:?}: {:#?}", played.failed);
        count += 1;
    }
    assert!(count >= 25, "{count} stories");
}

#[test]
fn every_story_comes_out_with_the_index() {
    play_all(true);
}

#[test]
fn every_story_comes_out_without_the_index() {
    play_all(false);
}

#[test]
fn a_story_with_a_step_or_word_that_nobody_knows_is_refused() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("stories-unknown");
    for step in [r#"{"do":"fly"}"#, r#"{"do":"show","speed":3}"#, r#"{"do":"wait","at":"noon"}"#] {
        let story = format!(r#"{{"name":"x","steps":[{step}]}}"#);
        assert!(play(&story, &folder, false).is_err(), "{step}");
    }
    // What is expected must be there.
    let story = r#"{"name":"x","steps":[{"do":"show","expect":{"visits":[{}]}}]}"#;
    assert!(play(story, &folder, false).unwrap().failed.is_some());
}
