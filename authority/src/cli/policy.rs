//! `policy`: how phones match, remind and keep, and where they do so at all.

use std::path::PathBuf;

use serde_json::json;
use vaora::area::AreaScope;
use vaora::time::Day;
use vaora::trust::{AreaState, ListedArea, Policy, Standing};
use vaora_authority::areas::{parse_scope, scope_text};
use vaora_authority::policy::{PolicyFile, set_area, time_of, unset_area};
use vaora_authority::{Deployment, Error};

use super::{Args, day, must_exist, read_input};

const EXAMPLES: &str = "\
Examples:
  vaora-authority policy
  vaora-authority policy --required 2025/04 --document 1234/QĐ-UBND --until 2027-12-31
  vaora-authority policy --dormant 2025/04/01273 --document 99/UBND --until 2027-06-30
  vaora-authority policy --unlist 2025/04/01273
  vaora-authority policy --retention 14
  vaora-authority policy --json > policy.json      then change it, and
  vaora-authority policy --set policy.json

A dormant area and a retention that is shorter than before, or than 21 days, need two keys of the
catalogue role in the folder `keys`. They act 72 hours after the end of the day they are signed on:
until then another policy takes them back. Everything else acts at once.";

/// Show the policy, or sign the one that follows.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct PolicyArgs {
    /// A file in the form of `policy --json` that replaces everything; `-` is standard input.
    #[arg(long, value_name = "FILE")]
    set: Option<PathBuf>,
    /// For how many days a visit is kept, 1 to 30.
    #[arg(long, value_name = "DAYS")]
    retention: Option<u8>,
    /// To how many minutes windows are rounded before they are published: 1, 5 or 15.
    #[arg(long, value_name = "MINUTES")]
    rounding: Option<u8>,
    /// How many notifications a phone shows on one day, 1 to 3.
    #[arg(long, value_name = "COUNT")]
    cap: Option<u8>,
    /// Areas where apps do not ask people to check in, and what they keep is deleted.
    #[arg(long, value_name = "AREA", requires_all = ["document", "until"])]
    dormant: Vec<String>,
    /// Areas where apps offer to check in, as they do where nothing is said.
    #[arg(long, value_name = "AREA", requires_all = ["document", "until"])]
    recommended: Vec<String>,
    /// Areas where apps say that people must.
    #[arg(long, value_name = "AREA", requires_all = ["document", "until"])]
    required: Vec<String>,
    /// The number of the document that orders it, as apps show it.
    #[arg(long, value_name = "TEXT")]
    document: Option<String>,
    /// The last day on which it holds.
    #[arg(long, value_name = "YYYY-MM-DD")]
    until: Option<String>,
    /// Areas of which nothing is said any more.
    #[arg(long, value_name = "AREA")]
    unlist: Vec<String>,
}

impl PolicyArgs {
    pub(super) fn run(&self, args: &Args, today: Day) -> Result<(), Error> {
        let mut deployment = Deployment::open(args.folder())?;
        let mut next = deployment.anchors().standing().policy().clone();
        if self.change(&mut next)? {
            deployment.publish_policy(today, |policy| {
                let (version, created) = (policy.version, policy.created);
                *policy = Policy { deployment: policy.deployment, version, created, ..next };
            })?;
        }
        show(args, deployment.anchors().standing(), today);
        Ok(())
    }

    /// Puts into a policy what was said on the command line; whether anything was.
    fn change(&self, policy: &mut Policy) -> Result<bool, Error> {
        let before = policy.clone();
        if let Some(path) = &self.set {
            let file: PolicyFile = serde_json::from_slice(&read_input(path)?)?;
            if let Some(version) = file.version.filter(|version| *version != policy.version) {
                return Err(Error::Outdated { file: version, newest: policy.version });
            }
            file.apply(policy)?;
        }
        policy.retention = self.retention.unwrap_or(policy.retention);
        policy.rounding = self.rounding.unwrap_or(policy.rounding);
        policy.cap = self.cap.unwrap_or(policy.cap);
        for area in &self.unlist {
            if !unset_area(policy, &scope(area)?) {
                return Err(Error::Usage(format!("the policy says nothing of {area}")));
            }
        }
        for (areas, state) in [
            (&self.dormant, AreaState::Dormant),
            (&self.recommended, AreaState::Recommended),
            (&self.required, AreaState::Required),
        ] {
            for area in areas {
                let document = self.document.clone().unwrap_or_default();
                let until = day(self.until.as_deref())?.unwrap_or(policy.created);
                set_area(policy, ListedArea { scope: scope(area)?, state, document, until });
            }
        }
        Ok(*policy != before || self.set.is_some())
    }
}

/// An area that is on the map.
fn scope(text: &str) -> Result<AreaScope, Error> {
    let scope = parse_scope(text)?;
    scope.area().map_or(Ok(()), must_exist)?;
    Ok(scope)
}

fn show(args: &Args, standing: &Standing, today: Day) {
    let policy = standing.policy();
    let file = PolicyFile::from(policy);
    let row = serde_json::to_value(&file).unwrap_or_else(|_| json!({}));
    args.say(&row, &plain(policy, standing, today));
}

/// The policy as a page to read.
fn plain(policy: &Policy, standing: &Standing, today: Day) -> String {
    let mut lines =
        vec![format!("policy {}, signed {}", policy.version, policy.created.vietnamese())];
    let mut line = |name: &str, text: String| lines.push(format!("  {name:<14}{text}"));
    // At the latest four days after the newest signature everything acts.
    let acts = (0..=4).map(|days| policy.created.plus(days).max(today));
    let acts = acts.into_iter().find(|day| standing.retention(*day) == policy.retention);
    let now = standing.retention(today);
    line(
        "kept",
        match acts {
            Some(day) if now != policy.retention => {
                format!("{} days, from {} on; {now} until then", policy.retention, day.vietnamese())
            }
            _ => format!("{} days", policy.retention),
        },
    );
    line(
        "rounded to",
        match policy.rounding {
            1 => "the minute".to_owned(),
            minutes => format!("{minutes} minutes"),
        },
    );
    line("notifications", format!("{} a day at most", policy.cap));
    let reminders = policy.reminders;
    line("reminders", format!("every {} minutes, {} at most", reminders.every, reminders.most));
    let (from, until) = (time_of(reminders.quiet_from), time_of(reminders.quiet_until));
    line("quiet", if from == until { "never".to_owned() } else { format!("{from} – {until}") });
    for rule in &policy.rules {
        line(
            &format!("advice {}", rule.advice),
            format!(
                "strength {}, {} minutes in common, {} around an only scan, stands {} days",
                rule.strength, rule.minimum, rule.margin, rule.days,
            ),
        );
    }
    for listed in &policy.areas {
        let state = match listed.state {
            AreaState::Dormant => "dormant",
            AreaState::Recommended => "recommended",
            AreaState::Required => "required",
        };
        let since = standing.dormant_since(&listed.scope).filter(|day| *day > today);
        let since = since.map_or(String::new(), |day| format!(" from {} on", day.vietnamese()));
        let (until, document) = (listed.until.vietnamese(), &listed.document);
        let over = if listed.until < today { ", over" } else { "" };
        line(
            &scope_text(&listed.scope),
            format!("{state}{since}, {document}, until {until}{over}"),
        );
    }
    lines.join("\n")
}
