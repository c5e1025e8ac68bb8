//! What the sources of the scanner must not do.

use std::fs;
use std::path::{Path, PathBuf};

/// `rqrr` reads sampled grids. Its way into a picture is never named, and it has one door.
#[test]
fn rqrr_never_sees_a_frame() {
    let door = Path::new("scan/symbol/grid.rs");
    let mut found = false;
    for (path, text) in sources() {
        let code = code_of(&text);
        assert!(!code.contains("PreparedImage"), "{}", path.display());
        if code.contains("rqrr") {
            assert!(path.ends_with(door), "{} names rqrr", path.display());
            assert!(code.contains("use rqrr::{BitGrid, Grid};"), "the door is wider than that");
            assert!(!code.contains("rqrr::") || code.matches("rqrr::").count() == 1);
            found = true;
        }
    }
    assert!(found, "rqrr is used nowhere");
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let line = manifest.lines().find(|l| l.starts_with("rqrr")).unwrap();
    assert!(line.contains("default-features = false"), "pictures are a feature of rqrr: {line}");
}

/// Operations whose last bit depends on the machine would change answers between phones.
#[test]
fn no_operation_that_rounds_by_machine() {
    for (path, text) in sources() {
        if !path.components().any(|part| part.as_os_str() == "scan") {
            continue;
        }
        for name in [".hypot(", ".mul_add(", ".sin(", ".cos(", ".ln(", ".exp(", ".powf(", ".powi("]
        {
            assert!(!code_of(&text).contains(name), "{}: {name}", path.display());
        }
    }
}

fn sources() -> Vec<(PathBuf, String)> {
    let mut folders = vec![root().join("core/src")];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("the sources") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                files.push((path.clone(), fs::read_to_string(path).expect("text")));
            }
        }
    }
    files
}

/// Without comments, which may speak of everything.
fn code_of(text: &str) -> String {
    text.lines().filter(|l| !l.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}
