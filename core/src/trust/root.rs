//! The root: which keys a deployment trusts, for what, where and when.
//!
//! It is signed by m of n keys that live offline. A phone starts from the root that its app
//! embeds and follows one step at a time; each next root is signed by the thresholds of the
//! root before it and of itself, so neither can be skipped or forged.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::json::{self, Count, Hex, IsoDay};
use super::{Envelope, Refusal, Signed};
use crate::area::code::{AreaCode, AreaScope, Map};
use crate::seal::{KeyId, PublicKey, Purpose};
use crate::time::Day;

/// The keys of a deployment, verified.
#[derive(Debug, Clone)]
pub struct Root {
    deployment: [u8; 16],
    version: u64,
    epoch: u64,
    created: Day,
    expires: Day,
    issuers: Vec<Issuer>,
    roles: [RoleKeys; 4],
}

/// What a group of keys may sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The next root.
    Root = 0,
    /// Manifests of exposure lists.
    List = 1,
    /// Catalogues: revocation, prefixes, areas, advice, policy.
    Catalogue = 2,
    /// The keys to which diaries are shared.
    Upload = 3,
}

/// A public key and the days on which its signatures count.
#[derive(Debug, Clone)]
pub struct Key {
    /// How documents name it.
    pub id: KeyId,
    /// The key.
    pub key: PublicKey,
    /// First day on which it is valid.
    pub first: Day,
    /// Last day on which it is.
    pub last: Day,
}

impl Key {
    /// Whether a document of that day may be signed with it.
    #[must_use]
    pub fn is_valid(&self, day: Day) -> bool {
        (self.first..=self.last).contains(&day)
    }
}

/// A key that signs venue codes, for some areas only.
#[derive(Debug, Clone)]
pub struct Issuer {
    /// The key and its days.
    pub key: Key,
    /// Where its codes may lie.
    pub scopes: Vec<AreaScope>,
}

impl Issuer {
    /// Whether it may issue a code for that area whose first valid day is `first`.
    #[must_use]
    pub fn may_issue(&self, area: AreaCode, first: Day) -> bool {
        self.key.is_valid(first) && self.scopes.iter().any(|scope| area.within(scope))
    }
}

impl Root {
    /// Reads the root that an app embeds. It must be signed by its own threshold.
    ///
    /// # Errors
    /// A [`Refusal`].
    pub fn embedded(bytes: &[u8]) -> Result<Self, Refusal> {
        let envelope = Envelope::parse(bytes, Purpose::Root)?;
        // Its own keys are in it: here, and only here, a payload is read before it is verified.
        let root = Self::parse(envelope.unverified())?;
        root.open(&envelope, Role::Root)?.on(root.created)?;
        Ok(root)
    }

    /// Reads the root that follows this one.
    ///
    /// # Errors
    /// A [`Refusal`]; this root stays in force.
    pub fn step(&self, bytes: &[u8]) -> Result<Self, Refusal> {
        let envelope = Envelope::parse(bytes, Purpose::Root)?;
        let signed = self.open(&envelope, Role::Root)?;
        let next = Self::parse(signed.payload())?;
        signed.on(next.created)?;
        next.open(&envelope, Role::Root)?.on(next.created)?;
        if next.deployment != self.deployment {
            return Err(Refusal::Deployment);
        }
        if Some(next.version) != self.version.checked_add(1) {
            return Err(Refusal::RootStep);
        }
        if !(0..=1).contains(&(next.epoch.wrapping_sub(self.epoch))) {
            return Err(Refusal::RootEpoch);
        }
        Ok(next)
    }

    /// Reads a root that was accepted before a restart, from the file where it lay and its hash
    /// from a sealed place.
    ///
    /// Its signatures are not checked again, and could not be: they were checked when it was
    /// taken, under the root before it, which is gone. The same holds for catalogues and the
    /// manifest, whose keys may have left the root since. What is asked here is another question,
    /// whether these are the bytes that were accepted then, and the hash answers it alone; who
    /// can forge the sealed place can forge everything that a phone remembers.
    ///
    /// # Errors
    /// [`Refusal::Stored`] when it is not the document that was accepted.
    pub fn restore(bytes: &[u8], sha256: &[u8; 32]) -> Result<Self, Refusal> {
        Self::parse(Envelope::stored(bytes, Purpose::Root, sha256)?.unverified())
    }

