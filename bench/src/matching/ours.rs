//! Ours: a signed manifest names the chunks, a chunk's head its blocks; only blocks that are
//! probed are read and hashed.

use std::fs::File;
use std::io::Read;
use std::ops::Range;
use std::path::{Path, PathBuf};

use vaora::exposure::{Risk, Stay, contacts};
use vaora::journal::{Disk, Folder};
use vaora::list::{Blocks, Draft, Head, ListedChunk, Mention, Notice, Stream, Window, find};
use vaora::seal::{Finder, Purpose, Seed, VenueKey};
use vaora::time::{Day, Instant};
use vaora::trust::{Manifest, ManifestDraft, MatchRule, Root};
use vaora_tests::diary::Dice;
use vaora_tests::vectors::world;

use super::Phone;
use super::signed::Refused;
use super::world::{DAYS, FIRST_DAY, Visit, World, bytes_of};

pub fn publish(world: &World, folder: &Path) {
    let mut listed = Vec::new();
    for file in 0..world.files {
        let windows: Vec<_> = world.part(file).collect();
        let keys: Vec<_> = windows.iter().map(|one| key_of(one.venue, one.day)).collect();
        let notices = windows.iter().zip(&keys).map(|(one, key)| {
            let (start, minutes, advice) = (one.start, one.minutes, 1 + u16::from(one.level));
            Notice { key, windows: vec![Window { start, minutes, advice }] }
        });
        let draft = Draft {
            sequence: 1 + file,
            slots: [1, 2, 3, 4],
            replaces: Vec::new(),
            notices: notices.collect(),
        };
        let (bytes, one) = draft.encode(&mut Dice::new(file)).expect("it fits one chunk");
        std::fs::write(chunk(folder, file), bytes).expect("the file can be written");
        listed.push(one);
    }
    write_manifest(listed, folder);
}

/// What the app has on the phone.
pub struct App {
    folder: PathBuf,
    root: Root,
    keys: Vec<VenueKey>,
    stays: Vec<(Day, Stay)>,
}

impl App {
    pub fn open(visits: &[Visit], folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            root: built_in(),
            keys: visits.iter().map(|visit| key_of(visit.venue, visit.day.number())).collect(),
            stays: visits.iter().map(|visit| (visit.day, stay(&visit.span))).collect(),
        }
    }
}

impl Phone for App {
    fn find(&self) -> Result<Vec<usize>, Refused> {
        let mentions = mentions(&self.folder, &self.root, &self.keys)?;
        let mut found = Vec::new();
        for (number, (mention, (day, stay))) in mentions.iter().zip(&self.stays).enumerate() {
            let Some(mention) = mention else { continue };
            let risks: Vec<Risk> = mention.windows.iter().map(|one| risk(*day, one)).collect();
            // The policy of the deployment, which is at hand long before.
            let rule = |advice| MatchRule { advice, strength: 1, minimum: 1, margin: 60, days: 14 };
            if !contacts(stay, &risks, rule).is_empty() {
                found.push(number);
            }
        }
        Ok(found)
    }
}

impl App {
    /// Checks every block of every chunk, as a phone does once, while a chunk comes in.
    pub fn take(&self) -> Result<(), Refused> {
        for (file, listed) in (0..).zip(read_manifest(&self.folder, &self.root)?.chunks) {
            let mut source = File::open(chunk(&self.folder, file)).map_err(|_| Refused::Missing)?;
            let mut stream = Stream::new(listed);
            let mut piece = vec![0; PIECE];
            loop {
                let length = source.read(&mut piece).map_err(|_| Refused::Missing)?;
                if length == 0 {
                    break;
                }
                stream.feed(&piece[..length]).map_err(|_| Refused::Signature)?;
            }
            stream.end().map_err(|_| Refused::Signature)?;
        }
        Ok(())
    }
}

