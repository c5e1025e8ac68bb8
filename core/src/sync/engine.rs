//! The steps of a sync: root, manifest, catalogues, chunks, commit.

use std::collections::VecDeque;

use super::SyncError;
use crate::diary::{CATALOGUES, Followed, TakenList};
use crate::diary::{Diary, Inner, Now};
use crate::diary::{chunk_file, document_file, part_file};
use crate::error::Error;
use crate::list::{ListedChunk, Stream};
use crate::seal::{Purpose, sha256};
use crate::text::hex;
use crate::trust::{Anchors, ListState, ListedCatalogue, Manifest};

/// A publication on its way in.
pub struct Sync {
    deployment: [u8; 16],
    /// What will be in force; the diary's own stays as it is until the end.
    anchors: Anchors,
    /// The last root that came, as a document.
    root: Option<Vec<u8>>,
    hops: u32,
    /// What the phone held when it began.
    held: Option<(ListState, Vec<ListedChunk>)>,
    manifest: Option<(Manifest, Vec<u8>)>,
    catalogues: Vec<(Purpose, Vec<u8>)>,
    steps: VecDeque<Step>,
    /// The document that is coming in.
    document: Vec<u8>,
    chunk: Option<Incoming>,
    /// Bytes that came over the network.
    fetched: u64,
}

enum Step {
    /// The root of this version, if there is one already.
    Root(u64),
    Manifest,
    Catalogue(ListedCatalogue),
    Chunk(ListedChunk),
}

/// A chunk that is coming in, verified as far as it has come.
struct Incoming {
    stream: Stream,
    listed: ListedChunk,
    taken: u32,
}

/// What a sync needs next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Want {
    /// Where it lies below the deployment's address.
    pub path: String,
    /// The bytes before this one are here already, from an attempt that was cut off.
    pub from: u64,
    /// More than so many bytes it cannot be; what is longer need not be read.
    pub most: u64,
    /// It may not exist: then call [`Diary::absent`].
    pub optional: bool,
}

/// What a finished sync brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Report {
    /// Whose publication.
    pub deployment: [u8; 16],
    /// The number of the manifest in force.
    pub sequence: u64,
    /// Whether it is newer than the one before.
    pub is_new: bool,
    /// Bytes fed.
    pub fetched: u64,
}

impl Sync {
    /// What to fetch next; nothing more when everything is here, and then
    /// [`Diary::finish`] takes it over.
    #[must_use]
    pub fn want(&self) -> Option<Want> {
        let (path, from, most, optional) = match self.steps.front()? {
            Step::Root(version) => (format!("root/{version}"), 0, LARGEST_ROOT, true),
            Step::Manifest => (String::from("manifest"), 0, LARGEST_MANIFEST, false),
            Step::Catalogue(listed) => {
                (format!("catalogue/{}", hex::encode(&listed.hash)), 0, listed.size.into(), false)
            }
            Step::Chunk(listed) => {
                let from = self.chunk.as_ref().map_or(0, |chunk| chunk.taken.into());
                (format!("chunk/{}", hex::encode(&listed.id.0)), from, listed.size.into(), false)
            }
        };
        Some(Want { path, from, most, optional })
    }

    /// What was wanted was cut off: a document begins anew, for the next one may be another; a
    /// chunk goes on where it stands, as [`Sync::want`] says.
    pub fn again(&mut self) {
        self.document.clear();
    }
}

impl Diary {
    /// Begins a sync with a deployment that is followed.
    ///
    /// # Errors
    /// [`SyncError::Diary`] with [`Error::Untrusted`] if it is not followed, or its root was
    /// lost: call [`Diary::follow`] first.
    pub fn plan(&self, deployment: &[u8; 16]) -> Result<Sync, SyncError> {
        self.with_sync(|inner| {
            inner.load_lists();
            let known = inner.lists.of(deployment).ok_or(Error::Untrusted)?;
            let root = known.anchors.root().ok_or(Error::Untrusted)?;
            let next = root.version() + 1;
            let followed = inner.followed(deployment)?;
            let chunks = known.manifest.as_ref().map_or(Vec::new(), |m| m.chunks.clone());
            Ok(Sync {
                deployment: *deployment,
                anchors: known.anchors.clone(),
                root: None,
                hops: 0,
                held: followed.list.map(|list| (list.state, chunks)),
                manifest: None,
                catalogues: Vec::new(),
                steps: VecDeque::from([Step::Root(next), Step::Manifest]),
                document: Vec::new(),
                chunk: None,
                fetched: 0,
            })
        })
    }

