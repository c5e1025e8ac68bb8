//! Our own codes in a scanned text: the signed venue code, its typed form, the one-time code.

use super::typed::{self, SHARE_LEN, TYPED_LEN};
use super::venue::{Parsed, SignedCode};
use super::{Kind, Rule, Trust, Venue};
use crate::seal::{Purpose, Seed, VenueId};
use crate::text::b28;
use crate::time::{Day, Instant};
use crate::trust::{Anchors, Reason};

/// A code of ours, judged.
pub(super) enum Own {
    /// A signed venue code.
    Venue { venue: Venue, id: VenueId, seed: Seed, trust: Trust },
    /// The typed form.
    Typed(Seed),
    /// A one-time code for sharing.
    Share,
    /// Made by a later version.
    Newer,
    /// Of ours, and broken.
    Damaged(Kind, Rule),
}

/// Reads a text as one of our codes; `None` if it is not one.
///
/// What stands before a `#` is any host: a keyboard can have mangled it, and nothing in it
/// counts. The rest must be of our alphabet alone. A text of digits only is never taken for a
/// typed or one-time code: people scan numbers all day (issuing draws again until a letter is
/// in the code).
pub(super) fn read(text: &str, anchors: &Anchors, at: Instant) -> Option<Own> {
    let (bare, tail) = match text.rsplit_once('#') {
        Some((_, tail)) => (false, tail),
        None => (true, text),
    };
    if tail.len() > LONGEST {
        return None;
    }
    let symbols = b28::symbols(tail).ok()?;
    let letters = symbols.iter().filter(|&&s| s >= FIRST_LETTER).count();
    match symbols.len() {
        SHARE_LEN if bare && letters > 0 => Some(share(&symbols)),
        TYPED_LEN if bare && letters > 0 => Some(typed(&symbols)),
        NEARLY_TYPED_FROM..=NEARLY_TYPED_TO if bare && letters > 2 => {
            Some(Own::Damaged(Kind::Typed, Rule::TypedLength))
        }
        SURELY_OURS.. if letters > 0 => Some(signed(&symbols, anchors, at)),
        // Cut short, or an early newer one: ours if it begins as ours do.
        _ if letters > 0 && begins_as_ours(&symbols) => Some(signed(&symbols, anchors, at)),
        _ => None,
    }
}

/// Whether a text that is not of our alphabet alone was once a venue code of ours: long, and
/// nearly all of it still is. Other codes of that length are base64, where a quarter is not.
pub(super) fn resembles(text: &str) -> bool {
    let tail = text.rsplit_once('#').map_or(text, |(_, tail)| tail);
    if tail.len() > LONGEST {
        return false;
    }
    let chars = tail.chars().count();
    let ours = tail.chars().filter(|&c| b28::value_of(c).is_some()).count();
    let letters = tail.chars().any(|c| c.is_ascii_alphabetic());
    letters && chars >= SURELY_OURS && ours * 20 >= chars * 19
}

fn typed(symbols: &[u8]) -> Own {
    match typed::decode_symbols(symbols) {
        Ok(seed) => Own::Typed(seed),
        Err(rule) => Own::Damaged(Kind::Typed, rule),
    }
}

fn share(symbols: &[u8]) -> Own {
    match typed::decode_share_symbols(symbols) {
        Ok(_) => Own::Share,
        Err(rule) => Own::Damaged(Kind::Share, rule),
    }
}

fn begins_as_ours(symbols: &[u8]) -> bool {
    symbols
        .get(..MARK_SYMBOLS)
        .and_then(|mark| b28::from_symbols(mark).ok())
        .is_some_and(|bytes| bytes.first() == Some(&super::venue::MAGIC))
        && symbols.len() >= SURELY_OURS / 4
}

fn signed(symbols: &[u8], anchors: &Anchors, at: Instant) -> Own {
    let judged = b28::from_symbols(symbols).map_err(Rule::from).and_then(|bytes| {
        let Parsed::This(code) = SignedCode::cut(&bytes)? else { return Ok(Own::Newer) };
        judge(&code, anchors, at.day())
    });
    judged.unwrap_or_else(|rule| Own::Damaged(Kind::Vaora, rule))
}

/// Signature first, where the key is known; then the body; then what the authority says of it.
fn judge(code: &SignedCode<'_>, anchors: &Anchors, today: Day) -> Result<Own, Rule> {
    let issuer = anchors.root().and_then(|root| root.issuer(code.issuer));
    let forged = issuer
        .is_some_and(|issuer| !issuer.key.key.verifies(Purpose::Code, code.body, code.signature));
    if forged {
        return Err(Rule::CodeSignature);
    }
    let Parsed::This((venue, seed)) = code.parse()? else { return Ok(Own::Newer) };
    let id = VenueId::derive(code.body);
    // A code that will be replaced on a later day is good until then.
    let revoked = anchors.revocation().and_then(|catalogue| catalogue.code(id));
    let revoked = revoked.filter(|code| code.reason == Reason::False || code.since <= today);
    let compromised = anchors.revocation().is_some_and(|c| c.is_compromised(code.issuer));
    let trust = match revoked.map(|code| code.reason) {
        Some(Reason::False) => Trust::Revoked,
        Some(Reason::Replaced) => Trust::Replaced,
        None if today > venue.last => Trust::Expired,
        None if today < venue.first => Trust::Early,
        None => match issuer {
            Some(i) if !compromised && i.may_issue(venue.area, venue.first) => Trust::Verified,
            _ => Trust::UnknownIssuer,
        },
    };
    Ok(Own::Venue { venue, id, seed, trust })
}

/// Symbols from here on are letters.
const FIRST_LETTER: u8 = 10;
const NEARLY_TYPED_FROM: usize = TYPED_LEN - 2;
const NEARLY_TYPED_TO: usize = TYPED_LEN + 2;
/// The shortest signed code has 97 bytes, which are 162 symbols; nothing else that people scan
/// is so long and of this alphabet alone.
const SURELY_OURS: usize = 120;
/// In bytes: four times the longest code of this version, for spaces and what keyboards do.
const LONGEST: usize = 1200;
/// One group, which holds the mark.
const MARK_SYMBOLS: usize = 5;
