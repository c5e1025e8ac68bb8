//! Vectors of sharing: requests byte by byte, and boxes and answers by an HPKE of its own, written
//! from RFC 9180 with crates of the core alone.

use chacha20poly1305::aead::{AeadInOut, KeyInit};
use chacha20poly1305::{ChaCha20Poly1305, Key, Nonce};
use hkdf::Hkdf;
use serde::Serialize;
use serde_json::{Value, json};
use sha2::Sha256;
use vaora::text::hex;
use x25519_dalek::{PublicKey, StaticSecret};

use super::world::DEPLOYMENT;
use crate::diary::stranger;

/// Some bytes of a share.
#[derive(Serialize)]
pub struct Case {
    name: &'static str,
    /// `request`, `box` or `answer`.
    pub form: &'static str,
    /// What they were made from; hexadecimal.
    pub from: Value,
    /// The bytes in hexadecimal, without the zeros at their end …
    pub bytes: String,
    /// … of which there are so many.
    pub zeros: usize,
    /// The rule that they break.
    pub rule: Option<&'static str>,
}

/// Every vector of sharing.
#[must_use]
pub fn cases() -> Vec<Case> {
    let mut all = requests();
    all.extend(boxes());
    all.extend(answers());
    all
}

/// The private half of the upload key.
pub const PRIVATE: [u8; 32] = [0x31; 32];
/// From which a box's own pair is derived.
pub const IKM: [u8; 32] = [0x32; 32];
/// Of an answer.
pub const NONCE: [u8; 24] = [0x33; 24];
const REQUEST: usize = 32_714;

/// 2026-11-21, 22:00 in Viet Nam.
const EVENING: i64 = 1_795_273_200;
/// That day.
const DAY: u32 = 20_778;

/// A visit as it is shared, field by field.
#[derive(Clone)]
struct Visit {
    from: i64,
    seconds: u32,
    area: [u8; 5],
    name: Vec<u8>,
    zone: Vec<u8>,
    venue: Vec<u8>,
    companions: u8,
    names: Vec<Vec<u8>>,
    keys: Vec<(u32, u8)>,
}

impl Visit {
    /// One over midnight, of a verified venue.
    fn night() -> Self {
        Self {
            from: EVENING,
            seconds: 4 * 3600,
            area: [2, 4, 0xF9, 4, 0],
            name: "Quán Đêm".into(),
            zone: "Tầng 2".into(),
            venue: [&[1][..], &[0x5A; 16]].concat(),
            companions: 2,
            names: vec!["Lan".into()],
            keys: vec![(DAY, 0xA1), (DAY + 1, 0xA2)],
        }
    }

    /// One that was written by hand.
    fn by_hand() -> Self {
        Self {
            from: EVENING + 5 * 3600,
            seconds: 0,
            area: [0; 5],
            name: "nhà bà".into(),
            zone: Vec::new(),
            venue: vec![0],
            companions: 0,
            names: Vec::new(),
            keys: Vec::new(),
        }
    }

    fn write(&self) -> Vec<u8> {
        let short = |b: &[u8]| [&[u8::try_from(b.len()).unwrap_or(255)], b].concat();
        let mut out = self.from.to_le_bytes().to_vec();
        out.extend(self.seconds.to_le_bytes());
        out.push(28);
        out.extend(self.area);
        out.extend([short(&self.name), short(&self.zone), self.venue.clone()].concat());
        out.extend([self.companions, u8::try_from(self.names.len()).unwrap_or(255)]);
        self.names.iter().for_each(|name| out.extend(short(name)));
        out.push(u8::try_from(self.keys.len()).unwrap_or(255));
        for (day, key) in &self.keys {
            out.extend(day.to_le_bytes());
            out.extend([*key; 32]);
        }
        out
    }
}

fn request(visits: &[Visit]) -> Vec<u8> {
    let mut out = vec![1, 1, 1, 2, 3, 4, 5, 6];
    out.extend([0x7E; 16]);
    out.extend(u16::try_from(visits.len()).unwrap_or(u16::MAX).to_le_bytes());
    visits.iter().for_each(|visit| out.extend(visit.write()));
    out
}

