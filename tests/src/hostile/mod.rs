//! A publisher that does everything wrong, and phones that meet it over HTTP.
//!
//! Each case begins with a phone that has taken an honest publication, and with an honest newer
//! one on the server. Then one thing is wrong. The phone must name it with its typed error, hold
//! byte for byte what it held, and take the honest publication afterwards. What is wrong is
//! signed with the deployment's own keys wherever a signature would otherwise be what stops it.

mod chunks;
mod documents;
mod forge;
mod network;
mod odd;
mod steps;
mod storage;

use std::collections::BTreeMap;
use std::path::Path;

use vaora::diary::{Diary, Now};
use vaora::sync::Report;
use vaora::sync::http::{Options, fetch};
use vaora::sync::{FetchError, Patience};
use vaora::time::Instant;

use crate::diary::sim::SimDisk;
use crate::diary::{DAY, Dice, HOUR, KeyStore, START, at, create, open, place, seed_of};
use crate::lists::Office;
use crate::wire::{Answer, Asked, Recorder};
use forge::Forge;

/// What became of a case.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// What was wrong.
    pub name: &'static str,
    /// The id of the error; none if everything was taken.
    pub error: Option<&'static str>,
    /// What it should be.
    pub expected: Option<&'static str>,
    /// The phone holds what it held, byte for byte; what is taken is shown for what it is.
    pub state_identical: bool,
    /// It takes the honest publication afterwards.
    pub next_accepted: bool,
}

impl Outcome {
    /// Everything is as it should be.
    #[must_use]
    pub fn is_ok(&self) -> bool {
        self.error == self.expected && self.state_identical && self.next_accepted
    }
}

/// One wrong publication.
pub struct Case {
    /// What is wrong.
    pub name: &'static str,
    /// The id of the error that a phone must answer with.
    error: &'static str,
    lie: Lie,
}

enum Lie {
    /// Other files than the honest ones.
    Files(Forged),
    /// Other answers than the files.
    Answers(Told),
    /// The server is honest, the phone is not well.
    Own(fn(&World) -> Outcome),
}

type Forged = fn(&Forge) -> Files;
/// The request, and how many there were with it.
type Told = fn(&Forge, &Asked, usize) -> Option<Answer>;

/// Files by path; `None` takes one away.
type Files = Vec<(String, Option<Vec<u8>>)>;

/// Every case, in a fixed order.
#[must_use]
pub fn cases() -> Vec<Case> {
    let all = [documents::cases(), chunks::cases(), network::cases(), odd::cases()];
    all.into_iter().flatten().chain(storage::cases()).collect()
}

/// The authority, the honest files, and a phone that every case copies.
pub struct World {
    forge: Forge,
    phone: SimDisk,
    keys: KeyStore,
    _folder: tempfile::TempDir,
}

impl World {
    /// Makes keys and two publications.
    ///
    /// # Errors
    /// In words.
    pub fn new() -> Result<Self, String> {
        let words = |e: vaora_authority::Error| e.to_string();
        let folder = tempfile::tempdir().map_err(|e| e.to_string())?;
        let mut office =
            Office::open(folder.path(), Instant::from_unix(START).day()).map_err(words)?;
        let (phone, mut dice) = (SimDisk::default(), Dice::new(1));
        let (diary, keys) =
            create(Box::new(phone.clone()), &mut dice, &at(0)).map_err(|e| e.to_string())?;
        diary.follow(&office.root()).map_err(|e| e.to_string())?;
        let market = place("chợ", 60);
        diary
            .add_past(&market, at(0).wall, at(HOUR).wall, &[], &at(2 * HOUR))
            .map_err(|e| e.to_string())?;
        let first = read_all(&office.public(), &mut office, 3 * HOUR, None)?;
        let window = (at(0).wall, at(HOUR).wall);
        let held = read_all(&office.public(), &mut office, 4 * HOUR, Some(("quán", window)))?;
        let forge = Forge::new(folder.path(), &office, first, held)?;
        let world = Self { forge, phone, keys, _folder: folder };
        let files = world.forge.held.clone();
        let server = serve(move |asked, _| answer_of(&files, asked))?;
        world.fetch(&diary, &server.base(), &at(4 * HOUR)).map_err(|e| e.to_string())?;
        diary.close();
        let next = read_all(&office.public(), &mut office, DAY / 4, Some(("chợ", window)))?;
        let forge = world.forge.with_next(next);
        Ok(Self { forge, ..world })
    }

    /// Plays one case.
    #[must_use]
    pub fn play(&self, case: &Case) -> Outcome {
        let (lie, expected) = (&case.lie, Some(case.error).filter(|error| !error.is_empty()));
        let mut outcome = match lie {
            Lie::Own(play) => play(self),
            _ => self.meet(lie).unwrap_or_else(|why| Outcome::broken(&why)),
        };
        (outcome.name, outcome.expected) = (case.name, expected);
        outcome
    }

    fn meet(&self, lie: &Lie) -> Result<Outcome, String> {
        let phone = self.phone.copy();
        let diary = self.open(&phone)?;
        let before = held(&phone);
        let forge = self.forge.clone();
        let server = match lie {
            Lie::Files(wrong) => {
                let mut files = forge.next.clone();
                for (path, bytes) in wrong(&forge) {
                    match bytes {
                        Some(bytes) => files.insert(path, bytes),
                        None => files.remove(&path),
                    };
                }
                serve(move |asked, _| answer_of(&files, asked))?
            }
            Lie::Answers(wrong) => {
                let wrong = *wrong;
                serve(move |asked, number| {
                    wrong(&forge, asked, number).unwrap_or_else(|| answer_of(&forge.next, asked))
                })?
            }
            Lie::Own(_) => return Err(String::from("plays itself")),
        };
        let answer = self.fetch(&diary, &server.base(), &at(DAY));
        let mut error = answer.as_ref().err().map(|error| error.id());
        // A name that a server gives must not come back, in this sync or in the next.
        let mut asked = server.take();
        if answer.is_ok() {
            let _ = self.fetch(&diary, &server.base(), &at(DAY + HOUR));
            asked.extend(server.take());
            if asked.iter().any(|asked| is_named(&asked.raw)) {
                error = Some("named");
            }
        }
        drop(server);
        let state_identical = answer.is_ok() || keeps(&before, &held(&phone));
        let next_accepted = self.takes_next(&diary);
        Ok(Outcome { name: "", error, expected: None, state_identical, next_accepted })
    }

