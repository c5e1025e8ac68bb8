//! Cléa (TousAntiCovid, France): `https://tac.gouv.fr?v=0#` and a sealed body. All that a phone
//! can see is the temporary id of the place.

use super::link::{self, Link};
use super::{ForeignVenue, Rule, base64};
use crate::text::hex;

/// The host also serves ordinary pages; a venue code has a version or a fragment.
pub(super) fn begins(link: &Link<'_>) -> bool {
    link.is_at("tac.gouv.fr")
        && link.is_root()
        && link.fragment.is_some_and(|payload| payload.len() >= SHORTEST)
}

/// In symbols: every body is longer, and an ordinary anchor shorter.
const SHORTEST: usize = 60;

pub(super) fn read(link: &Link<'_>) -> Result<ForeignVenue, Rule> {
    if link.parameter("v") != Some("0") {
        return Err(Rule::CleaVersion);
    }
    let payload = link::unescape(link.fragment.unwrap_or_default());
    let body = base64::any(&payload.ok_or(Rule::ForeignBase64)?)?;
    // Three bits of version come first, then three of type.
    if body.first().is_some_and(|byte| byte >> 5 != 0) {
        return Err(Rule::CleaVersion);
    }
    // Without and with the sealed contact of the manager.
    if !matches!(body.len(), 110 | 175) {
        return Err(Rule::CleaLength);
    }
    let (Some(id), Some([sign, ..])) = (body.get(1..17), body.last_chunk::<33>()) else {
        return Err(Rule::CleaLength);
    };
    if !matches!(sign, 2 | 3) {
        return Err(Rule::CleaPoint);
    }
    Ok(ForeignVenue { id: Some(uuid(id)), ..ForeignVenue::default() })
}

fn uuid(id: &[u8]) -> String {
    let mut text = hex::encode(id);
    for at in [20, 16, 12, 8] {
        text.insert(at, '-');
    }
    text
}
