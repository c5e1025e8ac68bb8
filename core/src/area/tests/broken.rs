//! Catalogues that phones refuse, and tables that the authority's tool refuses.

use proptest::prelude::*;

use super::*;

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
}
