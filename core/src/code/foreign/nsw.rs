//! Service NSW (Australia): `https://www.service.nsw.gov.au/…?data=` and base64 of JSON.

use serde::Deserialize;

use super::link::{self, Link};
use super::{ForeignVenue, Rule, base64, display};

/// The host serves ordinary pages too; only a venue code carries `data`.
pub(super) fn begins(link: &Link<'_>) -> bool {
    link.is_below("service.nsw.gov.au") && link.parameter("data").is_some()
}

pub(super) fn read(link: &Link<'_>) -> Result<ForeignVenue, Rule> {
    let payload = link::unescape(link.parameter("data").unwrap_or_default());
    let json = base64::any(&payload.ok_or(Rule::ForeignBase64)?)?;
    let code: Code = serde_json::from_slice(&json).map_err(|_| Rule::ForeignJson)?;
    let Code { t: _, bid, bname, baddress } = code;
    Ok(ForeignVenue {
        name: Some(display::line(&bname, Rule::ForeignName)?),
        address: display::lines(&baddress)?,
        id: Some(display::line(&bid, Rule::ForeignId)?),
        ..ForeignVenue::default()
    })
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "t must be there, and says nothing about the venue")]
struct Code {
    t: String,
    bid: String,
    bname: String,
    baddress: String,
}
