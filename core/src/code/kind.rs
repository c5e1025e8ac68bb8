//! The words for what a scanned code is and how far it can be trusted.

use std::fmt;

/// What a scanned text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A venue code of this system.
    Vaora,
    /// The typed form of a venue code: its seed alone.
    Typed,
    /// A one-time code of the authority, for sharing visits.
    Share,
    /// A code of this system from a later version: the app must be updated to read it.
    Newer,
    /// A text whose prefix the authority adopted.
    Prefix,
    /// A unified personal code (decision 1405 of 2021).
    Personal,
    /// The text of a chip ID card.
    CitizenId,
    /// The text of a health-insurance card.
    HealthInsurance,
    /// A health certificate, `HC1:`.
    HealthCertificate,
    /// A bank-transfer code (EMVCo).
    Payment,
    /// A venue code of NHS COVID-19.
    Nhs,
    /// A venue code of NZ COVID Tracer.
    Nz,
    /// A venue code of Corona-Warn-App.
    Cwa,
    /// A venue code of CrowdNotifier or SwissCovid.
    CrowdNotifier,
    /// A venue code of Cléa (TousAntiCovid).
    Clea,
    /// A venue code of COVID Alert (Canada).
    CovidAlert,
    /// A venue code of LeaveHomeSafe (Hong Kong).
    LeaveHomeSafe,
    /// A venue code of Service NSW.
    Nsw,
    /// A venue code of Luca.
    Luca,
    /// A venue code of SafeEntry (Singapore).
    SafeEntry,
    /// A web address; it is shown, never opened.
    Url,
    /// Any other text.
    Text,
    /// No text at all.
    Unknown,
}

impl Kind {
    /// Every kind.
    pub const ALL: &'static [Self] = &[
        Self::Vaora,
        Self::Typed,
        Self::Share,
        Self::Newer,
        Self::Prefix,
        Self::Personal,
        Self::CitizenId,
        Self::HealthInsurance,
        Self::HealthCertificate,
        Self::Payment,
        Self::Nhs,
        Self::Nz,
        Self::Cwa,
        Self::CrowdNotifier,
        Self::Clea,
        Self::CovidAlert,
        Self::LeaveHomeSafe,
        Self::Nsw,
        Self::Luca,
        Self::SafeEntry,
        Self::Url,
        Self::Text,
        Self::Unknown,
    ];

    /// The stable name, as vectors and programs use it.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Vaora => "vaora",
            Self::Typed => "typed",
            Self::Share => "share",
            Self::Newer => "newer",
            Self::Prefix => "prefix",
            Self::Personal => "personal",
            Self::CitizenId => "citizen-id",
            Self::HealthInsurance => "health-insurance",
            Self::HealthCertificate => "health-certificate",
            Self::Payment => "payment",
            Self::Nhs => "nhs",
            Self::Nz => "nz",
            Self::Cwa => "cwa",
            Self::CrowdNotifier => "crowdnotifier",
            Self::Clea => "clea",
            Self::CovidAlert => "covid-alert",
            Self::LeaveHomeSafe => "leavehomesafe",
            Self::Nsw => "nsw",
            Self::Luca => "luca",
            Self::SafeEntry => "safeentry",
            Self::Url => "url",
            Self::Text => "text",
            Self::Unknown => "unknown",
        }
    }

    /// A venue code of another system. It may check in and is never verified.
    #[must_use]
    pub fn is_foreign_venue(self) -> bool {
        matches!(
            self,
            Self::Nhs
                | Self::Nz
                | Self::Cwa
                | Self::CrowdNotifier
                | Self::Clea
                | Self::CovidAlert
                | Self::LeaveHomeSafe
                | Self::Nsw
                | Self::Luca
                | Self::SafeEntry
        )
    }

    /// Says something about a person. Such a text is never kept, logged or put into an error.
    #[must_use]
    pub fn is_personal(self) -> bool {
        matches!(
            self,
            Self::Personal | Self::CitizenId | Self::HealthInsurance | Self::HealthCertificate
        )
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

/// How far a venue code can be trusted.
///
/// The first that holds of damaged, revoked, replaced, expired and early; else what is known of
/// the issuer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Trust {
    /// Signed by an issuer that the authority's root names for this area and day.
    Verified,
    /// Signed by nobody the root names, or by a key that was compromised: a private note, which
    /// can still match.
    UnknownIssuer,
    /// Typed in; the person names the place. Never verified.
    Typed,
    /// Another system's poster. Never verified.
    Foreign,
    /// Its first valid day lies ahead.
    Early,
    /// Its last valid day has passed.
    Expired,
    /// A newer poster hangs there.
    Replaced,
    /// Withdrawn as false: it does not check in.
    Revoked,
    /// It breaks a rule, or a known issuer's signature does not fit: refused.
    Damaged,
}

impl Trust {
    /// Every trust state.
    pub const ALL: &'static [Self] = &[
        Self::Verified,
        Self::UnknownIssuer,
        Self::Typed,
        Self::Foreign,
        Self::Early,
        Self::Expired,
        Self::Replaced,
        Self::Revoked,
        Self::Damaged,
    ];

    /// The stable name, as vectors and programs use it.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::UnknownIssuer => "unknown issuer",
            Self::Typed => "typed",
            Self::Foreign => "foreign",
            Self::Early => "early",
            Self::Expired => "expired",
            Self::Replaced => "replaced",
            Self::Revoked => "revoked",
            Self::Damaged => "damaged",
        }
    }
}

impl fmt::Display for Trust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}
