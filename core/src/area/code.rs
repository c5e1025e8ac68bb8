//! Area codes: what a venue code or an issuer's scope says about where it belongs.
//!
//! Nothing here knows which areas exist. A phone with an old catalogue reads every code.

use std::fmt;

use crate::error::rules;

/// A map: the division of the country that was in force from one day on.
///
/// Later maps need no new program; they are named by the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Map(u8);

impl Map {
    /// 63 provinces with districts: in force until 30/06/2025.
    pub const M2024: Self = Self(1);
    /// 34 provinces, no districts: in force since 01/07/2025.
    pub const M2025: Self = Self(2);

    /// From its number in the formats; 0 is no map.
    #[must_use]
    pub fn from_number(number: u8) -> Option<Self> {
        (number != 0).then_some(Self(number))
    }

    /// The number in the formats.
    #[must_use]
    pub fn number(self) -> u8 {
        self.0
    }

    /// As people name it: the year of its reform, or its number where this version knows none.
    #[must_use]
    pub fn label(self) -> String {
        let year = YEARS.iter().find(|(map, _)| *map == self);
        year.map_or_else(|| self.0.to_string(), |(_, year)| (*year).to_owned())
    }

    /// The map of a year: `2025` or `2024`.
    #[must_use]
    pub fn by_label(label: &str) -> Option<Self> {
        YEARS.iter().find(|(_, year)| *year == label).map(|(map, _)| *map)
    }
}

const YEARS: [(Map, &str); 2] = [(Map::M2024, "2024"), (Map::M2025, "2025")];

/// The official code of one unit on some map; its length tells its level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UnitCode {
    /// Two digits, 01 to 96.
    Province(u8),
    /// Three digits, 001 to 999.
    District(u16),
    /// Five digits, 00001 to 99999.
    Commune(u32),
}

impl UnitCode {
    /// Reads `04`, `318` or `01273`. Leading zeros count.
    ///
    /// # Errors
    /// An [`AreaCodeRule`] when the text is no such code.
    pub fn parse(text: &str) -> Result<Self, AreaCodeRule> {
        let number = digits(text).ok_or(AreaCodeRule::Text)?;
        let code = match text.len() {
            2 => u8::try_from(number).ok().map(Self::Province),
            3 => u16::try_from(number).ok().map(Self::District),
            5 => Some(Self::Commune(number)),
            _ => None,
        };
        code.ok_or(AreaCodeRule::Text)?.checked()
    }

    /// Its level.
    #[must_use]
    pub fn level(self) -> Level {
        match self {
            Self::Province(_) => Level::Province,
            Self::District(_) => Level::District,
            Self::Commune(_) => Level::Commune,
        }
    }

    /// As one number, which tells a district from a commune: the unit of the formats. A province
    /// has none.
    pub(super) fn unit(self) -> u32 {
        match self {
            Self::Province(_) => 0,
            Self::District(n) => DISTRICT_UNITS + u32::from(n),
            Self::Commune(n) => n,
        }
    }

    /// The commune or district of a unit number.
    pub(super) fn from_unit(unit: u32) -> Option<Self> {
        match unit {
            1..=LAST_COMMUNE => Some(Self::Commune(unit)),
            FIRST_DISTRICT_UNIT..=LAST_DISTRICT_UNIT => {
                u16::try_from(unit - DISTRICT_UNITS).ok().map(Self::District)
            }
            _ => None,
        }
    }

    pub(super) fn checked(self) -> Result<Self, AreaCodeRule> {
        match self {
            Self::Province(1..=LAST_PROVINCE)
            | Self::District(1..=LAST_DISTRICT)
            | Self::Commune(1..=LAST_COMMUNE) => Ok(self),
            Self::Province(_) => Err(AreaCodeRule::Province),
            Self::District(_) | Self::Commune(_) => Err(AreaCodeRule::Unit),
        }
    }
}

impl fmt::Display for UnitCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Province(n) => write!(f, "{n:02}"),
            Self::District(n) => write!(f, "{n:03}"),
            Self::Commune(n) => write!(f, "{n:05}"),
        }
    }
}

/// How large a unit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// A province, or a city that is one.
    Province,
    /// A district, or a town or city within a province; only on the map of 2024.
    District,
    /// A commune, ward, township or special zone.
    Commune,
}

/// One area on one map: a whole province, a commune, or a district of the map of 2024.
///
/// As text it is a path, `04`, `04/01273` or `31/318`; the map is said beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AreaCode {
    map: Map,
    province: u8,
    unit: u32,
}

