//! The unified personal code of decision 1405 of 2021: `ID|NAME|birth|kind|QID|EXT`.

use super::super::Rule;
use super::{Fields, are_digits, date};

/// The date of birth in the third field, with hyphens and perhaps masked, is what no other kind
/// has.
pub(super) fn begins(fields: &Fields<'_>) -> bool {
    let birth = fields.get(2).as_bytes();
    let shape = |at: usize, byte: &u8| match at {
        4 | 7 => *byte == b'-',
        _ => byte.is_ascii_digit() || *byte == b'*',
    };
    fields.count >= 4 && birth.len() == 10 && birth.iter().enumerate().all(|(at, b)| shape(at, b))
}

pub(super) fn check(fields: &Fields<'_>) -> Result<(), Rule> {
    if fields.count != 6 {
        return Err(Rule::PersonalFields);
    }
    if !is_id(fields.get(0)) {
        return Err(Rule::PersonalId);
    }
    if !is_name(fields.get(1)) {
        return Err(Rule::PersonalName);
    }
    let birth = fields.get(2);
    let masked = birth.strip_suffix("-**-**").and_then(date::year).is_some();
    if !masked && date::hyphened(birth).is_none() {
        return Err(Rule::PersonalBirth);
    }
    if !matches!(fields.get(3), "0" | "1") {
        return Err(Rule::PersonalMaker);
    }
    // The proxy's code, then the sex; the rest is numbers that nobody needs here.
    if !matches!(fields.get(5).split('<').nth(1), None | Some("" | "0" | "1" | "2")) {
        return Err(Rule::PersonalSex);
    }
    Ok(())
}

/// A card, an old card or a passport; the masked view replaces the first six symbols.
fn is_id(id: &str) -> bool {
    if let Some(tail) = id.strip_prefix("******") {
        return (1..=6).contains(&tail.len()) && tail.bytes().all(|b| b.is_ascii_alphanumeric());
    }
    match id.len() {
        9 | 12 if are_digits(id) => true,
        6..=12 => {
            id.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
                && id.bytes().any(|b| b.is_ascii_uppercase())
                && id.bytes().any(|b| b.is_ascii_digit())
        }
        _ => false,
    }
}

fn is_name(name: &str) -> bool {
    let known = |b: u8| b.is_ascii_uppercase() || matches!(b, b' ' | b'-' | b'\'' | b'.');
    (1..=100).contains(&name.len())
        && name.bytes().all(known)
        && name.bytes().any(|b| b.is_ascii_uppercase())
}
