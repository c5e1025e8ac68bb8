//! A sync over HTTP, without the HTTP: what to ask for next, and what to make of the answers.
//!
//! The platform's own stack sends requests and hands over what comes, and knows nothing of lists,
//! ranges, portals or patience. So every phone asks for the same bytes and judges answers alike,
//! whether the built-in transport, `HttpURLConnection` or `URLSession` carries them.
//!
//! ```text
//! next_step: Ask → head → body, body, … → end, or broke: no answer, or a cut → next_step
//! next_step: Done → finish
//! ```

use std::time::Duration;

use super::address::Address;
use super::headers;
use super::pace::Pace;
use super::patience::{Tries, Trouble};
use super::{FetchError, Patience, Report, Sync, SyncError, Want};
use crate::diary::{Diary, Now};

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

/// A request, the same from every phone. Nothing may be added: no cookies, no conditional headers,
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
    tries: Tries,
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
            tries: Tries::new(patience),
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
        self.tries.patience
    }

    /// What to do next. An answer that was not handed over to its end counts as cut off.
    pub fn next_step(&mut self) -> Next {
        if let Some(wait) = self.tries.rest.take() {
            return Next::Wait(wait);
        }
        if self.body.take().is_some() {
            self.sync.again();
        }
        let Some(want) = self.sync.want() else { return Next::Done };
        let url = self.moved.clone().unwrap_or_else(|| self.base.join(&want.path));
        let mut headers = usual_headers();
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
            _ => return self.failed_with(diary, Trouble::of(head)).map(|()| Body::Drop),
        };
        self.judge(&want, status, head)?;
        let most = want.most - skip;
        let length = head.header("content-length").and_then(|length| length.trim().parse().ok());
        if length.is_some_and(|length: u64| length > most) {
            return Err(SyncError::TooLarge.into());
        }
        // Who ignores the range sends everything: what is here was verified and is passed over.
        let passed = want.from - skip;
        let Patience { least, stall, .. } = self.tries.patience;
        let pace = Pace::new(least, stall.as_secs(), running);
        self.body = Some(Incoming { passed, most, pace });
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
        if incoming.pace.holds(count, running) {
            return Ok(Body::Take);
        }
        self.failed_with(diary, Trouble::Passing(FetchError::Slow, None))?;
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
        self.failed_with(diary, Trouble::cut())
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

    /// Another try, after a wait, unless there were enough.
    fn failed_with(&mut self, diary: &Diary, trouble: Trouble) -> Result<(), FetchError> {
        self.settled();
        self.body = None;
        self.sync.again();
        self.tries.again(diary, trouble)
    }

    /// The way of one object is over.
    fn settled(&mut self) {
        self.moved = None;
        self.redirects = 0;
    }
}

/// What every request says of itself.
pub(super) fn usual_headers() -> Vec<(&'static str, String)> {
    vec![
        ("user-agent", USER_AGENT.to_owned()),
        ("accept", String::from("*/*")),
        ("accept-encoding", String::from("identity")),
    ]
}

/// The same for every phone and every version of the app.
const USER_AGENT: &str = "vaora/1";
const MOST_REDIRECTS: u32 = 3;
const NOT_MODIFIED: u16 = 304;
