//! What is inside the seals has one form too: found by fuzzing, kept as named cases.

use vaora::{diary, journal};

/// The opened body of a match ring with one file, of this day.
fn ring(day: u32) -> Vec<u8> {
    let mut body = vec![7; 64];
    body.extend(0_u32.to_le_bytes());
    body.extend(1_u32.to_le_bytes());
    body.extend(day.to_le_bytes());
    // Generation, name, id, key, count, bytes, hash, flags.
    body.extend([0; 4 + 8 + 8 + 32 + 4 + 4 + 32 + 1]);
    body
}

#[test]
fn a_day_behind_the_year_9999_is_refused() {
    assert_eq!(journal::probe::match_keys(&ring(20_778)), Some(true));
    assert_eq!(journal::probe::match_keys(&ring(2_932_897)), None);
}

#[test]
fn an_export_without_a_list_of_companions_is_refused() {
    assert_eq!(diary::probe::export(&[0; 8]), None);
    assert_eq!(diary::probe::export(&[2, 0, 0, 0, 1, 0, 0, 0, 0, 0]), Some(true));
}

/// The opened body of a match ring with a state of some bytes and files of some days.
fn match_keys(state: u32, files: u32) -> Vec<u8> {
    let mut body = vec![7; 64];
    body.extend(state.to_le_bytes());
    body.extend((0..state).map(|_| 9));
    body.extend(files.to_le_bytes());
    for day in 0..files {
        body.extend(day.to_le_bytes());
        body.extend([0; 4 + 8 + 8 + 32 + 4 + 4 + 32 + 1]);
    }
    body
}

/// The opened body of a diary ring.
fn diary_keys(state: u32, keys: u32) -> Vec<u8> {
    let mut body = vec![0];
    body.extend(state.to_le_bytes());
    body.extend((0..state).map(|_| 9));
    body.extend(keys.to_le_bytes());
    body.extend((0..keys * 40).map(|_| 9));
    body
}

/// Too large for a vector: what is above a limit is refused although it is all there.
#[test]
fn more_than_a_ring_may_hold_is_refused() {
    let most = 1 << 20;
    assert_eq!(journal::probe::match_keys(&match_keys(most, 4096)), Some(true));
    assert_eq!(journal::probe::match_keys(&match_keys(most + 1, 1)), None);
    assert_eq!(journal::probe::match_keys(&match_keys(0, 4097)), None);
    assert_eq!(journal::probe::diary_keys(&diary_keys(most, 4096)), Some(true));
    assert_eq!(journal::probe::diary_keys(&diary_keys(most + 1, 1)), None);
    assert_eq!(journal::probe::diary_keys(&diary_keys(0, 4097)), None);
}
