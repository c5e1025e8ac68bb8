//! The library that phones get, and in it, bare, the calls that `./vaora bench size` times through Kotlin
//! and through Swift: all of them run the same machine code of the core. A program of its own would be
//! optimised by itself, which made it a tenth faster. `bench/src/border.rs` says what is asked.

use std::io::{BufRead, Error};
use std::path::Path;
use std::time::{Duration, Instant};

use vaora::code::{Scan, Scanned};
use vaora::diary::{Diary, Now, Place};
use vaora::journal::{Folder, Wrapped};
use vaora::scan::{Scanner, Which};
use vaora::seal::{Random, Secret};

vaora_ffi::uniffi_reexport_scaffolding!();

/// Answers until there are no more questions. The last two arguments of the process are the folder and
/// the time.
#[unsafe(no_mangle)]
pub extern "C" fn bare_calls() {
    if let Err(error) = answers() {
        eprintln!("border: {error}");
    }
}

fn answers() -> Result<(), Error> {
    let args: Vec<String> = std::env::args().collect();
    let [.., folder, start] = args.as_slice() else {
        return Err(Error::other("FOLDER UNIX-SECONDS"));
    };
    let mut border = Border::new(folder.as_ref(), start.parse().map_err(Error::other)?)?;
    for line in std::io::stdin().lock().lines() {
        println!("{}", border.answer(&line?)?);
    }
    Ok(())
}

/// A phone's work, one call at a time.
struct Border {
    diary: Diary,
    scanner: Scanner,
    code: String,
    pixels: Vec<u8>,
    scan: Scan,
    now: Now,
}

impl Border {
    fn new(folder: &Path, start: i64) -> Result<Self, Error> {
        let now = Now {
            wall: vaora::time::Instant::from_unix(start),
            offset: 420,
            running: 1000,
            boot: 1,
        };
        let disk = Box::new(Folder::new(&folder.join("diary")));
        let diary = Diary::create(disk, Box::new(System), secret(), secret(), &now)
            .map_err(Error::other)?;
        diary.follow(&std::fs::read(folder.join("root"))?).map_err(Error::other)?;
        let code = std::fs::read_to_string(folder.join("code"))?;
        let scan = diary.inspect(Scanned::Text(&code), &now).map_err(Error::other)?;
        let pixels = std::fs::read(folder.join("frame"))?;
        let scanner = Scanner::for_codes(Which::Central);
        Ok(Self { diary, scanner, code, pixels, scan, now })
    }

    /// Answers `CALL TIMES`.
    fn answer(&mut self, question: &str) -> Result<String, Error> {
        let (call, times) = question.split_once(' ').ok_or(Error::other("CALL TIMES"))?;
        let times: usize = times.parse().map_err(Error::other)?;
        let nanos = (0..times)
            .map(|_| Ok(self.once(call)?.as_nanos().to_string()))
            .collect::<Result<Vec<_>, Error>>()?;
        Ok(format!("{{\"nanos\":[{}]}}", nanos.join(",")))
    }

    fn once(&mut self, call: &str) -> Result<Duration, Error> {
        let Self { diary, scanner, code, pixels, scan, now } = self;
        match call {
            "clock" => timed(|| diary.clock_seems_wrong(now)).map(|(_, took)| took),
            "inspect" => {
                let (scan, took) = timed(|| diary.inspect(Scanned::Text(code), now))?;
                scan.may_check_in().then_some(took).ok_or(Error::other("no place"))
            }
            "check-in" => {
                now.wall = vaora::time::Instant::from_unix(now.wall.unix() + 60);
                now.running += 60;
                let (visit, took) = timed(|| diary.check_in(&Place::of(scan)?, &[], now))?;
                diary.check_out(visit.id, now).map_err(Error::other)?;
                Ok(took)
            }
            "frame" => {
                let (symbols, took) = timed(|| scanner.frame(pixels, WIDTH, HEIGHT, WIDTH))?;
                let seen = symbols.first().is_some_and(|symbol| symbol.text == *code);
                seen.then_some(took).ok_or(Error::other("the code was not seen"))
            }
            _ => Err(Error::other("no such call")),
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "this program is there to measure")]
fn timed<T, E>(call: impl FnOnce() -> Result<T, E>) -> Result<(T, Duration), Error>
where
    E: std::error::Error + Send + Sync + 'static,
{
    let start = Instant::now();
    let answer = call();
    let took = start.elapsed();
    Ok((answer.map_err(Error::other)?, took))
}

fn secret() -> Wrapped {
    let mut bytes = [0; Secret::LEN];
    System.fill(&mut bytes);
    let secret = Secret::from_slice(&bytes).expect("as long as a secret is");
    Wrapped { secret, wrapping: Vec::new() }
}

struct System;

impl Random for System {
    fn fill(&mut self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("the system has a generator");
    }
}

const WIDTH: u32 = 1280;
const HEIGHT: u32 = 720;
