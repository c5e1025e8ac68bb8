//! Where the data of a symbol lies: every module that no pattern takes, in zigzag order.

use super::tables::alignment;

/// The order of the data modules of one version; kept until another version comes.
#[derive(Default)]
pub(super) struct Layout {
    version: usize,
    /// Column and row of each data module, in the order of the bits.
    pub(super) order: Vec<(u8, u8)>,
    taken: Vec<bool>,
}

impl Layout {
    /// Makes this the layout of `version` (1 to 40).
    pub(super) fn prepare(&mut self, version: usize) {
        if self.version == version {
            return;
        }
        self.version = version;
        let n = version * 4 + 17;
        self.take_patterns(version, n);
        self.order.clear();
        // Once for the largest version, so that a change of version never allocates.
        self.order.reserve_exact(MOST_DATA);
        let mut right = n - 1;
        let mut upward = true;
        loop {
            for k in 0..n {
                let y = if upward { n - 1 - k } else { k };
                for x in [right, right - 1] {
                    if !self.taken[y * n + x] {
                        self.order.push((x as u8, y as u8));
                    }
                }
            }
            upward = !upward;
            right = match right {
                // The vertical timing pattern is no column of data.
                8 => 5,
                0..=2 => return,
                _ => right - 2,
            };
        }
    }

    fn take_patterns(&mut self, version: usize, n: usize) {
        self.taken.clear();
        self.taken.reserve_exact(177 * 177);
        self.taken.extend((0..n * n).map(|i| {
            let (x, y) = (i % n, i / n);
            let finder = (y < 9 && (x < 9 || x + 8 >= n)) || (x < 9 && y + 8 >= n);
            let version_field = (y < 6 && x + 11 >= n) || (x < 6 && y + 11 >= n);
            finder || x == 6 || y == 6 || (version >= 7 && version_field)
        }));
        let (at, count) = alignment(version);
        let last = count.saturating_sub(1);
        for (i, &cy) in at[..count].iter().enumerate() {
            for (j, &cx) in at[..count].iter().enumerate() {
                if (i == 0 && (j == 0 || j == last)) || (i == last && j == 0) {
                    continue;
                }
                for y in cy - 2..=cy + 2 {
                    self.taken[y * n + cx - 2..=y * n + cx + 2].fill(true);
                }
            }
        }
    }
}

/// Does mask pattern `mask` flip this module?
pub(super) fn flips(mask: u8, x: usize, y: usize) -> bool {
    let rest = match mask {
        0 => (y + x) % 2,
        1 => y % 2,
        2 => x % 3,
        3 => (y + x) % 3,
        4 => (y / 2 + x / 3) % 2,
        5 => (y * x) % 2 + (y * x) % 3,
        6 => ((y * x) % 2 + (y * x) % 3) % 2,
        _ => ((y + x) % 2 + (y * x) % 3) % 2,
    };
    rest == 0
}

/// Data modules of version 40.
const MOST_DATA: usize = 29_648;
