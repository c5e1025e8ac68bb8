//! Taking in what people share: boxes are opened, one-time codes used up, visits of registered
//! venues checked, and what holds is written down.
//!
//! ```text
//! shares/codes.jsonl      one-time codes and when each ends
//! shares/received.jsonl   what came in; only ever added to
//! ```
//! Only the owner of the folder may read either.

mod codes;
mod http;
mod received;

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use vaora::seal::VenueKey;
use vaora::share::{self, Answer, REPLY_LEN, Request, ShareCode, SharedVisit, key_of};
use vaora::time::Instant;

pub use http::{Door, router};
pub use received::{Share, Visit};

use crate::deployment::Deployment;
use crate::error::{Error, at};
use crate::keys::{self, System};
use codes::Codes;
use received::{Received, Use};

/// The desk where shares come in.
pub struct Intake {
    deployment: Deployment,
    id: [u8; 16],
    codes: Codes,
    received: Mutex<Received>,
}

impl Intake {
    /// Opens the desk of a deployment's folder.
    ///
    /// # Errors
    /// As [`Deployment::open`].
    pub fn open(folder: &Path) -> Result<Self, Error> {
        let deployment = Deployment::open(folder)?;
        let id = *deployment.root()?.deployment();
        let shares = shares_folder(folder)?;
        let (codes, received) = (Codes::of(&shares), Mutex::new(Received::of(&shares)));
        Ok(Self { deployment, id, codes, received })
    }

    /// Makes a one-time code, in force for an hour.
    ///
    /// # Errors
    /// [`Error::File`], [`Error::Random`].
    pub fn make_code(&self, now: Instant) -> Result<ShareCode, Error> {
        self.codes.make(now)
    }

    /// Everything that came in, in its order.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn shares(&self) -> Result<Vec<Share>, Error> {
        self.received().all()
    }

    /// Answers a box: 128 bytes, whatever it was. What does not open is answered by chance.
    ///
    /// # Errors
    /// [`Error::File`], [`Error::Random`]: nothing was taken, and the phone may try again.
    pub fn answer(&self, sealed: &[u8], now: Instant) -> Result<Vec<u8>, Error> {
        let secret = match key_of(sealed) {
            Some(id) => self.deployment.upload_secret(id, now.day())?,
            None => None,
        };
        let opened = secret.and_then(|secret| share::open(sealed, &self.id, &secret).ok());
        let Some((plain, reply)) = opened else { return Ok(nothing()) };
        let answer = match Request::decode(&plain) {
            Ok(Request::Cover) => Answer::Cover,
            Ok(Request::Visits { code, upload, visits }) => {
                let allow = || self.speaks_against(&code, &visits, now);
                match self.received().take(&code, upload, &visits, now, allow)? {
                    Use::Taken(receipt) => Answer::Taken(receipt),
                    Use::Other => Answer::CodeUsed,
                    Use::Not(answer) => answer,
                }
            }
            Err(_) => Answer::Refused,
        };
        Ok(reply.seal(answer, &mut System))
    }

    /// Why visits are not taken for a code that was not used yet.
    fn speaks_against(
        &self,
        code: &ShareCode,
        visits: &[SharedVisit],
        now: Instant,
    ) -> Result<Option<Answer>, Error> {
        if !self.codes.is_in_force(code, now)? {
            return Ok(Some(Answer::CodeWrong));
        }
        let ids: Vec<_> = visits.iter().filter_map(|visit| visit.venue).collect();
        if ids.is_empty() {
            return Ok(None);
        }
        let seeds = self.deployment.seeds_of(&ids)?;
        let proven = visits.iter().all(|visit| {
            // A code that another desk of this deployment issued cannot be checked here.
            let Some(seed) = visit.venue.and_then(|id| seeds.get(&id)) else { return true };
            visit.keys.iter().all(|(day, key)| VenueKey::derive(seed, *day).is(key))
        });
        Ok((!proven).then_some(Answer::Refused))
    }

    fn received(&self) -> std::sync::MutexGuard<'_, Received> {
        // What it holds is read from the file again, so a panic elsewhere spoils nothing.
        self.received.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// As many bytes as every answer, and nobody has the key to them.
fn nothing() -> Vec<u8> {
    let mut bytes = vec![0; REPLY_LEN];
    vaora::seal::Random::fill(&mut System, &mut bytes);
    bytes
}

fn shares_folder(folder: &Path) -> Result<PathBuf, Error> {
    let shares = folder.join("shares");
    if !shares.exists() {
        keys::create_private_folder(&shares)?;
        // The names of its files are as durable as what is in them.
        let parent = std::fs::File::open(folder).map_err(at(folder))?;
        parent.sync_all().map_err(at(folder))?;
    }
    Ok(shares)
}
