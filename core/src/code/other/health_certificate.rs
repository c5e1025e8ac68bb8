//! A health certificate of the European form, `HC1:`. It says something about a person's
//! health, so nothing beyond its letters is looked at.

use super::super::Rule;

pub(super) const PREFIX: &str = "HC1:";

/// Base 45 (RFC 9285): three symbols are two bytes, two symbols a last one.
pub(super) fn check(body: &str) -> Result<(), Rule> {
    let good = body.len() >= 2
        && body.as_bytes().chunks(3).all(|group| {
            let value =
                group.iter().rev().try_fold(0_u32, |sum, symbol| Some(sum * 45 + value(*symbol)?));
            match group.len() {
                3 => value.is_some_and(|v| v <= 0xFFFF),
                2 => value.is_some_and(|v| v <= 0xFF),
                _ => false,
            }
        });
    if good { Ok(()) } else { Err(Rule::CertificateText) }
}

fn value(symbol: u8) -> Option<u32> {
    let at = match symbol {
        b'0'..=b'9' => symbol - b'0',
        b'A'..=b'Z' => symbol - b'A' + 10,
        b' ' => 36,
        b'$' => 37,
        b'%' => 38,
        b'*' => 39,
        b'+' => 40,
        b'-' => 41,
        b'.' => 42,
        b'/' => 43,
        b':' => 44,
        _ => return None,
    };
    Some(u32::from(at))
}
