//! An answer for everything that a person may scan.

use std::fmt;

use super::own::{self, Own};
use super::{ForeignVenue, Kind, Rule, Trust, Venue, foreign, other};
use crate::seal::{Seed, VenueId};
use crate::text::reader::{self, Reading};
use crate::text::segments::Segment;
use crate::time::{Day, Instant};
use crate::trust::Anchors;

/// What a camera or a keyboard handed over.
#[derive(Clone, Copy)]
pub enum Scanned<'a> {
    /// A text that a platform reader already decoded, or that was typed.
    Text(&'a str),
    /// The bytes of all segments of a symbol, joined.
    Bytes(&'a [u8]),
    /// The segments of a symbol: the most that can be known.
    Segments(&'a [Segment]),
}

/// What a scanned text is, whose it is, and what may be shown of it.
///
/// It holds nothing of a personal code: for those there is only the kind.
pub struct Scan {
    /// What it is.
    pub kind: Kind,
    /// How far a venue code can be trusted; [`Trust::Damaged`] also for any other kind that
    /// breaks its own rules; `None` for what is no venue code.
    pub trust: Option<Trust>,
    /// The rule that a damaged code breaks.
    pub rule: Option<Rule>,
    /// What a venue code of ours says.
    pub venue: Option<Venue>,
    /// Names that code.
    pub id: Option<VenueId>,
    /// What another system's venue code says.
    pub foreign: Option<ForeignVenue>,
    /// An address or any other text, to be shown; never opened.
    pub text: Option<String>,
    /// The text went through a reader that spoiled it, and there is no proven way back.
    pub text_damaged: bool,
    seed: Option<Seed>,
    /// Its first valid day lies ahead, whatever else is said of it.
    ahead: bool,
}

impl Scan {
    /// The match secret, if the code can check in now or on a later day.
    #[must_use]
    pub fn seed(&self) -> Option<&Seed> {
        self.seed.as_ref()
    }

    /// Whether it checks in now. An early code will later; one that expired or was replaced
    /// less than 30 days ago still does, and the app says so.
    #[must_use]
    pub fn may_check_in(&self) -> bool {
        self.seed.is_some() && !self.ahead
    }

    fn of(kind: Kind) -> Self {
        Self {
            kind,
            trust: None,
            rule: None,
            venue: None,
            id: None,
            foreign: None,
            text: None,
            text_damaged: false,
            seed: None,
            ahead: false,
        }
    }

    fn damaged(kind: Kind, rule: Rule) -> Self {
        Self { trust: Some(Trust::Damaged), rule: Some(rule), ..Self::of(kind) }
    }
}

/// Neither the match secret nor any text is shown.
impl fmt::Debug for Scan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, trust, rule, .. } = self;
        f.debug_struct("Scan")
            .field("kind", kind)
            .field("trust", trust)
            .field("rule", rule)
            .finish()
    }
}

/// Says what was scanned. It never fails, opens nothing and keeps nothing.
///
/// The order matters where texts could be two things: ours first, then what belongs to a
/// person and payments (no catalogue can adopt those), then other systems' venues, then adopted
/// prefixes, then addresses, then plain text.
#[must_use]
pub fn inspect(scanned: Scanned<'_>, anchors: &Anchors, at: Instant) -> Scan {
    let (reading, data) = take(scanned);
    let Reading { text, damaged, .. } = reading;
    if text.trim().is_empty() {
        return Scan::of(Kind::Unknown);
    }
    // As it was typed: NFC puts tone marks into another order, and on the Vietnamese layout
    // tone marks are digits.
    let typed = match scanned {
        Scanned::Text(text) => text,
        _ => data.as_deref().and_then(|data| std::str::from_utf8(data).ok()).unwrap_or(&text),
    };
    if let Some(own) = own::read(typed, anchors, at) {
        return from_own(own, anchors, at.day());
    }
    // As scanned, where that is good: a payment code counts its characters before any NFC. Else
    // as repaired.
    let scanned_right = other::classify(typed).filter(|(_, outcome)| outcome.is_ok());
    if let Some((kind, outcome)) = scanned_right.or_else(|| other::classify(&text)) {
        return match outcome {
            Ok(()) => Scan::of(kind),
            Err(rule) => Scan::damaged(kind, rule),
        };
    }
    if let Some(found) = foreign::read(&text) {
        return match found.venue {
            Ok(venue) => {
                let foreign = Some(venue);
                Scan { foreign, text_damaged: damaged, ..adoptable(found.kind, data.as_deref()) }
            }
            Err(rule) => Scan::damaged(found.kind, rule),
        };
    }
    let adopted = anchors.prefixes().zip(data.as_deref());
    if adopted.is_some_and(|(prefixes, data)| prefixes.matches(data)) {
        return Scan { text_damaged: damaged, ..adoptable(Kind::Prefix, data.as_deref()) };
    }
    if own::resembles(&text) {
        return Scan::damaged(Kind::Vaora, Rule::B28Symbol);
    }
    let kind = if other::is_url(&text) { Kind::Url } else { Kind::Text };
    Scan { text: Some(text), text_damaged: damaged, ..Scan::of(kind) }
}

/// The text, and the exact bytes where they are known: a text that is not ASCII may have had
/// other bytes, and an adopted code is recognised by its bytes alone.
fn take(scanned: Scanned<'_>) -> (Reading, Option<Vec<u8>>) {
    match scanned {
        Scanned::Text(text) => {
            let data = text.is_ascii().then(|| text.as_bytes().to_vec());
            (reader::read_text(text), data)
        }
        Scanned::Bytes(bytes) => (reader::read_bytes(bytes), Some(bytes.to_vec())),
        Scanned::Segments(segments) => {
            let bytes = segments.iter().flat_map(|s| s.bytes.iter().copied()).collect();
            (reader::read(segments), Some(bytes))
        }
    }
}

fn adoptable(kind: Kind, data: Option<&[u8]>) -> Scan {
    Scan { trust: Some(Trust::Foreign), seed: data.map(Seed::derive_adopted), ..Scan::of(kind) }
}

fn from_own(own: Own, anchors: &Anchors, today: Day) -> Scan {
    match own {
        Own::Damaged(kind, rule) => Scan::damaged(kind, rule),
        Own::Newer => Scan::of(Kind::Newer),
        Own::Share => Scan::of(Kind::Share),
        Own::Typed(seed) => {
            Scan { trust: Some(Trust::Typed), seed: Some(seed), ..Scan::of(Kind::Typed) }
        }
        Own::Venue { venue, id, seed, trust } => {
            let replaced = match trust {
                Trust::Replaced => anchors.revocation().and_then(|c| c.code(id)),
                _ => None,
            };
            let expired = venue.last.plus(1);
            let ended = replaced.map_or(expired, |code| code.since.min(expired));
            let never = today >= ended.plus(GRACE_DAYS) || trust == Trust::Revoked;
            let ahead = today < venue.first;
            Scan {
                trust: Some(trust),
                venue: Some(venue),
                id: Some(id),
                seed: Some(seed).filter(|_| !never),
                ahead,
                ..Scan::of(Kind::Vaora)
            }
        }
    }
}

/// The authority publishes under a code for so long after it ended.
const GRACE_DAYS: i32 = 30;
