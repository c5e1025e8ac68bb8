//! The policy as people at the desk read and write it: a JSON file without signatures, ids and
//! counters.

use serde::{Deserialize, Serialize};
use vaora::area::AreaScope;
use vaora::time::Day;
use vaora::trust::{AreaState, ListedArea, MatchRule, Policy, Reminders};

use crate::areas::{parse_scope, scope_text};
use crate::error::Error;

/// A policy as a file.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyFile {
    /// The version that the file was written from. Where it is not the newest any more, the file
    /// is refused: two people may not undo each other's changes unseen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u64>,
    /// For how many days a visit is kept, 1 to 30.
    pub retention: u8,
    /// To how many minutes windows are rounded: 1, 5 or 15.
    pub rounding: u8,
    /// Notifications a day, 1 to 3.
    pub cap: u8,
    /// How a warning is repeated.
    pub reminders: RemindersFile,
    /// How windows are matched, by advice.
    pub rules: Vec<RuleFile>,
    /// States of areas.
    pub areas: Vec<AreaFile>,
}

/// How a warning is repeated.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RemindersFile {
    /// Minutes between two, 60 to 10,080.
    pub every: u16,
    /// How many at most, 0 to 100.
    pub most: u8,
    /// The time from which none comes: `21:00`.
    pub quiet_from: String,
    /// The time from which they come again; the same means no quiet hours.
    pub quiet_until: String,
}

/// How windows of one advice are matched.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleFile {
    /// Which advice.
    pub advice: u16,
    /// 1 to 9; the strongest wins.
    pub strength: u8,
    /// Minutes in common, 0 to 1,440.
    pub minimum: u16,
    /// Minutes around an only scan, 0 to 180.
    pub margin: u16,
    /// Days for which the alert stands, 1 to 60.
    pub days: u8,
}

/// The state of one area.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AreaFile {
    /// With its map: `2025/04/01273`, or `2025` for the whole country.
    pub area: String,
    /// `dormant`, `recommended` or `required`.
    pub state: AreaState,
    /// The number of the document that orders it.
    pub document: String,
    /// The last day on which it holds.
    pub until: String,
}

impl PolicyFile {
    /// Puts what the file says into a policy. Bounds are checked when it is signed.
    ///
    /// # Errors
    /// [`Error::Area`] or [`Error::Usage`] for what is no area, day or time.
    pub fn apply(&self, policy: &mut Policy) -> Result<(), Error> {
        let Self { version: _, retention, rounding, cap, reminders, rules, areas } = self;
        let rule = |&RuleFile { advice, strength, minimum, margin, days }: &RuleFile| MatchRule {
            advice,
            strength,
            minimum,
            margin,
            days,
        };
        let area = |file: &AreaFile| {
            let AreaFile { area, state, document, until } = file;
            let (scope, until) = (parse_scope(area)?, parse_day(until)?);
            Ok(ListedArea { scope, state: *state, document: document.clone(), until })
        };
        let areas = areas.iter().map(area).collect::<Result<_, Error>>()?;
        policy.reminders = Reminders {
            every: reminders.every,
            most: reminders.most,
            quiet_from: minute_of(&reminders.quiet_from)?,
            quiet_until: minute_of(&reminders.quiet_until)?,
        };
        (policy.retention, policy.rounding, policy.cap) = (*retention, *rounding, *cap);
        policy.rules = rules.iter().map(rule).collect();
        policy.areas = areas;
        Ok(())
    }
}

impl From<&Policy> for PolicyFile {
    fn from(policy: &Policy) -> Self {
        let Policy { version, retention, rounding, cap, reminders, rules, areas, .. } = policy;
        let rule = |&MatchRule { advice, strength, minimum, margin, days }: &MatchRule| RuleFile {
            advice,
            strength,
            minimum,
            margin,
            days,
        };
        let area = |listed: &ListedArea| AreaFile {
            area: scope_text(&listed.scope),
            state: listed.state,
            document: listed.document.clone(),
            until: listed.until.to_string(),
        };
        Self {
            version: Some(*version),
            retention: *retention,
            rounding: *rounding,
            cap: *cap,
            reminders: RemindersFile {
                every: reminders.every,
                most: reminders.most,
                quiet_from: time_of(reminders.quiet_from),
                quiet_until: time_of(reminders.quiet_until),
            },
            rules: rules.iter().map(rule).collect(),
            areas: areas.iter().map(area).collect(),
        }
    }
}

/// The rules of a new deployment, for the three advices that it begins with: the stronger the
/// advice, the shorter the stay that is enough for it.
#[must_use]
pub fn first_rules() -> Vec<MatchRule> {
    let rule =
        |advice, strength, minimum| MatchRule { advice, strength, minimum, margin: 60, days: 14 };
    vec![rule(1, 3, 15), rule(2, 6, 10), rule(3, 9, 0)]
}

/// Puts a state in the place of what the policy said of that very area.
pub fn set_area(policy: &mut Policy, listed: ListedArea) {
    unset_area(policy, &listed.scope);
    policy.areas.push(listed);
}

/// Takes out what the policy says of an area; whether it said anything.
pub fn unset_area(policy: &mut Policy, scope: &AreaScope) -> bool {
    let before = policy.areas.len();
    // The whole country is one area, on whichever map it is written.
    policy.areas.retain(|listed| listed.scope.area() != scope.area());
    policy.areas.len() < before
}

fn parse_day(text: &str) -> Result<Day, Error> {
    Day::from_iso(text).ok_or_else(|| Error::Usage(format!("`{text}` is no day: write 2026-12-01")))
}

/// `21:00` as minutes of the day.
fn minute_of(text: &str) -> Result<u16, Error> {
    let wrong = || Error::Usage(format!("`{text}` is no time of the day: write 21:00"));
    let (hour, minute) = text.split_once(':').ok_or_else(wrong)?;
    let number = |digits: &str, below: u16| {
        let two = digits.len() == 2 && digits.bytes().all(|b| b.is_ascii_digit());
        digits.parse::<u16>().ok().filter(|number| two && *number < below).ok_or_else(wrong)
    };
    Ok(number(hour, 24)? * 60 + number(minute, 60)?)
}

/// A minute of the day as `21:00`.
#[must_use]
pub fn time_of(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}
