//! The program behind `./vaora`: tries the product out from outside.

mod commands;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "vaora", about = "Tries the product out from outside")]
struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Inspect(commands::inspect::Args),
}

fn main() -> ExitCode {
    match Args::parse().command {
        Command::Inspect(args) => commands::inspect::run(&args),
    }
}
