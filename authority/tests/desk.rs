//! The authority's desk: what it makes is what phones accept, and mistakes change nothing.

#![expect(clippy::unwrap_used, reason = "helpers of tests: what cannot be set up has failed")]

use std::collections::BTreeSet;
use std::path::Path;

use tempfile::TempDir;
use vaora::area::code::{AreaCode, AreaScope, Map};
use vaora::code::{Category, Name, Scanned, Trust, Venue, VenueKind, inspect, typed};
use vaora::seal::{KeyId, VenueId};
use vaora::time::{Day, Instant};
use vaora::trust::{Anchors, Reason, Refusal, RevokedCode, Root};
use vaora_authority::deployment::Plan;
use vaora_authority::{Deployment, Error, issue};

fn today() -> Day {
    Day::from_iso("2026-12-01").unwrap()
}

fn noon() -> Instant {
    Instant::from_unix(today().start().unix() + 12 * 3600)
}

fn area(path: &str) -> AreaCode {
    AreaCode::parse(Map::M2025, path).unwrap()
}

fn deployment(folder: &Path) -> Deployment {
    let plan = Plan { root_keys: 3, root_threshold: 2, today: today(), days: 730 };
    Deployment::init(folder, plan, vec![area("04").into()]).unwrap()
}

fn market(area: AreaCode) -> Venue {
    Venue {
        kind: VenueKind::Place,
        first: today(),
        last: today().plus(365),
        category: Category::by_key("local-market").unwrap().number,
        stay: 60,
        area,
        name: Name::new("Chợ Xanh").unwrap(),
        zone: None,
        parent: None,
    }
}

fn trust(text: &str, anchors: &Anchors) -> Option<Trust> {
    inspect(Scanned::Text(text), anchors, noon()).trust
}

#[test]
fn a_phone_with_the_published_root_verifies_an_issued_code() {
    let folder = TempDir::new().unwrap();
    let desk = deployment(folder.path());
    let venue = market(area("04/01273"));
    let signer = desk.issuer(venue.area, venue.first).unwrap();
    let code = issue::issue(&venue, &signer).unwrap();
    let root = std::fs::read(folder.path().join("root")).unwrap();
    let phone = Anchors::of(Root::embedded(&root).unwrap());
    let scan = inspect(Scanned::Text(&code.address("code.example").unwrap()), &phone, noon());
    assert_eq!(scan.trust, Some(Trust::Verified));
    assert_eq!(scan.venue, Some(venue));
    assert_eq!(scan.id, Some(code.id));
    assert!(scan.seed() == Some(&code.seed));
    assert!(typed::decode(&code.typed()).as_ref() == Ok(&code.seed));
}

#[test]
fn an_issuer_is_added_by_a_root_that_phones_follow() {
    let folder = TempDir::new().unwrap();
    let mut desk = deployment(folder.path());
    let far = market(area("08/00691"));
    assert!(matches!(desk.issuer(far.area, far.first), Err(Error::NoIssuer { .. })));

    let first = std::fs::read(folder.path().join("root.1")).unwrap();
    let mut phone = Anchors::of(Root::embedded(&first).unwrap());
    desk.add_issuer(vec![area("08").into()], today(), today().plus(365)).unwrap();
    let code = issue::issue(&far, &desk.issuer(far.area, far.first).unwrap()).unwrap();
    assert_eq!(trust(&code.bare(), &phone), Some(Trust::UnknownIssuer));
    phone.accept_root(&std::fs::read(folder.path().join("root.2")).unwrap()).unwrap();
    assert_eq!(trust(&code.bare(), &phone), Some(Trust::Verified));
}

#[test]
fn what_is_taken_back_is_taken_back_on_the_phone() {
    let folder = TempDir::new().unwrap();
    let mut desk = deployment(folder.path());
    let venue = market(area("04"));
    let signer = desk.issuer(venue.area, venue.first).unwrap();
    let code = issue::issue(&venue, &signer).unwrap();
    let mut phone = desk.anchors().clone();
    let since = today();
    desk.publish_revocation(today(), |catalogue| {
        catalogue.codes.push(RevokedCode { id: code.id, reason: Reason::False, since });
    })
    .unwrap();
    desk.publish_prefixes(today(), |all| all.push("https://poster.example/q/".to_owned())).unwrap();
    assert_eq!(trust(&code.bare(), &phone), Some(Trust::Verified));
    let file = |name| std::fs::read(folder.path().join(name)).unwrap();
    phone.accept_revocation(&file("revocation")).unwrap();
    phone.accept_prefixes(&file("prefixes")).unwrap();
    assert_eq!(trust(&code.bare(), &phone), Some(Trust::Revoked));
    assert_eq!(trust("https://poster.example/q/17", &phone), Some(Trust::Foreign));

    // Opened again, the desk goes on counting.
    let mut again = Deployment::open(folder.path()).unwrap();
    again.publish_revocation(today(), |catalogue| catalogue.codes.clear()).unwrap();
    phone.accept_revocation(&file("revocation")).unwrap();
    assert_eq!(trust(&code.bare(), &phone), Some(Trust::Verified));
}

