//! A warning as the diary keeps it: a record of its own in the visits' day, in the match part, so
//! that a locked phone can warn, and so that it is forgotten with the visits that it is about.

use super::parts::MATCH_WARNING;
use super::visit::VisitId;
use crate::exposure::{Contact, Risk};
use crate::list::{Mention, Window};
use crate::time::{Day, Instant};
use crate::wire::{Cut, Reader, Writer};

/// Names an alert: random and positive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AlertId(pub i64);

/// How far an alert has come. A correction makes it new again; the last two are final.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AlertState {
    /// Nobody has looked at it yet.
    New,
    /// It was shown.
    Seen,
    /// The person said that they know: no more reminders.
    Acknowledged,
    /// The authority took it back, or the visit was corrected: it was no contact.
    Withdrawn,
    /// The time for which the advice holds is over.
    Past,
}

impl AlertState {
    /// Whether it still warns.
    #[must_use]
    pub fn is_live(self) -> bool {
        matches!(self, Self::New | Self::Seen | Self::Acknowledged)
    }
}

/// All visits of one venue on one day that met a window of one deployment.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Warning {
    pub(super) id: AlertId,
    pub(super) deployment: [u8; 16],
    pub(super) epoch: u64,
    pub(super) state: AlertState,
    /// It said something else before.
    pub(super) corrected: bool,
    /// When it was made.
    pub(super) since: Instant,
    /// How often the person was told, and when last.
    pub(super) told: u8,
    pub(super) told_at: Instant,
    /// The strongest advice of its reasons.
    pub(super) advice: u16,
    pub(super) strength: u8,
    /// Never empty.
    pub(super) reasons: Vec<Reason>,
    /// What lists said of the venue: a later list need not say it again.
    pub(super) said: Vec<(Day, Mention)>,
}

/// Why there is a warning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Reason {
    pub(super) visit: VisitId,
    pub(super) contact: Contact,
}

impl Warning {
    pub(super) fn is_about(&self, visit: VisitId) -> bool {
        self.reasons.iter().any(|reason| reason.visit == visit)
    }

    pub(super) fn encode(&self) -> Writer {
        let mut w = Writer::new(128 + self.reasons.len() * 40);
        let state = match self.state {
            AlertState::New => 0,
            AlertState::Seen => 1,
            AlertState::Acknowledged => 2,
            AlertState::Withdrawn => 3,
            AlertState::Past => 4,
        };
        w.u8(MATCH_WARNING).i64(self.id.0).put(&self.deployment).u64(self.epoch);
        w.u8(state).u8(u8::from(self.corrected)).i64(self.since.unix());
        w.u8(self.told).i64(self.told_at.unix()).u16(self.advice).u8(self.strength);
        w.u16(u16::try_from(self.reasons.len()).unwrap_or(u16::MAX));
        for Reason { visit, contact } in &self.reasons {
            let Contact { window, minutes, minimum, margin } = *contact;
            w.i64(visit.0).i64(window.from.unix()).i64(window.until.unix()).u16(window.advice);
            w.u16(minutes).u16(minimum).u16(margin);
        }
        w.u8(u8::try_from(self.said.len()).unwrap_or(u8::MAX));
        for (day, Mention { sequence, windows }) in &self.said {
            w.u32(day.number()).u64(*sequence).u8(u8::try_from(windows.len()).unwrap_or(u8::MAX));
            for Window { start, minutes, advice } in windows {
                w.u16(*start).u16(*minutes).u16(*advice);
            }
        }
        w
    }

    pub(super) fn decode(bytes: &[u8]) -> Result<Self, Cut> {
        let mut r = Reader::new(bytes);
        expect(r.u8()? == MATCH_WARNING)?;
        let id = AlertId(r.i64()?);
        expect(id.0 >= 0)?;
        let deployment = r.array()?;
        let epoch = r.u64()?;
        let state = match r.u8()? {
            0 => AlertState::New,
            1 => AlertState::Seen,
            2 => AlertState::Acknowledged,
            3 => AlertState::Withdrawn,
            4 => AlertState::Past,
            _ => return Err(Cut),
        };
        let corrected = flag(&mut r)?;
        let since = instant(&mut r)?;
        let told = r.u8()?;
        let told_at = instant(&mut r)?;
        let advice = r.u16()?;
        let strength = r.u8()?;
        let mut reasons = Vec::new();
        for _ in 0..r.u16()? {
            let visit = VisitId(r.i64()?);
            let (from, until, advice) = (instant(&mut r)?, instant(&mut r)?, r.u16()?);
            let window = Risk { from, until, advice };
            let (minutes, minimum, margin) = (r.u16()?, r.u16()?, r.u16()?);
            reasons.push(Reason { visit, contact: Contact { window, minutes, minimum, margin } });
        }
        expect(!reasons.is_empty())?;
        let mut said: Vec<(Day, Mention)> = Vec::new();
        for _ in 0..r.u8()? {
            let day = Day::exactly(r.u32()?).ok_or(Cut)?;
            expect(said.last().is_none_or(|(last, _)| *last < day))?;
            let sequence = r.u64()?;
            let mut windows = Vec::new();
            for _ in 0..r.u8()? {
                windows.push(Window { start: r.u16()?, minutes: r.u16()?, advice: r.u16()? });
            }
            said.push((day, Mention { sequence, windows }));
        }
        r.end()?;
        Ok(Self {
            id,
            deployment,
            epoch,
            state,
            corrected,
            since,
            told,
            told_at,
            advice,
            strength,
            reasons,
            said,
        })
    }
}

fn expect(holds: bool) -> Result<(), Cut> {
    if holds { Ok(()) } else { Err(Cut) }
}

fn flag(r: &mut Reader<'_>) -> Result<bool, Cut> {
    match r.u8()? {
        0 => Ok(false),
        1 => Ok(true),
        _ => Err(Cut),
    }
}

/// One way to write each: a time outside the calendar is refused, not brought back into it.
fn instant(r: &mut Reader<'_>) -> Result<Instant, Cut> {
    let unix = r.i64()?;
    let at = Instant::from_unix(unix);
    expect(at.unix() == unix)?;
    Ok(at)
}
