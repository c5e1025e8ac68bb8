//! How often a request is tried again, and after which waits.

use std::time::Duration;

use super::{FetchError, Head, SyncError, headers};
use crate::diary::Diary;

/// How patient a sync is. The default suits a phone on a slow line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// For a connection to be made.
    pub connect: Duration,
    /// For the next bytes to come. There is no limit for a whole object: at 1 KB a second a day's
    /// list takes its minutes.
    pub stall: Duration,
    /// For so many bytes to come there is [`Patience::stall`] again: who sends less only keeps the
    /// phone awake.
    pub least: u64,
    /// How often a sync may fail before it gives up until the next one.
    pub tries: u32,
    /// The first wait after a failure; each further one may be twice as long.
    pub first_wait: Duration,
    /// No wait is longer, whatever a server asks for.
    pub longest_wait: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(30),
            stall: Duration::from_secs(60),
            least: 4096,
            tries: 6,
            first_wait: Duration::from_secs(2),
            longest_wait: Duration::from_secs(60),
        }
    }
}

/// Why a request brought nothing.
pub(super) enum Trouble {
    /// Another try would end the same.
    Lasting(FetchError),
    /// Another try may help, after this long if the server said so.
    Passing(FetchError, Option<Duration>),
}

impl Trouble {
    /// Of an answer with a status that brings nothing.
    pub(super) fn of(head: &dyn Head) -> Self {
        match head.status() {
            // The server, or something before it, has a bad moment.
            429 | 503 => {
                let after = head.header("retry-after").and_then(|after| {
                    headers::retry_after(after, head.header("date").unwrap_or_default())
                });
                Self::Passing(FetchError::Busy, after)
            }
            511 => Self::Lasting(FetchError::Portal),
            408 => Self::Passing(FetchError::Offline, None),
            status @ 500..=599 => Self::Passing(FetchError::Status(status), None),
            status => Self::Lasting(FetchError::Status(status)),
        }
    }

    /// No answer, or a cut.
    pub(super) fn cut() -> Self {
        Self::Passing(FetchError::Offline, None)
    }
}

/// The tries of one sync or one upload.
pub(super) struct Tries {
    pub(super) patience: Patience,
    failed: u32,
    /// How long to wait before the next request.
    pub(super) rest: Option<Duration>,
}

impl Tries {
    pub(super) fn new(patience: Patience) -> Self {
        Self { patience, failed: 0, rest: None }
    }

    /// Another try follows after a wait, or there were enough.
    pub(super) fn again(&mut self, diary: &Diary, trouble: Trouble) -> Result<(), FetchError> {
        let (error, after) = match trouble {
            Trouble::Lasting(error) => return Err(error),
            Trouble::Passing(error, after) => (error, after),
        };
        self.failed += 1;
        if self.failed >= self.patience.tries {
            return Err(error);
        }
        let Patience { first_wait, longest_wait, .. } = self.patience;
        let doubled = 2_u32.saturating_pow(self.failed - 1);
        let random = diary.with(|inner| {
            let mut bytes = [0; 8];
            inner.journal.random().fill(&mut bytes);
            Ok(u64::from_le_bytes(bytes))
        });
        let random = random.map_err(SyncError::Diary)?;
        self.rest = Some(match after {
            // A server that is busy for longer is asked again at the next sync.
            Some(after) if after > longest_wait => return Err(error),
            Some(after) => after + jitter(random, first_wait),
            None => jitter(random, first_wait.saturating_mul(doubled).min(longest_wait)),
        });
        Ok(())
    }
}

/// Any time up to this: phones that failed together do not come back together.
fn jitter(random: u64, most: Duration) -> Duration {
    let share = (u128::from(random) * most.as_millis()) >> u64::BITS;
    Duration::from_millis(u64::try_from(share).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_drawn_from_the_whole() {
        let wait =
            |chance: u8, most| jitter(u64::from_le_bytes([chance; 8]), Duration::from_millis(most));
        assert_eq!(wait(0, 60_000), Duration::ZERO);
        assert_eq!(wait(0x80, 60_000), Duration::from_millis(30_117));
        assert_eq!(wait(0xFF, 60_000), Duration::from_millis(59_999));
        assert_eq!(wait(0xFF, 0), Duration::ZERO);
        assert!(wait(0xFF, u64::MAX) < Duration::from_millis(u64::MAX));
    }
}
