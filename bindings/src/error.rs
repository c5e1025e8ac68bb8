//! What a call answers when it cannot do what was asked.

use vaora::sync::FetchError;
use vaora::text::hex;

use crate::Day;

/// One variant for each different button that an app would show. It holds no path, no name and no
/// text of another library; its text is for a help desk, not for the person.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, uniffi::Error)]
#[uniffi::export(Display)]
pub enum VaoraError {
    /// This code names no venue. *Scan another code.*
    #[error("this code names no venue")]
    NotAVenueCode,
    /// The code's first valid day lies ahead. *Ask the staff for today's code.*
    #[error("this code is not valid yet")]
    NotYetValid,
    /// The code ended 30 days ago or longer. *Ask the staff for the new poster.*
    #[error("this code has ended")]
    Expired,
    /// The code was withdrawn as false. *Tell the staff.*
    #[error("this code was withdrawn as false")]
    Revoked,
    /// The code breaks a rule. *Scan again.*
    #[error("this code is damaged")]
    DamagedCode,
    /// The key is there, but not before the phone is unlocked. *Unlock.*
    #[error("the diary is locked")]
    Locked,
    /// The platform threw the key away. *Erase and begin anew, or import an export.*
    #[error("the key of the diary is gone")]
    KeyGone,
    /// This diary belongs to other keys: another phone's. *Import an export instead.*
    #[error("the diary belongs to another key")]
    WrongKey,
    /// There is no diary here. *Create one.*
    #[error("there is no diary")]
    NoDiary,
    /// There is a diary here already. *Open it.*
    #[error("there is a diary already")]
    AlreadyExists,
    /// Another opening of this diary is in use. *Close the other one.*
    #[error("the diary is in use")]
    InUse,
    /// The files that hold the keys cannot be read. *Import an export, or erase.*
    #[error("the diary's key files are damaged")]
    Damaged,
    /// Part of this day cannot be read, so it cannot be rewritten. *Drop the day.*
    #[error("the day {} is damaged", day.0)]
    DamagedDay {
        /// The day.
        day: Day,
    },
    /// These times cannot be: they end before they begin, last longer than 24 hours, or lie outside
    /// what the diary keeps. *Correct them.*
    #[error("these times cannot be")]
    BadTimes,
    /// A name or note is too long or holds characters that are not text. *Correct it.*
    #[error("this text cannot be kept")]
    BadText,
    /// There is no such visit (any more). *Show the diary again.*
    #[error("there is no such visit")]
    NoVisit,
    /// There is no such alert (any more). *Show the alerts again.*
    #[error("there is no such alert")]
    NoAlert,
    /// This is not signed by the authority's current keys. *Try again later; what is here stands.*
    #[error("the authority's current keys did not sign this ({why})")]
    Untrusted {
        /// Which rule it broke, for a help desk.
        why: String,
    },
    /// The network, or a part of what was to be fetched, is not there. *Try again*, or for `portal`
    /// *open the browser and log in*.
    #[error("the network does not answer ({why})")]
    Offline {
        /// What is known of the reason: `offline`, `portal`, `slow`, `busy`, `status`, and others.
        why: String,
    },
    /// The passphrase does not open this export. *Try again.*
    #[error("the passphrase does not open this export")]
    BadPassphrase,
    /// This is no export of a diary, or it is damaged. *Choose another file.*
    #[error("this is no export of a diary")]
    NotAnExport,
    /// The authority knows no such one-time code, or its hour is over. *Type it again, or ask for a
    /// new one.*
    #[error("there is no such one-time code in force")]
    CodeWrong,
    /// The one-time code was used for another share. *Ask for a new one.*
    #[error("the one-time code was used for another share")]
    CodeUsed,
    /// It was sent, and no receipt came. *Try again: the authority takes it once.*
    #[error("no receipt came; trying again is safe")]
    Unsure,
    /// More visits than one share holds. *Choose fewer.*
    #[error("only {fits} of these visits fit one share")]
    ShareTooMuch {
        /// So many of them fit, from the first one chosen on.
        fits: i32,
    },
    /// The authority's register speaks against a visit; nothing was taken. *Call the authority.*
    #[error("the authority's register speaks against a visit")]
    ShareRefused,
    /// More than a diary holds. *Forget something first.*
    #[error("this is more than a diary holds")]
    TooLarge,
    /// The phone's storage is full. *Free some space; nothing was lost.*
    #[error("the storage is full")]
    Full,
    /// The phone's storage failed. *Try again; nothing was lost.*
    #[error("the storage failed")]
    Storage,
    /// A newer version of the app wrote this. *Update.*
    #[error("a newer version wrote this")]
    UpdateNeeded,
    /// The diary was closed. *Open it again.*
    #[error("the diary was closed")]
    Closed,
    /// The app called this wrongly: a mistake in the app, no button.
    #[error("the app called this wrongly: {why}")]
    BadCall {
        /// What was wrong with it.
        why: String,
    },
}

