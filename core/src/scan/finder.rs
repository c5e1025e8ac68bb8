//! Finder patterns: the three squares in a code's corners.
//!
//! Every second row is cut into runs; five that are 1:1:3:1:1, dark or light first, are looked
//! at down the column and along both diagonals. Both polarities come out of the same pass, so
//! inverted codes cost nothing.

use super::point::{Point, length, sub};
use super::runs::{Slack, fault, finder_like, fixed, through};
use super::threshold::Bits;
use super::work::Work;

/// A square that looks like a finder pattern.
#[derive(Clone, Copy)]
pub(super) struct Finder {
    pub(super) centre: Point,
    /// Size of a module in pixels.
    pub(super) module: f32,
    /// Rows that showed it.
    pub(super) rows: u32,
    /// The worst run over four directions, in modules.
    pub(super) fault: f32,
    /// The middle is light: the code is inverted.
    pub(super) light: bool,
    /// Part of a code that is read already.
    pub(super) used: bool,
}

impl Finder {
    /// Small for good ones: clean runs, on about as many rows as three modules are high.
    pub(super) fn rank(&self, step: usize) -> f32 {
        let rows = self.rows as f32 * step as f32;
        self.fault - 0.25 * (rows / (6.0 * self.module)).min(1.0)
    }
}

/// Finds finder patterns; keeps its list between frames.
#[derive(Default)]
pub(super) struct Finders {
    pub(super) found: Vec<Finder>,
    /// Distance of the rows that were looked at.
    pub(super) step: usize,
    ends: Vec<u32>,
}

impl Finders {
    pub(super) fn search(&mut self, bits: &Bits, step: usize, work: &mut Work) {
        self.found.clear();
        self.found.reserve_exact(MOST);
        self.step = step;
        for y in (step / 2..bits.height).step_by(step) {
            run_ends(bits.row(y), &mut self.ends);
            if !work.spend(bits.width / 8 + 8 * self.ends.len()) {
                return;
            }
            self.row(bits, y, work);
        }
    }

    fn row(&mut self, bits: &Bits, y: usize, work: &mut Work) {
        let row = bits.row(y);
        for k in 0..self.ends.len().saturating_sub(5) {
            let Some(&[e0, e1, e2, e3, e4, e5]) = self.ends.get(k..k + 6) else { return };
            let runs = [e1 - e0, e2 - e1, e3 - e2, e4 - e3, e5 - e4];
            if runs[2] < runs[1] || runs[2] < runs[3] || !finder_like(&runs, Slack(11)) {
                continue;
            }
            let module = (e5 - e0) as f32 / 7.0;
            let place = [(e2 + e3) as f32 / 2.0, y as f32 + 0.5];
            let Some(&colour) = row.get(e2 as usize) else { continue };
            work.spend(20 + 3 * self.found.len());
            if self.seen_before(place, module, colour) {
                continue;
            }
            work.spend(60 + (module * 60.0) as usize);
            if let Some(finder) = confirm(bits, place, module, colour) {
                self.add(finder);
            }
        }
    }

    /// The rows below a found pattern show it again; one look at it is enough.
    fn seen_before(&mut self, place: Point, module: f32, colour: u8) -> bool {
        let same = |f: &&mut Finder| {
            f.light == (colour == 0)
                && (f.centre[0] - place[0]).abs() < 2.0 * module
                && (f.centre[1] - place[1]).abs() < 2.2 * f.module
                && f.module < 2.0 * module
                && module < 2.0 * f.module
        };
        self.found.iter_mut().find(same).map(|f| f.rows += 1).is_some()
    }

    fn add(&mut self, finder: Finder) {
        let same = |f: &&mut Finder| {
            f.light == finder.light
                && length(sub(f.centre, finder.centre)) < 2.0 * finder.module.min(f.module)
        };
        if let Some(f) = self.found.iter_mut().find(same) {
            f.rows += 1;
        } else if self.found.len() < MOST {
            self.found.push(finder);
        }
    }
}

/// Where the colour changes in a row, with both ends of the row.
fn run_ends(row: &[u8], ends: &mut Vec<u32>) {
    ends.clear();
    ends.reserve_exact(row.len() + 2);
    ends.push(0);
    // Eight pixels at a time: where neighbours differ, a byte of the difference is 1.
    let mut x = 0;
    while let Some((a, b)) = eight(row, x).zip(eight(row, x + 1)) {
        let mut differ = a ^ b;
        while differ != 0 {
            ends.push(x as u32 + differ.trailing_zeros() / 8 + 1);
            differ &= differ - 1;
        }
        x += 8;
    }
    for x in x + 1..row.len() {
        if row[x] != row[x - 1] {
            ends.push(x as u32);
        }
    }
    ends.push(row.len() as u32);
}

fn eight(row: &[u8], x: usize) -> Option<u64> {
    row.get(x..x + 8)?.try_into().ok().map(u64::from_le_bytes)
}

/// Looks at a pattern down, across and along both diagonals, of which one must agree: the other
/// may be cut off by dirt or a fold.
fn confirm(bits: &Bits, place: Point, module: f32, colour: u8) -> Option<Finder> {
    const ONE: i32 = 1 << 16;
    let most = (module * 2.2 + 3.0) as u32;
    let at = |p: Point| [fixed(p[0]), fixed(p[1])];
    let (down, off) = through(bits, at(place), [0, ONE], most, colour)?;
    let tall = down.iter().sum::<u32>() as f32 / 7.0;
    if !finder_like(&down, Slack(12)) || tall > 3.0 * module || module > 3.0 * tall {
        return None;
    }
    let place = [place[0].floor() + 0.5, place[1] + off];
    let (across, off) = through(bits, at(place), [ONE, 0], most, colour)?;
    if !finder_like(&across, Slack(12)) {
        return None;
    }
    let wide = across.iter().sum::<u32>() as f32 / 7.0;
    let centre = [place[0] + off, place[1]];
    let mut worst = fault(&down).max(fault(&across));
    let most = most.max((tall * 2.2) as u32 + 3);
    let mut agreed = false;
    for step in [[ONE, ONE], [ONE, -ONE]] {
        match through(bits, at(centre), step, most, colour) {
            Some((runs, _)) => {
                agreed |= finder_like(&runs, Slack(16));
                worst = worst.max(fault(&runs));
            }
            None => worst = worst.max(0.8),
        }
    }
    let module = (wide * tall).sqrt();
    agreed.then_some(Finder {
        centre,
        module,
        rows: 1,
        fault: worst,
        light: colour == 0,
        used: false,
    })
}

/// More than this in one picture is a wall of printed patterns.
const MOST: usize = 512;
