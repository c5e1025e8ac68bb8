//! Alignment patterns: the small squares inside a code. The far one fixes the perspective, and
//! all together show how the paper bends: codes on a pillar fall from 18 reads to 12 without.

use super::bend::Bend;
use super::fit::Pin;
use super::grey::{Grey, LEVEL};
use super::point::Point;
use super::work::Work;

/// The offset in modules of an alignment pattern from where it was expected, and how clear it
/// is. `at` maps modules to pixels; `reach` is how many modules it may be off, at most 5.
pub(super) fn find(
    grey: &Grey<'_>,
    at: impl Fn(f32, f32) -> Point,
    centre: Point,
    reach: f32,
    work: &mut Work,
) -> Option<(Point, f32)> {
    // Samples lie so that every try of the pattern falls on them: two or three a module.
    let fine = if reach > 1.5 { 2 } else { 3 };
    let tries = (reach * fine as f32 + 0.99) as i32;
    let half = (tries + 2 * fine).min(MOST_HALF);
    let side = (2 * half + 1) as usize;
    work.spend(side * side * 8 + ((2 * tries + 1) * (2 * tries + 1)) as usize * 30);
    let mut patch = [0i32; MOST_PATCH];
    for (i, value) in patch.iter_mut().enumerate().take(side * side) {
        let (i, j) = ((i % side) as i32 - half, (i / side) as i32 - half);
        let (u, v) = (i as f32 / fine as f32, j as f32 / fine as f32);
        *value = grey.at(at(centre[0] + u, centre[1] + v));
    }
    let mut best = (f32::MIN, [0.0, 0.0]);
    for j in -tries..=tries {
        for i in -tries..=tries {
            let clear = clearness(|a, b| {
                let (x, y) = (i + a * fine + half, j + b * fine + half);
                patch.get(y as usize * side + x as usize).copied().unwrap_or(0)
            });
            let off = [i as f32 / fine as f32, j as f32 / fine as f32];
            // Of equals the nearer one.
            let clear = clear - 0.02 * (off[0] * off[0] + off[1] * off[1]).sqrt();
            if clear > best.0 {
                best = (clear, off);
            }
        }
    }
    if best.0 < 0.3 {
        return None;
    }
    polish(grey, at, centre, best, 0.5 / fine as f32)
}

/// Moves the best try by smaller and smaller steps.
fn polish(
    grey: &Grey<'_>,
    at: impl Fn(f32, f32) -> Point,
    centre: Point,
    (mut clear, mut off): (f32, Point),
    mut step: f32,
) -> Option<(Point, f32)> {
    for _ in 0..3 {
        for way in [[step, 0.0], [-step, 0.0], [0.0, step], [0.0, -step]] {
            let next = [off[0] + way[0], off[1] + way[1]];
            let now = clearness(|a, b| {
                grey.at(at(centre[0] + next[0] + a as f32, centre[1] + next[1] + b as f32))
            });
            if now > clear {
                (clear, off) = (now, next);
            }
        }
        step *= 0.6;
    }
    (clear > 0.62).then_some((off, clear))
}

/// Contrast between the dark and light modules of the pattern over the spread of all its 25.
fn clearness(at: impl Fn(i32, i32) -> i32) -> f32 {
    let (mut dark, mut light, mut sum, mut squares) = (0, 0, 0, 0i64);
    for j in -2i32..=2 {
        for i in -2i32..=2 {
            let value = at(i, j);
            match i.abs().max(j.abs()) {
                0 => dark += 3 * value,
                1 => light += value,
                _ => dark += value,
            }
            sum += value;
            squares += i64::from(value) * i64::from(value);
        }
    }
    let mean = sum as f32 / 25.0;
    let spread = (squares as f32 / 25.0 - mean * mean).max((30 * LEVEL * LEVEL) as f32);
    // The middle counts three times: 19 dark weights, 8 light modules.
    (dark as f32 / 19.0 - light as f32 / 8.0) / spread.sqrt() * 0.5
}

/// How the paper bends: known displacements in modules, and smooth values between them.
#[derive(Default)]
pub(super) struct Mesh {
    known: Vec<(Point, Point)>,
    /// Displacements at every eighth module, for quick sampling.
    coarse: Vec<Point>,
    across: usize,
    bend: Bend,
    size: usize,
}

