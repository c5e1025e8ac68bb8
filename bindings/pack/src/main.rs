//! `vaora-pack phone-libs [--http] [--built] [--renew-sizes] [NAME…]` builds the core's libraries for
//! phones, checks them, and says where they lie and what they weigh. `vaora-pack exports NAME` lists the
//! functions of one that was built.

use std::process::ExitCode;

use vaora_pack::Failed;
use vaora_pack::build::Project;
use vaora_pack::check::check;
use vaora_pack::sizes::{Sizes, name, size};
use vaora_pack::target::{TARGETS, Target};

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.split_first() {
        Some((what, rest)) if what == "phone-libs" => phone_libs(rest),
        Some((what, rest)) if what == "exports" => exports(rest),
        _ => Err(Failed::usage(USAGE)),
    }
    .unwrap_or_else(|failed| failed.report())
}

fn phone_libs(args: &[String]) -> Result<ExitCode, Failed> {
    let flag = |name: &str| args.iter().any(|arg| arg == name);
    if let Some(unknown) = args.iter().find(|a| a.starts_with("--") && !FLAGS.contains(&a.as_str()))
    {
        return Err(Failed::usage(format!("{unknown} is unknown. {USAGE}")));
    }
    let http = flag("--http");
    let project = Project::here();
    let mut sizes = Sizes::read(&project)?;
    let (mut wrong, mut first) = (0, None);
    for target in wanted(args)? {
        let built = if flag("--built") {
            project.built(target, http)
        } else {
            project.build(target, http)?
        };
        let mut checked = check(&project, &built)?;
        // Where one platform lacks a function, its generated code would fail at the first call.
        let exports = first.get_or_insert_with(|| checked.exports.clone());
        for name in exports.symmetric_difference(&checked.exports) {
            checked.wrong.push(format!("{name} is not exported everywhere"));
        }
        if flag("--renew-sizes") {
            sizes.renew(&built)?;
        } else {
            checked.wrong.extend(sizes.check(&built)?);
        }
        println!(
            "{:<24}{:>10} bytes{:>6} functions  {}",
            name(&built),
            size(&built)?,
            checked.exports.len(),
            built.shipped.display()
        );
        for line in &checked.wrong {
            eprintln!("vaora-pack: {}: {line}", name(&built));
        }
        wrong += checked.wrong.len();
    }
    if flag("--renew-sizes") {
        sizes.write()?;
    }
    Ok(if wrong == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn exports(args: &[String]) -> Result<ExitCode, Failed> {
    let project = Project::here();
    for target in wanted(args)? {
        for name in check(&project, &project.built(target, false))?.exports {
            println!("{name}");
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Those that were named; all if none was.
fn wanted(args: &[String]) -> Result<Vec<&'static Target>, Failed> {
    let names: Vec<&String> = args.iter().filter(|arg| !arg.starts_with("--")).collect();
    if names.is_empty() {
        return Ok(TARGETS.iter().collect());
    }
    let known: Vec<&str> = TARGETS.iter().map(|target| target.name).collect();
    let one = |name: &&String| {
        let target = Target::named(name);
        target.ok_or_else(|| {
            Failed::usage(format!("no phone `{name}`; there are: {}", known.join(" ")))
        })
    };
    names.iter().map(one).collect()
}

const FLAGS: &[&str] = &["--http", "--built", "--renew-sizes"];
const USAGE: &str = "Use: phone-libs [--http] [--built] [--renew-sizes] [NAME…], or: exports NAME";
