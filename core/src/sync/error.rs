//! Why a publication was not taken.

use crate::error::Error;
use crate::list::ChunkRule;
use crate::trust::Refusal;

/// Why a publication was not taken. Whatever it is, the phone holds what it held before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SyncError {
    /// A document breaks a rule or is not signed as it must be.
    Refused(Refusal),
    /// A chunk is not what the manifest names.
    Chunk(ChunkRule),
    /// A catalogue is not the document that the manifest names.
    Catalogue,
    /// Something that the publication names is not there.
    Missing,
    /// More bytes came than there can be.
    TooLarge,
    /// More than 32 roots follow each other: the app is too old, or somebody leads it in circles.
    ManyRoots,
    /// Something was fed that nobody asked for, or finishing came too early.
    OutOfTurn,
    /// The diary could not do its part.
    Diary(Error),
}

impl SyncError {
    /// The stable name, as programs use it.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Refused(refusal) => refusal.id(),
            Self::Chunk(rule) => rule.id(),
            Self::Catalogue => "catalogue",
            Self::Missing => "missing",
            Self::TooLarge => "too-large",
            Self::ManyRoots => "many-roots",
            Self::OutOfTurn => "out-of-turn",
            Self::Diary(_) => "diary",
        }
    }
}

impl std::fmt::Display for SyncError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Refused(refusal) => refusal.fmt(f),
            Self::Chunk(rule) => rule.fmt(f),
            Self::Catalogue => f.write_str("a catalogue is not the one that the manifest names"),
            Self::Missing => f.write_str("a part of the publication is missing"),
            Self::TooLarge => f.write_str("more came than there can be"),
            Self::ManyRoots => f.write_str("too many roots follow each other"),
            Self::OutOfTurn => f.write_str("this was not asked for"),
            Self::Diary(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for SyncError {}

impl From<SyncError> for Error {
    /// The button an app shows.
    fn from(error: SyncError) -> Self {
        match error {
            SyncError::Diary(error) => error,
            SyncError::TooLarge => Self::TooLarge,
            SyncError::Missing => Self::Offline,
            _ => Self::Untrusted,
        }
    }
}

impl From<Error> for SyncError {
    fn from(error: Error) -> Self {
        Self::Diary(error)
    }
}

impl From<std::io::Error> for SyncError {
    fn from(error: std::io::Error) -> Self {
        Self::Diary(error.into())
    }
}

impl From<Refusal> for SyncError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<ChunkRule> for SyncError {
    fn from(rule: ChunkRule) -> Self {
        Self::Chunk(rule)
    }
}
