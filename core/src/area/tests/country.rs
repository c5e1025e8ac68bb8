//! What the catalogue says about the country.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;
use crate::text::vietnamese;

fn count(map: Map, level: Level) -> usize {
    COUNTRY.units(map).filter(|unit| unit.level == level).count()
}

fn communes(map: Map, province: &str) -> usize {
    let inside = |unit: &Unit| unit.level == Level::Commune && unit.province == code(province);
    COUNTRY.units(map).filter(inside).count()
}

#[test]
fn the_whole_country_is_small_on_the_wire() {
    println!("area catalogue: {} bytes", PAYLOAD.len());
    assert!(PAYLOAD.len() < 300_000);
}

#[test]
fn both_maps_are_complete() {
    use Level::{Commune, District, Province};
    for (map, counts) in [(Map::M2024, [63, 696, 10_035]), (Map::M2025, [34, 0, 3_321])] {
        assert_eq!([Province, District, Commune].map(|level| count(map, level)), counts);
    }
    for (province, number) in [("04", 56), ("15", 99), ("08", 124), ("19", 92)] {
        assert_eq!(communes(Map::M2025, province), number, "{province}");
    }
    let on = |day| COUNTRY.map_on(Day::from_iso(day).unwrap());
    assert_eq!(on("2025-06-30"), Some(Map::M2024));
    assert_eq!(on("2025-07-01"), Some(Map::M2025));
    assert_eq!(COUNTRY.maps().map(|map| map.id.as_str()).collect::<Vec<_>>(), ["2024", "2025"]);
}

#[test]
fn every_row_of_the_tables_is_there() {
    for map in country().maps {
        for row in map.units {
            let unit = COUNTRY.unit(map.map, row.code).unwrap();
            assert_eq!((unit.name, unit.parent), (row.name, row.parent));
            assert_eq!(COUNTRY.unit_of(unit.area).map(|unit| unit.code), Some(row.code));
            assert!(COUNTRY.is_within(map.map, row.code, unit.province));
        }
    }
}

#[test]
fn what_became_of_the_places_of_the_dispatches() {
    let to = |from| -> Vec<String> {
        let changes = COUNTRY.successors(Map::M2024, code(from));
        changes.iter().map(|change| change.to.to_string()).collect()
    };
    for (from, province) in [("04", "04"), ("10", "15"), ("02", "08"), ("08", "08"), ("06", "19")] {
        assert_eq!(to(from), [province]);
    }
    // The district Sơn Dương is gone; its town is a commune of the same name.
    assert!(to("076").contains(&"08/02536".to_owned()), "{:?}", to("076"));
    // The city of Bắc Kạn, 058.
    assert!(to("058").contains(&"19/01843".to_owned()), "{:?}", to("058"));
    assert_eq!(
        COUNTRY.path(Map::M2025, code("01843")).unwrap(),
        "Phường Bắc Kạn, Tỉnh Thái Nguyên"
    );
    // An island district without communes became a special zone.
    assert_eq!(to("318"), ["31/11948"]);
    // Cao Bằng kept its outline: all of it comes from all of it.
    let old: BTreeSet<AreaCode> = COUNTRY
        .units(Map::M2025)
        .filter(|unit| unit.level == Level::Commune && unit.province == code("04"))
        .flat_map(|unit| COUNTRY.predecessors(Map::M2025, unit.code))
        .map(|change| change.from)
        .collect();
    assert!(old.iter().all(|area| area.province() == code("04")));
    assert_eq!(old.len(), communes(Map::M2024, "04"));
}

#[test]
fn every_old_unit_leads_somewhere_and_every_new_one_is_reached() {
    let mut forward = BTreeMap::new();
    for unit in COUNTRY.units(Map::M2024) {
        let changes = COUNTRY.successors(Map::M2024, unit.code);
        assert!(!changes.is_empty(), "{}", unit.name);
        let whole = changes.iter().filter(|change| change.share == Share::Whole).count();
        assert!(whole == 0 || changes.len() == 1);
        for change in changes {
            assert_eq!(change.from, unit.area);
            assert_eq!(COUNTRY.unit_of(change.to).map(|unit| unit.area), Some(change.to));
            forward.insert((change.from, change.to), change.share);
        }
    }
    let mut backward = 0;
    for unit in COUNTRY.units(Map::M2025) {
        let changes = COUNTRY.predecessors(Map::M2025, unit.code);
        assert!(!changes.is_empty(), "{}", unit.name);
        for change in changes {
            assert_eq!(forward.get(&(change.from, change.to)), Some(&change.share));
            backward += 1;
        }
    }
    // The rows of both tables; what remains in `forward` are districts as a whole.
    assert_eq!(backward, 63 + 10_602);
    assert!(COUNTRY.successors(Map::M2025, code("00004")).is_empty());
    assert!(COUNTRY.predecessors(Map::M2024, code("00004")).is_empty());
}

