//! A deployment as a folder: its keys, its signed root and catalogues, the codes it issued.
//!
//! ```text
//! root                 the root in force, and root.1, root.2 … the whole chain
//! policy               the policy in force, and policy.1, policy.2 … those before it: from them
//!                      the desk knows since when each part of it acts
//! revocation prefixes areas advice    signed catalogues, as phones get them
//! issued.jsonl         one line for each code that was ever issued; never rewritten
//! upload shares/       see [`upload`](crate::upload) and [`intake`](crate::intake)
//! keys/ROLE-ID.key     secret keys; move the root keys to sticks of their own
//! ```

use std::collections::HashMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use vaora::area::{AreaCode, AreaScope, Areas};
use vaora::code::Venue;
use vaora::seal::{self, KeyId, Purpose, Seed, VenueId};
use vaora::text::hex;
use vaora::time::Day;
use vaora::trust::{
    Advice, AdviceEntry, Anchors, Envelope, Issuer, Policy, Prefixes, Reason, Revocation,
    RevokedCode, RevokedKey, Role, Root, RootDraft,
};

use crate::error::{Error, at};
use crate::issue::IssuedCode;
use crate::keys::{self, Signer};
use crate::{advice, areas, policy};

/// An opened deployment. Its documents were checked as a phone checks them.
pub struct Deployment {
    folder: PathBuf,
    anchors: Anchors,
}

/// How a deployment is made.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// Root keys to make.
    pub root_keys: u32,
    /// How many of them sign a root.
    pub root_threshold: u32,
    /// The day on which it is made.
    pub today: Day,
    /// How many days the keys are valid.
    pub days: u16,
}

impl Deployment {
    /// Makes keys for every role and the first root, in a folder that holds none yet.
    ///
    /// # Errors
    /// [`Error::Exists`], [`Error::File`], or what phones would refuse.
    pub fn init(folder: &Path, plan: Plan, scopes: Vec<AreaScope>) -> Result<Self, Error> {
        if folder.join("root").exists() {
            return Err(Error::Exists(folder.to_owned()));
        }
        let Plan { root_keys, root_threshold, today, days } = plan;
        let last = today.plus(days.into());
        let keys_folder = folder.join("keys");
        fs::create_dir_all(&keys_folder).map_err(at(&keys_folder))?;
        let make = |role: Role, count: u32| -> Result<Vec<Signer>, Error> {
            let signers = (0..count).map(|_| Signer::make()).collect::<Result<Vec<_>, _>>()?;
            signers.iter().try_for_each(|s| s.save(&key_path(folder, role_name(role), s)))?;
            Ok(signers)
        };
        let public = |signers: &[Signer]| signers.iter().map(|s| s.valid(today, last)).collect();
        let roots = make(Role::Root, root_keys)?;
        // Two keys sign what could silence or wipe phones, so there are two of each.
        let lists = make(Role::List, 2)?;
        let catalogues = make(Role::Catalogue, 2)?;
        let uploads = make(Role::Upload, 1)?;
        let draft = RootDraft {
            deployment: keys::random()?,
            version: 1,
            epoch: 1,
            created: today,
            expires: last,
            roles: [
                (Role::Root, root_threshold, public(&roots)),
                (Role::List, 1, public(&lists)),
                (Role::Catalogue, 1, public(&catalogues)),
                (Role::Upload, 1, public(&uploads)),
            ],
            issuers: vec![new_issuer(folder, today, last, scopes)?],
        };
        write_root(folder, &draft, &roots)?;
        let mut made = Self::open(folder)?;
        // A phone warns from the first day on, and has something to say.
        made.publish_advice(today, advice::first()?)?;
        made.publish_policy(today, |policy| policy.rules = policy::first_rules())?;
        Ok(made)
    }

