//! A phone in a process of its own: roots of trust and proxies are what the environment says, and a
//! process may not change its own while it has threads.

use std::path::PathBuf;
use std::process::ExitCode;

use serde_json::json;
use vaora::journal::Folder;
use vaora::sync::http::{Options, fetch};
use vaora_tests::diary::{Dice, KeyStore, at, open};

use super::Failed;

/// The phone that fetches.
#[derive(clap::Args)]
pub(crate) struct ChildArgs {
    /// Its diary.
    folder: PathBuf,
    /// Its key store.
    keys: String,
    /// Where the publication lies.
    base: String,
    /// Its clock.
    second: i64,
}

/// One line: the error's name, or the number of the list in force. No wait takes any time.
pub(crate) fn run_child(args: &ChildArgs) -> Result<ExitCode, Failed> {
    let failed = |_| Failed::could_not("the diary could not be used");
    let keys = KeyStore::from_line(&args.keys).ok_or_else(|| Failed::usage("no key store"))?;
    let (now, mut dice) = (at(args.second), Dice::new(5));
    let diary = open(Box::new(Folder::new(&args.folder)), &mut dice, &keys).map_err(failed)?;
    let followed = diary.freshness(&now).map_err(failed)?;
    let deployment = followed.first().ok_or_else(|| Failed::could_not("nothing is followed"))?;
    let options = Options { sleep: &|_| {}, ..Options::default() };
    let taken = fetch(&diary, &deployment.deployment, &args.base, &options, &|| now);
    let line = match taken {
        Ok(report) => json!({ "sequence": report.sequence }),
        Err(error) => json!({ "error": error.id() }),
    };
    println!("{line}");
    Ok(ExitCode::SUCCESS)
}
