//! Visits as a person sees them.

use std::time::SystemTime;

use vaora::diary::{self, CompanionId, Details, VisitId};
use vaora::text::hex;

use crate::clock::{days, system};
use crate::mirror::mirror;
use crate::{Day, Trust, VenueKind};

/// One visit.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Visit {
    /// Names it in every verb: random, it says nothing about order or number.
    pub id: i64,
    /// Where; none if a locked phone noted it and it could not be read since.
    pub place: Option<PlaceInfo>,
    /// When it began.
    pub from: SystemTime,
    /// When and how it ended.
    pub out: Out,
    /// Minutes that local time was ahead of UTC.
    pub offset_minutes: i16,
    /// How it came into the diary.
    pub origin: Origin,
    /// What is known of the clock at that time.
    pub clock: ClockMark,
    /// Who came along, by their ids.
    pub companions: Vec<i64>,
    /// The person's own words.
    pub note: String,
}

impl From<diary::Visit> for Visit {
    fn from(visit: diary::Visit) -> Self {
        let diary::Visit { id, place, from, out, offset, origin, clock, companions, note } = visit;
        Self {
            id: id.0,
            place: place.map(Into::into),
            from: system(from),
            out: out.into(),
            offset_minutes: offset,
            origin: origin.into(),
            clock: clock.into(),
            companions: companions.into_iter().map(|CompanionId(id)| id.into()).collect(),
            note,
        }
    }
}

/// What the diary shows of a venue.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct PlaceInfo {
    /// Place, vehicle or event.
    pub kind: VenueKind,
    /// How far the code could be trusted when it was scanned.
    pub trust: Trust,
    /// The number of the category; 0 where there is none.
    pub category: i32,
    /// After so many minutes a forgotten check-out is assumed.
    pub usual_stay_minutes: i32,
    /// Where it belongs: `2025/04/01273`.
    pub area: Option<String>,
    /// Its name.
    pub name: String,
    /// Its zone, or the place of an event; empty where there is none.
    pub zone: String,
    /// Names the code, in hexadecimal; none for codes of other systems.
    pub venue: Option<String>,
    /// Names the venue that this one is a part of.
    pub parent: Option<String>,
}

impl From<Details> for PlaceInfo {
    fn from(details: Details) -> Self {
        let Details { kind, trust, category, stay, area, name, zone, venue, parent } = details;
        Self {
            kind: kind.into(),
            trust: trust.into(),
            category: category.into(),
            usual_stay_minutes: stay.into(),
            area: area.map(|area| area.full_path()),
            name,
            zone,
            venue: venue.map(|id| hex::encode(&id.0)),
            parent: parent.map(|id| hex::encode(&id.0)),
        }
    }
}

/// How a visit ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum Out {
    /// It has not. After `due` the person is asked, and an hour later the end is assumed.
    Open {
        /// The end to assume.
        due: SystemTime,
    },
    /// Scanned out.
    Scanned {
        /// When.
        at: SystemTime,
    },
    /// The person said when.
    Said {
        /// When.
        at: SystemTime,
    },
    /// Forgotten: the usual stay was assumed.
    Assumed {
        /// When.
        at: SystemTime,
    },
}

impl From<diary::Out> for Out {
    fn from(out: diary::Out) -> Self {
        match out {
            diary::Out::Open { due } => Self::Open { due: system(due) },
            diary::Out::Scanned(at) => Self::Scanned { at: system(at) },
            diary::Out::Said(at) => Self::Said { at: system(at) },
            diary::Out::Assumed(at) => Self::Assumed { at: system(at) },
        }
    }
}

mirror! {
    /// How a visit came into the diary.
    pub enum Origin = diary::Origin {
        /// A code was scanned at the door.
        Scanned,
        /// Added later from a code.
        Past,
        /// Written by hand: no code, so no published list can ever name it.
        Manual,
    }
}

mirror! {
    /// What is known of the phone's clock at the time of a visit.
    pub enum ClockMark = diary::ClockMark {
        /// Nothing speaks against it.
        Sure,
        /// It had been set forward or back, and no signed time has told since which is right.
        Doubtful,
        /// It was wrong, and a signed time put the visit right.
        Repaired,
    }
}

/// Visits of a span, and what could not be read of it.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Visits {
    /// By beginning.
    pub visits: Vec<Visit>,
    /// Days of which something is lost; their other visits are above.
    pub damaged: Vec<Day>,
    /// Days with bytes that are no record: a write that power cut short, or damage of today's.
    pub unfinished: Vec<Day>,
}

impl From<diary::Visits> for Visits {
    fn from(diary::Visits { visits, damaged, unfinished }: diary::Visits) -> Self {
        let visits = visits.into_iter().map(Into::into).collect();
        Self { visits, damaged: days(damaged), unfinished: days(unfinished) }
    }
}

/// An open visit that a scan meets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct OpenVisit {
    /// The visit.
    pub id: i64,
    /// Since when it is open.
    pub since: SystemTime,
}

/// What a scan meets in the diary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct Rescan {
    /// The open visit of this very venue: ask "leave?".
    pub open: Option<OpenVisit>,
    /// The open visit of the venue that this one is a part of: say "inside …".
    pub parent: Option<OpenVisit>,
}

impl From<diary::Rescan> for Rescan {
    fn from(diary::Rescan { open, parent }: diary::Rescan) -> Self {
        let met = |(VisitId(id), since)| OpenVisit { id, since: system(since) };
        Self { open: open.map(met), parent: parent.map(met) }
    }
}

/// Somebody who is checked in with this phone.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Companion {
    /// Names the companion in visits.
    pub id: i64,
    /// As the person wrote it.
    pub name: String,
}

impl From<diary::Companion> for Companion {
    fn from(diary::Companion { id: CompanionId(id), name }: diary::Companion) -> Self {
        Self { id: id.into(), name }
    }
}
