//! Alerts as a person sees them, and what they do with them.

use super::days::DayView;
use super::visit::{Details, Now, VisitId};
use super::warning::{AlertId, AlertState, Reason, Warning};
use super::{Diary, Inner};
use crate::code::Trust;
use crate::error::{Error, Result};
use crate::time::{Day, Instant};

/// A warning: somebody infectious was at the same venue at the same time, says the authority.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    /// Names it in every verb.
    pub id: AlertId,
    /// Whose list it comes from.
    pub deployment: [u8; 16],
    /// How far it has come.
    pub state: AlertState,
    /// The list said something else before: show what is new.
    pub corrected: bool,
    /// The day of the visits.
    pub day: Day,
    /// What to do, by its number in the catalogue of advice.
    pub advice: u16,
    /// How strong that advice is, 1 to 9.
    pub strength: u8,
    /// Where; only a venue that the authority itself had verified, else say "a code no authority
    /// signed". None as well for visits that were hidden.
    pub place: Option<Details>,
    /// The visits that it is about; hidden ones are not named.
    pub visits: Vec<VisitId>,
    /// When the phone found out.
    pub since: Instant,
}

/// Why there is an alert: one visit, one window, one rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Explanation {
    /// The visit.
    pub visit: VisitId,
    /// When the window began.
    pub from: Instant,
    /// When it ended.
    pub until: Instant,
    /// What the authority advises.
    pub advice: u16,
    /// Minutes for which visit and window overlap.
    pub minutes: u16,
    /// So many are enough by the rule.
    pub minimum: u16,
    /// Minutes that were added around the only scan of the visit; 0 if in and out are known.
    pub margin: u16,
}

impl Diary {
    /// Every alert of the days that are kept, the strongest first, and of equal ones the newest
    /// visits first; those that were taken back are still here, and say so.
    ///
    /// # Errors
    /// [`Error::Locked`]: a locked phone tells by [`Diary::due`] what to do, and nothing else.
    pub fn alerts(&self, now: &Now) -> Result<Vec<Alert>> {
        self.with(|inner| {
            inner.expect_unlocked()?;
            // A full disk must not hide what is known already.
            let met = inner.meet(now);
            let mut alerts = Vec::new();
            for view in inner.warned_days(now)? {
                alerts.extend(view.warnings.iter().map(|warning| inner.alert(&view, warning)));
            }
            alerts.sort_by_key(|a: &Alert| {
                (!a.state.is_live(), u8::MAX - a.strength, u32::MAX - a.day.number(), a.id)
            });
            if alerts.is_empty() {
                met?;
            }
            Ok(alerts)
        })
    }

    /// Why there is this alert.
    ///
    /// # Errors
    /// [`Error::NoAlert`]; [`Error::Locked`].
    pub fn explain(&self, alert: AlertId, now: &Now) -> Result<Vec<Explanation>> {
        self.with(|inner| {
            inner.expect_unlocked()?;
            let (view, warning) = inner.warning(alert, now)?;
            let shown = warning.reasons.iter().filter(|r| !view.is_hidden(r.visit));
            Ok(shown.map(Explanation::of).collect())
        })
    }

    /// The alert was shown. Reminders go on.
    ///
    /// # Errors
    /// [`Error::NoAlert`]; [`Error::Locked`].
    pub fn seen(&self, alert: AlertId, now: &Now) -> Result<()> {
        self.move_on(alert, now, |state| match state {
            AlertState::New => AlertState::Seen,
            other => other,
        })
    }

    /// The person said that they know: no more reminders, unless the list changes.
    ///
    /// # Errors
    /// [`Error::NoAlert`]; [`Error::Locked`].
    pub fn acknowledge(&self, alert: AlertId, now: &Now) -> Result<()> {
        self.move_on(alert, now, |state| match state {
            AlertState::New | AlertState::Seen => AlertState::Acknowledged,
            other => other,
        })
    }

    fn move_on(
        &self,
        alert: AlertId,
        now: &Now,
        to: impl FnOnce(AlertState) -> AlertState,
    ) -> Result<()> {
        self.with(|inner| {
            inner.expect_unlocked()?;
            let (view, mut warning) = inner.warning(alert, now)?;
            let state = to(warning.state);
            if state == warning.state {
                return Ok(());
            }
            warning.state = state;
            inner.put_warning(view.day, &warning)
        })
    }
}

impl Explanation {
    fn of(reason: &Reason) -> Self {
        let Reason { visit, contact } = *reason;
        Self {
            visit,
            from: contact.window.from,
            until: contact.window.until,
            advice: contact.window.advice,
            minutes: contact.minutes,
            minimum: contact.minimum,
            margin: contact.margin,
        }
    }
}

impl Inner {
    /// The days with warnings that may still be shown, latest first. Most days have none, and are
    /// read once.
    pub(super) fn warned_days(&mut self, now: &Now) -> Result<Vec<DayView>> {
        let oldest = self.oldest(now);
        let mut days = self.days();
        days.retain(|day| *day >= oldest && !self.unwarned.cover(&self.journal, *day));
        let (with, without): (Vec<_>, Vec<_>) =
            self.views(days)?.into_iter().partition(|view| !view.warnings.is_empty());
        self.unwarned.note(without.iter().flat_map(DayView::ends));
        Ok(with)
    }

    fn warning(&mut self, alert: AlertId, now: &Now) -> Result<(DayView, Warning)> {
        for view in self.warned_days(now)? {
            if let Some(warning) = view.warnings.iter().find(|w| w.id == alert).cloned() {
                return Ok((view, warning));
            }
        }
        Err(Error::NoAlert)
    }

    fn alert(&self, view: &DayView, warning: &Warning) -> Alert {
        let shown = |reason: &&Reason| !view.is_hidden(reason.visit);
        let mut visits: Vec<VisitId> =
            warning.reasons.iter().filter(shown).map(|r| r.visit).collect();
        visits.dedup();
        let place = visits.iter().find_map(|id| {
            let at = view.position(*id)?;
            let details = view.words(self, view.visits.get(at)?)?.details;
            (details.trust == Trust::Verified).then_some(details)
        });
        Alert {
            id: warning.id,
            deployment: warning.deployment,
            state: warning.state,
            corrected: warning.corrected,
            day: view.day,
            advice: warning.advice,
            strength: warning.strength,
            place,
            visits,
            since: warning.since,
        }
    }
}
