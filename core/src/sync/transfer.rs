//! A sync over HTTP, without the HTTP: what to ask for next, and what to make of the answers.
//!
//! The platform's own stack sends requests and hands over what comes, and knows nothing of lists,
//! ranges, portals or patience. So every phone asks for the same bytes and judges answers alike,
//! whether the built-in transport, `HttpURLConnection` or `URLSession` carries them.
//!
//! ```text
//! next → Ask → head → body, body, … → end ┐
//!   ↑             └─ broke: no answer, or a cut ─┤
//!   └─────────────────────────────────────────┘        next → Done → finish
//! ```

use std::time::Duration;

use super::address::Address;
use super::headers;
use super::{FetchError, Report, Sync, SyncError, Want};
use crate::diary::{Diary, Now};

/// How patient a sync is. The default suits a phone on a slow line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// For a connection to be made.
    pub connect: Duration,
    /// For the next bytes to come. There is no limit for a whole object: at 1 KB a second a day's
    /// list takes its minutes.
    pub stall: Duration,
    /// A server that sends fewer bytes than these within [`Patience::stall`], again and again,
    /// only keeps the phone awake.
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

/// What to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// Send this request, and hand its answer over.
    Ask(Request),
    /// Wait so long, then ask again what to do.
    Wait(Duration),
    /// Everything is here: [`Diary::finish_transfer`] takes it over.
    Done,
}

/// A `GET`, the same from every phone. Nothing may be added: no cookies, no conditional headers,
/// no referrer, no compression; and redirects are not followed but handed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The address.
    pub url: String,
    /// Every header, besides those without which there is no HTTP.
    pub headers: Vec<(&'static str, String)>,
}

/// An answer's status line and headers.
pub trait Head {
    /// The status.
    fn status(&self) -> u16;

    /// A header by its name in lower case; `?` for one that is no text, so that it does not pass
    /// for a missing one.
    fn header(&self, name: &str) -> Option<&str>;
}

/// What to do with the body of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Body {
    /// Hand it over piece by piece.
    Take,
    /// Let it go, close the connection, and ask what is next.
    Drop,
}

/// A sync that is under way.
pub struct Transfer {
    sync: Sync,
    base: Address,
    patience: Patience,
    failed: u32,
    /// How long to wait before the next request.
    rest: Option<Duration>,
    /// Where a redirect led, and how many led there.
    moved: Option<String>,
    redirects: u32,
    body: Option<Incoming>,
}

/// The answer that is coming in.
struct Incoming {
    /// So many bytes are here already and are not taken again.
    passed: u64,
    /// More than so many may not come.
    most: u64,
    pace: Pace,
}

impl Diary {
    /// Begins a sync with a deployment that is followed, whose files lie below an address.
    ///
    /// # Errors
    /// [`FetchError::Address`]; else as [`Diary::plan`].
    pub fn transfer(
        &self,
        deployment: &[u8; 16],
        base: &str,
        patience: Patience,
    ) -> Result<Transfer, FetchError> {
        Ok(Transfer {
            base: Address::parse(base).ok_or(FetchError::Address)?,
            sync: self.plan(deployment)?,
            patience,
            failed: 0,
            rest: None,
            moved: None,
            redirects: 0,
            body: None,
        })
    }

    /// Takes everything over, as [`Diary::finish`] does.
    ///
    /// # Errors
    /// As [`Diary::finish`].
    pub fn finish_transfer(&self, transfer: Transfer, now: &Now) -> Result<Report, FetchError> {
        Ok(self.finish(transfer.sync, now)?)
    }
}

impl Transfer {
    /// How patient it is.
    #[must_use]
    pub fn patience(&self) -> Patience {
        self.patience
    }

    /// What to do next. An answer that was not handed over to its end counts as cut off.
    pub fn next(&mut self) -> Next {
        if let Some(wait) = self.rest.take() {
            return Next::Wait(wait);
        }
        if self.body.take().is_some() {
            self.sync.again();
        }
        let Some(want) = self.sync.want() else { return Next::Done };
        let url = self.moved.clone().unwrap_or_else(|| self.base.join(&want.path));
        let mut headers = vec![
            ("user-agent", USER_AGENT.to_owned()),
            ("accept", String::from("*/*")),
            ("accept-encoding", String::from("identity")),
        ];
        if want.from > 0 {
            headers.push(("range", format!("bytes={}-", want.from)));
        }
        Next::Ask(Request { url, headers })
    }

