//! The only module that names ciphers, hashes and signature schemes.
//!
//! The algorithms are fixed for version 1 of every format; there is no algorithm field to lie
//! about. Functions that always give the same answer begin with `derive_`. Secrets are wiped
//! when they are dropped and are neither `Debug` nor `Clone`.

mod parts;
mod secret;
mod upload;
mod venue;

pub use secret::{Random, Secret, is_upload_key};
pub use venue::{ChunkId, Finder, Tag, VenueKey};

#[cfg(feature = "publish")]
pub use upload::UploadSecret;
pub use upload::upload_key_id;

pub(crate) use upload::{ENC_LEN, TAG_LEN, seal_to};

pub(crate) use parts::{Nonces, Opener};
pub(crate) use secret::{BOX_OVERHEAD, InboxKey, SEAL_OVERHEAD, box_for};

use ed25519_dalek::{Signature, VerifyingKey};
use hkdf::Hkdf;
use sha2::{Digest, Sha256};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// The secret of a venue code, or of an adopted foreign one: whoever holds it can recognise the
/// venue in published lists. It is derived from at check-in and never written.
#[derive(Zeroize, ZeroizeOnDrop, PartialEq, Eq)]
pub struct Seed([u8; Seed::LEN]);

impl Seed {
    /// 96 bits: with a million venues and a million entries a day, guessing one takes 2⁷⁶ tries.
    pub const LEN: usize = 12;

    /// From the bytes of a code.
    #[must_use]
    pub fn from_bytes(bytes: [u8; Self::LEN]) -> Self {
        Self(bytes)
    }

    /// The bytes, for deriving and for printing a code; not for keeping.
    #[must_use]
    pub fn expose(&self) -> &[u8; Self::LEN] {
        &self.0
    }

    /// The seed of a code that this system did not issue, from its exact bytes: all segments
    /// joined, before any charset work, so that every reader gets the same.
    #[must_use]
    pub fn derive_adopted(data: &[u8]) -> Self {
        let (prk, _) = Hkdf::<Sha256>::extract(Some(b"vaora/1/adopted"), data);
        Self(first(&prk))
    }

    /// First 8 bytes of its SHA-256: tells two seeds apart without showing them.
    #[must_use]
    pub fn derive_hash(&self) -> [u8; 8] {
        first(&sha256(&self.0))
    }
}

/// SHA-256, the only hash of the formats.
#[must_use]
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// SHA-256 over bytes that come piece by piece.
#[derive(Clone, Default)]
pub(crate) struct RunningHash(Sha256);

impl RunningHash {
    pub(crate) fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The hash of all bytes so far.
    pub(crate) fn so_far(&self) -> [u8; 32] {
        self.0.clone().finalize().into()
    }
}

/// An Ed25519 public key that the formats accept: canonical, and not of small order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

impl PublicKey {
    /// `None` for bytes that are no point, a second spelling of one, or a point of small order,
    /// under which anything would verify.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; 32]) -> Option<Self> {
        let key = VerifyingKey::from_bytes(bytes).ok()?;
        let canonical = key.to_edwards().compress().as_bytes() == bytes;
        (canonical && !key.is_weak()).then_some(Self(key))
    }

    /// The 32 bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }

    /// First 4 bytes of SHA-256 over label and key: enough to find the key in a root, which
    /// refuses two keys of one id.
    #[must_use]
    pub fn derive_id(&self) -> KeyId {
        let mut hash = Sha256::new();
        hash.update(b"vaora/1/key");
        hash.update(self.as_bytes());
        KeyId(first(&hash.finalize()))
    }

    /// Whether `signature` is this key's over `message` as a document of `purpose`. Strict: a
    /// signature has one spelling, and no key or nonce of small order passes.
    #[must_use]
    pub fn verifies(&self, purpose: Purpose, message: &[u8], signature: &[u8; 64]) -> bool {
        let signed = signed_bytes(purpose, message);
        self.0.verify_strict(&signed, &Signature::from_bytes(signature)).is_ok()
    }
}

/// Names one issued code, for revocation and display. It never appears beside an exposure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VenueId(pub [u8; 16]);

impl VenueId {
    /// First 16 bytes of SHA-256 over the body of the code, the signature left out.
    #[must_use]
    pub fn derive(body: &[u8]) -> Self {
        Self(first(&sha256(body)))
    }

    /// How a zone's code names this venue as its parent.
    #[must_use]
    pub fn as_parent(&self) -> ParentId {
        ParentId(first(&self.0))
    }
}

/// The first half of a [`VenueId`]: enough to find the parent among open visits, and the other
/// half would cost a version of QR code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ParentId(pub [u8; 8]);

/// Names a key inside a root.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(pub [u8; 4]);

/// What a signature is for. A signature over one kind of document is worth nothing over another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// The body of a venue code.
    Code,
    /// A root: the keys of a deployment.
    Root,
    /// A catalogue of revoked codes and compromised keys.
    Revocation,
    /// A catalogue of adopted prefixes.
    Prefixes,
    /// A catalogue of areas.
    Areas,
    /// A manifest: which exposure lists and catalogues there are.
    Manifest,
    /// A policy: how phones match, remind and keep.
    Policy,
    /// A catalogue of advice texts.
    Advice,
    /// The keys to which diaries are shared.
    Upload,
}

impl Purpose {
    /// Its name in the bytes that are signed and in the first line of an envelope.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Root => "root",
            Self::Revocation => "revocation",
            Self::Prefixes => "prefixes",
            Self::Areas => "areas",
            Self::Manifest => "manifest",
            Self::Policy => "policy",
            Self::Advice => "advice",
            Self::Upload => "upload",
        }
    }
}

/// The bytes that an Ed25519 signature covers: `"vaora/1/sign/" purpose 00 message`.
#[must_use]
pub fn signed_bytes(purpose: Purpose, message: &[u8]) -> Vec<u8> {
    [b"vaora/1/sign/", purpose.id().as_bytes(), &[0], message].concat()
}

fn first<const N: usize>(bytes: &[u8]) -> [u8; N] {
    *bytes.first_chunk().expect("every hash is longer than what is cut from it")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_of_small_order_or_a_second_spelling_is_no_key() {
        // The neutral point, and a y of p + 1, which is the same point spelled again.
        let mut neutral = [0; 32];
        neutral[0] = 1;
        let mut again = [0xFF; 32];
        again[0] = 0xEE;
        again[31] = 0x7F;
        for bytes in [neutral, again, [0; 32], [0xFF; 32]] {
            assert_eq!(PublicKey::from_bytes(&bytes), None);
        }
    }

    #[test]
    fn nobody_shares_a_diary_with_everybody() {
        // The points of small order that are below 2²⁵⁵ − 19, in their one spelling.
        let eight: [&str; 2] = [
            "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
            "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
        ];
        let mut minus_one = [0xFF; 32];
        (minus_one[0], minus_one[31]) = (0xEC, 0x7F);
        let mut one = [0; 32];
        one[0] = 1;
        let weak = eight.map(|text| crate::text::hex::decode(text).unwrap());
        for bytes in weak.into_iter().chain([[0; 32], one, minus_one]) {
            assert!(!is_upload_key(&bytes), "{bytes:?}");
        }
        // The base point.
        let mut nine = [0; 32];
        nine[0] = 9;
        assert!(is_upload_key(&nine));
    }
}
