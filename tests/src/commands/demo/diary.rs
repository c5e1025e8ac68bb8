//! The diary: in and out at the market in a process of its own, which is killed with -9 before
//! it can close anything; then the diary is opened again.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use vaora::code::{Scanned, inspect};
use vaora::diary::{DeviceKey, Diary, Now, Out, Place};
use vaora::journal::{Folder, Wrapped};
use vaora::seal::{Secret, Seed};
use vaora::time::Instant;
use vaora::trust::Anchors;
use vaora_tests::diary::SystemRandom;

use super::{Demo, must};
use crate::commands::Failed;

/// Checks in and out, kills the process that did it, and shows what is left: everything.
/// `text` is the scanned code, `anchors` what the phone trusts.
pub(super) fn diary_step(demo: &mut Demo, text: &str, anchors: &Anchors) -> Result<(), Failed> {
    let at = demo.at();
    let scan = inspect(Scanned::Text(text), anchors, at);
    let place = Place::of(&scan).map_err(failed)?;
    let folder = demo.folder().join("diary");
    Diary::erase(Box::new(Folder::new(&folder))).map_err(failed)?;
    let seed: String = place.seed.expose().iter().map(|b| format!("{b:02x}")).collect();
    let mut child = Command::new(std::env::current_exe().map_err(|_| no_child())?)
        .args(["demo-visit", &at.unix().to_string(), &seed, &place.details.name])
        .arg(&folder)
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|_| no_child())?;
    let out = child.stdout.take().ok_or_else(no_child)?;
    let said: Vec<String> = BufReader::new(out).lines().take(2).map_while(Result::ok).collect();
    child.kill().and_then(|()| child.wait()).map_err(|_| no_child())?;
    must(said == ["in", "out"], "the visit was acknowledged before the process was killed")?;
    demo.step(
        "the phone checks in and out, and its process is killed with -9",
        "both acknowledged",
    );

    let random = Box::new(SystemRandom);
    let diary =
        Diary::open(Box::new(Folder::new(&folder)), random, key(1), key(2)).map_err(failed)?;
    let now = moment(at, STAYED);
    let all = diary.visits(at, now.wall, &now).map_err(failed)?;
    must(all.damaged.is_empty() && all.unfinished.is_empty(), "nothing of the diary is damaged")?;
    let [visit] = all.visits.as_slice() else {
        return Err(Failed::not_so("demo: there is not exactly one visit"));
    };
    must(visit.out == Out::Scanned(now.wall), "the visit ended when it was scanned out")?;
    let name = visit.place.as_ref().map_or("", |place| &place.name);
    must(name == place.details.name, "the visit names the market")?;
    let badge = diary.badge(visit.id, &moment(at, 0)).map_err(failed)?;
    let key = vaora::seal::VenueKey::derive(&place.seed, at.day());
    must(badge == key.derive_badge(at), "the badge is the one that every phone there shows")?;
    let shapes = badge.map(|shape| SHAPES[usize::from(shape) % SHAPES.len()]);
    demo.step(
        "the diary opens again and has the whole visit",
        &format!("{name}, {} minutes, badge {}", STAYED / 60, shapes.join(" ")),
    );
    Ok(())
}

/// The process that is killed.
#[derive(clap::Args)]
pub(crate) struct VisitArgs {
    at: i64,
    seed: String,
    name: String,
    folder: PathBuf,
}

pub(crate) fn visit(args: &VisitArgs) -> Result<ExitCode, Failed> {
    let at = Instant::from_unix(args.at);
    let wrapped = |n| Wrapped { secret: secret(n), wrapping: vec![n] };
    let disk = Box::new(Folder::new(Path::new(&args.folder)));
    let random = Box::new(SystemRandom);
    let now = moment(at, 0);
    let diary = Diary::create(disk, random, wrapped(1), wrapped(2), &now).map_err(failed)?;
    let seed = vaora::text::hex::decode::<{ Seed::LEN }>(&args.seed);
    let seed = seed.ok_or_else(|| Failed::usage("a seed is 24 hexadecimal digits"))?;
    let mut place = vaora_tests::diary::place(&args.name, 90);
    place.seed = Seed::from_bytes(seed);
    let visit = diary.check_in(&place, &[], &now).map_err(failed)?;
    println!("in");
    diary.check_out(visit.id, &moment(at, STAYED)).map_err(failed)?;
    println!("out");
    // Nothing is closed in an orderly way: -9 comes while it waits.
    loop {
        std::thread::park();
    }
}

fn moment(at: Instant, after: i64) -> Now {
    let running = 100_000u64.saturating_add_signed(after);
    Now { wall: Instant::from_unix(at.unix() + after), offset: 420, running, boot: 1 }
}

/// What a phone's key store would unwrap.
fn key(n: u8) -> DeviceKey {
    DeviceKey::Ready(vec![secret(n)])
}

fn secret(n: u8) -> Secret {
    Secret::from_slice(&[n; Secret::LEN]).expect("the length is right")
}

fn failed(error: vaora::Error) -> Failed {
    Failed::not_so(format!("demo: the diary answers: {error}"))
}

fn no_child() -> Failed {
    Failed::could_not("demo: a second process could not be started and killed")
}

const STAYED: i64 = 40 * 60;
const SHAPES: [&str; 8] = ["●", "■", "▲", "◆", "★", "✚", "☾", "♥"];
