//! What to notify the person of, when its time has come: strongest first, never more than three
//! a day, not at night, and not while the authority holds notifications back.

use super::Inner;
use super::upkeep::{Due, earlier};
use super::visit::Now;
use super::warning::{AlertId, AlertState, Warning};
use crate::error::Result;
use crate::exposure::{after_quiet, next_reminder};
use crate::time::{Day, Instant};
use crate::trust::Policy;

/// One notification to show now. The text is the advice's, from the signed catalogue; which venue
/// it was is said only by the unlocked diary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Notice {
    /// Which alert to open.
    pub alert: AlertId,
    /// Whose list it comes from.
    pub deployment: [u8; 16],
    /// What it says.
    pub kind: NoticeKind,
    /// What to do, by its number in the catalogue of advice.
    pub advice: u16,
    /// The day of the visits.
    pub day: Day,
}

/// What a notification says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NoticeKind {
    /// A warning that the person does not know yet, or that now says something else.
    New,
    /// One that they have not acknowledged.
    Reminder,
    /// An earlier warning was taken back.
    TakenBack,
}

impl Inner {
    /// Ends warnings whose time is over, and finds what is to be told now.
    pub(super) fn tell(&mut self, now: &Now, time: Instant, due: &mut Due) -> Result<()> {
        self.load_lists();
        // A clock that is ahead ends nothing: it takes a time that has surely come.
        let sure = self.settings.clock.surely(now).map(Instant::day);
        let (mut ready, mut past) = (Vec::new(), Vec::new());
        for view in self.warned_days(now)? {
            for warning in &view.warnings {
                let deployment = self.lists.of(&warning.deployment);
                let usual = Policy::default();
                let policy = deployment.map_or(&usual, |d| d.standing().policy());
                let last = view.day.plus(policy.rule(warning.advice).days.into());
                if warning.state.is_live() && sure.is_some_and(|sure| sure > last) {
                    let state = AlertState::Past;
                    past.push((view.day, Warning { state, ..warning.clone() }));
                    continue;
                }
                let Some((kind, at)) = next_telling(warning, policy) else { continue };
                let hold = deployment.and_then(|d| d.hold());
                let at = at.max(hold.unwrap_or(at)).max(time);
                let at = after_quiet(at, now.offset, &policy.reminders);
                if at > time {
                    due.next = earlier(due.next, at);
                } else {
                    let cap = policy.cap.min(MOST_NOTICES);
                    let order = (u8::MAX - warning.strength, kind, warning.since, warning.id);
                    ready.push((order, cap, kind, view.day, warning.clone()));
                }
            }
        }
        for (day, warning) in past {
            self.put_warning(day, &warning)?;
        }
        self.take_notices(ready, time, due)
    }

    /// The strongest, as many as the day still allows; the others wait for tomorrow.
    fn take_notices(
        &mut self,
        mut ready: Vec<(impl Ord, u8, NoticeKind, Day, Warning)>,
        time: Instant,
        due: &mut Due,
    ) -> Result<()> {
        if ready.is_empty() {
            return Ok(());
        }
        ready.sort_by(|a, b| a.0.cmp(&b.0));
        let today = time.day();
        let told = self.settings.told;
        let mut count = if told.0 == today { told.1 } else { 0 };
        let mut chosen = Vec::new();
        for (_, cap, kind, day, warning) in ready {
            if count < cap {
                count += 1;
                chosen.push((kind, day, warning));
            } else {
                due.next = earlier(due.next, today.plus(1).start());
            }
        }
        if chosen.is_empty() {
            return Ok(());
        }
        // First the count: whatever fails behind this, nobody is told more often.
        self.settings.told = (today, count);
        self.save_settings().inspect_err(|_| self.settings.told = told)?;
        for (kind, day, mut warning) in chosen {
            warning.told = warning.told.saturating_add(1);
            warning.told_at = time;
            if self.put_warning(day, &warning).is_err() {
                // What was written down is told; the rest comes again.
                break;
            }
            let Warning { id, deployment, advice, .. } = warning;
            due.notices.push(Notice { alert: id, deployment, kind, advice, day });
        }
        Ok(())
    }
}

/// What is to be told of a warning, and from when on.
fn next_telling(warning: &Warning, policy: &Policy) -> Option<(NoticeKind, Instant)> {
    match warning.state {
        AlertState::New if warning.told == 0 => Some((NoticeKind::New, warning.since)),
        AlertState::New | AlertState::Seen => {
            let again = next_reminder(warning.told_at, warning.told, &policy.reminders)?;
            Some((NoticeKind::Reminder, again))
        }
        // Only who was told before has to be told now.
        AlertState::Withdrawn if warning.told == 0 => Some((NoticeKind::TakenBack, warning.since)),
        AlertState::Acknowledged | AlertState::Withdrawn | AlertState::Past => None,
    }
}

/// Whatever lists and policies say: a phone that cries all day is switched off.
const MOST_NOTICES: u8 = 3;
