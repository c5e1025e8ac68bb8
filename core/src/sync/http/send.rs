//! Sends what a person shares, and covers: one `POST` of one size, whatever is in it.
//!
//! The same rules as for a fetch: one user agent, no cookies, no redirects, HTTPS or this machine
//! itself. A cover is sent by the same call, with the same patience, so that neither its bytes nor
//! its times tell it from a share.

use std::io::Read;

use reqwest::StatusCode;
use reqwest::blocking::Response;
use reqwest::header;

use super::address::Address;
use super::{FetchError, Line, Options, Trouble, client, headers, refused, text};
use crate::diary::{Diary, Now, Shared, Upload};
use crate::error::Error;
use crate::share::REPLY_LEN;

/// Why an upload brought no receipt. The share waits in the diary as long as nobody knows, and
/// [`Diary::share_again`] is safe in every case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SendError {
    /// It did not get to the authority.
    NotSent(FetchError),
    /// It may have got there, and no receipt came. *Try again: it is taken once.*
    Unsure(FetchError),
    /// What answered is not the authority, or it answered another box. *Try again.*
    Strange,
    /// There was an answer, and this is what the diary says to it.
    Diary(Error),
}

impl SendError {
    /// The stable name, as programs use it.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::NotSent(error) => error.id(),
            Self::Unsure(_) => "unsure",
            Self::Strange => "strange",
            Self::Diary(_) => "answer",
        }
    }
}

impl std::fmt::Display for SendError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotSent(error) => write!(f, "nothing was sent: {error}"),
            Self::Unsure(error) => write!(f, "no receipt came: {error}; trying again is safe"),
            Self::Strange => {
                f.write_str("what answered is not the authority; trying again is safe")
            }
            Self::Diary(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for SendError {}

impl From<SendError> for Error {
    /// The button an app shows.
    fn from(error: SendError) -> Self {
        match error {
            SendError::NotSent(_) => Self::Offline,
            SendError::Unsure(_) | SendError::Strange => Self::Unsure,
            SendError::Diary(error) => error,
        }
    }
}

/// Sends an upload to `share` below the address under which the authority takes it, and takes the
/// answer into the diary. A line that breaks is tried again with the same box: the authority takes
/// it once.
///
/// # Errors
/// A [`SendError`].
pub fn send(
    diary: &Diary,
    upload: &Upload,
    base: &str,
    options: Options<'_>,
    clock: &dyn Fn() -> Now,
) -> Result<Shared, SendError> {
    let base = Address::parse(base).ok_or(SendError::NotSent(FetchError::Address))?;
    let client = client(&base, &options).map_err(SendError::NotSent)?;
    let mut line = Line { client, base, options, clock, failed: 0 };
    // Of several tries one that may have arrived is enough.
    let mut arrived = false;
    let failed = |arrived, error| match arrived {
        true => SendError::Unsure(error),
        false => SendError::NotSent(error),
    };
    loop {
        let (trouble, reached) = match line.post(upload.bytes()) {
            Ok(reply) => {
                let shared = diary.share_reply(upload, &reply, &clock());
                return shared.map_err(|error| match error {
                    Error::Unsure => SendError::Strange,
                    error => SendError::Diary(error),
                });
            }
            Err(failure) => failure,
        };
        arrived |= reached;
        match trouble {
            Trouble::Lasting(error) => return Err(failed(arrived, error)),
            Trouble::Passing(error, after) => {
                line.rest(error, after).map_err(|error| failed(arrived, error))?;
            }
        }
    }
}

impl Line<'_, '_> {
    /// Posts a box. A failure says as well whether the box may have reached the authority.
    fn post(&self, sealed: &[u8]) -> Result<Vec<u8>, (Trouble, bool)> {
        let lasting = |error| Trouble::Lasting(error);
        let url = self.base.join(PATH).ok_or((lasting(FetchError::Address), false))?;
        let request = self
            .client
            .post(url.clone())
            .header(header::CONTENT_TYPE, "application/octet-stream")
            .body(sealed.to_vec());
        let answer = request
            .send()
            .map_err(|error| (Trouble::Passing(FetchError::Offline, None), !error.is_connect()))?;
        let status = answer.status();
        if status.is_redirection() {
            // The box is for this server: it is not carried anywhere else.
            let to = text(answer.headers(), &header::LOCATION);
            let to = to.map(|to| self.base.follow(&url, to));
            let portal = matches!(to, Some(Err(FetchError::Portal)));
            let error = if portal { FetchError::Portal } else { FetchError::Redirect };
            return Err((lasting(error), false));
        }
        if text(answer.headers(), &header::CONTENT_TYPE).is_some_and(headers::is_page) {
            // Mostly a log-in page. A page that says that something failed may come from a proxy,
            // behind which the authority has the box.
            return Err((lasting(FetchError::Portal), may_have_arrived(status)));
        }
        if status != StatusCode::OK {
            return Err((refused(status, answer.headers()), may_have_arrived(status)));
        }
        reply(answer).map_err(|trouble| (trouble, true))
    }
}

/// Who refuses a request has not taken it. A server that fails may have.
fn may_have_arrived(status: StatusCode) -> bool {
    status.is_server_error() && status != StatusCode::NETWORK_AUTHENTICATION_REQUIRED
}

/// The body of an answer: as long as every answer, and one byte more at most is read.
fn reply(answer: Response) -> Result<Vec<u8>, Trouble> {
    if !text(answer.headers(), &header::CONTENT_ENCODING).is_none_or(headers::is_plain) {
        return Err(FetchError::Encoding.into());
    }
    let longest = u64::try_from(REPLY_LEN).unwrap_or(u64::MAX);
    let mut reply = Vec::with_capacity(REPLY_LEN + 1);
    let read = answer.take(longest + 1).read_to_end(&mut reply);
    read.map_err(|_| Trouble::Passing(FetchError::Offline, None))?;
    // Another length is no answer of the authority's; the diary says so.
    Ok(reply)
}

const PATH: &str = "share";