impl From<vaora::Error> for VaoraError {
    fn from(error: vaora::Error) -> Self {
        use vaora::Error as Core;
        match error {
            Core::NotAVenueCode => Self::NotAVenueCode,
            Core::NotYetValid => Self::NotYetValid,
            Core::Expired => Self::Expired,
            Core::Revoked => Self::Revoked,
            Core::DamagedCode => Self::DamagedCode,
            Core::Locked => Self::Locked,
            Core::KeyGone => Self::KeyGone,
            Core::WrongKey => Self::WrongKey,
            Core::NoDiary => Self::NoDiary,
            Core::AlreadyExists => Self::AlreadyExists,
            Core::InUse => Self::InUse,
            Core::Damaged => Self::Damaged,
            Core::DamagedDay { day } => Self::DamagedDay { day: Day(day) },
            Core::BadTimes => Self::BadTimes,
            Core::BadText => Self::BadText,
            Core::NoVisit => Self::NoVisit,
            Core::NoAlert => Self::NoAlert,
            Core::Untrusted => Self::Untrusted { why: String::from("unknown") },
            Core::Offline => Self::Offline { why: String::from("offline") },
            Core::BadPassphrase => Self::BadPassphrase,
            Core::NotAnExport => Self::NotAnExport,
            Core::CodeWrong => Self::CodeWrong,
            Core::CodeUsed => Self::CodeUsed,
            Core::Unsure => Self::Unsure,
            Core::ShareTooMuch { fits } => Self::ShareTooMuch { fits: fits.into() },
            Core::ShareRefused => Self::ShareRefused,
            Core::TooLarge => Self::TooLarge,
            Core::Full => Self::Full,
            Core::Storage => Self::Storage,
            Core::UpdateNeeded => Self::UpdateNeeded,
            Core::Closed => Self::Closed,
        }
    }
}

impl From<FetchError> for VaoraError {
    fn from(error: FetchError) -> Self {
        let why = error.id().to_owned();
        match vaora::Error::from(error) {
            vaora::Error::Offline => Self::Offline { why },
            vaora::Error::Untrusted => Self::Untrusted { why },
            other => other.into(),
        }
    }
}

/// A mistake in the app.
pub(crate) fn bad_call<T>(why: &str) -> Result<T> {
    Err(VaoraError::BadCall { why: why.to_owned() })
}

/// A number that the core wants smaller or without a sign.
pub(crate) fn number<T: TryFrom<i64>>(value: impl Into<i64>) -> Result<T> {
    T::try_from(value.into()).or_else(|_| bad_call("a number is out of range"))
}

/// Sixteen bytes in hexadecimal.
pub(crate) fn id(text: &str) -> Result<[u8; 16]> {
    hex::decode(text).map_or_else(|| bad_call("an id has 32 hexadecimal digits"), Ok)
}

/// The answer of a call.
pub type Result<T> = std::result::Result<T, VaoraError>;
