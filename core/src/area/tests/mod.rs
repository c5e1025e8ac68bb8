//! The country as it is, and catalogues that are wrong in one way each.

mod broken;
mod country;

use std::sync::LazyLock;

use super::*;

/// Both maps and the changes between them, as the authority publishes them.
static PAYLOAD: LazyLock<Vec<u8>> = LazyLock::new(|| country().encode().unwrap());
static COUNTRY: LazyLock<Areas> = LazyLock::new(|| Areas::parse(&PAYLOAD).unwrap());

fn country() -> AreasSource {
    let map = |map, id: &str, since, csv| MapSource {
        map,
        id: id.to_owned(),
        since: Day::from_iso(since).unwrap(),
        units: MapSource::units_from_csv(csv).unwrap(),
    };
    let provinces = include_str!("../../../../authority/data/areas/province-changes-2025.csv");
    let communes = include_str!("../../../../authority/data/areas/changes-2025.csv");
    let mut changes = ChangeSource::from_csv(provinces).unwrap();
    changes.extend(ChangeSource::from_csv(communes).unwrap());
    AreasSource {
        version: 1,
        created: Day::from_iso("2026-11-21").unwrap(),
        maps: vec![
            map(
                Map::M2024,
                "2024",
                "1970-01-01",
                include_str!("../../../../authority/data/areas/units-2024.csv"),
            ),
            map(
                Map::M2025,
                "2025",
                "2025-07-01",
                include_str!("../../../../authority/data/areas/units-2025.csv"),
            ),
        ],
        changes: vec![changes],
    }
}

fn code(text: &str) -> UnitCode {
    UnitCode::parse(text).unwrap()
}
