//! The country as it is, and catalogues that are wrong in one way each.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;
use crate::text::vietnamese;

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
    let provinces = include_str!("../../../authority/data/areas/province-changes-2025.csv");
    let communes = include_str!("../../../authority/data/areas/changes-2025.csv");
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
                include_str!("../../../authority/data/areas/units-2024.csv"),
            ),
            map(
                Map::M2025,
                "2025",
                "2025-07-01",
                include_str!("../../../authority/data/areas/units-2025.csv"),
            ),
        ],
        changes: vec![changes],
    }
}

fn code(text: &str) -> UnitCode {
    UnitCode::parse(text).unwrap()
}

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

/// A catalogue of two units on each of two maps, small enough to break by hand.
fn small() -> AreasSource {
    let unit = |text: &str, name: &str, parent: Option<&str>| UnitSource {
        code: code(text),
        name: name.to_owned(),
        parent: parent.map(code),
    };
    let map = |map, id: &str, since, units| MapSource {
        map,
        id: id.to_owned(),
        since: Day::from_number(since),
        units,
    };
    let change = |from, to, share| ChangeSource { from: code(from), to: code(to), share };
    AreasSource {
        version: 1,
        created: Day::from_number(7),
        maps: vec![
            map(
                Map::M2024,
                "a",
                0,
                vec![
                    unit("01", "Tỉnh An", None),
                    unit("001", "Huyện An", Some("01")),
                    unit("00001", "Xã An", Some("001")),
                ],
            ),
            map(
                Map::M2025,
                "b",
                9,
                vec![
                    unit("01", "Tỉnh An", None),
                    unit("00001", "Xã An", Some("01")),
                    unit("00002", "Xã Ân", Some("01")),
                    unit("00003", "Xã Ba", Some("01")),
                ],
            ),
        ],
        changes: vec![vec![
            change("01", "01", Share::Whole),
            change("00001", "00003", Share::MainPart),
            change("00001", "00001", Share::Part),
            change("00001", "00002", Share::Part),
        ]],
    }
}

#[test]
fn each_rule_refuses_its_own_catalogue() {
    let good = small().encode().unwrap();
    let find = |bytes: &[u8]| good.windows(bytes.len()).position(|w| w == bytes).unwrap();
    // Names: An, Ba, Ân. Units of the first map: province 1, district 1, commune 1.
    let names = find(&[3, 0, 0, 2, b'A', b'n', 0, 2, b'B', b'a', 0, 3]);
    let first = find(&[2, 1, 0, 0, 0, 0, 1, b'a']);
    let second = find(&[2, 9, 0, 0, 0, 1, b'b']);
    let units = second + 7;
    let changes = good.len() - 12;
    assert_eq!(good[changes..], [1, 1, 3, 3, 0, 0, 1, 0, 0, 2, 0, 0]);

    let with = |at: usize, bytes: &[u8]| {
        let mut bad = good.clone();
        bad[at..at + bytes.len()].copy_from_slice(bytes);
        bad
    };
    let splice = |at: usize, cut: usize, bytes: &[u8]| {
        let mut bad = good.clone();
        bad.splice(at..at + cut, bytes.iter().copied());
        bad
    };
    use AreaRule as R;
    let table: Vec<(R, Vec<u8>)> = vec![
        (R::Large, vec![1; (1 << 20) + 1]),
        (R::Format, with(0, &[2])),
        (R::Version, with(1, &[0])),
        (R::Day, with(5, &[0xFF; 4])),
        (R::Cut, good[..good.len() - 1].to_vec()),
        (R::Cut, splice(good.len(), 0, &[0])),
        (R::TextLength, splice(names + 2, 4, &[0, 0])),
        (R::TextLength, splice(names + 2, 4, &[&[0, 65][..], &[b'A'; 65]].concat())),
        (R::TextUtf8, with(names + 5, &[0xFF])),
        (R::TextForm, with(names + 5, &[0x7F])),
        (R::TextForm, splice(names + 2, 4, "\0\u{4}Au\u{301}".as_bytes())),
        (R::TextForm, splice(names + 2, 4, "\0\u{4}A\u{200B}".as_bytes())),
        (R::TextOrder, with(names + 8, b"@")),
        (R::TextShared, with(names + 2, &[1])),
        (R::TextShared, splice(names + 6, 4, &[0, 2, b'A', b'o'])),
        (R::TextUnused, splice(names, 2 + 4, &[4, 0, 0, 1, b'A', 1, 1, b'n'])),
        (R::MapCount, [&good[..first], &[0]].concat()),
        (R::MapOrder, with(first + 1, &[2])),
        (R::MapOrder, with(first + 1, &[0])),
        (R::MapOrder, with(second + 1, &[0])),
        (R::MapLabel, with(first + 7, b"-")),
        (R::MapLabel, splice(first + 6, 2, &[0])),
        (R::UnitCode, with(units + 1, &[97])),
        (R::UnitCode, with(units + 1, &[0])),
        (R::UnitOrder, with(units + 5 + 4 + 8, &[1])),
        (R::UnitName, with(units + 2, &[3])),
        (R::UnitName, with(units + 3, &[3])),
        (R::UnitParent, with(units + 5 + 4 + 3, &[2])),
        (R::UnitParent, with(units + 5 + 4 + 3, &[1, 1])),
        (R::ChangeNone, with(changes, &[0])),
        (R::ChangeEnd, with(changes + 1, &[2])),
        (R::ChangeEnd, with(changes + 3, &[4])),
        (R::ChangeEnd, with(changes + 3, &[0])),
        (R::ChangeOrder, with(changes + 3, &[1])),
        (R::ChangeOrder, with(changes + 6, &[2])),
        (R::ChangeMissing, splice(changes + 2, 10, &[2, 3, 0, 0, 1, 0, 0])),
    ];
    for (rule, bytes) in &table {
        assert_eq!(Areas::parse(bytes).map(|_| ()), Err(*rule), "{}", rule.id());
    }
    for rule in R::ALL {
        assert!(table.iter().any(|(r, _)| r == rule), "{} has no negative", rule.id());
    }
}

