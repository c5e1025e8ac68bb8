//! The whole suite runs twice: with the index and without it. Nobody may notice.

use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use vaora::journal::Folder;

thread_local! {
    static INDEX: Cell<bool> = const { Cell::new(false) };
}

/// Whether the directories that this thread makes from now on have an index.
pub fn use_index(index: bool) {
    INDEX.set(index);
}

/// What [`use_index`] said last; without it there is none.
#[must_use]
pub fn has_index() -> bool {
    INDEX.get()
}

/// A real directory, with an index or without as the thread says.
#[must_use]
pub fn folder(path: &Path) -> Box<Folder> {
    let folder = Folder::new(path);
    Box::new(if has_index() { folder } else { folder.without_index() })
}

/// `with` or `without`: for paths that both runs must not share.
#[must_use]
pub fn word() -> &'static str {
    if has_index() { "with" } else { "without" }
}

/// Where the index of a simulated directory lies; it goes with its last holder.
pub struct IndexFolder(PathBuf);

impl IndexFolder {
    /// An empty one; none where the thread wants none.
    #[must_use]
    pub fn new() -> Option<Self> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        // In memory where the machine has such a place: thousands of rounds need no real disk.
        let memory = Path::new("/dev/shm");
        let root = if memory.is_dir() { memory.to_path_buf() } else { std::env::temp_dir() };
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        has_index().then(|| Self(root.join(format!("vaora-sim-{}-{number}", std::process::id()))))
    }

    /// One with the same files, as they lie there at this moment.
    #[must_use]
    pub fn copy(&self) -> Option<Self> {
        let copy = Self::new()?;
        copy_all(&self.0, &copy.0);
        Some(copy)
    }

    /// Its path.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for IndexFolder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A file that goes away in the meantime is an index that is not whole: also a case.
fn copy_all(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).into_iter().flatten().flatten() {
        let target = to.join(entry.file_name());
        let _ = std::fs::create_dir_all(to);
        if entry.path().is_dir() {
            copy_all(&entry.path(), &target);
        } else {
            let _ = std::fs::copy(entry.path(), target);
        }
    }
}

/// Makes two tests of each function: one with the index, one without.
#[macro_export]
macro_rules! both_ways {
    ($($name:ident),+ $(,)?) => {
        mod with_index {
            $(#[test] fn $name() { vaora_tests::diary::both::use_index(true); super::$name(); })+
        }
        mod without_index {
            $(#[test] fn $name() { vaora_tests::diary::both::use_index(false); super::$name(); })+
        }
    };
}
