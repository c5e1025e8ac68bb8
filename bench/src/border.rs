//! What the border costs: calls through Kotlin and through Swift, beside the same calls bare in Rust.
//! All three load one library, built as for phones, so the core's machine code is the same.
//!
//! Each language has a program without ideas: `bindings/examples/border.rs`, `vn.vaora.border` in the
//! tests of `android/sdk`, `vaora-border` in `ios`. It gets a folder with a poster, a root and a camera
//! frame, and the time; it reads `CALL TIMES` a line, makes the call that often through what an app
//! calls, one after another, and answers a line `{"nanos":[…],"taken":…}`: what each call took, and the
//! memory that the program took for each, which says something of frames alone. The programs are asked
//! in turns, so that a busy moment of the machine meets them all.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::Value;
use vaora_tests::frames;
use vaora_tests::vectors::world;

use crate::row::{Good, Report, Row};

pub fn run(report: &mut Report) {
    // In the project, for Swift sees no other folder.
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/border");
    if let Err(why) = compare(report, &folder) {
        eprintln!("bench size: {why}");
        report.missing(&why);
    }
    let _ = std::fs::remove_dir_all(folder);
}

/// The program of Rust: this one, `--bare LIBRARY FOLDER UNIX-SECONDS`. Answers whether it was asked.
pub fn measure(args: &[String]) -> bool {
    let [bare, library, ..] = args else { return false };
    if bare != BARE {
        return false;
    }
    // SAFETY: it is `bindings/examples/border.rs`, whose function takes nothing and gives nothing.
    let called = unsafe {
        libloading::Library::new(library)
            .and_then(|library| library.get::<extern "C" fn()>(c"bare_calls").map(|calls| calls()))
    };
    if let Err(error) = called {
        eprintln!("bench size: {error}");
    }
    true
}

fn compare(report: &mut Report, folder: &Path) -> Result<(), String> {
    report.note("through the façade that apps use, beside the bare call in the same library");
    let mut programs = vec![Program::start("Rust", folder)?];
    for language in ["Kotlin", "Swift"] {
        match Program::start(language, folder) {
            Ok(program) => programs.push(program),
            Err(why) => {
                eprintln!("bench size: {why}");
                report.missing(&why);
            }
        }
    }
    for call in &CALLS {
        let mut seen: Vec<Seen> = Vec::new();
        for program in &mut programs {
            program.ask(call.word, call.warm)?;
            seen.push(Seen::default());
        }
        for _ in 0..ROUNDS {
            for (program, seen) in programs.iter_mut().zip(&mut seen) {
                seen.add(program.ask(call.word, call.batch)?);
            }
        }
        rows(report, call, &programs, &mut seen);
    }
    Ok(())
}

fn rows(report: &mut Report, call: &Call, programs: &[Program], seen: &mut [Seen]) {
    let Some((bare, others)) = seen.split_first_mut() else { return };
    for (program, seen) in programs.iter().skip(1).zip(others) {
        let language = program.language;
        // On a busy machine the median is mostly waiting; the quickest tenth was let alone.
        for (part, share) in [("median", 0.5), ("10 %", 0.1)] {
            report.row(&Row {
                name: &format!("{}, {language}, {part}", call.name),
                ours: seen.quantile(share),
                other: bare.quantile(share),
                name_of_other: "bare Rust",
                unit: "µs",
                good: Good::Less,
                goal: None,
            });
        }
        if call.word == FRAME {
            report.row(&Row {
                name: &format!("memory a frame, {language}"),
                ours: seen.taken,
                other: PIXELS as f64,
                name_of_other: "its pixels, copied once",
                unit: "bytes",
                good: Good::Less,
                goal: Some(NOT_ONE_COPY),
            });
        }
    }
}

/// A call of the programs.
struct Call {
    word: &'static str,
    name: &'static str,
    /// How often before it counts: Kotlin compiles what it runs often.
    warm: usize,
    /// How often in a turn.
    batch: usize,
}

/// What a program has answered so far.
#[derive(Default)]
struct Seen {
    micros: Vec<f64>,
    /// A call, in the turn that took the most.
    taken: f64,
}

impl Seen {
    fn add(&mut self, turn: Self) {
        self.micros.extend(turn.micros);
        self.taken = self.taken.max(turn.taken);
    }

