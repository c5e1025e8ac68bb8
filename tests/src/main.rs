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
    Crash(commands::crash::Args),
    #[command(hide = true)]
    CrashChild(commands::crash::ChildArgs),
    Demo(commands::demo::Args),
    #[command(hide = true)]
    DemoVisit(commands::demo::diary::VisitArgs),
    #[command(hide = true)]
    FetchChild(commands::fetch::ChildArgs),
    Hostile(commands::hostile::Args),
    Inspect(commands::inspect::Args),
    #[command(hide = true)]
    PhoneFiles(commands::phone_files::Args),
    Play(commands::play::Args),
    Scan(commands::scan::Args),
    #[command(hide = true)]
    Seeds(commands::seeds::Args),
}

fn main() -> ExitCode {
    let done = match Args::parse().command {
        Command::Crash(args) => commands::crash::run(&args),
        Command::CrashChild(args) => commands::crash::run_child(&args),
        Command::Demo(args) => commands::demo::run(&args),
        Command::DemoVisit(args) => commands::demo::diary::visit(&args),
        Command::FetchChild(args) => commands::fetch::run_child(&args),
        Command::Hostile(args) => commands::hostile::run(&args),
        Command::Inspect(args) => commands::inspect::run(&args),
        Command::PhoneFiles(args) => commands::phone_files::run(&args),
        Command::Play(args) => commands::play::run(&args),
        Command::Scan(args) => commands::scan::run(&args),
        Command::Seeds(args) => commands::seeds::run(&args),
    };
    done.unwrap_or_else(|failed| failed.report())
}
