//! `vaora-authority`: the health authority's tool.

mod cli;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    match cli::Args::parse().run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("vaora-authority: {error}");
            ExitCode::from(error.exit_code())
        }
    }
}
