//! An authority for proofs: the real desk, in a folder, with its keys; and a phone that takes its
//! publications from that folder, step by step, as it would from a server.

use std::fs;
use std::path::{Path, PathBuf};

use vaora::area::{AreaScope, Map};
use vaora::diary::{Diary, Now};
use vaora::seal::Seed;
use vaora::sync::{Report, SyncError};
use vaora::time::{Day, Instant};
use vaora_authority::deployment::Plan;
use vaora_authority::intake::Intake;
use vaora_authority::policy::PolicyFile;
use vaora_authority::publish::{Publication, Schedule};
use vaora_authority::windows::Windows;
use vaora_authority::{Deployment, Error};

/// A health authority.
pub struct Office {
    /// Its keys and catalogues.
    pub deployment: Deployment,
    windows: Windows,
    folder: PathBuf,
}

impl Office {
    /// A new one.
    ///
    /// # Errors
    /// As the desk says.
    pub fn open(folder: &Path, today: Day) -> Result<Self, Error> {
        let desk = folder.join("desk");
        let plan = Plan { root_keys: 3, root_threshold: 2, today, days: 400 };
        let everywhere = AreaScope::parse(Map::M2025, "")?;
        let deployment = Deployment::init(&desk, plan, vec![everywhere])?;
        let windows = Windows::open(&desk)?;
        Ok(Self { deployment, windows, folder: folder.to_path_buf() })
    }

    /// Where its static files lie.
    #[must_use]
    pub fn public(&self) -> PathBuf {
        self.folder.join("public")
    }

    /// The root that an app embeds.
    #[must_use]
    pub fn root(&self) -> Vec<u8> {
        fs::read(self.folder.join("desk").join("root.1")).unwrap_or_default()
    }

    /// The desk where shares come in.
    ///
    /// # Errors
    /// As the desk says.
    pub fn intake(&self) -> Result<Intake, Error> {
        Intake::open(&self.folder.join("desk"))
    }

    /// Somebody infectious was there.
    ///
    /// # Errors
    /// As the desk says.
    pub fn warn(
        &mut self,
        seed: Seed,
        from: Instant,
        until: Instant,
        advice: u16,
    ) -> Result<(), Error> {
        self.warn_all(&[seed], from, until, advice)
    }

    /// The same in many places at once.
    ///
    /// # Errors
    /// As the desk says.
    pub fn warn_all(
        &mut self,
        seeds: &[Seed],
        from: Instant,
        until: Instant,
        advice: u16,
    ) -> Result<(), Error> {
        let rounding = self.deployment.anchors().standing().policy().rounding;
        self.windows.add(seeds, from, until, advice, rounding)
    }

    /// It was a mistake.
    pub fn withdraw(&mut self, seed: Seed, day: Day) -> usize {
        self.windows.withdraw(&[seed], day)
    }

    /// Changes what the policy says; keys that are left out stay as they are.
    ///
    /// # Errors
    /// In words, as the desk says.
    pub fn change_policy(&mut self, change: &serde_json::Value, today: Day) -> Result<(), String> {
        let held = PolicyFile::from(self.deployment.anchors().standing().policy());
        let mut file = serde_json::to_value(held).map_err(|e| e.to_string())?;
        for (key, value) in change.as_object().ok_or("a policy is an object")? {
            file[key] = value.clone();
        }
        let file: PolicyFile = serde_json::from_value(file).map_err(|e| e.to_string())?;
        let words = |e: Error| e.to_string();
        let mut applied = Ok(());
        let signed = self.deployment.publish_policy(today, |policy| applied = file.apply(policy));
        applied.and(signed).map_err(words)
    }

    /// Publishes what there is.
    ///
    /// # Errors
    /// As the desk says.
    pub fn publish(&mut self, at: Instant, hold_hours: u32) -> Result<Publication, Error> {
        let (plan, public) = (Schedule { at, fresh_hours: 48, hold_hours }, self.public());
        self.deployment.publish(&mut self.windows, &public, plan)
    }
}

/// Takes the newest publication of a folder of static files, in pieces of so many bytes.
///
/// # Errors
/// As a sync says; [`SyncError::Missing`] where a file is not there.
pub fn take(
    diary: &Diary,
    deployment: &[u8; 16],
    folder: &Path,
    piece: usize,
    now: &Now,
) -> Result<Report, SyncError> {
    let mut sync = diary.plan(deployment)?;
    while let Some(want) = sync.want() {
        let Ok(bytes) = fs::read(folder.join(&want.path)) else {
            diary.absent(&mut sync)?;
            continue;
        };
        let from = usize::try_from(want.from).unwrap_or(usize::MAX).min(bytes.len());
        for piece in bytes[from..].chunks(piece.max(1)) {
            diary.feed(&mut sync, piece)?;
        }
        diary.complete(&mut sync)?;
    }
    diary.finish(sync, now)
}
