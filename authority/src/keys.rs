//! Signing keys, one file each, so that root keys can lie on sticks in different drawers.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::path::Path;

use ed25519_dalek::{Signer as _, SigningKey};
use vaora::seal::{KeyId, PublicKey, Purpose, Random, signed_bytes};
use vaora::text::hex;
use vaora::time::Day;
use vaora::trust::Key;

use crate::error::{Error, at};

/// A secret key that signs. It is wiped when dropped, and is neither `Debug` nor `Clone`.
pub struct Signer {
    secret: SigningKey,
    public: PublicKey,
}

impl Signer {
    /// A new key from the system's random numbers.
    ///
    /// # Errors
    /// [`Error::Random`].
    pub fn make() -> Result<Self, Error> {
        Self::from_bytes(&random()?).ok_or(Error::Random)
    }

    /// The key of 32 secret bytes: for tests that must give the same answer every time.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; 32]) -> Option<Self> {
        let secret = SigningKey::from_bytes(bytes);
        let public = PublicKey::from_bytes(secret.verifying_key().as_bytes())?;
        Some(Self { secret, public })
    }

    /// The public half.
    #[must_use]
    pub fn public(&self) -> &PublicKey {
        &self.public
    }

    /// How documents name the key.
    #[must_use]
    pub fn id(&self) -> KeyId {
        self.public.derive_id()
    }

    /// The public half with the days on which it is valid, as a root names it.
    #[must_use]
    pub fn valid(&self, first: Day, last: Day) -> Key {
        Key { id: self.id(), key: self.public.clone(), first, last }
    }

    /// Signs a message for one purpose.
    #[must_use]
    pub fn sign(&self, purpose: Purpose, message: &[u8]) -> [u8; 64] {
        self.secret.sign(&signed_bytes(purpose, message)).to_bytes()
    }

    /// Writes the key to a new file that only its owner may read.
    ///
    /// # Errors
    /// [`Error::File`], also where the file exists: a key is never overwritten.
    pub fn save(&self, path: &Path) -> Result<(), Error> {
        let mut file = create_private(path)?;
        let text = format!("{FIRST_LINE}\n{}\n", hex::encode(self.secret.as_bytes()));
        file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(at(path))
    }

    /// Reads a key file.
    ///
    /// # Errors
    /// [`Error::File`] or [`Error::KeyFile`].
    pub fn load(path: &Path) -> Result<Self, Error> {
        let mut text = String::new();
        let file = File::open(path).map_err(at(path))?;
        file.take(MAX_FILE).read_to_string(&mut text).map_err(at(path))?;
        let key = text.strip_prefix(FIRST_LINE).and_then(|rest| {
            let bytes = hex::decode(rest.strip_prefix('\n')?.strip_suffix('\n')?)?;
            Self::from_bytes(&bytes)
        });
        key.ok_or_else(|| Error::KeyFile(path.to_owned()))
    }
}

/// A new file that only its owner may read.
pub(crate) fn create_private(path: &Path) -> Result<File, Error> {
    private(OpenOptions::new().write(true).create_new(true)).open(path).map_err(at(path))
}

/// A file that only its owner may read, for adding to it.
pub(crate) fn append_private(path: &Path) -> Result<File, Error> {
    private(OpenOptions::new().read(true).append(true).create(true)).open(path).map_err(at(path))
}

/// A folder that only its owner may open.
pub(crate) fn create_private_folder(path: &Path) -> Result<(), Error> {
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(at(path))
}

fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

/// The operating system's random numbers.
pub(crate) struct System;

impl Random for System {
    fn fill(&mut self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(16) {
            // An id or padding that could be guessed would break the promise of the list.
            let random: [u8; 16] = random().expect("a system without random numbers signs nothing");
            chunk.copy_from_slice(&random[..chunk.len()]);
        }
    }
}

/// Random bytes from the operating system.
///
/// # Errors
/// [`Error::Random`].
pub fn random<const N: usize>() -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| Error::Random)?;
    Ok(bytes)
}

const FIRST_LINE: &str = "vaora/1 secret key";
const MAX_FILE: u64 = 1024;
