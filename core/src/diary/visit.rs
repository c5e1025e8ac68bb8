//! What goes into the diary and what comes out of it.

use crate::area::AreaCode;
use crate::code::{Trust, VenueKind};
use crate::seal::{ParentId, Seed, VenueId};
use crate::time::{Day, Instant};

/// A moment as the phone tells it. The core has no clock: every verb takes one of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Now {
    /// The wall clock.
    pub wall: Instant,
    /// Minutes that local time is ahead of UTC: 420 in Viet Nam.
    pub offset: i16,
    /// Whole seconds since the phone started, time asleep included. It never jumps, which is
    /// how a wrong clock is noticed.
    pub running: u64,
    /// Tells one start of the phone from another: the platform's boot count or a hash of its
    /// boot session.
    pub boot: u32,
}

/// Names a visit: random and positive, so that it says nothing about order or number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VisitId(pub i64);

/// Names a companion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CompanionId(pub u32);

/// Somebody who is checked in with this phone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Companion {
    /// Names the companion in visits.
    pub id: CompanionId,
    /// As the person wrote it.
    pub name: String,
}

/// A venue that was scanned or typed: its match secret, and what can be shown of it.
pub struct Place {
    /// Derived from at check-in, never written.
    pub seed: Seed,
    /// What can be shown.
    pub details: Details,
}

/// What a diary shows of a venue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Details {
    /// Place, vehicle or event.
    pub kind: VenueKind,
    /// How far the code could be trusted when it was scanned.
    pub trust: Trust,
    /// The number of the category; 0 where there is none.
    pub category: u8,
    /// After so many minutes a forgotten check-out is assumed, 1 to 1440.
    pub stay: u16,
    /// Where it belongs.
    pub area: Option<AreaCode>,
    /// Its name, at most 60 bytes.
    pub name: String,
    /// Its zone or the place of an event, at most 32 bytes.
    pub zone: String,
    /// Names the code; none for codes of other systems.
    pub venue: Option<VenueId>,
    /// The venue that this one is a part of.
    pub parent: Option<ParentId>,
}

/// One visit, as the unlocked diary shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visit {
    /// Names it in every verb.
    pub id: VisitId,
    /// Where; none if a locked phone noted it and it could not be read since.
    pub place: Option<Details>,
    /// When it began.
    pub from: Instant,
    /// When and how it ended.
    pub out: Out,
    /// Minutes that local time was ahead of UTC.
    pub offset: i16,
    /// How it came into the diary.
    pub origin: Origin,
    /// What is known of the clock at that time.
    pub clock: ClockMark,
    /// Who came along.
    pub companions: Vec<CompanionId>,
    /// The person's own words.
    pub note: String,
}

/// How a visit ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Out {
    /// It has not. After `due` the person is asked, and an hour later the end is assumed.
    Open {
        /// The end to assume.
        due: Instant,
    },
    /// Scanned out.
    Scanned(Instant),
    /// The person said when.
    Said(Instant),
    /// Forgotten: the usual stay was assumed.
    Assumed(Instant),
}

impl Out {
    /// The end, if there is one.
    #[must_use]
    pub fn at(self) -> Option<Instant> {
        match self {
            Self::Open { .. } => None,
            Self::Scanned(at) | Self::Said(at) | Self::Assumed(at) => Some(at),
        }
    }
}

/// How a visit came into the diary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Origin {
    /// A code was scanned at the door.
    Scanned,
    /// Added later from a code.
    Past,
    /// Written by hand: no code, so no published list can ever name it.
    Manual,
}

/// What is known of the phone's clock at the time of a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ClockMark {
    /// Nothing speaks against it.
    Sure,
    /// It had been set forward or back, and no signed time has told since which is right.
    Doubtful,
    /// It was wrong, and a signed time put the visit right.
    Repaired,
}

/// Visits of a span, and what could not be read of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visits {
    /// By beginning.
    pub visits: Vec<Visit>,
    /// Days of which something is lost; their other visits are above.
    pub damaged: Vec<Day>,
    /// Days with bytes that are no record: a write that power cut short, or damage of today's.
    pub unfinished: Vec<Day>,
}

/// What a scan meets in the diary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rescan {
    /// The open visit of this very venue: the app asks "leave?".
    pub open: Option<(VisitId, Instant)>,
    /// The open visit of the venue that this one is a part of.
    pub parent: Option<(VisitId, Instant)>,
}
