//! What a person at the desk sees of shares: a table in plain words, or every field as JSON.

#![expect(clippy::unwrap_used, reason = "what helps a test may fail it")]

use std::path::Path;
use std::process::{Command, Output};

use vaora::area::{AreaCode, Map};
use vaora::seal::{Random, Seed, VenueId, VenueKey};
use vaora::share::{Request, SharedVisit, UploadId, seal};
use vaora::time::{Day, Instant};
use vaora_authority::Deployment;
use vaora_authority::deployment::Plan;
use vaora_authority::intake::Intake;

struct System;

impl Random for System {
    fn fill(&mut self, bytes: &mut [u8]) {
        getrandom::fill(bytes).unwrap();
    }
}

fn today() -> Day {
    Day::from_iso("2026-12-01").unwrap()
}

/// A minute of that day.
fn minute(minute: i64) -> Instant {
    Instant::from_unix(today().start().unix() + minute * 60)
}

/// From 8:30 on, for 40 minutes.
fn visit(name: &str) -> SharedVisit {
    let key = VenueKey::derive(&Seed::from_bytes([7; Seed::LEN]), today());
    SharedVisit {
        from: minute(510),
        until: minute(550),
        category: 0,
        area: None,
        name: name.to_owned(),
        zone: String::new(),
        venue: None,
        companions: 0,
        names: Vec::new(),
        keys: vec![(today(), key)],
    }
}

/// A desk where these visits came in, each list with a code of its own. Answers with the receipts.
fn desk(folder: &Path, shares: Vec<(i64, Vec<SharedVisit>)>) -> Vec<String> {
    let plan = Plan { root_keys: 1, root_threshold: 1, today: today(), days: 400 };
    let mut deployment = Deployment::init(folder, plan, Vec::new()).unwrap();
    deployment.renew_upload_keys(today()).unwrap();
    let id = *deployment.anchors().root().unwrap().deployment();
    let key = deployment.anchors().upload().unwrap().key(today()).unwrap().key;
    let intake = Intake::open(folder).unwrap();
    for (at, visits) in shares {
        let now = minute(at);
        let code = intake.make_code(now).unwrap();
        let mut upload = [0; 16];
        System.fill(&mut upload);
        let request = Request::Visits { code, upload: UploadId(upload), visits };
        let (sealed, _) = seal(&request, &id, &key, &mut System).unwrap();
        intake.answer(&sealed, now).unwrap();
    }
    intake.shares().unwrap().into_iter().map(|share| share.receipt).collect()
}

fn shares(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_vaora-authority"))
        .args(["--folder", "desk", "shares"])
        .args(args)
        .current_dir(folder)
        .output()
        .unwrap()
}

#[test]
fn the_desk_reads_shares_in_plain_words_and_as_json() {
    let folder = tempfile::tempdir().unwrap();
    let market = SharedVisit {
        category: 28,
        area: Some(AreaCode::parse(Map::M2025, "04/01273").unwrap()),
        zone: "tầng 2".to_owned(),
        venue: Some(VenueId([0x5f; 16])),
        companions: 2,
        names: vec!["Minh".to_owned()],
        ..visit("Chợ Xanh")
    };
    let lists = vec![(600, vec![market, visit("nhà bà")]), (1440 + 600, vec![visit("")])];
    let receipts = desk(&folder.path().join("desk"), lists);

    let out = shares(folder.path(), &[]);
    assert!(out.status.success());
    let code = "5f".repeat(16);
    let wanted = format!(
        "receipt {}, came 01/12/2026 10:00, 2 visits
  in                out               place             kind          area                             along    code
  01/12/2026 08:30  01/12/2026 09:10  Chợ Xanh, tầng 2  local-market  Phường Thục Phán, Tỉnh Cao Bằng  2: Minh  {code}
  01/12/2026 08:30  01/12/2026 09:10  nhà bà            –             –                                –        not verified
receipt {}, came 02/12/2026 10:00, 1 visit
  in                out               place  kind  area  along  code
  01/12/2026 08:30  01/12/2026 09:10  –      –     –     –      not verified
",
        receipts[0], receipts[1]
    );
    assert_eq!(String::from_utf8(out.stdout).unwrap(), wanted);

    let json = |args: &[&str]| {
        let out = shares(folder.path(), &[&["--json"], args].concat());
        let text = String::from_utf8(out.stdout).unwrap();
        let rows = text.lines().map(|line| serde_json::from_str(line).unwrap());
        rows.collect::<Vec<serde_json::Value>>()
    };
    let rows = json(&[]);
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0]["visits"][0]["names"][0], "Minh");
    assert_eq!(rows[0]["visits"][0]["keys"][0][0], "2026-12-01");
    assert_eq!(json(&["--since", "2026-12-02"]), rows[1..]);
    assert_eq!(json(&[&receipts[0][..9].to_uppercase()]), rows[..1]);
    assert_eq!(shares(folder.path(), &["xyz"]).status.code(), Some(2));
}

#[test]
fn where_nothing_was_shared_there_is_nothing_to_read() {
    let folder = tempfile::tempdir().unwrap();
    desk(&folder.path().join("desk"), Vec::new());
    let out = shares(folder.path(), &[]);
    assert!(out.status.success() && out.stdout.is_empty());
    assert_eq!(out.stderr, "nothing was shared\n".as_bytes());
}
