//! An authority with two publications, and phones that fetch them over real sockets.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use vaora::diary::{Diary, Now};
use vaora::journal::Folder;
use vaora::sync::FetchError;
use vaora::sync::Report;
use vaora::sync::http::{Options, fetch};
use vaora::time::Instant;

use crate::diary::{Dice, HOUR, KeyStore, START, at, create, seed_of};
use crate::lists::Office;
use crate::wire::{Answer, Asked, Script};

/// The authority, and a folder for its phones.
pub struct World {
    folder: tempfile::TempDir,
    /// The desk.
    pub office: Office,
    /// Its deployment.
    pub deployment: [u8; 16],
}

impl World {
    /// Somebody infectious was at the market; there are two publications.
    ///
    /// # Errors
    /// In words, as the desk says.
    pub fn new() -> Result<Self, String> {
        let words = |e: vaora_authority::Error| e.to_string();
        let folder = tempfile::tempdir().map_err(|e| e.to_string())?;
        let today = Instant::from_unix(START).day();
        let mut office = Office::open(folder.path(), today).map_err(words)?;
        office.publish(at(0).wall, 0).map_err(words)?;
        office.warn(seed_of("chợ"), at(0).wall, at(HOUR).wall, 1).map_err(words)?;
        office.publish(at(HOUR).wall, 0).map_err(words)?;
        let root = office.deployment.anchors().root();
        let deployment = root.map(|root| *root.deployment()).unwrap_or_default();
        Ok(Self { folder, office, deployment })
    }

    /// Where the phone of this name keeps its diary.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A new phone, which follows the authority and holds no list yet; and its key store.
    ///
    /// # Errors
    /// As a diary says.
    pub fn phone(&self, name: &str) -> vaora::Result<(Diary, KeyStore)> {
        let (diary, keys) =
            create(Box::new(Folder::new(&self.path(name))), &mut Dice::new(1), &at(0))?;
        diary.follow(&self.office.root())?;
        Ok((diary, keys))
    }

    /// Fetches; answers with the waits as well, none of which takes any time.
    pub fn fetch(
        &self,
        diary: &Diary,
        base: &str,
        now: &Now,
    ) -> (Result<Report, FetchError>, Vec<Duration>) {
        self.fetch_by(diary, base, &|| *now)
    }

    /// The same by a clock that goes on.
    pub fn fetch_by(
        &self,
        diary: &Diary,
        base: &str,
        clock: &dyn Fn() -> Now,
    ) -> (Result<Report, FetchError>, Vec<Duration>) {
        let waits = RefCell::new(Vec::new());
        let sleep = |wait| waits.borrow_mut().push(wait);
        let options = Options { sleep: &sleep, ..Options::default() };
        let report = fetch(diary, &self.deployment, base, &options, clock);
        (report, waits.into_inner())
    }

    /// What answers from the files, unless the script says otherwise: it gets each request and how
    /// many there were with it.
    #[must_use]
    pub fn script(
        &self,
        mut otherwise: impl FnMut(&Asked, usize) -> Option<Answer> + Send + 'static,
    ) -> Script {
        let (public, mut number) = (self.office.public(), 0);
        Box::new(move |asked| {
            number += 1;
            let file = || match std::fs::read(public.join(&asked.path)) {
                Ok(bytes) => Answer::of(&bytes),
                Err(_) => Answer::status("404 Not Found"),
            };
            otherwise(asked, number).unwrap_or_else(file)
        })
    }
}

/// Every file of a folder with its bytes: what must stay as it was where something is refused. The
/// index is a folder of its own, may be lost at any time, and does not count.
#[must_use]
pub fn contents(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let files = entries.map(|entry| entry.path()).filter(|path| path.is_file());
    files.filter_map(|path| Some((path.clone(), std::fs::read(&path).ok()?))).collect()
}
