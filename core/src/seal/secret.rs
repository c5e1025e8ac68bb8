//! Keys of the diary, sealing under them, the inbox box and the passphrase.

use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::{AeadInOut, KeyInit, Tag, XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use x25519_dalek::{PublicKey, StaticSecret};
use zeroize::{Zeroize, Zeroizing};

use super::parts::Nonces;

/// Where unpredictable bytes come from.
///
/// It is an argument like the time: a phone passes the operating system's generator, a test one
/// that can be repeated. Two diaries, or two openings of one, must never see the same bytes.
pub trait Random: Send {
    /// Fills all of `bytes` with bytes that nobody can predict.
    fn fill(&mut self, bytes: &mut [u8]);
}

/// A 32-byte key. It lies in one place of the heap, is wiped when it is dropped, and is neither
/// `Debug` nor `Clone`, so that it cannot slip into a log.
pub struct Secret(Box<[u8; Secret::LEN]>);

impl Secret {
    /// Length of every key.
    pub const LEN: usize = 32;

    /// A copy of 32 bytes; `None` for any other length. The caller wipes its own.
    #[must_use]
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        let bytes: &[u8; Self::LEN] = bytes.try_into().ok()?;
        Some(Self::filled(|own| own.copy_from_slice(bytes)))
    }

    /// A new key.
    #[must_use]
    pub fn make(random: &mut dyn Random) -> Self {
        Self::filled(|own| random.fill(own))
    }

    /// The bytes, for writing them under another key.
    pub(crate) fn expose(&self) -> &[u8; Self::LEN] {
        &self.0
    }

    /// A second holder of the same key, wiped on its own.
    pub(crate) fn duplicate(&self) -> Self {
        Self::filled(|own| own.copy_from_slice(&*self.0))
    }

    /// Tells which secret a ring is sealed under, and nothing else about it.
    pub(crate) fn derive_check(&self, salt: &[u8]) -> [u8; 16] {
        let mut mac = hmac(&*self.0);
        mac.update(b"vaora/1/check");
        mac.update(salt);
        super::first(&mac.finalize().into_bytes())
    }

    /// Appends nonce, sealed bytes and tag to `out`; opens only with the same `place`.
    pub(crate) fn seal(
        &self,
        nonces: &mut Nonces<'_>,
        place: &[u8],
        plain: &[u8],
        out: &mut Vec<u8>,
    ) {
        let nonce = XNonce::from(nonces.next());
        out.reserve(SEAL_OVERHEAD + plain.len());
        out.extend_from_slice(&nonce);
        let start = out.len();
        out.extend_from_slice(plain);
        let tag = self
            .cipher()
            .encrypt_inout_detached(&nonce, place, (&mut out[start..]).into())
            .expect("no part is longer than a file");
        out.extend_from_slice(&tag);
    }

    /// What [`Secret::seal`] sealed at the same place; `None` for anything else.
    pub(crate) fn unseal(&self, place: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (nonce, rest) = sealed.split_first_chunk::<NONCE>()?;
        let (body, tag) = rest.split_last_chunk::<TAG>()?;
        let mut plain = Zeroizing::new(body.to_vec());
        self.cipher()
            .decrypt_inout_detached(
                &XNonce::from(*nonce),
                place,
                plain.as_mut_slice().into(),
                &Tag::from(*tag),
            )
            .ok()?;
        Some(plain)
    }

    /// The key of an export, from what a person can remember. Slow on purpose; `None` if the
    /// phone has not the memory.
    pub(crate) fn derive_from_passphrase(passphrase: &str, salt: &[u8; 16]) -> Option<Self> {
        let params = Params::new(PASSPHRASE_KIB, PASSPHRASE_PASSES, 1, Some(Self::LEN)).ok()?;
        let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let mut done = false;
        let key = Self::filled(|own| {
            done = argon.hash_password_into(passphrase.as_bytes(), salt, own).is_ok();
        });
        done.then_some(key)
    }

    /// Another key in the place of this one.
    pub(super) fn renew(&mut self, fill: impl FnOnce(&mut [u8; Self::LEN])) {
        fill(&mut self.0);
    }

    pub(super) fn filled(fill: impl FnOnce(&mut [u8; Self::LEN])) -> Self {
        let mut own = Box::new([0; Self::LEN]);
        fill(&mut own);
        Self(own)
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new((&*self.0).into())
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// The private half of the inbox: only the unlocked diary has it.
pub(crate) struct InboxKey(Secret);

impl InboxKey {
    pub(crate) fn make(random: &mut dyn Random) -> Self {
        Self(Secret::make(random))
    }

    pub(crate) fn from_secret(secret: Secret) -> Self {
        Self(secret)
    }

    pub(crate) fn secret(&self) -> &Secret {
        &self.0
    }

    pub(crate) fn derive_public(&self) -> [u8; 32] {
        PublicKey::from(&StaticSecret::from(*self.0.expose())).to_bytes()
    }

    /// What [`box_for`] boxed for this key at the same place.
    pub(crate) fn unbox(&self, place: &[u8], boxed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (sender, sealed) = boxed.split_first_chunk::<32>()?;
        let key = agree(self.0.expose(), sender, sender, &self.derive_public())?;
        key.unseal(place, sealed)
    }
}

/// Appends to `out` what only the holder of the inbox's private half can open.
pub(crate) fn box_for(
    inbox: &[u8; 32],
    random: &mut dyn Random,
    place: &[u8],
    plain: &[u8],
    out: &mut Vec<u8>,
) -> Option<()> {
    let once = InboxKey::make(random);
    let sender = once.derive_public();
    let key = agree(once.0.expose(), inbox, &sender, inbox)?;
    out.extend_from_slice(&sender);
    key.seal(&mut Nonces::random(random), place, plain, out);
    Some(())
}

/// The key of one box. `None` for a public half of small order, under which everybody agrees.
fn agree(own: &[u8; 32], other: &[u8; 32], sender: &[u8; 32], inbox: &[u8; 32]) -> Option<Secret> {
    let shared = StaticSecret::from(*own).diffie_hellman(&PublicKey::from(*other));
    if !shared.was_contributory() {
        return None;
    }
    let prk = Hkdf::<Sha256>::new(Some(b"vaora/1/inbox"), shared.as_bytes());
    Some(Secret::filled(|key| {
        prk.expand_multi_info(&[sender, inbox], key).expect("32 bytes are a valid length");
    }))
}

/// Whether 32 bytes are an X25519 public key that a diary may be sealed to: in their one
/// spelling, and of large order. Under a point of small order everybody agrees on the same key.
#[must_use]
pub fn is_upload_key(bytes: &[u8; 32]) -> bool {
    // Below 2²⁵⁵ − 19, the top bit included: X25519 would ignore what is above.
    let [low, middle @ .., top] = bytes;
    let one_spelling =
        *top < 0x7F || (*top == 0x7F && (*low < 0xED || middle.iter().any(|b| *b != 0xFF)));
    // Every secret scalar is a multiple of 8, so any one of them finds a small order.
    let shared = StaticSecret::from([1; 32]).diffie_hellman(&PublicKey::from(*bytes));
    one_spelling && shared.was_contributory()
}

pub(super) fn hmac(key: &[u8]) -> Hmac<Sha256> {
    <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(key).expect("HMAC takes keys of any length")
}

pub(super) const NONCE: usize = 24;
pub(super) const TAG: usize = 16;
/// What sealing adds to a part.
pub(crate) const SEAL_OVERHEAD: usize = NONCE + TAG;
/// What boxing adds to a part.
pub(crate) const BOX_OVERHEAD: usize = 32 + SEAL_OVERHEAD;
/// 64 MiB and three passes: under a second on an old phone, and far too slow for guessing.
const PASSPHRASE_KIB: u32 = 64 * 1024;
const PASSPHRASE_PASSES: u32 = 3;
