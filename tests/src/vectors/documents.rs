//! Vectors of signed documents: envelope, root, next root, and what was taken back. Manifests,
//! policies and texts have files of their own beside this one.

use serde::Serialize;
use vaora::seal::Purpose;
use vaora::time::Day;
use vaora::trust::RootDraft;

use super::world::{self, day, key, signed};
use super::{advice, codes, manifests, policies};

/// Documents that are taken one after another; the last one meets the refusal.
#[derive(Serialize)]
pub struct Case {
    /// What it is about.
    pub name: &'static str,
    /// The document that is judged.
    pub document: Document,
    /// Names of the cases whose documents were accepted before, in this order.
    pub after: Vec<&'static str>,
    /// The refusal, or `null` where it is accepted.
    pub refusal: Option<&'static str>,
}

/// A document and what it is taken for.
#[derive(Serialize)]
pub struct Document {
    /// `root` for the embedded one, `next root`, `manifest`, or the purpose of a catalogue;
    /// with `stored` in front, one that was accepted before a restart.
    pub kind: &'static str,
    /// The document.
    pub text: String,
    /// What the sealed place says of a stored document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// Spaces to be put behind it, for documents that are too large to be written here.
    pub spaces: usize,
}

/// The root under which most documents are judged.
pub(super) const FIRST: &str = "the first root";
const SECOND: &str = "the second root";
const BY_TWO: [&str; 2] = ["root a", "root b"];

/// Every case.
#[must_use]
pub fn cases() -> Vec<Case> {
    let mut cases = accepted();
    cases.extend(envelopes());
    cases.extend(roots());
    cases.extend(steps());
    cases.extend(catalogues());
    cases.extend(stored());
    cases.extend(manifests::cases());
    cases.extend(policies::cases());
    cases.extend(advice::cases());
    cases
}

fn accepted() -> Vec<Case> {
    let revocation = text(codes::revocation());
    vec![
        case(FIRST, "root", text(world::root()), &[], None),
        case(SECOND, "next root", text(second_root()), &[FIRST], None),
        case("the second epoch", "next root", text(second_epoch()), &[FIRST], None),
        case("a revocation catalogue", "revocation", revocation.clone(), &[FIRST], None),
        case(
            "the same catalogue again",
            "revocation",
            revocation,
            &[FIRST, "a revocation catalogue"],
            None,
        ),
        case("a catalogue of prefixes", "prefixes", text(codes::prefixes()), &[FIRST], None),
        case(
            "a newer catalogue, after the root was rotated",
            "revocation",
            catalogue_text("2027-07-01", 2, "[]", "[]", &["catalogue b"]),
            &[FIRST, "a revocation catalogue", SECOND],
            None,
        ),
    ]
}

fn envelopes() -> Vec<Case> {
    let good = text(world::root());
    let lines: Vec<&str> = good.lines().collect();
    let [title, one, two, empty, payload] = lines[..] else { return Vec::new() };
    let with = |parts: &[&str]| parts.join("\n");
    let of = |name, refusal, text: String| case(name, "root", text, &[], Some(refusal));
    // Ascending ids, so that their number is the first thing that is wrong.
    let many: Vec<String> = (0..33).map(|i| format!("{i:08x}{}", &one[8..])).collect();
    let mut large = of("a root of more than 256 KiB", "envelope-large", good.clone());
    large.document.spaces = 256 * 1024;
    vec![
        large,
        of("no first line", "envelope-format", with(&[one, two, empty, payload])),
        of("no signatures", "envelope-format", with(&[title, empty, payload])),
        of("a signature in upper case", "envelope-format", {
            with(&[title, &one.to_uppercase(), two, empty, payload])
        }),
        of("a line that does not end", "envelope-format", format!("{title}\n{one}")),
        of("another purpose", "envelope-purpose", good.replacen("root", "revocation", 1)),
        of("a later version of the envelope", "envelope-format", good.replacen('1', "2", 1)),
        of("signatures in descending order", "envelope-order", {
            with(&[title, two, one, empty, payload])
        }),
        of("one signature twice", "envelope-order", with(&[title, one, one, empty, payload])),
        of("thirty-three signatures", "envelope-many", {
            let mut parts = vec![title];
            parts.extend(many.iter().map(String::as_str));
            parts.extend([empty, payload]);
            with(&parts)
        }),
        of("one of two signatures", "threshold", with(&[title, one, empty, payload])),
        of("a payload that was changed", "threshold", good.replacen("2028-12-31", "2029-12-31", 1)),
        of("a signature under another key's id", "threshold", {
            let swapped =
                [format!("{}{}", &one[..8], &two[8..]), format!("{}{}", &two[..8], &one[8..])];
            with(&[title, &swapped[0], &swapped[1], empty, payload])
        }),
    ]
}

