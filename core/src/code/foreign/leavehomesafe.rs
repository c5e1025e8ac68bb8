//! LeaveHomeSafe (Hong Kong): `HKEN:0`, an id of eight symbols, and base64 of JSON.

use serde::Deserialize;

use super::{ForeignVenue, Rule, base64, display};
use crate::seal;
use crate::text::hex;

pub(super) const PREFIX: &str = "HKEN:";

/// Reads what follows the prefix. The English name is shown, because more people here read its
/// letters; the Chinese one where there is no other.
pub(super) fn read(payload: &str) -> Result<ForeignVenue, Rule> {
    let rest = payload.strip_prefix('0').ok_or(Rule::LeaveHomeSafeId)?;
    let (id, json) = rest.split_at_checked(8).ok_or(Rule::LeaveHomeSafeId)?;
    if !id.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Err(Rule::LeaveHomeSafeId);
    }
    let code: Code = serde_json::from_slice(&base64::any(json)?).map_err(|_| Rule::ForeignJson)?;
    // A checksum that anyone can make: it finds a damaged code, not a false one.
    if code.hash.is_some_and(|hash| !hash.eq_ignore_ascii_case(&checksum(id))) {
        return Err(Rule::LeaveHomeSafeChecksum);
    }
    let names = [code.name_en, code.name_zh];
    let name = names.into_iter().flatten().find(|name| !name.trim().is_empty());
    Ok(ForeignVenue {
        name: Some(display::line(&name.unwrap_or_default(), Rule::ForeignName)?),
        id: Some(id.to_owned()),
        ..ForeignVenue::default()
    })
}

fn checksum(id: &str) -> String {
    hex::encode(&seal::sha256(format!("HKEN{id}2020").as_bytes()))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Code {
    name_en: Option<String>,
    name_zh: Option<String>,
    hash: Option<String>,
}