    fn quantile(&mut self, share: f64) -> f64 {
        self.micros.sort_by(f64::total_cmp);
        let place = self.micros.len().saturating_sub(1) as f64 * share;
        self.micros.get(place as usize).copied().unwrap_or(f64::NAN)
    }
}

/// The program of a language, running.
struct Program {
    language: &'static str,
    child: Child,
    questions: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Program {
    fn start(language: &'static str, folder: &Path) -> Result<Self, String> {
        let variable = format!("VAORA_BENCH_{}", language.to_uppercase());
        let command = std::env::var(&variable).map_err(|_| {
            format!("the border of {language}: ./vaora could not build its program, and says why")
        })?;
        let folder = phone(&folder.join(language))
            .map_err(|e| format!("the border of {language}: its folder: {e}"))?;
        let mut child = Command::new("sh")
            .args(["-c", &format!("exec {command} \"$@\""), language])
            .arg(folder)
            .arg(world::noon(TODAY).unix().to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|e| format!("the border of {language} cannot be started: {e}"))?;
        let questions = child.stdin.take();
        let answers = child.stdout.take().ok_or("a child without an output")?;
        Ok(Self { language, child, questions, answers: BufReader::new(answers) })
    }

    fn ask(&mut self, call: &str, times: usize) -> Result<Seen, String> {
        let broken = |why: &str| format!("the border of {} broke at {call}: {why}", self.language);
        let mut line = String::new();
        let questions = self.questions.as_mut().ok_or_else(|| broken("it has ended"))?;
        writeln!(questions, "{call} {times}")
            .and_then(|()| questions.flush())
            .and_then(|()| self.answers.read_line(&mut line))
            .map_err(|e| broken(&e.to_string()))?;
        let answer: Value = serde_json::from_str(&line).map_err(|e| broken(&e.to_string()))?;
        let nanos = answer["nanos"].as_array().into_iter().flatten().filter_map(Value::as_f64);
        let micros: Vec<f64> = nanos.map(|nanos| nanos / 1e3).collect();
        if micros.len() != times {
            return Err(broken("an answer that is none"));
        }
        // What was not counted is no proof; nobody counts the bare calls.
        Ok(Seen { micros, taken: answer["taken"].as_f64().unwrap_or(f64::INFINITY) })
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It ends when there are no more questions.
        self.questions = None;
        let _ = self.child.wait();
    }
}

/// What a phone meets, as files in an empty folder.
fn phone(folder: &Path) -> std::io::Result<PathBuf> {
    if folder.exists() {
        std::fs::remove_dir_all(folder)?;
    }
    std::fs::create_dir_all(folder)?;
    let issuer = world::key("issuer");
    let poster = vaora_authority::issue::issue(&world::market(), &issuer).expect("a good venue");
    let text = poster.address("vaora.example").expect("a host name");
    let symbol = vaora_authority::symbol::symbol(&text).expect("a text of this length");
    let frame = frames::poster(&symbol, &text, 1).seen;
    assert_eq!((frame.width, frame.height, frame.luma.len()), (1280, 720, PIXELS));
    std::fs::write(folder.join("root"), world::root())?;
    std::fs::write(folder.join("code"), text)?;
    std::fs::write(folder.join("frame"), frame.luma)?;
    folder.canonicalize()
}

// Frames before check-ins, which leave a heap of their own in each program: where the scanner's memory
// comes to lie is worth a fifth of its time.
const CALLS: [Call; 4] = [
    Call { word: "clock", name: "cheapest verb", warm: 20_000, batch: 100 },
    Call { word: "inspect", name: "inspect a code", warm: 5_000, batch: 50 },
    Call { word: FRAME, name: "frame of 1280 × 720", warm: 500, batch: 10 },
    Call { word: "check-in", name: "durable check-in", warm: 500, batch: 20 },
];
const BARE: &str = "--bare";
/// One copy in a turn of ten frames would be a tenth.
const NOT_ONE_COPY: f64 = 0.09;
const FRAME: &str = "frame";
const ROUNDS: usize = 41;
const PIXELS: usize = 1280 * 720;
const TODAY: &str = "2027-06-15";
