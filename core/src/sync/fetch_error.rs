//! Why a fetch brought nothing.

use super::SyncError;
use crate::error::Error;

/// Why nothing new was taken. Whatever it is, the phone holds what it held before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FetchError {
    /// The address is not one of HTTPS.
    Address,
    /// No connection, or it was cut too often.
    Offline,
    /// A network that wants a log-in answers in the server's place. *Open the browser.*
    Portal,
    /// The server sends too little to ever end.
    Slow,
    /// The server asks for patience.
    Busy,
    /// The server answers with this status.
    Status(u16),
    /// A redirect leads out of HTTPS, nowhere, or too far.
    Redirect,
    /// The object is compressed.
    Encoding,
    /// The server sends another part of the object than was asked for.
    Range,
    /// What answers is no server with TLS as it must be.
    Tls,
    /// The server does not prove that it is the one: by its name, by someone this machine trusts,
    /// at this time. A phone whose clock is wrong says so of every server.
    Certificate,
    /// The publication itself was not taken.
    Sync(SyncError),
}

impl FetchError {
    /// The stable name, as programs use it.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Address => "address",
            Self::Offline => "offline",
            Self::Portal => "portal",
            Self::Slow => "slow",
            Self::Busy => "busy",
            Self::Status(_) => "status",
            Self::Redirect => "redirect",
            Self::Encoding => "encoding",
            Self::Range => "range",
            Self::Tls => "tls",
            Self::Certificate => "certificate",
            Self::Sync(error) => error.id(),
        }
    }
}

impl std::fmt::Display for FetchError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Address => "the address is not one of HTTPS",
            Self::Offline => "the network does not answer",
            Self::Portal => "the network wants a log-in first",
            Self::Slow => "the server sends too little",
            Self::Busy => "the server is busy",
            Self::Status(status) => return write!(f, "the server answers with status {status}"),
            Self::Redirect => "the server leads elsewhere",
            Self::Encoding => "the server compresses what it sends",
            Self::Range => "the server sends another part than was asked for",
            Self::Tls => "the server makes no secure connection",
            Self::Certificate => "the server does not prove that it is the one",
            Self::Sync(error) => return error.fmt(f),
        })
    }
}

impl std::error::Error for FetchError {}

impl From<SyncError> for FetchError {
    fn from(error: SyncError) -> Self {
        Self::Sync(error)
    }
}

impl From<FetchError> for Error {
    /// The button an app shows.
    fn from(error: FetchError) -> Self {
        match error {
            FetchError::Sync(error) => error.into(),
            _ => Self::Offline,
        }
    }
}
