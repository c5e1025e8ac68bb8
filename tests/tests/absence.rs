//! What must not be in the core, and which way its arrows point.

#![expect(clippy::unwrap_used, reason = "helpers of tests: a tree that cannot be read has failed")]

use std::fs;
use std::path::{Path, PathBuf};

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
    found
}

fn core() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../core/src")
}

/// Lines of the core that hold one of some words, outside of files that may.
fn found(words: &[&str], but: &[&str]) -> Vec<String> {
    let mut lines = Vec::new();
    for path in sources(&core()) {
        let name = path.strip_prefix(core()).unwrap().display().to_string();
        if but.iter().any(|file| name.starts_with(file)) {
            continue;
        }
        for (line, text) in fs::read_to_string(&path).unwrap().lines().zip(1..).map(|(t, n)| (n, t))
        {
            if words.iter().any(|word| text.contains(word)) {
                lines.push(format!("{name}:{line}: {text}"));
            }
        }
    }
    lines
}

#[test]
fn the_core_cannot_sign() {
    assert_eq!(found(&["SigningKey", "Signer"], &[]), [""; 0]);
}

#[test]
fn one_file_names_ciphers() {
    let ciphers = [
        "ed25519_dalek",
        "sha2::",
        "hkdf::",
        "hmac::",
        "chacha20",
        "x25519_dalek",
        "argon2",
        "hpke",
    ];
    assert_eq!(found(&ciphers, &["seal"]), [""; 0]);
}

#[test]
fn the_core_has_no_clock() {
    assert_eq!(found(&["SystemTime", "Instant::now", "Utc::now", "Local::now"], &[]), [""; 0]);
}

#[test]
fn arrows_point_one_way() {
    // Each may be used only by those above it.
    let layers =
        ["diary", "share", "journal", "code", "trust", "area", "text", "error", "time", "wire"];
    for (at, upper) in layers.iter().enumerate() {
        let below: Vec<&str> = layers[at + 1..].to_vec();
        let uses = format!("crate::{upper}");
        for path in sources(&core()) {
            let name = path.strip_prefix(core()).unwrap().display().to_string();
            let is_below = below
                .iter()
                .any(|l| name.starts_with(&format!("{l}/")) || name == format!("{l}.rs"));
            let text = fs::read_to_string(&path).unwrap();
            assert!(
                !(is_below && text.contains(&uses)),
                "{name} uses {uses}, which stands above it"
            );
        }
    }
}
