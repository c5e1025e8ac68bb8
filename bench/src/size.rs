//! What phones load: the stripped libraries beside their goals, what their parts weigh, and what the
//! border to Kotlin and Swift costs.

use vaora_pack::Failed;
use vaora_pack::build::{Built, Project};
use vaora_pack::sizes::{name, size};
use vaora_pack::target::{System, TARGETS, Target};
use vaora_pack::weigh::weigh;

use crate::border;
use crate::row::{Good, Report, Row};

pub fn run(report: &mut Report) {
    // First, while no build has just been busy with the disk.
    border::run(report);
    let project = Project::here();
    for target in TARGETS.iter().filter(|target| matches!(target.system, System::Android { .. })) {
        one(report, &project, target, false);
    }
    if let Some(target) = Target::named(WEIGHED) {
        one(report, &project, target, true);
    }
}

fn one(report: &mut Report, project: &Project, target: &'static Target, http: bool) {
    let rows = project.build(target, http).and_then(|built| rows(report, &built));
    if let Err(failed) = rows {
        eprintln!("bench size: {}", failed.why());
        report.missing(failed.why());
    }
}

fn rows(report: &mut Report, built: &Built) -> Result<(), Failed> {
    let whole = size(built)? as f64;
    let weighed = built.target.name == WEIGHED;
    report.row(&Row {
        name: &format!("{}, stripped", name(built)),
        ours: whole / 1e6,
        other: if built.http { 3.9 } else { 2.0 },
        name_of_other: "goal for arm64",
        unit: "MB",
        good: Good::Less,
        goal: weighed.then_some(1.0),
    });
    if weighed {
        for part in weigh(built)? {
            report.row(&Row {
                name: &format!("{}: {}", name(built), part.name),
                ours: part.bytes as f64 / 1e3,
                other: whole / 1e3,
                name_of_other: "whole library",
                unit: "KB",
                good: Good::Less,
                goal: None,
            });
        }
    }
    Ok(())
}

/// Most phones.
const WEIGHED: &str = "arm64-v8a";
