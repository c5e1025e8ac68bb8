//! Visits as a person sees them.

use std::time::SystemTime;

use vaora::diary::{self, Details, VisitId};
use vaora::time::Instant;

use crate::clock::system;
use crate::mirror::{Told, mirror, record};
use crate::{Day, Trust, VenueKind};

record! {
    /// One visit.
    pub struct Visit = diary::Visit {
        /// Names it in every verb: random, it says nothing about order or number.
        id: i64 = id,
        /// Where; none if a locked phone noted it and it could not be read since.
        place: Option<PlaceInfo> = place,
        /// When it began.
        from: SystemTime = from,
        /// When and how it ended.
        out: Out = out,
        /// Minutes that local time was ahead of UTC.
        offset_minutes: i16 = offset,
        /// How it came into the diary.
        origin: Origin = origin,
        /// What is known of the clock at that time.
        clock: ClockMark = clock,
        /// Who came along, by their ids.
        companions: Vec<i64> = companions,
        /// The person's own words.
        note: String = note,
    }
}

record! {
    /// What the diary shows of a venue.
    pub struct PlaceInfo = Details {
        /// Place, vehicle or event.
        kind: VenueKind = kind,
        /// How far the code could be trusted when it was scanned.
        trust: Trust = trust,
        /// The number of the category; 0 where there is none.
        category: i32 = category,
        /// After so many minutes a forgotten check-out is assumed.
        usual_stay_minutes: i32 = stay,
        /// Where it belongs: `2025/04/01273`.
        area: Option<String> = area,
        /// Its name.
        name: String = name,
        /// Its zone, or the place of an event; empty where there is none.
        zone: String = zone,
        /// Names the code, in hexadecimal; none for codes of other systems.
        venue: Option<String> = venue,
        /// Names the venue that this one is a part of.
        parent: Option<String> = parent,
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

impl Told<diary::Out> for Out {
    fn told(out: diary::Out) -> Self {
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

record! {
    /// Visits of a span, and what could not be read of it.
    pub struct Visits = diary::Visits {
        /// By beginning.
        visits: Vec<Visit> = visits,
        /// Days of which something is lost; their other visits are above.
        damaged: Vec<Day> = damaged,
        /// Days with bytes that are no record: a write that power cut short, or damage of today's.
        unfinished: Vec<Day> = unfinished,
    }
}

impl Told<(VisitId, Instant)> for OpenVisit {
    fn told((VisitId(id), since): (VisitId, Instant)) -> Self {
        Self { id, since: system(since) }
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

record! {
    /// What a scan meets in the diary.
    pub struct Rescan = diary::Rescan {
        /// The open visit of this very venue: ask "leave?".
        open: Option<OpenVisit> = open,
        /// The open visit of the venue that this one is a part of: say "inside …".
        parent: Option<OpenVisit> = parent,
    }
}

record! {
    /// Somebody who is checked in with this phone.
    pub struct Companion = diary::Companion {
        /// Names the companion in visits.
        id: i64 = id,
        /// As the person wrote it.
        name: String = name,
    }
}
