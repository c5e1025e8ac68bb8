use super::*;

/// A blank symbol of each version decodes to zeros, once its format is written in.
fn blank(version: usize, data_mask: u8) -> Vec<i32> {
    let n = version * 4 + 17;
    let mut signed = vec![-100; n * n];
    let mut layout = Layout::default();
    layout.prepare(version);
    for &(x, y) in &layout.order {
        if layout::flips(data_mask, usize::from(x), usize::from(y)) {
            signed[usize::from(y) * n + usize::from(x)] = 100;
        }
    }
    signed
}

/// Writes format bits 01000 (level low, mask 0): 0x77C4 of the standard's annex C.
fn write_format(signed: &mut [i32], n: usize) {
    for i in 0..15 {
        let on = 0x77C4 >> i & 1 == 1;
        let (x, y) = match i {
            0..=5 => (8, i),
            6 => (8, 7),
            7 => (8, 8),
            8 => (7, 8),
            _ => (14 - i, 8),
        };
        let (x2, y2) = if i < 8 { (n - 1 - i, 8) } else { (8, n - 15 + i) };
        for (x, y) in [(x, y), (x2, y2)] {
            signed[y * n + x] = if on { 100 } else { -100 };
        }
    }
}

#[test]
fn both_ways_read_the_same_format_and_words() {
    let mut decoder = Decoder::default();
    for version in 1..=40 {
        let n = version * 4 + 17;
        let mut signed = blank(version, 0);
        write_format(&mut signed, n);
        let modules = Modules { size: n, signed: &signed, mirrored: false };
        for effort in [Effort::Plain, Effort::Soft, Effort::Erase] {
            let format = decoder.decode(&modules, effort).unwrap();
            assert_eq!(format, Format { level: Level::Low, mask: 0 }, "version {version}");
            assert!(decoder.data.iter().all(|&b| b == 0));
        }
    }
}

#[test]
fn erasures_reach_further_than_errors() {
    let (version, n) = (10, 57);
    let mut signed = blank(version, 0);
    write_format(&mut signed, n);
    // A blot: every word of the right-hand columns wrong, and doubted.
    for y in 9..n - 9 {
        for x in n - 8..n {
            signed[y * n + x] = -signed[y * n + x] / 50;
        }
    }
    let modules = Modules { size: n, signed: &signed, mirrored: false };
    let mut decoder = Decoder::default();
    assert!(decoder.decode(&modules, Effort::Plain).is_none());
    assert!(decoder.decode(&modules, Effort::Soft).is_none());
    assert!(decoder.decode(&modules, Effort::Erase).is_some());
}

#[test]
fn sizes_that_no_version_has() {
    for size in [0, 17, 20, 22, 181, usize::MAX] {
        assert_eq!(version_of(size), None);
    }
    assert_eq!((version_of(21), version_of(177)), (Some(1), Some(40)));
}
