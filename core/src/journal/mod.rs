//! The sealed, append-only files of days: the truth of the diary. It knows nothing of check-ins;
//! a record is a sealed part for matching and a sealed part for reading.
//!
//! Every acknowledged change is one record, made durable by one sync. What is forgotten is shredded by
//! writing the day anew under fresh keys and the rings under a fresh secret. The byte-exact
//! layout is `docs/diary-format.md`.

mod disk;
mod keys;
pub mod probe;
mod read;
mod readable;
mod record;
mod ring;
mod shred;
mod write;

pub use disk::{Disk, Folder};
pub use ring::Wrapped;

pub(crate) use keys::{Segment, SegmentId};
pub(crate) use read::Found;
pub(crate) use readable::Unlocked;
pub(crate) use record::Mode;
pub(crate) use shred::NewRecord;
pub(crate) use write::{Text, Written};

use std::collections::HashMap;
use std::io;

use zeroize::Zeroizing;

use crate::error::{Error, Result};
use crate::seal::{InboxKey, Random, Secret};
use crate::time::Day;

use keys::{DAY_FILE, DiaryKeys, MatchKeys};
use read::Tail;
use readable::Proven;
use ring::{Kind, Ring};

/// An open directory of days.
pub(crate) struct Journal {
    disk: Box<dyn Disk>,
    random: Box<dyn Random>,
    ring: Ring,
    keys: MatchKeys,
    /// Only while the diary is unlocked.
    diary: Option<(Ring, DiaryKeys)>,
    tails: HashMap<SegmentId, Tail>,
    /// Files whose readable parts were opened one by one since the diary was unlocked.
    proven: Proven,
}

/// The notes of both rings, for the façade to unwrap its secrets with: one per ring, or two in
/// the midst of a rotation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrappings {
    /// Of the match ring.
    pub matching: Vec<Vec<u8>>,
    /// Of the diary ring.
    pub diary: Vec<Vec<u8>>,
}

impl Journal {
    /// A new one. Until the last step a marker says that there is no diary here, so a crash in
    /// the midst leaves nothing that could be taken for one.
    pub(crate) fn create(
        mut disk: Box<dyn Disk>,
        mut random: Box<dyn Random>,
        matching: Wrapped,
        diary: Wrapped,
        today: Day,
    ) -> Result<Self> {
        match look(disk.as_ref())? {
            Look::Nothing => {}
            Look::Diary | Look::DaysWithoutRing => return Err(Error::AlreadyExists),
        }
        if !disk.lock()? {
            return Err(Error::InUse);
        }
        disk.create(VOID, &[])?;
        disk.sync(VOID)?;
        disk.sync_names()?;
        remove_all(disk.as_mut())?;
        let inbox = InboxKey::make(random.as_mut());
        let keys = MatchKeys {
            state_key: Secret::make(random.as_mut()),
            inbox: inbox.derive_public(),
            state: Zeroizing::default(),
            segments: Vec::new(),
        };
        let diary_keys =
            DiaryKeys { inbox: vec![inbox], state: Zeroizing::default(), days: Vec::new() };
        let mut journal = Self {
            disk,
            random,
            ring: Ring::new(Kind::Match, matching)?,
            keys,
            diary: Some((Ring::new(Kind::Diary, diary)?, diary_keys)),
            tails: HashMap::new(),
            proven: Proven::default(),
        };
        journal.extend(today)?;
        journal.disk.remove(VOID)?;
        journal.disk.sync_names()?;
        Ok(journal)
    }

    /// Opens what is there. Until both rings are read, nothing is written.
    pub(crate) fn open(
        mut disk: Box<dyn Disk>,
        random: Box<dyn Random>,
        matching: &[Secret],
        diary: Option<&[Secret]>,
    ) -> Result<Self> {
        expect_diary(disk.as_ref())?;
        if !disk.lock()? {
            return Err(Error::InUse);
        }
        let (ring, body) = Ring::load(disk.as_ref(), Kind::Match, matching)?;
        let keys = MatchKeys::decode(&body).map_err(|_| Error::Damaged)?;
        let mut journal = Self {
            disk,
            random,
            ring,
            keys,
            diary: None,
            tails: HashMap::new(),
            proven: Proven::default(),
        };
        if let Some(secrets) = diary {
            journal.load_diary(secrets)?;
        }
        if journal.ring.one_copy_bad {
            // The other copy stands: a failure here costs nothing.
            let _ = journal.write_match_ring();
        }
        // Tidying may wait: a full disk must not keep anybody out of the diary.
        let _ = journal.tidy_diary_ring();
        Ok(journal)
    }

    /// Opens the readable parts.
    pub(crate) fn unlock(&mut self, secrets: &[Secret]) -> Result<()> {
        self.load_diary(secrets)?;
        let _ = self.tidy_diary_ring();
        Ok(())
    }

    /// Forgets what opens the readable parts.
    pub(crate) fn lock(&mut self) {
        self.diary = None;
        self.proven = Proven::default();
    }

    pub(crate) fn is_unlocked(&self) -> bool {
        self.diary.is_some()
    }

    /// The files of records, by day and generation.
    pub(crate) fn segments(&self) -> &[Segment] {
        &self.keys.segments
    }

    pub(crate) fn segment(&self, id: &SegmentId) -> Option<&Segment> {
        self.keys.segments.iter().find(|s| s.id == *id)
    }

