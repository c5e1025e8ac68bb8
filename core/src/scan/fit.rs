//! The map from modules to pixels, fitted to the edges of the patterns that every code has.
//!
//! Finder centres alone miss by a module or more at the far corner. The grey edges of finders,
//! timing and alignment patterns are known to a tenth of a pixel, and there are hundreds.

use super::grey::{Grey, LEVEL, fixed};
use super::perspective::Perspective;
use super::point::{Point, dot, length, sub};
use super::work::Work;

/// An edge between two modules: a place, the direction across, and what comes behind it.
#[derive(Clone, Copy)]
pub(super) struct Edge {
    pub(super) u: f32,
    pub(super) v: f32,
    across: Across,
    /// 1 where it turns dark, -1 where it turns light.
    turn: i32,
}

#[derive(Clone, Copy)]
enum Across {
    Right,
    Left,
    Down,
    Up,
}

impl Across {
    fn direction(self) -> Point {
        match self {
            Self::Right => [1.0, 0.0],
            Self::Left => [-1.0, 0.0],
            Self::Down => [0.0, 1.0],
            Self::Up => [0.0, -1.0],
        }
    }
}

/// A place in modules that is known to lie at a place in the picture.
#[derive(Clone, Copy)]
pub(super) struct Pin {
    pub(super) module: Point,
    pub(super) pixel: Point,
    pub(super) weight: f64,
}

/// The edges of concentric squares around a centre: (distance in modules, turn).
pub(super) fn square_edges(out: &mut Vec<Edge>, centre: Point, rings: &[(f32, i32)]) {
    for &(far, turn) in rings {
        let reach = (far - 0.5) as i32;
        for (sign, right, down) in
            [(-1.0, Across::Left, Across::Up), (1.0, Across::Right, Across::Down)]
        {
            for along in -reach..=reach {
                let (near, along) = (sign * far, along as f32);
                let (u, v) = (centre[0], centre[1]);
                out.push(Edge { u: u + near, v: v + along, across: right, turn });
                out.push(Edge { u: u + along, v: v + near, across: down, turn });
            }
        }
    }
}

/// The edges of the three finder patterns.
pub(super) fn finder_edges(out: &mut Vec<Edge>, n: usize) {
    let far = n as f32 - 3.5;
    for centre in [[3.5, 3.5], [far, 3.5], [3.5, far]] {
        square_edges(out, centre, &[(1.5, -1), (2.5, 1), (3.5, -1)]);
    }
}

/// The edges of both timing patterns.
pub(super) fn timing_edges(out: &mut Vec<Edge>, n: usize) {
    for i in 8..n - 8 {
        // Even modules are dark.
        let turn = if i % 2 == 0 { 1 } else { -1 };
        out.push(Edge { u: i as f32, v: 6.5, across: Across::Right, turn });
        out.push(Edge { u: 6.5, v: i as f32, across: Across::Down, turn });
    }
}

/// One Gauss–Newton step: moves the map so that the edges fall where the picture has them, up to
/// `reach` modules away. With it the mean distance that was left before, in modules.
pub(super) fn refine(
    grey: &Grey<'_>,
    map: &Perspective,
    n: usize,
    edges: &[Edge],
    pins: &[Pin],
    reach: f32,
    work: &mut Work,
) -> Option<(Perspective, f32)> {
    let mut sums = Sums::default();
    let (mut used, mut error) = (0u32, 0f32);
    work.spend(edges.len() * 110 + 500);
    for edge in edges {
        let Some((normal, miss, off, weight)) = look(grey, map, edge, reach) else { continue };
        sums.add(gradient(map, [edge.u, edge.v], normal), miss, weight);
        used += 1;
        error += off * off;
    }
    for pin in pins {
        let at = map.at(pin.module[0], pin.module[1]);
        let miss = sub(pin.pixel, at);
        sums.add(gradient(map, pin.module, [1.0, 0.0]), miss[0], pin.weight);
        sums.add(gradient(map, pin.module, [0.0, 1.0]), miss[1], pin.weight);
    }
    if used < 12 {
        return None;
    }
    let step = sums.solve(n)?;
    let mut out = *map;
    for (value, step) in out.0.iter_mut().zip(step) {
        *value += step as f32;
    }
    let whole = out.0.iter().all(|v| v.is_finite());
    whole.then_some((out, (error / used as f32).sqrt()))
}

impl Edge {
    /// The direction across the edge, in modules.
    pub(super) fn direction(&self) -> Point {
        self.across.direction()
    }

    /// The same edge at another place.
    pub(super) fn moved(&self, by: Point) -> Self {
        Self { u: self.u + by[0], v: self.v + by[1], ..*self }
    }
}

