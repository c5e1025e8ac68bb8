//! What a phone keeps of a venue: keys of single days, and the badge that follows from one.

use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use sha2::Sha256;

use super::secret::{Secret, hmac};
use super::{Seed, first};
use crate::time::{Day, Instant};

/// The key KD of one venue on one day. It recognises that venue's windows of that day in a
/// published list and says nothing about its other days.
pub struct VenueKey(Secret);

impl VenueKey {
    /// `PRK = HKDF-Extract("vaora/1/seed", S)`, `KD = HKDF-Expand(PRK, "vaora/1/day" ‖ u32 day)`.
    #[must_use]
    pub fn derive(seed: &Seed, day: Day) -> Self {
        let prk = Hkdf::<Sha256>::new(Some(b"vaora/1/seed"), seed.expose());
        Self(Secret::filled(|key| {
            prk.expand_multi_info(&[b"vaora/1/day", &day.number().to_le_bytes()], key)
                .expect("32 bytes are a valid length");
        }))
    }

    /// From its 32 bytes.
    #[must_use]
    pub fn from_secret(secret: Secret) -> Self {
        Self(secret)
    }

    /// The 32 bytes, for looking the venue up and for sharing it.
    #[must_use]
    pub fn expose(&self) -> &[u8; Secret::LEN] {
        self.0.expose()
    }

    /// A second holder of the same key, wiped on its own.
    #[must_use]
    pub fn duplicate(&self) -> Self {
        Self(self.0.duplicate())
    }

    /// Whether both are the same, in constant time.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        let differ = self.expose().iter().zip(other.expose()).fold(0, |d, (a, b)| d | (a ^ b));
        differ == 0
    }

    /// Three of eight shapes that every phone in this venue shows in this minute.
    #[must_use]
    pub fn derive_badge(&self, at: Instant) -> [u8; 3] {
        let minute = u32::try_from(at.unix() / 60).unwrap_or(u32::MAX);
        let mut mac = hmac(self.expose());
        mac.update(b"vaora/1/badge");
        mac.update(&minute.to_le_bytes());
        first::<3>(&mac.finalize().into_bytes()).map(|byte| byte % 8)
    }

    /// Gets ready for finding this venue's day in published chunks.
    #[must_use]
    pub fn finder(&self) -> Finder {
        Finder(hmac(self.expose()))
    }
}

/// Names a chunk of a published list: 16 random bytes, new for every chunk, so that entries of
/// one venue in two chunks have nothing in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChunkId(pub [u8; 16]);

/// Finds one venue's day in chunks: HMAC with the key already taken in.
pub struct Finder(Hmac<Sha256>);

impl Finder {
    /// `T = HMAC-SHA256(KD, "vaora/1/hit" ‖ c ‖ u8 i)`: where entry `i` of this venue's day is in
    /// chunk `c`, and what its detail is masked with.
    #[must_use]
    pub fn derive_tag(&self, chunk: &ChunkId, i: u8) -> Tag {
        let mut message = [0; 28];
        message[..11].copy_from_slice(b"vaora/1/hit");
        message[11..27].copy_from_slice(&chunk.0);
        message[27] = i;
        let mut mac = self.0.clone();
        mac.update(&message);
        Tag(first(&mac.finalize().into_bytes()))
    }
}

/// The first 16 bytes of `T`: 8 for the bucket, 5 to compare, 3 for the mask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tag([u8; 16]);

impl Tag {
    /// One that belongs to nobody, from random bytes: padding looks the same in every field.
    #[cfg(feature = "publish")]
    #[must_use]
    pub fn padding(random: [u8; 16]) -> Self {
        Self(random)
    }

    /// `u64(T[0..8]) · n >> 64`: uniform over all buckets, and ordered as the first 8 bytes are.
    #[must_use]
    pub fn bucket(&self, buckets: u32) -> u32 {
        let [a, b, c, d, e, f, g, h, ..] = self.0;
        let place = u128::from(u64::from_le_bytes([a, b, c, d, e, f, g, h]));
        u32::try_from((place * u128::from(buckets)) >> 64).expect("it is below the factor")
    }

    /// `T[8..13]`, as a number.
    #[must_use]
    pub fn low(&self) -> u64 {
        let [.., a, b, c, d, e, _, _, _] = self.0;
        u64::from_le_bytes([a, b, c, d, e, 0, 0, 0])
    }

    /// `T[13..16]`: masks and unmasks the detail.
    #[must_use]
    pub fn mask(&self) -> [u8; 3] {
        let [.., a, b, c] = self.0;
        [a, b, c]
    }
}
