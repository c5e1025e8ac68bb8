use vaora::code::{Scanned, inspect};
use vaora::time::Day;
use vaora::trust::Anchors;

use super::super::tests::{Folder, foreign_code, spoil_signature};
use super::*;

/// The example of the interface description, with the optional field of the third message.
const EXAMPLE: &[u8] = br#"{
    "venues" : [
        {
            "id": "4WT59M5Y",
            "riskyWindow": {
              "from": "2019-07-04T13:33:03Z",
              "until": "2019-07-04T23:59:03Z"
            },
            "messageType": "M3",
            "optionalParameter": "07911 123456"
        }
    ]
}"#;
const FROM: i64 = 1_562_247_183;
const UNTIL: i64 = 1_562_284_743;

fn published(document: &[u8]) -> Folder {
    let folder = Folder::new("nhs");
    let mut out = signed::Writer::create(&folder.0.join(FILE), b"Fri, 27 Nov 2020 14:40:14 UTC:");
    out.write_all(document).expect("it can be written");
    out.finish();
    folder
}

/// The id that a real poster of theirs shows.
fn poster() -> String {
    let at = Day::from_number(18_081).start();
    let scan = inspect(Scanned::Text(&foreign_code("nhs-01")), &Anchors::none(), at);
    scan.foreign.and_then(|venue| venue.id).expect("a good code")
}

#[test]
fn times_are_written_as_theirs() {
    assert_eq!(iso(FROM), "2019-07-04T13:33:03Z");
    assert_eq!(iso(UNTIL), "2019-07-04T23:59:03Z");
}

#[test]
fn a_real_poster_is_found_while_it_is_risky_and_no_other_is() {
    let folder = published(EXAMPLE);
    let mut app = App::empty(&folder.0);
    app.visit(0, &poster(), &(FROM - 60..FROM + 1));
    app.visit(1, &poster(), &(FROM - 60..FROM));
    app.visit(2, &poster(), &(FROM + 60..UNTIL - 60));
    app.visit(3, &poster(), &(UNTIL..UNTIL + 60));
    app.visit(4, "4WT59M5Z", &(FROM..UNTIL));
    assert_eq!(app.find(), Ok(vec![0, 2]));
}

#[test]
fn only_what_was_signed_is_read() {
    let folder = published(EXAMPLE);
    let mut app = App::empty(&folder.0);
    app.visit(0, &poster(), &(FROM..UNTIL));
    // One letter of the date, which is signed too.
    let beside = signed::beside(&app.list);
    let good = std::fs::read(&beside).expect("it was written");
    let mut other = good.clone();
    other[70] ^= 1;
    std::fs::write(&beside, other).expect("it can be written");
    assert_eq!(app.find(), Err(Refused::Signature));
    std::fs::write(&beside, good).expect("it can be written");
    assert_eq!(app.find(), Ok(vec![0]));
    spoil_signature(&app.list);
    assert_eq!(app.find(), Err(Refused::Signature));
}

#[test]
fn what_is_signed_and_no_list_is_refused() {
    let folder = published(br#"{"venues":[{"id":"4WT59M5Y"}]}"#);
    assert_eq!(App::empty(&folder.0).find(), Err(Refused::Format));
}
