//! Where a place lies: area codes, and the catalogue of provinces, districts and communes.
//!
//! A code means something only together with its map: Viet Nam's codes were reused in the
//! reform of 2025 with another extent. The catalogue is data, so a later map needs no new
//! program; `docs/area-catalogue.md` is its byte-exact law.

mod change;
pub mod code;
mod names;
mod payload;
#[cfg(any(feature = "publish", test))]
mod publish;
mod rule;
mod search;

pub use change::{Change, Share};
pub use code::{AreaCode, AreaScope, Level, Map, UnitCode};
#[cfg(any(feature = "publish", test))]
pub use publish::{AreasSource, ChangeSource, MapSource, SourceError, UnitSource};
pub use rule::AreaRule;
pub use search::Hit;

use change::Step;
use names::Names;

use crate::time::Day;

/// The catalogue of areas: every map it knows, and how each became the next.
///
/// Look-ups take no noticeable time; [`Areas::search`] stays below a millisecond. Keep one, and
/// share it between threads.
#[derive(Debug, Clone)]
pub struct Areas {
    version: u32,
    created: Day,
    /// The words for kinds of units, and the plain key of each.
    words: Vec<(String, String)>,
    names: Names,
    maps: Vec<MapUnits>,
    /// One less than maps: how each became the next.
    steps: Vec<Step>,
}

/// One province, district or commune.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// The map on which it exists.
    pub map: Map,
    /// Its code on that map.
    pub code: UnitCode,
    /// How large it is.
    pub level: Level,
    /// Its name with the word for its kind: `Phường Thục Phán`.
    pub name: String,
    /// The unit it lies in; a province has none.
    pub parent: Option<UnitCode>,
    /// The province it lies in, or is.
    pub province: UnitCode,
    /// As venue codes and scopes write it.
    pub area: AreaCode,
}

/// A map of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MapInfo {
    /// Its number, as venue codes hold it.
    pub map: Map,
    /// A short label: `2024`.
    pub id: String,
    /// The first day on which it was in force; for the first map, a day before all others.
    pub since: Day,
}

impl Areas {
    /// Reads the payload of a signed catalogue. Verify the signature first.
    ///
    /// # Errors
    /// The [`AreaRule`] that the payload broke.
    pub fn parse(payload: &[u8]) -> Result<Self, AreaRule> {
        payload::parse(payload)
    }

    /// The catalogue's version; it goes up with every change.
    #[must_use]
    pub fn version(&self) -> u32 {
        self.version
    }

    /// The day on which the catalogue was made.
    #[must_use]
    pub fn created(&self) -> Day {
        self.created
    }

    /// Its maps, oldest first.
    pub fn maps(&self) -> impl Iterator<Item = &MapInfo> {
        self.maps.iter().map(|map| &map.info)
    }

    /// The map in force on a day.
    #[must_use]
    pub fn map_on(&self, day: Day) -> Option<Map> {
        self.maps().filter(|map| map.since <= day).last().map(|map| map.map)
    }

    /// The unit with a code. The same code on another map is another unit.
    #[must_use]
    pub fn unit(&self, map: Map, code: UnitCode) -> Option<Unit> {
        let map = self.map(map)?;
        Some(self.describe(map, map.find(code)?))
    }

    /// The unit of an area, if the area is one of its province.
    #[must_use]
    pub fn unit_of(&self, area: AreaCode) -> Option<Unit> {
        self.unit(area.map(), area.unit()).filter(|unit| unit.area == area)
    }

    /// All units of a map: provinces, districts, communes, each in ascending order of codes.
    pub fn units(&self, map: Map) -> impl Iterator<Item = Unit> {
        let map = self.map(map);
        map.into_iter().flat_map(|map| (0..map.units.len()).map(|at| self.describe(map, at)))
    }

    /// Whether a unit lies in another, or is it.
    #[must_use]
    pub fn is_within(&self, map: Map, inner: UnitCode, outer: UnitCode) -> bool {
        self.map(map).is_some_and(|map| {
            map.find(inner).is_some_and(|at| map.upwards(at).any(|at| map.code(at) == outer))
        })
    }

