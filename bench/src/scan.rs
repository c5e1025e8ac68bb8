//! The scanner beside the decoders that a phone could use instead: the same frames in the same
//! run, each decoder in one thread, in milliseconds of its processor time.
//!
//! A camera goes on showing what it shows, so every frame is shown again until it is read, at
//! most [`SHOWN`] times. The peers keep no state and are asked once: their answer would not
//! change. Each showing counts as a frame of its own in our times.

mod peers;

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use cpu_time::ThreadTime;
use vaora::scan::{Scanner, Which};
use vaora_tests::frames::{self, CLASSES, FRAMES, Frame, NO_CODE};

use crate::row::{Good, Report, Row};
use peers::Peers;

pub fn run(report: &mut Report) {
    let mut peers = match Peers::start() {
        Ok(peers) => peers,
        Err(why) => {
            eprintln!("bench scan: {why}");
            report.missing(&why);
            return;
        }
    };
    // Fewer frames for a quick look; the rows are then no proof.
    let per_class = std::env::var("VAORA_BENCH_FRAMES").ok().and_then(|n| n.parse().ok());
    let per_class = per_class.unwrap_or(FRAMES).min(FRAMES);
    let mut sizes = Vec::new();
    for height in [720, 1080] {
        let mut tally = Tally::default();
        for class in CLASSES.into_iter().chain([NO_CODE]) {
            for number in 0..per_class {
                let frame = frames::frame(class, number, height);
                tally.add(class, OURS, ours(&frame));
                tally.add(class, "rqrr", rqrr(&frame));
                for (name, seen) in peers.ask(&frame) {
                    tally.add(class, &name, judged(&frame, &seen.texts, seen.ms));
                }
            }
            tally.print(class, height);
        }
        sizes.push((height, tally));
    }
    rows(report, &sizes);
}

/// What one decoder made of one frame.
struct Answer {
    /// Every text of the frame was read.
    read: bool,
    /// Some text is none of the frame's.
    wrong: bool,
    /// Read at the first showing.
    at_once: bool,
    ms: Vec<f64>,
}

fn judged(frame: &Frame, texts: &[String], ms: f64) -> Answer {
    let read = !frame.texts.is_empty() && frame.texts.iter().all(|t| texts.contains(t));
    let wrong = texts.iter().any(|t| !frame.texts.contains(t));
    Answer { read, wrong, at_once: read, ms: vec![ms] }
}

fn ours(frame: &Frame) -> Answer {
    let which = if frame.texts.len() > 1 { Which::All } else { Which::Central };
    let mut scanner = Scanner::for_codes(which);
    let (width, height) = (frame.width as u32, frame.height as u32);
    // A running camera: memory is there, and no look is under way.
    let blank = vec![128; frame.luma.len()];
    for _ in 0..WARM {
        let _ = scanner.frame(&blank, width, height, width);
    }
    let mut answer = Answer { read: false, wrong: false, at_once: false, ms: vec![] };
    let mut missing: Vec<&String> = frame.texts.iter().collect();
    for shown in 0..SHOWN {
        let start = ThreadTime::now();
        let symbols = scanner.frame(&frame.luma, width, height, width);
        answer.ms.push(start.elapsed().as_secs_f64() * 1e3);
        for symbol in symbols.unwrap_or_default() {
            answer.wrong |= !frame.texts.contains(&symbol.text);
            missing.retain(|text| **text != symbol.text);
        }
        if missing.is_empty() && !frame.texts.is_empty() {
            (answer.read, answer.at_once) = (true, shown == 0);
            break;
        }
    }
    answer
}

fn rqrr(frame: &Frame) -> Answer {
    let start = ThreadTime::now();
    // It panics on some pictures.
    let texts = catch_unwind(AssertUnwindSafe(|| {
        let mut picture =
            rqrr::PreparedImage::prepare_from_greyscale(frame.width, frame.height, |x, y| {
                frame.luma[y * frame.width + x]
            });
        let grids = picture.detect_grids();
        grids.iter().filter_map(|g| g.decode().ok().map(|d| d.1)).collect::<Vec<_>>()
    }));
    let ms = start.elapsed().as_secs_f64() * 1e3;
    judged(frame, &texts.unwrap_or_default(), ms)
}

/// Everything that was seen at one size, by class and decoder.
#[derive(Default)]
struct Tally(BTreeMap<(String, String), Sum>);

#[derive(Default)]
struct Sum {
    frames: usize,
    reads: usize,
    at_once: usize,
    wrong: usize,
    ms: Vec<f64>,
    /// The first showing of each frame.
    first: Vec<f64>,
}

impl Tally {
    fn add(&mut self, class: &str, decoder: &str, answer: Answer) {
        let sum = self.0.entry((class.to_owned(), decoder.to_owned())).or_default();
        sum.frames += 1;
        sum.reads += usize::from(answer.read);
        sum.at_once += usize::from(answer.at_once);
        sum.wrong += usize::from(answer.wrong);
        sum.first.extend(answer.ms.first());
        sum.ms.extend(answer.ms);
    }

