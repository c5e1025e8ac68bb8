//! Which manifests a phone takes, and what it hands out of them.
#![expect(clippy::unwrap_used, reason = "helpers of tests: what cannot be set up has failed")]

use vaora::seal::Purpose;
use vaora::time::Instant;
use vaora::trust::{Anchors, Manifest, ManifestDraft, Refusal, Root};
use vaora_tests::vectors::manifests::{chunk, draft};
use vaora_tests::vectors::world::{self, day, noon, signed};
use vaora_tests::vectors::{advice, codes};

fn root() -> Root {
    Root::embedded(&world::root()).unwrap()
}

fn sign(draft: &ManifestDraft, by: &[&str]) -> Vec<u8> {
    signed(Purpose::Manifest, &draft.encode().unwrap(), by)
}

fn open(draft: &ManifestDraft, held: Option<&Manifest>) -> Result<Manifest, Refusal> {
    Manifest::open(&sign(draft, &["list a"]), &root(), held.map(Manifest::held))
}

#[test]
fn a_manifest_says_what_it_was_made_of() {
    let manifest = open(&draft(), None).unwrap();
    assert_eq!(manifest.chunks, [chunk(3), chunk(5)]);
    assert_eq!(manifest.catalogue(Purpose::Policy).unwrap().size, 700);
    assert_eq!(manifest.catalogue(Purpose::Areas), None);
    assert_eq!((manifest.created, manifest.hold), (noon("2027-06-10"), None));
}

#[test]
fn the_same_payload_brings_nothing_new_whoever_signed_it() {
    let held = open(&draft(), None).unwrap();
    let again = sign(&draft(), &["list a", "list b"]);
    let again = Manifest::open(&again, &root(), Some(held.held())).unwrap();
    assert_eq!(again.state(), held.state());
    assert_eq!(again, held);
}

#[test]
fn a_hold_takes_two_keys_that_are_valid() {
    let hold = Some(Instant::from_unix(draft().created.unix() + 3600));
    let held_back = ManifestDraft { hold, ..draft() };
    let open = |by: &[&str]| Manifest::open(&sign(&held_back, by), &root(), None);
    assert_eq!(open(&["list a"]).unwrap_err(), Refusal::ManifestHold);
    assert_eq!(open(&["list a", "catalogue a"]).unwrap_err(), Refusal::ManifestHold);
    assert_eq!(open(&["list a", "list b"]).unwrap().hold, hold);
    // The same key twice is no document at all.
    let text = String::from_utf8(sign(&held_back, &["list a"])).unwrap();
    let line = text.lines().nth(1).unwrap();
    let twice = text.replacen(line, &format!("{line}\n{line}"), 1);
    let refused = Manifest::open(twice.as_bytes(), &root(), None).unwrap_err();
    assert_eq!(refused, Refusal::EnvelopeOrder);
}

#[test]
fn a_hold_by_a_key_that_has_ended_is_by_one_key() {
    let mut draft = world::root_draft();
    let ended = world::key("list b").valid(day("2026-12-01"), day("2027-06-09"));
    draft.roles[1].2[1] = ended;
    let bytes = signed(Purpose::Root, &draft.encode().unwrap(), &["root a", "root b"]);
    let root = Root::embedded(&bytes).unwrap();
    let created = self::draft().created;
    let hold = Some(Instant::from_unix(created.unix() + 3600));
    let held_back = sign(&ManifestDraft { hold, ..self::draft() }, &["list a", "list b"]);
    assert_eq!(Manifest::open(&held_back, &root, None).unwrap_err(), Refusal::ManifestHold);
}

#[test]
fn a_refused_manifest_leaves_the_chain_as_it_was() {
    let held = open(&draft(), None).unwrap();
    let far = ManifestDraft { sequence: 100_008, ..draft() };
    assert_eq!(open(&far, Some(&held)).unwrap_err(), Refusal::ManifestJump);
    let near = open(&ManifestDraft { sequence: 100_007, ..draft() }, Some(&held)).unwrap();
    assert_eq!(open(&draft(), Some(&near)).unwrap_err(), Refusal::Rollback);
    assert_eq!(
        open(&ManifestDraft { sequence: 100_008, ..draft() }, Some(&near)).unwrap().sequence,
        100_008
    );
}

