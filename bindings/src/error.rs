//! What a call answers when it cannot do what was asked.

use vaora::sync::FetchError;
use vaora::text::hex;

use crate::Day;

/// Declares the error: the variants that the core has as well, and how they become each other.
macro_rules! errors {
    (
        $(#[$meta:meta])*
        pub enum $name:ident {
            $( $(#[$doc:meta])* $same:ident, )+
            ---
            $( $(#[$own_doc:meta])* $own:ident { $(#[$field_doc:meta])* $field:ident: $type:ty }, )+
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, uniffi::Error)]
        #[uniffi::export(Display)]
        pub enum $name {
            $( $(#[$doc])* $same, )+
            $( $(#[$own_doc])* $own { $(#[$field_doc])* $field: $type }, )+
        }

        impl From<vaora::Error> for $name {
            fn from(error: vaora::Error) -> Self {
                use vaora::Error as Core;
                match error {
                    $( Core::$same => Self::$same, )+
                    Core::DamagedDay { day } => Self::DamagedDay { day: Day(day) },
                    Core::ShareTooMuch { fits } => Self::ShareTooMuch { fits: fits.into() },
                    Core::Untrusted => Self::Untrusted { why: String::from("unknown") },
                    Core::Offline => Self::Offline { why: String::from("offline") },
                }
            }
        }

        impl std::fmt::Display for $name {
            /// The core's words; for a help desk, not for the person.
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                use vaora::Error as Core;
                match self {
                    $( Self::$same => Core::$same.fmt(f), )+
                    Self::DamagedDay { day } => Core::DamagedDay { day: day.0 }.fmt(f),
                    Self::ShareTooMuch { fits } => write!(f, "only {fits} of these visits fit one share"),
                    Self::Untrusted { why } => write!(f, "{} ({why})", Core::Untrusted),
                    Self::Offline { why } => write!(f, "{} ({why})", Core::Offline),
                    Self::BadCall { why } => write!(f, "the app called this wrongly: {why}"),
                }
            }
        }

        impl std::error::Error for $name {}
    };
}

errors! {
    /// One variant for each different button that an app would show. It holds no path, no name and no
    /// text of another library; its text is for a help desk, not for the person.
    pub enum VaoraError {
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
        /// These times cannot be: they end before they begin, last longer than 24 hours, or lie outside
        /// what the diary keeps. *Correct them.*
        BadTimes,
        /// A name or note is too long or holds characters that are not text. *Correct it.*
        BadText,
        /// There is no such visit (any more). *Show the diary again.*
        NoVisit,
        /// There is no such alert (any more). *Show the alerts again.*
        NoAlert,
        /// The passphrase does not open this export. *Try again.*
        BadPassphrase,
        /// This is no export of a diary, or it is damaged. *Choose another file.*
        NotAnExport,
        /// The authority knows no such one-time code, or its hour is over. *Type it again, or ask for a
        /// new one.*
        CodeWrong,
        /// The one-time code was used for another share. *Ask for a new one.*
        CodeUsed,
        /// It was sent, and no receipt came. *Try again: the authority takes it once.*
        Unsure,
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
        ---
        /// Part of this day cannot be read, so it cannot be rewritten. *Drop the day.*
        DamagedDay {
            /// The day.
            day: Day
        },
        /// This is not signed by the authority's current keys. *Try again later; what is here stands.*
        Untrusted {
            /// Which rule it broke, for a help desk.
            why: String
        },
        /// The network, or a part of what was to be fetched, is not there. *Try again*, or for `portal`
        /// *open the browser and log in*.
        Offline {
            /// What is known of the reason: `offline`, `portal`, `slow`, `busy`, `status`, and others.
            why: String
        },
        /// More visits than one share holds. *Choose fewer.*
        ShareTooMuch {
            /// So many of them fit, from the first one chosen on.
            fits: i32
        },
        /// The app called this wrongly: a mistake in the app, no button.
        BadCall {
            /// What was wrong with it.
            why: String
        },
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

/// The text of an error, for languages whose errors do not print it by themselves.
#[uniffi::export]
pub fn error_text(error: VaoraError) -> String {
    error.to_string()
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
