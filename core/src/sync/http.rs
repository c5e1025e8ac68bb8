//! The built-in transport: fetches over HTTP what a [`Sync`] wants.
//!
//! A server, and whoever listens on the line, learns that a phone syncs and nothing else: every
//! phone with the same lists sends the same bytes, whatever its diary holds. There are no cookies
//! and no conditional headers, for a name that a server once gave would come back with them; whole
//! objects are fetched, and a range only where a line was cut.
//!
//! There is no clock and no sleep of its own in here: time, chance and waiting are arguments.

mod address;
mod error;
pub mod headers;
mod pace;
mod tls;

use std::io::Read;
use std::time::Duration;

use reqwest::StatusCode;
use reqwest::blocking::{Client, Response};
use reqwest::header::{self, HeaderMap, HeaderName, HeaderValue};
use reqwest::redirect;

use super::{Report, Sync, SyncError, Want};
use crate::diary::{Diary, Now};
use crate::seal::Random;
use crate::time::Instant;

use address::Address;
pub use error::FetchError;
use pace::Pace;

/// How patient a fetch is. The default suits a phone on a slow line.
pub struct Options<'a> {
    /// For a connection to be made.
    pub connect: Duration,
    /// For the next bytes to come. There is no limit for a whole object: at 1 KB a second a day's
    /// list takes its minutes.
    pub stall: Duration,
    /// For so many bytes to come there is [`Options::stall`] again: who sends less only keeps the
    /// phone awake.
    pub least: u64,
    /// How often a fetch may fail before it gives up until the next sync.
    pub tries: u32,
    /// The first wait after a failure; each further one may be twice as long.
    pub first_wait: Duration,
    /// No wait is longer, whatever a server asks for.
    pub longest_wait: Duration,
    /// Spreads the waits of many phones.
    pub random: &'a mut dyn Random,
    /// Waits.
    pub sleep: &'a dyn Fn(Duration),
}

