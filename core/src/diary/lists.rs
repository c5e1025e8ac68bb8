//! The deployments that a diary follows: their keys, lists and catalogues on disk.
//!
//! Lists are public and lie in files of their own; the match ring holds the hash of each document
//! and how far the phone has come. So a file that is lost or damaged is fetched again, one that
//! somebody swapped is not believed, and an older state never comes back.

use std::collections::BTreeMap;
use std::ops::Range;

use super::visit::Now;
use super::{Diary, Inner};
use crate::area::AreaCode;
use crate::error::{Error, Result};
use crate::journal::{Disk, LIST_FILE, PART_FILE};
use crate::list::{Blocks, ChunkRule, Head, ListedChunk, Mention, find};
use crate::seal::{ChunkId, Finder, Purpose, sha256};
use crate::text::hex;
use crate::time::{Day, Instant};
use crate::trust::{Anchors, AreaState, ListState, Manifest, Policy, Root, Standing};
use crate::wire::{Cut, Reader, Writer};

/// How old a deployment's information is. An app always shows it; an old list still warns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Freshness {
    /// Whose.
    pub deployment: [u8; 16],
    /// When the list was made; `None` if none ever came.
    pub created: Option<Instant>,
    /// The list promises that a newer one is there from then on.
    pub not_after: Option<Instant>,
    /// That time has come, or there is no list.
    pub is_stale: bool,
    /// The phone's clock cannot be right: say so, rather than that the list is old.
    pub clock_seems_wrong: bool,
}

/// What a deployment asks of an area.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AreaPolicy {
    /// Whose policy.
    pub deployment: [u8; 16],
    /// Whether apps ask people to check in there.
    pub state: AreaState,
    /// The number of the document that ordered it, and the last day on which it holds.
    pub document: Option<(String, Day)>,
}

impl Diary {
    /// Follows a deployment from the root that the app embeds. Call it at every start: an app
    /// that was updated brings a newer root. Following is what the phone does before its first
    /// list; nothing is fetched here.
    ///
    /// # Errors
    /// [`Error::Untrusted`] if this is no root; [`Error::TooLarge`] with eight others;
    /// [`Error::Full`], [`Error::Storage`].
    pub fn follow(&self, root: &[u8]) -> Result<[u8; 16]> {
        let parsed = Root::embedded(root).map_err(|_| Error::Untrusted)?;
        self.with(|inner| inner.follow(&parsed, root))
    }

    /// Stops following a deployment. Its alerts stay as they are; how far the phone had come with
    /// its lists is forgotten.
    ///
    /// # Errors
    /// [`Error::Full`], [`Error::Storage`].
    pub fn unfollow(&self, deployment: &[u8; 16]) -> Result<()> {
        self.with(|inner| {
            let before = inner.settings.followed.clone();
            inner.settings.followed.retain(|f| f.deployment != *deployment);
            inner.save_settings().inspect_err(|_| inner.settings.followed = before)?;
            inner.lists.forget();
            inner.tidy_lists();
            Ok(())
        })
    }

    /// By how much this installation moves the grid of its syncs
    /// ([`next_sync`](crate::sync::next_sync)): random, and the same for as long as the diary
    /// lives, so that nothing in the diary moves it.
    ///
    /// # Errors
    /// [`Error::Full`], [`Error::Storage`].
    pub fn sync_phase(&self) -> Result<u32> {
        self.with(|inner| {
            if let Some(phase) = inner.settings.phase {
                return Ok(phase);
            }
            let mut bytes = [0; 4];
            inner.journal.random().fill(&mut bytes);
            let phase = u32::from_le_bytes(bytes);
            inner.settings.phase = Some(phase);
            inner.save_settings().inspect_err(|_| inner.settings.phase = None)?;
            Ok(phase)
        })
    }

    /// What a code is judged by: keys and catalogues of every deployment followed.
    ///
    /// # Errors
    /// [`Error::Closed`].
    pub fn anchors(&self) -> Result<Vec<Anchors>> {
        self.with(|inner| {
            inner.load_lists();
            Ok(inner.lists.loaded.iter().map(|d| d.anchors.clone()).collect())
        })
    }