fn requests() -> Vec<Case> {
    let case = |name, bytes: Vec<u8>, rule| Case {
        name,
        form: "request",
        from: Value::Null,
        zeros: REQUEST - bytes.len(),
        bytes: hex::encode(&bytes),
        rule,
    };
    let good = |name, bytes| case(name, bytes, None);
    let bad = |name, bytes, rule| case(name, bytes, Some(rule));
    let whole = request(&[Visit::night(), Visit::by_hand()]);
    let one = |change: &dyn Fn(&mut Visit)| {
        let mut visit = Visit::night();
        change(&mut visit);
        request(&[visit])
    };
    let at = |at: usize, to: u8| {
        let mut bytes = whole.clone();
        bytes[at] = to;
        bytes
    };
    let alone = |keys: Vec<(u32, u8)>| {
        one(&|v| {
            v.venue = vec![0];
            v.keys = keys.clone();
        })
    };
    vec![
        good("two visits", whole.clone()),
        good("a cover", vec![1]),
        good(
            "a visit that ends at midnight",
            one(&|v| {
                v.seconds = 2 * 3600;
                v.keys = vec![(DAY, 0xA1)];
            }),
        ),
        good("a visit of which one day's key is gone", alone(vec![(DAY + 1, 0xA2)])),
        bad("a request of version 2", at(0, 2), "share-version"),
        bad("a request of kind 2", at(1, 2), "share-kind"),
        bad(
            "a cover that says something",
            [&[1, 0][..], &[0; 30_000], &[1]].concat(),
            "share-cover",
        ),
        bad("no visits", request(&[]), "share-empty"),
        bad("a byte behind the visits", [&whole[..], &[0, 0, 1]].concat(), "share-padding"),
        bad("a visit before 1970", one(&|v| v.from = -1), "share-times"),
        bad("a visit after the year 9999", one(&|v| v.from = 1 << 40), "share-times"),
        bad("a visit longer than a day", one(&|v| v.seconds = 86_401), "share-times"),
        bad("visits that fall", request(&[Visit::by_hand(), Visit::night()]), "share-order"),
        bad("an area that is none", one(&|v| v.area = [2, 4, 0xFF, 0xFF, 0xFF]), "share-area"),
        bad("a name of 61 bytes", one(&|v| v.name = vec![b'x'; 61]), "share-text"),
        bad("a zone of 33 bytes", one(&|v| v.zone = vec![b'x'; 33]), "share-text"),
        bad("a name that is no UTF-8", one(&|v| v.name = vec![0xFF]), "share-text"),
        bad("a name that does not show", one(&|v| v.name = "a\u{202e}".into()), "share-text"),
        bad(
            "a companion's name not in NFC",
            one(&|v| v.names = vec!["Lo\u{323}".into()]),
            "share-text",
        ),
        bad("more names than companions", one(&|v| v.companions = 0), "share-companions"),
        bad("keys that fall", one(&|v| v.keys.reverse()), "share-keys"),
        bad("two keys of a day", alone(vec![(DAY, 1), (DAY, 1)]), "share-keys"),
        bad("a key of the day before", alone(vec![(DAY - 1, 1), (DAY, 1)]), "share-keys"),
        bad(
            "a key of the day after",
            alone(vec![(DAY, 1), (DAY + 1, 1), (DAY + 2, 1)]),
            "share-keys",
        ),
        bad(
            "a key of the day that begins as the visit ends",
            one(&|v| v.seconds = 2 * 3600),
            "share-keys",
        ),
        bad("a venue without one of its keys", one(&|v| v.keys.truncate(1)), "share-venue"),
        bad("a venue that is neither there nor not", one(&|v| v.venue = vec![2]), "share-venue"),
        bad("visits that run out of the box", overfull(), "share-cut"),
    ]
}

/// So many visits that the last one is cut.
fn overfull() -> Vec<u8> {
    let size = Visit::night().write().len();
    let mut bytes = request(&vec![Visit::night(); REQUEST / size + 1]);
    bytes.truncate(REQUEST);
    bytes
}

/// The upload key.
#[must_use]
pub fn public() -> [u8; 32] {
    PublicKey::from(&StaticSecret::from(PRIVATE)).to_bytes()
}

/// Its id.
#[must_use]
pub fn key_id() -> [u8; 4] {
    let hash = vaora::seal::sha256(&[&b"vaora/1/key"[..], &public()].concat());
    *hash.first_chunk().expect("SHA-256 has 32 bytes")
}

fn boxes() -> Vec<Case> {
    let case = |name, bytes: Vec<u8>, plain: &[u8], rule: Option<&'static str>| {
        let end = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
        Case {
            name,
            form: "box",
            from: json!({ "private": hex::encode(&PRIVATE), "ikm": hex::encode(&IKM),
                "deployment": hex::encode(&DEPLOYMENT), "request": hex::encode(plain) }),
            zeros: bytes.len() - end,
            bytes: hex::encode(&bytes[..end]),
            rule,
        }
    };
    let head = [&[0x53, 1][..], &key_id()].concat();
    let of = |head: &[u8], size: usize| [head, &vec![0; size - head.len()]].concat();
    let plain = request(&[Visit::night(), Visit::by_hand()]);
    let bad = |name, bytes, rule| case(name, bytes, &[], Some(rule));
    let other = [&head[..2], &[head[2] ^ 1], &head[3..]].concat();
    vec![
        case("a box of two visits", sealed(&plain).0, &plain, None),
        case("a box of a cover", sealed(&[1]).0, &[1], None),
        bad("no box", Vec::new(), "box-size"),
        bad("a box of a byte less", of(&head, 32_767), "box-size"),
        bad("a box of a byte more", of(&head, 32_769), "box-size"),
        bad("a box of another mark", of(&[0x54, 1], 32_768), "box-mark"),
        bad("a box of version 2", of(&[0x53, 2], 32_768), "box-version"),
        bad("a box for another key", of(&other, 32_768), "box-key"),
        bad("a box of zeros", of(&head, 32_768), "box-seal"),
    ]
}