    /// Opens a deployment and checks its documents as a phone does.
    ///
    /// # Errors
    /// [`Error::Missing`], [`Error::File`], or what is wrong with a document.
    pub fn open(folder: &Path) -> Result<Self, Error> {
        let root = folder.join("root");
        if !root.exists() {
            return Err(Error::Missing(folder.to_owned()));
        }
        let bytes = fs::read(&root).map_err(at(&root))?;
        let mut anchors = Anchors::of(Root::embedded(&bytes)?);
        if let Some(bytes) = read_if_there(&folder.join("revocation"))? {
            anchors.accept_revocation(&bytes)?;
        }
        if let Some(bytes) = read_if_there(&folder.join("prefixes"))? {
            anchors.accept_prefixes(&bytes)?;
        }
        if let Some(bytes) = read_if_there(&folder.join("areas"))? {
            anchors.accept_areas(&bytes)?;
        }
        if let Some(bytes) = read_if_there(&folder.join("advice"))? {
            anchors.accept_advice(&bytes)?;
        }
        if let Some(bytes) = read_if_there(&folder.join("upload"))? {
            anchors.accept_upload(&bytes)?;
        }
        // Keys that signed an older policy may have left the root; the desk believes its folder.
        for version in 1.. {
            let Some(bytes) = read_if_there(&policy_path(folder, version))? else { break };
            anchors.restore(Purpose::Policy, &bytes, &seal::sha256(&bytes))?;
        }
        if let Some(bytes) = read_if_there(&folder.join("policy"))? {
            anchors.accept_policy(&bytes)?;
        }
        Ok(Self { folder: folder.to_owned(), anchors })
    }

    /// What a phone of this deployment holds.
    #[must_use]
    pub fn anchors(&self) -> &Anchors {
        &self.anchors
    }

    /// Adds an issuer for some areas: a new key and the root that follows, signed by the root
    /// keys that are here.
    ///
    /// # Errors
    /// [`Error::TooFewKeys`] when root keys are missing, or what phones would refuse.
    pub fn add_issuer(
        &mut self,
        scopes: Vec<AreaScope>,
        today: Day,
        last: Day,
    ) -> Result<(), Error> {
        let signers = self.signers(Role::Root)?;
        let mut draft = RootDraft::after(self.root()?, today);
        draft.issuers.push(new_issuer(&self.folder, today, last, scopes)?);
        write_root(&self.folder, &draft, &signers)?;
        *self = Self::open(&self.folder)?;
        Ok(())
    }

    /// Makes new keys for lists in the place of the old ones, and a new key epoch: what the old keys
    /// may have signed without this desk counts no more. Phones begin anew with the lists that
    /// are published from now on, and take back what these do not say.
    ///
    /// # Errors
    /// [`Error::TooFewKeys`] when root keys are missing, or what phones would refuse.
    pub fn renew_list_keys(&mut self, today: Day, last: Day) -> Result<(), Error> {
        let signers = self.signers(Role::Root)?;
        let mut draft = RootDraft::after(self.root()?, today);
        draft.epoch += 1;
        for (role, _, keys) in draft.roles.iter_mut().filter(|(role, ..)| *role == Role::List) {
            for key in keys {
                let signer = Signer::make()?;
                signer.save(&key_path(&self.folder, role_name(*role), &signer))?;
                *key = signer.valid(today, last);
            }
        }
        write_root(&self.folder, &draft, &signers)?;
        *self = Self::open(&self.folder)?;
        Ok(())
    }

    /// The issuer key of this folder that may issue a code for that area from that day on.
    ///
    /// # Errors
    /// [`Error::NoIssuer`].
    pub fn issuer(&self, area: AreaCode, first: Day) -> Result<Signer, Error> {
        let root = self.root()?;
        let revocation = self.anchors.revocation();
        let fits = |issuer: &&Issuer| {
            issuer.may_issue(area, first)
                && !revocation.is_some_and(|r| r.is_compromised(issuer.key.id))
                && key_path_of(&self.folder, ISSUER, issuer.key.id.0).exists()
        };
        let issuer = root.issuers().iter().find(fits);
        let issuer = issuer.ok_or_else(|| Error::NoIssuer { area: area.to_string() })?;
        Signer::load(&key_path_of(&self.folder, ISSUER, issuer.key.id.0))
    }