    /// How old the information of each deployment is.
    ///
    /// # Errors
    /// [`Error::Closed`].
    pub fn freshness(&self, now: &Now) -> Result<Vec<Freshness>> {
        self.with(|inner| {
            let clock = inner.clock(now);
            let (time, clock_seems_wrong) = (clock.correct(now), clock.seems_wrong());
            let followed = inner.settings.followed.iter();
            Ok(followed
                .map(|f| Freshness {
                    deployment: f.deployment,
                    created: f.list.map(|list| list.created),
                    not_after: f.list.map(|list| list.not_after),
                    is_stale: f.list.is_none_or(|list| list.not_after <= time),
                    clock_seems_wrong: clock_seems_wrong
                        || f.list.is_some_and(|list| list.created.unix() > time.unix() + SOON),
                })
                .collect())
        })
    }

    /// What the authorities ask of an area today.
    ///
    /// # Errors
    /// [`Error::Closed`].
    pub fn policy(&self, area: AreaCode, now: &Now) -> Result<Vec<AreaPolicy>> {
        self.with(|inner| {
            inner.load_lists();
            let today = inner.clock(now).correct(now).day();
            let policy = |d: &Deployment| {
                let listed = d.standing().listed(area, today);
                AreaPolicy {
                    deployment: d.id,
                    state: d.standing().area(area, today),
                    document: listed.map(|listed| (listed.document.clone(), listed.until)),
                }
            };
            Ok(inner.lists.loaded.iter().map(policy).collect())
        })
    }
}

/// What the match ring remembers of a deployment.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Followed {
    pub(crate) deployment: [u8; 16],
    /// Version of the root in force and SHA-256 of its document.
    pub(crate) root: (u64, [u8; 32]),
    pub(crate) list: Option<TakenList>,
    /// SHA-256 of the document of each catalogue held, by its place in [`CATALOGUES`].
    pub(crate) catalogues: BTreeMap<u8, [u8; 32]>,
    /// From which days a shorter retention and dormant areas act.
    pub(crate) standing: Vec<u8>,
}

/// How far the phone has come with a deployment's list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TakenList {
    /// SHA-256 of the manifest's document.
    pub(crate) document: [u8; 32],
    pub(crate) state: ListState,
    pub(crate) created: Instant,
    pub(crate) not_after: Instant,
}

impl Followed {
    fn holds(&self, purpose: Purpose) -> bool {
        let place = CATALOGUES.iter().position(|known| *known == purpose);
        let place = place.and_then(|place| u8::try_from(place).ok());
        place.is_some_and(|place| self.catalogues.contains_key(&place))
    }

    pub(super) fn encode(&self, w: &mut Writer) {
        w.put(&self.deployment).u64(self.root.0).put(&self.root.1);
        w.u8(u8::from(self.list.is_some()));
        if let Some(TakenList { document, state, created, not_after }) = &self.list {
            w.put(document).u64(state.epoch).u64(state.sequence).put(&state.hash);
            w.i64(created.unix()).i64(not_after.unix());
        }
        w.u8(u8::try_from(self.catalogues.len()).unwrap_or(u8::MAX));
        for (purpose, hash) in &self.catalogues {
            w.u8(*purpose).put(hash);
        }
        w.long(&self.standing);
    }

    pub(super) fn decode(r: &mut Reader<'_>) -> std::result::Result<Self, Cut> {
        let deployment = r.array()?;
        let root = (r.u64()?, r.array()?);
        let list = match r.u8()? {
            0 => None,
            1 => Some(TakenList {
                document: r.array()?,
                state: ListState { epoch: r.u64()?, sequence: r.u64()?, hash: r.array()? },
                created: Instant::from_unix(r.i64()?),
                not_after: Instant::from_unix(r.i64()?),
            }),
            _ => return Err(Cut),
        };
        let mut catalogues = BTreeMap::new();
        for _ in 0..r.u8()? {
            catalogues.insert(r.u8()?, r.array()?);
        }
        let standing = r.long(LONGEST_STANDING)?.to_vec();
        Ok(Self { deployment, root, list, catalogues, standing })
    }
}

/// The deployments followed, as read from their files.
#[derive(Default)]
pub(crate) struct Lists {
    loaded: Vec<Deployment>,
    is_loaded: bool,
}