    /// An answer began. `running` is the phone's running time in seconds, as in [`Now`].
    ///
    /// # Errors
    /// A [`FetchError`]: the sync is over; what the phone holds is what it held before.
    pub fn head(
        &mut self,
        diary: &Diary,
        head: &dyn Head,
        running: u64,
    ) -> Result<Body, FetchError> {
        let want = self.sync.want().ok_or(SyncError::OutOfTurn)?;
        let status = head.status();
        if let 300..=399 = status
            && status != NOT_MODIFIED
        {
            self.redirects += 1;
            let to = head.header("location").ok_or(FetchError::Redirect)?;
            let to = self.base.follow(to)?;
            if self.redirects > MOST_REDIRECTS {
                return Err(FetchError::Redirect);
            }
            self.moved = Some(to);
            return Ok(Body::Drop);
        }
        self.settled();
        let skip = match status {
            200 => 0,
            206 => want.from,
            404 | 410 => {
                diary.absent(&mut self.sync)?;
                return Ok(Body::Drop);
            }
            other => return self.refused(diary, other, head).map(|()| Body::Drop),
        };
        self.judge(&want, status, head)?;
        let most = want.most - skip;
        let length = head.header("content-length").and_then(|length| length.trim().parse().ok());
        if length.is_some_and(|length: u64| length > most) {
            return Err(SyncError::TooLarge.into());
        }
        // Who ignores the range sends everything: what is here was verified and is passed over.
        let passed = want.from - skip;
        self.body = Some(Incoming { passed, most, pace: Pace { since: running, bytes: 0 } });
        Ok(Body::Take)
    }

    /// The next bytes of an answer.
    ///
    /// # Errors
    /// As [`Transfer::head`].
    pub fn body(&mut self, diary: &Diary, bytes: &[u8], running: u64) -> Result<Body, FetchError> {
        let incoming = self.body.as_mut().ok_or(SyncError::OutOfTurn)?;
        let count = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        incoming.most = incoming.most.checked_sub(count).ok_or(SyncError::TooLarge)?;
        let skipped = incoming.passed.min(count);
        incoming.passed -= skipped;
        let new = usize::try_from(skipped).ok().and_then(|skipped| bytes.get(skipped..));
        if let Some(new) = new.filter(|new| !new.is_empty()) {
            diary.feed(&mut self.sync, new)?;
        }
        if incoming.pace.holds(count, running, &self.patience) {
            return Ok(Body::Take);
        }
        self.failed_with(diary, FetchError::Slow, None)?;
        Ok(Body::Drop)
    }

    /// The answer came to its end.
    ///
    /// # Errors
    /// As [`Transfer::head`].
    pub fn end(&mut self, diary: &Diary) -> Result<(), FetchError> {
        self.body.take().ok_or(SyncError::OutOfTurn)?;
        Ok(diary.complete(&mut self.sync)?)
    }

    /// No answer came, or it was cut off: another try follows, until there were enough.
    ///
    /// # Errors
    /// [`FetchError::Offline`] after the last try; [`FetchError::Sync`] with the diary's error.
    pub fn broke(&mut self, diary: &Diary) -> Result<(), FetchError> {
        self.failed_with(diary, FetchError::Offline, None)
    }

    /// Whether an answer with an object in it can be the one that was asked for.
    fn judge(&self, want: &Want, status: u16, head: &dyn Head) -> Result<(), FetchError> {
        // A portal's page must not be taken for a broken publication: the person can do something.
        if head.header("content-type").is_some_and(headers::is_page) {
            return Err(FetchError::Portal);
        }
        // Objects are signed as they are; what is compressed could grow without bounds.
        if !head.header("content-encoding").is_none_or(headers::is_plain) {
            return Err(FetchError::Encoding);
        }
        let range = head.header("content-range").and_then(headers::content_range);
        let asked = want.from > 0 && range.is_some_and(|r| r.is_rest(want.from, want.most));
        if status == 206 && !asked { Err(FetchError::Range) } else { Ok(()) }
    }

    /// A status that brings no object.
    fn refused(&mut self, diary: &Diary, status: u16, head: &dyn Head) -> Result<(), FetchError> {
        match status {
            // The server, or something before it, has a bad moment.
            429 | 503 => {
                let after = head.header("retry-after").and_then(|after| {
                    headers::retry_after(after, head.header("date").unwrap_or_default())
                });
                self.failed_with(diary, FetchError::Busy, after)
            }
            511 => Err(FetchError::Portal),
            408 => self.failed_with(diary, FetchError::Offline, None),
            500..=599 => self.failed_with(diary, FetchError::Status(status), None),
            _ => Err(FetchError::Status(status)),
        }
    }

    /// Another try, after a wait, unless there were enough.
    fn failed_with(
        &mut self,
        diary: &Diary,
        error: FetchError,
        after: Option<Duration>,
    ) -> Result<(), FetchError> {
        self.settled();
        self.body = None;
        self.sync.again();
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

    /// The way of one object is over.
    fn settled(&mut self) {
        self.moved = None;
        self.redirects = 0;
    }
}

/// How much comes in a while of running time.
struct Pace {
    since: u64,
    bytes: u64,
}

impl Pace {
    fn holds(&mut self, count: u64, now: u64, patience: &Patience) -> bool {
        self.bytes = self.bytes.saturating_add(count);
        if now.saturating_sub(self.since) < patience.stall.as_secs() {
            return true;
        }
        let enough = self.bytes >= patience.least;
        *self = Self { since: now, bytes: 0 };
        enough
    }
}

/// Any time up to this: phones that failed together do not come back together.
fn jitter(random: u64, most: Duration) -> Duration {
    let share = (u128::from(random) * most.as_millis()) >> u64::BITS;
    Duration::from_millis(u64::try_from(share).unwrap_or(0))
}

/// The same for every phone and every version of the app.
pub(super) const USER_AGENT: &str = "vaora/1";
const MOST_REDIRECTS: u32 = 3;
const NOT_MODIFIED: u16 = 304;
