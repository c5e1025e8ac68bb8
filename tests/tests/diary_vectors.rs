//! The vectors of the diary's files, both ways: the core reads what the stranger wrote, writes
//! the same from the same, and refuses what it must.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a case that cannot be read has failed")]

use std::collections::BTreeSet;

use serde_json::Value;
use vaora::journal::Wrapped;
use vaora::journal::probe::{self, File, Readable};
use vaora::seal::{Random, Secret};
use vaora::{Error, diary};
use vaora_tests::diary::sim::SimDisk;
use vaora_tests::diary::stranger::open_export;
use vaora_tests::diary::{Dice, at, create, place};
use vaora_tests::vectors;

/// Gives out prepared bytes.
struct Prepared(Vec<u8>);

impl Random for Prepared {
    fn fill(&mut self, bytes: &mut [u8]) {
        let rest = self.0.split_off(bytes.len());
        bytes.copy_from_slice(&self.0);
        self.0 = rest;
    }
}

fn cases() -> Vec<Value> {
    let text = std::fs::read_to_string(vectors::folder().join("diary.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn unhex(text: &Value) -> Vec<u8> {
    let text = text.as_str().unwrap();
    let digit = |at: usize| u8::from_str_radix(&text[at..at + 2], 16).unwrap();
    (0..text.len()).step_by(2).map(digit).collect()
}

fn secret(case: &Value) -> Secret {
    Secret::from_slice(&unhex(case)).unwrap()
}

fn number(case: &Value) -> u32 {
    u32::try_from(case.as_u64().unwrap()).unwrap()
}

/// Whether the core takes these bytes; what it takes it must write again.
fn takes(case: &Value) -> bool {
    let bytes = unhex(&case["bytes"]);
    let from = &case["from"];
    let again = match case["form"].as_str().unwrap() {
        "ring" => ring(from, &bytes),
        "match keys" => probe::match_keys(&bytes),
        "diary keys" => probe::diary_keys(&bytes),
        "record" => record(from, &bytes),
        "match part" => diary::probe::facts(&bytes),
        "diary part" => diary::probe::words(&bytes),
        "companions" => diary::probe::companions(&bytes),
        "diary state" => diary::probe::own(&bytes),
        "export content" => diary::probe::export(&bytes),
        "export" => export(from, &bytes),
        other => panic!("no form {other}"),
    };
    assert_ne!(again, Some(false), "{}: it is not written the same", case["name"]);
    again.is_some()
}

fn ring(from: &Value, bytes: &[u8]) -> Option<bool> {
    let matching = from["kind"] == "match";
    let (wrapping, sequence, body) = probe::open_ring(matching, bytes, &secret(&from["secret"]))?;
    let right = wrapping == unhex(&from["wrapping"])
        && Some(sequence) == from["sequence"].as_u64()
        && *body == unhex(&from["body"]);
    let wrapped = Wrapped { secret: secret(&from["secret"]), wrapping };
    let mut random = Prepared([unhex(&from["salt"]), unhex(&from["nonce"])].concat());
    let again = probe::write_ring(matching, wrapped, sequence, &body, &mut random);
    Some(right && again.as_deref() == Some(bytes))
}

fn record(from: &Value, bytes: &[u8]) -> Option<bool> {
    let array = |field: &str| unhex(&from[field]).try_into().unwrap();
    let file = File {
        name: array("name"),
        id: array("id"),
        day: number(&from["day"]),
        generation: number(&from["generation"]),
        key: secret(&from["match key"]),
    };
    let (key, inbox) = (secret(&from["diary key"]), secret(&from["inbox"]));
    let opened = file.read(bytes, key, inbox)?;
    let words = unhex(&from["diary part"]);
    let right = opened.number == number(&from["number"])
        && u64::from(opened.mode) == from["mode"].as_u64().unwrap()
        && opened.matching == unhex(&from["match part"])
        && opened.readable.unwrap_or_default() == words;
    let key = secret(&from["diary key"]);
    let public = vectors::diary::records_inbox();
    let (nonce, once) = (unhex(&from["diary nonce"]), unhex(&from["once"]));
    let (readable, mut random) = match opened.mode {
        0 => (Readable::Unchanged, Vec::new()),
        1 => (Readable::Sealed(&key, &words), nonce),
        2 => (Readable::Boxed(&public, &words), [once, nonce].concat()),
        _ => (Readable::Dropped, Vec::new()),
    };
    random.extend(unhex(&from["match nonce"]));
    let again = file.write(&mut Prepared(random), opened.number, &opened.matching, &readable);
    Some(right && again.as_deref() == Some(bytes))
}

fn export(from: &Value, bytes: &[u8]) -> Option<bool> {
    let now = at(0);
    let (diary, _) = create(Box::new(SimDisk::default()), &mut Dice::new(1), &now).unwrap();
    let passphrase = from["passphrase"].as_str().unwrap();
    match diary.import(bytes, passphrase, &now) {
        Ok(visits) => {
            let content = open_export(bytes, passphrase).unwrap();
            Some(visits == 2 && content == unhex(&from["content"]))
        }
        Err(Error::NotAnExport | Error::BadPassphrase | Error::UpdateNeeded) => None,
        Err(other) => panic!("{other:?}"),
    }
}

#[test]
fn every_vector_is_taken_or_refused_as_it_says() {
    let cases = cases();
    let mut forms = BTreeSet::new();
    for case in &cases {
        let refused = case["refused"].as_bool().unwrap();
        assert_eq!(takes(case), !refused, "{}", case["name"]);
        forms.insert((case["form"].as_str().unwrap(), refused));
    }
    assert_eq!(forms.len(), 2 * 10, "a form lacks what is taken or what is refused: {forms:?}");
}

#[test]
fn what_the_core_exports_the_stranger_reads() {
    let now = at(0);
    let (diary, _) = create(Box::new(SimDisk::default()), &mut Dice::new(2), &now).unwrap();
    diary.check_in(&place("chợ", 60), &[], &now).unwrap();
    diary.add_companion("Lan").unwrap();
    let bytes = diary.export("mật khẩu dài").unwrap().bytes;
    let content = open_export(&bytes, "mật khẩu dài").unwrap();
    assert_eq!(diary::probe::export(&content), Some(true));
    assert!(content.windows(4).any(|w| w == "chợ".as_bytes().first_chunk::<4>().unwrap()));
}
