//! `./vaora bench [PART…] [--json]`: every row stands beside its peer or its limit, measured in
//! the same run.

mod border;
mod clock;
mod code;
mod diary;
mod matching;
mod peers;
mod row;
mod scan;
mod serve;
mod size;

use std::process::ExitCode;

use row::Report;

type Part = (&'static str, fn(&mut Report));

/// Every part, by the name it is asked for with.
const PARTS: &[Part] = &[
    ("code", code::run),
    ("diary", diary::run),
    ("match", matching::run),
    ("scan", scan::run),
    ("serve", serve::run),
    ("size", size::run),
];

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if border::measure(&args) || matching::measure(&args) || serve::measure(&args) {
        return ExitCode::SUCCESS;
    }
    let json = args.iter().any(|a| a == "--json");
    let wanted: Vec<&String> = args.iter().filter(|a| !a.starts_with("--")).collect();
    let known = |name: &str| PARTS.iter().any(|(part, _)| *part == name);
    if let Some(unknown) = wanted.iter().find(|name| !known(name)) {
        let parts: Vec<&str> = PARTS.iter().map(|(part, _)| *part).collect();
        eprintln!("bench: no part `{unknown}`; the parts are: {}", parts.join(" "));
        return ExitCode::from(2);
    }
    let mut report = Report::new(json);
    for (part, run) in PARTS {
        if wanted.is_empty() || wanted.iter().any(|name| name == part) {
            report.begin(part);
            run(&mut report);
        }
    }
    if report.all_good() { ExitCode::SUCCESS } else { ExitCode::from(1) }
}