    /// Writes an issued code to the register's file, before it is shown to anybody.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn record(&self, venue: &Venue, code: &IssuedCode) -> Result<(), Error> {
        let path = self.folder.join("issued.jsonl");
        let line = serde_json::json!({
            "id": hex::encode(&code.id.0),
            "name": venue.name.as_str(),
            "code": hex::encode(code.bytes()),
        });
        // Whoever reads this file holds every seed.
        let mut options = fs::OpenOptions::new();
        options.append(true).create(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&path).map_err(at(&path))?;
        let written = file.write_all(format!("{line}\n").as_bytes());
        written.and_then(|()| file.sync_all()).map_err(at(&path))
    }

    /// Whether this deployment issued a code of that id.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn has_issued(&self, id: VenueId) -> Result<bool, Error> {
        let issued = read_if_there(&self.folder.join("issued.jsonl"))?.unwrap_or_default();
        let start = format!("\"id\":\"{}\"", hex::encode(&id.0));
        Ok(String::from_utf8_lossy(&issued).lines().any(|line| line.contains(&start)))
    }

    /// Takes codes and keys back. What was already revoked as false stays so, and what was
    /// already taken back keeps its day.
    ///
    /// # Errors
    /// [`Error::Unknown`] for a code that was not issued here or a key that the root does not
    /// name: one mistyped digit would leave a false poster believed.
    pub fn revoke(
        &mut self,
        today: Day,
        codes: &[VenueId],
        reason: Reason,
        keys: &[KeyId],
    ) -> Result<(), Error> {
        for id in codes {
            if !self.has_issued(*id)? {
                return Err(Error::Unknown(hex::encode(&id.0)));
            }
        }
        for id in keys {
            if self.root()?.issuer(*id).is_none() {
                return Err(Error::Unknown(hex::encode(&id.0)));
            }
        }
        self.publish_revocation(today, |catalogue| {
            for id in codes {
                let before = catalogue.codes.iter_mut().find(|code| code.id == *id);
                match (before, reason) {
                    (None, _) => {
                        catalogue.codes.push(RevokedCode { id: *id, reason, since: today });
                    }
                    (Some(code), Reason::False) if code.reason == Reason::Replaced => {
                        *code = RevokedCode { id: *id, reason, since: today };
                    }
                    (Some(_), _) => {}
                }
            }
            for id in keys.iter().filter(|id| !catalogue.is_compromised(**id)).collect::<Vec<_>>() {
                catalogue.keys.push(RevokedKey { id: *id, since: today });
            }
        })
    }

    /// Signs and writes a revocation catalogue that follows the present one.
    ///
    /// # Errors
    /// [`Error::TooFewKeys`], or what phones would refuse.
    pub fn publish_revocation(
        &mut self,
        today: Day,
        change: impl FnOnce(&mut Revocation),
    ) -> Result<(), Error> {
        let deployment = *self.root()?.deployment();
        let mut next = self.anchors.revocation().cloned().unwrap_or(Revocation {
            deployment,
            version: 0,
            created: today,
            codes: Vec::new(),
            keys: Vec::new(),
        });
        next.version += 1;
        next.created = today;
        change(&mut next);
        let bytes = self.sign_catalogue(Purpose::Revocation, &next.encode()?)?;
        self.anchors.accept_revocation(&bytes)?;
        replace(&self.folder.join("revocation"), &bytes)
    }

    /// Signs and writes a catalogue of adopted prefixes that follows the present one.
    ///
    /// # Errors
    /// [`Error::TooFewKeys`], or what phones would refuse.
    pub fn publish_prefixes(
        &mut self,
        today: Day,
        change: impl FnOnce(&mut Vec<String>),
    ) -> Result<(), Error> {
        let deployment = *self.root()?.deployment();
        let mut next = self.anchors.prefixes().cloned().unwrap_or(Prefixes {
            deployment,
            version: 0,
            created: today,
            prefixes: Vec::new(),
        });
        next.version += 1;
        next.created = today;
        change(&mut next.prefixes);
        let bytes = self.sign_catalogue(Purpose::Prefixes, &next.encode()?)?;
        self.anchors.accept_prefixes(&bytes)?;
        replace(&self.folder.join("prefixes"), &bytes)
    }

    /// Signs and writes the catalogue of areas that follows the present one, from the tables of
    /// a folder or from those that are built in. Returns its size on the wire.
    ///
    /// # Errors
    /// [`Error::TooFewKeys`], or what is wrong with the tables.
    pub fn publish_areas(&mut self, today: Day, tables: Option<&Path>) -> Result<usize, Error> {
        let version = self.anchors.areas().map_or(0, Areas::version) + 1;
        let bytes =
            self.sign_catalogue(Purpose::Areas, &areas::payload(tables, version, today)?)?;
        self.anchors.accept_areas(&bytes)?;
        replace(&self.folder.join("areas"), &bytes)?;
        Ok(bytes.len())
    }

    /// Signs and writes the policy that follows the present one. What makes phones sleep or
    /// forget sooner needs two keys of the catalogue role here, and acts 72 hours later.
    ///
    /// # Errors
    /// [`Error::Usage`] for a rule whose advice has no text, [`Error::TooFewKeys`], or what phones
    /// would refuse.
    pub fn publish_policy(
        &mut self,
        today: Day,
        change: impl FnOnce(&mut Policy),
    ) -> Result<(), Error> {
        let mut next = self.anchors.standing().policy().clone();
        next.deployment = *self.root()?.deployment();
        next.version += 1;
        next.created = today;
        change(&mut next);
        let entries = self.anchors.advice().map_or(&[][..], |advice| &advice.entries);
        must_have_text(&next, entries)?;
        let bytes = self.sign_catalogue(Purpose::Policy, &next.encode()?)?;
        self.anchors.accept_policy(&bytes)?;
        let path = self.folder.join("policy");
        if let Some(before) = read_if_there(&path)? {
            replace(&policy_path(&self.folder, next.version - 1), &before)?;
        }
        replace(&path, &bytes)
    }

    /// Signs and writes the catalogue of advice that follows the present one.
    ///
    /// # Errors
    /// [`Error::Usage`] for an advice that the policy has a rule for and that is missing,
    /// [`Error::TooFewKeys`], or what phones would refuse.
    pub fn publish_advice(&mut self, today: Day, entries: Vec<AdviceEntry>) -> Result<(), Error> {
        must_have_text(self.anchors.standing().policy(), &entries)?;
        let next = Advice {
            deployment: *self.root()?.deployment(),
            version: self.anchors.advice().map_or(0, |advice| advice.version) + 1,
            created: today,
            entries,
        };
        let bytes = self.sign_catalogue(Purpose::Advice, &next.encode()?)?;
        self.anchors.accept_advice(&bytes)?;
        replace(&self.folder.join("advice"), &bytes)
    }

    fn sign_catalogue(&self, purpose: Purpose, payload: &[u8]) -> Result<Vec<u8>, Error> {
        self.sign(Role::Catalogue, purpose, payload)
    }

    /// The folder.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The seeds of every code that was issued here.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn seeds(&self) -> Result<Vec<Seed>, Error> {
        let issued = read_if_there(&self.folder.join("issued.jsonl"))?.unwrap_or_default();
        let seed = |line: &[u8]| {
            let row: serde_json::Value = serde_json::from_slice(line).ok()?;
            seed_in(row["code"].as_str()?).map(Seed::from_bytes)
        };
        Ok(issued.split(|byte| *byte == b'\n').filter_map(seed).collect())
    }

    /// The seed of the code of that id, if it was issued here.
    ///
    /// # Errors
    /// [`Error::File`]; [`Error::Unknown`].
    pub fn seed_of(&self, id: VenueId) -> Result<Seed, Error> {
        let issued = read_if_there(&self.folder.join("issued.jsonl"))?.unwrap_or_default();
        let wanted = hex::encode(&id.0);
        let seed = |line: &[u8]| {
            let row: serde_json::Value = serde_json::from_slice(line).ok()?;
            let here = row["id"].as_str() == Some(wanted.as_str());
            here.then(|| seed_in(row["code"].as_str()?)).flatten()
        };
        let found = issued.split(|byte| *byte == b'\n').find_map(seed);
        found.map(Seed::from_bytes).ok_or(Error::Unknown(wanted))
    }

    /// The seeds of those of some codes that were issued here.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn seeds_of(&self, ids: &[VenueId]) -> Result<HashMap<VenueId, Seed>, Error> {
        let issued = read_if_there(&self.folder.join("issued.jsonl"))?.unwrap_or_default();
        let seed = |line: &[u8]| {
            let row: serde_json::Value = serde_json::from_slice(line).ok()?;
            let id = VenueId(hex::decode(row["id"].as_str()?)?);
            let wanted = ids.contains(&id);
            wanted.then(|| Some((id, Seed::from_bytes(seed_in(row["code"].as_str()?)?))))?
        };
        Ok(issued.split(|byte| *byte == b'\n').filter_map(seed).collect())
    }

    pub(crate) fn accept_upload(&mut self, bytes: &[u8]) -> Result<(), Error> {
        Ok(self.anchors.accept_upload(bytes)?)
    }

    /// A document signed by every key of the role that is here.
    pub(crate) fn sign(
        &self,
        role: Role,
        purpose: Purpose,
        payload: &[u8],
    ) -> Result<Vec<u8>, Error> {
        let signers = self.signers(role)?;
        Ok(Envelope::encode(purpose, payload, sign_all(&signers, purpose, payload)))
    }

    pub(crate) fn root(&self) -> Result<&Root, Error> {
        self.anchors.root().ok_or_else(|| Error::Missing(self.folder.clone()))
    }

    /// The keys of a role whose files are here; at least as many as its threshold.
    fn signers(&self, role: Role) -> Result<Vec<Signer>, Error> {
        let (threshold, keys) = self.root()?.keys(role);
        let paths = keys.iter().map(|key| key_path_of(&self.folder, role_name(role), key.id.0));
        let here = paths.filter(|path| path.exists());
        let signers = here.map(|path| Signer::load(&path)).collect::<Result<Vec<_>, _>>()?;
        let (found, needed) = (signers.len(), threshold as usize);
        if found < needed {
            return Err(Error::TooFewKeys { role: role_name(role), found, needed });
        }
        Ok(signers)
    }
}

