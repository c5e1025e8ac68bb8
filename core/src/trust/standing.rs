//! What a phone stands by: the newest policy, and from which day each part of it acts.
//!
//! A dormant area and a shorter retention could silence or wipe phones, so they act only 72 hours
//! after the end of the day that the policy was signed on: time to notice, and to publish another
//! policy. What was already announced keeps its day, however many policies follow. Everything else
//! acts at once, lengthening the retention and waking an area too.

use super::policy::{AreaState, ListedArea, Place, Policy};
use crate::area::code::{AreaCode, AreaScope};
use crate::time::Day;
use crate::wire::{Cut, Reader, Writer};

/// A fold over the policies that were accepted, in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    policy: Policy,
    /// The newest day that an accepted policy was signed on. A policy that claims an earlier day
    /// is counted from this one: nobody shortens the wait by dating back.
    signed: Day,
    /// The retention before any step.
    retention: u8,
    /// Ever shorter, from ever later days.
    steps: Vec<Step>,
    /// From which day an area may be dormant, where the policy says that it is. The most specific
    /// entry that holds the area decides. Ascending by place.
    dormant: Vec<(Place, Day)>,
}

/// A shorter retention and the day from which it acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Step {
    from: Day,
    days: u8,
}

impl Standing {
    /// The newest policy: its cap, reminders and rules act at once.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// For how many days a visit is kept, on a day.
    #[must_use]
    pub fn retention(&self, today: Day) -> u8 {
        let acting = self.steps.iter().rev().find(|step| step.from <= today);
        acting.map_or(self.retention, |step| step.days)
    }

    /// The state of an area on a day. While a dormant area waits to act, it is recommended.
    #[must_use]
    pub fn area(&self, area: AreaCode, today: Day) -> AreaState {
        match self.listed(area, today) {
            Some(ListedArea { state: AreaState::Dormant, .. }) => {
                let acts = self.dormant_from(Place(Some(area))).is_some_and(|day| day <= today);
                if acts { AreaState::Dormant } else { AreaState::Recommended }
            }
            Some(listed) => listed.state,
            None => AreaState::Recommended,
        }
    }

    /// The day from which a dormant scope of the policy acts, for saying so before; `None` for a
    /// scope that the policy does not make dormant.
    #[must_use]
    pub fn dormant_since(&self, scope: &AreaScope) -> Option<Day> {
        let place = Place::from(scope);
        let listed = self.policy.areas.iter().find(|listed| Place::from(&listed.scope) == place)?;
        let dormant = listed.state == AreaState::Dormant;
        dormant.then(|| self.dormant_from(place)).flatten()
    }

    /// Whether any area is dormant on a day: cheap to ask, before asking which.
    #[must_use]
    pub fn may_sleep(&self, today: Day) -> bool {
        self.dormant.iter().any(|(_, day)| *day <= today)
    }

    /// The entry behind an area's state, for showing the document that orders it.
    #[must_use]
    pub fn listed(&self, area: AreaCode, today: Day) -> Option<&ListedArea> {
        self.policy.listed(area, today)
    }

    /// What a phone stands by once the next policy was accepted.
    #[must_use]
    pub(super) fn after(self, policy: Policy) -> Self {
        let signed = self.signed.max(policy.created);
        let acts = signed.plus(WAIT);
        let (retention, steps) = self.steps_after(policy.retention, acts);
        let dormant = self.dormant_after(&policy, acts);
        Self { policy, signed, retention, steps, dormant }
    }

    /// A longer retention lifts every step up to it; a shorter one is a step of its own.
    fn steps_after(&self, days: u8, acts: Day) -> (u8, Vec<Step>) {
        let before = self.retention.max(days);
        let lifted = self.steps.iter().map(|step| Step { days: step.days.max(days), ..*step });
        let mut steps: Vec<Step> = Vec::new();
        for step in lifted.chain([Step { from: acts, days }]) {
            // A step that shortens nothing was announced earlier, or is not one.
            if step.days < steps.last().map_or(before, |last| last.days) {
                steps.push(step);
            }
        }
        (before, steps)
    }

