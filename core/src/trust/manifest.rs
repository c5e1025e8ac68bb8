//! The manifest: which chunks make the exposure list, and which catalogues belong to it.
//!
//! It is small and signed; everything else is named in it by its hash. A phone accepts it by
//! signature and by (epoch, sequence), never by its clock: a phone whose clock is wrong still
//! warns.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::envelope::max_len;
use super::json::{self, Count, Hex};
use super::{Envelope, Refusal, Role, Root};
use crate::list::ListedChunk;
use crate::seal::{self, ChunkId, Purpose};
use crate::time::Instant;

/// A verified manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// The deployment it belongs to.
    pub deployment: [u8; 16],
    /// The key epoch.
    pub epoch: u64,
    /// Counts up with every manifest and every chunk of an epoch.
    pub sequence: u64,
    /// When it was made.
    pub created: Instant,
    /// Until when it promises to be the newest. Nothing is refused after that; an app says that
    /// its information is old.
    pub not_after: Instant,
    /// Until when notifications wait. Matches stay visible.
    pub hold: Option<Instant>,
    /// The exposure list, ascending by sequence.
    pub chunks: Vec<ListedChunk>,
    /// The newest catalogues, ascending by purpose; those that this version does not know are
    /// left out.
    pub catalogues: Vec<ListedCatalogue>,
    hash: [u8; 32],
}

/// A catalogue as the manifest names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListedCatalogue {
    /// Which catalogue.
    pub purpose: Purpose,
    /// Its version.
    pub version: u64,
    /// Size of the whole document in bytes.
    pub size: u32,
    /// SHA-256 over the whole document as served.
    pub hash: [u8; 32],
}

/// How far a phone has come with the list of a deployment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListState {
    /// The key epoch of the manifest held.
    pub epoch: u64,
    /// Its sequence.
    pub sequence: u64,
    /// SHA-256 over its payload.
    pub hash: [u8; 32],
}

/// What a phone holds when the next manifest comes.
#[derive(Debug, Clone, Copy)]
pub struct HeldList<'a> {
    /// How far it has come.
    pub state: ListState,
    /// The chunks that the manifest held lists.
    pub chunks: &'a [ListedChunk],
}

impl Manifest {
    /// Reads a manifest under the root in force. One with the same payload as that held is
    /// accepted, has the same [`Manifest::state`], and brings nothing new.
    ///
    /// # Errors
    /// A [`Refusal`]; what is held stays in force.
    pub fn open(bytes: &[u8], root: &Root, held: Option<HeldList<'_>>) -> Result<Self, Refusal> {
        let envelope = Envelope::parse(bytes, Purpose::Manifest)?;
        let signed = root.open(&envelope, Role::List)?;
        let manifest = Self::parse(signed.payload())?;
        let day = manifest.created.day();
        signed.on(day)?;
        if manifest.deployment != *root.deployment() {
            return Err(Refusal::Deployment);
        }
        if manifest.epoch != root.epoch() {
            return Err(Refusal::ManifestEpoch);
        }
        if manifest.not_after > root.expires().plus(1).start() {
            return Err(Refusal::ManifestTimes);
        }
        // Who can hold warnings back can silence phones, so one stolen key must not do.
        if manifest.hold.is_some() && !signed.by_two(day) {
            return Err(Refusal::ManifestHold);
        }
        if let Some(held) = held {
            manifest.follows(held)?;
        }
        Ok(manifest)
    }

    /// Reads a manifest that was accepted before a restart, from the file where it lay and its
    /// hash from a sealed place. See [`Root::restore`](super::Root::restore) for why the
    /// signatures are not checked again.
    ///
    /// # Errors
    /// [`Refusal::Stored`] when it is not the document that was accepted.
    pub fn restore(bytes: &[u8], sha256: &[u8; 32]) -> Result<Self, Refusal> {
        Self::parse(Envelope::stored(bytes, Purpose::Manifest, sha256)?.unverified())
    }

    /// How far a phone has come that accepted it.
    #[must_use]
    pub fn state(&self) -> ListState {
        ListState { epoch: self.epoch, sequence: self.sequence, hash: self.hash }
    }

