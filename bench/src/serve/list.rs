//! A day's list as the authority publishes it, and what a real phone asks for to take it.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use vaora::diary::Diary;
use vaora::journal::Folder;
use vaora::seal::Seed;
use vaora::sync::http::{Options, fetch};
use vaora_tests::diary::{Dice, HOUR, at, create};
use vaora_tests::lists::Office;
use vaora_tests::wire::{Answer, Recorder};

use super::phone::Ask;

/// A published folder, and the requests of a phone.
pub struct List {
    pub public: PathBuf,
    pub windows: usize,
    /// Of everything that a phone fetches.
    pub bytes: usize,
    folder: PathBuf,
    root: Vec<u8>,
    first: Vec<Ask>,
    later: Vec<Ask>,
}

impl List {
    /// The whole work of a desk: keys, catalogues, 50,000 windows in 12,500 venues, a manifest.
    pub fn publish(folder: &Path) -> Self {
        std::fs::create_dir_all(folder).expect("the folder can be made");
        let mut office = Office::open(folder, at(0).wall.day()).expect("a desk");
        office.deployment.renew_upload_keys(at(0).wall.day()).expect("upload keys");
        let mut dice = Dice::new(1);
        for _ in 0..WINDOWS / EACH {
            let mut seed = [0; Seed::LEN];
            vaora::seal::Random::fill(&mut dice, &mut seed);
            for window in 0..EACH as i64 {
                let (from, until) = (at(window * HOUR), at(window * HOUR + HOUR / 2));
                let added = office.warn(Seed::from_bytes(seed), from.wall, until.wall, 2);
                added.expect("a window");
            }
        }
        office.publish(at(6 * HOUR).wall, 0).expect("a publication");
        let mut list = Self {
            public: office.public(),
            windows: WINDOWS,
            bytes: 0,
            folder: folder.to_owned(),
            root: office.root(),
            first: Vec::new(),
            later: Vec::new(),
        };
        list.watch();
        list
    }

    /// What a phone asks for that follows this authority and holds nothing yet.
    pub fn first_sync(&self) -> Vec<Ask> {
        self.first.clone()
    }

    /// What it asks for once it holds everything.
    pub fn later_sync(&self) -> Vec<Ask> {
        self.later.clone()
    }

    /// A real phone takes the list from a server.
    pub fn take(&self, server: SocketAddr) -> Result<(), String> {
        let phone = Phone::new(self, &server.to_string());
        let new = phone.sync(&format!("http://{server}/"))?;
        if new { Ok(()) } else { Err("a phone found no list there".to_owned()) }
    }

    /// Writes down what a phone asks for, from a server that writes everything down.
    fn watch(&mut self) {
        let public = self.public.clone();
        let recorder =
            Recorder::start(Box::new(move |asked| match std::fs::read(public.join(&asked.path)) {
                Ok(bytes) => Answer::of(&bytes),
                Err(_) => Answer::status("404 Not Found"),
            }));
        let recorder = recorder.expect("a free port");
        let phone = Phone::new(self, "watched");
        let watched = || {
            phone.sync(&recorder.base()).expect("a real phone takes the list");
            let asked = recorder.take().into_iter();
            asked.map(|asked| {
                let bytes = std::fs::read(self.public.join(&asked.path)).ok();
                Ask { head: asked.raw, path: asked.path, length: bytes.map(|bytes| bytes.len()) }
            })
        };
        let first: Vec<Ask> = watched().collect();
        let later: Vec<Ask> = watched().collect();
        self.bytes = first.iter().filter_map(|ask| ask.length).sum();
        (self.first, self.later) = (first, later);
    }
}

/// A phone that follows the authority.
struct Phone {
    diary: Diary,
    deployment: [u8; 16],
}

impl Phone {
    fn new(list: &List, name: &str) -> Self {
        let disk = Folder::new(&list.folder.join("phones").join(name));
        let diary = create(Box::new(disk), &mut Dice::new(7), &at(0));
        let (diary, _) = diary.expect("a diary");
        let deployment = diary.follow(&list.root).expect("its root");
        Self { diary, deployment }
    }

    fn sync(&self, base: &str) -> Result<bool, String> {
        let options = Options::default();
        let report = fetch(&self.diary, &self.deployment, base, &options, &|| at(7 * HOUR));
        report.map(|report| report.is_new).map_err(|e| format!("a real phone: {e}"))
    }
}

const WINDOWS: usize = 50_000;
/// Windows of one venue.
const EACH: usize = 4;