impl AreaCode {
    /// From the three numbers of the formats: map, province 1 to 96, and unit, where 0 is the
    /// whole province, 1 to 99,999 a commune and 100,001 to 100,999 a district.
    ///
    /// # Errors
    /// An [`AreaCodeRule`] for numbers that no map can hold.
    pub fn new(map: u8, province: u8, unit: u32) -> Result<Self, AreaCodeRule> {
        let map = Map::from_number(map).ok_or(AreaCodeRule::Map)?;
        UnitCode::Province(province).checked()?;
        if unit != 0 && UnitCode::from_unit(unit).is_none() {
            return Err(AreaCodeRule::Unit);
        }
        Ok(Self { map, province, unit })
    }

    /// A unit of the catalogue, in its province.
    pub(super) fn of(map: Map, province: u8, unit: UnitCode) -> Self {
        Self { map, province, unit: unit.unit() }
    }

    /// Reads the path: `04`, `04/01273` or `31/318`.
    ///
    /// # Errors
    /// An [`AreaCodeRule`]; there is one way to write each area.
    pub fn parse(map: Map, path: &str) -> Result<Self, AreaCodeRule> {
        let (province, unit) = match path.split_once('/') {
            None => (path, None),
            Some((province, unit)) => (province, Some(UnitCode::parse(unit)?)),
        };
        let UnitCode::Province(province) = UnitCode::parse(province)? else {
            return Err(AreaCodeRule::Text);
        };
        if let Some(UnitCode::Province(_)) = unit {
            return Err(AreaCodeRule::Text);
        }
        let unit = unit.map_or(0, UnitCode::unit);
        Ok(Self { map, province, unit })
    }

    /// Reads the path behind the year of its map, as people write it: `2025/04/01273`.
    ///
    /// # Errors
    /// An [`AreaCodeRule`].
    pub fn parse_full(text: &str) -> Result<Self, AreaCodeRule> {
        let (map, path) = text.split_once('/').ok_or(AreaCodeRule::Text)?;
        Self::parse(Map::by_label(map).ok_or(AreaCodeRule::Map)?, path)
    }

    /// What [`AreaCode::parse_full`] reads.
    #[must_use]
    pub fn full_path(self) -> String {
        format!("{}/{self}", self.map.label())
    }

    /// Reads the five bytes of the formats: map, province, unit (three bytes, little-endian).
    ///
    /// # Errors
    /// An [`AreaCodeRule`] for numbers that no map can hold.
    pub fn from_bytes(bytes: [u8; 5]) -> Result<Self, AreaCodeRule> {
        let [map, province, a, b, c] = bytes;
        Self::new(map, province, u32::from_le_bytes([a, b, c, 0]))
    }

    /// The five bytes of the formats.
    #[must_use]
    pub fn to_bytes(self) -> [u8; 5] {
        let [a, b, c, _] = self.unit.to_le_bytes();
        [self.map.0, self.province, a, b, c]
    }

    /// The map on which the rest means something.
    #[must_use]
    pub fn map(self) -> Map {
        self.map
    }

    /// The province.
    #[must_use]
    pub fn province(self) -> UnitCode {
        UnitCode::Province(self.province)
    }

    /// The commune or district, or the province where the area is a whole one.
    #[must_use]
    pub fn unit(self) -> UnitCode {
        UnitCode::from_unit(self.unit).unwrap_or(self.province())
    }

    /// Whether the area lies in the scope, on the same map.
    #[must_use]
    pub fn within(self, scope: &AreaScope) -> bool {
        match scope.area {
            None => true,
            Some(outer) => {
                outer.map == self.map
                    && outer.province == self.province
                    && (outer.unit == 0 || outer.unit == self.unit)
            }
        }
    }
}

impl fmt::Display for AreaCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.unit() {
            UnitCode::Province(_) => write!(f, "{}", self.province()),
            unit => write!(f, "{}/{unit}", self.province()),
        }
    }
}

/// Where an issuer may issue: the beginning of an area's path.
///
/// `""` is the whole country, which is the same one on every map; anything else holds on its
/// map only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct AreaScope {
    map: Map,
    area: Option<AreaCode>,
}

impl AreaScope {
    /// Reads `""`, `04`, `04/01273` or `31/318`.
    ///
    /// # Errors
    /// An [`AreaCodeRule`]; a path cut within a code is no scope.
    pub fn parse(map: Map, path: &str) -> Result<Self, AreaCodeRule> {
        let area = if path.is_empty() { None } else { Some(AreaCode::parse(map, path)?) };
        Ok(Self { map, area })
    }

    /// The map it was written for.
    #[must_use]
    pub fn map(&self) -> Map {
        self.map
    }

    /// The area, or `None` for the whole country.
    #[must_use]
    pub fn area(&self) -> Option<AreaCode> {
        self.area
    }
}

impl From<AreaCode> for AreaScope {
    /// The area and all that lies in it.
    fn from(area: AreaCode) -> Self {
        Self { map: area.map, area: Some(area) }
    }
}