/// One deployment.
pub(crate) struct Deployment {
    id: [u8; 16],
    pub(crate) anchors: Anchors,
    pub(crate) manifest: Option<Manifest>,
    epoch: u64,
    /// Its list is here, and so is its policy if it ever had one.
    pub(super) can_judge: bool,
    heads: BTreeMap<ChunkId, Head>,
}

impl Lists {
    pub(super) fn len(&self) -> usize {
        self.loaded.len()
    }

    pub(super) fn get(&self, at: usize) -> &Deployment {
        &self.loaded[at]
    }

    pub(crate) fn of(&self, deployment: &[u8; 16]) -> Option<&Deployment> {
        self.loaded.iter().find(|d| d.id == *deployment)
    }

    pub(super) fn all(&self) -> &[Deployment] {
        &self.loaded
    }

    /// The next question reads the files again.
    pub(super) fn forget(&mut self) {
        *self = Self::default();
    }

    /// Changes whenever a match could come out otherwise.
    pub(super) fn fingerprint(&self) -> u64 {
        let mut bytes = Vec::new();
        for deployment in &self.loaded {
            bytes.extend(deployment.id);
            bytes.extend(deployment.manifest.as_ref().map_or([0; 32], |m| m.state().hash));
            let policy = deployment.anchors.held(Purpose::Policy);
            bytes.extend(policy.map_or([0; 32], |held| held.hash));
        }
        u64::from_le_bytes(*sha256(&bytes).first_chunk().expect("SHA-256 has 32 bytes"))
    }
}

impl Deployment {
    pub(super) fn id(&self) -> [u8; 16] {
        self.id
    }

    pub(super) fn epoch(&self) -> u64 {
        self.epoch
    }

    pub(super) fn standing(&self) -> &Standing {
        self.anchors.standing()
    }

    /// Until when this deployment asks phones to be silent.
    pub(super) fn hold(&self) -> Option<Instant> {
        self.manifest.as_ref().and_then(|manifest| manifest.hold)
    }
}

impl Inner {
    /// Reads what is followed, the first time somebody asks. Whatever is lost or is not what was
    /// accepted is left out; the next list brings it back.
    pub(crate) fn load_lists(&mut self) {
        if self.lists.is_loaded {
            return;
        }
        let loaded = self.settings.followed.iter();
        let loaded = loaded.map(|f| load(self.journal.disk(), f, None)).collect();
        self.lists = Lists { loaded, is_loaded: true };
    }

    fn follow(&mut self, root: &Root, bytes: &[u8]) -> Result<[u8; 16]> {
        let deployment = *root.deployment();
        self.load_lists();
        let known = self.settings.followed.iter().position(|f| f.deployment == deployment);
        let stands = known.is_some_and(|at| {
            // A root that was lost from the disk comes back with the app's, if that is no older.
            let held = self.settings.followed[at].root.0;
            let lost = self.lists.of(&deployment).is_none_or(|d| d.anchors.root().is_none());
            held > root.version() || (held == root.version() && !lost)
        });
        if stands {
            self.begin_anew(root);
            return Ok(deployment);
        }
        if known.is_none() && self.settings.followed.len() >= MOST_FOLLOWED {
            return Err(Error::TooLarge);
        }
        let before = self.settings.followed.clone();
        let hash = sha256(bytes);
        self.write_list_file(&document_file(&deployment, &hash), bytes)?;
        let root = (root.version(), hash);
        match known {
            Some(at) => self.settings.followed[at].root = root,
            None => self.settings.followed.push(Followed {
                deployment,
                root,
                list: None,
                catalogues: BTreeMap::new(),
                standing: Vec::new(),
            }),
        }
        self.journal.disk_mut().sync_names()?;
        self.save_settings().inspect_err(|_| self.settings.followed = before)?;
        self.lists.forget();
        self.tidy_lists();
        Ok(deployment)
    }

