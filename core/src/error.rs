//! How refusals are named.
//!
//! A *rule* is what a code or a document broke. It has a stable id for programs and vectors, and
//! plain words for a help desk. Neither ever holds anything of the refused bytes: no name, no
//! address, no number of a person.

use std::io::ErrorKind;

use crate::time::Day;

/// Declares an enum of rules: variant, id, words.
macro_rules! rules {
    (
        $(#[$meta:meta])*
        pub enum $name:ident { $( $variant:ident = $id:literal, $words:literal; )+ }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $( #[doc = $words] $variant, )+
        }

        impl $name {
            /// Every rule, in the order of this list.
            pub const ALL: &'static [Self] = &[$( Self::$variant, )+];

            /// The stable name, as vectors and programs use it.
            #[must_use]
            pub fn id(self) -> &'static str {
                match self { $( Self::$variant => $id, )+ }
            }
        }

        impl std::fmt::Display for $name {
            /// Plain words for a help desk.
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(match self { $( Self::$variant => $words, )+ })
            }
        }

        impl std::error::Error for $name {}
    };
}
pub(crate) use rules;

/// What a verb of the diary answers when it cannot do what was asked: one variant for each
/// different button an app would show. It holds no path, no name and no text of another library.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Error {
    /// This code names no venue. *Scan another code.*
    NotAVenueCode,
    /// The code's first valid day lies ahead. *Ask the staff for today's code.*
    NotYetValid,
    /// The code ended 30 days ago or longer. *Ask the staff for the new poster.*
    Expired,
    /// The code was withdrawn as false. *Tell the staff.*
    Revoked,
    /// The code breaks a rule. *Scan again.*
    DamagedCode,
    /// The key is there, but not before the phone is unlocked. *Unlock.*
    Locked,
    /// The platform threw the key away. *Erase and begin anew, or import an export.*
    KeyGone,
    /// This diary belongs to other keys: another phone's. *Import an export instead.*
    WrongKey,
    /// There is no diary here. *Create one.*
    NoDiary,
    /// There is a diary here already. *Open it.*
    AlreadyExists,
    /// Another opening of this diary is in use. *Close the other one.*
    InUse,
    /// The files that hold the keys cannot be read. *Import an export, or erase.*
    Damaged,
    /// Part of this day cannot be read, so it cannot be rewritten. *Drop the day.*
    DamagedDay {
        /// The day.
        day: Day,
    },
    /// These times cannot be: they end before they begin, last longer than 24 hours, or lie
    /// outside what the diary keeps. *Correct them.*
    BadTimes,
    /// A name or note is too long or holds characters that are not text. *Correct it.*
    BadText,
    /// There is no such visit (any more). *Show the diary again.*
    NoVisit,
    /// There is no such alert (any more). *Show the alerts again.*
    NoAlert,
    /// This is not signed by the authority's current keys. *Try again later; what is here stands.*
    Untrusted,
    /// The network, or a part of what was to be fetched, is not there. *Try again.*
    Offline,
    /// The passphrase does not open this export. *Try again.*
    BadPassphrase,
    /// This is no export of a diary, or it is damaged. *Choose another file.*
    NotAnExport,
    /// The authority knows no such one-time code, or its hour is over. *Type it again, or ask for
    /// a new one.*
    CodeWrong,
    /// The one-time code was used for another share. *Ask for a new one.*
    CodeUsed,
    /// It was sent, and no receipt came. *Try again: the authority takes it once, however often
    /// it is sent.*
    Unsure,
    /// More visits than one share holds. *Choose fewer.*
    ShareTooMuch {
        /// So many of them fit, from the first one chosen on.
        fits: u16,
    },
    /// The authority's register speaks against a visit; nothing was taken. *Call the authority.*
    ShareRefused,
    /// More than a diary holds. *Forget something first.*
    TooLarge,
    /// The phone's storage is full. *Free some space; nothing was lost.*
    Full,
    /// The phone's storage failed. *Try again; nothing was lost.*
    Storage,
    /// A newer version of the app wrote this. *Update.*
    UpdateNeeded,
    /// The diary was closed. *Open it again.*
    Closed,
}

impl std::fmt::Display for Error {
    /// Plain words for a help desk.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::NotAVenueCode => "this code names no venue",
            Self::NotYetValid => "this code is not valid yet",
            Self::Expired => "this code has ended",
            Self::Revoked => "this code was withdrawn as false",
            Self::DamagedCode => "this code is damaged",
            Self::Locked => "the diary is locked",
            Self::KeyGone => "the key of the diary is gone",
            Self::WrongKey => "the diary belongs to another key",
            Self::NoDiary => "there is no diary",
            Self::AlreadyExists => "there is a diary already",
            Self::InUse => "the diary is in use",
            Self::Damaged => "the diary's key files are damaged",
            Self::DamagedDay { day } => return write!(f, "the day {day} is damaged"),
            Self::BadTimes => "these times cannot be",
            Self::BadText => "this text cannot be kept",
            Self::NoVisit => "there is no such visit",
            Self::NoAlert => "there is no such alert",
            Self::Untrusted => "the authority's current keys did not sign this",
            Self::Offline => "the network does not answer",
            Self::BadPassphrase => "the passphrase does not open this export",
            Self::NotAnExport => "this is no export of a diary",
            Self::CodeWrong => "there is no such one-time code in force",
            Self::CodeUsed => "the one-time code was used for another share",
            Self::Unsure => "no receipt came; trying again is safe",
            Self::ShareTooMuch { fits } => {
                return write!(f, "only {fits} of these visits fit one share");
            }
            Self::ShareRefused => "the authority's register speaks against a visit",
            Self::TooLarge => "this is more than a diary holds",
            Self::Full => "the storage is full",
            Self::Storage => "the storage failed",
            Self::UpdateNeeded => "a newer version wrote this",
            Self::Closed => "the diary was closed",
        })
    }
}

impl std::error::Error for Error {}

impl From<std::io::Error> for Error {
    /// What the person can do about it; the rest, and any path in it, is left behind.
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Self::Full,
            _ => Self::Storage,
        }
    }
}

/// The answer of a verb.
pub type Result<T> = std::result::Result<T, Error>;
