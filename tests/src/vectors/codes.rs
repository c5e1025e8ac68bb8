//! Vectors of our own codes: every trust state, and one for each rule.

use serde::Serialize;
use vaora::code::{Name, Venue, VenueKind, Zone, typed};
use vaora::seal::{Purpose, Seed, VenueId};
use vaora::text::{b28, hex};
use vaora::trust::{Prefixes, Reason, Revocation, RevokedCode, RevokedKey};
use vaora_authority::issue;
use vaora_authority::keys::Signer;

use super::world::{self, area, day, key, market, seed};

/// A scanned text and everything that must be said of it. The root is that of
/// `documents.json`, "the first root"; revocation and prefixes are given here.
#[derive(Serialize)]
pub struct Case {
    /// What it is about.
    pub name: &'static str,
    /// The scanned text.
    pub text: String,
    /// Unix seconds of the scan.
    pub at: i64,
    /// The kind.
    pub kind: &'static str,
    /// The trust state.
    pub trust: Option<&'static str>,
    /// The rule that is broken.
    pub error: Option<&'static str>,
    /// First 8 bytes of SHA-256 of the match secret.
    pub seed_hash: Option<String>,
    /// Id of the code.
    pub id: Option<String>,
    /// What is shown of the venue.
    pub venue: Option<Shown>,
}

/// The fields of a venue.
#[derive(Serialize)]
pub struct Shown {
    kind: &'static str,
    name: String,
    zone: Option<String>,
    category: u8,
    stay: u16,
    map: u8,
    area: String,
    first: String,
    last: String,
    parent: Option<String>,
}

impl From<&Venue> for Shown {
    fn from(venue: &Venue) -> Self {
        let Venue { kind, first, last, category, stay, area, name, zone, parent } = venue;
        Self {
            kind: kind.id(),
            name: name.to_string(),
            zone: zone.as_ref().map(ToString::to_string),
            category: *category,
            stay: *stay,
            map: area.map().number(),
            area: area.to_string(),
            first: first.to_string(),
            last: last.to_string(),
            parent: parent.map(|id| hex::encode(&id.0)),
        }
    }
}

/// A day on which the market's code is valid.
const TODAY: &str = "2027-06-15";

/// What was taken back in the world of the vectors.
#[must_use]
pub fn revocation() -> Vec<u8> {
    let code = |number, reason, since| RevokedCode {
        id: VenueId::derive(&body(&market(), &key("issuer"), &seed(number))),
        reason,
        since: day(since),
    };
    let catalogue = Revocation {
        deployment: world::DEPLOYMENT,
        version: 1,
        created: day("2027-06-10"),
        codes: vec![
            code(20, Reason::Replaced, "2027-06-10"),
            code(21, Reason::False, "2027-06-10"),
            code(22, Reason::Replaced, "2027-05-10"),
            code(23, Reason::Replaced, "2028-03-01"),
            code(24, Reason::Replaced, "2026-12-20"),
        ],
        keys: vec![RevokedKey { id: key("issuer of all").id(), since: day("2027-06-10") }],
    };
    let payload = catalogue.encode().expect("a good catalogue");
    world::signed(Purpose::Revocation, &payload, &["catalogue a"])
}

/// What was adopted in the world of the vectors.
#[must_use]
pub fn prefixes() -> Vec<u8> {
    let catalogue = Prefixes {
        deployment: world::DEPLOYMENT,
        version: 1,
        created: day("2027-06-10"),
        prefixes: vec!["https://poster.example/q/".to_owned(), "00020101".to_owned()],
    };
    let payload = catalogue.encode().expect("a good catalogue");
    world::signed(Purpose::Prefixes, &payload, &["catalogue a"])
}

/// Every case.
#[must_use]
pub fn cases() -> Vec<Case> {
    let mut cases = accepted();
    cases.extend(states());
    cases.extend(not_venues());
    cases.extend(refused());
    cases
}