fn roots() -> Vec<Case> {
    let changed = |name, refusal, change: &dyn Fn(String) -> String| {
        let payload = text(world::root_draft().encode().expect("a good root"));
        let payload = change(payload);
        let document = text(signed(Purpose::Root, payload.as_bytes(), &BY_TWO));
        case(name, "root", document, &[], Some(refusal))
    };
    let replace = |name, refusal, from: &str, to: &str| {
        changed(name, refusal, &|payload| {
            assert!(payload.contains(from), "{name}");
            payload.replacen(from, to, 1)
        })
    };
    let weak = format!("01{}", "00".repeat(31));
    let a_key = vaora::text::hex::encode(key("root a").public().as_bytes());
    let list_key = vaora::text::hex::encode(key("list a").public().as_bytes());
    vec![
        replace("a number as text", "json", "\"version\":1", "\"version\":\"1\""),
        replace("a number of 2^53", "json", "\"version\":1", "\"version\":9007199254740992"),
        replace("a fraction", "json", "\"version\":1", "\"version\":1.0"),
        replace("an unknown field", "json", "\"version\"", "\"extra\":1,\"version\""),
        replace("a field twice", "json", "\"version\":1", "\"version\":1,\"version\":1"),
        replace("a day that does not exist", "json", "2026-12-01", "2026-11-31"),
        replace("a byte order mark", "json", "{", "\u{FEFF}{"),
        replace("a space between fields", "json-canonical", ",", ", "),
        changed("a line feed behind the end", "json-canonical", &|p| p + "\n"),
        replace(
            "another order of fields",
            "json-canonical",
            "\"version\":1,\"epoch\":1",
            "\"epoch\":1,\"version\":1",
        ),
        replace(
            "an escape that is not needed",
            "json-canonical",
            "\"area\":\"04\"",
            "\"area\":\"\\u0030\\u0034\"",
        ),
        replace("version 0", "root-version", "\"version\":1", "\"version\":0"),
        replace(
            "it ends before it was made",
            "root-expiry",
            "\"expires\":\"2028-12-31\"",
            "\"expires\":\"2026-11-30\"",
        ),
        replace("a key of small order", "root-key", &a_key, &weak),
        replace("one key in two roles", "root-key-ids", &list_key, &a_key),
        replace("a threshold of 0", "root-threshold", "\"threshold\":2", "\"threshold\":0"),
        replace(
            "a threshold above the number of keys",
            "root-threshold",
            "\"threshold\":2",
            "\"threshold\":4",
        ),
        replace(
            "a key that ends before it begins",
            "root-days",
            "\"last\":\"2028-12-31\"",
            "\"last\":\"2026-11-30\"",
        ),
        replace("a scope that is no area", "root-scope", "\"area\":\"04\"", "\"area\":\"4\""),
        replace("a scope on map 0", "root-scope", "\"map\":2", "\"map\":0"),
        changed("made before its keys are valid", "threshold", &|p| {
            p.replacen("\"created\":\"2026-12-01\"", "\"created\":\"2026-11-30\"", 1)
        }),
    ]
}

