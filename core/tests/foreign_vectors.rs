//! Everything a person may scan that is not ours, against `tests/vectors/foreign.json`.

use proptest::prelude::*;
use serde::Deserialize;
use vaora::code::{ForeignVenue, Kind, Rule, Scan, Scanned, Trust, inspect, masked};
use vaora::time::Instant;
use vaora::trust::Anchors;

#[test]
fn every_vector_is_answered_as_written() {
    let wrong: Vec<_> = vectors().into_iter().filter_map(|vector| vector.judge()).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn nothing_personal_checks_in_or_is_kept() {
    for vector in vectors() {
        let scan = scan(&vector.text);
        if scan.kind.is_personal() || scan.kind == Kind::Payment {
            assert!(scan.seed().is_none() && scan.text.is_none() && scan.foreign.is_none());
        }
        if let Some(view) = masked(&vector.text) {
            assert!(view.kind.is_personal() && view.id().starts_with("******"), "{}", vector.name);
        }
        if scan.trust == Some(Trust::Damaged) || scan.kind == Kind::Url {
            assert!(scan.seed().is_none(), "{}", vector.name);
        }
    }
}

proptest! {
    #[test]
    fn any_text_is_answered(text: String) {
        let _ = scan(&text);
        let _ = masked(&text);
    }

    /// Behind a known beginning, so that the readers are reached.
    #[test]
    fn any_payload_is_answered(at in 0..BEGINNINGS.len(), payload in "[ -~ăợ|<]{0,200}") {
        let text = format!("{}{payload}", BEGINNINGS[at]);
        let _ = scan(&text);
        let _ = masked(&text);
    }

    #[test]
    fn a_changed_code_is_answered(
        which: prop::sample::Index,
        at: prop::sample::Index,
        symbol in prop::char::any(),
        how in 0..3,
    ) {
        let vectors = vectors();
        let mut symbols: Vec<char> = which.get(&vectors).text.chars().collect();
        prop_assume!(!symbols.is_empty());
        let at = at.index(symbols.len());
        match how {
            0 => symbols[at] = symbol,
            1 => drop(symbols.remove(at)),
            _ => symbols.truncate(at),
        }
        let text: String = symbols.into_iter().collect();
        let scan = scan(&text);
        if let Some(venue) = &scan.foreign {
            let shown = [&venue.name, &venue.address, &venue.id];
            let hidden = |c: char| c.is_control() && c != '\n' || ('\u{200B}'..='\u{202E}').contains(&c);
            prop_assert!(!shown.into_iter().flatten().any(|text| text.contains(hidden)));
        }
        let _ = masked(&text);
    }
}

fn scan(text: &str) -> Scan {
    inspect(Scanned::Text(text), &Anchors::none(), Instant::from_unix(1_795_194_000))
}

fn vectors() -> Vec<Vector> {
    serde_json::from_str(include_str!("../../tests/vectors/foreign.json"))
        .expect("the vectors are JSON of the shape below")
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Vector {
    name: String,
    text: String,
    kind: String,
    verdict: Verdict,
    error: Option<String>,
    fields: Option<Fields>,
    #[serde(rename = "src")]
    _src: String,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
enum Verdict {
    Accept,
    Damaged,
    OtherKind,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Fields {
    name: Option<String>,
    address: Option<String>,
    id: Option<String>,
    from: Option<i64>,
    until: Option<i64>,
}

impl Vector {
    /// What is wrong, in words.
    fn judge(self) -> Option<String> {
        let scan = scan(&self.text);
        let trust = match self.verdict {
            Verdict::Damaged => Some(Trust::Damaged),
            Verdict::Accept => scan.kind.is_foreign_venue().then_some(Trust::Foreign),
            Verdict::OtherKind => None,
        };
        let rule = scan.rule.map(Rule::id);
        if scan.kind.id() != self.kind || scan.trust != trust || rule != self.error.as_deref() {
            return Some(format!("{}: {scan:?}", self.name));
        }
        let Fields { name, address, id, from, until } = self.fields.unwrap_or_default();
        let [from, until] = [from, until].map(|time| time.map(Instant::from_unix));
        let venue = ForeignVenue { name, address, id, from, until };
        let found = scan.foreign.unwrap_or_default();
        (found != venue).then(|| format!("{}: {found:?}", self.name))
    }
}

const BEGINNINGS: [&str; 16] = [
    "UKC19TRACING:1:",
    "NZCOVIDTRACER:",
    "https://example.org/#data=NZCOVIDTRACER%3A",
    "https://e.coronawarn.app?v=1#",
    "https://qr.example.org?v=4#",
    "https://tac.gouv.fr?v=0#",
    "HKEN:0abcd1234",
    "https://www.service.nsw.gov.au/?data=",
    "https://alpha.canada.ca/covid-alert.html#",
    "https://app.luca-app.de/webapp/",
    "https://www.safeentry-qr.gov.sg/tenant/",
    "HC1:",
    "000201",
    "004190012345|",
    "GD4040000000001|4E67|",
    "004190012345|NGUYEN THI HOA|1990-01-15|",
];