fn accepted() -> Vec<Case> {
    let issuer = key("issuer");
    let zone = Venue {
        name: Name::new("Trung tâm thương mại Cao Bằng").expect("good"),
        zone: Some(Zone::new("Cổng số 2").expect("good")),
        category: 25,
        stay: 120,
        parent: Some(VenueId([0xA5; 16]).as_parent()),
        ..market()
    };
    let bus = Venue {
        kind: VenueKind::Vehicle,
        name: Name::new("Xe khách 11B-001.23").expect("good"),
        category: 24,
        ..market()
    };
    let wedding = Venue {
        kind: VenueKind::Event,
        first: day(TODAY),
        last: day(TODAY),
        name: Name::new("Đám cưới Hoà – Thuỷ").expect("good"),
        category: 32,
        stay: 1440,
        area: area("04"),
        ..market()
    };
    let verified = |name, venue: &Venue, number| {
        venue_case(name, venue, &issuer, number, TODAY, "verified", true)
    };
    let market_code = code(&market(), &issuer, &seed(1));
    let host = |host: &str| format!("{host}#{market_code}");
    let again = |name, text: String| Case { name, text, ..verified(name, &market(), 1) };
    vec![
        verified("a place", &market(), 1),
        verified("a zone under a parent", &zone, 2),
        verified("a vehicle", &bus, 3),
        verified("an event of one day", &wedding, 4),
        again("behind a host", host("HTTPS://CODE.EXAMPLE/")),
        again("behind a host that a keyboard mangled", host("https>// cođe.exămple&")),
        again("in lower case with spaces", market_code.to_lowercase().replace('C', "c ")),
        skippable_field(&issuer),
    ]
}

fn skippable_field(issuer: &Signer) -> Case {
    let name = "an optional field that need not be understood";
    let mut bytes = body(&market(), issuer, &seed(5));
    bytes.extend([0x7F, 2, 1, 2]);
    let id = VenueId::derive(&bytes);
    Case {
        text: sign(bytes, issuer),
        id: Some(hex::encode(&id.0)),
        ..venue_case(name, &market(), issuer, 5, TODAY, "verified", true)
    }
}

fn states() -> Vec<Case> {
    let issuer = key("issuer");
    let all = key("issuer of all");
    let old = key("issuer of 2026");
    let stranger = key("a stranger");
    let far = Venue { area: area("08/00691"), ..market() };
    let of = |name, number, today, trust, checks_in| {
        venue_case(name, &market(), &issuer, number, today, trust, checks_in)
    };
    let unknown = |name, venue: &Venue, signer: &Signer| {
        venue_case(name, venue, signer, 1, TODAY, "unknown issuer", true)
    };
    vec![
        unknown("a signer whom the root does not name", &market(), &stranger),
        unknown("a compromised key", &market(), &all),
        unknown("an issuer outside its area", &far, &issuer),
        unknown("an issuer after its key's last day", &market(), &old),
        of("the day before the first", 1, "2026-12-31", "early", true),
        of("the first day", 1, "2027-01-01", "verified", true),
        of("the last day", 1, "2027-12-31", "verified", true),
        of("the day after the last", 1, "2028-01-01", "expired", true),
        of("thirty days after the last", 1, "2028-01-30", "expired", true),
        of("thirty-one days after the last", 1, "2028-01-31", "expired", false),
        of("replaced five days ago", 20, TODAY, "replaced", true),
        of("replaced and expired", 20, "2028-01-01", "replaced", false),
        of("replaced thirty-six days ago", 22, TODAY, "replaced", false),
        of("replaced on a later day", 23, TODAY, "verified", true),
        of("replaced after it had expired", 23, "2028-03-05", "replaced", false),
        of("replaced before its first day", 24, "2026-12-25", "replaced", true),
        of("revoked as false", 21, TODAY, "revoked", false),
        of("revoked as false and early", 21, "2026-12-31", "revoked", false),
    ]
}

