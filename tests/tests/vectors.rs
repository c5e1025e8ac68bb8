//! Plays the files of `tests/vectors`, and proves that they are complete and up to date.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests: a case that cannot be read has failed"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use serde_json::Value;
use vaora::code::{Kind, Rule, Scanned, Trust, inspect, typed};
use vaora::seal::Purpose;
use vaora::text::reader::{self, Charset};
use vaora::text::{b28, hex, segments};
use vaora::time::Instant;
use vaora::trust::{Anchors, Manifest, Refusal, Root};
use vaora_tests::vectors;

fn read(name: &str) -> Vec<Value> {
    let path = vectors::folder().join(name);
    let text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{name}: {e}"));
    serde_json::from_str(&text).unwrap()
}

fn text<'a>(case: &'a Value, field: &str) -> Option<&'a str> {
    case[field].as_str()
}

#[test]
fn the_files_are_what_is_made_from_the_fixed_keys() {
    for file in vectors::all() {
        let path = vectors::folder().join(file.name);
        if std::env::var_os("VAORA_WRITE_VECTORS").is_some() {
            fs::write(&path, &file.text).unwrap();
        }
        let there = fs::read_to_string(&path).unwrap_or_default();
        assert!(there == file.text, "{} differs: VAORA_WRITE_VECTORS=1 writes it", file.name);
    }
}

#[test]
fn names_are_unique_in_each_file() {
    for entry in fs::read_dir(vectors::folder()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let mut seen = BTreeSet::new();
        for case in read(&name) {
            let case = case["name"].as_str().unwrap_or_default().to_owned();
            assert!(seen.insert(case.clone()), "{name}: {case}");
        }
    }
}

#[test]
fn b28() {
    for case in read("b28.json") {
        let got = b28::decode(text(&case, "text").unwrap());
        assert_eq!(got.as_deref().ok().map(hex::encode).as_deref(), text(&case, "bytes"), "{case}");
        assert_eq!(got.err().map(|e| e.id()), text(&case, "error"), "{case}");
    }
}

#[test]
fn typed_codes() {
    for case in read("typed.json") {
        let input = text(&case, "text").unwrap();
        let got = if case["name"].as_str().unwrap().contains("one-time") {
            typed::decode_share(input).map(|bytes| hex::encode(&bytes))
        } else {
            typed::decode(input).map(|seed| hex::encode(seed.expose()))
        };
        assert_eq!(got.as_deref().ok(), text(&case, "bytes"), "{case}");
        assert_eq!(got.err().map(Rule::id), text(&case, "error"), "{case}");
    }
}

fn unhex(text: &str) -> Vec<u8> {
    let digit = |at: usize| u8::from_str_radix(&text[at..at + 2], 16).unwrap();
    (0..text.len()).step_by(2).map(digit).collect()
}

#[test]
fn segments_of_symbols() {
    for case in read("segments.json") {
        let data = unhex(text(&case, "data").unwrap());
        let version = u8::try_from(case["version"].as_u64().unwrap()).unwrap();
        let name = &case["name"];
        match segments::parse(&data, version) {
            Err(error) => {
                assert_eq!(Some(error.to_string().as_str()), text(&case, "error"), "{name}")
            }
            Ok(segments) => {
                let shown: Vec<String> = segments
                    .iter()
                    .map(|s| {
                        let eci = s.eci.map_or(String::new(), |eci| format!("eci={eci} "));
                        let mode = format!("{:?}", s.mode).to_lowercase();
                        format!("{eci}{mode} {}", hex::encode(&s.bytes))
                    })
                    .collect();
                assert_eq!(serde_json::to_value(shown).unwrap(), case["segments"], "{name}");
                let reading = reader::read(&segments);
                assert_eq!(Some(reading.text.as_str()), text(&case, "text"), "{name}");
                assert_eq!(Some(reading.damaged), case["damaged"].as_bool(), "{name}");
            }
        }
    }
}

#[test]
fn texts_out_of_readers() {
    for case in read("texts.json") {
        let input = text(&case, "read").unwrap();
        let reading = match input.strip_prefix("hex:") {
            Some(digits) => reader::read_bytes(&unhex(digits)),
            None => reader::read_text(input),
        };
        let repaired = reading.repaired.map(|charset| match charset {
            Charset::Latin1 => "latin-1",
            Charset::ShiftJis => "shift_jis",
            Charset::Big5 => "big5",
        });
        let name = &case["name"];
        assert_eq!(Some(reading.text.as_str()), text(&case, "text"), "{name}");
        assert_eq!(repaired, text(&case, "repaired"), "{name}");
        assert_eq!(Some(reading.damaged), case["damaged"].as_bool(), "{name}");
    }
}

/// What a phone holds of signed documents.
#[derive(Debug, Clone, Default)]
struct Phone {
    anchors: Anchors,
    manifest: Option<Manifest>,
}

