//! CrowdNotifier and SwissCovid: `https://qr.…?v=4#` and a message in base64.

use super::link::{self, Link};
use super::trace_location::{Shape, TraceLocation};
use super::{ForeignVenue, Rule, base64};

/// Every country has a host of its own. All of them are called `qr`, alone or with a stage
/// behind it (`qr-dev`); an address elsewhere with a `v` and a fragment may be anything.
pub(super) fn begins(link: &Link<'_>) -> bool {
    let label = link.host.split('.').next().unwrap_or_default();
    let named = label.get(..2).is_some_and(|qr| qr.eq_ignore_ascii_case("qr"))
        && matches!(label.as_bytes().get(2), None | Some(b'-'));
    named
        && link.host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-'))
        && link.is_https()
        && link.is_root()
        && link.parameter("v").is_some()
        && link.fragment.is_some_and(|payload| payload.len() >= SHORTEST)
}

pub(super) fn read(link: &Link<'_>) -> Result<ForeignVenue, Rule> {
    if link.query != Some("v=4") {
        return Err(Rule::CrowdNotifierVersion);
    }
    let payload = link::unescape(link.fragment.unwrap_or_default());
    let message = base64::any(&payload.ok_or(Rule::ForeignBase64)?)?;
    let location = TraceLocation::parse(&message, &SHAPE)?;
    location.venue(location.description, location.address)
}

/// In symbols: a seed and a key alone are longer; ordinary anchors are shorter.
const SHORTEST: usize = 60;
/// The times sit one field earlier than in Corona-Warn-App.
const SHAPE: Shape = Shape { start: 4, seed: 32 };