fn not_venues() -> Vec<Case> {
    let issuer = key("issuer");
    let seed = seed(1);
    let newer = |name, change: fn(&mut Vec<u8>)| {
        let mut bytes = body(&market(), &issuer, &seed);
        change(&mut bytes);
        plain(name, sign(bytes, &issuer), "newer", None)
    };
    let typed = Case {
        trust: Some("typed"),
        seed_hash: Some(hex::encode(&seed.derive_hash())),
        ..plain("a typed code", typed::grouped(&typed::encode(&seed)), "typed", None)
    };
    let adopted = |name, text: &str| Case {
        trust: Some("foreign"),
        seed_hash: Some(hex::encode(&Seed::derive_adopted(text.as_bytes()).derive_hash())),
        ..plain(name, text.to_owned(), "prefix", None)
    };
    vec![
        typed,
        plain("a one-time code", typed::encode_share([9; 6]), "share", None),
        plain("a one-time code of letters only", "BRVSVVHMGNK".to_owned(), "share", None),
        plain(
            "thirty digits that begin as ours do",
            format!("81906{}", "0".repeat(25)),
            "text",
            None,
        ),
        newer("a later version", |bytes| bytes[1] = 0x21),
        newer("a kind of a later version", |bytes| bytes[1] = 0x14),
        newer("such a kind with other fields", |bytes| {
            bytes[1] = 0x14;
            bytes.extend([0, 0]);
        }),
        newer("a field that must be understood", |bytes| bytes.extend([0x80, 0])),
        adopted("an adopted prefix", "https://poster.example/q/8412"),
        plain("its address without the prefix", "https://poster.example/".to_owned(), "url", None),
        plain("twenty-two digits", "8934563138165893456313".to_owned(), "text", None),
        plain("eleven digits", "84900000000".to_owned(), "text", None),
        plain("nothing", String::new(), "unknown", None),
        plain("only spaces", "  \n".to_owned(), "unknown", None),
        plain("a greeting", "Xin chào".to_owned(), "text", None),
    ]
}

fn refused() -> Vec<Case> {
    let issuer = key("issuer");
    // Offsets of `docs/formats.md`: days at 18 and 20, category 22, stay 23, area 25, name 30.
    let broken = |name, rule, change: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = body(&market(), &issuer, &seed(6));
        change(&mut bytes);
        plain(name, sign(bytes, &issuer), "vaora", Some(rule))
    };
    let named = |name, rule, text: &[u8]| {
        broken(name, rule, &|bytes| {
            let zone = bytes.split_off(30 + 1 + "Chợ Xanh".len());
            bytes.truncate(30);
            bytes.push(u8::try_from(text.len()).expect("short"));
            bytes.extend(text);
            bytes.extend(zone);
        })
    };
    let zoned = |name, rule, text: &[u8]| {
        broken(name, rule, &|bytes| {
            bytes.pop();
            bytes.push(u8::try_from(text.len()).expect("short"));
            bytes.extend(text);
        })
    };
    let good = code(&market(), &issuer, &seed(6));
    let of_text = |name, kind, rule, text: String| plain(name, text, kind, Some(rule));
    let typed_code = typed::encode(&seed(6));
    let flip = |at: usize| -> String {
        let other = |c| if c == '7' { '8' } else { '7' };
        typed_code.chars().enumerate().map(|(i, c)| if i == at { other(c) } else { c }).collect()
    };
    let (half, other_half) = typed_code.split_at(11);
    let share = typed::encode_share([9; 6]);
    let share_wrong = if share.starts_with('7') { "8" } else { "7" }.to_owned() + &share[1..];
    let mut forged = b28::decode(&good).expect("made here");
    forged[31] ^= 0x20;
    vec![
        of_text("a symbol too many", "vaora", "b28-length", format!("{good}0")),
        of_text("a vowel among the symbols", "vaora", "b28-symbol", good.replacen('0', "A", 1)),
        of_text("a group beyond three bytes", "vaora", "b28-range", {
            format!("{}ZZZZZ", &good[..good.len() / 5 * 5])
        }),
        of_text(
            "a typed code with a symbol missing",
            "typed",
            "typed-length",
            typed_code[1..].to_owned(),
        ),
        of_text("one wrong in the first half", "typed", "typed-first-half", flip(2)),
        of_text("one wrong in the second half", "typed", "typed-second-half", flip(13)),
        of_text(
            "the halves exchanged",
            "typed",
            "typed-both-halves",
            format!("{other_half}{half}"),
        ),
        of_text("one wrong in a one-time code", "share", "share-check", share_wrong),
        broken("another first byte", "code-magic", &|bytes| bytes[0] = 0x57),
        broken("version 0", "code-version", &|bytes| bytes[1] = 0x01),
        of_text("cut after 80 bytes", "vaora", "code-cut", {
            b28::encode(b28::decode(&good).expect("made here").get(..80).expect("longer"))
        }),
        broken("the zone's length lies", "code-cut", &|bytes| *bytes.last_mut().expect("some") = 9),
        of_text("one bit of the name changed", "vaora", "code-signature", b28::encode(&forged)),
        of_text("a signature for another purpose", "vaora", "code-signature", {
            let bytes = body(&market(), &issuer, &seed(6));
            let signature = issuer.sign(Purpose::Root, &bytes);
            b28::encode(&[bytes, signature.to_vec()].concat())
        }),
        broken("the last day before the first", "code-days", &|bytes| bytes[20..22].fill(0)),
        broken("category 0", "code-category", &|bytes| bytes[22] = 0),
        broken("a stay of no minutes", "code-stay", &|bytes| bytes[23..25].fill(0)),
        broken("a stay of 1,441 minutes", "code-stay", &|bytes| {
            bytes[23..25].copy_from_slice(&1441_u16.to_le_bytes());
        }),
        broken("map 0", "code-area", &|bytes| bytes[25] = 0),
        broken("province 97", "code-area", &|bytes| bytes[26] = 97),
        broken("a field twice", "code-fields", &|bytes| bytes.extend([0x10, 0, 0x10, 0])),
        broken("fields in descending order", "code-fields", &|bytes| {
            bytes.extend([0x11, 0, 0x10, 0])
        }),
        broken("field 0", "code-fields", &|bytes| bytes.extend([0, 0])),
        broken("a parent of 7 bytes", "code-parent", &|bytes| {
            bytes.extend([1, 7, 0, 0, 0, 0, 0, 0, 0])
        }),
        named("no name", "name-empty", b""),
        named("a name of 61 bytes", "name-length", &[b'x'; 61]),
        named("a name in Latin-1", "name-utf8", b"Ch\xE1"),
        named("a name in NFD", "name-nfc", "Cho\u{31B}\u{323}".as_bytes()),
        named("a line break in the name", "name-control", b"Cho\nXanh"),
        named("a zero-width space in the name", "name-invisible", "Chợ\u{200B}Xanh".as_bytes()),
        named(
            "a right-to-left override in the name",
            "name-invisible",
            "Chợ\u{202E}Xanh".as_bytes(),
        ),
        named("a Cyrillic letter in the name", "name-script", "Chợ Хanh".as_bytes()),
        named("a picture in the name", "name-symbol", "Chợ \u{1F600}".as_bytes()),
        named("a space at the end of the name", "name-space", b"Cho "),
        zoned("a zone of 33 bytes", "zone-length", &[b'x'; 33]),
        zoned("a control character in the zone", "zone-text", b"A\x07"),
        broken("name and zone of 73 bytes", "name-zone-length", &|bytes| {
            bytes.truncate(30);
            bytes.push(60);
            bytes.extend([b'x'; 60]);
            bytes.push(13);
            bytes.extend([b'x'; 13]);
        }),
    ]
}

