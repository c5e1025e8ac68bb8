//! The one envelope for all signed documents.
//!
//! ```text
//! vaora/1 <purpose>\n
//! <key id, 8 hex> <signature, 128 hex>\n      1 to 32 such lines, ascending by key id
//! \n
//! <payload: every byte to the end>
//! ```

use super::Refusal;
use super::root::Key;
use crate::seal::{self, KeyId, Purpose};
use crate::text::hex;
use crate::time::Day;

/// A signed document, cut apart. Nothing of the payload is believed before
/// [`Envelope::verify`] was asked.
#[derive(Debug)]
pub struct Envelope<'a> {
    purpose: Purpose,
    signatures: Vec<(KeyId, [u8; 64])>,
    payload: &'a [u8],
}

impl<'a> Envelope<'a> {
    /// Cuts a document of the expected purpose apart.
    ///
    /// # Errors
    /// A [`Refusal`] of the envelope's own rules; no signature has been checked yet.
    pub fn parse(bytes: &'a [u8], purpose: Purpose) -> Result<Self, Refusal> {
        if bytes.len() > max_len(purpose) {
            return Err(Refusal::EnvelopeLarge);
        }
        let (title, mut rest) = line(bytes)?;
        let named = title.strip_prefix(b"vaora/1 ").ok_or(Refusal::EnvelopeFormat)?;
        if named != purpose.id().as_bytes() {
            return Err(Refusal::EnvelopePurpose);
        }
        let mut signatures: Vec<(KeyId, [u8; 64])> = Vec::new();
        loop {
            let (signature, after) = line(rest)?;
            rest = after;
            if signature.is_empty() {
                break;
            }
            if signatures.len() == MAX_SIGNATURES {
                return Err(Refusal::EnvelopeMany);
            }
            let (id, signature) = signature_line(signature).ok_or(Refusal::EnvelopeFormat)?;
            // Ascending and each once: so a threshold counts distinct keys, and the same
            // signatures have one spelling.
            if signatures.last().is_some_and(|(before, _)| *before >= id) {
                return Err(Refusal::EnvelopeOrder);
            }
            signatures.push((id, signature));
        }
        if signatures.is_empty() {
            return Err(Refusal::EnvelopeFormat);
        }
        Ok(Self { purpose, signatures, payload: rest })
    }

    /// Cuts a document apart that was accepted before a restart, from a file and from the hash
    /// that was kept of it in a sealed place.
    pub(super) fn stored(
        bytes: &'a [u8],
        purpose: Purpose,
        sha256: &[u8; 32],
    ) -> Result<Self, Refusal> {
        if seal::sha256(bytes) != *sha256 {
            return Err(Refusal::Stored);
        }
        Self::parse(bytes, purpose)
    }

    /// The payload, once at least `threshold` of `keys` have signed it.
    ///
    /// Signatures by other keys are passed over: during a rotation a document carries those of
    /// the old and of the new keys.
    ///
    /// # Errors
    /// [`Refusal::Threshold`].
    pub fn verify(&self, keys: &[Key], threshold: u32) -> Result<Signed<'a>, Refusal> {
        let signer = |(id, signature): &(KeyId, [u8; 64])| {
            let key = keys.iter().find(|key| key.id == *id)?;
            key.key.verifies(self.purpose, self.payload, signature).then(|| key.clone())
        };
        let signers = self.signatures.iter().filter_map(signer).collect();
        let signed = Signed { payload: self.payload, signers, threshold };
        signed.met_by(|_| true)?;
        Ok(signed)
    }

    /// The payload before any signature was checked: for finding out which keys to check with.
    pub(crate) fn unverified(&self) -> &'a [u8] {
        self.payload
    }

    /// Writes a document from its payload and signatures, which are sorted here.
    #[cfg(feature = "publish")]
    #[must_use]
    pub fn encode(
        purpose: Purpose,
        payload: &[u8],
        signatures: impl IntoIterator<Item = (KeyId, [u8; 64])>,
    ) -> Vec<u8> {
        let sorted: std::collections::BTreeMap<KeyId, [u8; 64]> = signatures.into_iter().collect();
        let mut bytes = format!("vaora/1 {}\n", purpose.id()).into_bytes();
        for (id, signature) in sorted {
            let (id, signature) = (hex::encode(&id.0), hex::encode(&signature));
            bytes.extend(format!("{id} {signature}\n").into_bytes());
        }
        bytes.push(b'\n');
        bytes.extend(payload);
        bytes
    }
}

/// A document that enough keys have signed. Only now is its payload read; it names the day
/// whose valid keys count.
#[derive(Debug)]
pub struct Signed<'a> {
    payload: &'a [u8],
    signers: Vec<Key>,
    threshold: u32,
}

impl<'a> Signed<'a> {
    /// The exact bytes that were signed.
    #[must_use]
    pub fn payload(&self) -> &'a [u8] {
        self.payload
    }

    /// Whether enough of the signing keys were valid on the day that the document names.
    ///
    /// # Errors
    /// [`Refusal::Threshold`].
    pub fn on(&self, day: Day) -> Result<(), Refusal> {
        self.met_by(|key| key.is_valid(day))
    }

    /// Whether two different keys signed that were valid on the day that the document names,
    /// whatever the threshold is: what could silence or wipe phones takes two.
    #[must_use]
    pub fn by_two(&self, day: Day) -> bool {
        self.count(|key| key.is_valid(day)) >= 2
    }

    fn met_by(&self, counts: impl Fn(&Key) -> bool) -> Result<(), Refusal> {
        let met = self.count(counts) >= self.threshold as usize;
        if met { Ok(()) } else { Err(Refusal::Threshold) }
    }

    fn count(&self, counts: impl Fn(&Key) -> bool) -> usize {
        self.signers.iter().filter(|key| counts(key)).count()
    }
}

/// Largest document of a purpose, envelope included.
pub(super) fn max_len(purpose: Purpose) -> usize {
    match purpose {
        Purpose::Code => 0,
        Purpose::Manifest | Purpose::Upload => 64 * 1024,
        Purpose::Root | Purpose::Prefixes | Purpose::Policy | Purpose::Advice => 256 * 1024,
        Purpose::Revocation | Purpose::Areas => 1024 * 1024,
    }
}

/// The bytes before the next line feed, and those behind it.
fn line(bytes: &[u8]) -> Result<(&[u8], &[u8]), Refusal> {
    let end = bytes.iter().take(MAX_LINE).position(|&b| b == b'\n');
    let end = end.ok_or(Refusal::EnvelopeFormat)?;
    let (line, rest) = bytes.split_at(end);
    Ok((line, rest.get(1..).unwrap_or_default()))
}

fn signature_line(line: &[u8]) -> Option<(KeyId, [u8; 64])> {
    let text = std::str::from_utf8(line).ok()?;
    let (id, signature) = text.split_once(' ')?;
    Some((KeyId(hex::decode(id)?), hex::decode(signature)?))
}

const MAX_SIGNATURES: usize = 32;
/// 8 + 1 + 128 and the line feed.
const MAX_LINE: usize = 138;
