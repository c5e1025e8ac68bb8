//! Dates as the cards of Viet Nam write them.

use chrono::NaiveDate;

/// `15011990`.
pub(super) fn compact(text: &str) -> Option<NaiveDate> {
    (text.len() == 8).then(|| date(text.get(4..)?, text.get(2..4)?, text.get(..2)?))?
}

/// `15/01/1990`.
pub(super) fn slashed(text: &str) -> Option<NaiveDate> {
    let mut parts = text.split('/');
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    let shaped = parts.next().is_none() && day.len() == 2 && month.len() == 2;
    shaped.then(|| date(year, month, day))?
}

/// `1990-01-15`.
pub(super) fn hyphened(text: &str) -> Option<NaiveDate> {
    let mut parts = text.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let shaped = parts.next().is_none() && day.len() == 2 && month.len() == 2;
    shaped.then(|| date(year, month, day))?
}

/// `1990`.
pub(super) fn year(text: &str) -> Option<i32> {
    let digits = text.len() == 4 && super::are_digits(text);
    digits.then(|| text.parse().ok())?.filter(|year| YEARS.contains(year))
}

fn date(y: &str, month: &str, day: &str) -> Option<NaiveDate> {
    let digits = super::are_digits(month) && super::are_digits(day);
    let date = NaiveDate::from_ymd_opt(year(y)?, month.parse().ok()?, day.parse().ok()?)?;
    digits.then_some(date)
}

/// Years that a card can name.
const YEARS: std::ops::RangeInclusive<i32> = 1850..=2150;
