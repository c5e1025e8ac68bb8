//! Paper on a pillar: a flat map cannot lie on it, a smooth bend of the map can. Worth 7 reads of
//! 72 on pillars, beside the mesh of alignment patterns, which small versions do not have.

use super::fit::{Edge, look};
use super::grey::Grey;
use super::perspective::Perspective;
use super::point::Point;
use super::work::Work;

/// Displacements in modules: a polynomial of second degree in each direction.
#[derive(Clone, Copy, Default)]
pub(super) struct Bend([[f64; 6]; 2]);

impl Bend {
    /// The displacement at a place of a symbol of `n` modules.
    pub(super) fn at(&self, u: f32, v: f32, n: usize) -> Point {
        let terms = terms(u, v, n);
        self.0.map(|c| c.iter().zip(&terms).map(|(c, t)| c * t).sum::<f64>() as f32)
    }

    /// One step towards where the picture has the edges, up to `reach` modules away.
    pub(super) fn refine(
        &self,
        grey: &Grey<'_>,
        map: &Perspective,
        n: usize,
        edges: &[Edge],
        reach: f32,
        work: &mut Work,
    ) -> Option<Self> {
        work.spend(edges.len() * 110 + 500);
        let mut sums = [[[0f64; 7]; 6]; 2];
        for edge in edges {
            let d = self.at(edge.u, edge.v, n);
            let moved = edge.moved(d);
            let Some((_, _, off, weight)) = look(grey, map, &moved, reach) else { continue };
            let [along_u, along_v] = edge.direction();
            // An edge tells the displacement across it only.
            let (k, off) = if along_u != 0.0 { (0, off * along_u) } else { (1, off * along_v) };
            let terms = terms(edge.u, edge.v, n);
            for (row, &t) in sums[k].iter_mut().zip(&terms) {
                for (sum, &c) in row.iter_mut().zip(&terms) {
                    *sum += weight * t * c;
                }
                row[6] += weight * t * f64::from(off);
            }
        }
        let mut out = *self;
        for (c, mut a) in out.0.iter_mut().zip(sums) {
            for (i, row) in a.iter_mut().enumerate() {
                // Where no edge speaks, no bend.
                row[i] += 0.05;
            }
            for i in 0..6 {
                if a[i][i].abs() < 1e-9 {
                    return None;
                }
                let row = a[i];
                for (k, other) in a.iter_mut().enumerate() {
                    if k != i {
                        let factor = other[i] / row[i];
                        for j in i..7 {
                            other[j] -= factor * row[j];
                        }
                    }
                }
            }
            for i in 0..6 {
                c[i] += a[i][6] / a[i][i];
            }
        }
        out.0.iter().flatten().all(|v| v.is_finite()).then_some(out)
    }
}

/// The polynomial's terms, with the symbol from -1 to 1.
fn terms(u: f32, v: f32, n: usize) -> [f64; 6] {
    let n = n as f64;
    let (u, v) = (f64::from(u) / n * 2.0 - 1.0, f64::from(v) / n * 2.0 - 1.0);
    [1.0, u, v, u * u, u * v, v * v]
}