    /// The bytes of a file of records. One that is missing is damage, not an error.
    pub(crate) fn load(&self, segment: &Segment) -> Result<Vec<u8>> {
        match self.disk.read(&segment.file()) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            bytes => Ok(bytes?),
        }
    }

    /// Reads a file of records for what is wrong with it and where writing goes on.
    fn read(&self, segment: &Segment) -> Result<Found> {
        Ok(Found::scan(segment, self.load(segment)?, 0, |_, _, _| {}))
    }

    /// What opens readable parts; `None` while locked.
    pub(crate) fn unlocked(&self) -> Option<Unlocked<'_>> {
        let (_, keys) = self.diary.as_ref()?;
        Some(Unlocked { segments: self.segments(), keys, proven: &self.proven })
    }

    /// Whether a file's records end exactly here: cheap, and enough for trusting the index.
    pub(crate) fn ends_at(&self, segment: &Segment, place: u32) -> bool {
        if let Some(tail) = self.tails.get(&segment.id) {
            return tail.place == place;
        }
        let next = self.disk.read_at(&segment.file(), u64::from(place), record::STEP);
        place >= segment.bytes && next.is_ok_and(|bytes| bytes.iter().all(|b| *b == 0))
    }

    /// The days whose files may hold records that no longer count.
    pub(crate) fn loose_days(&self) -> Vec<Day> {
        let loose = self.keys.segments.iter().filter(|s| s.loose || !self.ends_at(s, s.bytes));
        let mut days: Vec<Day> = loose.map(|s| s.day).collect();
        days.dedup();
        days
    }

    /// Every record of these days counts; the next ring says so.
    pub(crate) fn note_compact(&mut self, days: &[Day]) {
        for segment in self.keys.segments.iter_mut().filter(|s| days.contains(&s.day)) {
            segment.loose = false;
        }
    }

    /// Seals rows of the index that belong to no day.
    pub(crate) fn state_key(&self) -> &Secret {
        &self.keys.state_key
    }

    /// What the layer above keeps in the match ring.
    pub(crate) fn state(&self) -> &[u8] {
        &self.keys.state
    }

    /// What the layer above keeps in the diary ring, while unlocked.
    pub(crate) fn diary_state(&self) -> Option<&[u8]> {
        self.diary.as_ref().map(|(_, keys)| keys.state.as_slice())
    }

    pub(crate) fn random(&mut self) -> &mut dyn Random {
        self.random.as_mut()
    }

    pub(crate) fn disk(&self) -> &dyn Disk {
        self.disk.as_ref()
    }

    /// For files that are not the journal's.
    pub(crate) fn disk_mut(&mut self) -> &mut dyn Disk {
        self.disk.as_mut()
    }

    fn load_diary(&mut self, secrets: &[Secret]) -> Result<()> {
        let (ring, body) = match Ring::load(self.disk.as_ref(), Kind::Diary, secrets) {
            // One ring without the other is damage, never an empty diary.
            Err(Error::NoDiary) => return Err(Error::Damaged),
            loaded => loaded?,
        };
        let keys = DiaryKeys::decode(&body).map_err(|_| Error::Damaged)?;
        self.diary = Some((ring, keys));
        Ok(())
    }
}

/// The notes that the façade left in the rings. Needs no secret and writes nothing.
pub(crate) fn wrappings(disk: &dyn Disk) -> Result<Wrappings> {
    expect_diary(disk)?;
    Ok(Wrappings {
        matching: Ring::wrappings(disk, Kind::Match)?,
        diary: Ring::wrappings(disk, Kind::Diary)?,
    })
}

/// Whether a diary is there to be opened; for answering before any key is at hand.
pub(crate) fn expect_diary(disk: &dyn Disk) -> Result<()> {
    match look(disk)? {
        Look::Nothing => Err(Error::NoDiary),
        Look::DaysWithoutRing => Err(Error::Damaged),
        Look::Diary => Ok(()),
    }
}

/// Removes everything. Needs no key: who lost it must be able to begin anew.
pub(crate) fn erase(mut disk: Box<dyn Disk>) -> Result<()> {
    if disk.names()?.is_empty() {
        return Ok(());
    }
    if !disk.lock()? {
        return Err(Error::InUse);
    }
    disk.create(VOID, &[])?;
    disk.sync(VOID)?;
    disk.sync_names()?;
    remove_all(disk.as_mut())?;
    disk.remove(VOID)?;
    disk.sync_names()?;
    Ok(())
}

/// Everything that is ours but the lock and the marker; rings first, so that nothing opens.
fn remove_all(disk: &mut dyn Disk) -> Result<()> {
    let mut names = disk.names()?;
    names.sort_by_key(|name| name.ends_with(DAY_FILE));
    for name in names {
        let ours = [DAY_FILE, LIST_FILE, PART_FILE].iter().any(|end| name.ends_with(end));
        if name.contains(".ring") || ours {
            disk.remove(&name)?;
        }
    }
    disk.sync_names()?;
    Ok(())
}

enum Look {
    Nothing,
    Diary,
    DaysWithoutRing,
}

fn look(disk: &dyn Disk) -> Result<Look> {
    let names = disk.names()?;
    if names.iter().any(|name| name == VOID) {
        return Ok(Look::Nothing);
    }
    if ring::exists(Kind::Match, &names) {
        return Ok(Look::Diary);
    }
    let remains = ring::exists(Kind::Diary, &names) || names.iter().any(|n| n.ends_with(DAY_FILE));
    Ok(if remains { Look::DaysWithoutRing } else { Look::Nothing })
}

/// While a file of this name is there, nothing else in the directory is a diary: it is being
/// created or erased.
const VOID: &str = "void";
/// How the names of public files of lists end, and of those that are still coming in: the layer
/// above keeps them beside the days.
pub(crate) const LIST_FILE: &str = ".list";
pub(crate) const PART_FILE: &str = ".part";
