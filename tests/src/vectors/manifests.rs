//! Vectors of manifests.

use vaora::list::ListedChunk;
use vaora::seal::ChunkId;
use vaora::seal::{Purpose, sha256};
use vaora::time::Instant;
use vaora::trust::{ListedCatalogue, ManifestDraft};

use super::documents::{Case, FIRST, case, text};
use super::world::{self, noon, signed};

const HELD: &str = "a manifest";

/// Every case.
#[must_use]
pub fn cases() -> Vec<Case> {
    let mut cases = accepted();
    cases.extend(broken());
    cases.extend(following());
    cases
}

/// The manifest that most cases follow, signed.
#[must_use]
pub fn manifest() -> String {
    sign(&draft(), &ONE)
}

/// Two chunks and two catalogues, as of noon on 10/06/2027.
#[must_use]
pub fn draft() -> ManifestDraft {
    let created = noon("2027-06-10");
    ManifestDraft {
        deployment: world::DEPLOYMENT,
        epoch: 1,
        sequence: 7,
        created,
        not_after: later(created, 48),
        hold: None,
        chunks: vec![chunk(3), chunk(5)],
        catalogues: vec![catalogue(Purpose::Advice, 900), catalogue(Purpose::Policy, 700)],
    }
}

/// A chunk whose id and head belong to its sequence.
#[must_use]
pub fn chunk(sequence: u8) -> ListedChunk {
    let head = sha256(&[b'c', sequence]);
    let id = ChunkId(*head.last_chunk().expect("SHA-256 has 32 bytes"));
    ListedChunk { id, sequence: sequence.into(), size: 2113, head }
}

fn catalogue(purpose: Purpose, size: u32) -> ListedCatalogue {
    ListedCatalogue { purpose, version: 1, size, hash: sha256(purpose.id().as_bytes()) }
}

fn later(at: Instant, hours: i64) -> Instant {
    Instant::from_unix(at.unix() + hours * 3600)
}

fn sign(draft: &ManifestDraft, by: &[&str]) -> String {
    let payload = draft.encode().expect("a good manifest");
    text(signed(Purpose::Manifest, &payload, by))
}

/// A change of the good manifest, signed.
fn changed(change: impl FnOnce(&mut ManifestDraft)) -> String {
    let mut draft = draft();
    change(&mut draft);
    sign(&draft, &ONE)
}

fn accepted() -> Vec<Case> {
    let hold = |draft: &mut ManifestDraft| draft.hold = Some(later(draft.created, 72));
    let mut held_back = draft();
    hold(&mut held_back);
    // A payload that this version of the tool cannot write.
    let newer = payload(&draft()).replacen(
        "\"catalogues\":[",
        "\"catalogues\":[{\"purpose\":\"a-later-one\",\"version\":1,\"size\":999999999,\"hash\":\"00\"},",
        1,
    );
    let newer = newer.replacen("\"00\"", &format!("\"{}\"", "00".repeat(32)), 1);
    let second = |draft: &mut ManifestDraft| {
        draft.epoch = 2;
        draft.sequence = 2;
        draft.created = noon("2027-06-21");
        draft.not_after = noon("2027-06-23");
        draft.chunks = vec![ListedChunk { sequence: 1, ..chunk(9) }];
    };
    vec![
        case(HELD, "manifest", manifest(), &[FIRST], None),
        case("the same manifest again", "manifest", manifest(), &[FIRST, HELD], None),
        case("an empty list", "manifest", changed(|d| d.chunks.clear()), &[FIRST], None),
        case(
            "a manifest that holds notifications for 72 hours",
            "manifest",
            sign(&held_back, &TWO),
            &[FIRST],
            None,
        ),
        case(
            "a manifest that lasts as long as the root",
            "manifest",
            changed(|d| d.not_after = world::day("2029-01-01").start()),
            &[FIRST],
            None,
        ),
        case(
            "a manifest that names a catalogue nobody knows",
            "manifest",
            text(signed(Purpose::Manifest, newer.as_bytes(), &ONE)),
            &[FIRST],
            None,
        ),
        case(
            "a chunk that is not listed any more, and a new one",
            "manifest",
            changed(|d| {
                d.sequence = 9;
                d.chunks = vec![chunk(5), chunk(8)];
            }),
            &[FIRST, HELD],
            None,
        ),
        case(
            "a jump of 100,000",
            "manifest",
            changed(|d| d.sequence = 100_007),
            &[FIRST, HELD],
            None,
        ),
        case(
            "a new epoch starts again",
            "manifest",
            changed(second),
            &[FIRST, HELD, "the second epoch"],
            None,
        ),
    ]
}

