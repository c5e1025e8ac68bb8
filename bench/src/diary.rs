//! The diary: 10,000 visits of 250 bytes over three weeks, beside the stores that it could have
//! been kept in, and beside a bare write of the same bytes.

use std::fs::{File, OpenOptions};
use std::hint::black_box;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::time::Instant;

use vaora::diary::{Diary, Place};
use vaora::journal::Folder;
use vaora_tests::diary::{DAY, Dice, KeyStore, at, create, details, open as open_diary, seed_of};

use crate::peers::{Sealer, Store, open};
use crate::row::{Good, Report, Row};

pub fn run(report: &mut Report) {
    let folder = std::env::temp_dir().join(format!("vaora-bench-{}", std::process::id()));
    let mut bench = Bench { report, folder: folder.clone(), dice: Dice::new(1) };
    let keys = bench.fill();
    bench.open(&keys);
    bench.read(&keys);
    bench.queries("ours", VISITS, &keys);
    bench.ordinary();
    bench.sizes();
    bench.insert(&keys);
    bench.expire(&keys);
    bench.cycles();
    let _ = std::fs::remove_dir_all(folder);
}

struct Bench<'a> {
    report: &'a mut Report,
    folder: PathBuf,
    dice: Dice,
}

impl Bench<'_> {
    /// The same visits everywhere.
    fn fill(&mut self) -> KeyStore {
        let (diary, keys) = self.create("ours");
        for n in 0..VISITS {
            let second = n * 21 * DAY / VISITS;
            if n % (VISITS / 21) == 0 {
                diary.due(&at(second)).expect("upkeep");
            }
            let visit = diary.check_in(&place(n), &[], &at(second)).expect("in");
            diary.check_out(visit.id, &at(second + 60)).expect("out");
        }
        diary.due(&at(21 * DAY)).expect("upkeep");
        drop(diary);
        let sealer = Sealer::new();
        let rows: Vec<_> = (0..VISITS).map(|n| self.row(&sealer, n)).collect();
        for name in PEERS {
            open(name, &self.folder.join(name)).fill(&rows);
        }
        keys
    }

    fn open(&mut self, keys: &KeyStore) {
        let mut dice = Dice::new(2);
        let ours =
            median(41, || drop(open_diary(self.ours("ours"), &mut dice, keys).expect("opens")));
        for name in PEERS {
            let other = median(21, || drop(open(name, &self.folder.join(name))));
            self.row_ms("open, 10,000 visits", ours, other, name, None);
        }
        self.row_ms("open, 10,000 visits", ours, 2.0, "the goal of 2 ms", Some(1.0));
    }

    /// Once right after each opening, when every readable part is opened with its tag, and again
    /// in an open diary, when hashes that were proven then stand for the tags.
    fn read(&mut self, keys: &KeyStore) {
        let (first, last) = (at(-DAY).wall, at(22 * DAY).wall);
        let all = |diary: &Diary| {
            let all = diary.visits(first, last, &at(21 * DAY)).expect("reads");
            assert_eq!(all.visits.len() as i64, VISITS);
        };
        let mut fresh = Vec::new();
        for _ in 0..11 {
            let diary = open_diary(self.ours("ours"), &mut self.dice, keys).expect("opens");
            fresh.push(time(|| all(&diary)));
        }
        let fresh = middle(fresh);
        let diary = open_diary(self.ours("ours"), &mut self.dice, keys).expect("opens");
        let again = median(21, || all(&diary));
        for name in PEERS {
            let sealer = Sealer::new();
            let scan = |store: &mut dyn Store| {
                let mut bytes = 0;
                store.scan(&mut |key, row| bytes += black_box(sealer.open(key, row)).len());
                bytes
            };
            let mut times = Vec::new();
            for _ in 0..11 {
                let mut store = open(name, &self.folder.join(name));
                times.push(time(|| scan(store.as_mut())));
            }
            self.row_ms("read and open all, first time", fresh, middle(times), name, None);
            let mut store = open(name, &self.folder.join(name));
            let other = median(21, || scan(store.as_mut()));
            self.row_ms("read and open all, again", again, other, name, None);
        }
        self.row_ms("read and open all, again", again, 7.0, "the goal of 7 ms", Some(1.0));
    }

    /// Ten visits a day: what a phone really holds.
    fn ordinary(&mut self) {
        let (diary, keys) = self.create("ordinary");
        for n in 0..ORDINARY {
            let second = n * 21 * DAY / ORDINARY;
            if n % (ORDINARY / 21) == 0 {
                diary.due(&at(second)).expect("upkeep");
            }
            let visit = diary.check_in(&place(n), &[], &at(second)).expect("in");
            diary.check_out(visit.id, &at(second + 60)).expect("out");
        }
        diary.due(&at(21 * DAY)).expect("upkeep");
        drop(diary);
        self.queries("ordinary", ORDINARY, &keys);
    }

    /// Short questions, with the index and without it.
    fn queries(&mut self, name: &str, visits: i64, keys: &KeyStore) {
        let now = at(21 * DAY);
        let mut medians = Vec::new();
        for index in [true, false] {
            let folder = Folder::new(&self.folder.join(name));
            let folder = if index { folder } else { folder.without_index() };
            let diary = open_diary(Box::new(folder), &mut self.dice, keys).expect("opens");
            let all = diary.visits(at(-DAY).wall, at(22 * DAY).wall, &now).expect("reads");
            let (oldest, other) = (all.visits[0].id, place(-1));
            let day = (at(10 * DAY).wall, at(11 * DAY).wall);
            diary.rescan(&other, &now).expect("looks");
            medians.push([
                median(41, || diary.visits(day.0, day.1, &now).expect("reads")),
                median(41, || diary.confirm(oldest).expect("is there")),
                median(41, || diary.rescan(&other, &now).expect("looks")),
            ]);
        }
        for (at, what) in ["one day", "the oldest visit by its id", "a rescan"].iter().enumerate() {
            let row = format!("{what}, {visits} visits");
            self.row_ms(&row, medians[0][at], medians[1][at], "without the index", None);
        }
    }

    fn sizes(&mut self) {
        let payload = (VISITS * 290) as f64 / 1024.0;
        let journal = size(&self.folder.join("ours"), &|name| name.ends_with(".day"));
        let whole = size(&self.folder.join("ours"), &|_| true);
        for (row, ours, goal) in
            [("journal on disk", journal, 1.4), ("directory on disk", whole, 3.0)]
        {
            self.row_kib(row, ours, payload, "payload", Some(goal));
        }
        for name in PEERS {
            let other = size(&self.folder.join(name), &|_| true);
            self.row_kib("directory on disk", whole, other, name, None);
        }
    }

    /// Check-ins, each beside the bare write and beside each peer's, in turns.
    fn insert(&mut self, keys: &KeyStore) {
        let diary = open_diary(self.ours("ours"), &mut self.dice, keys).expect("opens");
        diary.check_in(&place(0), &[], &at(21 * DAY)).expect("in");
        let bare = self.folder.join("bare");
        std::fs::write(&bare, vec![0; 4 << 20]).expect("writes");
        let bare = OpenOptions::new().write(true).open(bare).expect("opens");
        bare.sync_all().expect("syncs");
        let sealer = Sealer::new();
        let mut peers: Vec<Box<dyn Store>> =
            PEERS.iter().map(|name| open(name, &self.folder.join(name))).collect();
        let (mut ours, mut floor, mut others) =
            (Vec::new(), Vec::new(), vec![Vec::new(); PEERS.len()]);
        let record = [7; RECORD as usize];
        for n in 0..INSERTS {
            let place = place(n);
            ours.push(time(|| diary.check_in(&place, &[], &at(21 * DAY + 1 + n)).expect("in")));
            floor.push(time(|| write_and_sync(&bare, n, &record)));
            let (key, row) = self.row(&sealer, VISITS + n);
            for (peer, times) in peers.iter_mut().zip(&mut others) {
                times.push(time(|| peer.put(key, &row)));
            }
        }
        let ours = middle(ours) * 1000.0;
        let micros = |other: Vec<f64>| middle(other) * 1000.0;
        let mut row = |other: f64, name: &str, goal| {
            self.report.row(&Row {
                name: "durable check-in",
                ours,
                other,
                name_of_other: name,
                unit: "µs",
                good: Good::Less,
                goal,
            });
        };
        row(micros(floor), "bare write and fsync", Some(1.1));
        for (name, times) in PEERS.iter().zip(others) {
            row(micros(times), name, None);
        }
    }

    fn expire(&mut self, keys: &KeyStore) {
        let diary = open_diary(self.ours("ours"), &mut self.dice, keys).expect("opens");
        let mut ours = Vec::new();
        for day in 22..28 {
            let now = at(day * DAY);
            ours.push(time(|| {
                let due = diary.due(&now).expect("upkeep");
                assert_eq!(due.expired.len(), 1);
            }));
        }
        let ours = middle(ours);
        for name in PEERS {
            let mut store = open(name, &self.folder.join(name));
            let mut times = Vec::new();
            for day in 1..7 {
                let below = ((day * VISITS / 21) as u64).to_be_bytes();
                times.push(time(|| store.prune(below)));
            }
            self.row_ms("expire a day", ours, middle(times), name, None);
        }
        self.row_ms("expire a day", ours, 10.0, "the goal of 10 ms", Some(1.0));
    }

    /// 100 visits come and 100 go, 100 times.
    fn cycles(&mut self) {
        let (diary, _) = self.create("cycles");
        diary.set_retention(Some(1)).expect("a policy");
        let mut early = 0.0;
        for cycle in 0..100 {
            for n in 0..100 {
                let second = cycle * DAY + n * 60;
                let visit = diary.check_in(&place(n), &[], &at(second)).expect("in");
                diary.check_out(visit.id, &at(second + 30)).expect("out");
            }
            diary.due(&at(cycle * DAY + 12 * 3600)).expect("upkeep");
            if cycle == 9 {
                early = size(&self.folder.join("cycles"), &|_| true);
            }
        }
        let ours = size(&self.folder.join("cycles"), &|_| true);
        self.row_kib("after 100 cycles of 100", ours, early, "after 10 cycles", Some(1.05));
        let sealer = Sealer::new();
        for name in PEERS {
            let folder = self.folder.join(format!("cycles-{name}"));
            let mut store = open(name, &folder);
            for cycle in 0..100 {
                let rows: Vec<_> =
                    (cycle * 100..cycle * 100 + 100).map(|n| self.row(&sealer, n)).collect();
                store.fill(&rows);
                store.prune((((cycle - 2) * 100).max(0) as u64).to_be_bytes());
            }
            drop(store);
            let other = size(&folder, &|_| true);
            self.row_kib("after 100 cycles of 100", ours, other, name, None);
        }
    }

    fn create(&mut self, name: &str) -> (Diary, KeyStore) {
        create(self.ours(name), &mut self.dice, &at(0)).expect("a new diary")
    }

    fn ours(&self, name: &str) -> Box<Folder> {
        Box::new(Folder::new(&self.folder.join(name)))
    }

    fn row(&mut self, sealer: &Sealer, n: i64) -> ([u8; 8], Vec<u8>) {
        let key = (n as u64).to_be_bytes();
        let mut nonce = [0; 24];
        vaora::seal::Random::fill(&mut self.dice, &mut nonce);
        (key, sealer.seal(key, &[7; 250], nonce))
    }

    fn row_ms(&mut self, name: &str, ours: f64, other: f64, peer: &str, goal: Option<f64>) {
        let (unit, good) = ("ms", Good::Less);
        self.report.row(&Row { name, ours, other, name_of_other: peer, unit, good, goal });
    }

    fn row_kib(&mut self, name: &str, ours: f64, other: f64, peer: &str, goal: Option<f64>) {
        let (unit, good) = ("KiB", Good::Less);
        self.report.row(&Row { name, ours, other, name_of_other: peer, unit, good, goal });
    }
}

