//! The few things that the journal asks of a file system, and the real one.

use std::cell::RefCell;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, flock};

/// One directory of files.
///
/// The diary is proven on directories that lose power, fill up and fail at any step; so the
/// directory is an argument. Nothing is durable before [`Disk::sync`] (contents of a file) or
/// [`Disk::sync_names`] (creations, renames, removals) has returned.
pub trait Disk: Send {
    /// The names of all files.
    fn names(&self) -> io::Result<Vec<String>>;
    /// All bytes of a file.
    fn read(&self, name: &str) -> io::Result<Vec<u8>>;
    /// At most `length` bytes from a place of a file; fewer where it ends.
    fn read_at(&self, name: &str, place: u64, length: usize) -> io::Result<Vec<u8>>;
    /// A new file with these bytes; one of that name is emptied first.
    fn create(&mut self, name: &str, bytes: &[u8]) -> io::Result<()>;
    /// Writes at a place in a file, which grows where it must.
    fn write_at(&mut self, name: &str, place: u64, bytes: &[u8]) -> io::Result<()>;
    /// Returns when the contents of the file are durable.
    fn sync(&mut self, name: &str) -> io::Result<()>;
    /// Gives a file another name, replacing what had it.
    fn rename(&mut self, from: &str, to: &str) -> io::Result<()>;
    /// Removes a file; one that is not there is no error.
    fn remove(&mut self, name: &str) -> io::Result<()>;
    /// Returns when all creations, renames and removals are durable.
    fn sync_names(&mut self) -> io::Result<()>;
    /// Takes the directory for this opening alone; `false` if another one has it.
    fn lock(&mut self) -> io::Result<bool>;
    /// Where the index may keep its own directory; `None` switches it off.
    fn folder(&self) -> Option<&Path>;
}

/// A directory of the real file system.
pub struct Folder {
    path: PathBuf,
    lock: Option<File>,
    /// The file written last stays open: a check-in is then one write and one sync.
    last: Option<(String, File)>,
    /// So does the file read last: a search reads one chunk of a list a thousand times.
    reading: RefCell<Option<(String, File)>>,
    index: bool,
}

impl Folder {
    /// The directory at `path`; it need not exist yet.
    #[must_use]
    pub fn new(path: &Path) -> Self {
        let (lock, last, reading) = (None, None, RefCell::new(None));
        Self { path: path.to_path_buf(), lock, last, reading, index: true }
    }

    /// The same without an index: every answer comes from the days themselves.
    #[must_use]
    pub fn without_index(self) -> Self {
        Self { index: false, ..self }
    }

    fn forget_handle(&mut self, name: &str) {
        if self.last.as_ref().is_some_and(|(last, _)| last == name) {
            self.last = None;
        }
        let reading = self.reading.get_mut();
        if reading.as_ref().is_some_and(|(last, _)| last == name) {
            *reading = None;
        }
    }

    fn handle(&mut self, name: &str) -> io::Result<&File> {
        if self.last.as_ref().is_none_or(|(last, _)| last != name) {
            let file = OpenOptions::new().read(true).write(true).open(self.path.join(name))?;
            self.last = Some((name.to_owned(), file));
        }
        let (_, file) = self.last.as_ref().expect("it was just put there");
        Ok(file)
    }
}

impl Disk for Folder {
    fn names(&self) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        let entries = match fs::read_dir(&self.path) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(names),
            entries => entries?,
        };
        for entry in entries {
            let entry = entry?;
            if entry.file_type()?.is_file()
                && let Ok(name) = entry.file_name().into_string()
            {
                names.push(name);
            }
        }
        Ok(names)
    }

    fn read(&self, name: &str) -> io::Result<Vec<u8>> {
        let file = File::open(self.path.join(name))?;
        let length = file.metadata()?.len();
        if length > LARGEST_FILE {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or(0));
        file.take(LARGEST_FILE).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn read_at(&self, name: &str, place: u64, length: usize) -> io::Result<Vec<u8>> {
        let mut reading = self.reading.borrow_mut();
        if reading.as_ref().is_none_or(|(last, _)| last != name) {
            *reading = Some((name.to_owned(), File::open(self.path.join(name))?));
        }
        let (_, file) = reading.as_ref().expect("it was just put there");
        let mut bytes = vec![0; length];
        let (mut read, mut place) = (0, place);
        while read < length {
            match file.read_at(&mut bytes[read..], place) {
                Ok(0) => break,
                Ok(n) => {
                    read += n;
                    place += n as u64;
                }
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(e),
            }
        }
        bytes.truncate(read);
        Ok(bytes)
    }

    fn create(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        fs::create_dir_all(&self.path)?;
        self.forget_handle(name);
        File::create(self.path.join(name))?.write_all(bytes)
    }

    fn write_at(&mut self, name: &str, place: u64, bytes: &[u8]) -> io::Result<()> {
        self.handle(name)?.write_all_at(bytes, place)
    }

    fn sync(&mut self, name: &str) -> io::Result<()> {
        // On Apple's systems this is F_FULLFSYNC: plain fsync leaves the bytes in the drive.
        self.handle(name)?.sync_data()
    }

    fn rename(&mut self, from: &str, to: &str) -> io::Result<()> {
        self.forget_handle(from);
        self.forget_handle(to);
        fs::rename(self.path.join(from), self.path.join(to))
    }

    fn remove(&mut self, name: &str) -> io::Result<()> {
        self.forget_handle(name);
        match fs::remove_file(self.path.join(name)) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
            other => other,
        }
    }

    fn sync_names(&mut self) -> io::Result<()> {
        File::open(&self.path)?.sync_all()
    }

    fn lock(&mut self) -> io::Result<bool> {
        if self.lock.is_some() {
            return Ok(true);
        }
        fs::create_dir_all(&self.path)?;
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(self.path.join(LOCK))?;
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {
                self.lock = Some(file);
                Ok(true)
            }
            Err(rustix::io::Errno::WOULDBLOCK) => Ok(false),
            Err(e) => Err(e.into()),
        }
    }

    fn folder(&self) -> Option<&Path> {
        self.index.then_some(&self.path)
    }
}

/// The name of the lock file: flock holds between processes and within one, and std's own lock
/// does not exist on Android.
const LOCK: &str = "lock";
/// No file of a diary comes near this; a larger one is not ours.
const LARGEST_FILE: u64 = 256 << 20;