    /// The deployment: one health authority's system.
    #[must_use]
    pub fn deployment(&self) -> &[u8; 16] {
        &self.deployment
    }

    /// Its version, from 1.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.version
    }

    /// The key epoch: a new one makes phones start their lists again.
    #[must_use]
    pub fn epoch(&self) -> u64 {
        self.epoch
    }

    /// The day on which it was made.
    #[must_use]
    pub fn created(&self) -> Day {
        self.created
    }

    /// The last day that a document may name as its own end.
    #[must_use]
    pub fn expires(&self) -> Day {
        self.expires
    }

    /// The issuer of a code, by the key id that the code names.
    #[must_use]
    pub fn issuer(&self, id: KeyId) -> Option<&Issuer> {
        self.issuers.iter().find(|issuer| issuer.key.id == id)
    }

    /// Every issuer of venue codes.
    #[must_use]
    pub fn issuers(&self) -> &[Issuer] {
        &self.issuers
    }

    /// How many keys of a role must sign, and which they are.
    #[must_use]
    pub fn keys(&self, role: Role) -> (u32, &[Key]) {
        let RoleKeys { threshold, keys } = &self.roles[role as usize];
        (*threshold, keys)
    }

    /// Checks that enough keys of the role signed a document.
    ///
    /// # Errors
    /// [`Refusal::Threshold`].
    pub fn open<'a>(&self, envelope: &Envelope<'a>, role: Role) -> Result<Signed<'a>, Refusal> {
        let (threshold, keys) = self.keys(role);
        envelope.verify(keys, threshold)
    }

    fn parse(payload: &[u8]) -> Result<Self, Refusal> {
        json::read::<RootDocument>(payload)?.check()
    }
}

#[derive(Debug, Clone)]
struct RoleKeys {
    threshold: u32,
    keys: Vec<Key>,
}

