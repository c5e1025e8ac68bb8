//! Any bytes are a catalogue of areas or are refused; one that is accepted answers every question.
#![no_main]

use libfuzzer_sys::fuzz_target;
use vaora::area::{Areas, Map};

fuzz_target!(|payload: &[u8]| {
    let Ok(areas) = Areas::parse(payload) else { return };
    let maps: Vec<Map> = areas.maps().map(|map| map.map).collect();
    for map in maps {
        for unit in areas.units(map).take(50) {
            assert_eq!(areas.unit(map, unit.code), Some(unit.clone()));
            assert!(areas.path(map, unit.code).is_some());
            assert!(areas.is_within(map, unit.code, unit.province));
            let _ = areas.successors(map, unit.code);
            let _ = areas.predecessors(map, unit.code);
        }
        let _ = areas.search(map, "cao bang", 5);
    }
});
