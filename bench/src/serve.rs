//! Serving a day's list: two thousand phones on the line at once, from the desk's own server and
//! from nginx, each in a process of its own, with the same files and the same phones.

mod list;
mod nginx;
mod own;
mod phone;

use std::net::SocketAddr;
use std::time::Duration;

use crate::row::{Good, Report, Row};
use list::List;
use phone::{Ask, crowd};

pub use own::measure;

pub fn run(report: &mut Report) {
    let folder = std::env::temp_dir().join(format!("vaora-bench-serve-{}", std::process::id()));
    if let Err(why) = compare(report, &folder) {
        report.missing(&why);
    }
    let _ = std::fs::remove_dir_all(&folder);
}

fn compare(report: &mut Report, folder: &std::path::Path) -> Result<(), String> {
    // A socket for each phone; the servers run in processes of their own.
    descriptors(PHONES as u64 + 200)?;
    let list = List::publish(&folder.join("list"));
    report.note(&format!("a list of {} windows, {} bytes", list.windows, list.bytes));
    let ours = own::Server::start(&list.public)?;
    let nginx = nginx::Server::start(&list.public, &folder.join("nginx"))?;
    // A real phone takes the list from both.
    list.take(ours.address)?;
    list.take(nginx.address)?;
    let mut served = Served::default();
    for (name, asks) in [
        ("2,000 phones take a day's list, a second", list.first_sync()),
        ("2,000 phones find nothing new, a second", list.later_sync()),
    ] {
        report.note(&format!("{} requests a phone: {}", asks.len(), phone::names(&asks)));
        let (ours, other) = side_by_side(ours.address, nginx.address, &asks, &mut served)?;
        let (name_of_other, unit, good) = ("nginx", "phones", Good::More);
        report.row(&Row { name, ours, other, name_of_other, unit, good, goal: Some(GOAL) });
    }
    let name = "phones served without any error";
    let (ours, other) = (f64::from(served.ours), f64::from(served.asked));
    let (name_of_other, unit, good) = ("all of them", "phones", Good::More);
    report.row(&Row { name, ours, other, name_of_other, unit, good, goal: Some(1.0) });
    if served.other < served.asked {
        report.missing(&format!("nginx failed {} phones", served.asked - served.other));
    }
    Ok(())
}

/// How many phones were sent to each server, and how many got what they asked for.
#[derive(Default)]
struct Served {
    asked: u32,
    ours: u32,
    other: u32,
}

/// Phones a second of each, median of rounds in turns.
fn side_by_side(
    ours: SocketAddr,
    other: SocketAddr,
    asks: &[Ask],
    served: &mut Served,
) -> Result<(f64, f64), String> {
    let (mut left, mut right) = (Vec::new(), Vec::new());
    for round in 0..=ROUNDS {
        let (a, b) = (crowd(ours, asks, PHONES)?, crowd(other, asks, PHONES)?);
        served.asked += PHONES;
        served.ours += a.served;
        served.other += b.served;
        // The first one fills caches on both sides.
        if round > 0 {
            left.push(a.took);
            right.push(b.took);
        }
    }
    Ok((rate(left), rate(right)))
}

fn rate(mut times: Vec<Duration>) -> f64 {
    times.sort();
    f64::from(PHONES) / times[times.len() / 2].as_secs_f64()
}

/// Makes sure that this program may open so many files.
fn descriptors(wanted: u64) -> Result<(), String> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if current.is_none_or(|current| current >= wanted) {
        return Ok(());
    }
    let raised = setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), maximum });
    raised.map_err(|_| format!("{wanted} open files are needed: raise the limit with ulimit -Hn"))
}

const PHONES: u32 = 2000;
const ROUNDS: usize = 5;
const GOAL: f64 = 0.5;
