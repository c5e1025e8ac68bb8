//! Many parts sealed under one key: XChaCha20-Poly1305, as everywhere, but what parts have in common is
//! derived once.
//!
//! The cipher makes a key for its stream of the key and of the first 16 bytes of a nonce. Where nonces
//! count up from a random one, these are the same for a whole file.

use chacha20::cipher::{KeyIvInit, StreamCipher, StreamCipherSeek};
use chacha20::{ChaCha20, R20, hchacha};
use chacha20poly1305::{AeadInOut, ChaCha20Poly1305, KeyInit, Tag};
use zeroize::Zeroizing;

use super::secret::{NONCE, Random, Secret, TAG};

/// Where the nonces of parts come from.
pub(crate) struct Nonces<'a> {
    random: &'a mut dyn Random,
    /// The next one, if they count up.
    rising: Option<[u8; NONCE]>,
}

impl<'a> Nonces<'a> {
    /// Each a random one: for parts that come one at a time.
    pub(crate) fn random(random: &'a mut dyn Random) -> Self {
        Self { random, rising: None }
    }

    /// Counting up from a random one: for all parts of a file that is written in one go. No two of them
    /// are the same, and none is one of another file, for its first is as random as any other.
    pub(crate) fn rising(random: &'a mut dyn Random) -> Self {
        let first = draw(random);
        Self { random, rising: Some(first) }
    }

    pub(super) fn next(&mut self) -> [u8; NONCE] {
        let Some(next) = &mut self.rising else { return draw(self.random) };
        let nonce = *next;
        let (_, count) = next.split_last_chunk_mut().expect("a nonce is longer than its count");
        *count = u64::from_le_bytes(*count).wrapping_add(1).to_le_bytes();
        nonce
    }

    /// For keys that are used once.
    pub(crate) fn source(&mut self) -> &mut dyn Random {
        self.random
    }
}

fn draw(random: &mut dyn Random) -> [u8; NONCE] {
    let mut nonce = [0; NONCE];
    random.fill(&mut nonce);
    nonce
}

/// Opens parts that one key sealed, one after the other, in a buffer that they share; it is wiped
/// once, at the end, instead of for each.
pub(crate) struct Opener<'a> {
    key: &'a Secret,
    /// The key of the stream, and of which beginning of a nonce it was derived.
    stream: Secret,
    derived: Option<[u8; 16]>,
    bytes: Zeroizing<Vec<u8>>,
    /// So much of them, behind the first block, is the part opened last.
    length: usize,
}

impl<'a> Opener<'a> {
    pub(crate) fn new(key: &'a Secret) -> Self {
        let stream = Secret::filled(|_| ());
        let bytes = Zeroizing::new(vec![0; 8 * BLOCK]);
        Self { key, stream, derived: None, bytes, length: 0 }
    }

    /// What [`Secret::unseal`] would answer.
    pub(crate) fn unseal(&mut self, place: &[u8], sealed: &[u8]) -> Option<&[u8]> {
        let (nonce, rest) = sealed.split_first_chunk()?;
        let (body, tag) = rest.split_last_chunk::<TAG>()?;
        let nonce = self.derive(nonce);
        self.hold(body);
        let plain = &mut self.bytes[BLOCK..BLOCK + body.len()];
        ChaCha20Poly1305::new(self.stream.expose().into())
            .decrypt_inout_detached(&nonce.into(), place, plain.into(), &Tag::from(*tag))
            .ok()?;
        Some(self.held())
    }

