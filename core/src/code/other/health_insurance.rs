//! The text of a health-insurance card (BHYT): `number|name|birth|sex|address|facility|from|to|…`,
//! name and address as hexadecimal UTF-8. What follows varies and is not judged.

use super::super::Rule;
use super::{Fields, are_digits, date};

/// Letters, digits, and hexadecimal where the name stands.
pub(super) fn begins(fields: &Fields<'_>) -> bool {
    let (number, name) = (fields.get(0).as_bytes(), fields.get(1));
    let letters = number.iter().take_while(|b| b.is_ascii_alphabetic()).count();
    letters == 2
        && (10..=20).contains(&number.len())
        && number.iter().skip(2).all(u8::is_ascii_alphanumeric)
        && fields.count >= 4
        && name.len() >= 4
        && name.bytes().filter(u8::is_ascii_hexdigit).count() * 10 >= name.len() * 9
}

pub(super) fn check(fields: &Fields<'_>) -> Result<(), Rule> {
    if fields.count < 6 {
        return Err(Rule::InsuranceFields);
    }
    let number = fields.get(0);
    let upper = number.bytes().take(2).all(|b| b.is_ascii_uppercase());
    if number.len() != 15 || !upper || !number.get(2..).is_some_and(are_digits) {
        return Err(Rule::InsuranceNumber);
    }
    if !is_hex_text(fields.get(1)) {
        return Err(Rule::InsuranceName);
    }
    let birth = fields.get(2);
    if date::slashed(birth).is_none() && date::year(birth).is_none() {
        return Err(Rule::InsuranceBirth);
    }
    if !matches!(fields.get(3), "1" | "2") {
        return Err(Rule::InsuranceSex);
    }
    let address = fields.get(4);
    if !matches!(address, "" | "-") && !is_hex_text(address) {
        return Err(Rule::InsuranceAddress);
    }
    if !is_facility(fields.get(5)) {
        return Err(Rule::InsuranceFacility);
    }
    let days = [fields.get(6), fields.get(7)].map(|day| match day {
        "" | "-" => Ok(None),
        day => date::slashed(day).map(Some).ok_or(Rule::InsuranceDays),
    });
    match days {
        [Ok(Some(from)), Ok(Some(until))] if from > until => Err(Rule::InsuranceDays),
        [Ok(_), Ok(_)] => Ok(()),
        _ => Err(Rule::InsuranceDays),
    }
}

/// Whether hexadecimal digits are UTF-8 without control characters. Nothing is allocated: of a
/// person's name there must be no copy to forget.
fn is_hex_text(text: &str) -> bool {
    let mut buffer = [0; 1024];
    let digits = text.as_bytes();
    if digits.is_empty() || !digits.len().is_multiple_of(2) || digits.len() / 2 > buffer.len() {
        return false;
    }
    let nibble = |b: u8| char::from(b).to_digit(16).and_then(|v| u8::try_from(v).ok());
    for (byte, pair) in buffer.iter_mut().zip(digits.chunks_exact(2)) {
        let [high, low] = pair else { return false };
        let (Some(high), Some(low)) = (nibble(*high), nibble(*low)) else { return false };
        *byte = high << 4 | low;
    }
    let text = buffer.get(..digits.len() / 2).and_then(|bytes| std::str::from_utf8(bytes).ok());
    let good = text.is_some_and(|text| !text.chars().any(char::is_control));
    zeroize::Zeroize::zeroize(&mut buffer);
    good
}

/// `04 - 001`; some cards leave the spaces out.
fn is_facility(text: &str) -> bool {
    text.split_once('-').is_some_and(|(province, number)| {
        let (province, number) = (province.trim_ascii(), number.trim_ascii());
        province.len() == 2 && number.len() == 3 && are_digits(province) && is_code(number)
    })
}

fn is_code(number: &str) -> bool {
    number.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase())
}
