//! SafeEntry (Singapore): an address that ends with a venue id, such as
//! `https://www.safeentry-qr.gov.sg/tenant/PROD-…-SE`.

use super::link::Link;
use super::{ForeignVenue, Rule};

/// Passes of visitors (`/complete/…`) and pages of the same hosts are no venue codes.
pub(super) fn begins(link: &Link<'_>) -> bool {
    let host = ["safeentry-qr.gov.sg", "temperaturepass.ndi-api.gov.sg"];
    host.iter().any(|host| link.is_below(host)) && venue_id(link).is_some()
}

pub(super) fn read(link: &Link<'_>) -> Result<ForeignVenue, Rule> {
    let id = venue_id(link).unwrap_or_default();
    // Stage, registration number, and at least one more part.
    let parts = id.split('-').count();
    let known = id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    if parts < 3 || !known || id.len() > 128 || id.split('-').any(str::is_empty) {
        return Err(Rule::SafeEntryId);
    }
    Ok(ForeignVenue { id: Some(id.to_owned()), ..ForeignVenue::default() })
}

fn venue_id<'a>(link: &Link<'a>) -> Option<&'a str> {
    let rest = ["/tenant/", "/login/"].into_iter().find_map(|page| link.path.strip_prefix(page))?;
    Some(rest.strip_suffix('/').unwrap_or(rest))
}