    /// Where the root that was in force is lost, the app's older one is good for finding the way
    /// to it again: a sync does not end before that version.
    fn begin_anew(&mut self, embedded: &Root) {
        let id = *embedded.deployment();
        let followed = self.settings.followed.iter().find(|f| f.deployment == id);
        let lost = self.lists.loaded.iter_mut().find(|d| d.id == id && d.anchors.root().is_none());
        if let (Some(followed), Some(lost)) = (followed, lost) {
            *lost = load(self.journal.disk(), followed, Some(embedded));
        }
    }

    /// A new file, durable but for its name.
    pub(crate) fn write_list_file(&mut self, name: &str, bytes: &[u8]) -> Result<()> {
        let disk = self.journal.disk_mut();
        // The same document again: the file may be in use, and is not touched.
        if disk.read(name).is_ok_and(|known| known == bytes) {
            return Ok(());
        }
        disk.create(name, bytes)?;
        disk.sync(name)?;
        Ok(())
    }

    /// Removes files of lists that nothing names any more. Failing costs only space.
    pub(crate) fn tidy_lists(&mut self) {
        self.load_lists();
        let mut named: Vec<String> = Vec::new();
        for followed in &self.settings.followed {
            let id = &followed.deployment;
            let hashes = followed.catalogues.values().chain([&followed.root.1]);
            let hashes = hashes.chain(followed.list.as_ref().map(|list| &list.document));
            named.extend(hashes.map(|hash| document_file(id, hash)));
            let chunks = self.lists.of(id).and_then(|d| d.manifest.as_ref());
            let chunks = chunks.map_or(&[][..], |manifest| &manifest.chunks);
            named.extend(chunks.iter().map(|chunk| chunk_file(id, &chunk.id)));
            // A list whose manifest was lost is named again by the next one.
            if followed.list.is_some() && chunks.is_empty() {
                return;
            }
        }
        let disk = self.journal.disk_mut();
        for name in disk.names().unwrap_or_default() {
            let ours = name.ends_with(LIST_FILE) || name.ends_with(PART_FILE);
            if ours && !named.contains(&name) {
                let _ = disk.remove(&name);
            }
        }
        let _ = disk.sync_names();
    }

    /// Looks venue-days up in every chunk of a deployment that is on disk, one answer a chunk; and
    /// whether all that are listed were there.
    pub(super) fn find_in_chunks(
        &mut self,
        at: usize,
        finders: &[Finder],
    ) -> (Vec<Vec<Option<Mention>>>, bool) {
        let Some(deployment) = self.lists.loaded.get_mut(at) else { return (Vec::new(), false) };
        let lost = deployment.manifest.is_none() && deployment.epoch > 0;
        let listed = deployment.manifest.as_ref().map_or(Vec::new(), |m| m.chunks.clone());
        let (mut all, wanted) = (Vec::new(), listed.len());
        let mut damaged = Vec::new();
        for chunk in listed {
            let name = chunk_file(&deployment.id, &chunk.id);
            let mut blocks = ChunkFile::new(self.journal.disk(), &name);
            let found = match deployment.heads.get(&chunk.id) {
                Some(head) => find(head, &mut blocks, finders),
                None => blocks.head(&chunk).and_then(|head| {
                    let found = find(&head, &mut blocks, finders);
                    deployment.heads.insert(chunk.id, head);
                    found
                }),
            };
            match found {
                Ok(found) => all.push(found),
                // It could not be read just now, or is not there yet; unless it ends too early.
                Err(ChunkRule::Cut) if has_end(self.journal.disk(), &name, &chunk) => {}
                Err(_) => damaged.push((chunk.id, name)),
            }
        }
        for (id, name) in damaged {
            // Not what was accepted: without it, the next sync fetches it again.
            deployment.heads.remove(&id);
            let _ = self.journal.disk_mut().remove(&name);
        }
        let whole = !lost && all.len() == wanted;
        (all, whole)
    }

    /// For how many days visits are kept, on a day: as long as any authority followed may ask.
    pub(super) fn retention(&self, today: Day) -> u8 {
        let with_policy = self.settings.followed.iter().filter(|f| f.holds(Purpose::Policy));
        let standing = with_policy.filter_map(|f| Standing::decode(&f.standing, Policy::default()));
        standing.map(|s| s.retention(today)).max().unwrap_or(self.settings.retention)
    }
}

