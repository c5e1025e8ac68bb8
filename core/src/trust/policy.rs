//! The policy: how phones of a deployment match, remind and keep, and where they do so at all.
//!
//! A policy says what the authority wants. Two things that could silence or wipe phones, a
//! dormant area and a shorter retention, act only later: [`Standing`](super::Standing) knows when.

use serde::{Deserialize, Serialize};

use super::anchors::{Catalogue, Head};
use super::json::{self, Count, Hex, IsoDay};
use super::{Refusal, Signed};
use crate::area::code::{AreaCode, AreaScope, Map, UnitCode};
use crate::seal::Purpose;
use crate::text::plain;
use crate::time::Day;

/// What the authority of a deployment asks of phones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// The deployment it belongs to.
    pub deployment: [u8; 16],
    /// Counts up with every change.
    pub version: u64,
    /// The day on which it was made.
    pub created: Day,
    /// For how many days a visit is kept, 1 to 30.
    pub retention: u8,
    /// To how many minutes windows are rounded before they are published: 1, 5 or 15.
    pub rounding: u8,
    /// How many notifications a phone shows on one day at most, 1 to 3.
    pub cap: u8,
    /// How a warning is repeated.
    pub reminders: Reminders,
    /// How windows are matched, ascending by advice.
    pub rules: Vec<MatchRule>,
    /// States of areas, ascending by map and area.
    pub areas: Vec<ListedArea>,
}

/// How a warning is repeated until the person has seen it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reminders {
    /// Minutes between two reminders, 60 to 10,080.
    pub every: u16,
    /// How many there are at most, 0 to 100.
    pub most: u8,
    /// The minute of the day from which no notification comes, a first one neither, 0 to 1,439.
    pub quiet_from: u16,
    /// The minute from which they come again; the same minute means that there are no quiet
    /// hours.
    pub quiet_until: u16,
}

/// How windows that carry an advice are matched with visits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MatchRule {
    /// Which advice.
    pub advice: u16,
    /// 1 to 9; of several advices the strongest wins.
    pub strength: u8,
    /// How many minutes visit and window must have in common, 0 to 1,440.
    pub minimum: u16,
    /// How many minutes around the only scan of a visit count as being there, 0 to 180.
    pub margin: u16,
    /// For how many days after the visit its alert stands, 1 to 60.
    pub days: u8,
}

/// Whether an app asks people in an area to check in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AreaState {
    /// It does not ask, and what it keeps is deleted.
    Dormant,
    /// It offers to.
    Recommended,
    /// It says that they must.
    Required,
}

/// An area's state and the document that ordered it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedArea {
    /// The area and all that lies in it.
    pub scope: AreaScope,
    /// Its state.
    pub state: AreaState,
    /// The number of the document, as an app shows it.
    pub document: String,
    /// The last day on which it holds.
    pub until: Day,
}

impl Policy {
    /// How windows of an advice are matched: the rule listed, or one for an advice that this
    /// policy does not name. A window is never dropped because its advice is unknown.
    #[must_use]
    pub fn rule(&self, advice: u16) -> MatchRule {
        let found = self.rules.binary_search_by_key(&advice, |rule| rule.advice);
        let listed = found.ok().and_then(|at| self.rules.get(at)).copied();
        listed.unwrap_or(MatchRule { advice, strength: 5, minimum: 0, margin: 60, days: 14 })
    }

    /// The state that the policy names for an area on a day; recommended where it names none.
    /// A phone asks [`Standing::area`](super::Standing::area), which knows what acts only later.
    #[must_use]
    pub fn area(&self, area: AreaCode, today: Day) -> AreaState {
        self.listed(area, today).map_or(AreaState::Recommended, |listed| listed.state)
    }

    /// The entry behind an area's state on a day: the most specific one that holds the area and
    /// has not ended.
    #[must_use]
    pub fn listed(&self, area: AreaCode, today: Day) -> Option<&ListedArea> {
        self.listed_at(Place(Some(area)), today)
    }

    pub(super) fn listed_at(&self, place: Place, today: Day) -> Option<&ListedArea> {
        let holds = |listed: &&ListedArea| {
            listed.until >= today && place.is_within(Place::from(&listed.scope))
        };
        let depth = |listed: &&ListedArea| Place::from(&listed.scope).depth();
        self.areas.iter().filter(holds).max_by_key(depth)
    }

