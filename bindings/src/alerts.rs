//! Warnings, and everything whose time has come.

use std::time::SystemTime;

use vaora::diary::{self, AlertId};
use vaora::trust;

use crate::error::{id, number};
use crate::mirror::{mirror, record, told};
use crate::{Day, Diary, Now, PlaceInfo, Result};

record! {
    /// A warning: somebody infectious was at the same venue at the same time, says the authority.
    pub struct Alert = diary::Alert {
        /// Names it in every verb.
        id: i64 = id,
        /// Whose list it comes from, in hexadecimal.
        deployment: String = deployment,
        /// How far it has come.
        state: AlertState = state,
        /// The list said something else before: show what is new.
        corrected: bool = corrected,
        /// The day of the visits.
        day: Day = day,
        /// What to do, by its number in the catalogue of advice: see `advice`.
        advice: i32 = advice,
        /// How strong that advice is, 1 to 9.
        strength: i32 = strength,
        /// Where; only a venue that the authority itself had verified, else say "a code no authority
        /// signed". None as well for visits that were hidden.
        place: Option<PlaceInfo> = place,
        /// The visits that it is about; hidden ones are not named.
        visits: Vec<i64> = visits,
        /// When the phone found out.
        since: SystemTime = since,
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

record! {
    /// Why there is an alert: one visit, one window, one rule.
    pub struct Explanation = diary::Explanation {
        /// The visit.
        visit: i64 = visit,
        /// When the window began.
        from: SystemTime = from,
        /// When it ended.
        until: SystemTime = until,
        /// What the authority advises.
        advice: i32 = advice,
        /// Minutes for which visit and window overlap.
        minutes: i32 = minutes,
        /// So many are enough by the rule.
        minimum: i32 = minimum,
        /// Minutes that were added around the only scan of the visit; 0 if in and out are known.
        margin: i32 = margin,
    }
}

record! {
    /// What to do after a warning, in one language.
    pub struct AdviceText = trust::AdviceText {
        /// The language that was found: `vi`, `en`, or another.
        language: String = language,
        /// One line.
        title: String = title,
        /// What to do, step by step.
        text: String = text,
    }
}

record! {
    /// What was done and what is to be asked, now that this time has come.
    pub struct Due = diary::Due {
        /// Visits whose usual stay is over: ask "still here?".
        leave: Vec<i64> = leave,
        /// Visits whose forgotten end was assumed just now.
        closed: Vec<i64> = closed,
        /// Days that were deleted for their age just now.
        expired: Vec<Day> = expired,
        /// Notifications to show now, the strongest first.
        notices: Vec<Notice> = notices,
        /// Make new secrets, call `rotate`, then delete the old ones.
        rotate: bool = rotate,
        /// Nothing more happens before this; none: once a day is enough.
        next: Option<SystemTime> = next,
    }
}

record! {
    /// A notification. On a lock screen show only that there is news.
    pub struct Notice = diary::Notice {
        /// Which alert to open.
        alert: i64 = alert,
        /// Whose list it comes from, in hexadecimal.
        deployment: String = deployment,
        /// What it says.
        kind: NoticeKind = kind,
        /// What to do, by its number in the catalogue of advice.
        advice: i32 = advice,
        /// The day of the visits.
        day: Day = day,
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
        told(self.core.alerts(&now.into()))
    }

    /// Why there is an alert, visit by visit and window by window.
    pub fn explain(&self, alert: i64, now: Now) -> Result<Vec<Explanation>> {
        told(self.core.explain(AlertId(alert), &now.into()))
    }

    /// The person opened the alert.
    pub fn seen(&self, alert: i64, now: Now) -> Result<()> {
        told(self.core.seen(AlertId(alert), &now.into()))
    }

    /// The person has read it: no more reminders.
    pub fn acknowledge(&self, alert: i64, now: Now) -> Result<()> {
        told(self.core.acknowledge(AlertId(alert), &now.into()))
    }

    /// What an authority advises, in a language, or in Vietnamese where it is not there; none for a
    /// number that its catalogue does not name: show words of your own.
    pub fn advice(
        &self,
        deployment: String,
        advice: i32,
        language: String,
    ) -> Result<Option<AdviceText>> {
        told(self.core.advice(&id(&deployment)?, number(advice)?, &language))
    }

    /// Does everything whose time has come: closing, expiring, reminding. Call it when the app starts,
    /// at `next`, and once a day; it also works while the phone is locked.
    pub fn due(&self, now: Now) -> Result<Due> {
        told(self.core.due(&now.into()))
    }
}