fn answers() -> Vec<Case> {
    let key = sealed(&[1]).1;
    let case = |name, bytes: Vec<u8>, says: Value, rule| Case {
        name,
        form: "answer",
        from: json!({ "key": hex::encode(&key), "nonce": hex::encode(&NONCE), "says": says }),
        bytes: hex::encode(&bytes),
        zeros: 0,
        rule,
    };
    let plain = |kind: u8, receipt: [u8; 16]| [&[1, kind][..], &receipt, &[0; 70]].concat();
    let seal = |plain: &[u8]| stranger::seal(&key, NONCE, b"vaora/1/share/reply", plain);
    let good =
        |name, kind, receipt, says: Value| case(name, seal(&plain(kind, receipt)), says, None);
    let bad = |name, bytes, rule| case(name, bytes, Value::Null, Some(rule));
    let cover = plain(0, [0; 16]);
    let changed = |at: usize, to: u8| {
        let mut plain = cover.clone();
        plain[at] = to;
        seal(&plain)
    };
    let mut spoiled = seal(&cover);
    spoiled[60] ^= 1;
    let taken = json!(hex::encode(&[0xCE; 16]));
    vec![
        good("an answer to a cover", 0, [0; 16], json!("cover")),
        good("a receipt", 1, [0xCE; 16], taken),
        good("a wrong code", 2, [0; 16], json!("code-wrong")),
        good("a used code", 3, [0; 16], json!("code-used")),
        good("a refusal", 4, [0; 16], json!("refused")),
        bad("no answer", Vec::new(), "reply-size"),
        bad("an answer of a byte less", seal(&cover)[..127].to_vec(), "reply-size"),
        bad("an answer with a flipped bit", spoiled, "reply-seal"),
        bad("an answer of version 2", changed(0, 2), "reply-form"),
        bad("an answer of kind 5", changed(1, 5), "reply-form"),
        bad("a cover with a receipt", changed(9, 1), "reply-form"),
        bad("an answer that goes on", changed(80, 1), "reply-form"),
    ]
}

/// The box of a request, and the key of its answer, by RFC 9180.
#[must_use]
pub fn sealed(plain: &[u8]) -> (Vec<u8>, [u8; 32]) {
    let mut text = plain.to_vec();
    text.resize(REQUEST, 0);
    let place = [&[0x53, 1][..], &key_id()].concat();
    let info = [b"vaora/1/share", &[0][..], &DEPLOYMENT, &key_id()].concat();

    let private: [u8; 32] = expand(&extract(&[], "dkp_prk", &IKM, KEM), "sk", &[], KEM);
    let own = StaticSecret::from(private);
    let enc = PublicKey::from(&own).to_bytes();
    let dh = own.diffie_hellman(&PublicKey::from(public()));
    let both = [enc, public()].concat();
    let prk = extract(&[], "eae_prk", dh.as_bytes(), KEM);
    let shared: [u8; 32] = expand(&prk, "shared_secret", &both, KEM);

    let ids = [extract(&[], "psk_id_hash", &[], SUITE), extract(&[], "info_hash", &info, SUITE)];
    let context = [&[0][..], &ids.concat()].concat();
    let secret = extract(&shared, "secret", &[], SUITE);
    let key: [u8; 32] = expand(&secret, "key", &context, SUITE);
    let nonce: [u8; 12] = expand(&secret, "base_nonce", &context, SUITE);
    let exporter: [u8; 32] = expand(&secret, "exp", &context, SUITE);
    let reply: [u8; 32] = expand(&exporter, "sec", b"vaora/1/share/reply", SUITE);

    let cipher = ChaCha20Poly1305::new(&Key::from(key));
    let tag = cipher
        .encrypt_inout_detached(&Nonce::from(nonce), &place, text.as_mut_slice().into())
        .expect("a short text");
    ([&place[..], &enc, &text, &tag].concat(), reply)
}

const KEM: &[u8] = b"KEM\0\x20";
const SUITE: &[u8] = b"HPKE\0\x20\0\x01\0\x03";

fn extract(salt: &[u8], label: &str, ikm: &[u8], suite: &[u8]) -> [u8; 32] {
    let labelled = [b"HPKE-v1", suite, label.as_bytes(), ikm].concat();
    Hkdf::<Sha256>::extract(Some(salt), &labelled).0.into()
}

fn expand<const N: usize>(prk: &[u8; 32], label: &str, info: &[u8], suite: &[u8]) -> [u8; N] {
    let length = [0, u8::try_from(N).expect("short")];
    let labelled = [&length, &b"HPKE-v1"[..], suite, label.as_bytes(), info].concat();
    let mut out = [0; N];
    let prk = Hkdf::<Sha256>::from_prk(prk).expect("32 bytes are a key");
    prk.expand(&labelled, &mut out).expect("a valid length");
    out
}
