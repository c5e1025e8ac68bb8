//! NHS COVID-19 (England and Wales): `UKC19TRACING:1:` and a signed token.

use serde::Deserialize;

use super::{ForeignVenue, Rule, base64, display};

pub(super) const PREFIX: &str = "UKC19TRACING:";

/// Reads what follows the prefix. The name is the organisation's; the address is its postcode.
pub(super) fn read(payload: &str) -> Result<ForeignVenue, Rule> {
    let (version, token) = payload.split_once(':').ok_or(Rule::NhsParts)?;
    if token.contains(':') {
        return Err(Rule::NhsParts);
    }
    let digits = version.bytes().all(|b| b.is_ascii_digit());
    if !digits || version.parse::<u32>().map_or(true, |n| n == 0) {
        return Err(Rule::NhsVersion);
    }
    let mut parts = token.split('.');
    let (Some(header), Some(body), Some(signature), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(Rule::NhsToken);
    };
    let header: Header =
        serde_json::from_slice(&base64::url(header)?).map_err(|_| Rule::NhsAlgorithm)?;
    // Not "whatever the token says": a token that names no algorithm is signed by nobody.
    if header.alg != "ES256" || header.kid.is_empty() {
        return Err(Rule::NhsAlgorithm);
    }
    if base64::url(signature)?.len() != 64 {
        return Err(Rule::NhsSignature);
    }
    let body: Body = serde_json::from_slice(&base64::url(body)?).map_err(|_| Rule::ForeignJson)?;
    Ok(ForeignVenue {
        name: Some(display::line(&body.opn, Rule::ForeignName)?),
        address: body.pc.as_deref().map_or(Ok(None), display::lines)?,
        id: Some(display::line(&body.id, Rule::ForeignId)?),
        ..ForeignVenue::default()
    })
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: String,
}

#[derive(Deserialize)]
struct Body {
    id: String,
    opn: String,
    pc: Option<String>,
}
