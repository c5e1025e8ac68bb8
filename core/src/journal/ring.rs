//! A ring: one small file, in two copies, that holds keys sealed under one secret of the
//! platform's key store. Losing a ring is losing every day, so one flipped bit must cost nothing.
//!
//! ```text
//! magic (7) · version · u16 n · wrapping (n) · salt (16) · key check (16) · header check (8)
//! sealed: u64 sequence · u32 length · body · zeros to the next KiB
//! ```
//! The key check tells another phone's ring from a damaged one. The sequence lies inside: how
//! often a ring was written is nobody's business.

use std::io;

use zeroize::Zeroizing;

use super::disk::Disk;
use crate::error::{Error, Result};
use crate::seal::{Nonces, Random, Secret, sha256};
use crate::wire::{Cut, Reader, Writer};

/// Which of the two rings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Day keys and times: available after the first unlock.
    Match,
    /// What can be read: may require the person.
    Diary,
}

impl Kind {
    /// The names of its two copies.
    pub(crate) fn names(self) -> [&'static str; 2] {
        match self {
            Self::Match => ["m.ring", "m.ring2"],
            Self::Diary => ["d.ring", "d.ring2"],
        }
    }

    fn magic(self) -> &'static [u8; 7] {
        match self {
            Self::Match => b"vaora-m",
            Self::Diary => b"vaora-d",
        }
    }
}

/// The secret a ring is sealed under, and what the platform needs to unwrap it: an alias and the
/// wrapped secret, or whatever the façade wants to find again. It is stored in the clear.
pub struct Wrapped {
    /// The secret itself.
    pub secret: Secret,
    /// The façade's note beside it, at most 1 KiB.
    pub wrapping: Vec<u8>,
}

/// An open ring: where it is written, and under what.
pub(crate) struct Ring {
    kind: Kind,
    secret: Secret,
    wrapping: Vec<u8>,
    sequence: u64,
    /// Whether a copy must be written again before anything relies on two.
    pub(crate) one_copy_bad: bool,
}

impl Ring {
    /// One that is not on disk yet.
    pub(crate) fn new(kind: Kind, wrapped: Wrapped) -> Result<Self> {
        let Wrapped { secret, wrapping } = wrapped;
        if wrapping.len() > LONGEST_WRAPPING {
            return Err(Error::TooLarge);
        }
        Ok(Self { kind, secret, wrapping, sequence: 0, one_copy_bad: true })
    }

    /// Reads the best copy. Writes nothing, whatever it finds.
    pub(crate) fn load(
        disk: &dyn Disk,
        kind: Kind,
        secrets: &[Secret],
    ) -> Result<(Self, Zeroizing<Vec<u8>>)> {
        let mut best: Option<(Self, Zeroizing<Vec<u8>>)> = None;
        let mut sequences = [None; 2];
        let (mut newer, mut foreign, mut broken) = (false, false, false);
        for (name, sequence) in kind.names().into_iter().zip(&mut sequences) {
            let bytes = match disk.read(name) {
                Err(e) if e.kind() == io::ErrorKind::NotFound => continue,
                bytes => bytes?,
            };
            let frame = match Frame::parse(kind, &bytes) {
                Ok(frame) => frame,
                Err(NotAFrame::Newer) => {
                    newer = true;
                    continue;
                }
                Err(NotAFrame::Damaged) => {
                    broken = true;
                    continue;
                }
            };
            let Some(secret) = secrets.iter().find(|s| s.derive_check(frame.salt) == frame.check)
            else {
                foreign = true;
                continue;
            };
            let Some((n, body)) = frame.open(secret) else {
                broken = true;
                continue;
            };
            *sequence = Some(n);
            if best.as_ref().is_none_or(|(ring, _)| n > ring.sequence) {
                let ring = Self {
                    kind,
                    secret: secret.duplicate(),
                    wrapping: frame.wrapping.to_vec(),
                    sequence: n,
                    one_copy_bad: false,
                };
                best = Some((ring, body));
            }
        }
        match best {
            Some((mut ring, body)) => {
                ring.one_copy_bad = sequences != [Some(ring.sequence); 2];
                Ok((ring, body))
            }
            None if newer => Err(Error::UpdateNeeded),
            None if foreign => Err(Error::WrongKey),
            None if broken => Err(Error::Damaged),
            None => Err(Error::NoDiary),
        }
    }

    /// What the façade noted in each copy, the same once if both agree; for unwrapping before
    /// there is a secret.
    pub(crate) fn wrappings(disk: &dyn Disk, kind: Kind) -> Result<Vec<Vec<u8>>> {
        let mut found: Vec<Vec<u8>> = Vec::new();
        for name in kind.names() {
            if let Ok(bytes) = disk.read(name)
                && let Ok(frame) = Frame::parse(kind, &bytes)
                && !found.iter().any(|w| w == frame.wrapping)
            {
                found.push(frame.wrapping.to_vec());
            }
        }
        if found.is_empty() { Err(Error::Damaged) } else { Ok(found) }
    }

    /// Writes both copies. When it returns, the change is durable; when it fails, the ring on
    /// disk may be the old or the new one, and both are whole.
    pub(crate) fn write(
        &mut self,
        disk: &mut dyn Disk,
        random: &mut dyn Random,
        body: &[u8],
    ) -> io::Result<()> {
        self.sequence += 1;
        self.one_copy_bad = true;
        // Both temporary files are on disk before the first name changes: a full disk is
        // noticed while the old ring still stands.
        let names = self.kind.names();
        for (name, temporary) in names.into_iter().zip(names.map(temporary)) {
            let framed = self.frame(random, body);
            debug_assert!(Frame::parse(self.kind, &framed).is_ok(), "{name}");
            disk.create(&temporary, &framed)?;
            disk.sync(&temporary)?;
        }
        for name in names {
            disk.rename(&temporary(name), name)?;
        }
        disk.sync_names()?;
        self.one_copy_bad = false;
        Ok(())
    }