    /// What a phone that accepted it holds when the next one comes.
    #[must_use]
    pub fn held(&self) -> HeldList<'_> {
        HeldList { state: self.state(), chunks: &self.chunks }
    }

    /// The catalogue of a purpose, if the manifest names one.
    #[must_use]
    pub fn catalogue(&self, purpose: Purpose) -> Option<&ListedCatalogue> {
        self.catalogues.iter().find(|catalogue| catalogue.purpose == purpose)
    }

    /// Never back, never far ahead, and no chunk is ever another one.
    fn follows(&self, held: HeldList<'_>) -> Result<(), Refusal> {
        let HeldList { state: before, chunks } = held;
        let now = (self.epoch, self.sequence);
        if now < (before.epoch, before.sequence) {
            return Err(Refusal::Rollback);
        }
        if now == (before.epoch, before.sequence) && self.hash != before.hash {
            return Err(Refusal::Changed);
        }
        let same_epoch = self.epoch == before.epoch;
        // Whoever once signs a sequence close to the end would leave no room for the next.
        if same_epoch && self.sequence - before.sequence > MAX_JUMP {
            return Err(Refusal::ManifestJump);
        }
        let by_id: BTreeMap<ChunkId, &ListedChunk> = chunks.iter().map(|c| (c.id, c)).collect();
        let by_sequence: BTreeMap<u64, ChunkId> =
            chunks.iter().map(|c| (c.sequence, c.id)).collect();
        for chunk in &self.chunks {
            let other = by_id.get(&chunk.id).is_some_and(|before| *before != chunk);
            // A sequence given twice would leave open which mention holds. A new epoch counts
            // from the start: what a stolen key said of a chunk must not stand in its way.
            let taken = by_sequence.get(&chunk.sequence).is_some_and(|id| *id != chunk.id);
            if same_epoch && (other || taken) {
                return Err(Refusal::ChunkChanged);
            }
        }
        Ok(())
    }

    /// Everything that a payload says of itself.
    fn parse(payload: &[u8]) -> Result<Self, Refusal> {
        let document: ManifestDocument = json::read(payload)?;
        let ManifestDocument { created, not_after, hold, .. } = document;
        if created >= not_after {
            return Err(Refusal::ManifestTimes);
        }
        if hold.0 != 0 && !(created.0 + 1..=created.0 + MAX_HOLD).contains(&hold.0) {
            return Err(Refusal::ManifestHold);
        }
        Ok(Self {
            deployment: document.deployment.0,
            epoch: document.epoch.0,
            sequence: document.sequence.0,
            created: instant(created),
            not_after: instant(not_after),
            hold: (hold.0 != 0).then(|| instant(hold)),
            chunks: chunks(&document.chunks, document.sequence)?,
            catalogues: catalogues(&document.catalogues)?,
            hash: seal::sha256(payload),
        })
    }
}