    /// Where the next policy says dormant and this standing already did, the day stays; elsewhere
    /// it is the new one. Every place at which either policy or the days change is asked once.
    fn dormant_after(&self, next: &Policy, acts: Day) -> Vec<(Place, Day)> {
        // What ended before the next policy was signed does not count any more.
        let on = next.created;
        let scopes = self.policy.areas.iter().chain(&next.areas).map(|listed| &listed.scope);
        let mut places: Vec<Place> = scopes.map(Place::from).collect();
        places.extend(self.dormant.iter().map(|(place, _)| *place));
        places.sort_unstable();
        places.dedup();
        let is_dormant = |policy: &Policy, place| {
            policy.listed_at(place, on).is_some_and(|listed| listed.state == AreaState::Dormant)
        };
        let mut dormant: Vec<(Place, Day)> = Vec::new();
        for place in places.into_iter().filter(|place| is_dormant(next, *place)) {
            let announced = self.dormant_from(place).filter(|_| is_dormant(&self.policy, place));
            let day = announced.unwrap_or(acts);
            // What holds a place comes before it; the same day twice would say nothing more.
            if nearest(&dormant, place) != Some(day) {
                dormant.push((place, day));
            }
        }
        dormant
    }

    /// The day from which a place may be dormant; `None` where nobody ever announced it.
    fn dormant_from(&self, place: Place) -> Option<Day> {
        nearest(&self.dormant, place)
    }

    /// The days as bytes, for the phone's sealed place. The policy is kept as the document that
    /// it came in.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let Self { policy: _, signed, retention, steps, dormant } = self;
        let mut writer = Writer::new(64);
        writer.u8(VERSION).u32(signed.number()).u8(*retention);
        // There are at most 29 steps, each shorter than the one before.
        writer.u8(u8::try_from(steps.len()).unwrap_or(u8::MAX));
        for Step { from, days } in steps {
            writer.u32(from.number()).u8(*days);
        }
        writer.u32(u32::try_from(dormant.len()).unwrap_or(u32::MAX));
        for (place, day) in dormant {
            writer.put(&place.0.map_or([0; 5], AreaCode::to_bytes)).u32(day.number());
        }
        writer.as_slice().to_vec()
    }

    /// The days from [`Standing::encode`], around the policy held; `None` for bytes that it never
    /// wrote. Where the policy was lost, pass the default: the retention still holds, and no area
    /// is dormant.
    #[must_use]
    pub fn decode(bytes: &[u8], policy: Policy) -> Option<Self> {
        read(bytes, policy).ok()
    }
}

impl Default for Standing {
    /// What holds before any policy.
    fn default() -> Self {
        let policy = Policy::default();
        let (signed, retention) = (policy.created, policy.retention);
        Self { policy, signed, retention, steps: Vec::new(), dormant: Vec::new() }
    }
}

/// What the most specific entry says that holds the place.
fn nearest(days: &[(Place, Day)], place: Place) -> Option<Day> {
    let holds = |(outer, _): &&(Place, Day)| place.is_within(*outer);
    days.iter().filter(holds).max_by_key(|(outer, _)| outer.depth()).map(|(_, day)| *day)
}

fn read(bytes: &[u8], policy: Policy) -> Result<Standing, Cut> {
    let mut reader = Reader::new(bytes);
    if reader.u8()? != VERSION {
        return Err(Cut);
    }
    let signed = day(&mut reader)?;
    let retention = reader.u8()?;
    if !(1..=MAX_RETENTION).contains(&retention) {
        return Err(Cut);
    }
    let mut steps: Vec<Step> = Vec::new();
    for _ in 0..reader.u8()? {
        let step = Step { from: day(&mut reader)?, days: reader.u8()? };
        let last = steps.last().map_or((Day::from_number(0), retention), |s| (s.from, s.days));
        if step.from < last.0 || step.days >= last.1 || step.days == 0 {
            return Err(Cut);
        }
        steps.push(step);
    }
    let mut dormant: Vec<(Place, Day)> = Vec::new();
    for _ in 0..reader.u32()? {
        let place = match reader.array()? {
            [0, 0, 0, 0, 0] => Place(None),
            area => Place(Some(AreaCode::from_bytes(area).map_err(|_| Cut)?)),
        };
        if dormant.last().is_some_and(|(last, _)| *last >= place) {
            return Err(Cut);
        }
        dormant.push((place, day(&mut reader)?));
    }
    reader.end()?;
    Ok(Standing { policy, signed, retention, steps, dormant })
}

fn day(reader: &mut Reader<'_>) -> Result<Day, Cut> {
    Day::exactly(reader.u32()?).ok_or(Cut)
}

const VERSION: u8 = 1;
/// The day itself, which has to end, and 72 hours.
const WAIT: i32 = 4;
const MAX_RETENTION: u8 = 30;
