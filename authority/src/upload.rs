//! Upload keys: to whom people seal what they share. Each lives 30 days, and its private half 21
//! more; then nothing opens what was sealed to it, copies on the way included.
//!
//! ```text
//! upload               the signed catalogue of public halves
//! keys/share-ID.key    a private half and its last day
//! ```

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use vaora::seal::{KeyId, Purpose, Secret, UploadSecret, upload_key_id};
use vaora::text::hex;
use vaora::time::Day;
use vaora::trust::{Role, Upload, UploadKey};

use crate::deployment::{Deployment, replace};
use crate::error::{Error, at};
use crate::keys::{self, System};

/// What a renewal of the upload keys did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Renewal {
    /// The key that was made; none if those that are there last for a week.
    pub made: Option<KeyId>,
    /// The last day of the newest key.
    pub last: Day,
    /// Private halves that were destroyed because their time was over.
    pub destroyed: usize,
}

impl Deployment {
    /// Makes a new upload key if the newest has a week left or less, signs the catalogue of those
    /// that are still valid, and destroys private halves 21 days after their last day. Call it
    /// every day; publishing brings the catalogue to phones.
    ///
    /// # Errors
    /// [`Error::TooFewKeys`], [`Error::File`], [`Error::Random`].
    pub fn renew_upload_keys(&mut self, today: Day) -> Result<Renewal, Error> {
        let destroyed = destroy_old(&self.keys_folder(), today)?;
        let held = self.anchors().upload().cloned();
        let keys = held.as_ref().map_or(&[][..], |upload| &upload.keys);
        let newest = keys.iter().filter(|key| key.first <= today).map(|key| key.last).max();
        if let Some(last) = newest.filter(|last| *last > today.plus(SPARE)) {
            return Ok(Renewal { made: None, last, destroyed });
        }
        let last = today.plus(DAYS - 1);
        let secret = UploadSecret::from_secret(Secret::make(&mut System));
        let key = secret.derive_public();
        let id = upload_key_id(&key);
        // The private half first: nothing may be sealed to a key that nobody has.
        save(&self.upload_secret_path(id), &secret, last)?;
        let mut keys: Vec<UploadKey> =
            keys.iter().filter(|key| key.last >= today).copied().collect();
        keys.push(UploadKey { key, first: today, last });
        let next = Upload {
            deployment: *self.root()?.deployment(),
            version: held.map_or(0, |upload| upload.version) + 1,
            created: today,
            keys,
        };
        let bytes = self.sign(Role::Upload, Purpose::Upload, &next.encode()?)?;
        self.accept_upload(&bytes)?;
        replace(&self.folder().join("upload"), &bytes)?;
        Ok(Renewal { made: Some(id), last, destroyed })
    }

    /// The private half of an upload key, if it is here and its time is not over.
    ///
    /// # Errors
    /// [`Error::File`], [`Error::KeyFile`].
    pub fn upload_secret(&self, id: KeyId, today: Day) -> Result<Option<UploadSecret>, Error> {
        let path = self.upload_secret_path(id);
        if !path.exists() {
            return Ok(None);
        }
        let (secret, last) = load(&path)?;
        Ok((today <= last.plus(GRACE)).then_some(secret))
    }

    fn keys_folder(&self) -> PathBuf {
        self.folder().join("keys")
    }

    fn upload_secret_path(&self, id: KeyId) -> PathBuf {
        self.keys_folder().join(format!("{PREFIX}{}{SUFFIX}", hex::encode(&id.0)))
    }
}

fn save(path: &Path, secret: &UploadSecret, last: Day) -> Result<(), Error> {
    let text = format!("{FIRST_LINE}\n{}\n{last}\n", hex::encode(secret.expose()));
    let mut file = keys::create_private(path)?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(at(path))
}

fn load(path: &Path) -> Result<(UploadSecret, Day), Error> {
    let text = fs::read_to_string(path).map_err(at(path))?;
    let parse = || {
        let rest = text.strip_prefix(FIRST_LINE)?.strip_prefix('\n')?.strip_suffix('\n')?;
        let (secret, last) = rest.split_once('\n')?;
        let secret = Secret::from_slice(&hex::decode::<32>(secret)?)?;
        Some((UploadSecret::from_secret(secret), Day::from_iso(last)?))
    };
    parse().ok_or_else(|| Error::KeyFile(path.to_owned()))
}

fn destroy_old(folder: &Path, today: Day) -> Result<usize, Error> {
    let mut destroyed = 0;
    for entry in fs::read_dir(folder).map_err(at(folder))? {
        let path = entry.map_err(at(folder))?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if name.starts_with(PREFIX) && name.ends_with(SUFFIX) && load(&path)?.1.plus(GRACE) < today
        {
            // Over the old bytes first, where the disk keeps them in one place.
            let length = fs::metadata(&path).map_err(at(&path))?.len();
            let mut file = fs::OpenOptions::new().write(true).open(&path).map_err(at(&path))?;
            let zeros = vec![0; usize::try_from(length).unwrap_or(0)];
            file.write_all(&zeros).and_then(|()| file.sync_all()).map_err(at(&path))?;
            fs::remove_file(&path).map_err(at(&path))?;
            destroyed += 1;
        }
    }
    Ok(destroyed)
}

const FIRST_LINE: &str = "vaora/1 upload key";
const PREFIX: &str = "share-";
const SUFFIX: &str = ".key";
/// Days of a key.
const DAYS: i32 = 30;
/// A new one is made when so many days are left: phones take lists daily, but not all of them.
const SPARE: i32 = 7;
/// Days after its last for which a private half lives: what was sealed on the last day may have
/// waited for a network.
const GRACE: i32 = 21;
