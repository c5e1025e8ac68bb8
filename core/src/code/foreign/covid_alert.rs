//! COVID Alert (Canada): an address of `canada.ca` whose fragment is base64 of a signature and
//! three lines.

use super::link::{self, Link};
use super::{ForeignVenue, Rule, base64, display};

pub(super) fn begins(link: &Link<'_>) -> bool {
    let page = link.path.rsplit('/').next().unwrap_or_default();
    link.is_below("canada.ca")
        && matches!(page, "covid-alert.html" | "alerte-covid.html" | "covid-alert" | "alerte-covid")
        && link.fragment.is_some_and(|payload| payload.len() >= MIN_LEN)
}

pub(super) fn read(link: &Link<'_>) -> Result<ForeignVenue, Rule> {
    let payload = link::unescape(link.fragment.unwrap_or_default());
    let bytes = base64::any(&payload.ok_or(Rule::ForeignBase64)?)?;
    // Builds without a key took the three lines alone; nobody should.
    let Some((_signature, text)) = bytes.split_first_chunk::<64>() else {
        return Err(Rule::CovidAlertSignature);
    };
    let text = std::str::from_utf8(text).map_err(|_| Rule::CovidAlertLines)?;
    let mut lines = text.split('\n');
    let (Some(id), Some(name), Some(address), None) =
        (lines.next(), lines.next(), lines.next(), lines.next())
    else {
        return Err(Rule::CovidAlertLines);
    };
    if id.is_empty() || id.len() > 32 || !id.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Err(Rule::ForeignId);
    }
    Ok(ForeignVenue {
        name: Some(display::line(name, Rule::ForeignName)?),
        address: display::lines(address)?,
        id: Some(id.to_owned()),
        ..ForeignVenue::default()
    })
}

/// The page itself has short anchors.
const MIN_LEN: usize = 24;
