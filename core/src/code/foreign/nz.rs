//! NZ COVID Tracer: `NZCOVIDTRACER:` and base64 of JSON, alone or in a link of any host.

use serde::Deserialize;

use super::link::{self, Link};
use super::{ForeignVenue, Rule, base64, display};

pub(super) const PREFIX: &str = "NZCOVIDTRACER:";

/// The payload of a link: in the fragment, or, in older ones, in the query.
pub(super) fn in_link<'a>(link: &Link<'a>) -> Option<&'a str> {
    let value = [link.fragment, link.query]
        .into_iter()
        .flatten()
        .find_map(|part| link::parameter(part, "data").and_then(strip))?;
    Some(value)
}

/// Reads what follows the prefix.
pub(super) fn read(payload: &str) -> Result<ForeignVenue, Rule> {
    let json = base64::any(payload)?;
    let code: Code = serde_json::from_slice(&json).map_err(|_| Rule::ForeignJson)?;
    let Code { gln, opn, adr, typ: _, ver: _ } = code;
    Ok(ForeignVenue {
        name: Some(display::line(&opn, Rule::ForeignName)?),
        address: display::lines(&adr)?,
        id: Some(display::line(&gln, Rule::ForeignId)?),
        ..ForeignVenue::default()
    })
}

/// The same out of a link, where `=` may be written `%3D`.
pub(super) fn read_linked(payload: &str) -> Result<ForeignVenue, Rule> {
    read(&link::unescape(payload).ok_or(Rule::ForeignBase64)?)
}

/// Behind the prefix, whose colon may be escaped.
fn strip(value: &str) -> Option<&str> {
    let rest = value.strip_prefix("NZCOVIDTRACER")?;
    [":", "%3A", "%3a"].into_iter().find_map(|colon| rest.strip_prefix(colon))
}

/// All five are required, as strings; a global location number is not checked for its digits,
/// because the system's own app never did.
#[derive(Deserialize)]
#[expect(dead_code, reason = "typ and ver must be there, and say nothing about the venue")]
struct Code {
    gln: String,
    opn: String,
    adr: String,
    typ: String,
    ver: String,
}