#[test]
fn dated_codes_have_nothing_in_common() {
    let folder = TempDir::new().unwrap();
    let desk = deployment(folder.path());
    let venue = Venue { last: today().plus(13), ..market(area("04/01273")) };
    let signer = desk.issuer(venue.area, venue.first).unwrap();
    let codes = issue::issue_dated(&venue, &signer).unwrap();
    assert_eq!(codes.len(), 14);
    let seeds: BTreeSet<_> = codes.iter().map(|(_, code)| *code.seed.expose()).collect();
    assert_eq!(seeds.len(), 14);
    for (day, code) in &codes {
        let noon = Instant::from_unix(day.start().unix() + 12 * 3600);
        let scan = |at| inspect(Scanned::Text(&code.bare()), desk.anchors(), at).trust;
        assert_eq!(scan(noon), Some(Trust::Verified));
        assert_eq!(scan(Instant::from_unix(noon.unix() + 86_400)), Some(Trust::Expired));
        assert_eq!(scan(Instant::from_unix(noon.unix() - 86_400)), Some(Trust::Early));
    }
    let long = Venue { last: today().plus(366), ..venue };
    assert!(matches!(issue::issue_dated(&long, &signer), Err(Error::Usage(_))));
}

#[test]
fn a_missing_root_key_changes_nothing() {
    let folder = TempDir::new().unwrap();
    let mut desk = deployment(folder.path());
    let root = std::fs::read(folder.path().join("root")).unwrap();
    let mut taken = 0;
    for entry in std::fs::read_dir(folder.path().join("keys")).unwrap() {
        let path = entry.unwrap().path();
        if path.file_name().unwrap().to_str().unwrap().starts_with("root-") && taken < 2 {
            std::fs::remove_file(path).unwrap();
            taken += 1;
        }
    }
    let everywhere = vec![AreaScope::parse(Map::M2025, "").unwrap()];
    let refused = desk.add_issuer(everywhere, today(), today().plus(1)).unwrap_err();
    assert_eq!(refused.to_string(), "1 of 2 root keys are here: bring the others to sign");
    assert_eq!(std::fs::read(folder.path().join("root")).unwrap(), root);
    assert_eq!(Deployment::open(folder.path()).unwrap().anchors().root().unwrap().version(), 1);
}

#[test]
fn nothing_is_overwritten() {
    let folder = TempDir::new().unwrap();
    deployment(folder.path());
    let plan = Plan { root_keys: 1, root_threshold: 1, today: today(), days: 1 };
    let again = Deployment::init(folder.path(), plan, Vec::new());
    assert!(matches!(again, Err(Error::Exists(_))));
    let empty = TempDir::new().unwrap();
    assert!(matches!(Deployment::open(empty.path()), Err(Error::Missing(_))));
}

