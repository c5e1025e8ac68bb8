//! The vectors of sharing, as a second implementation would play them.

#![expect(clippy::unwrap_used, clippy::panic, reason = "what helps a test may fail it")]

use serde_json::Value;
use vaora::seal::{Random, Secret, UploadSecret};
use vaora::share::{Answer, Request, ShareRule, open, seal};
use vaora::text::hex;
use vaora_tests::vectors::share::{IKM, NONCE, PRIVATE, public, sealed};
use vaora_tests::vectors::{folder, world::DEPLOYMENT};

/// Bytes that are the same every time.
struct Fixed<'a>(&'a [u8]);

impl Random for Fixed<'_> {
    fn fill(&mut self, bytes: &mut [u8]) {
        bytes.copy_from_slice(self.0);
    }
}

fn cases() -> Vec<Value> {
    serde_json::from_slice(&std::fs::read(folder().join("share.json")).unwrap()).unwrap()
}

fn unhex(value: &Value) -> Vec<u8> {
    let pairs = value.as_str().unwrap().as_bytes().as_chunks::<2>().0;
    let byte = |pair| hex::decode::<1>(std::str::from_utf8(pair).unwrap()).unwrap()[0];
    pairs.iter().map(|pair| byte(pair)).collect()
}

fn bytes(case: &Value) -> Vec<u8> {
    let mut bytes = unhex(&case["bytes"]);
    bytes.resize(bytes.len() + usize::try_from(case["zeros"].as_u64().unwrap()).unwrap(), 0);
    bytes
}

fn secret() -> UploadSecret {
    UploadSecret::from_secret(Secret::from_slice(&PRIVATE).unwrap())
}

/// What the core says to a case; what it takes, it must write again.
fn rule(case: &Value) -> Option<ShareRule> {
    let (name, bytes) = (&case["name"], bytes(case));
    match case["form"].as_str().unwrap() {
        "request" => match Request::decode(&bytes) {
            Err(rule) => Some(rule),
            Ok(request) => {
                assert_eq!(*request.encode().unwrap(), bytes, "{name}");
                None
            }
        },
        "box" => match open(&bytes, &DEPLOYMENT, &secret()) {
            Err(rule) => Some(rule),
            Ok((plain, _)) => {
                let wanted = unhex(&case["from"]["request"]);
                assert!(plain.starts_with(&wanted), "{name}");
                // The stranger's random numbers give the stranger's box.
                let request = Request::decode(&plain).unwrap();
                let again = seal(&request, &DEPLOYMENT, &public(), &mut Fixed(&IKM)).unwrap().0;
                assert!(again == bytes, "{name}");
                None
            }
        },
        "answer" => {
            let (_, key) = open(&sealed(&[1]).0, &DEPLOYMENT, &secret()).unwrap();
            match key.open(&bytes) {
                Err(rule) => Some(rule),
                Ok(answer) => {
                    let says = match answer {
                        Answer::Cover => "cover".to_owned(),
                        Answer::Taken(receipt) => hex::encode(&receipt.0),
                        Answer::CodeWrong => "code-wrong".to_owned(),
                        Answer::CodeUsed => "code-used".to_owned(),
                        Answer::Refused => "refused".to_owned(),
                    };
                    assert_eq!(case["from"]["says"], says, "{name}");
                    assert_eq!(key.seal(answer, &mut Fixed(&NONCE)), bytes, "{name}");
                    None
                }
            }
        }
        other => panic!("no form {other}"),
    }
}

#[test]
fn shares_are_as_the_vectors_say() {
    for case in cases() {
        assert_eq!(rule(&case).map(ShareRule::id), case["rule"].as_str(), "{}", case["name"]);
    }
}

#[test]
fn every_rule_of_shares_has_a_vector() {
    let cases = cases();
    for rule in ShareRule::ALL {
        assert!(cases.iter().any(|case| case["rule"] == rule.id()), "{}", rule.id());
    }
}

#[test]
fn a_box_of_another_deployment_does_not_open() {
    let case = cases().into_iter().find(|case| case["form"] == "box").unwrap();
    let other = *b"another province";
    let opened = open(&bytes(&case), &other, &secret());
    assert_eq!(opened.err(), Some(ShareRule::BoxSeal));
}

/// Every byte of a box is covered by its seal.
#[test]
fn no_changed_box_opens() {
    let good = sealed(&[1]).0;
    for at in (0..60).chain((60..good.len()).step_by(997)).chain(good.len() - 20..good.len()) {
        let mut bad = good.clone();
        bad[at] ^= 0x10;
        // One bit of an X25519 key does not count, and is refused all the same: it is in the key
        // schedule.
        assert!(open(&bad, &DEPLOYMENT, &secret()).is_err(), "{at}");
    }
}
