//! Instants and days. Nothing here asks a clock: time comes in as an argument.

use std::fmt;

use chrono::{Datelike, NaiveDate};

/// A point in time: whole seconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(i64);

impl Instant {
    /// From Unix seconds; anything outside the years 1970 to 9999 is brought to the nearer end.
    #[must_use]
    pub fn from_unix(seconds: i64) -> Self {
        Self(seconds.clamp(0, LAST_SECOND))
    }

    /// Unix seconds.
    #[must_use]
    pub fn unix(self) -> i64 {
        self.0
    }

    /// The local day of Viet Nam (UTC+7, no daylight saving): the same for keys, retention,
    /// forgetting, dated codes and files, whatever offset the phone shows.
    #[must_use]
    pub fn day(self) -> Day {
        let days = (self.0 + VIET_NAM_OFFSET) / SECONDS_OF_DAY;
        Day(u32::try_from(days).unwrap_or(0))
    }
}

/// A day of Viet Nam's calendar, counted from 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(u32);

impl Day {
    /// From the number of days since 1970-01-01; later than 31/12/9999 becomes that day.
    #[must_use]
    pub fn from_number(number: u32) -> Self {
        Self(number.min(LAST_DAY))
    }

    /// The day of a number in a format; `None` for one that is no day, so that there is one way
    /// to write each.
    pub(crate) fn exactly(number: u32) -> Option<Self> {
        (number <= LAST_DAY).then_some(Self(number))
    }

    /// Days since 1970-01-01.
    #[must_use]
    pub fn number(self) -> u32 {
        self.0
    }

    /// Reads `2026-11-21`; `None` for anything else, so that there is one way to write a day.
    #[must_use]
    pub fn from_iso(text: &str) -> Option<Self> {
        let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
        let day = u32::try_from(date.num_days_from_ce() - CE_DAYS_BEFORE_1970).ok().map(Self)?;
        (day.to_string() == text && day.0 <= LAST_DAY).then_some(day)
    }

    /// The day `days` later (or earlier).
    #[must_use]
    pub fn plus(self, days: i32) -> Self {
        Self::from_number(self.0.saturating_add_signed(days))
    }

    /// Its first instant.
    #[must_use]
    pub fn start(self) -> Instant {
        Instant::from_unix(i64::from(self.0) * SECONDS_OF_DAY - VIET_NAM_OFFSET)
    }

    /// As people in Viet Nam write it: `21/11/2026`.
    #[must_use]
    pub fn vietnamese(self) -> String {
        let date = self.date();
        format!("{:02}/{:02}/{:04}", date.day(), date.month(), date.year())
    }

    fn date(self) -> NaiveDate {
        i32::try_from(self.0)
            .ok()
            .and_then(|days| NaiveDate::from_num_days_from_ce_opt(days + CE_DAYS_BEFORE_1970))
            .unwrap_or_default()
    }
}

impl fmt::Display for Day {
    /// `2026-11-21`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let date = self.date();
        write!(f, "{:04}-{:02}-{:02}", date.year(), date.month(), date.day())
    }
}

const VIET_NAM_OFFSET: i64 = 7 * 3600;
const SECONDS_OF_DAY: i64 = 86_400;
/// 9999-12-31, the last day that four digits can write.
const LAST_DAY: u32 = 2_932_896;
/// The last second of that day in Viet Nam.
const LAST_SECOND: i64 = (LAST_DAY as i64 + 1) * SECONDS_OF_DAY - VIET_NAM_OFFSET - 1;
/// Days of the common era before 1970-01-01.
const CE_DAYS_BEFORE_1970: i32 = 719_163;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_midnight_in_viet_nam() {
        let day = Day::from_iso("2026-11-21").unwrap();
        assert_eq!(day.start().unix(), 1_795_194_000);
        assert_eq!(day.start().day(), day);
        assert_eq!(Instant::from_unix(day.start().unix() - 1).day(), day.plus(-1));
        assert_eq!(day.vietnamese(), "21/11/2026");
        assert_eq!(day.number(), 20_778);
    }

    #[test]
    fn days_are_written_in_one_way() {
        for wrong in
            ["2026-1-1", "2026-02-30", "21/11/2026", "2026-11-21 ", "-2026-11-21", "1969-12-31"]
        {
            assert_eq!(Day::from_iso(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_format_has_one_number_for_a_day() {
        assert_eq!(Day::exactly(20_778), Some(Day::from_number(20_778)));
        assert_eq!(Day::exactly(LAST_DAY + 1), None);
    }

    #[test]
    fn no_clock_overflows() {
        for seconds in [i64::MIN, -1, 0, i64::MAX] {
            let day = Instant::from_unix(seconds).day();
            assert_eq!(Day::from_iso(&day.to_string()), Some(day));
        }
        assert_eq!(Day::from_number(u32::MAX).plus(i32::MAX).to_string(), "9999-12-31");
    }
}
