//! `vaora hostile`: serves every wrong publication to a real phone core over HTTP.

use std::process::ExitCode;

use serde_json::json;
use vaora_tests::hostile::{World, cases};

use super::Failed;

/// Serve every wrong publication to a phone over HTTP; one line each.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Only name them.
    #[arg(long)]
    list: bool,
    /// One JSON object a case.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Args) -> Result<ExitCode, Failed> {
    let cases = cases();
    if args.list {
        cases.iter().for_each(|case| println!("{}", case.name));
        return Ok(ExitCode::SUCCESS);
    }
    let world = World::new().map_err(Failed::could_not)?;
    let mut wrong = 0;
    for case in &cases {
        let outcome = world.play(case);
        let ok = outcome.is_ok();
        wrong += usize::from(!ok);
        let (name, error) = (outcome.name, outcome.error);
        if args.json {
            let line = json!({
                "name": name, "error": error, "state_identical": outcome.state_identical,
                "next_accepted": outcome.next_accepted, "ok": ok,
            });
            println!("{line}");
        } else {
            let verdict = if ok { "ok   " } else { "WRONG" };
            println!("{verdict} {name}: {}", error.unwrap_or("taken"));
        }
    }
    eprintln!("hostile: {} of {} as they must be", cases.len() - wrong, cases.len());
    if wrong == 0 { Ok(ExitCode::SUCCESS) } else { Err(Failed::not_so("a phone was misled")) }
}
