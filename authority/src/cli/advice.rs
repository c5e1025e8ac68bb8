//! `advice`: what a warning tells people to do.

use std::path::PathBuf;

use serde_json::json;
use vaora::time::Day;
use vaora::trust::Advice;
use vaora_authority::advice::AdviceFile;
use vaora_authority::{Deployment, Error};

use super::{Args, read_input};

const EXAMPLES: &str = "\
Examples:
  vaora-authority advice
  vaora-authority advice --language en
  vaora-authority advice --json > advice.json      then change it, and
  vaora-authority advice --set advice.json

Every advice has a text in Vietnamese (vi); a phone in another language falls back to it. Phones show
each line of a text as a step. Write no address and no name of a place: everybody reads the same text.";

/// Show the advice that warnings give, or sign what follows it.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct AdviceArgs {
    /// A file in the form of `advice --json` that replaces everything; `-` is standard input.
    #[arg(long, value_name = "FILE")]
    set: Option<PathBuf>,
    /// The language to show, as a phone of that language would.
    #[arg(long, default_value = "vi")]
    language: String,
}

impl AdviceArgs {
    pub(super) fn run(&self, args: &Args, today: Day) -> Result<(), Error> {
        let mut deployment = Deployment::open(args.folder())?;
        if let Some(path) = &self.set {
            let file: AdviceFile = serde_json::from_slice(&read_input(path)?)?;
            let newest = deployment.anchors().advice().map_or(0, |advice| advice.version);
            if let Some(version) = file.version.filter(|version| *version != newest) {
                return Err(Error::Outdated { file: version, newest });
            }
            deployment.publish_advice(today, file.entries())?;
        }
        let Some(advice) = deployment.anchors().advice() else {
            return Err(Error::Usage("there is no advice yet: sign some with --set".to_owned()));
        };
        let file = AdviceFile::of(advice.version, &advice.entries);
        let row = serde_json::to_value(&file).unwrap_or_else(|_| json!({}));
        args.say(&row, &self.plain(advice));
        Ok(())
    }

    /// The advice as a phone shows it.
    fn plain(&self, advice: &Advice) -> String {
        let mut page = format!("advice {}, signed {}", advice.version, advice.created.vietnamese());
        for entry in &advice.entries {
            let Some(text) = advice.text(entry.id, &self.language) else { continue };
            page.push_str(&format!("\n\n{}  {} ({})", entry.id, text.title, text.language));
            for line in text.text.lines() {
                page.push_str(&format!("\n   {line}"));
            }
        }
        page
    }
}