    /// Puts the ring under another secret; the next [`Ring::write`] makes it so on disk.
    pub(crate) fn replace_secret(&mut self, wrapped: Wrapped) -> Result<Wrapped> {
        let fresh = Self::new(self.kind, wrapped)?;
        let secret = std::mem::replace(&mut self.secret, fresh.secret);
        let wrapping = std::mem::replace(&mut self.wrapping, fresh.wrapping);
        Ok(Wrapped { secret, wrapping })
    }

    /// Reads both copies back and compares: before an old secret is deleted for good.
    pub(crate) fn verify(&self, disk: &dyn Disk, body: &[u8]) -> Result<()> {
        for name in self.kind.names() {
            let bytes = disk.read(name)?;
            let frame = Frame::parse(self.kind, &bytes).map_err(|_| Error::Storage)?;
            let opened = frame.open(&self.secret).ok_or(Error::Storage)?;
            if opened.0 != self.sequence || opened.1.as_slice() != body {
                return Err(Error::Storage);
            }
        }
        Ok(())
    }

    /// The bytes of a copy of another sequence.
    pub(super) fn frame_as(
        mut self,
        sequence: u64,
        random: &mut dyn Random,
        body: &[u8],
    ) -> Vec<u8> {
        self.sequence = sequence;
        self.frame(random, body)
    }

    fn frame(&self, random: &mut dyn Random, body: &[u8]) -> Vec<u8> {
        let mut salt = [0; 16];
        random.fill(&mut salt);
        let mut out = Vec::with_capacity(LONGEST_WRAPPING + body.len() + 2 * STEP);
        out.extend_from_slice(self.kind.magic());
        out.push(VERSION);
        let n = u16::try_from(self.wrapping.len()).unwrap_or(0);
        out.extend_from_slice(&n.to_le_bytes());
        out.extend_from_slice(&self.wrapping);
        out.extend_from_slice(&salt);
        out.extend_from_slice(&self.secret.derive_check(&salt));
        out.extend_from_slice(&sha256(&out)[..HEADER_CHECK]);
        let mut plain = Writer::new(body.len() + STEP + 16);
        plain.u64(self.sequence).long(body);
        // Whole KiB: a companion's name or one more day does not show in the size.
        let padding = plain.as_slice().len().next_multiple_of(STEP) - plain.as_slice().len();
        plain.put(&[0; STEP][..padding]);
        let header = out.clone();
        self.secret.seal(&mut Nonces::random(random), &header, plain.as_slice(), &mut out);
        out
    }
}

/// Whether any file of a ring of this kind is there.
pub(crate) fn exists(kind: Kind, names: &[String]) -> bool {
    kind.names().iter().any(|n| names.iter().any(|name| name == n))
}

fn temporary(name: &str) -> String {
    format!("{name}.tmp")
}

/// The clear parts of a ring, not yet opened.
pub(super) struct Frame<'a> {
    wrapping: &'a [u8],
    salt: &'a [u8],
    check: [u8; 16],
    header: &'a [u8],
    sealed: &'a [u8],
}

pub(super) enum NotAFrame {
    Newer,
    Damaged,
}

impl From<Cut> for NotAFrame {
    fn from(_: Cut) -> Self {
        Self::Damaged
    }
}

impl<'a> Frame<'a> {
    pub(super) fn parse(kind: Kind, bytes: &'a [u8]) -> std::result::Result<Self, NotAFrame> {
        let mut r = Reader::new(bytes);
        let magic = r.take(7)?;
        let version = r.u8()?;
        let n = usize::from(r.u16()?);
        let wrapping = r.take(n)?;
        let salt = r.take(16)?;
        let check = r.array()?;
        let checked = 7 + 1 + 2 + n + 16 + 16;
        let header_check = r.take(HEADER_CHECK)?;
        if magic != kind.magic() || sha256(&bytes[..checked])[..HEADER_CHECK] != *header_check {
            return Err(NotAFrame::Damaged);
        }
        if version != VERSION {
            return Err(NotAFrame::Newer);
        }
        if n > LONGEST_WRAPPING {
            return Err(NotAFrame::Damaged);
        }
        let (header, sealed) = bytes.split_at(checked + HEADER_CHECK);
        Ok(Self { wrapping, salt, check, header, sealed })
    }

    /// The façade's note.
    pub(super) fn wrapping(&self) -> &[u8] {
        self.wrapping
    }

    pub(super) fn open(&self, secret: &Secret) -> Option<(u64, Zeroizing<Vec<u8>>)> {
        let plain = secret.unseal(self.header, self.sealed)?;
        let mut r = Reader::new(&plain);
        let sequence = r.u64().ok()?;
        let body = r.long(LARGEST_BODY).ok()?;
        let padding = plain.get(8 + 4 + body.len()..)?;
        let padded = padding.len() < STEP && plain.len().is_multiple_of(STEP);
        if !padded || padding.iter().any(|b| *b != 0) {
            return None;
        }
        Some((sequence, Zeroizing::new(body.to_vec())))
    }
}

const VERSION: u8 = 1;
const HEADER_CHECK: usize = 8;
const LONGEST_WRAPPING: usize = 1024;
const LARGEST_BODY: u32 = 4 << 20;
const STEP: usize = 1024;
