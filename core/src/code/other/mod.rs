//! Codes that are no venue's: of a person, of a payment, an address. Recognised so that the
//! person gets a kind answer; nothing personal is kept, logged or put into an error.

mod citizen_id;
mod date;
mod health_certificate;
mod health_insurance;
mod masked;
mod payment;
mod personal;
mod url;

pub use masked::{Masked, masked};
pub(crate) use url::is_url;

use super::{Kind, Rule};

/// Says whether a text is of a person or a payment, and which rule of its kind it breaks.
///
/// The two prefixes decide first. The three that separate their fields by `|` exclude each
/// other: an insurance card begins with letters and has hexadecimal in its second field, a
/// personal code has a date with hyphens in its third, a card has eight digits or a sex behind
/// its name.
pub(crate) fn classify(text: &str) -> Option<(Kind, Result<(), Rule>)> {
    // A space is a symbol of base 45, a line end never is.
    if let Some(body) = text.strip_prefix(health_certificate::PREFIX) {
        let body = body.trim_end_matches(['\r', '\n']);
        return Some((Kind::HealthCertificate, health_certificate::check(body)));
    }
    let text = text.trim_ascii();
    if text.starts_with(payment::PREFIX) {
        return Some((Kind::Payment, payment::check(text)));
    }
    let fields = Fields::split(text)?;
    if health_insurance::begins(&fields) {
        return Some((Kind::HealthInsurance, health_insurance::check(&fields)));
    }
    if personal::begins(&fields) {
        return Some((Kind::Personal, personal::check(&fields)));
    }
    if citizen_id::begins(&fields) {
        return Some((Kind::CitizenId, citizen_id::check(&fields)));
    }
    remains(&fields)
}

/// What a cut or spoiled reading leaves of a person's code: a person's number before the first
/// bar is enough for never keeping, showing or adopting it.
fn remains(fields: &Fields<'_>) -> Option<(Kind, Result<(), Rule>)> {
    let number = fields.get(0).as_bytes();
    let letters = number.iter().take_while(|b| b.is_ascii_alphabetic()).count();
    let hidden = number.starts_with(b"******");
    if !hidden && !number.iter().skip(letters).all(u8::is_ascii_digit) {
        return None;
    }
    let dated = fields.get(2).as_bytes().get(4) == Some(&b'-');
    match (letters, number.len()) {
        _ if hidden => Some((Kind::Personal, Err(Rule::PersonalFields))),
        (0, 9 | 12) if dated => Some((Kind::Personal, Err(Rule::PersonalFields))),
        (0, 9 | 12) => Some((Kind::CitizenId, Err(Rule::CitizenFields))),
        (2, 15) => Some((Kind::HealthInsurance, Err(Rule::InsuranceFields))),
        (1 | 2, 7..=10) => Some((Kind::Personal, Err(Rule::PersonalFields))),
        _ => None,
    }
}

/// Fields between `|`. Never shown: no `Debug`.
struct Fields<'a> {
    all: [&'a str; MAX_FIELDS],
    count: usize,
}

impl<'a> Fields<'a> {
    /// `None` for a text without any `|`, or with far too many of them.
    fn split(text: &'a str) -> Option<Self> {
        let mut fields = Self { all: [""; MAX_FIELDS], count: 0 };
        for field in text.split('|') {
            *fields.all.get_mut(fields.count)? = field.trim_ascii();
            fields.count += 1;
        }
        (fields.count > 1).then_some(fields)
    }

    /// A field, empty if the text has not so many.
    fn get(&self, at: usize) -> &'a str {
        self.all.get(at).copied().unwrap_or_default()
    }
}

fn are_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// None of these kinds has half as many.
const MAX_FIELDS: usize = 32;