/// What the listed chunks say of each venue's day: the mention with the highest number.
fn mentions(
    folder: &Path,
    root: &Root,
    keys: &[VenueKey],
) -> Result<Vec<Option<Mention>>, Refused> {
    let disk = Folder::new(folder);
    let finders: Vec<Finder> = keys.iter().map(VenueKey::finder).collect();
    let mut all: Vec<Option<Mention>> = vec![None; keys.len()];
    for (file, listed) in (0..).zip(read_manifest(folder, root)?.chunks) {
        let mut chunk = Chunk::new(&disk, chunk_name(file));
        let head = chunk.head(&listed)?;
        let found = find(&head, &mut chunk, &finders).map_err(|_| Refused::Signature)?;
        for (best, found) in all.iter_mut().zip(found) {
            if found.as_ref().map(|one| one.sequence) > best.as_ref().map(|one| one.sequence) {
                *best = found;
            }
        }
    }
    Ok(all)
}

/// A chunk that is read block by block, as the diary reads it.
struct Chunk<'a> {
    disk: &'a Folder,
    name: String,
    buffer: Vec<u8>,
}

impl<'a> Chunk<'a> {
    fn new(disk: &'a Folder, name: String) -> Self {
        Self { disk, name, buffer: Vec::new() }
    }

    fn head(&mut self, listed: &ListedChunk) -> Result<Head, Refused> {
        let start = self.read(0..FIRST.min(listed.size)).ok_or(Refused::Missing)?;
        let length = Head::len_of(start).ok().flatten().ok_or(Refused::Format)?;
        let length = u32::try_from(length).map_err(|_| Refused::Format)?;
        let head = self.read(0..length.min(listed.size)).ok_or(Refused::Missing)?;
        Head::parse(head, listed).map_err(|_| Refused::Signature)
    }
}

impl Blocks for Chunk<'_> {
    fn read(&mut self, range: Range<u32>) -> Option<&[u8]> {
        self.buffer = self.disk.read_at(&self.name, range.start.into(), range.len()).ok()?;
        Some(&self.buffer)
    }
}

/// One signature holds for every chunk.
fn write_manifest(chunks: Vec<ListedChunk>, folder: &Path) {
    let created = Day::from_number(FIRST_DAY).plus(DAYS as i32).start();
    let draft = ManifestDraft {
        deployment: world::DEPLOYMENT,
        epoch: 1,
        sequence: 1 + chunks.len() as u64,
        created,
        not_after: Instant::from_unix(created.unix() + 48 * 3600),
        hold: None,
        chunks,
        catalogues: Vec::new(),
    };
    let payload = draft.encode().expect("a good manifest");
    std::fs::write(manifest(folder), world::signed(Purpose::Manifest, &payload, &["list a"]))
        .expect("the file can be written");
}

pub fn read_manifest(folder: &Path, root: &Root) -> Result<Manifest, Refused> {
    let bytes = std::fs::read(manifest(folder)).map_err(|_| Refused::Missing)?;
    Manifest::open(&bytes, root, None).map_err(|_| Refused::Signature)
}

/// The root that an app has built in.
pub fn built_in() -> Root {
    Root::embedded(&world::root()).expect("a good root")
}

pub fn manifest(folder: &Path) -> PathBuf {
    folder.join(MANIFEST)
}

pub fn chunk(folder: &Path, file: u64) -> PathBuf {
    folder.join(chunk_name(file))
}

fn chunk_name(file: u64) -> String {
    format!("chunk-{file}")
}

pub fn key_of(venue: u64, day: u32) -> VenueKey {
    VenueKey::derive(&Seed::from_bytes(bytes_of(venue, 0)), Day::from_number(day))
}

/// Both ends were scanned.
fn stay(span: &Range<i64>) -> Stay {
    let [from, until] = [span.start, span.end].map(Instant::from_unix);
    Stay { from, until, one_scan: false }
}

fn risk(day: Day, window: &Window) -> Risk {
    let Window { start, minutes, advice } = *window;
    let at = |minute: u16| Instant::from_unix(day.start().unix() + i64::from(minute) * 60);
    Risk { from: at(start), until: at(start + minutes), advice }
}

const MANIFEST: &str = "manifest";
/// What a network hands over at a time.
const PIECE: usize = 64 << 10;
/// Enough to know how long the head is.
const FIRST: u32 = 64;