    /// Opens a part, or no more than `most` bytes of its beginning, without asking its tag.
    ///
    /// Only for bytes that something else under this very secret, or under one that guards it,
    /// has already shown to be exactly what was sealed: `docs/decisions/diary-reading.md` says
    /// which these are. Anything else opens as nonsense of a stranger's choice.
    pub(crate) fn unseal_vouched(&mut self, sealed: &[u8], most: usize) -> Option<&[u8]> {
        let (nonce, rest) = sealed.split_first_chunk()?;
        let (body, _) = rest.split_last_chunk::<TAG>()?;
        let body = &body[..most.min(body.len())];
        let nonce = self.derive(nonce);
        self.hold(body);
        let mut cipher = ChaCha20::new(self.stream.expose().into(), &nonce.into());
        // The first block of the stream belongs to the tag.
        if body.len() <= BLOCK {
            cipher.seek(BLOCK);
            cipher.apply_keystream(&mut self.bytes[BLOCK..2 * BLOCK]);
        } else {
            // Running over it and over four blocks at least lets the cipher make all of them in
            // one go, in less time than two of them one by one.
            let blocks = (BLOCK + body.len()).next_multiple_of(BLOCK).max(4 * BLOCK);
            cipher.apply_keystream(&mut self.bytes[..blocks]);
        }
        Some(self.held())
    }

    /// The part that was opened last.
    pub(crate) fn held(&self) -> &[u8] {
        &self.bytes[BLOCK..BLOCK + self.length]
    }

    /// The key of the stream for a nonce, and what is left of the nonce.
    fn derive(&mut self, nonce: &[u8; NONCE]) -> [u8; 12] {
        let (beginning, rest) = nonce.split_first_chunk::<16>().expect("a nonce is longer");
        if self.derived != Some(*beginning) {
            let mut key = hchacha::<R20>(self.key.expose().into(), beginning.into());
            self.stream.renew(|own| own.copy_from_slice(&key));
            zeroize::Zeroize::zeroize(key.as_mut_slice());
            self.derived = Some(*beginning);
        }
        let mut short = [0; 12];
        short[4..].copy_from_slice(rest);
        short
    }

    /// Makes room for a part behind a block of its own.
    fn hold(&mut self, part: &[u8]) {
        let needed = (BLOCK + part.len()).next_multiple_of(BLOCK);
        if self.bytes.len() < needed {
            // The old buffer is wiped where it lies.
            self.bytes = Zeroizing::new(vec![0; needed]);
        }
        self.length = part.len();
        self.bytes[BLOCK..BLOCK + part.len()].copy_from_slice(part);
    }
}

const BLOCK: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    struct Counting(u8);

    impl Random for Counting {
        fn fill(&mut self, bytes: &mut [u8]) {
            for byte in bytes {
                self.0 = self.0.wrapping_mul(5).wrapping_add(3);
                *byte = self.0;
            }
        }
    }

    /// Of parts of every length, before and behind each block's end, and after longer ones; under
    /// nonces that have their beginning in common and others that have not.
    #[test]
    fn parts_open_as_they_were_sealed_and_so_do_their_beginnings() {
        let mut random = Counting(1);
        let key = Secret::make(&mut random);
        let mut other = Counting(2);
        let (mut rising, mut loose) = (Nonces::rising(&mut other), Nonces::random(&mut random));
        let mut opener = Opener::new(&key);
        for length in (0..=600).rev() {
            let mut plain = vec![0; length];
            loose.source().fill(&mut plain);
            for nonces in [&mut rising, &mut loose] {
                let mut sealed = Vec::new();
                key.seal(nonces, b"here", &plain, &mut sealed);
                assert_eq!(key.unseal(b"here", &sealed).as_deref(), Some(&plain));
                assert_eq!(opener.unseal(b"here", &sealed), Some(&plain[..]));
                assert_eq!(opener.unseal(b"there", &sealed), None);
                for most in [0, 1, 38, 63, 64, 65, 192, 193, usize::MAX] {
                    let beginning = &plain[..most.min(length)];
                    assert_eq!(opener.unseal_vouched(&sealed, most), Some(beginning));
                }
            }
        }
    }

    #[test]
    fn no_rising_nonce_comes_twice() {
        let mut random = Counting(7);
        let mut nonces = Nonces::rising(&mut random);
        // Over the end of its count.
        nonces.rising.as_mut().expect("rising")[16..].fill(0xFF);
        let all: Vec<_> = (0..1000).map(|_| nonces.next()).collect();
        assert!(all.iter().all(|nonce| nonce[..16] == all[0][..16]));
        let different: std::collections::BTreeSet<_> = all.iter().collect();
        assert_eq!(different.len(), all.len());
    }
}
