//! `vaora seeds`: writes the vectors as seeds for fuzzing, so that every fuzz target begins
//! where the formats already are.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde_json::Value;
use vaora::text::{b28, hex};
use vaora::trust::{Anchors, Root};
use vaora_tests::vectors;

use super::Failed;

/// Write the seeds of a fuzz target into a folder.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The fuzz target.
    target: String,
    /// The folder.
    folder: PathBuf,
}

pub(crate) fn run(args: &Args) -> Result<ExitCode, Failed> {
    let seeds: Vec<Vec<u8>> = match args.target.as_str() {
        "b28" => [texts("b28.json", "text")?, texts("typed.json", "text")?].concat(),
        "inspect" => [texts("codes.json", "text")?, texts("foreign.json", "text")?].concat(),
        "code_body" => bodies()?,
        "segments" => symbols()?,
        "envelope" => documents()?,
        "root" => payloads(&["root", "next root"])?,
        "manifest" => payloads(&["manifest"])?,
        "policy" => policies()?,
        "catalogues" => payloads(&["advice", "upload", "revocation", "prefixes"])?,
        "chunk" => {
            let chunk = |case: &Value| bytes(case["chunk"].as_str()?);
            cases("chunks.json")?.iter().filter_map(chunk).collect()
        }
        "area_catalogue" => {
            let today = vectors::world::day("2026-11-21");
            vec![vaora_authority::areas::payload(None, 1, today).map_err(|e| fail(&e))?]
        }
        "ring" => forms(&["ring", "match keys", "diary keys", "companions"])?,
        "record" => forms(&["record", "match part", "diary part"])?,
        "share_box" => {
            let share = |case: &Value| bytes(case["bytes"].as_str()?);
            let shares = cases("share.json")?.iter().filter_map(share).collect();
            [shares, forms(&["companions", "diary state"])?].concat()
        }
        "export" => forms(&["export content"])?,
        // Each step once, and the whole way.
        "sync_engine" => vec![
            (0..9).flat_map(|step| [step, 5]).collect(),
            vec![4, 0, 1, 0, 1, 0, 6, 1, 4, 0, 1, 0, 1, 0, 8, 0],
            vec![4, 0, 1, 0, 1, 0, 7, 12, 8, 0, 7, 3, 4, 0, 1, 0, 1, 0, 8, 0],
        ],
        "http_headers" => [
            "bytes 100-199/200",
            "bytes 1-2/*",
            "120",
            "text/html; charset=utf-8",
            "Sun, 06 Nov 1994 08:50:07 GMT\nSun, 06 Nov 1994 08:49:37 GMT",
        ]
        .map(|text| text.as_bytes().to_vec())
        .to_vec(),
        // A target without vectors begins from nothing.
        _ => vec![Vec::new()],
    };
    fs::create_dir_all(&args.folder).map_err(|e| fail(&e))?;
    for (number, seed) in seeds.iter().enumerate() {
        fs::write(args.folder.join(format!("seed-{number}")), seed).map_err(|e| fail(&e))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn cases(file: &str) -> Result<Vec<Value>, Failed> {
    let bytes = super::read_file(&vectors::folder().join(Path::new(file)))?;
    serde_json::from_slice(&bytes).map_err(|e| fail(&e))
}

fn texts(file: &str, field: &str) -> Result<Vec<Vec<u8>>, Failed> {
    let text = |case: &Value| case[field].as_str().map(|text| text.as_bytes().to_vec());
    Ok(cases(file)?.iter().filter_map(text).collect())
}

/// The bytes of the diary's vectors of some forms.
fn forms(forms: &[&str]) -> Result<Vec<Vec<u8>>, Failed> {
    let cases = cases("diary.json")?;
    let meant = cases.iter().filter(|case| forms.iter().any(|form| case["form"] == *form));
    Ok(meant.filter_map(|case| bytes(case["bytes"].as_str()?)).collect())
}

/// What digits of hexadecimal say, however many.
fn bytes(digits: &str) -> Option<Vec<u8>> {
    let byte = |pair: &[u8]| hex::decode(std::str::from_utf8(pair).ok()?).map(|[b]| b);
    digits.as_bytes().chunks_exact(2).map(byte).collect()
}

/// The kind, then what stands behind mark and version and before the signature.
fn bodies() -> Result<Vec<Vec<u8>>, Failed> {
    let body = |text: Vec<u8>| {
        let bytes = b28::decode(std::str::from_utf8(&text).ok()?).ok()?;
        let inner = bytes.get(2..bytes.len().checked_sub(64)?)?;
        Some([&[bytes.get(1)? & 0x0F], inner].concat())
    };
    Ok(texts("codes.json", "text")?.into_iter().filter_map(body).collect())
}

/// The version, then the codewords.
fn symbols() -> Result<Vec<Vec<u8>>, Failed> {
    let symbol = |case: &Value| {
        let data = bytes(case["data"].as_str()?)?;
        let version = u8::try_from(case["version"].as_u64()?).ok()?;
        Some([vec![version], data].concat())
    };
    Ok(cases("segments.json")?.iter().filter_map(symbol).collect())
}

/// Whole documents, and their payloads behind a byte that says what to take them for.
fn documents() -> Result<Vec<Vec<u8>>, Failed> {
    let mut seeds = Vec::new();
    for case in cases("documents.json")? {
        let text = case["document"]["text"].as_str().unwrap_or_default();
        seeds.push(text.as_bytes().to_vec());
        if let Some((_, payload)) = text.split_once("\n\n") {
            seeds.extend((0..4).map(|kind| [&[kind], payload.as_bytes()].concat()));
        }
    }
    Ok(seeds)
}

/// What the signatures of some kinds of documents cover, behind the number of the kind.
fn payloads(kinds: &[&str]) -> Result<Vec<Vec<u8>>, Failed> {
    let payload = |case: &Value| {
        let document = &case["document"];
        let kind = kinds.iter().position(|kind| document["kind"] == *kind)?;
        let (_, payload) = document["text"].as_str()?.split_once("\n\n")?;
        Some([&[u8::try_from(kind).ok()?], payload.as_bytes()].concat())
    };
    Ok(cases("documents.json")?.iter().filter_map(payload).collect())
}

/// Policies alone, one after another, and the days that a phone keeps of them.
fn policies() -> Result<Vec<Vec<u8>>, Failed> {
    let alone = payloads(&["policy"])?;
    let mut seeds = alone.clone();
    for pair in alone.windows(2) {
        let [first, second] = pair else { continue };
        seeds.push([first.as_slice(), &[0], second.get(1..).unwrap_or_default()].concat());
    }
    for policy in [vectors::policies::policy(), vectors::policies::asleep()] {
        let document = vectors::policies::sign(&policy, &["catalogue a", "catalogue b"]);
        let root = Root::embedded(&vectors::world::root()).map_err(|e| fail(&e))?;
        let mut phone = Anchors::of(root);
        phone.accept_policy(&document).map_err(|e| fail(&e))?;
        seeds.push([&[1], phone.standing().encode().as_slice()].concat());
    }
    Ok(seeds)
}

fn fail(error: &impl std::fmt::Display) -> Failed {
    Failed::could_not(error.to_string())
}
