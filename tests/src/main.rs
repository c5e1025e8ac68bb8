//! The program behind `./vaora`: tries the product out from outside.

mod commands;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "vaora", bin_name = "./vaora", about = "Tries the product out from outside")]
struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Demo(commands::demo::Args),
    Inspect(commands::inspect::Args),
    Scan(commands::scan::Args),
    #[command(hide = true)]
    Seeds(commands::seeds::Args),
}

fn main() -> ExitCode {
    let done = match Args::parse().command {
        Command::Demo(args) => commands::demo::run(&args),
        Command::Inspect(args) => commands::inspect::run(&args),
        Command::Scan(args) => commands::scan::run(&args),
        Command::Seeds(args) => commands::seeds::run(&args),
    };
    done.unwrap_or_else(|failed| failed.report())
}
