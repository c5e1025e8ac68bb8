//! Warnings, and everything whose time has come.

use std::time::SystemTime;

use vaora::diary::{self, AlertId, VisitId};
use vaora::text::hex;

use crate::clock::{days, system};
use crate::error::{id, number};
use crate::mirror::mirror;
use crate::{Day, Diary, Now, PlaceInfo, Result};

/// A warning: somebody infectious was at the same venue at the same time, says the authority.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Alert {
    /// Names it in every verb.
    pub id: i64,
    /// Whose list it comes from, in hexadecimal.
    pub deployment: String,
    /// How far it has come.
    pub state: AlertState,
    /// The list said something else before: show what is new.
    pub corrected: bool,
    /// The day of the visits.
    pub day: Day,
    /// What to do, by its number in the catalogue of advice: see `advice`.
    pub advice: i32,
    /// How strong that advice is, 1 to 9.
    pub strength: i32,
    /// Where; only a venue that the authority itself had verified, else say "a code no authority
    /// signed". None as well for visits that were hidden.
    pub place: Option<PlaceInfo>,
    /// The visits that it is about; hidden ones are not named.
    pub visits: Vec<i64>,
    /// When the phone found out.
    pub since: SystemTime,
}

impl From<diary::Alert> for Alert {
    fn from(alert: diary::Alert) -> Self {
        let diary::Alert {
            id,
            deployment,
            state,
            corrected,
            day,
            advice,
            strength,
            place,
            visits,
            since,
        } = alert;
        Self {
            id: id.0,
            deployment: hex::encode(&deployment),
            state: state.into(),
            corrected,
            day: day.into(),
            advice: advice.into(),
            strength: strength.into(),
            place: place.map(Into::into),
            visits: visits.into_iter().map(|VisitId(id)| id).collect(),
            since: system(since),
        }
    }
}

mirror! {
    /// How far an alert has come.
    pub enum AlertState = diary::AlertState {
        /// The person has not seen it.
        New,
        /// Seen, not acknowledged: reminders go on.
        Seen,
        /// Acknowledged: no more reminders.
        Acknowledged,
        /// The authority took it back.
        Withdrawn,
        /// Its advice is over.
        Past,
    }
}

/// Why there is an alert: one visit, one window, one rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct Explanation {
    /// The visit.
    pub visit: i64,
    /// When the window began.
    pub from: SystemTime,
    /// When it ended.
    pub until: SystemTime,
    /// What the authority advises.
    pub advice: i32,
    /// Minutes for which visit and window overlap.
    pub minutes: i32,
    /// So many are enough by the rule.
    pub minimum: i32,
    /// Minutes that were added around the only scan of the visit; 0 if in and out are known.
    pub margin: i32,
}

impl From<diary::Explanation> for Explanation {
    fn from(explanation: diary::Explanation) -> Self {
        let diary::Explanation { visit, from, until, advice, minutes, minimum, margin } =
            explanation;
        Self {
            visit: visit.0,
            from: system(from),
            until: system(until),
            advice: advice.into(),
            minutes: minutes.into(),
            minimum: minimum.into(),
            margin: margin.into(),
        }
    }
}

/// What to do after a warning, in one language.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct AdviceText {
    /// The language that was found: `vi`, `en`, or another.
    pub language: String,
    /// One line.
    pub title: String,
    /// What to do, step by step.
    pub text: String,
}

/// What was done and what is to be asked, now that this time has come.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Due {
    /// Visits whose usual stay is over: ask "still here?".
    pub leave: Vec<i64>,
    /// Visits whose forgotten end was assumed just now.
    pub closed: Vec<i64>,
    /// Days that were deleted for their age just now.
    pub expired: Vec<Day>,
    /// Notifications to show now, the strongest first.
    pub notices: Vec<Notice>,
    /// Make new secrets, call `rotate`, then delete the old ones.
    pub rotate: bool,
    /// Nothing more happens before this; none: once a day is enough.
    pub next: Option<SystemTime>,
}

impl From<diary::Due> for Due {
    fn from(due: diary::Due) -> Self {
        let diary::Due { leave, closed, expired, notices, rotate, next } = due;
        let ids = |visits: Vec<VisitId>| visits.into_iter().map(|VisitId(id)| id).collect();
        Self {
            leave: ids(leave),
            closed: ids(closed),
            expired: days(expired),
            notices: notices.into_iter().map(Into::into).collect(),
            rotate,
            next: next.map(system),
        }
    }
}

/// A notification. On a lock screen show only that there is news.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Notice {
    /// Which alert to open.
    pub alert: i64,
    /// Whose list it comes from, in hexadecimal.
    pub deployment: String,
    /// What it says.
    pub kind: NoticeKind,
    /// What to do, by its number in the catalogue of advice.
    pub advice: i32,
    /// The day of the visits.
    pub day: Day,
}

impl From<diary::Notice> for Notice {
    fn from(notice: diary::Notice) -> Self {
        let diary::Notice { alert, deployment, kind, advice, day } = notice;
        Self {
            alert: alert.0,
            deployment: hex::encode(&deployment),
            kind: kind.into(),
            advice: advice.into(),
            day: day.into(),
        }
    }
}

mirror! {
    /// What a notification says.
    pub enum NoticeKind = diary::NoticeKind {
        /// A warning that the person does not know yet, or that now says something else.
        New,
        /// One that they have not acknowledged.
        Reminder,
        /// An earlier warning was taken back.
        TakenBack,
    }
}

#[uniffi::export]
impl Diary {
    /// Every alert of the days that are kept, the strongest first; those that were taken back are
    /// still here, and say so.
    pub fn alerts(&self, now: Now) -> Result<Vec<Alert>> {
        Ok(self.core.alerts(&now.into())?.into_iter().map(Into::into).collect())
    }

    /// Why there is an alert, visit by visit and window by window.
    pub fn explain(&self, alert: i64, now: Now) -> Result<Vec<Explanation>> {
        let all = self.core.explain(AlertId(alert), &now.into())?;
        Ok(all.into_iter().map(Into::into).collect())
    }

    /// The person opened the alert.
    pub fn seen(&self, alert: i64, now: Now) -> Result<()> {
        Ok(self.core.seen(AlertId(alert), &now.into())?)
    }

    /// The person has read it: no more reminders.
    pub fn acknowledge(&self, alert: i64, now: Now) -> Result<()> {
        Ok(self.core.acknowledge(AlertId(alert), &now.into())?)
    }

    /// What an authority advises, in a language, or in Vietnamese where it is not there; none for a
    /// number that its catalogue does not name: show words of your own.
    pub fn advice(
        &self,
        deployment: String,
        advice: i32,
        language: String,
    ) -> Result<Option<AdviceText>> {
        let text = self.core.advice(&id(&deployment)?, number(advice)?, &language)?;
        Ok(text.map(|vaora::trust::AdviceText { language, title, text }| AdviceText {
            language,
            title,
            text,
        }))
    }

    /// Does everything whose time has come: closing, expiring, reminding. Call it when the app starts,
    /// at `next`, and once a day; it also works while the phone is locked.
    pub fn due(&self, now: Now) -> Result<Due> {
        Ok(self.core.due(&now.into())?.into())
    }
}
