//! The diary's two secrets, as the platform's key store holds them.

use std::sync::Arc;

use vaora::diary::DeviceKey;
use vaora::journal::{self, Folder, Wrapped};
use vaora::seal::Random;
use zeroize::Zeroizing;

use crate::error::bad_call;
use crate::mirror::told;
use crate::{Diary, Result};

/// One of the diary's secrets: 32 bytes out of the platform's key store, wiped when this is
/// dropped. It has no text form and is never in an error.
#[derive(uniffi::Object)]
pub struct Secret {
    bytes: Zeroizing<Vec<u8>>,
    wrapping: Vec<u8>,
}

#[uniffi::export]
impl Secret {
    /// A secret of 32 bytes. `wrapping` is the façade's own note, at most 1 KiB, that the diary
    /// keeps beside it in clear: the alias of the key that wraps it and the wrapped secret. Wipe
    /// your own copy of the bytes afterwards.
    #[uniffi::constructor]
    pub fn new(bytes: Vec<u8>, wrapping: Vec<u8>) -> Result<Self> {
        let bytes = Zeroizing::new(bytes);
        if bytes.len() != vaora::seal::Secret::LEN {
            return bad_call("a secret has 32 bytes");
        }
        Ok(Self { bytes, wrapping })
    }
}

impl Secret {
    fn duplicate(&self) -> vaora::seal::Secret {
        vaora::seal::Secret::from_slice(&self.bytes).expect("its length was looked at")
    }

    pub(crate) fn wrapped(&self) -> Wrapped {
        Wrapped { secret: self.duplicate(), wrapping: self.wrapping.clone() }
    }
}

/// What the platform's key store says of one of the diary's two secrets. Make your app answer each.
#[derive(Clone, uniffi::Enum)]
pub enum KeyState {
    /// Here it is; two of them in the midst of a renewal.
    Ready {
        /// Every living one.
        secrets: Vec<Arc<Secret>>,
    },
    /// It is there, but not before the phone is unlocked.
    Locked,
    /// The platform threw it away.
    Gone,
}

impl From<KeyState> for DeviceKey {
    fn from(state: KeyState) -> Self {
        match state {
            KeyState::Ready { secrets } => {
                Self::Ready(secrets.iter().map(|secret| secret.duplicate()).collect())
            }
            KeyState::Locked => Self::Locked,
            KeyState::Gone => Self::Gone,
        }
    }
}

/// Which of the two secrets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum Ring {
    /// There after the first unlocking: day keys and times.
    Match,
    /// It may require the person: names and notes.
    Diary,
}

/// What the façade once left beside a secret, from every copy that can be read. Needs no secret and
/// changes nothing: call it to learn which keys to fetch from the key store.
#[uniffi::export]
pub fn wrappings(folder: String, ring: Ring) -> Result<Vec<Vec<u8>>> {
    let journal::Wrappings { matching, diary } =
        vaora::diary::Diary::wrapping(&Folder::new(folder.as_ref()))?;
    Ok(match ring {
        Ring::Match => matching,
        Ring::Diary => diary,
    })
}

#[uniffi::export]
impl Diary {
    /// Opens the readable parts after the phone was unlocked. Call `drain` afterwards.
    pub fn unlock(&self, diary: KeyState) -> Result<()> {
        told(self.core.unlock(diary.into()))
    }

    /// The phone was locked: lets go of what opens the readable parts.
    pub fn lock(&self) -> Result<()> {
        told(self.core.lock())
    }

    /// Writes the rings under new secrets and reads them back. Only when this has returned may the
    /// old secrets be deleted from the key store: then nothing opens what was forgotten, not even
    /// from copies of every earlier file. After a failure keep both, and try again.
    pub fn rotate(&self, matching: Option<Arc<Secret>>, diary: Option<Arc<Secret>>) -> Result<()> {
        let wrapped = |secret: Option<Arc<Secret>>| secret.map(|secret| secret.wrapped());
        told(self.core.rotate(wrapped(matching), wrapped(diary)))
    }
}

/// The operating system's generator.
pub(crate) struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&mut self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("a phone's generator works once it has started");
    }
}
