//! Bringing an upload to the authority over HTTP, without the HTTP: one `POST` of one size, whatever
//! is in it.
//!
//! The same rules as for a sync: one user agent, no cookies, no redirects, HTTPS or this machine
//! itself. A cover is brought by the same steps, with the same patience, so that neither its bytes
//! nor its times tell it from a share. A line that breaks is tried again with the same box: the
//! authority takes it once.

use super::address::Address;
use super::patience::{Tries, Trouble};
use super::transfer::usual_headers;
use super::{Body, FetchError, Head, Next, Patience, Request, SyncError, headers};
use crate::diary::{Diary, Now, Shared, Upload};
use crate::error::Error;
use crate::share::REPLY_LEN;

/// Why an upload brought no receipt. The share waits in the diary as long as nobody knows, and
/// [`Diary::share_again`] is safe in every case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
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

/// An upload on its way.
pub struct Delivery {
    base: Address,
    tries: Tries,
    /// Of several tries one that may have arrived is enough.
    arrived: bool,
    reply: Option<Vec<u8>>,
    done: bool,
}

impl Delivery {
    /// To `share` below the address under which the authority takes uploads.
    ///
    /// # Errors
    /// [`SendError::NotSent`] with [`FetchError::Address`].
    pub fn new(base: &str, patience: Patience) -> Result<Self, SendError> {
        let base = Address::parse(base).ok_or(SendError::NotSent(FetchError::Address))?;
        let tries = Tries::new(patience);
        Ok(Self { base, tries, arrived: false, reply: None, done: false })
    }

    /// How patient it is.
    #[must_use]
    pub fn patience(&self) -> Patience {
        self.tries.patience
    }

    /// What to do next: a `POST` of the upload's bytes. An answer that was not handed over to its
    /// end counts as cut off.
    pub fn next_step(&mut self) -> Next {
        if self.done {
            return Next::Done;
        }
        if let Some(wait) = self.tries.rest.take() {
            return Next::Wait(wait);
        }
        self.reply = None;
        let mut headers = usual_headers();
        headers.push(("content-type", String::from("application/octet-stream")));
        Next::Ask(Request { url: self.base.join(PATH), headers })
    }

    /// An answer began.
    ///
    /// # Errors
    /// A [`SendError`]: there was no receipt.
    pub fn head(&mut self, diary: &Diary, head: &dyn Head) -> Result<Body, SendError> {
        let status = head.status();
        if let 300..=399 = status {
            // The box is for this server: it is not carried anywhere else.
            let to = head.header("location").map(|to| self.base.follow(to));
            let portal = matches!(to, Some(Err(FetchError::Portal)));
            let error = if portal { FetchError::Portal } else { FetchError::Redirect };
            return self.failed(diary, Trouble::Lasting(error), false).map(|()| Body::Drop);
        }
        // Who refuses a request has not taken it. A server that fails may have.
        let may_have_arrived = (500..=599).contains(&status) && status != 511;
        let trouble = if head.header("content-type").is_some_and(headers::is_page) {
            // Mostly a log-in page. A page that says that something failed may come from a proxy,
            // behind which the authority has the box.
            Some(Trouble::Lasting(FetchError::Portal))
        } else if status != 200 {
            Some(Trouble::of(head))
        } else {
            None
        };
        if let Some(trouble) = trouble {
            return self.failed(diary, trouble, may_have_arrived).map(|()| Body::Drop);
        }
        if !head.header("content-encoding").is_none_or(headers::is_plain) {
            let trouble = Trouble::Lasting(FetchError::Encoding);
            return self.failed(diary, trouble, true).map(|()| Body::Drop);
        }
        self.reply = Some(Vec::with_capacity(REPLY_LEN + 1));
        Ok(Body::Take)
    }

    /// The next bytes of an answer.
    ///
    /// # Errors
    /// [`SendError::NotSent`] if nobody asked for them.
    pub fn body(&mut self, bytes: &[u8]) -> Result<Body, SendError> {
        let reply = self.reply.as_mut().ok_or(OUT_OF_TURN)?;
        // Another length is no answer of the authority's, and the diary says so: one byte more is
        // enough to know.
        let room = (REPLY_LEN + 1).saturating_sub(reply.len());
        reply.extend(bytes.iter().take(room));
        self.done = reply.len() > REPLY_LEN;
        Ok(if self.done { Body::Drop } else { Body::Take })
    }

    /// The answer came to its end.
    ///
    /// # Errors
    /// [`SendError::NotSent`] if there was none.
    pub fn end(&mut self) -> Result<(), SendError> {
        self.reply.as_ref().ok_or(OUT_OF_TURN)?;
        self.done = true;
        Ok(())
    }

    /// No answer came, or it was cut off: another try follows, until there were enough. `reached` is
    /// whether a connection had been made, so that the upload may have arrived.
    ///
    /// # Errors
    /// A [`SendError`] after the last try.
    pub fn broke(&mut self, diary: &Diary, reached: bool) -> Result<(), SendError> {
        let reached = reached || self.reply.is_some();
        self.failed(diary, Trouble::cut(), reached)
    }

    /// Takes the authority's answer into the diary.
    ///
    /// # Errors
    /// A [`SendError`].
    pub fn finish(self, diary: &Diary, upload: &Upload, now: &Now) -> Result<Shared, SendError> {
        let reply = self.reply.filter(|_| self.done).ok_or(OUT_OF_TURN)?;
        diary.share_reply(upload, &reply, now).map_err(|error| match error {
            Error::Unsure => SendError::Strange,
            error => SendError::Diary(error),
        })
    }

    fn failed(&mut self, diary: &Diary, trouble: Trouble, reached: bool) -> Result<(), SendError> {
        self.arrived |= reached;
        self.reply = None;
        self.tries.again(diary, trouble).map_err(|error| match self.arrived {
            true => SendError::Unsure(error),
            false => SendError::NotSent(error),
        })
    }
}

const OUT_OF_TURN: SendError = SendError::NotSent(FetchError::Sync(SyncError::OutOfTurn));
const PATH: &str = "share";
