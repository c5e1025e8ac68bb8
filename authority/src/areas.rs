//! The country's areas, from official tables. Those of today are built in; a folder with others
//! can take their place when the country is reformed again.

use std::fs;
use std::path::Path;

use vaora::area::{AreaScope, AreasSource, ChangeSource, Map, MapSource};
use vaora::time::Day;

use crate::error::{Error, at};

/// The payload of a catalogue, from the tables of a folder or from those that are built in.
///
/// # Errors
/// [`Error::File`] or [`Error::Tables`], [`Error::Usage`] for a wrong line of `maps.csv`: no
/// catalogue is better than half of one.
pub fn payload(tables: Option<&Path>, version: u32, created: Day) -> Result<Vec<u8>, Error> {
    let mut maps = Vec::new();
    let mut changes = Vec::new();
    for (line, number) in read(tables, "maps.csv")?.lines().zip(1..).skip(1) {
        let wrong = || Error::Usage(format!("line {number} of maps.csv is not as it should be"));
        let [map, id, since, units, steps] =
            line.split(',').collect::<Vec<_>>().try_into().map_err(|_| wrong())?;
        let map = map.parse().ok().and_then(Map::from_number).ok_or_else(wrong)?;
        let since = Day::from_iso(since).ok_or_else(wrong)?;
        let units = MapSource::units_from_csv(&read(tables, units)?)?;
        if !maps.is_empty() {
            let mut step = Vec::new();
            for table in steps.split_whitespace() {
                step.extend(ChangeSource::from_csv(&read(tables, table)?)?);
            }
            changes.push(step);
        }
        maps.push(MapSource { map, id: id.to_owned(), since, units });
    }
    Ok(AreasSource { version, created, maps, changes }.encode()?)
}

/// An area with its map, as people write it: `2025/04/01273`, `2024/31/318`, or `2025` for the
/// whole country.
///
/// # Errors
/// [`Error::Area`], [`Error::Usage`] for a map that is not known here.
pub fn parse_scope(text: &str) -> Result<AreaScope, Error> {
    let (map, path) = text.split_once('/').unwrap_or((text, ""));
    Ok(AreaScope::parse(map_of(map)?, path)?)
}

/// An area with its map, as [`parse_scope`] reads it.
#[must_use]
pub fn scope_text(scope: &AreaScope) -> String {
    let map = scope.map().label();
    let path = scope.to_string();
    if path.is_empty() { map } else { format!("{map}/{path}") }
}

/// A map by the year of its name.
///
/// # Errors
/// [`Error::Usage`].
pub fn map_of(text: &str) -> Result<Map, Error> {
    let wrong = || Error::Usage(format!("`{text}` is no map: 2025 or 2024"));
    Map::by_label(text).ok_or_else(wrong)
}

fn read(tables: Option<&Path>, name: &str) -> Result<String, Error> {
    if let Some(folder) = tables {
        let path = folder.join(name);
        return fs::read_to_string(&path).map_err(at(&path));
    }
    let built_in = BUILT_IN.iter().find(|(table, _)| *table == name);
    let text = built_in.map(|(_, text)| (*text).to_owned());
    text.ok_or_else(|| Error::Usage(format!("there is no table {name}")))
}

const BUILT_IN: &[(&str, &str)] = &[
    ("maps.csv", include_str!("../data/areas/maps.csv")),
    ("units-2024.csv", include_str!("../data/areas/units-2024.csv")),
    ("units-2025.csv", include_str!("../data/areas/units-2025.csv")),
    ("changes-2025.csv", include_str!("../data/areas/changes-2025.csv")),
    ("province-changes-2025.csv", include_str!("../data/areas/province-changes-2025.csv")),
];