impl fmt::Display for AreaScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.area.map_or(Ok(()), |area| area.fmt(f))
    }
}

rules! {
    /// Why something is no area code.
    pub enum AreaCodeRule {
        Map = "area-map", "there is no such map";
        Province = "area-province", "a province has a code from 01 to 96";
        Unit = "area-unit", "a commune has five digits, a district three, and neither is 0";
        Text = "area-text", "an area is written as 04, 04/01273 or 31/318";
    }
}

/// The number behind ASCII digits; at most five, so it always fits.
fn digits(text: &str) -> Option<u32> {
    let few = text.len() <= 5 && text.bytes().all(|b| b.is_ascii_digit());
    few.then(|| text.parse().ok()).flatten()
}

const LAST_PROVINCE: u8 = 96;
const LAST_DISTRICT: u16 = 999;
const LAST_COMMUNE: u32 = 99_999;
/// Districts are told from communes by this much.
const DISTRICT_UNITS: u32 = 100_000;
const FIRST_DISTRICT_UNIT: u32 = DISTRICT_UNITS + 1;
const LAST_DISTRICT_UNIT: u32 = DISTRICT_UNITS + LAST_DISTRICT as u32;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn paths_and_bytes() {
        for (map, path, bytes) in [
            (Map::M2025, "04", [2, 4, 0, 0, 0]),
            (Map::M2025, "04/01273", [2, 4, 0xF9, 0x04, 0]),
            (Map::M2024, "31/318", [1, 31, 0xDE, 0x87, 0x01]),
            (Map::M2024, "96/99999", [1, 96, 0x9F, 0x86, 0x01]),
        ] {
            let area = AreaCode::parse(map, path).unwrap();
            assert_eq!(area.to_bytes(), bytes, "{path}");
            assert_eq!(AreaCode::from_bytes(bytes), Ok(area), "{path}");
            assert_eq!(area.to_string(), path);
        }
    }

    #[test]
    fn each_refusal() {
        use AreaCodeRule as R;
        for (path, rule) in [
            ("", R::Text),
            ("4", R::Text),
            ("318", R::Text),
            ("04/", R::Text),
            ("04/04", R::Text),
            ("04/1273", R::Text),
            ("04/01273/1", R::Text),
            ("04/+1273", R::Text),
            ("٠٤", R::Text),
            ("00", R::Province),
            ("97/00001", R::Province),
            ("04/000", R::Unit),
            ("04/00000", R::Unit),
        ] {
            assert_eq!(AreaCode::parse(Map::M2025, path), Err(rule), "{path}");
        }
        for (map, province, unit, rule) in [
            (0, 4, 0, R::Map),
            (2, 0, 0, R::Province),
            (2, 97, 0, R::Province),
            (2, 4, 100_000, R::Unit),
            (2, 4, 101_000, R::Unit),
            (2, 4, u32::MAX, R::Unit),
        ] {
            assert_eq!(AreaCode::new(map, province, unit), Err(rule), "{province} {unit}");
        }
    }

    #[test]
    fn a_scope_is_the_beginning_of_a_path_on_one_map() {
        let area = |map, path| AreaCode::parse(map, path).unwrap();
        let scope = |map, path| AreaScope::parse(map, path).unwrap();
        let market = area(Map::M2025, "04/01273");
        for (map, path, inside) in [
            (Map::M2025, "", true),
            (Map::M2024, "", true),
            (Map::M2025, "04", true),
            (Map::M2025, "04/01273", true),
            (Map::M2024, "04", false),
            (Map::M2024, "04/01273", false),
            (Map::M2025, "04/01274", false),
            (Map::M2025, "08", false),
        ] {
            assert_eq!(market.within(&scope(map, path)), inside, "{map:?} {path}");
        }
        // A whole province is not within one of its communes.
        assert!(!area(Map::M2025, "04").within(&market.into()));
        assert_eq!(AreaScope::parse(Map::M2025, "0"), Err(AreaCodeRule::Text));
    }

    proptest! {
        #[test]
        fn what_can_be_read_is_written_the_same(bytes: [u8; 5], text in "[0-9]{2}(/[0-9]{3,5})?") {
            if let Ok(area) = AreaCode::from_bytes(bytes) {
                prop_assert_eq!(area.to_bytes(), bytes);
                prop_assert_eq!(AreaCode::parse(area.map(), &area.to_string()), Ok(area));
            }
            if let Ok(area) = AreaCode::parse(Map::M2025, &text) {
                prop_assert_eq!(AreaCode::from_bytes(area.to_bytes()), Ok(area));
                prop_assert_eq!(area.to_string(), text);
            }
        }
    }
}