#[test]
fn the_source_is_refused_before_phones_would() {
    let broken = |change: fn(&mut AreasSource)| {
        let mut source = small();
        change(&mut source);
        source.encode()
    };
    assert_eq!(
        broken(|s| s.changes[0][1].share = Share::Part),
        Err(SourceError::Shares(code("00001")))
    );
    assert_eq!(broken(|s| s.changes[0].truncate(1)), Err(SourceError::Refused(AreaRule::Cut)));
    assert_eq!(broken(|s| s.version = 0), Err(SourceError::Refused(AreaRule::Version)));
    for (csv, line) in [
        ("code;level;name;parent", 1),
        ("code,level,name,parent\n01,province,\"An\",", 2),
        ("code,level,name,parent\n01,province,An,\n001,commune,An,01", 3),
        ("code,level,name,parent\n01,province,An,01", 2),
    ] {
        assert_eq!(MapSource::units_from_csv(csv), Err(SourceError::Line(line)), "{csv}");
    }
    assert_eq!(ChangeSource::from_csv("old,new,share\n01,01,most"), Err(SourceError::Line(2)));
}

#[test]
fn a_later_map_needs_no_new_program() {
    let mut source = small();
    let mut third = source.maps[1].clone();
    third.map = Map::from_number(3).unwrap();
    third.id = "2026".to_owned();
    third.since = Day::from_number(10);
    let same =
        |unit: &UnitSource| ChangeSource { from: unit.code, to: unit.code, share: Share::Whole };
    source.changes.push(third.units.iter().map(same).collect());
    source.maps.push(third);
    let areas = Areas::parse(&source.encode().unwrap()).unwrap();
    let map = areas.map_on(Day::from_number(10)).unwrap();
    assert_eq!(map.number(), 3);
    assert_eq!(areas.search(map, "ba", 1)[0].path, "Xã Ba, Tỉnh An");
    assert_eq!(areas.predecessors(map, code("00003"))[0].from.map(), Map::M2025);
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(
        edits in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..4),
        cut in any::<proptest::sample::Index>(),
        tiny: bool,
    ) {
        let mut bytes = if tiny { small().encode().unwrap() } else { PAYLOAD.clone() };
        for (at, byte) in edits {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Ok(areas) = Areas::parse(&bytes) {
            for unit in areas.units(Map::M2024).step_by(997) {
                prop_assert!(areas.search(Map::M2024, &unit.name, 3).len() <= 3);
                prop_assert!(areas.predecessors(Map::M2024, unit.code).is_empty());
            }
        }
        prop_assert!(Areas::parse(&bytes[..cut.index(bytes.len())]).is_err());
    }

    #[test]
    fn no_query_makes_it_panic(query: String, limit in 0..20usize) {
        prop_assert!(COUNTRY.search(Map::M2024, &query, limit).len() <= limit);
    }
}
