//! Luca (Germany): `https://app.luca-app.de/webapp/` and a scanner id; behind it, if anything,
//! base64 of JSON and the same venue once more for Corona-Warn-App.

use serde::de::IgnoredAny;

use super::link::{self, Link};
use super::{ForeignVenue, Rule, base64, cwa};

/// Test results and appointments of the same host belong to a person or a calendar.
pub(super) fn begins(link: &Link<'_>) -> bool {
    link.is_below("luca-app.de")
        && scanner(link)
            .is_some_and(|id| !matches!(id, "" | "appointment" | "testresult" | "meeting"))
}

pub(super) fn read(link: &Link<'_>) -> Result<ForeignVenue, Rule> {
    let id = scanner(link).filter(|id| is_uuid(id)).ok_or(Rule::LucaId)?;
    let mut venue = ForeignVenue::default();
    if let Some(data) = link.fragment.filter(|data| !data.is_empty()) {
        let data = link::unescape(data).ok_or(Rule::ForeignBase64)?;
        let (json, embedded) =
            data.split_once("/CWA1/").map_or((&*data, None), |(json, rest)| (json, Some(rest)));
        // For private meetings it holds the host's name, so nothing of it is kept.
        serde_json::from_slice::<IgnoredAny>(&base64::any(json)?).map_err(|_| Rule::LucaData)?;
        if let Some(embedded) = embedded {
            venue = cwa::read_payload(embedded)?;
        }
    }
    Ok(ForeignVenue { id: Some(id.to_ascii_lowercase()), ..venue })
}

/// The part of the path where a scanner id stands.
fn scanner<'a>(link: &Link<'a>) -> Option<&'a str> {
    let rest = link.path.strip_prefix("/webapp/")?;
    let rest = rest.strip_prefix("meeting/").unwrap_or(rest);
    let id = rest.split('/').next()?;
    // Pages below a page are no scanner ids.
    rest.get(id.len()..).filter(|tail| matches!(*tail, "" | "/")).map(|_| id)
}

fn is_uuid(id: &str) -> bool {
    id.len() == 36
        && id.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}
