//! Somebody who knows the formats and some of the secrets, and writes files of their own. Written
//! from `docs/diary-format.md` alone, so it also proves what is written there.

use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::{AeadInOut, KeyInit, XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use x25519_dalek::{PublicKey, StaticSecret};

use super::sim::SimDisk;

/// `nonce · sealed bytes · tag`.
#[must_use]
pub fn seal(key: &[u8; 32], nonce: [u8; 24], place: &[u8], plain: &[u8]) -> Vec<u8> {
    let mut out = plain.to_vec();
    let cipher = XChaCha20Poly1305::new(key.into());
    let tag = cipher
        .encrypt_inout_detached(&XNonce::from(nonce), place, out.as_mut_slice().into())
        .expect("short enough");
    [&nonce[..], &out, &tag].concat()
}

/// What [`seal`] sealed.
#[must_use]
pub fn unseal(key: &[u8; 32], place: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
    let (nonce, rest) = sealed.split_first_chunk::<24>()?;
    let (body, tag) = rest.split_last_chunk::<16>()?;
    let mut out = body.to_vec();
    let cipher = XChaCha20Poly1305::new(key.into());
    let (nonce, tag) = (XNonce::from(*nonce), (*tag).into());
    cipher.decrypt_inout_detached(&nonce, place, out.as_mut_slice().into(), &tag).ok()?;
    Some(out)
}

/// A part boxed to an inbox, by whoever has its public half.
#[must_use]
pub fn boxed(
    inbox: &[u8; 32],
    once: [u8; 32],
    nonce: [u8; 24],
    place: &[u8],
    plain: &[u8],
) -> Vec<u8> {
    let once = StaticSecret::from(once);
    let sender = PublicKey::from(&once).to_bytes();
    let shared = once.diffie_hellman(&PublicKey::from(*inbox));
    let mut key = [0; 32];
    Hkdf::<Sha256>::new(Some(b"vaora/1/inbox"), shared.as_bytes())
        .expand_multi_info(&[&sender, inbox], &mut key)
        .expect("32 bytes");
    [&sender[..], &seal(&key, nonce, place, plain)].concat()
}

/// The public half of an inbox.
#[must_use]
pub fn inbox_of(private: [u8; 32]) -> [u8; 32] {
    PublicKey::from(&StaticSecret::from(private)).to_bytes()
}

/// An export with this content.
#[must_use]
pub fn export(passphrase: &str, salt: [u8; 16], nonce: [u8; 24], content: &[u8]) -> Vec<u8> {
    let head = [&b"vaora-x\x01"[..], &salt].concat();
    let sealed = seal(&passphrase_key(passphrase, &salt), nonce, &head, content);
    [head, sealed].concat()
}

/// The content of an export.
#[must_use]
pub fn open_export(bytes: &[u8], passphrase: &str) -> Option<Vec<u8>> {
    let (head, sealed) = bytes.split_at_checked(24)?;
    unseal(&passphrase_key(passphrase, head.get(8..)?), head, sealed)
}

fn passphrase_key(passphrase: &str, salt: &[u8]) -> [u8; 32] {
    let params = Params::new(64 * 1024, 3, 1, Some(32)).expect("good parameters");
    let mut key = [0; 32];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(passphrase.as_bytes(), salt, &mut key)
        .expect("there is memory enough");
    key
}

/// A ring, opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ring {
    /// `vaora-m` or `vaora-d`.
    pub magic: [u8; 7],
    /// The façade's note.
    pub wrapping: Vec<u8>,
    /// How often it was written.
    pub sequence: u64,
    /// What it holds.
    pub body: Vec<u8>,
}

impl Ring {
    /// Opens one copy.
    #[must_use]
    pub fn open(bytes: &[u8], secret: &[u8; 32]) -> Option<Self> {
        let n = usize::from(u16::from_le_bytes([*bytes.get(8)?, *bytes.get(9)?]));
        let (header, sealed) = bytes.split_at_checked(50 + n)?;
        let plain = unseal(secret, header, sealed)?;
        let length = u32::from_le_bytes(*plain.get(8..)?.first_chunk()?);
        Some(Self {
            magic: *header.first_chunk()?,
            wrapping: header.get(10..10 + n)?.to_vec(),
            sequence: u64::from_le_bytes(*plain.first_chunk()?),
            body: plain.get(12..12 + usize::try_from(length).ok()?)?.to_vec(),
        })
    }

    /// The bytes of a copy.
    #[must_use]
    pub fn seal(&self, secret: &[u8; 32], salt: [u8; 16], nonce: [u8; 24]) -> Vec<u8> {
        let mut header = self.magic.to_vec();
        header.push(1);
        header.extend(u16::try_from(self.wrapping.len()).unwrap_or(0).to_le_bytes());
        header.extend(&self.wrapping);
        header.extend(salt);
        let mut check = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(secret).expect("any key");
        check.update(b"vaora/1/check");
        check.update(&salt);
        header.extend(&check.finalize().into_bytes()[..16]);
        self.seal_behind(header, secret, nonce, &self.plain())
    }

    /// What is sealed, padded.
    #[must_use]
    pub fn plain(&self) -> Vec<u8> {
        let mut plain = self.sequence.to_le_bytes().to_vec();
        plain.extend(u32::try_from(self.body.len()).unwrap_or(0).to_le_bytes());
        plain.extend(&self.body);
        plain.resize(plain.len().next_multiple_of(1024), 0);
        plain
    }