/// The payload as JSON; the order of the fields is the format.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ManifestDocument {
    deployment: Hex<16>,
    epoch: Count,
    sequence: Count,
    created: Count,
    not_after: Count,
    hold: Count,
    chunks: Vec<ChunkDocument>,
    catalogues: Vec<CatalogueDocument>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ChunkDocument {
    id: Hex<16>,
    sequence: Count,
    size: Count,
    head: Hex<32>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CatalogueDocument {
    purpose: String,
    version: Count,
    size: Count,
    hash: Hex<32>,
}

fn chunks(documents: &[ChunkDocument], manifest: Count) -> Result<Vec<ListedChunk>, Refusal> {
    let ascending = documents.is_sorted_by(|a, b| a.sequence < b.sequence);
    let bounded = documents.iter().all(|c| c.sequence.0 >= 1 && c.sequence < manifest);
    let ids: BTreeSet<Hex<16>> = documents.iter().map(|c| c.id).collect();
    if !ascending || !bounded || ids.len() != documents.len() {
        return Err(Refusal::ManifestChunks);
    }
    let mut total = 0;
    let chunk = |document: &ChunkDocument| {
        let ChunkDocument { id, sequence, size, head } = document;
        let size: u32 = size.within(1..=MAX_CHUNK, Refusal::ManifestSize)?;
        total += u64::from(size);
        if total > MAX_LIST {
            return Err(Refusal::ManifestSize);
        }
        Ok(ListedChunk { id: ChunkId(id.0), sequence: sequence.0, size, head: head.0 })
    };
    documents.iter().map(chunk).collect()
}

/// A purpose that is not known is passed over, so that a later version can add one.
fn catalogues(documents: &[CatalogueDocument]) -> Result<Vec<ListedCatalogue>, Refusal> {
    if !documents.is_sorted_by(|a, b| a.purpose < b.purpose) {
        return Err(Refusal::ManifestCatalogues);
    }
    let known = |document: &CatalogueDocument| {
        let CatalogueDocument { purpose, version, size, hash } = document;
        let purpose = *CATALOGUES.iter().find(|known| known.id() == purpose)?;
        let most = max_len(purpose) as u64;
        let size = size.within(1..=most, Refusal::ManifestCatalogues);
        let hash = hash.0;
        Some(size.map(|size| ListedCatalogue { purpose, version: version.0, size, hash }))
    };
    documents.iter().filter_map(known).collect()
}

/// Times are below 2⁵³, so they fit; what lies behind the year 9999 is refused by the root's end.
fn instant(seconds: Count) -> Instant {
    Instant::from_unix(i64::try_from(seconds.0).unwrap_or(i64::MAX))
}

/// Everything that a manifest can name beside chunks.
const CATALOGUES: [Purpose; 6] = [
    Purpose::Advice,
    Purpose::Areas,
    Purpose::Policy,
    Purpose::Prefixes,
    Purpose::Revocation,
    Purpose::Upload,
];
const MAX_CHUNK: u64 = 16 * 1024 * 1024;
const MAX_LIST: u64 = 96 * 1024 * 1024;
const MAX_JUMP: u64 = 100_000;
/// 72 hours.
const MAX_HOLD: u64 = 72 * 3600;

#[cfg(feature = "publish")]
mod publish {
    use super::*;

    /// What the authority puts into a manifest.
    #[derive(Debug, Clone)]
    pub struct ManifestDraft {
        /// The deployment.
        pub deployment: [u8; 16],
        /// The key epoch of the root in force.
        pub epoch: u64,
        /// Above that of every manifest and chunk of this epoch.
        pub sequence: u64,
        /// When it is made.
        pub created: Instant,
        /// Until when it promises to be the newest.
        pub not_after: Instant,
        /// Until when notifications wait.
        pub hold: Option<Instant>,
        /// The exposure list.
        pub chunks: Vec<ListedChunk>,
        /// The newest catalogues.
        pub catalogues: Vec<ListedCatalogue>,
    }

    impl ManifestDraft {
        /// The payload to be signed; chunks and catalogues are sorted here.
        ///
        /// # Errors
        /// What a phone would refuse of the payload alone.
        pub fn encode(&self) -> Result<Vec<u8>, Refusal> {
            let payload = json::write(&ManifestDocument::from(self));
            Manifest::parse(&payload)?;
            Ok(payload)
        }
    }

    impl From<&ManifestDraft> for ManifestDocument {
        fn from(draft: &ManifestDraft) -> Self {
            let mut chunks = draft.chunks.clone();
            chunks.sort_by_key(|chunk| chunk.sequence);
            let mut catalogues = draft.catalogues.clone();
            catalogues.sort_by_key(|catalogue| catalogue.purpose.id());
            let seconds = |at: Instant| Count(u64::try_from(at.unix()).unwrap_or(0));
            let chunk = |chunk: ListedChunk| ChunkDocument {
                id: Hex(chunk.id.0),
                sequence: Count(chunk.sequence),
                size: Count(chunk.size.into()),
                head: Hex(chunk.head),
            };
            let catalogue = |catalogue: ListedCatalogue| CatalogueDocument {
                purpose: catalogue.purpose.id().to_owned(),
                version: Count(catalogue.version),
                size: Count(catalogue.size.into()),
                hash: Hex(catalogue.hash),
            };
            Self {
                deployment: Hex(draft.deployment),
                epoch: Count(draft.epoch),
                sequence: Count(draft.sequence),
                created: seconds(draft.created),
                not_after: seconds(draft.not_after),
                hold: Count(draft.hold.map_or(0, |at| seconds(at).0)),
                chunks: chunks.into_iter().map(chunk).collect(),
                catalogues: catalogues.into_iter().map(catalogue).collect(),
            }
        }
    }
}
#[cfg(feature = "publish")]
pub use publish::ManifestDraft;
