//! `vaora demo`: the main job, end to end. Every step is the product itself: real keys, real
//! codes, real answers. A step that does not come out as it should ends the demo.

mod codes;
pub(crate) mod diary;
mod office;
mod poster;
mod sharing;
mod warning;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use vaora::code::Venue;
use vaora::diary::Now;
use vaora::time::Instant;
use vaora::trust::Anchors;
use vaora_authority::issue::IssuedCode;

use super::{Failed, now};

/// Show the main job, end to end.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Where the demo's files go; a new folder under the system's temporary one if left out.
    #[arg(long, value_name = "DIR")]
    folder: Option<PathBuf>,
    /// One JSON object a line.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Args) -> Result<ExitCode, Failed> {
    let at = now();
    let folder = match &args.folder {
        Some(folder) => folder.clone(),
        None => std::env::temp_dir().join(format!("vaora-demo-{}", std::process::id())),
    };
    std::fs::create_dir_all(&folder)
        .map_err(|e| Failed::could_not(format!("{}: {e}", folder.display())))?;
    let mut demo = Demo { at, folder, json: args.json, steps: 0 };
    let market = codes::issue(&mut demo)?;
    poster::read_back(&mut demo, &market)?;
    codes::inspect_all(&mut demo, &market)?;
    diary::diary_step(&mut demo, &market.code.bare(), &market.anchors)?;
    let office = office::open(&mut demo)?;
    let phone = warning::warning_step(&mut demo, &market, &office)?;
    sharing::sharing_step(&mut demo, &office, &phone)?;
    demo.end();
    Ok(ExitCode::SUCCESS)
}

/// The demo as it goes along.
pub(crate) struct Demo {
    at: Instant,
    folder: PathBuf,
    json: bool,
    steps: usize,
}

/// What the first steps leave for the later ones.
pub(crate) struct Market {
    anchors: Anchors,
    venue: Venue,
    code: IssuedCode,
}

impl Demo {
    /// When the demo takes place.
    pub(crate) fn at(&self) -> Instant {
        self.at
    }

    /// Today at noon, Unix seconds: what is done by day is done whatever time it is.
    pub(crate) fn noon(&self) -> i64 {
        self.at.day().start().unix() + 12 * 3600
    }

    /// Where its files lie.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Says what a step did.
    pub(crate) fn step(&mut self, what: &str, outcome: &str) {
        self.steps += 1;
        if self.json {
            let row = serde_json::json!({ "step": self.steps, "what": what, "outcome": outcome });
            println!("{row}");
        } else {
            println!("{:>2}. {what}\n    {outcome}", self.steps);
        }
    }

    fn end(&self) {
        if self.json {
            println!("{}", serde_json::json!({ "demo": "passed", "steps": self.steps }));
        } else {
            println!("demo: {} steps passed", self.steps);
        }
    }
}

/// So many seconds after noon, on a phone that has been running for days.
fn moment(noon: i64, after: i64) -> Now {
    let running = 1_000_000u64.saturating_add_signed(after);
    Now { wall: Instant::from_unix(noon + after), offset: 420, running, boot: 1 }
}

/// Ends the demo when something is not as it must be.
pub(crate) fn must(holds: bool, what: &str) -> Result<(), Failed> {
    if holds { Ok(()) } else { Err(Failed::not_so(format!("demo: it is not so that {what}"))) }
}
