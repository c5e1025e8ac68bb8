//! One step of a story, and how times are written.

use serde_json::Value;
use vaora::time::{Day, Instant};

use crate::diary::START;

/// One step. Every verb uses some of the fields; a field that nobody knows is an error.
#[derive(serde::Deserialize, Default)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub(super) struct Step {
    pub(super) at: Option<String>,
    pub(super) r#do: String,
    pub(super) place: String,
    pub(super) inside: Option<String>,
    pub(super) trust: Option<String>,
    pub(super) stay: Option<u16>,
    pub(super) r#as: Option<String>,
    pub(super) visit: String,
    pub(super) companions: Vec<String>,
    pub(super) from: Option<String>,
    pub(super) until: Option<String>,
    pub(super) text: String,
    pub(super) day: Option<String>,
    pub(super) days: Option<u8>,
    pub(super) by: i64,
    pub(super) signed: Option<String>,
    pub(super) matching: Option<String>,
    pub(super) diary: Option<String>,
    pub(super) passphrase: String,
    pub(super) files: String,
    pub(super) byte: usize,
    pub(super) office: String,
    pub(super) line: Option<String>,
    pub(super) advice: u16,
    pub(super) alert: String,
    pub(super) hours: u32,
    pub(super) code: String,
    pub(super) visits: Vec<String>,
    pub(super) named: Vec<String>,
    pub(super) area: Option<String>,
    pub(super) policy: Option<Value>,
    pub(super) expect: Option<Value>,
}

/// `08:00` on the first day, `+1 08:00` on the next; with seconds where they are not zero.
pub(super) struct Times;

impl Times {
    /// Seconds after 08:00 of the first day.
    pub(super) fn read(text: &str) -> Result<i64, String> {
        let wrong = || format!("{text} is no time");
        let (day, clock) = match text.split_once(' ') {
            Some((day, clock)) => (day.parse::<i64>().map_err(|_| wrong())?, clock),
            None => (0, text),
        };
        let mut seconds = 0;
        let parts: Vec<&str> = clock.split(':').collect();
        if !(2..=3).contains(&parts.len()) {
            return Err(wrong());
        }
        for (part, unit) in parts.iter().zip([3600, 60, 1]) {
            seconds += part.parse::<i64>().map_err(|_| wrong())? * unit;
        }
        Ok(day * 86_400 + seconds - 8 * 3600)
    }

    pub(super) fn instant(text: &str) -> Result<Instant, String> {
        Ok(Instant::from_unix(START + Self::read(text)?))
    }

    /// `+1` is the day after the first.
    pub(super) fn day(text: &str) -> Result<Day, String> {
        let days: i32 = text.parse().map_err(|_| format!("{text} is no day"))?;
        Ok(first_day().plus(days))
    }

    pub(super) fn write(at: Instant) -> String {
        let (day, seconds) = (at.day(), at.unix() - at.day().start().unix());
        let (h, m, s) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        let clock = if s == 0 { format!("{h:02}:{m:02}") } else { format!("{h:02}:{m:02}:{s:02}") };
        if day == first_day() { clock } else { format!("{} {clock}", Self::write_day(day)) }
    }

    pub(super) fn write_day(day: Day) -> String {
        let days = i64::from(day.number()) - i64::from(first_day().number());
        format!("{days:+}")
    }
}

fn first_day() -> Day {
    Instant::from_unix(START).day()
}
