//! Scanned codes, and what they are.

use std::sync::Arc;
use std::time::SystemTime;

use vaora::code::{self, ForeignVenue, Scanned, Venue, inspect as inspect_by};
use vaora::diary::Place;
use vaora::text::segments::Segment;
use vaora::trust::{Anchors, Root};

use crate::clock::instant;
use crate::error::number;
use crate::mirror::{Told, mirror, record};
use crate::{Day, Diary, Now, Result, VaoraError};

/// Something that was scanned or typed. It may be a person's card: neither log nor keep it.
#[derive(uniffi::Object)]
pub struct Code(pub(crate) Content);

pub(crate) enum Content {
    Text(String),
    Bytes(Vec<u8>),
    Symbol { segments: Vec<Segment>, text: String },
}

#[uniffi::export]
impl Code {
    /// A text: typed, pasted, from a link, or from a platform's reader that gives no bytes.
    #[uniffi::constructor]
    pub fn from_text(text: String) -> Self {
        Self(Content::Text(text))
    }

    /// The raw bytes of a code, from a reader that gives them: better than a text, for nothing was
    /// lost on the way.
    #[uniffi::constructor]
    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(Content::Bytes(bytes))
    }

    /// The text, where there is one. Compare it to ignore the same code seen again.
    pub fn text(&self) -> Option<String> {
        match &self.0 {
            Content::Text(text) | Content::Symbol { text, .. } => Some(text.clone()),
            Content::Bytes(bytes) => String::from_utf8(bytes.clone()).ok(),
        }
    }
}

impl Code {
    fn scanned(&self) -> Scanned<'_> {
        match &self.0 {
            Content::Text(text) => Scanned::Text(text),
            Content::Bytes(bytes) => Scanned::Bytes(bytes),
            Content::Symbol { segments, .. } => Scanned::Segments(segments),
        }
    }
}

/// An answer for a code: what it is and what may be shown of it. It holds the venue's match secret,
/// which no call gives out, and nothing of a personal code.
#[derive(uniffi::Object)]
pub struct Scan {
    scan: Arc<code::Scan>,
    named: Option<(String, u8)>,
}

#[uniffi::export]
impl Scan {
    /// What may be shown.
    pub fn info(&self) -> ScanInfo {
        let code::Scan { kind, trust, rule, venue, id, foreign, text, text_damaged, .. } =
            self.scan.as_ref();
        let venue = venue
            .as_ref()
            .map(|venue| VenueInfo::of(venue, id.map_or_else(String::new, Told::told)));
        ScanInfo {
            kind: Told::told(*kind),
            trust: Told::told(*trust),
            rule: rule.map(|rule| rule.id().to_owned()),
            venue,
            foreign: Told::told(foreign.clone()),
            text: text.clone(),
            text_damaged: *text_damaged,
            may_check_in: self.scan.may_check_in(),
        }
    }

    /// The same with the person's own words: for typed codes and other systems' posters, which say
    /// no name of their own. `category` is a number of `categories()`, or 0.
    pub fn named(&self, name: String, category: i32) -> Result<Self> {
        let category = number(category)?;
        // What cannot be kept is refused here, while the person still writes.
        Place::of(&self.scan)?.named(&name, category)?;
        Ok(Self { scan: self.scan.clone(), named: Some((name, category)) })
    }
}

impl Scan {
    pub(crate) fn of(scan: code::Scan) -> Self {
        Self { scan: Arc::new(scan), named: None }
    }

    pub(crate) fn place(&self) -> Result<Place> {
        let place = Place::of(&self.scan)?;
        Ok(match &self.named {
            Some((name, category)) => place.named(name, *category)?,
            None => place,
        })
    }
}

/// What may be shown of a code.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct ScanInfo {
    /// What it is.
    pub kind: Kind,
    /// How far a venue code can be trusted; none for what is no venue code.
    pub trust: Option<Trust>,
    /// The rule that a damaged code breaks, for a help desk.
    pub rule: Option<String>,
    /// What a venue code of ours says.
    pub venue: Option<VenueInfo>,
    /// What another system's venue code says.
    pub foreign: Option<ForeignInfo>,
    /// An address or any other text, to be shown; never open it.
    pub text: Option<String>,
    /// A cheap reader spoiled the text, and there is no proven way back.
    pub text_damaged: bool,
    /// Whether it checks in now. A code that ended less than 30 days ago still does: say so.
    pub may_check_in: bool,
}

/// What a venue code says.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct VenueInfo {
    /// Place, vehicle or event.
    pub kind: VenueKind,
    /// Its name. Show it before a check-in; it is no identity.
    pub name: String,
    /// The zone of it that this code stands for.
    pub zone: Option<String>,
    /// The number of its category, see `categories()`.
    pub category: i32,
    /// After so many minutes a forgotten check-out is assumed.
    pub usual_stay_minutes: i32,
    /// Where it lies: `2025/04/01273`, map, province and commune.
    pub area: String,
    /// First day on which the code is valid.
    pub first_day: Day,
    /// Last day on which it is.
    pub last_day: Day,
    /// Names the code, in hexadecimal.
    pub id: String,
    /// Names the venue that this one is a part of.
    pub parent: Option<String>,
}

