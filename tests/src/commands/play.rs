//! `vaora play`: plays stories.

use std::path::PathBuf;
use std::process::ExitCode;

use serde_json::{Value, json};
use vaora_tests::stories::play;

use super::{Failed, read_file};

/// Play stories; one JSON object a story.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  ./vaora play tests/stories/*.json")]
pub(crate) struct Args {
    /// Through which bindings.
    #[arg(long = "with", value_delimiter = ',', default_value = "rust")]
    with: Vec<String>,
    /// The stories.
    #[arg(required = true, value_name = "STORY.json")]
    stories: Vec<PathBuf>,
}

pub(crate) fn run(args: &Args) -> Result<ExitCode, Failed> {
    if let Some(unknown) = args.with.iter().find(|with| *with != "rust") {
        return Err(Failed::could_not(format!("no binding {unknown} is here yet")));
    }
    let folder = std::env::temp_dir().join(format!("vaora-play-{}", std::process::id()));
    let mut all = true;
    for path in &args.stories {
        let text = String::from_utf8(read_file(path)?)
            .map_err(|_| Failed::usage(format!("{}: no text", path.display())))?;
        let played = play(&text, &folder, true)
            .map_err(|why| Failed::usage(format!("{}: {why}", path.display())))?;
        all &= played.failed.is_none();
        let (step, expected, got) = match played.failed {
            Some(failed) => (json!(failed.step), failed.expected, failed.got),
            None => (Value::Null, Value::Null, Value::Null),
        };
        println!(
            "{}",
            json!({
                "story": played.name, "with": "rust", "ok": step.is_null(),
                "failed_step": step, "expected": expected, "got": got,
            })
        );
    }
    if all { Ok(ExitCode::SUCCESS) } else { Err(Failed::not_so("a story went otherwise")) }
}
