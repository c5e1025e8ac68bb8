//! Moments and days, as the guest languages have them.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use vaora::diary;
use vaora::time::{self, Instant};

use crate::VaoraError;

/// A moment as the phone tells it. The core has no clock: every verb takes one of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct Now {
    /// The wall clock.
    pub wall: SystemTime,
    /// Minutes that local time is ahead of UTC: 420 in Viet Nam.
    pub offset_minutes: i16,
    /// Whole seconds since the phone started, time asleep included. It never jumps, which is how
    /// a wrong clock is noticed.
    pub running_seconds: i64,
    /// Tells one start of the phone from another: the platform's boot count, or a hash of its boot
    /// session.
    pub boot: i64,
}

impl From<Now> for diary::Now {
    fn from(Now { wall, offset_minutes, running_seconds, boot }: Now) -> Self {
        Self {
            wall: instant(wall),
            offset: offset_minutes,
            running: u64::try_from(running_seconds).unwrap_or(0),
            // Any number will do that differs from start to start.
            boot: (boot ^ (boot >> 32)) as u32,
        }
    }
}

pub(crate) fn instant(time: SystemTime) -> Instant {
    let seconds = |d: Duration| i64::try_from(d.as_secs()).unwrap_or(i64::MAX);
    Instant::from_unix(match time.duration_since(UNIX_EPOCH) {
        Ok(after) => seconds(after),
        // Whole seconds, rounded down as everywhere.
        Err(before) => {
            let before = before.duration();
            -seconds(before) - i64::from(before.subsec_nanos() > 0)
        }
    })
}

pub(crate) fn system(at: Instant) -> SystemTime {
    let distance = Duration::from_secs(at.unix().unsigned_abs());
    let time = if at.unix() < 0 {
        UNIX_EPOCH.checked_sub(distance)
    } else {
        UNIX_EPOCH.checked_add(distance)
    };
    time.unwrap_or(UNIX_EPOCH)
}

/// A day of Viet Nam, as `2026-11-21`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day(pub(crate) time::Day);

uniffi::custom_type!(Day, String, {
    lower: |day| day.0.to_string(),
    try_lift: |text| {
        time::Day::from_iso(&text).map(Day).ok_or_else(|| VaoraError::BadTimes.into())
    },
});