/// Whether a chunk's last byte is there.
pub(crate) fn has_end(disk: &dyn Disk, name: &str, listed: &ListedChunk) -> bool {
    let last = u64::from(listed.size.saturating_sub(1));
    disk.read_at(name, last, 1).is_ok_and(|byte| byte.len() == 1)
}

/// A chunk on disk, read block by block.
pub(crate) struct ChunkFile<'a> {
    disk: &'a dyn Disk,
    name: &'a str,
    buffer: Vec<u8>,
}

impl<'a> ChunkFile<'a> {
    pub(crate) fn new(disk: &'a dyn Disk, name: &'a str) -> Self {
        Self { disk, name, buffer: Vec::new() }
    }

    pub(crate) fn head(&mut self, listed: &ListedChunk) -> std::result::Result<Head, ChunkRule> {
        let fixed = self.read(0..LONGEST_START).ok_or(ChunkRule::Cut)?;
        let len = Head::len_of(fixed)?.ok_or(ChunkRule::Cut)?;
        let len = u32::try_from(len).map_err(|_| ChunkRule::Cut)?;
        Head::parse(self.read(0..len).ok_or(ChunkRule::Cut)?, listed)
    }
}

impl Blocks for ChunkFile<'_> {
    fn read(&mut self, range: Range<u32>) -> Option<&[u8]> {
        let length = usize::try_from(range.end.checked_sub(range.start)?).ok()?;
        self.buffer = self.disk.read_at(self.name, range.start.into(), length).ok()?;
        Some(&self.buffer)
    }
}

fn load(disk: &dyn Disk, followed: &Followed, embedded: Option<&Root>) -> Deployment {
    let id = followed.deployment;
    let read = |hash: &[u8; 32]| disk.read(&document_file(&id, hash)).ok();
    let root = read(&followed.root.1).and_then(|b| Root::restore(&b, &followed.root.1).ok());
    let root = root.or(embedded.cloned());
    let mut anchors = root.map_or_else(Anchors::none, Anchors::of);
    for (purpose, hash) in &followed.catalogues {
        if let (Some(purpose), Some(bytes)) = (CATALOGUES.get(usize::from(*purpose)), read(hash)) {
            let _ = anchors.restore(*purpose, &bytes, hash);
        }
    }
    let _ = anchors.restore_standing(&followed.standing);
    let manifest = followed.list.as_ref().and_then(|list| {
        let bytes = read(&list.document)?;
        Manifest::restore(&bytes, &list.document).ok()
    });
    let epoch = followed.list.map_or(0, |list| list.state.epoch);
    let policy = !followed.holds(Purpose::Policy) || anchors.held(Purpose::Policy).is_some();
    let can_judge = manifest.is_some() && policy;
    Deployment { id, anchors, manifest, epoch, can_judge, heads: BTreeMap::new() }
}

/// Documents are named by their hash: a new one never takes the place of one that is in use.
pub(crate) fn document_file(deployment: &[u8; 16], hash: &[u8; 32]) -> String {
    format!("{}-{}{LIST_FILE}", hex::encode(&deployment[..4]), hex::encode(&hash[..16]))
}

pub(crate) fn chunk_file(deployment: &[u8; 16], id: &ChunkId) -> String {
    format!("{}-{}{LIST_FILE}", hex::encode(&deployment[..4]), hex::encode(&id.0))
}

pub(crate) fn part_file(deployment: &[u8; 16], id: &ChunkId) -> String {
    format!("{}-{}{PART_FILE}", hex::encode(&deployment[..4]), hex::encode(&id.0))
}

/// The catalogues a phone holds; their places here are a format.
pub(crate) const CATALOGUES: [Purpose; 6] = [
    Purpose::Revocation,
    Purpose::Prefixes,
    Purpose::Areas,
    Purpose::Policy,
    Purpose::Advice,
    Purpose::Upload,
];

/// An app follows a few provinces, not all of them.
const MOST_FOLLOWED: usize = 9;
/// Behind this many bytes the length of any head is known.
const LONGEST_START: u32 = 64;
const LONGEST_STANDING: u32 = 64 << 10;
/// Seconds by which a list may seem to come from the future.
const SOON: i64 = 3600;