fn steps() -> Vec<Case> {
    let step = |name, refusal, by: &[&str], change: &dyn Fn(&mut RootDraft)| {
        let mut draft = second_draft();
        change(&mut draft);
        let payload = draft.encode().expect("a good root");
        case(name, "next root", text(signed(Purpose::Root, &payload, by)), &[FIRST], Some(refusal))
    };
    vec![
        step("signed by the old keys only", "threshold", &["root a", "root b"], &|_| {}),
        step("signed by the new keys only", "threshold", &["root c", "root d"], &|_| {}),
        step("of another deployment", "deployment", &ALL_FOUR, &|d| d.deployment = [7; 16]),
        step("the same version again", "root-step", &ALL_FOUR, &|d| d.version = 1),
        step("a version left out", "root-step", &ALL_FOUR, &|d| d.version = 3),
        step("two epochs on", "root-epoch", &ALL_FOUR, &|d| d.epoch = 3),
        step("an epoch back", "root-epoch", &ALL_FOUR, &|d| d.epoch = 0),
    ]
}

fn catalogues() -> Vec<Case> {
    let of = |name, refusal, document: String| {
        case(name, "revocation", document, &[FIRST, "a revocation catalogue"], Some(refusal))
    };
    let signed_by = |by: &[&str]| catalogue_text("2027-07-01", 2, "[]", "[]", by);
    let revoked =
        |id: &str| format!("{{\"id\":\"{id}\",\"reason\":\"false\",\"since\":\"2027-07-01\"}}");
    let (a, b) = (revoked(&"0a".repeat(16)), revoked(&"0b".repeat(16)));
    let codes = |entries: &[&str]| {
        catalogue_text("2027-07-01", 2, &format!("[{}]", entries.join(",")), "[]", &["catalogue a"])
    };
    let prefixes = |list: &str| {
        let payload = format!(
            "{{\"deployment\":\"{}\",\"version\":1,\"created\":\"2027-07-01\",\"prefixes\":{list}}}",
            vaora::text::hex::encode(&world::DEPLOYMENT),
        );
        text(signed(Purpose::Prefixes, payload.as_bytes(), &["catalogue a"]))
    };
    let foreign = signed_by(&["catalogue a"]);
    let payload = foreign.lines().last().unwrap_or_default();
    let elsewhere = payload.replacen("7661", "7662", 1);
    vec![
        of("signed by a list key", "threshold", signed_by(&["list a"])),
        of("signed by a stranger", "threshold", signed_by(&["a stranger"])),
        of("signed before the key was valid", "threshold", {
            catalogue_text("2026-11-30", 2, "[]", "[]", &["catalogue a"])
        }),
        of("of another deployment's", "deployment", {
            text(signed(Purpose::Revocation, elsewhere.as_bytes(), &["catalogue a"]))
        }),
        of(
            "an older version",
            "rollback",
            catalogue_text("2027-07-01", 0, "[]", "[]", &["catalogue a"]),
        ),
        of("the same version with other content", "changed", {
            catalogue_text("2027-07-01", 1, "[]", "[]", &["catalogue a"])
        }),
        of("codes in descending order", "order", codes(&[&b, &a])),
        of("a code twice", "order", codes(&[&a, &a])),
        of("an unknown reason", "json", codes(&[&a.replace("false", "lost")])),
        case(
            "prefixes in descending order",
            "prefixes",
            prefixes("[\"https://b/q\",\"https://a/q\"]"),
            &[FIRST],
            Some("order"),
        ),
        case(
            "a catalogue of areas that is none",
            "areas",
            text(signed(Purpose::Areas, b"Cao Bang", &["catalogue a"])),
            &[FIRST],
            Some("areas"),
        ),
        case(
            "a prefix that is every address",
            "prefixes",
            prefixes("[\"https://\"]"),
            &[FIRST],
            Some("prefix-wide"),
        ),
        case(
            "a prefix that is a host without a path",
            "prefixes",
            prefixes("[\"https://poster.example/\"]"),
            &[FIRST],
            Some("prefix-wide"),
        ),
        case(
            "a prefix of 7 bytes",
            "prefixes",
            prefixes("[\"https:/\"]"),
            &[FIRST],
            Some("prefix-short"),
        ),
    ]
}