/// The payload of a root as JSON; the order of the fields is the format.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RootDocument {
    deployment: Hex<16>,
    version: Count,
    epoch: Count,
    created: IsoDay,
    expires: IsoDay,
    root: RoleDocument,
    list: RoleDocument,
    catalogue: RoleDocument,
    upload: RoleDocument,
    issuers: Vec<IssuerDocument>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RoleDocument {
    threshold: Count,
    keys: Vec<KeyDocument>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyDocument {
    key: Hex<32>,
    first: IsoDay,
    last: IsoDay,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct IssuerDocument {
    key: Hex<32>,
    first: IsoDay,
    last: IsoDay,
    scopes: Vec<ScopeDocument>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ScopeDocument {
    map: u8,
    area: String,
}

impl RootDocument {
    fn check(self) -> Result<Root, Refusal> {
        let Self { deployment, version, epoch, created, expires, .. } = &self;
        if version.0 == 0 {
            return Err(Refusal::RootVersion);
        }
        if expires < created {
            return Err(Refusal::RootExpiry);
        }
        let roles =
            [self.root.check()?, self.list.check()?, self.catalogue.check()?, self.upload.check()?];
        let issuers: Vec<Issuer> =
            self.issuers.iter().map(IssuerDocument::check).collect::<Result<_, _>>()?;
        // Ids are short, and a key has one role: two equal ids anywhere are refused.
        let mut ids = BTreeSet::new();
        let mut keys = roles.iter().flat_map(|r| &r.keys).chain(issuers.iter().map(|i| &i.key));
        if !keys.all(|key| ids.insert(key.id)) {
            return Err(Refusal::RootKeyIds);
        }
        Ok(Root {
            deployment: deployment.0,
            version: version.0,
            epoch: epoch.0,
            created: created.0,
            expires: expires.0,
            issuers,
            roles,
        })
    }
}

impl RoleDocument {
    fn check(&self) -> Result<RoleKeys, Refusal> {
        let keys: Vec<Key> = self
            .keys
            .iter()
            .map(|KeyDocument { key, first, last }| check_key(key, first, last))
            .collect::<Result<_, _>>()?;
        let threshold = u32::try_from(self.threshold.0).map_err(|_| Refusal::RootThreshold)?;
        if threshold == 0 || threshold as usize > keys.len() {
            return Err(Refusal::RootThreshold);
        }
        Ok(RoleKeys { threshold, keys })
    }
}

impl IssuerDocument {
    fn check(&self) -> Result<Issuer, Refusal> {
        let Self { key, first, last, scopes } = self;
        let scopes = scopes
            .iter()
            .map(|ScopeDocument { map, area }| {
                let map = Map::from_number(*map).ok_or(Refusal::RootScope)?;
                AreaScope::parse(map, area).map_err(|_| Refusal::RootScope)
            })
            .collect::<Result<_, _>>()?;
        Ok(Issuer { key: check_key(key, first, last)?, scopes })
    }
}

fn check_key(key: &Hex<32>, first: &IsoDay, last: &IsoDay) -> Result<Key, Refusal> {
    let key = PublicKey::from_bytes(&key.0).ok_or(Refusal::RootKey)?;
    if last < first {
        return Err(Refusal::RootDays);
    }
    Ok(Key { id: key.derive_id(), key, first: first.0, last: last.0 })
}

#[cfg(feature = "publish")]
mod publish {
    use super::*;

    /// What the authority puts into a root. The thresholds and days are checked like those of
    /// any root that comes from outside.
    #[derive(Debug, Clone)]
    pub struct RootDraft {
        /// The deployment.
        pub deployment: [u8; 16],
        /// Its version, from 1.
        pub version: u64,
        /// The key epoch.
        pub epoch: u64,
        /// The day on which it is made.
        pub created: Day,
        /// The last day that a document may name as its own end.
        pub expires: Day,
        /// Threshold and keys by role.
        pub roles: [(Role, u32, Vec<Key>); 4],
        /// The issuers of venue codes.
        pub issuers: Vec<Issuer>,
    }

    impl RootDraft {
        /// The draft of the root that follows: the same keys, one version on.
        #[must_use]
        pub fn after(root: &Root, created: Day) -> Self {
            let role = |role| {
                let (threshold, keys) = root.keys(role);
                (role, threshold, keys.to_vec())
            };
            Self {
                deployment: root.deployment,
                version: root.version + 1,
                epoch: root.epoch,
                created,
                expires: root.expires,
                roles: [Role::Root, Role::List, Role::Catalogue, Role::Upload].map(role),
                issuers: root.issuers.clone(),
            }
        }

        /// The payload to be signed.
        ///
        /// # Errors
        /// What a phone would refuse.
        pub fn encode(&self) -> Result<Vec<u8>, Refusal> {
            let role = |wanted: Role| {
                let found = self.roles.iter().find(|(role, ..)| *role == wanted);
                let (_, threshold, keys) = found.ok_or(Refusal::RootThreshold)?;
                let keys = keys.iter().map(key_document).collect();
                Ok(RoleDocument { threshold: Count(u64::from(*threshold)), keys })
            };
            let document = RootDocument {
                deployment: Hex(self.deployment),
                version: Count(self.version),
                epoch: Count(self.epoch),
                created: IsoDay(self.created),
                expires: IsoDay(self.expires),
                root: role(Role::Root)?,
                list: role(Role::List)?,
                catalogue: role(Role::Catalogue)?,
                upload: role(Role::Upload)?,
                issuers: self.issuers.iter().map(issuer_document).collect(),
            };
            let payload = json::write(&document);
            document.check()?;
            Ok(payload)
        }
    }

    fn key_document(key: &Key) -> KeyDocument {
        KeyDocument {
            key: Hex(*key.key.as_bytes()),
            first: IsoDay(key.first),
            last: IsoDay(key.last),
        }
    }

    fn issuer_document(issuer: &Issuer) -> IssuerDocument {
        let KeyDocument { key, first, last } = key_document(&issuer.key);
        let scopes = issuer.scopes.iter();
        let scopes = scopes
            .map(|scope| ScopeDocument { map: scope.map().number(), area: scope.to_string() })
            .collect();
        IssuerDocument { key, first, last, scopes }
    }
}
#[cfg(feature = "publish")]
pub use publish::RootDraft;