/// Takes documents as a phone does, one after another.
fn take(phone: &mut Phone, document: &Value) -> Result<(), Refusal> {
    let spaces = usize::try_from(document["spaces"].as_u64().unwrap()).unwrap();
    let bytes = format!("{}{}", text(document, "text").unwrap(), " ".repeat(spaces)).into_bytes();
    let Phone { anchors, manifest } = phone;
    let kind = text(document, "kind").unwrap();
    if let Some(kind) = kind.strip_prefix("stored ") {
        let hash = hex::decode(text(document, "sha256").unwrap()).unwrap();
        return match kind {
            "root" => Root::restore(&bytes, &hash).map(|root| *anchors = Anchors::of(root)),
            "manifest" => Manifest::restore(&bytes, &hash).map(|read| *manifest = Some(read)),
            kind => anchors.restore(purpose(kind), &bytes, &hash),
        };
    }
    match kind {
        "root" => Root::embedded(&bytes).map(|root| *anchors = Anchors::of(root)),
        "next root" => anchors.accept_root(&bytes),
        "manifest" => {
            let held = manifest.as_ref().map(Manifest::held);
            *manifest = Some(Manifest::open(&bytes, anchors.root().unwrap(), held)?);
            Ok(())
        }
        "revocation" => anchors.accept_revocation(&bytes),
        "prefixes" => anchors.accept_prefixes(&bytes),
        "areas" => anchors.accept_areas(&bytes),
        "policy" => anchors.accept_policy(&bytes),
        "advice" => anchors.accept_advice(&bytes),
        "upload" => anchors.accept_upload(&bytes),
        other => panic!("no document is a {other}"),
    }
}

fn purpose(id: &str) -> Purpose {
    match id {
        "revocation" => Purpose::Revocation,
        "prefixes" => Purpose::Prefixes,
        "policy" => Purpose::Policy,
        other => panic!("no stored document is a {other}"),
    }
}

fn documents() -> BTreeMap<String, Value> {
    let cases = read("documents.json");
    cases.into_iter().map(|c| (c["name"].as_str().unwrap().to_owned(), c)).collect()
}

#[test]
fn signed_documents() {
    let cases = documents();
    for (name, case) in &cases {
        let mut phone = Phone::default();
        for before in case["after"].as_array().unwrap() {
            let before = &cases[before.as_str().unwrap()];
            take(&mut phone, &before["document"]).unwrap_or_else(|e| panic!("{name}: {e}"));
        }
        let held = format!("{phone:?}");
        let got = take(&mut phone, &case["document"]).err();
        assert_eq!(got.map(Refusal::id), text(case, "refusal"), "{name}");
        if got.is_some() {
            assert_eq!(format!("{phone:?}"), held, "{name}: a refused document changed something");
        }
    }
}

/// The phone of the vectors: first root, revocation, prefixes.
fn phone() -> Anchors {
    let cases = documents();
    let mut phone = Phone::default();
    for name in ["the first root", "a revocation catalogue", "a catalogue of prefixes"] {
        take(&mut phone, &cases[name]["document"]).unwrap();
    }
    phone.anchors
}

#[test]
fn our_codes() {
    let phone = phone();
    for case in read("codes.json") {
        let at = Instant::from_unix(case["at"].as_i64().unwrap());
        let scan = inspect(Scanned::Text(text(&case, "text").unwrap()), &phone, at);
        let name = &case["name"];
        assert_eq!(Some(scan.kind.id()), text(&case, "kind"), "{name}");
        assert_eq!(scan.trust.map(Trust::id), text(&case, "trust"), "{name}");
        assert_eq!(scan.rule.map(Rule::id), text(&case, "error"), "{name}");
        let hash = scan.seed().map(|s| hex::encode(&s.derive_hash()));
        assert_eq!(hash.as_deref(), text(&case, "seed_hash"), "{name}");
        assert_eq!(scan.id.map(|id| hex::encode(&id.0)).as_deref(), text(&case, "id"), "{name}");
        let shown = scan.venue.as_ref().map(vectors::codes::Shown::from);
        assert_eq!(serde_json::to_value(shown).unwrap(), case["venue"], "{name}");
    }
}

#[test]
fn every_rule_refusal_and_trust_state_has_a_vector() {
    let files = ["codes.json", "foreign.json"];
    let cases: Vec<Value> = files.iter().flat_map(|f| read(f)).collect();
    let seen = |field: &str| -> BTreeSet<String> {
        cases.iter().filter_map(|c| c[field].as_str()).map(str::to_owned).collect()
    };
    let (errors, trusts, kinds) = (seen("error"), seen("trust"), seen("kind"));
    for rule in Rule::ALL {
        assert!(errors.contains(rule.id()), "no vector for {}", rule.id());
    }
    for trust in Trust::ALL {
        assert!(trusts.contains(trust.id()), "no vector for {}", trust.id());
    }
    for kind in Kind::ALL {
        assert!(kinds.contains(kind.id()), "no vector for {}", kind.id());
    }
    let refusals: BTreeSet<String> =
        documents().values().filter_map(|c| c["refusal"].as_str()).map(str::to_owned).collect();
    for refusal in Refusal::ALL {
        assert!(refusals.contains(refusal.id()), "no vector for {}", refusal.id());
    }
}
