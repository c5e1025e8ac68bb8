//! What a phone keeps of a venue: keys of single days, and the badge that follows from one.

use hkdf::Hkdf;
use hmac::Mac;
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
    pub(crate) fn from_secret(secret: Secret) -> Self {
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
}
