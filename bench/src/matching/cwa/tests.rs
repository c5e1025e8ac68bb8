use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};

use super::super::tests::{Folder, foreign_code, spoil_signature};
use super::*;

/// Vectors of the app itself: corona-warn-app/cwa-app-android, `CheckInCryptographyTest.kt`.
const ID: &str = "m686QDEvOYSfRtrRBA8vA58c/6EjjEHp22dTFc+tObY=";
const HASH: &str = "19d60b1a5ad000fecf5ca9f7c2ed91cc6dd543a513fe7edadd16ee3999a238f0";
const ENCRYPT: &str = "prxOK3dvFTjoxfROd2KyfG0aTFeMYZfPos69m84vv6E=";
const MAC: &str = "T4jqEMtrtkhQmn+mDXoFBTji4LDiVIZNtP83axUz+bA=";
const IV: &str = "+VNLZEr+j6qotkv8v1ASlQ==";
/// Encrypted record, its mac, and what it says.
const REPORTS: [(&str, &str, Record); 2] = [
    (
        "t5TWYYc/kn4vbWRd677L3g==",
        "BJX/KwAXo3vQBMlycMxNxiwlrNyzWdD2LeF9KCrzt/I=",
        Record { start: 2_710_445, period: 28, risk: 7 },
    ),
    (
        "7v9eQ9R2JtDnU70gn4cidQ==",
        "g6KU9FjzawyGA5ZPiZxfgxt8Ou5pSVWqqyAaBkQEA4k=",
        Record { start: 271_044, period: 3, risk: 7 },
    ),
];

fn bytes<const N: usize>(text: &str) -> [u8; N] {
    BASE64_STANDARD.decode(text).expect("base64").try_into().expect("the right length")
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn keys_follow_from_an_id_as_theirs_do() {
    let keys = Keys::of(&bytes(ID));
    assert_eq!(hex(&keys.hash), HASH);
    assert_eq!(keys.encrypt, bytes::<32>(ENCRYPT));
    assert_eq!(keys.mac, bytes::<32>(MAC));
}

#[test]
fn their_reports_are_opened_and_ours_are_the_same() {
    let keys = Keys::of(&bytes(ID));
    for (record, mac, plain) in &REPORTS {
        let ours = keys.protect(plain, &bytes(IV));
        // 106 with the tag and the length that it has in a package.
        assert_eq!(ours.len(), 104);
        let report = Report::read(&ours).expect("a report");
        assert_eq!(hex(report.hash), HASH);
        assert_eq!(report.iv, bytes::<16>(IV));
        assert_eq!(report.record, bytes::<16>(record));
        assert_eq!(report.mac, bytes::<32>(mac));
        assert_eq!(keys.open(&report).as_ref(), Some(plain));
    }
}

#[test]
fn a_report_with_one_bit_changed_is_not_opened_nor_by_another_place() {
    let keys = Keys::of(&bytes(ID));
    let good = keys.protect(&REPORTS[0].2, &bytes(IV));
    for at in 0..good.len() {
        let mut other = good.clone();
        other[at] ^= 1;
        let opened = Report::read(&other).and_then(|report| keys.open(&report));
        // The hash only says where to look; the mac covers what is found.
        let is_hash = (2..34).contains(&at);
        assert_eq!(opened.is_some(), is_hash, "byte {at}");
    }
    let report = Report::read(&good).expect("a report");
    assert!(Keys::of(&[7; 32]).open(&report).is_none());
}

/// `id = SHA-256("CWA-GUID" ‖ message)`, with the message that the poster holds.
fn id_of_code(text: &str) -> [u8; 32] {
    let (_, message) = text.split_once('#').expect("a link");
    let message = BASE64_URL_SAFE_NO_PAD.decode(message).expect("base64");
    Sha256::new_with_prefix(b"CWA-GUID").chain_update(message).finalize().into()
}

#[test]
fn a_real_poster_is_found_while_it_is_risky_and_no_other_is() {
    let (risky, other) = (id_of_code(&foreign_code("cwa-01")), id_of_code(&foreign_code("cwa-06")));
    // As their specification and their app's tests have them.
    assert_eq!(hex(&risky), "44c7dfb03c581ca3df206c7b74d573cbb8fc7ba85ac15922cc9beaa8372958b7");
    assert_eq!(
        hex(&hash_of(&other)),
        "348142698636c70fb4c3a66275e03ecc1b92042ad6e20aa19c0a1f59a00f812f"
    );
    let folder = Folder::new("cwa");
    let mut body = Vec::new();
    let harmless = Record { start: 2_710_500, period: 6, risk: 0 };
    for record in [&REPORTS[0].2, &harmless] {
        put_bytes(&mut body, 4, &Keys::of(&risky).protect(record, &[3; 16]));
    }
    let mut out = signed::Writer::create(&package(&folder.0, 0), &[]);
    out.write_all(&body).expect("it can be written");
    out.finish();
    let (from, until) = (2_710_445 * 600, (2_710_445 + 28) * 600);
    let mut app = App::empty(1, &folder.0);
    app.visit(0, risky, from - 60..from + 1);
    app.visit(1, risky, from - 60..from);
    app.visit(2, risky, until - 1..until + 60);
    app.visit(3, risky, until..until + 60);
    app.visit(4, other, from..until);
    app.visit(5, risky, 2_710_500 * 600..2_710_506 * 600);
    assert_eq!(app.find(), Ok(vec![0, 2]));
    spoil_signature(&package(&folder.0, 0));
    assert_eq!(app.find(), Err(Refused::Signature));
}