    /// The name with all that it lies in: `Xã Văn Lang, Huyện Na Rì, Tỉnh Bắc Kạn`. Two units of
    /// one name differ in it.
    #[must_use]
    pub fn path(&self, map: Map, code: UnitCode) -> Option<String> {
        let map = self.map(map)?;
        Some(self.path_at(map, map.find(code)?))
    }

    fn path_at(&self, map: &MapUnits, at: usize) -> String {
        map.upwards(at).map(|at| self.name_at(map, at)).collect::<Vec<_>>().join(", ")
    }

    fn name_at(&self, map: &MapUnits, at: usize) -> String {
        let record = map.units[at];
        let (word, _) = &self.words[usize::from(record.word)];
        let name = self.names.text(record.name);
        if word.is_empty() { name.to_owned() } else { format!("{word} {name}") }
    }

    fn map(&self, map: Map) -> Option<&MapUnits> {
        self.maps.iter().find(|units| units.info.map == map)
    }

    fn describe(&self, map: &MapUnits, at: usize) -> Unit {
        let code = map.code(at);
        Unit {
            map: map.info.map,
            code,
            level: code.level(),
            name: self.name_at(map, at),
            parent: map.parent(at).map(|parent| map.code(parent)),
            province: map.code(map.province(at)),
            area: map.area(at),
        }
    }
}

/// The units of one map, in one row: provinces, districts, communes, each sorted by code.
#[derive(Debug, Clone)]
struct MapUnits {
    info: MapInfo,
    provinces: usize,
    districts: usize,
    units: Vec<Record>,
    /// Places in `units`, sorted by name.
    by_name: Vec<u16>,
}

/// A unit as it is kept: a hundred kilobytes for the whole country.
#[derive(Debug, Clone, Copy)]
struct Record {
    code: u32,
    /// Place of its parent in the row; a province is its own.
    parent: u16,
    name: u16,
    word: u8,
}

impl MapUnits {
    /// The place of a unit in the row.
    fn find(&self, code: UnitCode) -> Option<usize> {
        let communes = self.provinces + self.districts;
        let (range, number) = match code {
            UnitCode::Province(n) => (0..self.provinces, u32::from(n)),
            UnitCode::District(n) => (self.provinces..communes, u32::from(n)),
            UnitCode::Commune(n) => (communes..self.units.len(), n),
        };
        let start = range.start;
        let found = self.units[range].binary_search_by_key(&number, |unit| unit.code);
        found.ok().map(|at| start + at)
    }

    fn code(&self, at: usize) -> UnitCode {
        let code = self.units[at].code;
        match self.level(at) {
            Level::Province => UnitCode::Province(u8::try_from(code).unwrap_or(u8::MAX)),
            Level::District => UnitCode::District(u16::try_from(code).unwrap_or(u16::MAX)),
            Level::Commune => UnitCode::Commune(code),
        }
    }

    fn level(&self, at: usize) -> Level {
        if at < self.provinces {
            Level::Province
        } else if at < self.provinces + self.districts {
            Level::District
        } else {
            Level::Commune
        }
    }

    fn parent(&self, at: usize) -> Option<usize> {
        (at >= self.provinces).then(|| usize::from(self.units[at].parent))
    }

    /// The unit, its parent, and so on to the province.
    fn upwards(&self, at: usize) -> impl Iterator<Item = usize> + '_ {
        std::iter::successors(Some(at), |&at| self.parent(at))
    }

    fn province(&self, at: usize) -> usize {
        self.upwards(at).last().unwrap_or(at)
    }

    fn area(&self, at: usize) -> AreaCode {
        let province = u8::try_from(self.units[self.province(at)].code).unwrap_or(u8::MAX);
        AreaCode::of(self.info.map, province, self.code(at))
    }

    /// Units that no other lies in, in the order of the row: communes, and island districts
    /// without communes. Changes lead from these to these.
    fn leaves(&self) -> impl Iterator<Item = usize> + '_ {
        let mut parents = vec![false; self.units.len()];
        for unit in &self.units[self.provinces..] {
            parents[usize::from(unit.parent)] = true;
        }
        (self.provinces..self.units.len()).filter(move |&at| !parents[at])
    }
}

#[cfg(test)]
mod tests;