fn broken() -> Vec<Case> {
    let by = |name, refusal, payload: String, by: &[&str]| {
        let document = text(signed(Purpose::Manifest, payload.as_bytes(), by));
        case(name, "manifest", document, &[FIRST], Some(refusal))
    };
    let replace = |name, refusal, from: &str, to: &str| {
        let good = payload(&draft());
        assert!(good.contains(from), "{name}");
        by(name, refusal, good.replacen(from, to, 1), &ONE)
    };
    let hold = |hours: i64, seconds: i64| {
        let at = later(draft().created, hours).unix() + seconds;
        payload(&draft()).replacen("\"hold\":0", &format!("\"hold\":{at}"), 1)
    };
    let until = |at: i64| {
        let usual = format!("\"not_after\":{}", draft().not_after.unix());
        payload(&draft()).replacen(&usual, &format!("\"not_after\":{at}"), 1)
    };
    let id = |sequence: u8| vaora::text::hex::encode(&chunk(sequence).id.0);
    let chunks = |name, refusal, chunks: &[String]| {
        let good = payload(&ManifestDraft { sequence: 8, ..draft() });
        let (start, rest) = good.split_once("\"chunks\":[").expect("it has chunks");
        let (_, end) = rest.split_once(']').expect("they end");
        by(name, refusal, format!("{start}\"chunks\":[{}]{end}", chunks.join(",")), &ONE)
    };
    let line = |sequence: u8, number: u64, size: u64| {
        let head = vaora::text::hex::encode(&chunk(sequence).head);
        let id = id(sequence);
        format!("{{\"id\":\"{id}\",\"sequence\":{number},\"size\":{size},\"head\":\"{head}\"}}")
    };
    let mut large = by("a manifest of more than 64 KiB", "envelope-large", payload(&draft()), &ONE);
    large.document.spaces = 64 * 1024;
    let most = |n: u8| line(n, n.into(), 16 << 20);
    let too_many = [most(1), most(2), most(3), most(4), most(5), most(6), line(7, 7, 1)];
    let end = world::day("2029-01-01").start().unix();
    let created = draft().created.unix();
    vec![
        large,
        by(
            "a manifest signed by a catalogue key",
            "threshold",
            payload(&draft()),
            &["catalogue a"],
        ),
        by(
            "a manifest signed by a key that is not valid yet",
            "threshold",
            payload(&ManifestDraft { created: noon("2026-11-30"), ..draft() }),
            &ONE,
        ),
        replace("a manifest without a hold", "json", ",\"hold\":0", ""),
        replace("a manifest of another deployment", "deployment", "7661", "7662"),
        replace("a manifest of the next epoch", "manifest-epoch", "\"epoch\":1", "\"epoch\":2"),
        by("a manifest that ends as it begins", "manifest-times", until(created), &ONE),
        by("a manifest that ends after the root", "manifest-times", until(end + 1), &ONE),
        by("a manifest that never ends", "manifest-times", until((1 << 53) - 1), &ONE),
        by("a hold of 72 hours by one key", "manifest-hold", hold(72, 0), &ONE),
        by(
            "a hold by one key and a stranger",
            "manifest-hold",
            hold(72, 0),
            &["list a", "a stranger"],
        ),
        by("a hold that lies before the manifest", "manifest-hold", hold(0, 0), &TWO),
        by("a hold of more than 72 hours", "manifest-hold", hold(72, 1), &TWO),
        chunks(
            "chunks in descending order",
            "manifest-chunks",
            &[line(5, 5, 2113), line(3, 3, 2113)],
        ),
        chunks(
            "a sequence given to two chunks",
            "manifest-chunks",
            &[line(3, 3, 2113), line(5, 3, 2113)],
        ),
        chunks("a chunk listed twice", "manifest-chunks", &[line(3, 3, 2113), line(3, 4, 2113)]),
        chunks("a chunk of sequence 0", "manifest-chunks", &[line(3, 0, 2113)]),
        chunks("a chunk as new as its manifest", "manifest-chunks", &[line(3, 8, 2113)]),
        chunks("an empty chunk", "manifest-size", &[line(3, 3, 0)]),
        chunks("a chunk of more than 16 MiB", "manifest-size", &[line(3, 3, (16 << 20) + 1)]),
        chunks(
            "chunks of more than 96 MiB",
            "manifest-size",
            // Six of 16 MiB are 96 MiB; the last brings one byte more.
            &too_many,
        ),
        replace(
            "catalogues in descending order",
            "manifest-catalogues",
            "\"purpose\":\"advice\"",
            "\"purpose\":\"prefixes\"",
        ),
        replace(
            "a catalogue listed twice",
            "manifest-catalogues",
            "\"purpose\":\"advice\"",
            "\"purpose\":\"policy\"",
        ),
        replace(
            "a catalogue larger than its kind may be",
            "manifest-catalogues",
            "\"size\":900",
            "\"size\":262145",
        ),
    ]
}

/// Manifests that cannot follow the one held.
fn following() -> Vec<Case> {
    let of = |name, refusal, document: String| {
        case(name, "manifest", document, &[FIRST, HELD], Some(refusal))
    };
    let next = |change: &dyn Fn(&mut ManifestDraft)| {
        changed(|draft| {
            draft.sequence = 9;
            change(draft);
        })
    };
    vec![
        of("a lower sequence", "rollback", changed(|d| d.sequence = 6)),
        of("the same sequence with other content", "changed", changed(|d| d.chunks.clear())),
        of("a jump of 100,001", "manifest-jump", changed(|d| d.sequence = 100_008)),
        of("a chunk with another size", "chunk-changed", next(&|d| d.chunks[0].size += 1)),
        of("a chunk with another head", "chunk-changed", next(&|d| d.chunks[0].head = [7; 32])),
        of("a chunk with another sequence", "chunk-changed", next(&|d| d.chunks[1].sequence = 8)),
        of("another chunk with the same sequence", "chunk-changed", {
            next(&|d| d.chunks[0].id = chunk(9).id)
        }),
    ]
}

fn payload(draft: &ManifestDraft) -> String {
    text(draft.encode().expect("a good manifest"))
}

const ONE: [&str; 1] = ["list a"];
const TWO: [&str; 2] = ["list a", "list b"];
