//! One value a module, and which side of its surroundings it is on.

use super::alignment::Mesh;
use super::grey::{Grey, LEVEL, fixed};
use super::perspective::Perspective;
use super::point::length;
use super::work::Work;

/// The modules of one code: darkness first, then signed about a threshold of their own.
#[derive(Default)]
pub(super) struct Grid {
    dark: Vec<i32>,
    /// Positive is dark; the size is the confidence.
    pub(super) signed: Vec<i32>,
    sharp: Vec<i32>,
    sums: Vec<i32>,
    low: Vec<i32>,
    high: Vec<i32>,
}

/// How modules are told apart, in the order in which they are tried.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Split {
    /// About the mean of the 9 by 9 modules around.
    Mean,
    /// About the middle between their darkest and lightest.
    Middle,
    /// As `Mean`, after undoing some of the light that spilled over from neighbours.
    SharpMean,
    /// As `Middle`, likewise.
    SharpMiddle,
}

impl Grid {
    /// Mean darkness in the middle of each module. A few taps: one alone is noise, and the
    /// module's rim belongs to its neighbours.
    pub(super) fn sample(
        &mut self,
        grey: &Grey<'_>,
        map: &Perspective,
        mesh: Option<&Mesh>,
        n: usize,
        work: &mut Work,
    ) {
        self.reserve();
        let middle = n as f32 / 2.0;
        let size = length(map.slopes(middle, middle)[0]);
        let (taps, apart): (&[i32], f32) =
            if size > 2.5 { (&[-1, 0, 1], 0.22) } else { (&[-1, 1], 0.12) };
        let count = (taps.len() * taps.len()) as i32;
        work.spend(n * n * (8 + count as usize * 4));
        self.dark.clear();
        for y in 0..n {
            for x in 0..n {
                let (mut u, mut v) = (x as f32 + 0.5, y as f32 + 0.5);
                if let Some(mesh) = mesh {
                    let [du, dv] = mesh.at(u, v);
                    (u, v) = (u + du, v + dv);
                }
                let at = map.at(u, v).map(fixed);
                let [du, dv] = map.slopes(u, v).map(|slope| slope.map(|s| fixed(s * apart)));
                let mut sum = 0;
                for &b in taps {
                    for &a in taps {
                        let along = |k: usize| {
                            let way = du[k].wrapping_mul(a).wrapping_add(dv[k].wrapping_mul(b));
                            at[k].wrapping_add(way)
                        };
                        sum += grey.at_fixed([along(0), along(1)]);
                    }
                }
                self.dark.push(sum / count);
            }
        }
    }

    /// Room for the largest code, once, so that no frame allocates.
    fn reserve(&mut self) {
        for buffer in [
            &mut self.dark,
            &mut self.signed,
            &mut self.sharp,
            &mut self.sums,
            &mut self.low,
            &mut self.high,
        ] {
            let more = MOST.saturating_sub(buffer.len());
            buffer.reserve_exact(more);
        }
    }

    /// Signs the sampled modules.
    pub(super) fn split(&mut self, n: usize, how: Split, work: &mut Work) {
        work.spend(n * n * if matches!(how, Split::Mean | Split::SharpMean) { 8 } else { 40 });
        let mut sharp = std::mem::take(&mut self.sharp);
        let blurred = matches!(how, Split::Mean | Split::Middle);
        if !blurred {
            sharpen(&self.dark, n, &mut sharp);
        }
        let from: &[i32] = if blurred { &self.dark } else { &sharp };
        self.signed.clear();
        self.signed.extend_from_slice(from);
        if matches!(how, Split::Mean | Split::SharpMean) {
            less_mean(from, n, &mut self.sums, &mut self.signed);
        } else {
            less_middle(from, n, &mut self.low, &mut self.high, &mut self.signed);
        }
        doubt_glare(from, &mut self.signed);
        self.sharp = sharp;
    }
}

/// Takes back part of what blur brought from the four neighbours.
fn sharpen(from: &[i32], n: usize, out: &mut Vec<i32>) {
    out.clear();
    for y in 0..n {
        for x in 0..n {
            let at = |x: usize, y: usize| from[y * n + x];
            let own = at(x, y);
            let around = at(x.saturating_sub(1), y)
                + at((x + 1).min(n - 1), y)
                + at(x, y.saturating_sub(1))
                + at(x, (y + 1).min(n - 1));
            out.push(own + (4 * own - around) * 7 / 64);
        }
    }
}

/// Subtracts the mean of the surroundings, out of sums over all rows and columns before.
fn less_mean(from: &[i32], n: usize, sums: &mut Vec<i32>, signed: &mut [i32]) {
    let wide = n + 1;
    sums.clear();
    sums.resize(wide * wide, 0);
    for y in 0..n {
        let mut row = 0;
        for x in 0..n {
            row += from[y * n + x];
            sums[(y + 1) * wide + x + 1] = sums[y * wide + x + 1] + row;
        }
    }
    for y in 0..n {
        let (y0, y1) = (y.saturating_sub(REACH), (y + REACH + 1).min(n));
        for x in 0..n {
            let (x0, x1) = (x.saturating_sub(REACH), (x + REACH + 1).min(n));
            let sum = sums[y1 * wide + x1] - sums[y0 * wide + x1] - sums[y1 * wide + x0]
                + sums[y0 * wide + x0];
            signed[y * n + x] -= sum / ((x1 - x0) * (y1 - y0)) as i32;
        }
    }
}

/// Subtracts the middle between the darkest and the lightest of the surroundings.
fn less_middle(
    from: &[i32],
    n: usize,
    low: &mut Vec<i32>,
    high: &mut Vec<i32>,
    signed: &mut [i32],
) {
    low.clear();
    high.clear();
    for y in 0..n {
        for x in 0..n {
            let span = &from[y * n + x.saturating_sub(REACH)..y * n + (x + REACH + 1).min(n)];
            low.push(span.iter().fold(i32::MAX, |a, &b| a.min(b)));
            high.push(span.iter().fold(i32::MIN, |a, &b| a.max(b)));
        }
    }
    for y in 0..n {
        let rows = y.saturating_sub(REACH)..(y + REACH + 1).min(n);
        for x in 0..n {
            let darkest = rows.clone().fold(i32::MIN, |a, j| a.max(high[j * n + x]));
            let lightest = rows.clone().fold(i32::MAX, |a, j| a.min(low[j * n + x]));
            signed[y * n + x] -= (darkest + lightest) / 2;
        }
    }
}

/// A module that is as bright as the picture can be lies in a glare and says little.
fn doubt_glare(from: &[i32], signed: &mut [i32]) {
    let lightest = from.iter().copied().fold(i32::MAX, i32::min);
    let darkest = from.iter().copied().fold(i32::MIN, i32::max);
    if lightest > -250 * LEVEL {
        return;
    }
    let limit = lightest + (darkest - lightest).max(LEVEL) / 50;
    for (signed, &value) in signed.iter_mut().zip(from) {
        if value < limit {
            *signed /= 4;
        }
    }
}

const REACH: usize = 4;
/// Room for 178 by 178: version 40, and one more for the sums.
const MOST: usize = 178 * 178;