impl VenueInfo {
    fn of(venue: &Venue, id: String) -> Self {
        let Venue { kind, first, last, category, stay, area, name, zone, parent } = venue;
        Self {
            kind: Told::told(*kind),
            name: name.as_str().to_owned(),
            zone: zone.as_ref().map(|zone| zone.as_str().to_owned()),
            category: Told::told(*category),
            usual_stay_minutes: Told::told(*stay),
            area: area.full_path(),
            first_day: Told::told(*first),
            last_day: Told::told(*last),
            id,
            parent: Told::told(*parent),
        }
    }
}

record! {
    /// What another system's venue code says.
    pub struct ForeignInfo = ForeignVenue {
        /// The venue's name, where that format holds it.
        name: Option<String> = name,
        /// Its address.
        address: Option<String> = address,
        /// Its id in that system.
        id: Option<String> = id,
        /// When the code becomes valid.
        from: Option<SystemTime> = from,
        /// When it ends.
        until: Option<SystemTime> = until,
    }
}

/// Says what was scanned, by the root that the app embeds alone: for a scanner that is ready before
/// the diary is open. `Diary.inspect` knows more: catalogues, newer roots, other authorities.
#[uniffi::export]
pub fn inspect(code: Arc<Code>, root: Vec<u8>, at: SystemTime) -> Result<Arc<Scan>> {
    let root = Root::embedded(&root)
        .map_err(|refusal| VaoraError::Untrusted { why: refusal.id().to_owned() })?;
    Ok(Arc::new(Scan::of(inspect_by(code.scanned(), &Anchors::of(root), instant(at)))))
}

#[uniffi::export]
impl Diary {
    /// Says what was scanned, by the keys and catalogues of every authority followed. Also works
    /// while the phone is locked. Nothing is opened, sent or kept.
    pub fn inspect(&self, code: Arc<Code>, now: Now) -> Result<Arc<Scan>> {
        Ok(Arc::new(Scan::of(self.core.inspect(code.scanned(), &now.into())?)))
    }
}

record! {
    /// A category of venues.
    pub struct Category = code::Category {
        /// Its number in venue codes.
        number: i32 = number,
        /// Its stable name, for icons and texts in other languages.
        key: String = key,
        /// Its name in Vietnamese.
        vi: String = vi,
        /// Its name in English.
        en: String = en,
        /// After so many minutes a forgotten check-out is assumed.
        usual_stay_minutes: i32 = usual_stay,
        /// A visit there says something about a person's health or private life.
        sensitive: bool = sensitive,
    }
}

/// Every category, by ascending number.
#[uniffi::export]
pub fn categories() -> Vec<Category> {
    Told::told(code::Category::all().to_vec())
}

mirror! {
    /// What a code is.
    pub enum Kind = code::Kind {
        /// A venue code of this system.
        Vaora,
        /// The typed form of a venue code.
        Typed,
        /// A one-time code of the authority, for sharing visits.
        Share,
        /// A code of this system from a later version: the app must be updated to read it.
        Newer,
        /// A text whose beginning the authority adopted.
        Prefix,
        /// A unified personal code.
        Personal,
        /// A chip ID card.
        CitizenId,
        /// A health-insurance card.
        HealthInsurance,
        /// A health certificate.
        HealthCertificate,
        /// A bank-transfer code.
        Payment,
        /// A venue code of NHS COVID-19.
        Nhs,
        /// A venue code of NZ COVID Tracer.
        Nz,
        /// A venue code of Corona-Warn-App.
        Cwa,
        /// A venue code of CrowdNotifier or SwissCovid.
        CrowdNotifier,
        /// A venue code of Cléa.
        Clea,
        /// A venue code of COVID Alert.
        CovidAlert,
        /// A venue code of LeaveHomeSafe.
        LeaveHomeSafe,
        /// A venue code of Service NSW.
        Nsw,
        /// A venue code of Luca.
        Luca,
        /// A venue code of SafeEntry.
        SafeEntry,
        /// A web address: shown, never opened.
        Url,
        /// Any other text.
        Text,
        /// No text at all.
        Unknown,
    }
}

mirror! {
    /// How far a venue code can be trusted.
    pub enum Trust = code::Trust {
        /// Signed by an issuer that the authority's root names for this area and day.
        Verified,
        /// Signed by nobody the root names: a private note, which can still match.
        UnknownIssuer,
        /// Typed in; the person names the place.
        Typed,
        /// Another system's poster.
        Foreign,
        /// Its first valid day lies ahead.
        Early,
        /// Its last valid day has passed.
        Expired,
        /// A newer poster hangs there.
        Replaced,
        /// Withdrawn as false.
        Revoked,
        /// It breaks a rule, or a known issuer's signature does not fit.
        Damaged,
    }
}

mirror! {
    /// What kind of venue.
    pub enum VenueKind = code::VenueKind {
        /// It stays where it is.
        Place,
        /// It moves.
        Vehicle,
        /// It is over one day.
        Event,
    }
}