    /// The payload to be signed; rules and areas are sorted here.
    ///
    /// # Errors
    /// What a phone would refuse.
    #[cfg(feature = "publish")]
    pub fn encode(&self) -> Result<Vec<u8>, Refusal> {
        let payload = json::write(&PolicyDocument::from(self));
        Self::parse(&payload)?;
        Ok(payload)
    }

    /// One stolen key must neither silence phones nor wipe them.
    fn needs_two_keys(&self, held: Option<&Self>) -> bool {
        let dormant = self.areas.iter().any(|listed| listed.state == AreaState::Dormant);
        let usual = Self::default().retention;
        let least = held.map_or(usual, |held| held.retention.max(usual));
        dormant || self.retention < least
    }
}

impl Default for Policy {
    /// What holds without a policy: 21 days, no rounding, three notifications a day, a reminder
    /// every six hours and ten at most, quiet from 21:00 to 07:00.
    fn default() -> Self {
        Self {
            deployment: [0; 16],
            version: 0,
            created: Day::from_number(0),
            retention: 21,
            rounding: 1,
            cap: 3,
            reminders: Reminders { every: 360, most: 10, quiet_from: 21 * 60, quiet_until: 7 * 60 },
            rules: Vec::new(),
            areas: Vec::new(),
        }
    }
}

impl Catalogue for Policy {
    const PURPOSE: Purpose = Purpose::Policy;

    fn parse(payload: &[u8]) -> Result<Self, Refusal> {
        json::read::<PolicyDocument>(payload)?.check()
    }

    fn head(&self) -> Head {
        let Self { deployment, version, created, .. } = *self;
        Head { deployment: Some(deployment), version, created }
    }

    fn permit(&self, signed: &Signed<'_>, held: Option<&Self>) -> Result<(), Refusal> {
        let permitted = !self.needs_two_keys(held) || signed.by_two(self.created);
        if permitted { Ok(()) } else { Err(Refusal::PolicyTwoKeys) }
    }
}

/// An area, or the whole country, which is the same one on every map.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place(pub(super) Option<AreaCode>);

impl From<&AreaScope> for Place {
    fn from(scope: &AreaScope) -> Self {
        Self(scope.area())
    }
}

impl Place {
    pub(super) fn is_within(self, outer: Self) -> bool {
        match (self.0, outer.0) {
            (_, None) => true,
            (None, Some(_)) => false,
            (Some(inner), Some(outer)) => inner.within(&outer.into()),
        }
    }

    /// Country, province, commune or district: what holds an area is one of each at most.
    pub(super) fn depth(self) -> u8 {
        match self.0.map(AreaCode::unit) {
            None => 0,
            Some(UnitCode::Province(_)) => 1,
            Some(UnitCode::District(_) | UnitCode::Commune(_)) => 2,
        }
    }
}