    fn open(&self, phone: &SimDisk) -> Result<Diary, String> {
        open(Box::new(phone.clone()), &mut Dice::new(2), &self.keys).map_err(|e| e.to_string())
    }

    /// The honest server again: the phone takes what is new, and is warned.
    fn takes_next(&self, diary: &Diary) -> bool {
        let Ok(server) = self.honest() else { return false };
        let now = at(2 * DAY);
        let taken = self.fetch(diary, &server.base(), &now);
        let warned = diary.alerts(&now).is_ok_and(|alerts| alerts.len() == 1);
        taken.is_ok_and(|report| report.sequence == self.forge.next_sequence()) && warned
    }

    fn honest(&self) -> Result<Recorder, String> {
        let files = self.forge.next.clone();
        serve(move |asked, _| answer_of(&files, asked))
    }

    /// A fetch whose waiting takes no time, on a phone whose running time goes on by half a stall
    /// at every look.
    fn fetch(&self, diary: &Diary, base: &str, now: &Now) -> Result<Report, FetchError> {
        let deployment = self.forge.deployment;
        let looks = std::cell::Cell::new(0);
        let clock = || {
            looks.set(looks.get() + 1);
            Now { running: now.running + looks.get() * 30, ..*now }
        };
        let patience = Patience { least: 16, ..Patience::default() };
        let options = Options { patience, sleep: &|_| {} };
        fetch(diary, &deployment, base, &options, &clock)
    }
}

impl Outcome {
    fn broken(why: &str) -> Self {
        eprintln!("vaora: {why}");
        let (error, expected) = (Some("broken"), None);
        Self { name: "", error, expected, state_identical: false, next_accepted: false }
    }
}

/// All published files by path, after another publication; with somebody infectious in a place.
fn read_all(
    public: &Path,
    office: &mut Office,
    second: i64,
    warn: Option<(&str, (Instant, Instant))>,
) -> Result<BTreeMap<String, Vec<u8>>, String> {
    let words = |e: vaora_authority::Error| e.to_string();
    if let Some((place, (from, until))) = warn {
        office.warn(seed_of(place), from, until, 1).map_err(words)?;
    }
    office.publish(at(second).wall, 0).map_err(words)?;
    let mut files = BTreeMap::new();
    let io = |e: std::io::Error| e.to_string();
    for folder in ["", "root", "catalogue", "chunk"] {
        for entry in std::fs::read_dir(public.join(folder)).map_err(io)? {
            let path = entry.map_err(io)?.path();
            if let (true, Some(name)) = (path.is_file(), path.file_name()) {
                let name = name.to_string_lossy();
                let key = if folder.is_empty() { name.into() } else { format!("{folder}/{name}") };
                files.insert(key, std::fs::read(&path).map_err(io)?);
            }
        }
    }
    Ok(files)
}

/// A server whose answers know how many there were before.
fn serve(
    mut answer: impl FnMut(&Asked, usize) -> Answer + Send + 'static,
) -> Result<Recorder, String> {
    let mut number = 0;
    let script = move |asked: &Asked| {
        number += 1;
        answer(asked, number)
    };
    Recorder::start(Box::new(script)).map_err(|e| e.to_string())
}

fn answer_of(files: &BTreeMap<String, Vec<u8>>, asked: &Asked) -> Answer {
    let Some(bytes) = files.get(&asked.path) else { return Answer::status("404 Not Found") };
    match asked.from() {
        Some(from) if from < bytes.len() => part(bytes, from),
        _ => Answer::of(bytes),
    }
}

/// The rest of an object, as a server should send it.
fn part(bytes: &[u8], from: usize) -> Answer {
    let (last, size) = (bytes.len() - 1, bytes.len());
    let line = format!("206 Partial Content\r\ncontent-range: bytes {from}-{last}/{size}");
    Answer::status(&line).with(crate::wire::Body::Whole(bytes[from..].to_vec()))
}

fn is_named(request: &str) -> bool {
    let request = request.to_lowercase();
    ["cookie", "if-", "etag", "referer", "authorization"].iter().any(|word| request.contains(word))
}

/// Every file of the phone with its bytes: rings, days, and all of every list. Only the part of a
/// chunk that came in is left out: it stays for the next sync, and nothing counts of it. There is no
/// index on these phones; it holds nothing of its own.
fn held(phone: &SimDisk) -> BTreeMap<String, Vec<u8>> {
    phone.contents().into_iter().filter(|(name, _)| !name.ends_with(".part")).collect()
}

/// Every file is there as it was, and no ring or day beside it. Documents and chunks that came whole
/// may lie there already, for the next sync: none of them is in force before a ring names it, and the
/// rings are as they were.
fn keeps(before: &BTreeMap<String, Vec<u8>>, after: &BTreeMap<String, Vec<u8>>) -> bool {
    let same = before.iter().all(|(name, bytes)| after.get(name) == Some(bytes));
    same && after.keys().all(|name| before.contains_key(name) || name.ends_with(".list"))
}