fn new_issuer(
    folder: &Path,
    first: Day,
    last: Day,
    scopes: Vec<AreaScope>,
) -> Result<Issuer, Error> {
    let signer = Signer::make()?;
    signer.save(&key_path(folder, ISSUER, &signer))?;
    Ok(Issuer { key: signer.valid(first, last), scopes })
}

fn write_root(folder: &Path, draft: &RootDraft, signers: &[Signer]) -> Result<(), Error> {
    let payload = draft.encode()?;
    let signatures = sign_all(signers, Purpose::Root, &payload);
    let bytes = Envelope::encode(Purpose::Root, &payload, signatures);
    Root::embedded(&bytes)?;
    replace(&folder.join(format!("root.{}", draft.version)), &bytes)?;
    replace(&folder.join("root"), &bytes)
}

fn sign_all<'a>(
    signers: &'a [Signer],
    purpose: Purpose,
    payload: &'a [u8],
) -> impl Iterator<Item = (KeyId, [u8; 64])> + 'a {
    signers.iter().map(move |signer| (signer.id(), signer.sign(purpose, payload)))
}

fn role_name(role: Role) -> &'static str {
    match role {
        Role::Root => "root",
        Role::List => "list",
        Role::Catalogue => "catalogue",
        Role::Upload => "upload",
    }
}

