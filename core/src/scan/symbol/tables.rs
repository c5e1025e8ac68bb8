//! The numbers of ISO/IEC 18004 that follow from no formula.

use super::Level;

/// Check bytes in each block of a symbol.
pub(super) fn check_bytes(version: usize, level: Level) -> usize {
    pick(&CHECK_BYTES, version, level)
}

/// Blocks of a symbol.
pub(super) fn blocks(version: usize, level: Level) -> usize {
    pick(&BLOCKS, version, level)
}

/// Rows and columns of the centres of alignment patterns; the list's length with it.
pub(in crate::scan) fn alignment(version: usize) -> ([usize; 7], usize) {
    let mut at = [0; 7];
    if version < 2 {
        return (at, 0);
    }
    let count = version / 7 + 2;
    let step = match version {
        // The one version whose spacing is off the rule.
        32 => 26,
        _ => (version * 4 + count * 2 + 1) / (count * 2 - 2) * 2,
    };
    at[0] = 6;
    for (i, place) in at.iter_mut().take(count).skip(1).enumerate() {
        *place = version * 4 + 10 - (count - 2 - i) * step;
    }
    (at, count)
}

fn pick(table: &[[u8; 40]; 4], version: usize, level: Level) -> usize {
    let row = &table[level as usize];
    row.get(version.wrapping_sub(1)).copied().map_or(0, usize::from)
}

/// By level (low, medium, quartile, high), then by version from 1.
const CHECK_BYTES: [[u8; 40]; 4] = [
    [
        7, 10, 15, 20, 26, 18, 20, 24, 30, 18, 20, 24, 26, 30, 22, 24, 28, 30, 28, 28, 28, 28, 30,
        30, 26, 28, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30,
    ],
    [
        10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26, 26, 28, 28,
        28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28,
    ],
    [
        13, 22, 18, 26, 18, 24, 18, 22, 20, 24, 28, 26, 24, 20, 30, 24, 28, 28, 26, 30, 28, 30, 30,
        30, 30, 28, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30,
    ],
    [
        17, 28, 22, 16, 22, 28, 26, 26, 24, 28, 24, 28, 22, 24, 24, 30, 28, 28, 26, 28, 30, 24, 30,
        30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30,
    ],
];

/// As [`CHECK_BYTES`].
const BLOCKS: [[u8; 40]; 4] = [
    [
        1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 4, 6, 6, 6, 6, 7, 8, 8, 9, 9, 10, 12, 12, 12, 13,
        14, 15, 16, 17, 18, 19, 19, 20, 21, 22, 24, 25,
    ],
    [
        1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16, 17, 17, 18, 20, 21, 23,
        25, 26, 28, 29, 31, 33, 35, 37, 38, 40, 43, 45, 47, 49,
    ],
    [
        1, 1, 2, 2, 4, 4, 6, 6, 8, 8, 8, 10, 12, 16, 12, 17, 16, 18, 21, 20, 23, 23, 25, 27, 29,
        34, 34, 35, 38, 40, 43, 45, 48, 51, 53, 56, 59, 62, 65, 68,
    ],
    [
        1, 1, 2, 4, 4, 4, 5, 6, 8, 8, 11, 11, 16, 16, 18, 16, 19, 21, 25, 25, 25, 34, 30, 32, 35,
        37, 40, 42, 45, 48, 51, 54, 57, 60, 63, 66, 70, 74, 77, 81,
    ],
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alignment_centres_of_the_standards_annex_e() {
        assert_eq!(alignment(1).1, 0);
        assert_eq!(alignment(2), ([6, 18, 0, 0, 0, 0, 0], 2));
        assert_eq!(alignment(7), ([6, 22, 38, 0, 0, 0, 0], 3));
        assert_eq!(alignment(32), ([6, 34, 60, 86, 112, 138, 0], 6));
        assert_eq!(alignment(40), ([6, 30, 58, 86, 114, 142, 170], 7));
    }
}