/// The payload as JSON; the order of the fields is the format.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PolicyDocument {
    deployment: Hex<16>,
    version: Count,
    created: IsoDay,
    retention: Count,
    rounding: Count,
    cap: Count,
    reminders: RemindersDocument,
    rules: Vec<RuleDocument>,
    areas: Vec<AreaDocument>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RemindersDocument {
    every: Count,
    most: Count,
    quiet_from: Count,
    quiet_until: Count,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleDocument {
    advice: Count,
    strength: Count,
    minimum: Count,
    margin: Count,
    days: Count,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct AreaDocument {
    map: Count,
    area: String,
    state: AreaState,
    document: String,
    until: IsoDay,
}

impl PolicyDocument {
    fn check(self) -> Result<Policy, Refusal> {
        let rounding = self.rounding.within(1..=15, Refusal::PolicyRounding)?;
        if ![1, 5, 15].contains(&rounding) {
            return Err(Refusal::PolicyRounding);
        }
        let rules: Vec<MatchRule> =
            self.rules.iter().map(RuleDocument::check).collect::<Result<_, _>>()?;
        if !rules.is_sorted_by(|a, b| a.advice < b.advice) {
            return Err(Refusal::PolicyRules);
        }
        Ok(Policy {
            deployment: self.deployment.0,
            version: self.version.0,
            created: self.created.0,
            retention: self.retention.within(1..=30, Refusal::PolicyRetention)?,
            rounding,
            cap: self.cap.within(1..=3, Refusal::PolicyCap)?,
            reminders: self.reminders.check()?,
            rules,
            areas: areas(self.areas, self.created.0)?,
        })
    }
}

impl RemindersDocument {
    fn check(&self) -> Result<Reminders, Refusal> {
        Ok(Reminders {
            every: self.every.within(60..=10_080, Refusal::PolicyEvery)?,
            most: self.most.within(0..=100, Refusal::PolicyMost)?,
            quiet_from: self.quiet_from.within(0..=1439, Refusal::PolicyQuiet)?,
            quiet_until: self.quiet_until.within(0..=1439, Refusal::PolicyQuiet)?,
        })
    }
}

impl RuleDocument {
    fn check(&self) -> Result<MatchRule, Refusal> {
        Ok(MatchRule {
            advice: self.advice.within(1..=65_535, Refusal::PolicyRules)?,
            strength: self.strength.within(1..=9, Refusal::PolicyStrength)?,
            minimum: self.minimum.within(0..=1440, Refusal::PolicyMinimum)?,
            margin: self.margin.within(0..=180, Refusal::PolicyMargin)?,
            days: self.days.within(1..=60, Refusal::PolicyDays)?,
        })
    }
}

fn areas(documents: Vec<AreaDocument>, created: Day) -> Result<Vec<ListedArea>, Refusal> {
    if !documents.is_sorted_by(|a, b| (a.map, &a.area) < (b.map, &b.area)) {
        return Err(Refusal::PolicyAreas);
    }
    // The whole country is one area, on whichever map it is written.
    if documents.iter().filter(|document| document.area.is_empty()).count() > 1 {
        return Err(Refusal::PolicyAreas);
    }
    let listed = |AreaDocument { map, area, state, document, until }| {
        let map = map.within(1..=255, Refusal::PolicyScope)?;
        let map = Map::from_number(map).ok_or(Refusal::PolicyScope)?;
        let scope = AreaScope::parse(map, &area).map_err(|_| Refusal::PolicyScope)?;
        if !(1..=MAX_DOCUMENT).contains(&document.len()) || plain::check(&document).is_err() {
            return Err(Refusal::PolicyDocument);
        }
        if until.0 < created {
            return Err(Refusal::PolicyUntil);
        }
        Ok(ListedArea { scope, state, document, until: until.0 })
    };
    documents.into_iter().map(listed).collect()
}

const MAX_DOCUMENT: usize = 120;

#[cfg(feature = "publish")]
impl From<&Policy> for PolicyDocument {
    fn from(policy: &Policy) -> Self {
        let count = |number: u16| Count(number.into());
        let rule = |rule: &MatchRule| RuleDocument {
            advice: count(rule.advice),
            strength: count(rule.strength.into()),
            minimum: count(rule.minimum),
            margin: count(rule.margin),
            days: count(rule.days.into()),
        };
        let area = |listed: &ListedArea| AreaDocument {
            map: count(listed.scope.map().number().into()),
            area: listed.scope.to_string(),
            state: listed.state,
            document: listed.document.clone(),
            until: IsoDay(listed.until),
        };
        let mut rules: Vec<RuleDocument> = policy.rules.iter().map(rule).collect();
        rules.sort_by_key(|rule| rule.advice);
        let mut areas: Vec<AreaDocument> = policy.areas.iter().map(area).collect();
        areas.sort_by(|a, b| (a.map, &a.area).cmp(&(b.map, &b.area)));
        let Reminders { every, most, quiet_from, quiet_until } = policy.reminders;
        Self {
            deployment: Hex(policy.deployment),
            version: Count(policy.version),
            created: IsoDay(policy.created),
            retention: count(policy.retention.into()),
            rounding: count(policy.rounding.into()),
            cap: count(policy.cap.into()),
            reminders: RemindersDocument {
                every: count(every),
                most: count(most.into()),
                quiet_from: count(quiet_from),
                quiet_until: count(quiet_until),
            },
            rules,
            areas,
        }
    }
}
