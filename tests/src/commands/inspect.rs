//! `vaora inspect`: says what scanned texts are.

use std::process::ExitCode;

/// Say what each line of standard input is.
#[derive(clap::Args)]
pub(crate) struct Args {}

pub(crate) fn run(_args: &Args) -> ExitCode {
    ExitCode::SUCCESS
}