/// A place whose visit has both parts together at about 250 bytes.
fn place(n: i64) -> Place {
    let name = format!("Nhà hàng số {n:05} đường Pác Bó, phường Hợp");
    Place { seed: seed_of(&name), details: details(&name, 60) }
}

fn write_and_sync(file: &File, n: i64, record: &[u8]) {
    file.write_all_at(record, (n * RECORD) as u64).expect("writes");
    file.sync_data().expect("syncs");
}

/// Milliseconds.
fn time<T>(f: impl FnOnce() -> T) -> f64 {
    let start = Instant::now();
    black_box(f());
    start.elapsed().as_secs_f64() * 1e3
}

fn median<T>(rounds: usize, mut f: impl FnMut() -> T) -> f64 {
    middle((0..rounds).map(|_| time(&mut f)).collect())
}

fn middle(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// KiB of the files whose name is meant.
fn size(folder: &Path, meant: &dyn Fn(&str) -> bool) -> f64 {
    let mut all = 0.0;
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            all += size(&path, meant);
        } else if meant(&entry.file_name().to_string_lossy()) {
            all += entry.metadata().map_or(0.0, |m| m.len() as f64 / 1024.0);
        }
    }
    all
}

const VISITS: i64 = 10_000;
const ORDINARY: i64 = 210;
const INSERTS: i64 = 400;
/// Bytes of one check-in in its file.
const RECORD: i64 = 320;
const PEERS: &[&str] = &["sled", "redb", "SQLite"];
