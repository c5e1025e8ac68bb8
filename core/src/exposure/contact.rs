//! Visits against windows. All intervals are half-open: who leaves at ten did not meet who came
//! at ten.

use crate::time::Instant;
use crate::trust::MatchRule;

/// The time of a visit, as far as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stay {
    /// When it began.
    pub from: Instant,
    /// When it ended; of an open visit, now; of a forgotten one, the end that was assumed.
    pub until: Instant,
    /// The end was neither scanned nor said: whoever scanned once may have come before, or
    /// stayed longer.
    pub one_scan: bool,
}

/// A published window of the visit's venue, in absolute time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Risk {
    /// When it began.
    pub from: Instant,
    /// When it ended.
    pub until: Instant,
    /// What the authority advises.
    pub advice: u16,
}

/// A visit met a window, for long enough. It holds all that is needed to explain why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Contact {
    /// The window; windows that touch count as one.
    pub window: Risk,
    /// Whole minutes in which visit and window overlap.
    pub minutes: u16,
    /// The rule's minimum.
    pub minimum: u16,
    /// Minutes by which the visit was widened, because there was one scan only; 0 if there
    /// were two.
    pub margin: u16,
}

/// The windows that a visit met, by the rules of their advice; in the order of advice and time.
#[must_use]
pub fn contacts(stay: &Stay, risks: &[Risk], rule: impl Fn(u16) -> MatchRule) -> Vec<Contact> {
    let mut sorted: Vec<Risk> = risks.iter().copied().filter(|r| r.from < r.until).collect();
    sorted.sort_by_key(|risk| (risk.advice, risk.from, risk.until));
    // Windows that touch are one before the minimum is applied: midnight, where the publisher
    // must split, divides no contact.
    let mut joined: Vec<Risk> = Vec::new();
    for risk in sorted {
        match joined.last_mut() {
            Some(last) if last.advice == risk.advice && risk.from <= last.until => {
                last.until = last.until.max(risk.until);
            }
            _ => joined.push(risk),
        }
    }
    let met = |window: Risk| {
        let MatchRule { minimum, margin, .. } = rule(window.advice);
        let margin = if stay.one_scan { margin } else { 0 };
        let widened = i64::from(margin) * 60;
        let (came, scanned) = (stay.from.unix() - widened, stay.from.unix() + widened);
        let left = if stay.one_scan { stay.until.unix().max(scanned) } else { stay.until.unix() };
        let seconds = left.min(window.until.unix()) - came.max(window.from.unix());
        let minutes = u16::try_from(seconds / 60).unwrap_or(u16::MAX);
        let enough = seconds > 0 && seconds >= i64::from(minimum) * 60;
        enough.then_some(Contact { window, minutes, minimum, margin })
    };
    joined.into_iter().filter_map(met).collect()
}