/// Where the picture has an edge: normal, distance in pixels and in modules, weight.
pub(super) fn look(
    grey: &Grey<'_>,
    map: &Perspective,
    edge: &Edge,
    reach: f32,
) -> Option<(Point, f32, f32, f64)> {
    let [du, dv] = map.slopes(edge.u, edge.v);
    let [along_u, along_v] = edge.across.direction();
    let across = [du[0] * along_u + dv[0] * along_v, du[1] * along_u + dv[1] * along_v];
    let line = [du[0] * along_v + dv[0] * along_u, du[1] * along_v + dv[1] * along_u];
    let long = length(line);
    if long < 2e-3 || !(0.5..400.0).contains(&length(across)) {
        return None;
    }
    let mut normal = [line[1] / long, -line[0] / long];
    if dot(normal, across) < 0.0 {
        normal = [-normal[0], -normal[1]];
    }
    const HALF: i32 = 6;
    let reach = reach + 0.25;
    let at = map.at(edge.u, edge.v).map(fixed);
    let pace = reach / HALF as f32;
    let stride = across.map(|a| fixed(a * pace));
    let mut before = 0;
    let (mut mass, mut moment) = (0f32, 0f32);
    for i in -HALF..=HALF {
        let along = |k: usize| at[k].wrapping_add(stride[k].wrapping_mul(i));
        let now = grey.at_fixed([along(0), along(1)]);
        let rise = (now - before) * edge.turn;
        before = now;
        if i > -HALF && rise > 0 {
            // Rises in the expected direction, those near the middle first.
            let middle = (i as f32 - 0.5) * pace;
            let weight = rise as f32 * (1.0 - (middle / reach).abs() * 0.7);
            mass += weight;
            moment += weight * middle;
        }
    }
    if mass < (6 * LEVEL) as f32 {
        return None;
    }
    let off = moment / mass;
    let strong = (mass / (80 * LEVEL) as f32).min(1.0);
    let trust = strong / (1.0 + (off / 0.3) * (off / 0.3));
    Some((normal, dot(normal, across) * off, off, f64::from(trust)))
}

/// How a point moves along `normal` with each of the map's eight numbers.
fn gradient(map: &Perspective, module: Point, normal: Point) -> [f64; 8] {
    let (u, v) = (f64::from(module[0]), f64::from(module[1]));
    let m = map.0.map(f64::from);
    let scale = 1.0 / (m[6] * u + m[7] * v + 1.0);
    let x = (m[0] * u + m[1] * v + m[2]) * scale;
    let y = (m[3] * u + m[4] * v + m[5]) * scale;
    let (nx, ny) = (f64::from(normal[0]), f64::from(normal[1]));
    let (nu, nv) = (u * scale, v * scale);
    let depth = nx * x + ny * y;
    [nx * nu, nx * nv, nx * scale, ny * nu, ny * nv, ny * scale, -depth * nu, -depth * nv]
}

/// The normal equations of least squares.
#[derive(Default)]
struct Sums([[f64; 9]; 8]);

impl Sums {
    fn add(&mut self, row: [f64; 8], miss: f32, weight: f64) {
        for (sums, &r) in self.0.iter_mut().zip(&row) {
            let r = r * weight;
            for (sum, &c) in sums.iter_mut().zip(&row) {
                *sum += r * c;
            }
            sums[8] += r * f64::from(miss);
        }
    }

    /// Gauss–Jordan with pivots. Columns are scaled to like sizes first, and a little damping
    /// keeps directions that no edge speaks about where they are.
    fn solve(mut self, n: usize) -> Option<[f64; 8]> {
        let a = &mut self.0;
        let n = n as f64;
        let scale = [1.0 / n, 1.0 / n, 1.0, 1.0 / n, 1.0 / n, 1.0, 1e-3 / n, 1e-3 / n];
        for i in 0..8 {
            for k in 0..8 {
                a[i][k] *= scale[i] * scale[k];
            }
            a[i][8] *= scale[i];
            a[i][i] = a[i][i] * (1.0 + 1e-6) + 1e-12;
        }
        for i in 0..8 {
            let pivot = (i..8).max_by(|&x, &y| a[x][i].abs().total_cmp(&a[y][i].abs()))?;
            a.swap(i, pivot);
            if a[i][i].abs() < 1e-14 {
                return None;
            }
            let row = a[i];
            for (k, other) in a.iter_mut().enumerate() {
                if k != i {
                    let factor = other[i] / row[i];
                    for c in i..9 {
                        other[c] -= factor * row[c];
                    }
                }
            }
        }
        Some(std::array::from_fn(|i| a[i][8] / a[i][i] * scale[i]))
    }
}