#[cfg(unix)]
#[test]
fn only_the_owner_reads_a_key() {
    use std::os::unix::fs::PermissionsExt;
    let folder = TempDir::new().unwrap();
    deployment(folder.path());
    for entry in std::fs::read_dir(folder.path().join("keys")).unwrap() {
        let mode = entry.unwrap().metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn every_issued_code_is_in_the_register() {
    let folder = TempDir::new().unwrap();
    let desk = deployment(folder.path());
    let venue = market(area("04/01273"));
    let signer = desk.issuer(venue.area, venue.first).unwrap();
    let issued: Vec<_> = (0..3).map(|_| issue::issue(&venue, &signer).unwrap()).collect();
    issued.iter().for_each(|code| desk.record(&venue, code).unwrap());
    let lines = std::fs::read_to_string(folder.path().join("issued.jsonl")).unwrap();
    for (line, code) in lines.lines().zip(&issued) {
        let row: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!(row["code"], vaora::text::hex::encode(code.bytes()));
    }
    assert_eq!(lines.lines().count(), 3);
}

#[test]
fn a_mistyped_id_revokes_nothing_and_false_stays_false() {
    let folder = TempDir::new().unwrap();
    let mut desk = deployment(folder.path());
    let venue = market(area("04"));
    let signer = desk.issuer(venue.area, venue.first).unwrap();
    let code = issue::issue(&venue, &signer).unwrap();
    desk.record(&venue, &code).unwrap();
    let other = VenueId([0; 16]);
    let revoke = |desk: &mut Deployment, day, id, reason| desk.revoke(day, &[id], reason, &[]);
    assert!(matches!(revoke(&mut desk, today(), other, Reason::False), Err(Error::Unknown(_))));
    assert!(matches!(
        desk.revoke(today(), &[], Reason::False, &[KeyId([9; 4])]),
        Err(Error::Unknown(_))
    ));
    assert!(desk.anchors().revocation().is_none());

    revoke(&mut desk, today(), code.id, Reason::Replaced).unwrap();
    revoke(&mut desk, today().plus(3), code.id, Reason::Replaced).unwrap();
    let said = |desk: &Deployment| *desk.anchors().revocation().unwrap().code(code.id).unwrap();
    assert_eq!(said(&desk).since, today());
    revoke(&mut desk, today().plus(3), code.id, Reason::False).unwrap();
    revoke(&mut desk, today().plus(4), code.id, Reason::Replaced).unwrap();
    assert_eq!((said(&desk).reason, said(&desk).since), (Reason::False, today().plus(3)));
}

#[test]
fn a_new_deployment_warns_from_the_first_day_on() {
    let folder = TempDir::new().unwrap();
    let desk = deployment(folder.path());
    let file = |name| std::fs::read(folder.path().join(name)).unwrap();
    let mut phone = Anchors::of(Root::embedded(&file("root")).unwrap());
    phone.accept_policy(&file("policy")).unwrap();
    phone.accept_advice(&file("advice")).unwrap();
    assert_eq!(phone.standing(), desk.anchors().standing());
    let rules = &phone.standing().policy().rules;
    assert_eq!(rules.iter().map(|rule| rule.advice).collect::<Vec<_>>(), [1, 2, 3]);
    assert!(rules.is_sorted_by(|a, b| a.strength < b.strength));
    for rule in rules {
        for language in ["vi", "en"] {
            let text = phone.advice().unwrap().text(rule.advice, language).unwrap();
            assert_eq!(text.language, language);
            // A phone shows one to six steps, none of them long.
            assert!((1..=6).contains(&text.text.lines().count()));
            let words = |sentence: &str| sentence.split_whitespace().count();
            assert!(text.text.split(['\n', '.']).all(|sentence| words(sentence) <= 25));
        }
    }
}

#[test]
fn a_desk_with_one_key_makes_nobody_sleep() {
    let folder = TempDir::new().unwrap();
    let mut desk = deployment(folder.path());
    let keys = std::fs::read_dir(folder.path().join("keys")).unwrap().map(|e| e.unwrap().path());
    let one = keys.into_iter().find(|path| path.to_str().unwrap().contains("catalogue-")).unwrap();
    std::fs::remove_file(one).unwrap();
    let before = std::fs::read(folder.path().join("policy")).unwrap();
    let refused = desk.publish_policy(today(), |policy| policy.retention = 14).unwrap_err();
    assert!(matches!(refused, Error::Document(Refusal::PolicyTwoKeys)));
    assert_eq!(std::fs::read(folder.path().join("policy")).unwrap(), before);
    assert_eq!(desk.anchors().standing().policy().version, 1);
    desk.publish_policy(today(), |policy| policy.retention = 30).unwrap();
}

#[test]
fn the_desk_knows_since_when_a_policy_acts_whatever_stopped_it() {
    let folder = TempDir::new().unwrap();
    let mut desk = deployment(folder.path());
    desk.publish_policy(today(), |policy| policy.retention = 14).unwrap();
    desk.publish_policy(today().plus(2), |policy| policy.cap = 1).unwrap();
    let standing = desk.anchors().standing().clone();
    assert_eq!(standing.retention(today().plus(4)), 14);
    assert_eq!(Deployment::open(folder.path()).unwrap().anchors().standing(), &standing);
    // The power fails after the policy before was put aside, and before the next was written.
    let (now, aside) = (folder.path().join("policy"), folder.path().join("policy.3"));
    std::fs::copy(now, aside).unwrap();
    let mut again = Deployment::open(folder.path()).unwrap();
    assert_eq!(again.anchors().standing(), &standing);
    again.publish_policy(today().plus(3), |policy| policy.cap = 2).unwrap();
    assert_eq!(Deployment::open(folder.path()).unwrap().anchors().standing().policy().cap, 2);
}

#[test]
fn a_host_cannot_move_the_secret() {
    let signer = vaora_authority::keys::Signer::make().unwrap();
    let code = issue::issue(&market(area("04")), &signer).unwrap();
    for host in ["", "a.b/#evil", "ví dụ", "a b"] {
        assert!(matches!(code.address(host), Err(Error::Usage(_))), "{host}");
    }
}