    /// Takes the next bytes of what [`Sync::want`] named, from its `from` on. After an error the
    /// sync is over; another attempt goes on where this one stood.
    ///
    /// # Errors
    /// A [`SyncError`]; what the phone holds has not changed.
    pub fn feed(&self, sync: &mut Sync, bytes: &[u8]) -> Result<(), SyncError> {
        let want = sync.want().ok_or(SyncError::OutOfTurn)?;
        sync.fetched += u64::try_from(bytes.len()).unwrap_or(0);
        let Some(Step::Chunk(_)) = sync.steps.front() else {
            let len = sync.document.len().saturating_add(bytes.len());
            if u64::try_from(len).is_ok_and(|len| len > want.most) {
                return Err(SyncError::TooLarge);
            }
            sync.document.extend_from_slice(bytes);
            return Ok(());
        };
        let chunk = sync.chunk.as_mut().ok_or(SyncError::OutOfTurn)?;
        chunk.stream.feed(bytes)?;
        let name = part_file(&sync.deployment, &chunk.listed.id);
        self.with_sync(|inner| {
            inner.journal.disk_mut().write_at(&name, chunk.taken.into(), bytes)?;
            Ok(())
        })?;
        chunk.taken += u32::try_from(bytes.len()).map_err(|_| SyncError::TooLarge)?;
        Ok(())
    }

    /// All bytes of what was wanted have come.
    ///
    /// # Errors
    /// A [`SyncError`]; what the phone holds has not changed.
    pub fn complete(&self, sync: &mut Sync) -> Result<(), SyncError> {
        let step = sync.steps.pop_front().ok_or(SyncError::OutOfTurn)?;
        let document = std::mem::take(&mut sync.document);
        match step {
            Step::Root(version) => {
                sync.hops += 1;
                if sync.hops > MOST_HOPS {
                    return Err(SyncError::ManyRoots);
                }
                sync.anchors.accept_root(&document)?;
                sync.root = Some(document);
                sync.steps.push_front(Step::Root(version + 1));
            }
            Step::Manifest => {
                let root = sync.anchors.root().ok_or(Error::Untrusted)?;
                let held = sync.held.as_ref().map(|(state, chunks)| crate::trust::HeldList {
                    state: *state,
                    chunks: chunks.as_slice(),
                });
                let manifest = Manifest::open(&document, root, held)?;
                for listed in &manifest.catalogues {
                    let held = sync.anchors.held(listed.purpose);
                    if held.is_none_or(|held| held.hash != listed.hash) {
                        sync.steps.push_back(Step::Catalogue(*listed));
                    }
                }
                for listed in &manifest.chunks {
                    let known = sync.held.as_ref().is_some_and(|(_, held)| held.contains(listed));
                    if !self.has_chunk(&sync.deployment, listed, known)? {
                        sync.steps.push_back(Step::Chunk(*listed));
                    }
                }
                sync.manifest = Some((manifest, document));
            }
            Step::Catalogue(listed) => {
                if sha256(&document) != listed.hash {
                    return Err(SyncError::Catalogue);
                }
                accept(&mut sync.anchors, listed.purpose, &document)?;
                if sync.anchors.held(listed.purpose).map(|h| h.version) != Some(listed.version) {
                    return Err(SyncError::Catalogue);
                }
                sync.catalogues.push((listed.purpose, document));
            }
            Step::Chunk(listed) => {
                let chunk = sync.chunk.take().ok_or(SyncError::OutOfTurn)?;
                chunk.stream.end()?;
                let part = part_file(&sync.deployment, &listed.id);
                let name = chunk_file(&sync.deployment, &listed.id);
                self.with_sync(|inner| {
                    let disk = inner.journal.disk_mut();
                    disk.sync(&part)?;
                    disk.rename(&part, &name)?;
                    Ok(())
                })?;
            }
        }
        self.prepare(sync)
    }

    /// What was wanted is not there.
    ///
    /// # Errors
    /// [`SyncError::Missing`] unless it was optional.
    pub fn absent(&self, sync: &mut Sync) -> Result<(), SyncError> {
        match sync.steps.front() {
            Some(Step::Root(_)) => {
                sync.steps.pop_front();
                sync.document.clear();
                self.prepare(sync)
            }
            Some(_) => Err(SyncError::Missing),
            None => Err(SyncError::OutOfTurn),
        }
    }

    /// Takes everything over at once and matches the diary against it. What the phone held before
    /// is in force until the moment in which this returns.
    ///
    /// # Errors
    /// [`SyncError::OutOfTurn`] while something is still wanted; [`SyncError::Diary`] with
    /// [`Error::Full`] or [`Error::Storage`], and then nothing has changed.
    pub fn finish(&self, sync: Sync, now: &Now) -> Result<Report, SyncError> {
        if !sync.steps.is_empty() {
            return Err(SyncError::OutOfTurn);
        }
        let (manifest, document) = sync.manifest.as_ref().ok_or(SyncError::OutOfTurn)?;
        let state = manifest.state();
        let report = Report {
            deployment: sync.deployment,
            sequence: state.sequence,
            is_new: sync.held.as_ref().is_none_or(|(held, _)| *held != state),
            fetched: sync.fetched,
        };
        self.with_sync(|inner| {
            let mut followed = inner.followed(&sync.deployment)?;
            // Another sync may have gone further in the meantime.
            if followed.list.is_some_and(|list| {
                (list.state.epoch, list.state.sequence) > (state.epoch, state.sequence)
            }) {
                return Err(SyncError::OutOfTurn);
            }
            let id = &sync.deployment;
            let mut keep = |document: &[u8]| -> Result<[u8; 32], SyncError> {
                let hash = sha256(document);
                inner.write_list_file(&document_file(id, &hash), document)?;
                Ok(hash)
            };
            if let (Some(document), Some(root)) = (&sync.root, sync.anchors.root()) {
                followed.root = (root.version(), keep(document)?);
            }
            for (purpose, document) in &sync.catalogues {
                let place = CATALOGUES.iter().position(|known| known == purpose);
                let place = place.and_then(|place| u8::try_from(place).ok());
                followed.catalogues.insert(place.ok_or(SyncError::Catalogue)?, keep(document)?);
            }
            followed.list = Some(TakenList {
                document: keep(document)?,
                state,
                created: manifest.created,
                not_after: manifest.not_after,
            });
            followed.standing = sync.anchors.standing().encode();
            inner.take_lists(followed, manifest.created, now)?;
            Ok(())
        })?;
        Ok(report)
    }