/// Documents that were accepted before a restart.
fn stored() -> Vec<Case> {
    let stored = |name, kind, document: String, sha256: &[u8; 32], refusal| {
        let mut case = case(name, kind, document, &[FIRST], refusal);
        case.document.sha256 = Some(vaora::text::hex::encode(sha256));
        case
    };
    let hash = |document: &str| vaora::seal::sha256(document.as_bytes());
    let good = text(codes::revocation());
    // The key that signed it can have left the root since.
    let old = catalogue_text("2027-06-10", 1, "[]", "[]", &["a stranger"]);
    let second = text(second_root());
    let manifest = manifests::manifest();
    let changed = good.replacen("replaced", "false", 1);
    vec![
        stored("a stored catalogue", "stored revocation", good.clone(), &hash(&good), None),
        stored(
            "a stored catalogue whose key has left the root",
            "stored revocation",
            old.clone(),
            &hash(&old),
            None,
        ),
        stored("a stored root", "stored root", second.clone(), &hash(&second), None),
        stored("a stored manifest", "stored manifest", manifest.clone(), &hash(&manifest), None),
        stored(
            "a stored catalogue that was changed",
            "stored revocation",
            changed,
            &hash(&good),
            Some("stored"),
        ),
        stored(
            "a stored root that was cut",
            "stored root",
            second[..second.len() - 1].to_owned(),
            &hash(&second),
            Some("stored"),
        ),
        stored(
            "a stored document of another kind",
            "stored prefixes",
            good.clone(),
            &hash(&good),
            Some("envelope-purpose"),
        ),
    ]
}

const ALL_FOUR: [&str; 4] = ["root a", "root b", "root c", "root d"];

/// The second root: "root a" and "root b" make way for "root c" and "root d".
fn second_draft() -> RootDraft {
    let mut draft = world::root_draft();
    draft.version = 2;
    draft.created = day("2027-06-20");
    let valid = |word: &str, first: Day| key(word).valid(first, day("2028-12-31"));
    let new = vec![valid("root c", day("2026-12-01")), valid("root d", day("2027-06-20"))];
    if let Some((_, _, keys)) = draft.roles.first_mut() {
        *keys = new;
    }
    draft
}

fn second_root() -> Vec<u8> {
    let payload = second_draft().encode().expect("a good root");
    signed(Purpose::Root, &payload, &ALL_FOUR)
}

/// The second root, which also begins a new key epoch.
fn second_epoch() -> Vec<u8> {
    let payload = RootDraft { epoch: 2, ..second_draft() }.encode().expect("a good root");
    signed(Purpose::Root, &payload, &ALL_FOUR)
}

fn catalogue_text(created: &str, version: u64, codes: &str, keys: &str, by: &[&str]) -> String {
    let payload = format!(
        "{{\"deployment\":\"{}\",\"version\":{version},\"created\":\"{created}\",\"codes\":{codes},\"keys\":{keys}}}",
        vaora::text::hex::encode(&world::DEPLOYMENT),
    );
    text(signed(Purpose::Revocation, payload.as_bytes(), by))
}

pub(super) fn case(
    name: &'static str,
    kind: &'static str,
    text: String,
    after: &[&'static str],
    refusal: Option<&'static str>,
) -> Case {
    let document = Document { kind, text, sha256: None, spaces: 0 };
    Case { name, document, after: after.to_vec(), refusal }
}

pub(super) fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).expect("these documents are text")
}
