//! When to say it again: interval, maximum, quiet hours.

use crate::time::Instant;
use crate::trust::Reminders;

/// When a warning is to be repeated that was last told then, for the `told`-th time.
#[must_use]
pub fn next_reminder(last: Instant, told: u8, rules: &Reminders) -> Option<Instant> {
    let again = Instant::from_unix(last.unix() + i64::from(rules.every) * 60);
    // The first telling is not a reminder.
    (u16::from(told) <= u16::from(rules.most)).then_some(again)
}

/// The first time from `at` on that is not in the quiet hours, in local time.
#[must_use]
pub fn after_quiet(at: Instant, offset: i16, rules: &Reminders) -> Instant {
    let Reminders { quiet_from, quiet_until, .. } = *rules;
    let local = at.unix() + i64::from(offset) * 60;
    let minute = local.div_euclid(60).rem_euclid(DAY);
    let (from, until) = (i64::from(quiet_from), i64::from(quiet_until));
    let quiet = if from <= until {
        (from..until).contains(&minute)
    } else {
        minute >= from || minute < until
    };
    if !quiet {
        return at;
    }
    let wait = (until - minute).rem_euclid(DAY) * 60 - local.rem_euclid(60);
    Instant::from_unix(at.unix() + wait)
}

/// Minutes of a day.
const DAY: i64 = 1440;