    /// Gets ready for the next chunk: goes on behind what an earlier attempt left, after
    /// verifying it once more.
    fn prepare(&self, sync: &mut Sync) -> Result<(), SyncError> {
        let Some(Step::Chunk(listed)) = sync.steps.front() else { return Ok(()) };
        if sync.chunk.is_some() {
            return Ok(());
        }
        let (listed, name) = (*listed, part_file(&sync.deployment, &listed.id));
        let (stream, taken) = self.with_sync(|inner| {
            let (mut stream, mut taken) = (Stream::new(listed), 0_u32);
            loop {
                let piece = inner.journal.disk().read_at(&name, taken.into(), PIECE);
                let piece = piece.unwrap_or_default();
                if piece.is_empty() && taken > 0 {
                    break;
                }
                if piece.is_empty() || stream.feed(&piece).is_err() {
                    // Nothing of use: begins anew.
                    inner.journal.disk_mut().create(&name, &[])?;
                    stream = Stream::new(listed);
                    break;
                }
                taken += u32::try_from(piece.len()).map_err(|_| SyncError::TooLarge)?;
            }
            // Behind the last whole block anything may lie: the power may have gone.
            let taken = u32::try_from(stream.settle()).map_err(|_| SyncError::TooLarge)?;
            Ok((stream, taken))
        })?;
        sync.chunk = Some(Incoming { stream, listed, taken });
        // It was cut off between its last byte and its name.
        if taken == listed.size { self.complete(sync) } else { Ok(()) }
    }

    /// Whether a listed chunk is on disk. One that no list in force names is read through.
    fn has_chunk(
        &self,
        deployment: &[u8; 16],
        listed: &ListedChunk,
        known: bool,
    ) -> Result<bool, SyncError> {
        let name = chunk_file(deployment, &listed.id);
        self.with_sync(|inner| {
            let disk = inner.journal.disk();
            let mut stream = Stream::new(*listed);
            let mut taken = 0;
            loop {
                let Ok(piece) = disk.read_at(&name, taken, PIECE) else { return Ok(false) };
                if known && !piece.is_empty() {
                    return Ok(true);
                }
                if piece.is_empty() {
                    return Ok(stream.end().is_ok());
                }
                if stream.feed(&piece).is_err() {
                    return Ok(false);
                }
                taken += u64::try_from(piece.len()).unwrap_or(u64::MAX);
            }
        })
    }

    fn with_sync<T>(
        &self,
        step: impl FnOnce(&mut Inner) -> Result<T, SyncError>,
    ) -> Result<T, SyncError> {
        let mut answer = Err(SyncError::Diary(Error::Closed));
        self.with(|inner| {
            answer = step(inner);
            Ok(())
        })?;
        answer
    }
}

impl Inner {
    fn followed(&self, deployment: &[u8; 16]) -> Result<Followed, SyncError> {
        let found = self.settings.followed.iter().find(|f| f.deployment == *deployment);
        found.cloned().ok_or(SyncError::Diary(Error::Untrusted))
    }
}

fn accept(anchors: &mut Anchors, purpose: Purpose, document: &[u8]) -> Result<(), SyncError> {
    match purpose {
        Purpose::Revocation => anchors.accept_revocation(document)?,
        Purpose::Prefixes => anchors.accept_prefixes(document)?,
        Purpose::Areas => anchors.accept_areas(document)?,
        Purpose::Policy => anchors.accept_policy(document)?,
        Purpose::Advice => anchors.accept_advice(document)?,
        Purpose::Upload => anchors.accept_upload(document)?,
        Purpose::Code | Purpose::Root | Purpose::Manifest => return Err(SyncError::Catalogue),
    }
    Ok(())
}

/// A file is read in pieces of this.
const PIECE: usize = 64 << 10;
const LARGEST_ROOT: u64 = 256 << 10;
const LARGEST_MANIFEST: u64 = 64 << 10;
/// Roots taken in one go: nobody leads a phone in circles for ever. An app embeds the newest root
/// of its day, so more than these mean that the app is too old.
const MOST_HOPS: u32 = 32;
