//! Finding one's visits in a published list: ours beside the two systems that had check-ins
//! before, and beside the least that has to be done. Every design reads its own files of the same
//! world, from their bytes to the visits that are to be warned of: signature, hashes, parsing,
//! matching. Processor time of the thread, in turns.

mod cwa;
mod limit;
mod memory;
mod nhs;
mod ours;
mod protobuf;
mod signed;
mod world;

use std::path::{Path, PathBuf};

use cpu_time::ThreadTime;

use crate::row::{Good, Report, Row};
use limit::Limit;
pub use memory::measure;
use signed::Refused;
use world::{PLANTED, Visit, World};

pub fn run(report: &mut Report) {
    let folder = std::env::temp_dir().join(format!("vaora-bench-{}", std::process::id()));
    for size in &SIZES {
        for (name, publish, _) in DESIGNS {
            for (world, folder) in [(size.world, folder.join(name)), (WARM, warm(&folder, name))] {
                std::fs::create_dir_all(&folder).expect("the folder can be made");
                publish(&world, &folder);
            }
        }
        sizes(report, size, &folder);
        times(report, size, &folder);
        arrival(report, size, &folder.join(OURS));
        if size.memory {
            peaks(report, size, &folder);
        }
        let _ = std::fs::remove_dir_all(&folder);
    }
}

/// A phone that can look for its visits in what was published.
pub trait Phone {
    /// The numbers of the visits that overlap a published window.
    fn find(&self) -> Result<Vec<usize>, Refused>;
}

type Publish = fn(&World, &Path);
type Open = fn(&World, &[Visit], &Path) -> Box<dyn Phone>;

const DESIGNS: [(&str, Publish, Open); 3] = [
    (OURS, ours::publish, |_, visits, folder| Box::new(ours::App::open(visits, folder))),
    ("CWA", cwa::publish, |world, visits, folder| Box::new(cwa::App::open(world, visits, folder))),
    ("NHS", nhs::publish, |_, visits, folder| Box::new(nhs::App::open(visits, folder))),
];

fn sizes(report: &mut Report, size: &Size, folder: &Path) {
    let bytes = |name: &str| {
        let files = std::fs::read_dir(folder.join(name)).expect("it was published");
        let sizes = files.filter_map(|file| file.ok()?.metadata().ok()).map(|file| file.len());
        sizes.sum::<u64>() as f64 / size.world.windows as f64
    };
    for (name, ..) in DESIGNS.into_iter().skip(1) {
        report.row(&Row {
            name: &format!("bytes a window, {}", size.name),
            ours: bytes(OURS),
            other: bytes(name),
            name_of_other: name,
            unit: "B",
            good: Good::Less,
            goal: None,
        });
    }
}

fn times(report: &mut Report, size: &Size, folder: &Path) {
    let visits = size.world.visits();
    let phones = DESIGNS.map(|(name, _, open)| open(&size.world, &visits, &folder.join(name)));
    let limit = Limit::open(&visits, &folder.join(OURS));
    let mut all = [const { Vec::new() }; DESIGNS.len() + 1];
    for _ in 0..size.rounds {
        for (phone, times) in phones.iter().zip(&mut all) {
            let start = ThreadTime::now();
            let found = phone.find();
            times.push(start.elapsed().as_secs_f64() * 1e3);
            let mut found = found.expect("the list is good");
            found.sort_unstable();
            assert!(found.iter().copied().eq(0..PLANTED as usize), "{found:?}");
        }
        let start = ThreadTime::now();
        limit.run();
        all[DESIGNS.len()].push(start.elapsed().as_secs_f64() * 1e3);
    }
    let [ours, cwa, nhs, limit] = all.map(median);
    for (name, other, times) in
        [("limit", limit, size.limit), ("CWA", cwa, size.cwa), ("NHS", nhs, size.nhs)]
    {
        report.row(&Row {
            name: size.name,
            ours,
            other,
            name_of_other: name,
            unit: "ms",
            good: Good::Less,
            goal: times,
        });
    }
}

/// What a chunk costs once more when it comes in: every block is checked before it is kept.
fn arrival(report: &mut Report, size: &Size, folder: &Path) {
    let visits = size.world.visits();
    let (phone, limit) = (ours::App::open(&visits, folder), Limit::open(&visits, folder));
    let (mut ours, mut other) = (Vec::new(), Vec::new());
    for _ in 0..size.rounds {
        let start = ThreadTime::now();
        assert_eq!(phone.take(), Ok(()));
        ours.push(start.elapsed().as_secs_f64() * 1e3);
        let start = ThreadTime::now();
        limit.hash_all();
        other.push(start.elapsed().as_secs_f64() * 1e3);
    }
    report.row(&Row {
        name: &format!("taking in {}", size.name),
        ours: median(ours),
        other: median(other),
        name_of_other: "hashing it once",
        unit: "ms",
        good: Good::Less,
        goal: None,
    });
}

fn peaks(report: &mut Report, size: &Size, folder: &Path) {
    let mut peaks = Vec::new();
    for (name, ..) in DESIGNS {
        match memory::peak_kib(name, &size.world, &folder.join(name), &warm(folder, name)) {
            Ok(kib) => peaks.push((name, kib)),
            Err(why) => {
                eprintln!("bench match: {name}: {why}");
                report.missing(&why);
                return;
            }
        }
    }
    let [(_, ours), others @ ..] = &peaks[..] else { return };
    let rows = others.iter().map(|(name, kib)| (*name, *kib, None));
    for (name, other, goal) in rows.chain([("the goal of 1 MiB", 1024.0, Some(1.0))]) {
        report.row(&Row {
            name: &format!("memory, {}", size.name),
            ours: *ours,
            other,
            name_of_other: name,
            unit: "KiB",
            good: Good::Less,
            goal,
        });
    }
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

struct Size {
    name: &'static str,
    world: World,
    rounds: u32,
    /// Ours as a part of the other's, at most.
    limit: Option<f64>,
    cwa: Option<f64>,
    nhs: Option<f64>,
    memory: bool,
}

const SIZES: [Size; 3] = [
    Size {
        name: "1 M windows, 2,000 visits",
        world: World { windows: 1_000_000, files: 1, visits: 2_000 },
        rounds: 15,
        limit: Some(1.3),
        cwa: Some(1.0 / 15.0),
        nhs: Some(1.0 / 40.0),
        memory: true,
    },
    Size {
        name: "an ordinary day: 50,000 windows, 300 visits",
        world: World { windows: 50_000, files: 1, visits: 300 },
        rounds: 61,
        limit: None,
        cwa: Some(1.0 / 6.0),
        nhs: None,
        memory: false,
    },
    Size {
        name: "10 M windows in six files, 100 visits",
        world: World { windows: 10_000_000, files: 6, visits: 100 },
        rounds: 5,
        limit: None,
        cwa: Some(1.0 / 300.0),
        nhs: None,
        memory: true,
    },
];

/// Small enough to leave no memory behind that a measured search could use.
const WARM: World = World { windows: 100, files: 1, visits: 10 };

fn warm(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("warm-{name}"))
}

const OURS: &str = "ours";

#[cfg(test)]
mod tests;
