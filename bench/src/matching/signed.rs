//! A file with one signature over the SHA-256 of all of it, as both predecessors have it.
//!
//! Theirs is ECDSA over P-256. Here everybody's is Ed25519, which verifies faster than P-256
//! does: what stands beside ours is the design, not the curve.

use std::fs::File;
use std::io::{BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};

/// Why a file says nothing.
#[derive(Debug, PartialEq, Eq)]
pub enum Refused {
    /// It cannot be read.
    Missing,
    /// It is not what was signed.
    Signature,
    /// It is signed, but not in its format.
    Format,
}

/// Writes and hashes; the signature goes into a file beside it.
pub struct Writer {
    path: PathBuf,
    out: BufWriter<File>,
    hash: Sha256,
    head: Vec<u8>,
}

impl Writer {
    /// `head` is signed with the file, before it, and travels with the signature.
    pub fn create(path: &Path, head: &[u8]) -> Self {
        let out = BufWriter::new(File::create(path).expect("the file can be made"));
        let hash = Sha256::new_with_prefix(head);
        Self { path: path.to_owned(), out, hash, head: head.to_vec() }
    }

    pub fn finish(mut self) {
        self.out.flush().expect("the file can be written");
        let signature = sign(&self.hash.finalize()).to_bytes();
        std::fs::write(beside(&self.path), [&signature[..], &self.head].concat())
            .expect("the signature can be written");
    }
}

impl Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let taken = self.out.write(bytes)?;
        self.hash.update(&bytes[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.out.flush()
    }
}

/// The whole file, verified. A search that reads several keeps `into` from one to the next; the
/// next search asks for memory again, as every design's does.
pub fn read<'a>(
    path: &Path,
    by: &VerifyingKey,
    into: &'a mut Vec<u8>,
) -> Result<&'a [u8], Refused> {
    let beside = std::fs::read(beside(path)).map_err(|_| Refused::Missing)?;
    let mut file = File::open(path).map_err(|_| Refused::Missing)?;
    into.clear();
    file.read_to_end(into).map_err(|_| Refused::Missing)?;
    let (signature, head) = beside.split_first_chunk::<64>().ok_or(Refused::Signature)?;
    let hash = Sha256::new_with_prefix(head).chain_update(&into).finalize();
    by.verify_strict(&hash, &Signature::from_bytes(signature)).map_err(|_| Refused::Signature)?;
    Ok(into)
}

/// The key that an app has built in, ready to verify with.
pub fn built_in() -> VerifyingKey {
    key().verifying_key()
}

pub fn sign(bytes: &[u8]) -> Signature {
    key().sign(bytes)
}

fn key() -> SigningKey {
    SigningKey::from_bytes(&[9; 32])
}

pub fn beside(path: &Path) -> PathBuf {
    path.with_added_extension("sig")
}
