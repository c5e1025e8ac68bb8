//! What can go wrong at the authority's desk, in words for the person who sits there.

use std::path::PathBuf;

use vaora::area::SourceError;
use vaora::area::code::AreaCodeRule;
use vaora::code::Rule;
use vaora::list::NotPublished;
use vaora::trust::Refusal;

/// Why a command did not do what it was asked. Nothing was changed then.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file could not be read or written.
    #[error("{path}: {cause}", path = .path.display())]
    File {
        /// Which one.
        path: PathBuf,
        /// What the system says.
        cause: std::io::Error,
    },
    /// A server could not start.
    #[error("{listen}: {cause}")]
    Listen {
        /// Where it was to listen.
        listen: std::net::SocketAddr,
        /// What the system says.
        cause: std::io::Error,
    },
    /// `init` never overwrites a deployment.
    #[error("{path} already holds a deployment", path = .0.display())]
    Exists(PathBuf),
    /// The folder holds no deployment.
    #[error("{path} holds no deployment: make one with `init`", path = .0.display())]
    Missing(PathBuf),
    /// A key file does not hold a key.
    #[error("{path} is not a key file", path = .0.display())]
    KeyFile(PathBuf),
    /// Fewer key files are here than a signature needs.
    #[error("{found} of {needed} {role} keys are here: bring the others to sign")]
    TooFewKeys {
        /// Of which role.
        role: &'static str,
        /// How many are here.
        found: usize,
        /// How many it takes.
        needed: usize,
    },
    /// No issuer's key fits the area and the days of a code.
    #[error("no issuer key here may issue codes for {area} on that day: see `issuer`")]
    NoIssuer {
        /// The area of the code.
        area: String,
    },
    /// A venue breaks a rule of codes.
    #[error("{0} ({id})", id = .0.id())]
    Code(#[from] Rule),
    /// A document would be refused by phones.
    #[error("{0} ({id})", id = .0.id())]
    Document(#[from] Refusal),
    /// An area is not written as one.
    #[error("{0}; with its map in front: 2025/04/01273")]
    Area(#[from] AreaCodeRule),
    /// A code or key that this deployment does not know.
    #[error("{0} was not issued here: check the id")]
    Unknown(String),
    /// The official tables contradict themselves.
    #[error("the tables of areas: {0}")]
    Tables(#[from] SourceError),
    /// A file from the desk is not as it should be.
    #[error("the file is not as it should be: {0}")]
    Json(#[from] serde_json::Error),
    /// A file was written from a version that is not the newest any more.
    #[error(
        "the file was written from version {file}, and the newest is {newest}: begin with that"
    )]
    Outdated {
        /// That of the file.
        file: u64,
        /// That in force.
        newest: u64,
    },
    /// The file of windows is not one.
    #[error("{path} does not hold windows", path = .0.display())]
    Book(PathBuf),
    /// There can be no such chunk.
    #[error("{0}")]
    List(#[from] NotPublished),
    /// A text does not fit a QR symbol.
    #[error("the code does not fit a QR symbol of version 40")]
    Symbol,
    /// The system has no random numbers.
    #[error("the system gives no random numbers")]
    Random,
    /// Something said on the command line is not possible.
    #[error("{0}")]
    Usage(String),
}

impl Error {
    /// 2 for wrong use, 3 for what could not be done.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Code(_)
            | Self::Area(_)
            | Self::Usage(_)
            | Self::Exists(_)
            | Self::Unknown(_)
            | Self::Json(_)
            | Self::Outdated { .. } => 2,
            _ => 3,
        }
    }
}

/// Names the file in an input or output error.
pub(crate) fn at(path: &std::path::Path) -> impl Fn(std::io::Error) -> Error + '_ {
    |cause| Error::File { path: path.to_owned(), cause }
}
