//! The vectors from which a second implementation can be checked: what is accepted, and one
//! named case for each refusal.
//!
//! They are made here from fixed keys and seeds, with the expected answer written by hand beside
//! each, and lie in `tests/vectors`, one case a line. A test plays the files, and compares them
//! with what is made here.

pub mod advice;
pub mod chunks;
pub mod codes;
pub mod diary;
pub mod documents;
pub mod manifests;
pub mod policies;
pub mod share;
pub mod symbols;
pub mod texts;
pub mod world;

use std::path::PathBuf;

use serde::Serialize;

/// A file of vectors: its name, and its text as it must lie in the folder.
pub struct VectorFile {
    /// The file's name.
    pub name: &'static str,
    /// The file's text.
    pub text: String,
}

/// Every file that is made here.
#[must_use]
pub fn all() -> Vec<VectorFile> {
    vec![
        file("b28.json", &symbols::b28()),
        file("typed.json", &symbols::typed()),
        file("segments.json", &texts::segments()),
        file("texts.json", &texts::texts()),
        file("chunks.json", &chunks::cases()),
        file("codes.json", &codes::cases()),
        file("documents.json", &documents::cases()),
        file("diary.json", &diary::cases()),
        file("share.json", &share::cases()),
    ]
}

/// Where the files lie.
#[must_use]
pub fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("vectors")
}

/// One case a line, so that a change of one is a change of one line.
fn file<T: Serialize>(name: &'static str, cases: &[T]) -> VectorFile {
    let line = |case| serde_json::to_string(case).expect("cases are plain data");
    let lines: Vec<String> = cases.iter().map(line).collect();
    VectorFile { name, text: format!("[\n{}\n]\n", lines.join(",\n")) }
}
