//! Reads a built library again and says everything that is wrong with it.

mod android;
mod apple;

use std::collections::BTreeSet;
use std::fs;

use crate::Failed;
use crate::build::{Built, Project, places};
use crate::target::System;

/// What a library shows and what is wrong with it.
pub struct Checked {
    /// The functions that others can call.
    pub exports: BTreeSet<String>,
    /// One line each; none if the library may ship.
    pub wrong: Vec<String>,
}

/// Checks one library.
///
/// # Errors
/// A file that cannot be read, or is no library at all.
pub fn check(project: &Project, built: &Built) -> Result<Checked, Failed> {
    let read = |path: &std::path::Path| fs::read(path).map_err(|e| Failed::at(path, &e));
    let shipped = read(&built.shipped)?;
    let symbols = read(&built.symbols)?;
    let broken = |e: object::Error| Failed::not_so(format!("{}: {e}", built.shipped.display()));
    let mut checked = match built.target.system {
        System::Android { page } => {
            android::check(&shipped, &symbols, built, page).map_err(broken)?
        }
        System::Ios => apple::check(&shipped).map_err(broken)?,
    };
    checked.foreign_exports();
    checked.machine(&shipped, &places(project));
    Ok(checked)
}

impl Checked {
    fn new() -> Self {
        Self { exports: BTreeSet::new(), wrong: Vec::new() }
    }

    fn say(&mut self, wrong: impl Into<String>) {
        self.wrong.push(wrong.into());
    }

    fn expect(&mut self, right: bool, wrong: &str) {
        if !right {
            self.say(wrong);
        }
    }

    /// UniFFI's functions are the only ones, and those that every binding begins with are there.
    fn foreign_exports(&mut self) {
        for name in ALWAYS {
            if !self.exports.contains(*name) {
                self.say(format!("it does not export {name}"));
            }
        }
        let others: Vec<_> = self.exports.iter().filter(|name| !is_uniffi(name)).cloned().collect();
        for name in others {
            self.say(format!("it exports {name}, which is none of UniFFI's"));
        }
    }

    /// No byte tells of the machine that built it.
    fn machine(&mut self, bytes: &[u8], places: &[String]) {
        for place in places {
            if contains(bytes, place.as_bytes()) {
                self.say(format!("it holds a path of the machine that built it: {place}"));
            }
        }
    }

    /// Of code that a phone must not have, by the names in the library's symbols.
    fn absent(&mut self, names: &[String], http: bool) {
        let forbidden = FORBIDDEN.iter().chain(if http { &[][..] } else { TRANSPORT });
        for (word, what) in forbidden {
            let mut names = names.iter().filter(|name| !(http && name.contains(TLS_SIGNER)));
            if let Some(name) = names.find(|name| name.contains(word)) {
                self.say(format!("it holds {what}: {name}"));
            }
        }
    }
}

/// Whether a name is one of those that UniFFI generates for the core's border.
#[must_use]
pub fn is_uniffi(name: &str) -> bool {
    name.starts_with("uniffi_vaora_ffi_") || name.starts_with("ffi_vaora_ffi_")
}

fn contains(bytes: &[u8], word: &[u8]) -> bool {
    let Some(first) = word.first() else { return false };
    let starts = bytes.iter().enumerate().filter(|(_, byte)| *byte == first);
    starts.into_iter().any(|(at, _)| bytes[at..].starts_with(word))
}

/// What generated Kotlin and Swift ask for before anything else.
const ALWAYS: &[&str] = &[
    "ffi_vaora_ffi_rustbuffer_alloc",
    "ffi_vaora_ffi_rustbuffer_free",
    "ffi_vaora_ffi_rustbuffer_from_bytes",
    "ffi_vaora_ffi_uniffi_contract_version",
    "uniffi_vaora_ffi_fn_constructor_diary_create",
    "uniffi_vaora_ffi_checksum_constructor_diary_create",
];

/// Where rustls signs with client certificates. A phone has none, but HTTP of its own brings the names.
const TLS_SIGNER: &str = "rustls::crypto::";

/// Words in symbols, and what they would mean.
const FORBIDDEN: &[(&str, &str)] = &[
    ("vaora_authority", "code of the authority"),
    ("SigningKey", "a signing key"),
    ("ExpandedSecretKey", "a signing key"),
    ("qrcodegen", "drawing"),
    ("png::", "drawing"),
    ("sqlite3", "a SQL database"),
    ("rusqlite", "a SQL database"),
    ("clap::", "a command line"),
    ("clap_builder", "a command line"),
    ("axum::", "a server"),
];

const TRANSPORT: &[(&str, &str)] = &[
    ("reqwest", "the built-in transport"),
    ("rustls", "the built-in transport"),
    ("hyper::", "the built-in transport"),
    ("tokio::", "the built-in transport"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_found_wherever_it_begins() {
        assert!(contains(b"xx/home/me", b"/home/me"));
        assert!(contains(b"//home/me/x", b"/home/me"));
        assert!(!contains(b"/home/m", b"/home/me"));
        assert!(!contains(b"", b"/home/me"));
    }

    #[test]
    fn others_exports_are_named() {
        let mut checked = Checked::new();
        checked.exports.extend(ALWAYS.iter().map(|name| (*name).to_owned()));
        checked.foreign_exports();
        assert_eq!(checked.wrong, [""; 0]);
        checked.exports.insert("_Unwind_Resume".into());
        checked.exports.remove(ALWAYS[0]);
        checked.foreign_exports();
        assert_eq!(checked.wrong.len(), 2);
    }

    #[test]
    fn what_a_phone_must_not_have_is_named() {
        let mut checked = Checked::new();
        let names =
            ["<ed25519_dalek::signing::SigningKey>::from_bytes".to_owned(), "reqwest::get".into()];
        checked.absent(&names, true);
        assert_eq!(checked.wrong.len(), 1);
        checked.absent(&names, false);
        assert_eq!(checked.wrong.len(), 3);
        let signer = ["drop<Arc<dyn rustls::crypto::signer::SigningKey>>".to_owned()];
        checked.absent(&signer, true);
        assert_eq!(checked.wrong.len(), 3, "HTTP brings it");
        checked.absent(&signer, false);
        assert!(checked.wrong.len() > 3);
    }
}