impl Mesh {
    /// Looks for every alignment pattern, from the corner outwards so that each expectation uses
    /// the ones before; true if any lies where a flat code would not have it.
    pub(super) fn find(
        &mut self,
        grey: &Grey<'_>,
        at: impl Fn(f32, f32) -> Point,
        n: usize,
        bend: &Bend,
        work: &mut Work,
    ) -> bool {
        self.bend = *bend;
        self.size = n;
        self.known.clear();
        self.known.reserve_exact(64);
        let far = n as f32 - 3.5;
        for finder in [[3.5, 3.5], [far, 3.5], [3.5, far]] {
            self.known.push((finder, [0.0, 0.0]));
        }
        let (rows, count) = super::symbol::tables::alignment((n - 17) / 4);
        let last = count.saturating_sub(1);
        let mut cells = [(0usize, [0f32; 2]); 49];
        let mut len = 0;
        for (i, &y) in rows[..count].iter().enumerate() {
            for (j, &x) in rows[..count].iter().enumerate() {
                if !((i == 0 && (j == 0 || j == last)) || (i == last && j == 0)) {
                    cells[len] = (x * x + y * y, [x as f32 + 0.5, y as f32 + 0.5]);
                    len += 1;
                }
            }
        }
        cells[..len].sort_unstable_by_key(|c| c.0);
        let mut worst = 0f32;
        for &(_, centre) in &cells[..len] {
            let d = self.moved(centre);
            let place = |u: f32, v: f32| at(u + d[0], v + d[1]);
            if let Some((off, _)) = find(grey, place, centre, 1.1, work) {
                let moved = [d[0] + off[0], d[1] + off[1]];
                worst = worst.max(moved[0] * moved[0] + moved[1] * moved[1]);
                let smooth = self.bend.at(centre[0], centre[1], n);
                self.known.push((centre, [moved[0] - smooth[0], moved[1] - smooth[1]]));
            }
        }
        self.prepare(n, work);
        for i in 0..25 {
            let at = [(i % 5 * n / 4) as f32, (i / 5 * n / 4) as f32];
            let d = bend.at(at[0], at[1], n);
            worst = worst.max(d[0] * d[0] + d[1] * d[1]);
        }
        worst > 0.15 * 0.15
    }

    /// The bend, and what is left of it.
    fn moved(&self, at: Point) -> Point {
        let (rest, smooth) = (self.interpolate(at), self.bend.at(at[0], at[1], self.size));
        [rest[0] + smooth[0], rest[1] + smooth[1]]
    }

    /// Shepard's weighting: near patterns count most.
    fn interpolate(&self, at: Point) -> Point {
        let (mut weight, mut x, mut y) = (1e-6f32, 0.0, 0.0);
        for (place, moved) in &self.known {
            let (du, dv) = (place[0] - at[0], place[1] - at[1]);
            let near = du * du + dv * dv + 0.5;
            let k = 1.0 / (near * near);
            weight += k;
            x += k * moved[0];
            y += k * moved[1];
        }
        [x / weight, y / weight]
    }

    fn prepare(&mut self, n: usize, work: &mut Work) {
        self.across = n / GRAIN + 2;
        work.spend(self.across * self.across * self.known.len() * 6);
        let mut coarse = std::mem::take(&mut self.coarse);
        coarse.clear();
        coarse.reserve_exact(MOST_COARSE);
        for i in 0..self.across * self.across {
            let (x, y) = (i % self.across * GRAIN, i / self.across * GRAIN);
            coarse.push(self.moved([x as f32, y as f32]));
        }
        self.coarse = coarse;
    }

    /// The displacement at a place, straight lines between every few modules.
    pub(super) fn at(&self, u: f32, v: f32) -> Point {
        let (x, y) = ((u / GRAIN as f32).max(0.0), (v / GRAIN as f32).max(0.0));
        let (ix, iy) = ((x as usize).min(self.across - 2), (y as usize).min(self.across - 2));
        let (ax, ay) = (x - ix as f32, y - iy as f32);
        let get = |i: usize, j: usize| {
            self.coarse.get(j * self.across + i).copied().unwrap_or([0.0, 0.0])
        };
        let [p, q, r, s] = [get(ix, iy), get(ix + 1, iy), get(ix, iy + 1), get(ix + 1, iy + 1)];
        let mix = |k: usize| {
            let upper = p[k] * (1.0 - ax) + q[k] * ax;
            let lower = r[k] * (1.0 - ax) + s[k] * ax;
            upper * (1.0 - ay) + lower * ay
        };
        [mix(0), mix(1)]
    }
}

/// A pattern that was found, as something to fit the map to.
pub(super) fn pin(module: Point, pixel: Point, clear: f32) -> Pin {
    Pin { module, pixel, weight: 12.0 * f64::from(clear) }
}

/// Half a patch: 5 modules of reach and 2 of pattern, at two samples each.
const MOST_HALF: i32 = 15;
const MOST_PATCH: usize = 31 * 31;
/// Modules between the places where displacements are worked out.
const GRAIN: usize = 2;
const MOST_COARSE: usize = 92 * 92;
