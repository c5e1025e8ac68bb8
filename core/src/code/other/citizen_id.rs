//! The text of a chip ID card (CCCD): `ID|old ID|name|ddMMyyyy|Nam/Nữ|address|ddMMyyyy`.
//!
//! Cards with six, seven and eight fields have been seen, so the count is not judged closely.
//! What the fields say must agree with the card number.

use chrono::{Datelike as _, NaiveDate};

use super::super::Rule;
use super::{Fields, are_digits, date};

/// Digits, and behind a name either eight digits or a sex. The old number may be missing.
pub(super) fn begins(fields: &Fields<'_>) -> bool {
    let Card { birth, sex, .. } = Card::of(fields);
    let number = fields.get(0);
    (9..=13).contains(&number.len())
        && are_digits(number)
        && fields.count >= 4
        && ((birth.len() == 8 && are_digits(birth)) || Sex::read(sex).is_some())
}

pub(super) fn check(fields: &Fields<'_>) -> Result<(), Rule> {
    let card = Card::of(fields);
    if fields.count < 6 {
        return Err(Rule::CitizenFields);
    }
    let number = Number::read(card.number)?;
    if !matches!(card.old.len(), 0 | 9 | 12) || !card.old.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Rule::CitizenOldNumber);
    }
    if card.name.is_empty() || card.name.contains(|c: char| c.is_ascii_digit() || c.is_control()) {
        return Err(Rule::CitizenName);
    }
    let birth = date::compact(card.birth).ok_or(Rule::CitizenBirth)?;
    if !number.was_born(birth) {
        return Err(Rule::CitizenBirth);
    }
    if Sex::read(card.sex) != Some(number.sex) {
        return Err(Rule::CitizenSex);
    }
    if !card.issued.is_empty() && date::compact(card.issued).is_none_or(|day| day < birth) {
        return Err(Rule::CitizenIssued);
    }
    Ok(())
}

/// The fields under their names.
pub(super) struct Card<'a> {
    pub(super) number: &'a str,
    old: &'a str,
    pub(super) name: &'a str,
    pub(super) birth: &'a str,
    sex: &'a str,
    issued: &'a str,
}

impl<'a> Card<'a> {
    pub(super) fn of(fields: &Fields<'a>) -> Self {
        let old = fields.get(1);
        // Without an old number some cards write nothing between two bars, others no field.
        let shift = usize::from(old.is_empty() || old.bytes().any(|b| b.is_ascii_digit()));
        Self {
            number: fields.get(0),
            old: if shift == 1 { old } else { "" },
            name: fields.get(shift + 1),
            birth: fields.get(shift + 2),
            sex: fields.get(shift + 3),
            issued: fields.get(shift + 5),
        }
    }
}

/// What a card number says: province, century and sex, year of birth.
struct Number {
    sex: Sex,
    year: i32,
}

impl Number {
    fn read(number: &str) -> Result<Self, Rule> {
        if number.len() != 12 || !are_digits(number) {
            return Err(Rule::CitizenNumber);
        }
        let digits = |range| number.get(range).and_then(|d: &str| d.parse::<u16>().ok());
        let (Some(province), Some(century), Some(year)) =
            (digits(0..3), digits(3..4), digits(4..6))
        else {
            return Err(Rule::CitizenNumber);
        };
        if !PROVINCES.contains(&province) {
            return Err(Rule::CitizenProvince);
        }
        let sex = if century % 2 == 0 { Sex::Male } else { Sex::Female };
        Ok(Self { sex, year: 1900 + 100 * i32::from(century / 2) + i32::from(year) })
    }

    fn was_born(&self, day: NaiveDate) -> bool {
        day.year() == self.year
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Sex {
    Male,
    Female,
}

impl Sex {
    fn read(text: &str) -> Option<Self> {
        match text {
            "Nam" | "nam" | "NAM" => Some(Self::Male),
            "Nữ" | "nữ" | "NỮ" => Some(Self::Female),
            _ => None,
        }
    }
}

/// The 63 provinces where a birth was registered until mid-2025; card numbers keep them.
const PROVINCES: [u16; 63] = [
    1, 2, 4, 6, 8, 10, 11, 12, 14, 15, 17, 19, 20, 22, 24, 25, 26, 27, 30, 31, 33, 34, 35, 36, 37,
    38, 40, 42, 44, 45, 46, 48, 49, 51, 52, 54, 56, 58, 60, 62, 64, 66, 67, 68, 70, 72, 74, 75, 77,
    79, 80, 82, 83, 84, 86, 87, 89, 91, 92, 93, 94, 95, 96,
];