fn venue_case(
    name: &'static str,
    venue: &Venue,
    signer: &Signer,
    number: u8,
    today: &str,
    trust: &'static str,
    checks_in: bool,
) -> Case {
    let seed = seed(number);
    let id = VenueId::derive(&body(venue, signer, &seed));
    Case {
        name,
        text: code(venue, signer, &seed),
        at: world::noon(today).unix(),
        kind: "vaora",
        trust: Some(trust),
        error: None,
        seed_hash: checks_in.then(|| hex::encode(&seed.derive_hash())),
        id: Some(hex::encode(&id.0)),
        venue: Some(venue.into()),
    }
}

fn plain(
    name: &'static str,
    text: String,
    kind: &'static str,
    error: Option<&'static str>,
) -> Case {
    Case {
        name,
        text,
        at: world::noon(TODAY).unix(),
        kind,
        trust: error.map(|_| "damaged"),
        error,
        seed_hash: None,
        id: None,
        venue: None,
    }
}

fn body(venue: &Venue, signer: &Signer, seed: &Seed) -> Vec<u8> {
    venue.encode(signer.id(), seed).expect("a good venue")
}

fn code(venue: &Venue, signer: &Signer, seed: &Seed) -> String {
    let seed = Seed::from_bytes(*seed.expose());
    issue::issue_with(venue, signer, seed).expect("a good venue").bare()
}

/// Signs a body as it stands, good or broken.
fn sign(mut body: Vec<u8>, signer: &Signer) -> String {
    let signature = signer.sign(Purpose::Code, &body);
    body.extend(signature);
    b28::encode(&body)
}