fn key_path(folder: &Path, role: &str, signer: &Signer) -> PathBuf {
    key_path_of(folder, role, signer.id().0)
}

fn key_path_of(folder: &Path, role: &str, id: [u8; 4]) -> PathBuf {
    folder.join("keys").join(format!("{role}-{}.key", hex::encode(&id)))
}

/// A warning that has nothing to say helps nobody.
fn must_have_text(policy: &Policy, entries: &[AdviceEntry]) -> Result<(), Error> {
    let mut ruled = policy.rules.iter().map(|rule| rule.advice);
    match ruled.find(|id| !entries.iter().any(|entry| entry.id == *id)) {
        Some(id) => {
            Err(Error::Usage(format!("the policy has a rule for advice {id}: it needs a text")))
        }
        None => Ok(()),
    }
}

fn policy_path(folder: &Path, version: u64) -> PathBuf {
    folder.join(format!("policy.{version}"))
}

/// Behind mark, version, kind and issuer (docs/formats.md, 3).
fn seed_in(code: &str) -> Option<[u8; 12]> {
    hex::decode(code.get(2 * 6..2 * 18)?)
}

fn read_if_there(path: &Path) -> Result<Option<Vec<u8>>, Error> {
    if path.exists() { fs::read(path).map(Some).map_err(at(path)) } else { Ok(None) }
}

/// Whole or not at all: a new file beside the old one, synced, then renamed over it.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let new = path.with_extension("new");
    let mut file = fs::File::create(&new).map_err(at(&new))?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(at(&new))?;
    fs::rename(&new, path).map_err(at(path))
}

const ISSUER: &str = "issuer";
