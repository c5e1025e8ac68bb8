//! What the parts of a library weigh, by the names in its symbols.

use std::collections::BTreeMap;
use std::fs;

use object::read::{Object, ObjectSection, ObjectSymbol};
use object::{SymbolKind, SymbolSection};

use crate::Failed;
use crate::build::Built;

/// Bytes of one part.
pub struct Part {
    /// What it is.
    pub name: &'static str,
    /// How much of the shipped copy it takes.
    pub bytes: u64,
}

/// The parts of a library, the largest first. Together they are all of the shipped file.
///
/// # Errors
/// A file that cannot be read.
pub fn weigh(built: &Built) -> Result<Vec<Part>, Failed> {
    let bytes = fs::read(&built.symbols).map_err(|e| Failed::at(&built.symbols, &e))?;
    let shipped = fs::metadata(&built.shipped).map_err(|e| Failed::at(&built.shipped, &e))?.len();
    let broken = |e: object::Error| Failed::not_so(format!("{}: {e}", built.symbols.display()));
    let file = object::File::parse(&*bytes).map_err(broken)?;
    let mut parts: BTreeMap<&'static str, u64> = BTreeMap::new();
    for section in file.sections() {
        let part = match section.name().map_err(broken)? {
            ".eh_frame" | ".eh_frame_hdr" | ".gcc_except_table" | ".ARM.exidx" | ".ARM.extab" => {
                UNWINDING
            }
            ".rela.dyn" | ".rel.dyn" | ".data.rel.ro" | ".dynsym" | ".dynstr" | ".gnu.hash" => {
                LOADING
            }
            _ => continue,
        };
        *parts.entry(part).or_default() += section.size();
    }
    // Functions that were found to be the same have several names and lie there once.
    let mut places = BTreeMap::new();
    for symbol in file.symbols() {
        let SymbolSection::Section(section) = symbol.section() else { continue };
        let section = file.section_by_index(section).map_err(broken)?;
        let held = matches!(section.name(), Ok(".text" | ".rodata" | ".data"));
        let named = matches!(symbol.kind(), SymbolKind::Text | SymbolKind::Data);
        if held && named && symbol.size() > 0 {
            places.insert(symbol.address(), (symbol.size(), symbol.name().unwrap_or_default()));
        }
    }
    for (size, name) in places.into_values() {
        *parts.entry(part_of(&plain_name(name))).or_default() += size;
    }
    let named: u64 = parts.values().sum();
    parts.insert(REST, shipped.saturating_sub(named));
    let mut parts: Vec<Part> =
        parts.into_iter().map(|(name, bytes)| Part { name, bytes }).collect();
    parts.sort_by_key(|part| std::cmp::Reverse(part.bytes));
    Ok(parts)
}

/// A name as it stands in the source.
#[must_use]
pub fn plain_name(symbol: &str) -> String {
    format!("{:#}", rustc_demangle::demangle(symbol))
}

/// The part that a function or a table belongs to: the first crate in its name that is not the
/// standard library, for its generic code is compiled for whoever uses it.
fn part_of(name: &str) -> &'static str {
    let crates = words(name);
    let part = |word: &str| PARTS.iter().find(|(_, of)| of.contains(&word)).map(|(part, _)| *part);
    if is_border(name) {
        return BORDER;
    }
    crates.clone().find_map(part).unwrap_or_else(|| {
        if crates.clone().any(|word| STANDARD.contains(&word)) {
            "standard library"
        } else {
            "others"
        }
    })
}

fn is_border(name: &str) -> bool {
    name.starts_with("uniffi_") || name.starts_with("ffi_")
}

/// The names of crates in a name, as far as they can be told: words before `::` or `..`.
fn words(name: &str) -> impl Iterator<Item = &str> + Clone {
    name.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|word| !word.is_empty())
}

const BORDER: &str = "border to Kotlin and Swift";
const UNWINDING: &str = "tables for panics";
const LOADING: &str = "tables for the loader";
/// Strings, and constants that have no name.
const REST: &str = "texts and unnamed tables";

const STANDARD: &[&str] =
    &["core", "alloc", "std", "compiler_builtins", "rustc_demangle", "str", "char"];

/// Crates by what they are for.
const PARTS: &[(&str, &[&str])] = &[
    (BORDER, &["vaora_ffi", "uniffi_core", "uniffi", "anyhow"]),
    (
        "diary index (sled)",
        &[
            "sled",
            "crossbeam_epoch",
            "crossbeam_utils",
            "parking_lot",
            "parking_lot_core",
            "fxhash",
            "crc32fast",
        ],
    ),
    ("QR decoding (rqrr)", &["rqrr", "g2p", "g2poly", "lru"]),
    ("charsets (encoding_rs)", &["encoding_rs"]),
    ("JSON (serde)", &["serde", "serde_core", "serde_json", "itoa", "zmij", "memchr"]),
    (
        "cryptography",
        &[
            "argon2",
            "blake2",
            "chacha20",
            "chacha20poly1305",
            "curve25519_dalek",
            "ed25519",
            "ed25519_dalek",
            "hkdf",
            "hmac",
            "hpke",
            "poly1305",
            "sha2",
            "x25519_dalek",
            "digest",
            "block_buffer",
            "hybrid_array",
            "cipher",
        ],
    ),
    (
        "transport (reqwest, rustls)",
        &[
            "reqwest",
            "rustls",
            "hyper",
            "hyper_util",
            "tokio",
            "ring",
            "webpki",
            "rustls_native_certs",
            "http",
            "url",
            "idna",
            "icu_normalizer",
            "icu_properties",
            "h2",
            "tower",
            "mio",
            "bytes",
            "rustls_pki_types",
            "httparse",
            "rustls_platform_verifier",
            "futures_util",
            "futures_channel",
            "socket2",
            "openssl_probe",
        ],
    ),
    ("Unicode tables", &["unicode_normalization", "tinyvec"]),
    ("dates (chrono)", &["chrono"]),
    ("unwinder", &["unwinding", "gimli", "addr2line", "miniz_oxide"]),
    ("core", &["vaora"]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_told_by_the_crate_that_asked_for_the_code() {
        for (name, part) in [
            ("<vaora::diary::Diary>::open", "core"),
            ("<sled::tree::Tree>::insert::<&[u8]>", "diary index (sled)"),
            ("core::slice::sort::stable::drift::sort::<vaora::list::Entry>", "core"),
            ("<core::fmt::Formatter>::pad", "standard library"),
            ("uniffi_vaora_ffi_fn_method_diary_check_in", "border to Kotlin and Swift"),
            ("memcpy_like", "others"),
        ] {
            assert_eq!(part_of(name), part, "{name}");
        }
    }
}