    /// Anything sealed behind any header, up to its key check; the header's own check is right.
    #[must_use]
    pub fn seal_behind(
        &self,
        header: Vec<u8>,
        secret: &[u8; 32],
        nonce: [u8; 24],
        plain: &[u8],
    ) -> Vec<u8> {
        let check = Sha256::digest(&header);
        let header = [&header[..], &check[..8]].concat();
        let sealed = seal(secret, nonce, &header, plain);
        [header, sealed].concat()
    }
}

/// One file of records, as the match ring names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its day.
    pub day: u32,
    /// Which file of the day.
    pub generation: u32,
    /// Its name.
    pub name: [u8; 8],
    /// What its parts are bound to.
    pub id: [u8; 8],
    /// The match key.
    pub key: [u8; 32],
    /// Records vouched for, …
    pub count: u32,
    /// … in so many bytes, …
    pub bytes: u32,
    /// … with this hash.
    pub hash: [u8; 32],
    /// 1 ended, 2 loose.
    pub flags: u8,
}

impl File {
    /// Its name in the directory.
    #[must_use]
    pub fn name(&self) -> String {
        let digits: String = self.name.iter().map(|b| format!("{b:02x}")).collect();
        format!("{digits}.day")
    }

    /// The place of a part of a record.
    #[must_use]
    pub fn place(&self, number: u32, part: u8, mode: u8) -> Vec<u8> {
        let mut place = [&self.name[..], &self.id].concat();
        place.extend(self.day.to_le_bytes());
        place.extend(self.generation.to_le_bytes());
        place.extend(number.to_le_bytes());
        place.extend([part, mode, 1]);
        place
    }

    /// A record, padded; `diary` is its diary part as it shall lie in the file.
    #[must_use]
    pub fn record(
        &self,
        number: u32,
        mode: u8,
        nonce: [u8; 24],
        matching: &[u8],
        diary: &[u8],
    ) -> Vec<u8> {
        let place = [&self.place(number, 1, mode)[..], diary].concat();
        let sealed = seal(&self.key, nonce, &place, matching);
        let length = |n: usize| u16::try_from(n).unwrap_or(u16::MAX).to_le_bytes();
        let mut out = length(9 + sealed.len() + diary.len()).to_vec();
        out.extend(number.to_le_bytes());
        out.push(mode);
        out.extend(length(sealed.len()));
        out.extend(sealed);
        out.extend(diary);
        out.resize(out.len().next_multiple_of(32), 0);
        out
    }

    fn read(bytes: &[u8; FILE]) -> Self {
        let number = |at: usize| u32::from_le_bytes([0, 1, 2, 3].map(|n| bytes[at + n]));
        let array = |at: usize| std::array::from_fn(|n| bytes[at + n]);
        Self {
            day: number(0),
            generation: number(4),
            name: array(8),
            id: array(16),
            key: std::array::from_fn(|n| bytes[24 + n]),
            count: number(56),
            bytes: number(60),
            hash: std::array::from_fn(|n| bytes[64 + n]),
            flags: bytes[96],
        }
    }

    /// Its entry in the body of the match ring.
    #[must_use]
    pub fn write(&self) -> Vec<u8> {
        let mut out = [self.day.to_le_bytes(), self.generation.to_le_bytes()].concat();
        out.extend([&self.name[..], &self.id, &self.key].concat());
        out.extend([self.count.to_le_bytes(), self.bytes.to_le_bytes()].concat());
        out.extend(self.hash);
        out.push(self.flags);
        out
    }
}

/// What the match ring of a directory says, for whoever has its secret.
pub struct Known {
    ring: Ring,
    secret: [u8; 32],
    /// Where the number of files stands in the body.
    number_at: usize,
    /// The files of records.
    pub files: Vec<File>,
}

impl Known {
    /// Reads it; `None` without the right secret.
    #[must_use]
    pub fn of(disk: &SimDisk, secret: [u8; 32]) -> Option<Self> {
        let ring = Ring::open(disk.contents().get("m.ring")?, &secret)?;
        let state = u32::from_le_bytes(*ring.body.get(64..)?.first_chunk()?);
        let number_at = 68 + usize::try_from(state).ok()?;
        let files = ring.body.get(number_at + 4..)?.as_chunks::<FILE>().0;
        let files = files.iter().map(File::read).collect();
        Some(Self { ring, secret, number_at, files })
    }

    /// The public half of the inbox.
    #[must_use]
    pub fn inbox(&self) -> [u8; 32] {
        std::array::from_fn(|n| self.ring.body[32 + n])
    }

    /// Writes both copies with the files as they are now, as the newest.
    pub fn write(&mut self, disk: &SimDisk) {
        self.ring.sequence += 1;
        self.ring.body.truncate(self.number_at + 4);
        for file in &self.files {
            self.ring.body.extend(file.write());
        }
        let bytes = self.ring.seal(&self.secret, [5; 16], [6; 24]);
        disk.plant("m.ring", &bytes);
        disk.plant("m.ring2", &bytes);
    }
}

const FILE: usize = 4 + 4 + 8 + 8 + 32 + 4 + 4 + 32 + 1;

/// A diary part of a place, in the words given: nothing is checked.
#[must_use]
pub fn words(kind: u8, stay: u16, name: &[u8], zone: &[u8], note: &[u8]) -> Vec<u8> {
    let short = |bytes: &[u8]| [&[u8::try_from(bytes.len()).unwrap_or(255)], bytes].concat();
    let mut out = vec![1, kind, 0, 28];
    out.extend(stay.to_le_bytes());
    // No area, no venue id, no parent.
    out.extend([0; 5 + 1 + 1]);
    out.extend([short(name), short(zone)].concat());
    out.push(0);
    out.extend(u16::try_from(note.len()).unwrap_or(u16::MAX).to_le_bytes());
    out.extend(note);
    out
}
