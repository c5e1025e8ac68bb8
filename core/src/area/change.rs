//! How the units of one map became those of the next.

use super::{AreaCode, Areas, Map, MapUnits, UnitCode};

/// A unit of one map that became, wholly or in part, a unit of the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Change {
    /// The unit of the earlier map.
    pub from: AreaCode,
    /// The unit of the later map.
    pub to: AreaCode,
    /// How much of the earlier unit it is.
    pub share: Share,
}

/// How much of an earlier unit went into a later one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Share {
    /// All of it.
    Whole,
    /// Most of it; the rest went elsewhere.
    MainPart,
    /// Some of it.
    Part,
}

impl Areas {
    /// What a unit became on the next map, the main part first; none on the newest map.
    ///
    /// A district that had communes leads to all that its communes became: to one unit as a
    /// whole, to several in parts.
    #[must_use]
    pub fn successors(&self, map: Map, code: UnitCode) -> Vec<Change> {
        let Some((earlier, later, step)) = self.step_from(map) else { return Vec::new() };
        let Some(at) = earlier.find(code) else { return Vec::new() };
        let change =
            |from, to, share| Change { from: earlier.area(from), to: later.area(to), share };
        let own = step.of(at);
        if !own.is_empty() {
            return own.iter().map(|l| change(at, l.to.into(), l.share)).collect();
        }
        let inside = |link: &&Link| earlier.parent(link.from.into()) == Some(at);
        let mut ends: Vec<u16> = step.links.iter().filter(inside).map(|link| link.to).collect();
        ends.sort_unstable();
        ends.dedup();
        let share = if ends.len() == 1 { Share::Whole } else { Share::Part };
        ends.into_iter().map(|to| change(at, to.into(), share)).collect()
    }

    /// What a unit was made of on the map before; none on the first map.
    #[must_use]
    pub fn predecessors(&self, map: Map, code: UnitCode) -> Vec<Change> {
        let at = self.maps.iter().position(|units| units.info.map == map);
        let earlier = at.and_then(|at| self.maps.get(at.checked_sub(1)?));
        let Some((earlier, later, step)) = earlier.and_then(|e| self.step_from(e.info.map)) else {
            return Vec::new();
        };
        let Some(at) = later.find(code) else { return Vec::new() };
        let links = step.links.iter().filter(|link| usize::from(link.to) == at);
        links
            .map(|link| Change {
                from: earlier.area(link.from.into()),
                to: later.area(at),
                share: link.share,
            })
            .collect()
    }

    /// A map, the one after it, and the step between.
    fn step_from(&self, map: Map) -> Option<(&MapUnits, &MapUnits, &Step)> {
        let at = self.maps.iter().position(|units| units.info.map == map)?;
        Some((self.maps.get(at)?, self.maps.get(at + 1)?, self.steps.get(at)?))
    }
}

/// All changes between two maps, in the order of the earlier units.
#[derive(Debug, Clone)]
pub(super) struct Step {
    pub(super) links: Vec<Link>,
}

/// Places in the rows of the earlier and the later map.
#[derive(Debug, Clone, Copy)]
pub(super) struct Link {
    pub(super) from: u16,
    pub(super) to: u16,
    pub(super) share: Share,
}

impl Step {
    fn of(&self, from: usize) -> &[Link] {
        let start = self.links.partition_point(|link| usize::from(link.from) < from);
        let rest = &self.links[start..];
        &rest[..rest.partition_point(|link| usize::from(link.from) == from)]
    }
}
