//! Corona-Warn-App (Germany): `https://e.coronawarn.app?v=1#` and a message in base64.

use std::borrow::Cow;

use super::link::{self, Link};
use super::trace_location::{Shape, TraceLocation};
use super::{ForeignVenue, Rule, base64};

/// The host serves nothing else, so older forms of the address are damaged, not another kind.
pub(super) fn begins(link: &Link<'_>) -> bool {
    link.is_at("e.coronawarn.app")
}

pub(super) fn read(link: &Link<'_>) -> Result<ForeignVenue, Rule> {
    let Some(payload) = link.fragment.filter(|_| link.is_https() && link.is_root()) else {
        return Err(Rule::CwaAddress);
    };
    if link.query != Some("v=1") {
        return Err(Rule::CwaAddress);
    }
    read_payload(&link::unescape(payload).ok_or(Rule::ForeignBase64)?)
}

/// Reads the payload, which Luca's links carry too.
pub(super) fn read_payload(payload: &str) -> Result<ForeignVenue, Rule> {
    // One variant uses base 32. A text of capitals and 2 to 7 alone is that: base64 of a message
    // of this length without one small letter does not happen.
    let message = if payload.bytes().all(|b| matches!(b, b'A'..=b'Z' | b'2'..=b'7' | b'=')) {
        base32(payload).ok_or(Rule::ForeignBase64)?
    } else {
        base64::any(payload)?
    };
    let location = TraceLocation::parse(&message, &SHAPE)?;
    location.venue(&text(location.description)?, &text(location.address)?)
}

/// One line of 1 to 255 characters. That system's own app drops three characters first.
fn text(text: &str) -> Result<Cow<'_, str>, Rule> {
    let dropped = ['\0', '\u{C}', '\t'];
    let text = if text.contains(dropped) {
        Cow::Owned(text.replace(dropped, ""))
    } else {
        Cow::Borrowed(text)
    };
    let length = text.chars().take(256).count();
    if text.trim().is_empty() || length > 255 || text.contains(['\n', '\r']) {
        return Err(Rule::CwaText);
    }
    Ok(text)
}

/// RFC 4648, padding optional, no bits left over.
fn base32(text: &str) -> Option<Vec<u8>> {
    let text = text.trim_end_matches('=');
    let mut bytes = Vec::with_capacity(text.len() * 5 / 8);
    let (mut bits, mut held) = (0_u32, 0_u32);
    for symbol in text.bytes() {
        let value = match symbol {
            b'A'..=b'Z' => symbol - b'A',
            b'2'..=b'7' => symbol - b'2' + 26,
            _ => return None,
        };
        bits = (bits << 5 | u32::from(value)) & 0xFFF;
        held += 5;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from(bits >> held & 0xFF).ok()?);
        }
    }
    (held < 5 && bits & ((1 << held) - 1) == 0).then_some(bytes)
}

const SHAPE: Shape = Shape { start: 5, seed: 16 };