#[test]
fn a_sequence_stays_with_its_chunk_until_the_epoch_ends() {
    let held = open(&draft(), None).unwrap();
    let mut other = chunk(9);
    other.sequence = 3;
    let next = ManifestDraft { sequence: 8, chunks: vec![other], ..draft() };
    assert_eq!(open(&next, Some(&held)).unwrap_err(), Refusal::ChunkChanged);

    let mut rotated = world::root_draft();
    rotated.epoch = 2;
    let bytes = signed(Purpose::Root, &rotated.encode().unwrap(), &["root a", "root b"]);
    let root = Root::embedded(&bytes).unwrap();
    let again = |chunks| {
        let draft = ManifestDraft { epoch: 2, sequence: 4, chunks, ..draft() };
        Manifest::open(&sign(&draft, &["list a"]), &root, Some(held.held()))
    };
    assert_eq!(again(vec![other]).unwrap().chunks, [other]);
    // The same chunk may stay, as it was.
    assert_eq!(again(vec![chunk(3)]).unwrap().chunks, [chunk(3)]);
    // What a stolen key said of a chunk does not stand in the way of the right word.
    let mut moved = chunk(3);
    moved.sequence = 1;
    assert_eq!(again(vec![moved]).unwrap().chunks, [moved]);
}

#[test]
fn a_manifest_of_an_epoch_that_is_over_is_a_step_back() {
    let mut rotated = world::root_draft();
    rotated.epoch = 2;
    let bytes = signed(Purpose::Root, &rotated.encode().unwrap(), &["root a", "root b"]);
    let second = Root::embedded(&bytes).unwrap();
    let draft = |epoch, sequence| ManifestDraft { epoch, sequence, ..self::draft() };
    let held = Manifest::open(&sign(&draft(2, 7), &["list a"]), &second, None).unwrap();
    let old = Manifest::open(&sign(&draft(1, 900), &["list a"]), &root(), Some(held.held()));
    assert_eq!(old.unwrap_err(), Refusal::Rollback);
}

#[test]
fn what_is_held_can_be_compared_with_what_is_listed() {
    let mut phone = Anchors::of(root());
    assert_eq!(phone.held(Purpose::Revocation), None);
    let document = codes::revocation();
    phone.accept_revocation(&document).unwrap();
    let held = phone.held(Purpose::Revocation).unwrap();
    assert_eq!((held.version, held.hash), (1, vaora::seal::sha256(&document)));

    let mut again = Anchors::of(root());
    again.restore(Purpose::Revocation, &document, &held.hash).unwrap();
    assert_eq!(again.revocation(), phone.revocation());
    assert_eq!(again.held(Purpose::Revocation), Some(held));
    // What was held goes on being compared with what comes.
    assert_eq!(again.accept_revocation(&document), Ok(()));
    assert_eq!(again.restore(Purpose::Root, &document, &held.hash), Err(Refusal::EnvelopePurpose));
}

#[test]
fn advice_falls_back_to_vietnamese() {
    let advice = advice::advice();
    let title = |id, language| advice.text(id, language).map(|text| text.title.as_str());
    assert_eq!(title(1, "en"), Some("Watch your health"));
    assert_eq!(title(1, "tyz"), Some("Theo dõi sức khoẻ"));
    assert_eq!(title(7, "en"), Some("Xét nghiệm"));
    assert_eq!(title(2, "vi"), None);
}

#[test]
fn a_diary_is_sealed_to_the_key_that_is_valid_longest() {
    let upload = advice::upload();
    let last = |today| upload.key(day(today)).map(|key| key.last);
    assert_eq!(last("2027-06-24"), Some(day("2027-06-30")));
    assert_eq!(last("2027-06-25"), Some(day("2027-07-24")));
    assert_eq!(last("2027-07-25"), None);
}
