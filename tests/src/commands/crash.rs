//! `vaora crash`: takes the power away from a diary, and kills it, as often as asked.

use std::path::PathBuf;
use std::process::ExitCode;

use serde_json::json;
use vaora_tests::diary::both::use_index;
use vaora_tests::diary::crash::{Outcome, child, kills, power_cuts};
use vaora_tests::diary::sim::Survives;

use super::Failed;

/// Crash the diary again and again; nothing acknowledged may be lost.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  ./vaora crash --rounds 1000 --seed 7 --model random")]
pub(crate) struct Args {
    /// How many crashes, for each model.
    #[arg(long, default_value_t = 100)]
    rounds: u64,
    /// The same seed, the same lives; only the moment of a kill is the machine's.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// What a crash is: kill -9 of a process, or a power cut that keeps none, a random part or
    /// all of what was not synced. All four if none is named.
    #[arg(long, value_delimiter = ',', value_parser = ["kill", "none", "random", "all"])]
    model: Vec<String>,
    /// One JSON object a model.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Args) -> Result<ExitCode, Failed> {
    // As on a phone.
    use_index(true);
    let all = ["kill", "none", "random", "all"];
    let mut clean = true;
    for model in
        all.into_iter().filter(|m| args.model.is_empty() || args.model.iter().any(|n| n == m))
    {
        let outcome = match model {
            "kill" => kill(args).map_err(|_| Failed::could_not("a process could not be killed"))?,
            "none" => power_cuts(args.rounds, args.seed, Survives::None),
            "random" => power_cuts(args.rounds, args.seed, Survives::Random),
            _ => power_cuts(args.rounds, args.seed, Survives::All),
        };
        clean &= outcome.is_clean();
        let Outcome { rounds, acknowledged, lost, half, unopened, first } = outcome;
        if args.json {
            let line = json!({
                "model": model, "rounds": rounds, "acknowledged": acknowledged,
                "lost": lost, "half": half, "unopened": unopened,
            });
            println!("{line}");
        } else {
            println!(
                "{model}: {rounds} crashes, {acknowledged} changes acknowledged, {lost} lost, \
                 {half} half done, {unopened} diaries that did not open"
            );
        }
        if let Some(first) = first {
            eprintln!("{first}");
        }
    }
    if clean { Ok(ExitCode::SUCCESS) } else { Err(Failed::not_so("the diary lost something")) }
}

fn kill(args: &Args) -> std::io::Result<Outcome> {
    let program = std::env::current_exe()?;
    let folder = std::env::temp_dir().join(format!("vaora-crash-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let outcome = kills(args.rounds, args.seed, &program, &folder);
    std::fs::remove_dir_all(&folder)?;
    outcome
}

/// The process that is killed.
#[derive(clap::Args)]
pub(crate) struct ChildArgs {
    seed: u64,
    second: i64,
    next_place: u64,
    folder: PathBuf,
    /// It ends by itself after so many deeds.
    #[arg(long, default_value_t = 100_000)]
    deeds: u64,
    /// Its diary has an index.
    #[arg(long)]
    index: bool,
}

pub(crate) fn run_child(args: &ChildArgs) -> Result<ExitCode, Failed> {
    use_index(args.index);
    child(args.seed, args.second, args.next_place, &args.folder, args.deeds)
        .map_err(|_| Failed::could_not("the diary could not be used"))?;
    Ok(ExitCode::SUCCESS)
}
