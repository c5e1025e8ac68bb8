//! A directory that loses power, fills up and fails wherever it is told to.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use vaora::journal::Disk;

use super::Dice;
use super::both::IndexFolder;

/// A simulated directory. Clones are the same directory.
#[derive(Clone)]
pub struct SimDisk {
    state: Arc<Mutex<State>>,
    index: Option<Arc<IndexFolder>>,
}

impl Default for SimDisk {
    /// An empty one, with an index if this thread wants one.
    fn default() -> Self {
        Self::of(State::default(), IndexFolder::new())
    }
}

/// What a power cut keeps of everything that was not synced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Survives {
    /// Nothing.
    None,
    /// Any part of it, in any order, down to single sectors.
    Random,
    /// All of it.
    All,
}

/// How an operation fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It and every later one fails as if the process had died: nothing of them is done.
    Die,
    /// This one fails, half done.
    Once(io::ErrorKind),
    /// It and every later one fails.
    FromThen(io::ErrorKind),
}

#[derive(Clone, Default)]
struct State {
    files: Vec<File>,
    names: BTreeMap<String, usize>,
    durable_names: BTreeMap<String, usize>,
    name_changes: Vec<NameChange>,
    operations: u64,
    fault: Option<(u64, Fault)>,
    locked: bool,
}

#[derive(Clone, Default)]
struct File {
    now: Vec<u8>,
    durable: Vec<u8>,
    writes: Vec<(usize, Vec<u8>)>,
}

#[derive(Clone)]
struct NameChange {
    gone: Option<String>,
    new: Option<(String, usize)>,
}

impl SimDisk {
    fn of(state: State, index: Option<IndexFolder>) -> Self {
        Self { state: Arc::new(Mutex::new(state)), index: index.map(Arc::new) }
    }

    fn copy_index(&self) -> Option<IndexFolder> {
        self.index.as_ref().and_then(|index| index.copy())
    }

    /// The operation `k` from now (0 is the next) fails.
    pub fn fail_at(&self, k: u64, fault: Fault) {
        let mut state = self.state();
        state.fault = Some((state.operations + k, fault));
    }

    /// Nothing fails any more.
    pub fn heal(&self) {
        self.state().fault = None;
    }

    /// How many changing operations there have been.
    #[must_use]
    pub fn operations(&self) -> u64 {
        self.state().operations
    }

    /// The directory as it is found after power is back. Nothing in the index is ever synced; it
    /// is found as it was, which may be ahead of the files or behind them.
    #[must_use]
    pub fn cut_power(&self, survives: Survives, dice: &mut Dice) -> Self {
        let old = self.state();
        let mut names = old.durable_names.clone();
        for change in &old.name_changes {
            if survives.keeps(dice) {
                if let Some(gone) = &change.gone {
                    names.remove(gone);
                }
                if let Some((name, file)) = &change.new {
                    names.insert(name.clone(), *file);
                }
            }
        }
        let files = old
            .files
            .iter()
            .map(|file| {
                let mut found = file.durable.clone();
                for (place, bytes) in &file.writes {
                    for (sector, part) in bytes.chunks(SECTOR).enumerate() {
                        if survives.keeps(dice) {
                            put(&mut found, place + sector * SECTOR, part);
                        }
                    }
                }
                File { now: found.clone(), durable: found, writes: Vec::new() }
            })
            .collect();
        let state = State { files, durable_names: names.clone(), names, ..State::default() };
        Self::of(state, self.copy_index())
    }

    /// A copy that shares nothing: as another process's death leaves it.
    #[must_use]
    pub fn copy(&self) -> Self {
        let mut state = self.state().clone();
        (state.locked, state.fault) = (false, None);
        Self::of(state, self.copy_index())
    }

    /// Every file with its bytes.
    #[must_use]
    pub fn contents(&self) -> BTreeMap<String, Vec<u8>> {
        let state = self.state();
        state
            .names
            .iter()
            .map(|(name, file)| (name.clone(), state.files[*file].now.clone()))
            .collect()
    }

    /// Puts a file there, behind the diary's back.
    pub fn plant(&self, name: &str, bytes: &[u8]) {
        let mut state = self.state();
        let file = File { now: bytes.to_vec(), durable: bytes.to_vec(), writes: Vec::new() };
        state.files.push(file);
        let number = state.files.len() - 1;
        state.names.insert(name.to_owned(), number);
        state.durable_names.insert(name.to_owned(), number);
    }

