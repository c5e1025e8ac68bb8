//! `vaora play`: plays stories.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde_json::{Value, json};
use vaora_tests::stories::{Phone, Program, RustPhone, play};

use super::{Failed, read_file};

/// Play stories; one JSON object a story.
#[derive(clap::Args)]
#[command(after_help = "Examples:\n  ./vaora play tests/stories/*.json\n  \
    ./vaora play --with kotlin,swift,python tests/stories/warned.json")]
pub(crate) struct Args {
    /// Through which bindings.
    #[arg(long = "with", value_delimiter = ',', default_value = "rust")]
    with: Vec<Binding>,
    /// The stories.
    #[arg(required = true, value_name = "STORY.json")]
    stories: Vec<PathBuf>,
}

/// Who plays the phone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Binding {
    /// The core itself.
    Rust,
    /// The façade in Kotlin, on a JVM.
    Kotlin,
    /// The façade in Swift.
    Swift,
    /// The façade in Python.
    Python,
}

pub(crate) fn run(args: &Args) -> Result<ExitCode, Failed> {
    let folder = std::env::temp_dir().join(format!("vaora-play-{}", std::process::id()));
    let mut stories = Vec::new();
    for path in &args.stories {
        let text = String::from_utf8(read_file(path)?);
        stories.push((path, text.map_err(|_| Failed::usage(format!("{path:?}: no text")))?));
    }
    let (mut passed, mut failed) = (0, 0);
    for binding in &args.with {
        let mut phone = binding.phone()?;
        for (path, text) in &stories {
            if play_one(path, text, &folder, phone.as_mut()) { passed += 1 } else { failed += 1 }
        }
    }
    eprintln!("stories: {passed} passed, {failed} failed");
    if failed == 0 { Ok(ExitCode::SUCCESS) } else { Err(Failed::not_so("a story went otherwise")) }
}

fn play_one(path: &Path, text: &str, folder: &Path, phone: &mut dyn Phone) -> bool {
    let line = match play(text, folder, phone) {
        Ok(played) => {
            let (step, expected, got) = match played.failed {
                Some(failed) => (json!(failed.step), failed.expected, failed.got),
                None => (Value::Null, Value::Null, Value::Null),
            };
            json!({
                "story": played.name, "with": phone.name(), "ok": step.is_null(),
                "failed_step": step, "expected": expected, "got": got,
            })
        }
        // A story that a phone does not understand has failed, like one that goes otherwise.
        Err(why) => json!({
            "story": path.file_stem().map(|name| name.to_string_lossy()), "with": phone.name(),
            "ok": false, "failed_step": null, "expected": null, "got": why,
        }),
    };
    println!("{line}");
    line["ok"] == true
}

impl Binding {
    fn phone(self) -> Result<Box<dyn Phone>, Failed> {
        let (name, variable) = match self {
            Self::Rust => return Ok(Box::new(RustPhone::new())),
            Self::Kotlin => ("kotlin", "VAORA_PHONE_KOTLIN"),
            Self::Swift => ("swift", "VAORA_PHONE_SWIFT"),
            Self::Python => ("python", "VAORA_PHONE_PYTHON"),
        };
        let missing = || Failed::could_not(format!("{variable} names no program; ./vaora sets it"));
        let command = std::env::var(variable).map_err(|_| missing())?;
        let shell = [String::from("sh"), String::from("-c"), format!("exec {command}")];
        Ok(Box::new(Program::start(name, &shell).map_err(Failed::could_not)?))
    }
}
