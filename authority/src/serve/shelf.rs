//! Published files in memory: however many phones ask for a file, it is read once, and a phone
//! that is slow holds the one copy, neither a thread nor a file.

use std::collections::HashMap;
use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use axum::body::Bytes;
use tokio::sync::Mutex as Turn;
use tokio::task::spawn_blocking;
use tokio::time::Instant;

/// The files of a folder that were asked for lately.
pub(super) struct Shelf {
    public: PathBuf,
    held: Mutex<Held>,
}

#[derive(Default)]
struct Held {
    files: HashMap<String, Slot>,
    bytes: usize,
    /// Counts what was asked for, so that the file asked for longest ago is known.
    asked: u64,
}

#[derive(Default)]
struct Slot {
    /// Whoever comes first reads, and the others wait for that.
    copy: Arc<Turn<Option<Copy>>>,
    bytes: usize,
    asked: u64,
}

struct Copy {
    /// None where there is no file: those who wait for the same need not look again.
    file: Option<(Bytes, Stamp)>,
    /// When somebody last began to look whether the file is still this one.
    looked: Instant,
}

/// Tells a file from one that took its place.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Stamp {
    size: u64,
    changed: Option<SystemTime>,
    number: u64,
}

impl Shelf {
    pub(super) fn of(public: PathBuf) -> Self {
        Self { public, held: Mutex::default() }
    }

    /// A file by its name below the folder, as it is now. Of those who ask at one time, one looks
    /// for all.
    pub(super) async fn get(&self, name: &str) -> Option<Bytes> {
        let asked = Instant::now();
        let turn = self.with(|held| held.turn(name));
        let mut copy = turn.lock().await;
        if let Some(copy) = copy.as_ref().filter(|copy| copy.looked >= asked) {
            return copy.bytes();
        }
        let path = self.public.join(name);
        let known = copy.as_ref().and_then(|copy| copy.file.as_ref()).map(|(_, stamp)| *stamp);
        let looked = Instant::now();
        let read = spawn_blocking(move || read(&path, known)).await;
        let file = match (read.map_err(io::Error::other).flatten(), copy.take()) {
            (Ok(Some(file)), _) => {
                self.with(|held| held.grew(name, file.0.len()));
                Some(file)
            }
            (Ok(None), same) => same.and_then(|copy| copy.file),
            (Err(_), _) => {
                self.with(|held| held.drop(name));
                None
            }
        };
        copy.insert(Copy { file, looked }).bytes()
    }

    fn with<T>(&self, act: impl FnOnce(&mut Held) -> T) -> T {
        // It holds copies only: whatever happened, each is whole.
        act(&mut self.held.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Held {
    /// Where the copy of a file is, or will be.
    fn turn(&mut self, name: &str) -> Arc<Turn<Option<Copy>>> {
        // Who hangs up while a file is looked for leaves a slot behind, also of one that is not there.
        if self.files.len() >= MOST {
            self.files.retain(|_, slot| slot.bytes > 0);
        }
        self.asked += 1;
        let slot = self.files.entry(name.to_owned()).or_default();
        slot.asked = self.asked;
        Arc::clone(&slot.copy)
    }

    /// Others make room for a file.
    fn grew(&mut self, name: &str, bytes: usize) {
        let Some(slot) = self.files.get_mut(name) else { return };
        self.bytes = self.bytes + bytes - std::mem::replace(&mut slot.bytes, bytes);
        while self.bytes > ROOM {
            let others = self.files.iter().filter(|(other, slot)| *other != name && slot.bytes > 0);
            let Some((oldest, _)) = others.min_by_key(|(_, slot)| slot.asked) else { return };
            let oldest = oldest.clone();
            self.drop(&oldest);
        }
    }

    fn drop(&mut self, name: &str) {
        if let Some(slot) = self.files.remove(name) {
            self.bytes -= slot.bytes;
        }
    }
}

impl Copy {
    fn bytes(&self) -> Option<Bytes> {
        self.file.as_ref().map(|(bytes, _)| bytes.clone())
    }
}

impl Stamp {
    fn of(about: &Metadata) -> Self {
        #[cfg(unix)]
        let number = std::os::unix::fs::MetadataExt::ino(about);
        #[cfg(not(unix))]
        let number = 0;
        Self { size: about.len(), changed: about.modified().ok(), number }
    }
}

/// Reads a file, unless it is the one that is known.
fn read(path: &Path, known: Option<Stamp>) -> io::Result<Option<(Bytes, Stamp)>> {
    let file = File::open(path)?;
    let about = file.metadata()?;
    let stamp = Stamp::of(&about);
    if !about.is_file() || stamp.size > LARGEST {
        return Err(io::ErrorKind::NotFound.into());
    }
    if known == Some(stamp) {
        return Ok(None);
    }
    let mut bytes = Vec::with_capacity(usize::try_from(stamp.size).unwrap_or(0));
    file.take(LARGEST).read_to_end(&mut bytes)?;
    Ok(Some((bytes.into(), stamp)))
}

/// No published file is larger: a phone takes no chunk that is.
const LARGEST: u64 = 16 << 20;
/// Slots, before the empty ones go. A list names a hundred files.
const MOST: usize = 1024;
/// A whole list, the largest that a phone takes, and a third more.
const ROOM: usize = 128 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    fn in_turn<T>(work: impl Future<Output = T>) -> T {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
        runtime.expect("a runtime").block_on(work)
    }

    #[test]
    fn a_file_that_was_replaced_is_seen_and_one_that_went_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("manifest");
        std::fs::write(&path, b"one").unwrap();
        let shelf = Shelf::of(folder.path().to_owned());
        in_turn(async {
            assert_eq!(&shelf.get("manifest").await.unwrap()[..], b"one");
            let next = folder.path().join("next");
            std::fs::write(&next, b"two").unwrap();
            std::fs::rename(&next, &path).unwrap();
            assert_eq!(&shelf.get("manifest").await.unwrap()[..], b"two");
            std::fs::remove_file(&path).unwrap();
            assert!(shelf.get("manifest").await.is_none());
        });
        assert_eq!(shelf.with(|held| (held.files.len(), held.bytes)), (0, 0));
    }

    #[test]
    fn what_is_asked_for_and_not_there_takes_no_room() {
        let folder = tempfile::tempdir().unwrap();
        let shelf = Shelf::of(folder.path().to_owned());
        in_turn(async {
            for i in 0..100 {
                assert!(shelf.get(&format!("chunk/{i:032}")).await.is_none());
            }
            assert!(shelf.get("").await.is_none(), "a folder is no file");
        });
        assert_eq!(shelf.with(|held| held.files.len()), 0);
    }

    #[test]
    fn who_hangs_up_leaves_nothing_for_ever() {
        let mut held = Held::default();
        drop(held.turn("manifest"));
        held.grew("manifest", 9);
        for i in 0..3 * MOST {
            drop(held.turn(&i.to_string()));
        }
        assert!(held.files.len() <= MOST && held.files.contains_key("manifest"));
    }

    #[test]
    fn the_file_asked_for_longest_ago_makes_room() {
        let mut held = Held::default();
        for name in ["a", "b", "c"] {
            drop(held.turn(name));
        }
        for name in ["b", "a", "c"] {
            held.grew(name, ROOM / 2 - 1);
        }
        let mut left: Vec<&str> = held.files.keys().map(String::as_str).collect();
        left.sort_unstable();
        assert_eq!((left, held.bytes), (vec!["b", "c"], ROOM - 2));
        // One that grows is counted once.
        held.grew("b", ROOM / 2);
        assert_eq!((held.files.len(), held.bytes), (2, ROOM - 1));
    }
}