    fn decoders(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.0.keys().map(|(_, d)| d.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// One line of a class on standard error: reads, times, wrong texts of every decoder.
    fn print(&self, class: &str, height: usize) {
        let mut line = format!("{height} {class:<12}");
        for decoder in self.decoders() {
            let Some(sum) = self.0.get(&(class.to_owned(), decoder.to_owned())) else { continue };
            let (median, slow) = (quantile(&sum.ms, 0.5), quantile(&sum.ms, 0.99));
            let wrong = if sum.wrong > 0 { format!(" WRONG {}", sum.wrong) } else { String::new() };
            let reads = if decoder == OURS {
                format!("{}({})", sum.reads, sum.at_once)
            } else {
                sum.reads.to_string()
            };
            line += &format!("  {decoder} {reads}{wrong} {median:.1}/{slow:.1} ms");
        }
        eprintln!("{line}");
    }

    /// Sums over classes: with a code, or without.
    fn total(&self, decoder: &str, code: bool) -> Sum {
        let mut total = Sum::default();
        for ((class, name), sum) in &self.0 {
            if name == decoder && (class != NO_CODE) == code {
                total.frames += sum.frames;
                total.reads += sum.reads;
                total.at_once += sum.at_once;
                total.wrong += sum.wrong;
                total.ms.extend(&sum.ms);
                total.first.extend(&sum.first);
            }
        }
        total
    }

    fn reads(&self, class: &str, decoder: &str) -> usize {
        self.0.get(&(class.to_owned(), decoder.to_owned())).map_or(0, |sum| sum.reads)
    }
}

fn rows(report: &mut Report, sizes: &[(usize, Tally)]) {
    let Some((_, any)) = sizes.first() else { return };
    let others: Vec<&str> = any.decoders().into_iter().filter(|d| *d != OURS).collect();
    let all = |decoder: &str| -> usize {
        sizes.iter().map(|(_, tally)| tally.total(decoder, true).reads).sum()
    };
    for name in &others {
        let best = others.iter().all(|other| all(other) <= all(name));
        report.row(&Row {
            name: "frames read",
            ours: all(OURS) as f64,
            other: all(name) as f64,
            name_of_other: name,
            unit: "frames",
            good: Good::More,
            goal: best.then_some(1.03),
        });
    }
    // A class counts where nobody reads more of it than we do.
    let of = |class: &str, decoder: &str| -> usize {
        sizes.iter().map(|(_, tally)| tally.reads(class, decoder)).sum()
    };
    let behind: Vec<&str> = CLASSES
        .into_iter()
        .filter(|class| others.iter().any(|other| of(class, other) > of(class, OURS)))
        .collect();
    if !behind.is_empty() {
        eprintln!("behind somebody in: {}", behind.join(", "));
    }
    report.row(&Row {
        name: "classes in which nobody reads more",
        ours: (CLASSES.len() - behind.len()) as f64,
        other: CLASSES.len() as f64,
        name_of_other: "all classes",
        unit: "",
        good: Good::More,
        goal: Some(0.5),
    });
    let wrong: usize =
        sizes.iter().flat_map(|(_, t)| [true, false].map(|code| t.total(OURS, code).wrong)).sum();
    report.row(&Row {
        name: "wrong texts (one more, so that none is 1)",
        ours: wrong as f64 + 1.0,
        other: 1.0,
        name_of_other: "none",
        unit: "",
        good: Good::Less,
        goal: Some(1.0),
    });
    for (height, tally) in sizes {
        times(report, *height, tally);
    }
}

fn times(report: &mut Report, height: usize, tally: &Tally) {
    for (what, code, goal) in [("with a code", true, 2.0), ("without", false, 1.0)] {
        let (ours, other) = (tally.total(OURS, code), tally.total(ZXING, code));
        for (part, share, goal) in [("median", 0.5, Some(goal)), ("99 %", 0.99, None)] {
            report.row(&Row {
                name: &format!("{height} lines {what}, {part} of all frames"),
                ours: quantile(&ours.ms, share),
                other: quantile(&other.ms, share),
                name_of_other: ZXING,
                unit: "ms",
                good: Good::Less,
                goal,
            });
        }
    }
    report.row(&Row {
        name: &format!("{height} lines with a code, median of first frames"),
        ours: quantile(&tally.total(OURS, true).first, 0.5),
        other: quantile(&tally.total(ZXING, true).first, 0.5),
        name_of_other: ZXING,
        unit: "ms",
        good: Good::Less,
        goal: Some(2.0),
    });
    report.row(&Row {
        name: &format!("{height} lines, read at the first showing"),
        ours: tally.total(OURS, true).at_once as f64,
        other: tally.total(ZXING, true).reads as f64,
        name_of_other: ZXING,
        unit: "frames",
        good: Good::More,
        goal: None,
    });
}

fn quantile(times: &[f64], share: f64) -> f64 {
    let mut times = times.to_vec();
    times.sort_by(f64::total_cmp);
    let place = (times.len().saturating_sub(1)) as f64 * share;
    times.get(place as usize).copied().unwrap_or(0.0)
}

const OURS: &str = "ours";
const ZXING: &str = "zxing-cpp";
/// Frames of a scene before the user gives up: half a second.
const SHOWN: usize = 14;
/// As many as the slow looks, so that their turn starts at the first.
const WARM: usize = 11;