impl<'a> Options<'a> {
    /// Those of a phone.
    #[must_use]
    pub fn new(random: &'a mut dyn Random) -> Self {
        Self {
            connect: Duration::from_secs(30),
            stall: Duration::from_secs(60),
            least: 4096,
            tries: 6,
            first_wait: Duration::from_secs(2),
            longest_wait: Duration::from_secs(60),
            random,
            sleep: &sleep,
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the default of an argument; tests pass another")]
fn sleep(wait: Duration) {
    std::thread::sleep(wait);
}

/// Takes the newest publication of a deployment that the diary follows, from the address under
/// which its files lie. Call [`sync::next_sync`](super::next_sync) for when.
///
/// # Errors
/// A [`FetchError`]; what the phone holds is then what it held before. What came of a list stays
/// and is not fetched again.
pub fn fetch(
    diary: &Diary,
    deployment: &[u8; 16],
    base: &str,
    options: Options<'_>,
    clock: &dyn Fn() -> Now,
) -> Result<Report, FetchError> {
    let base = Address::parse(base).ok_or(FetchError::Address)?;
    let client = client(&base, &options, clock().wall)?;
    let mut line = Line { client, base, options, clock, failed: 0 };
    let mut sync = diary.plan(deployment)?;
    while let Some(want) = sync.want() {
        match line.get(diary, &mut sync, &want) {
            Ok(Got::Whole) => diary.complete(&mut sync)?,
            Ok(Got::Absent) => diary.absent(&mut sync)?,
            Err(Trouble::Lasting(error)) => return Err(error),
            Err(Trouble::Passing(error, after)) => {
                line.rest(error, after)?;
                sync.again();
            }
        }
    }
    Ok(diary.finish(sync, &clock())?)
}

/// The line to one server.
struct Line<'o, 'c> {
    client: Client,
    base: Address,
    options: Options<'o>,
    clock: &'c dyn Fn() -> Now,
    failed: u32,
}

enum Got {
    Whole,
    Absent,
}

/// Why an object did not come.
enum Trouble {
    /// Another try would end the same.
    Lasting(FetchError),
    /// Another try may help, after this long if the server said so.
    Passing(FetchError, Option<Duration>),
}

impl From<FetchError> for Trouble {
    fn from(error: FetchError) -> Self {
        Self::Lasting(error)
    }
}

impl From<SyncError> for Trouble {
    fn from(error: SyncError) -> Self {
        Self::Lasting(error.into())
    }
}

impl Line<'_, '_> {
    /// Fetches one object into the sync.
    fn get(&self, diary: &Diary, sync: &mut Sync, want: &Want) -> Result<Got, Trouble> {
        let mut answer = self.ask(want)?;
        let skip = match answer.status() {
            StatusCode::OK => 0,
            StatusCode::PARTIAL_CONTENT => want.from,
            StatusCode::NOT_FOUND | StatusCode::GONE => return Ok(Got::Absent),
            other => return Err(refused(other, answer.headers())),
        };
        let headers = answer.headers();
        // A portal's page must not be taken for a broken publication: the person can do something.
        if text(headers, &header::CONTENT_TYPE).is_some_and(headers::is_page) {
            return Err(FetchError::Portal.into());
        }
        // Objects are signed as they are; what is compressed could grow without bounds.
        if !text(headers, &header::CONTENT_ENCODING).is_none_or(headers::is_plain) {
            return Err(FetchError::Encoding.into());
        }
        if answer.status() == StatusCode::PARTIAL_CONTENT {
            let range = text(headers, &header::CONTENT_RANGE).and_then(headers::content_range);
            let asked = want.from > 0 && range.is_some_and(|r| r.is_rest(want.from, want.most));
            if !asked {
                return Err(FetchError::Range.into());
            }
        }
        let most = want.most - skip;
        if answer.content_length().is_some_and(|length| length > most) {
            return Err(SyncError::TooLarge.into());
        }
        // Who ignores the range sends everything: what is here was verified and is passed over.
        let passed = want.from - skip;
        self.take(diary, sync, &mut answer, passed, most)?;
        Ok(Got::Whole)
    }

    /// Feeds what comes, but the first bytes.
    fn take(
        &self,
        diary: &Diary,
        sync: &mut Sync,
        answer: &mut Response,
        mut passed: u64,
        mut most: u64,
    ) -> Result<(), Trouble> {
        let mut buffer = vec![0; PIECE];
        let limit = self.options.stall.as_secs();
        let mut pace = Pace::new(self.options.least, limit, self.running());
        loop {
            let count = match answer.read(&mut buffer) {
                Ok(0) => return Ok(()),
                Ok(count) => count,
                Err(_) => return Err(Trouble::Passing(FetchError::Offline, None)),
            };
            let count = u64::try_from(count).unwrap_or(u64::MAX);
            most = most.checked_sub(count).ok_or(SyncError::TooLarge)?;
            let skipped = passed.min(count);
            passed -= skipped;
            let new = usize::try_from(skipped).unwrap_or(0)..usize::try_from(count).unwrap_or(0);
            if let Some(new) = buffer.get(new).filter(|new| !new.is_empty()) {
                diary.feed(sync, new)?;
            }
            if !pace.holds(count, self.running()) {
                return Err(Trouble::Passing(FetchError::Slow, None));
            }
        }
    }

    /// Sends the request, and follows redirects within the server.
    fn ask(&self, want: &Want) -> Result<Response, Trouble> {
        let mut url = self.base.join(&want.path).ok_or(FetchError::Address)?;
        for _ in 0..=MOST_REDIRECTS {
            let mut request = self.client.get(url.clone());
            if want.from > 0 {
                request = request.header(header::RANGE, format!("bytes={}-", want.from));
            }
            let answer = request.send().map_err(|error| match tls::refusal(&error) {
                Some(refused) => Trouble::Lasting(refused),
                None => Trouble::Passing(FetchError::Offline, None),
            })?;
            let status = answer.status();
            let moved = status.is_redirection() && status != StatusCode::NOT_MODIFIED;
            if !moved {
                return Ok(answer);
            }
            let to = text(answer.headers(), &header::LOCATION).ok_or(FetchError::Redirect)?;
            url = self.base.follow(&url, to)?;
        }
        Err(FetchError::Redirect.into())
    }

    /// Waits before the next try; an error once there were enough.
    fn rest(&mut self, error: FetchError, after: Option<Duration>) -> Result<(), FetchError> {
        self.failed += 1;
        if self.failed >= self.options.tries {
            return Err(error);
        }
        let Options { first_wait, longest_wait, .. } = self.options;
        let doubled = 2_u32.saturating_pow(self.failed - 1);
        let wait = match after {
            // A server that is busy for longer is asked again at the next sync.
            Some(after) if after > longest_wait => return Err(error),
            Some(after) => after + jitter(self.options.random, first_wait),
            None => {
                let most = first_wait.saturating_mul(doubled).min(longest_wait);
                jitter(self.options.random, most)
            }
        };
        (self.options.sleep)(wait);
        Ok(())
    }

    fn running(&self) -> u64 {
        (self.clock)().running
    }
}

/// Any time up to this: phones that failed together do not come back together.
fn jitter(random: &mut dyn Random, most: Duration) -> Duration {
    let mut bytes = [0; 8];
    random.fill(&mut bytes);
    let share = (u128::from(u64::from_le_bytes(bytes)) * most.as_millis()) >> u64::BITS;
    Duration::from_millis(u64::try_from(share).unwrap_or(0))
}

/// A status that brings no object.
fn refused(status: StatusCode, headers: &HeaderMap) -> Trouble {
    match status {
        // The server, or something before it, has a bad moment.
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
            let after = text(headers, &header::RETRY_AFTER).and_then(|after| {
                headers::retry_after(after, text(headers, &header::DATE).unwrap_or_default())
            });
            Trouble::Passing(FetchError::Busy, after)
        }
        StatusCode::NETWORK_AUTHENTICATION_REQUIRED => FetchError::Portal.into(),
        StatusCode::REQUEST_TIMEOUT => Trouble::Passing(FetchError::Offline, None),
        status if status.is_server_error() => {
            Trouble::Passing(FetchError::Status(status.as_u16()), None)
        }
        status => FetchError::Status(status.as_u16()).into(),
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    // A value that is no text is as good as none, except that it must not pass for a plain one.
    headers.get(name).map(|value| value.to_str().unwrap_or("?"))
}

fn client(base: &Address, options: &Options<'_>, at: Instant) -> Result<Client, FetchError> {
    let mut headers = HeaderMap::new();
    headers.insert(header::ACCEPT, HeaderValue::from_static("*/*"));
    headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    let mut builder = Client::builder()
        .user_agent(USER_AGENT)
        .default_headers(headers)
        .connect_timeout(options.connect)
        // In the blocking client this is the limit for each step, not for the whole.
        .timeout(options.stall)
        .redirect(redirect::Policy::none())
        .referer(false)
        .retry(reqwest::retry::never())
        .http1_only()
        .tls_backend_preconfigured(tls::config(base.is_secure(), at)?);
    if !base.is_secure() {
        // This machine itself: no proxy stands before it.
        builder = builder.no_proxy();
    }
    builder.build().map_err(|_| FetchError::Tls)
}

/// The same for every phone and every version of the app.
const USER_AGENT: &str = "vaora/1";
const MOST_REDIRECTS: u32 = 3;
const PIECE: usize = 16 << 10;

#[cfg(test)]
mod tests {
    use super::*;

    /// Chance that always falls the same way.
    struct Always(u8);

    impl Random for Always {
        fn fill(&mut self, bytes: &mut [u8]) {
            bytes.fill(self.0);
        }
    }

    #[test]
    fn a_wait_is_drawn_from_the_whole() {
        let wait = |chance, most| jitter(&mut Always(chance), Duration::from_millis(most));
        assert_eq!(wait(0, 60_000), Duration::ZERO);
        assert_eq!(wait(0x80, 60_000), Duration::from_millis(30_117));
        assert_eq!(wait(0xFF, 60_000), Duration::from_millis(59_999));
        assert_eq!(wait(0xFF, 0), Duration::ZERO);
        assert!(wait(0xFF, u64::MAX) < Duration::from_millis(u64::MAX));
    }
}
