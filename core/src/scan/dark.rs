//! In the dark one frame is mostly noise; a few of them, laid over each other where the hand
//! moved between them, are a picture. In light it helps nothing and is not done.

use super::frame::View;
use super::plane::Plane;

/// The last frames of a dark scene.
#[derive(Default)]
pub(super) struct Dark {
    frames: [Kept; FRAMES],
    /// Frames seen in a row that were dark.
    count: usize,
    sums: Vec<u16>,
    scratch: Vec<u16>,
}

#[derive(Default)]
struct Kept {
    full: Plane,
    small: Plane,
}

impl Dark {
    /// Keeps a frame if it is dark; true once enough of them are there to be laid.
    pub(super) fn remember(&mut self, frame: &View<'_>) -> bool {
        if frame.width < 8 * SMALL || frame.height < 8 * SMALL || brightness(frame) > DIM {
            self.count = 0;
            return false;
        }
        let place = self.count % FRAMES;
        self.count += 1;
        let kept = &mut self.frames[place];
        let out = kept.full.shape(frame.width, frame.height);
        for (y, row) in out.chunks_exact_mut(frame.width).enumerate() {
            row.copy_from_slice(frame.row(y));
        }
        kept.small.shrink(frame, SMALL, &mut self.scratch);
        self.count >= 3
    }

    /// The mean of the kept frames, each moved to where the newest one is.
    pub(super) fn lay(&mut self, newest: &View<'_>, out: &mut Plane) {
        let (w, h) = (newest.width, newest.height);
        self.sums.clear();
        self.sums.resize(w * h, 0);
        let last = self.count.wrapping_sub(1) % FRAMES;
        let mut laid = 0u16;
        for kept in &self.frames {
            let view = kept.full.view();
            if view.width != w || view.height != h {
                continue;
            }
            let (dx, dy) = shift(&self.frames[last], kept);
            add(&mut self.sums, &view, dx, dy);
            laid += 1;
        }
        let px = out.shape(w, h);
        for (o, &sum) in px.iter_mut().zip(&self.sums) {
            *o = (sum / laid.max(1)) as u8;
        }
    }
}

/// Adds a frame moved by whole pixels; its border goes on beyond its edge.
fn add(sums: &mut [u16], view: &View<'_>, dx: isize, dy: isize) {
    let (w, h) = (view.width, view.height);
    for (y, sums) in sums.chunks_exact_mut(w).enumerate() {
        let row = view.row(y.saturating_add_signed(dy).min(h - 1));
        let (skip, from) = (dx.min(0).unsigned_abs().min(w), dx.max(0).unsigned_abs().min(w - 1));
        for sum in &mut sums[..skip] {
            *sum += u16::from(row[0]);
        }
        let inner = &row[from..];
        let used = inner.len().min(w - skip);
        for (sum, &v) in sums[skip..].iter_mut().zip(inner) {
            *sum += u16::from(v);
        }
        for sum in &mut sums[skip + used..] {
            *sum += u16::from(row[w - 1]);
        }
    }
}

/// How far `other` must be read beside a place of `newest`: coarse on small pictures, then to
/// the pixel on a few rows of the full ones.
fn shift(newest: &Kept, other: &Kept) -> (isize, isize) {
    let best = |a: &View<'_>, b: &View<'_>, from: (isize, isize), reach: isize, every: usize| {
        let mut best = (u64::MAX, from);
        for dy in from.1 - reach..=from.1 + reach {
            for dx in from.0 - reach..=from.0 + reach {
                let miss = difference(a, b, dx, dy, every);
                // Of equals the smaller move.
                if miss < best.0 {
                    best = (miss, (dx, dy));
                }
            }
        }
        best.1
    };
    let coarse = best(&newest.small.view(), &other.small.view(), (0, 0), 5, 2);
    let from = (coarse.0 * SMALL as isize, coarse.1 * SMALL as isize);
    best(&newest.full.view(), &other.full.view(), from, 2, 24)
}

/// Mean square of the difference over every few rows of the inner picture.
fn difference(a: &View<'_>, b: &View<'_>, dx: isize, dy: isize, every: usize) -> u64 {
    let margin = a.width.min(a.height) / 8;
    let mut sum = 0u64;
    if dx.unsigned_abs().max(dy.unsigned_abs()) > margin {
        return u64::MAX;
    }
    for y in (margin..a.height - margin).step_by(every) {
        let row = &a.row(y)[margin..a.width - margin];
        let other = &b.row(y.saturating_add_signed(dy))[margin.saturating_add_signed(dx)..];
        sum += row.iter().zip(other).map(|(&p, &q)| u64::from(square(p, q))).sum::<u64>();
    }
    sum
}

fn square(p: u8, q: u8) -> u32 {
    let d = u32::from(p.abs_diff(q));
    d * d
}

/// Mean brightness over a few rows.
fn brightness(frame: &View<'_>) -> u64 {
    let mut sum = 0;
    let mut rows = 0;
    for y in (0..frame.height).step_by(16) {
        sum += frame.row(y).iter().map(|&v| u64::from(v)).sum::<u64>();
        rows += 1;
    }
    sum / (rows * frame.width as u64).max(1)
}

const FRAMES: usize = 4;
/// Side of the pixels of the small pictures.
const SMALL: usize = 4;
/// Mean brightness below which a frame is called dark.
const DIM: u64 = 110;
