//! The small world of the vectors: a deployment with fixed keys, a market in Cao Bằng.

use vaora::area::code::{AreaCode, AreaScope, Map};
use vaora::code::{Name, Venue, VenueKind};
use vaora::seal::{KeyId, Purpose, Seed};
use vaora::time::{Day, Instant};
use vaora::trust::{Envelope, Issuer, Key, Role, RootDraft};
use vaora_authority::keys::Signer;

/// The deployment's id.
pub const DEPLOYMENT: [u8; 16] = *b"vaora test world";

/// The key that belongs to a word; the word is hashed, so it is the same every time.
#[must_use]
pub fn key(word: &str) -> Signer {
    let bytes = vaora::seal::sha256(format!("vaora test key {word}").as_bytes());
    Signer::from_bytes(&bytes).expect("any 32 bytes are a secret key")
}

/// A day as `2026-12-01`.
#[must_use]
pub fn day(text: &str) -> Day {
    Day::from_iso(text).expect("written by hand")
}

/// Noon in Viet Nam.
#[must_use]
pub fn noon(text: &str) -> Instant {
    Instant::from_unix(day(text).start().unix() + 12 * 3600)
}

/// A seed, by number.
#[must_use]
pub fn seed(number: u8) -> Seed {
    let hash = vaora::seal::sha256(&[b's', number]);
    Seed::from_bytes(*hash.first_chunk().expect("SHA-256 has 32 bytes"))
}

/// An area of the map of 2025.
#[must_use]
pub fn area(path: &str) -> AreaCode {
    AreaCode::parse(Map::M2025, path).expect("written by hand")
}

/// A market in Cao Bằng, valid through the year 2027.
#[must_use]
pub fn market() -> Venue {
    Venue {
        kind: VenueKind::Place,
        first: day("2027-01-01"),
        last: day("2027-12-31"),
        category: 28,
        stay: 60,
        area: area("04/01273"),
        name: Name::new("Chợ Xanh").expect("a good name"),
        zone: None,
        parent: None,
    }
}

fn valid(word: &str) -> Key {
    key(word).valid(day("2026-12-01"), day("2028-12-31"))
}

/// The first root: two of three root keys, an issuer for Cao Bằng, one for everywhere, and one
/// whose key ends in 2026.
#[must_use]
pub fn root_draft() -> RootDraft {
    let everywhere = AreaScope::parse(Map::M2025, "").expect("written by hand");
    let keys = |words: &[&str]| words.iter().map(|w| valid(w)).collect::<Vec<_>>();
    let old = key("issuer of 2026").valid(day("2026-12-01"), day("2026-12-31"));
    RootDraft {
        deployment: DEPLOYMENT,
        version: 1,
        epoch: 1,
        created: day("2026-12-01"),
        expires: day("2028-12-31"),
        roles: [
            (Role::Root, 2, keys(&["root a", "root b", "root c"])),
            (Role::List, 1, keys(&["list a", "list b"])),
            (Role::Catalogue, 1, keys(&["catalogue a", "catalogue b"])),
            (Role::Upload, 1, keys(&["upload a"])),
        ],
        issuers: vec![
            Issuer { key: valid("issuer"), scopes: vec![area("04").into()] },
            Issuer { key: valid("issuer of all"), scopes: vec![everywhere] },
            Issuer { key: old, scopes: vec![everywhere] },
        ],
    }
}

/// A document signed by the keys of some words.
#[must_use]
pub fn signed(purpose: Purpose, payload: &[u8], by: &[&str]) -> Vec<u8> {
    let signature = |word: &&str| -> (KeyId, [u8; 64]) {
        let key = key(word);
        (key.id(), key.sign(purpose, payload))
    };
    Envelope::encode(purpose, payload, by.iter().map(signature))
}

/// The first root, signed.
#[must_use]
pub fn root() -> Vec<u8> {
    let payload = root_draft().encode().expect("a good root");
    signed(Purpose::Root, &payload, &["root a", "root b"])
}