#[test]
fn a_code_means_something_only_with_its_map() {
    let path = |map| COUNTRY.path(map, code("00004")).unwrap();
    assert_eq!(path(Map::M2024), "Phường Trúc Bạch, Quận Ba Đình, Thành phố Hà Nội");
    assert_eq!(path(Map::M2025), "Phường Ba Đình, Thành phố Hà Nội");
    assert_ne!(
        COUNTRY.predecessors(Map::M2025, code("00004")).len(),
        1,
        "same code, another extent"
    );
    assert_eq!(COUNTRY.unit(Map::M2025, code("318")), None);
    let elsewhere = AreaCode::parse(Map::M2025, "08/00004").unwrap();
    assert_eq!(COUNTRY.unit_of(elsewhere), None, "not a commune of that province");
}

#[test]
fn keys_are_never_identity() {
    let [a, b] = ["02143", "05665"].map(|c| COUNTRY.unit(Map::M2025, code(c)).unwrap());
    assert_eq!((a.name.as_str(), b.name.as_str()), ("Xã Văn Lang", "Xã Văn Lăng"));
    assert_eq!(a.province, b.province);
    assert_eq!(vietnamese::plain_key(&a.name), vietnamese::plain_key(&b.name));
    assert_ne!(vietnamese::key(&a.name), vietnamese::key(&b.name));
    let found = |query| -> Vec<String> {
        let hits = COUNTRY.search(Map::M2025, query, 2);
        hits.into_iter().map(|hit| hit.unit.code.to_string()).collect()
    };
    assert_eq!(found("van lang thai nguyen"), ["02143", "05665"]);
    assert_eq!(found("Văn Lăng, Thái Nguyên"), ["05665", "02143"]);
}

#[test]
fn search_finds_what_people_type() {
    let first = |map, query: &str| {
        COUNTRY.search(map, query, 1).into_iter().next().map(|hit| hit.path).unwrap_or_default()
    };
    for (query, path) in [
        ("thuc phan cao bang", "Phường Thục Phán, Tỉnh Cao Bằng"),
        ("phuong thuc phan, tinh cao bang", "Phường Thục Phán, Tỉnh Cao Bằng"),
        ("P. Thục Phán", "Phường Thục Phán, Tỉnh Cao Bằng"),
        ("THUC PH", "Phường Thục Phán, Tỉnh Cao Bằng"),
        ("cao bằng", "Tỉnh Cao Bằng"),
        ("hoà bình phú thọ", "Phường Hòa Bình, Tỉnh Phú Thọ"),
        ("tp ho chi minh", "Thành phố Hồ Chí Minh"),
        ("son duong tuyen", "Xã Sơn Dương, Tỉnh Tuyên Quang"),
        ("sa phin", "Xã Sà Phìn, Tỉnh Tuyên Quang"),
        ("ea hleo", "Xã Ea H’Leo, Tỉnh Đắk Lắk"),
        ("quan son thanh hoa", "Xã Quan Sơn, Tỉnh Thanh Hóa"),
        ("quan son", "Xã Quan Sơn, Tỉnh Lạng Sơn"),
    ] {
        assert_eq!(first(Map::M2025, query).replace('\'', "’"), path, "{query}");
    }
    for (query, path) in [
        ("van lang na ri", "Xã Văn Lang, Huyện Na Rì, Tỉnh Bắc Kạn"),
        ("van lang bac kan", "Xã Văn Lang, Huyện Na Rì, Tỉnh Bắc Kạn"),
        ("huyện sơn dương", "Huyện Sơn Dương, Tỉnh Tuyên Quang"),
        ("phường 12 quận 10", "Phường 12, Quận 10, Thành phố Hồ Chí Minh"),
        ("p 12 q 10 tp ho chi minh", "Phường 12, Quận 10, Thành phố Hồ Chí Minh"),
    ] {
        assert_eq!(first(Map::M2024, query), path, "{query}");
    }
    assert_eq!(COUNTRY.search(Map::M2025, " ., ", 9), []);
    assert_eq!(COUNTRY.search(Map::M2025, "xyzzy", 9), []);
    assert_eq!(COUNTRY.search(Map::from_number(9).unwrap(), "cao bang", 9), []);
    assert_eq!(COUNTRY.search(Map::M2025, "an", 7).len(), 7);
    assert_eq!(COUNTRY.search(Map::M2025, "an", 0), []);
}

#[test]
fn every_unit_is_found_by_its_name() {
    for map in [Map::M2024, Map::M2025] {
        for unit in COUNTRY.units(map).step_by(37) {
            let path = COUNTRY.path(map, unit.code).unwrap();
            for query in [path.clone(), vietnamese::plain_key(&path)] {
                let hits = COUNTRY.search(map, &query, 3);
                assert!(hits.iter().any(|hit| hit.unit == unit), "{query}: {hits:?}");
            }
        }
    }
}

proptest! {
    #[test]
    fn no_query_makes_it_panic(query: String, limit in 0..20usize) {
        prop_assert!(COUNTRY.search(Map::M2024, &query, limit).len() <= limit);
    }
}
