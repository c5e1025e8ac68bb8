//! Codes: reading and verifying one of ours beside the bare signature check of the same library;
//! telling what any other text is; searching an area.

use std::hint::black_box;

use ed25519_dalek::{Signature, VerifyingKey};
use serde_json::Value;
use vaora::area::{Areas, Map};
use vaora::code::{Kind, Scanned, Trust, inspect};
use vaora::seal::{Purpose, signed_bytes};
use vaora::trust::{Anchors, Root};
use vaora_tests::vectors::{self, world};

use crate::clock;
use crate::row::{Good, Report, Row};

pub fn run(report: &mut Report) {
    own_code(report);
    other_texts(report);
    area_search(report);
}

fn own_code(report: &mut Report) {
    let issuer = world::key("issuer");
    let code = vaora_authority::issue::issue(&world::market(), &issuer).expect("a good venue");
    let text = code.address("vaora.example").expect("a host name");
    let anchors = Anchors::of(Root::embedded(&world::root()).expect("a good root"));
    let at = world::noon("2027-06-15");
    let scan = inspect(Scanned::Text(&text), &anchors, at);
    assert_eq!(scan.trust, Some(Trust::Verified));

    let (body, signature) = code.bytes().split_last_chunk::<64>().expect("a signed code");
    let message = signed_bytes(Purpose::Code, body);
    let key = VerifyingKey::from_bytes(issuer.public().as_bytes()).expect("a good key");
    let signature = Signature::from_bytes(signature);
    let (ours, other) = clock::side_by_side(
        || inspect(Scanned::Text(black_box(&text)), &anchors, at),
        || key.verify_strict(black_box(&message), &signature).is_ok(),
    );
    report.row(&Row {
        name: "inspect and verify a code of ours",
        ours,
        other,
        name_of_other: "bare Ed25519 verification",
        unit: "µs",
        good: Good::Less,
        goal: Some(1.3),
    });
}

fn other_texts(report: &mut Report) {
    let anchors = Anchors::none();
    let at = world::noon("2027-06-15");
    let path = vectors::folder().join("foreign.json");
    let file = std::fs::read_to_string(path).expect("the vectors lie in the project");
    let cases: Vec<Value> = serde_json::from_str(&file).expect("the vectors are JSON");
    let spoiled = "Huá»³nh Hiáº¿u Thuáº\u{AD}n ".repeat(60);
    for (name, text) in [
        ("text of 7,089 digits", "1".repeat(7089)),
        ("text of 2,950 Vietnamese bytes", "Phường Thục Phán, Tỉnh Cao Bằng; ".repeat(72)),
        ("text of 2,950 Chinese bytes", "良田體育館。".repeat(164)),
        ("text that was read as Latin-1", spoiled),
        ("text of 1,000 Latin and Chinese letters", "a良".repeat(500)),
        ("text that was read as Big5", "Hu廙軟h Hi廕簑 Thu廕要".to_owned()),
        ("text of 7,000 digits behind Chợ", format!("Chợ{}", "1".repeat(7000))),
        ("address of 4,000 letters", format!("https://example.org/{}", "a".repeat(4000))),
    ] {
        report.row(&Row {
            name: &format!("tell a {name}"),
            ours: clock::alone(|| inspect(Scanned::Text(black_box(&text)), &anchors, at)),
            other: 20.0,
            name_of_other: "limit",
            unit: "µs",
            good: Good::Less,
            goal: Some(1.0),
        });
    }
    let mut slowest = vec![(0.0, String::new()); Kind::ALL.len()];
    for case in &cases {
        let text = case["text"].as_str().unwrap_or_default();
        let time = clock::alone(|| inspect(Scanned::Text(black_box(text)), &anchors, at));
        let kind = inspect(Scanned::Text(text), &anchors, at).kind;
        let at = Kind::ALL.iter().position(|k| *k == kind).unwrap_or_default();
        if time > slowest[at].0 {
            slowest[at] = (time, case["name"].as_str().unwrap_or_default().to_owned());
        }
    }
    for (kind, (time, name)) in Kind::ALL.iter().zip(slowest).filter(|(_, (t, _))| *t > 0.0) {
        report.row(&Row {
            name: &format!("tell a {kind}: {name}").chars().take(44).collect::<String>(),
            ours: time,
            other: 20.0,
            name_of_other: "limit",
            unit: "µs",
            good: Good::Less,
            goal: Some(1.0),
        });
    }
}

fn area_search(report: &mut Report) {
    let payload = vaora_authority::areas::payload(None, 1, world::day("2026-11-21"));
    let areas = Areas::parse(&payload.expect("good tables")).expect("a good catalogue");
    for (map, query) in [
        (Map::M2025, "thuc phan cao bang"),
        (Map::M2024, "Xã Văn Lang"),
        (Map::M2024, "a"),
        (Map::M2024, "no such place at all"),
    ] {
        report.row(&Row {
            name: &format!("search {} units for \"{query}\"", areas.units(map).count()),
            ours: clock::alone(|| areas.search(map, black_box(query), 10)),
            other: 1000.0,
            name_of_other: "limit",
            unit: "µs",
            good: Good::Less,
            goal: Some(1.0),
        });
    }
}