    /// Takes a file away, behind the diary's back.
    pub fn steal(&self, name: &str) {
        let mut state = self.state();
        state.names.remove(name);
        state.durable_names.remove(name);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Survives {
    fn keeps(self, dice: &mut Dice) -> bool {
        match self {
            Self::None => false,
            Self::All => true,
            Self::Random => dice.below(2) == 0,
        }
    }
}

impl State {
    /// Counts an operation. `Ok(true)` means: fail, but half do it first.
    fn step(&mut self) -> io::Result<Option<io::Error>> {
        let k = self.operations;
        self.operations += 1;
        match self.fault {
            Some((at, Fault::Die)) if k >= at => Err(io::ErrorKind::Other.into()),
            Some((at, Fault::FromThen(kind))) if k >= at => Err(kind.into()),
            Some((at, Fault::Once(kind))) if k == at => Ok(Some(kind.into())),
            _ => Ok(None),
        }
    }

    fn file(&mut self, name: &str) -> io::Result<&mut File> {
        let number = *self.names.get(name).ok_or(io::ErrorKind::NotFound)?;
        self.files.get_mut(number).ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

impl Disk for SimDisk {
    fn names(&self) -> io::Result<Vec<String>> {
        Ok(self.state().names.keys().cloned().collect())
    }

    fn read(&self, name: &str) -> io::Result<Vec<u8>> {
        self.state().file(name).map(|file| file.now.clone())
    }

    fn read_at(&self, name: &str, place: u64, length: usize) -> io::Result<Vec<u8>> {
        let bytes = self.read(name)?;
        let from = usize::try_from(place).unwrap_or(usize::MAX).min(bytes.len());
        Ok(bytes[from..(from + length).min(bytes.len())].to_vec())
    }

    fn create(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let mut state = self.state();
        let fault = state.step()?;
        let bytes = if fault.is_some() { &bytes[..bytes.len() / 2] } else { bytes };
        let writes = vec![(0, bytes.to_vec())];
        state.files.push(File { now: bytes.to_vec(), durable: Vec::new(), writes });
        let number = state.files.len() - 1;
        state.names.insert(name.to_owned(), number);
        state.name_changes.push(NameChange { gone: None, new: Some((name.to_owned(), number)) });
        fault.map_or(Ok(()), Err)
    }

    fn write_at(&mut self, name: &str, place: u64, bytes: &[u8]) -> io::Result<()> {
        let mut state = self.state();
        let fault = state.step()?;
        let bytes = if fault.is_some() { &bytes[..bytes.len() / 2] } else { bytes };
        let place = usize::try_from(place).map_err(|_| io::ErrorKind::FileTooLarge)?;
        let file = state.file(name)?;
        put(&mut file.now, place, bytes);
        file.writes.push((place, bytes.to_vec()));
        fault.map_or(Ok(()), Err)
    }

    fn sync(&mut self, name: &str) -> io::Result<()> {
        let mut state = self.state();
        if let Some(fault) = state.step()? {
            return Err(fault);
        }
        let file = state.file(name)?;
        file.durable = file.now.clone();
        file.writes.clear();
        Ok(())
    }

    fn rename(&mut self, from: &str, to: &str) -> io::Result<()> {
        let mut state = self.state();
        if let Some(fault) = state.step()? {
            return Err(fault);
        }
        let file = state.names.remove(from).ok_or(io::ErrorKind::NotFound)?;
        state.names.insert(to.to_owned(), file);
        let (gone, new) = (Some(from.to_owned()), Some((to.to_owned(), file)));
        state.name_changes.push(NameChange { gone, new });
        Ok(())
    }

    fn remove(&mut self, name: &str) -> io::Result<()> {
        let mut state = self.state();
        if let Some(fault) = state.step()? {
            return Err(fault);
        }
        state.names.remove(name);
        state.name_changes.push(NameChange { gone: Some(name.to_owned()), new: None });
        Ok(())
    }

    fn sync_names(&mut self) -> io::Result<()> {
        let mut state = self.state();
        if let Some(fault) = state.step()? {
            return Err(fault);
        }
        state.durable_names = state.names.clone();
        state.name_changes.clear();
        Ok(())
    }

    fn lock(&mut self) -> io::Result<bool> {
        Ok(!std::mem::replace(&mut self.state().locked, true))
    }

    fn folder(&self) -> Option<&Path> {
        self.index.as_ref().map(|index| index.path())
    }
}

fn put(file: &mut Vec<u8>, place: usize, bytes: &[u8]) {
    let end = place + bytes.len();
    if file.len() < end {
        file.resize(end, 0);
    }
    file[place..end].copy_from_slice(bytes);
}

const SECTOR: usize = 512;
