//! The frame at other scales. Small pictures are quick to search, and averaging takes away the
//! noise of a dark room: without them low light falls from 36 reads to 5.

use super::frame::View;

/// A picture of our own, its memory kept from frame to frame.
#[derive(Default)]
pub(super) struct Plane {
    px: Vec<u8>,
    width: usize,
    height: usize,
}

impl Plane {
    pub(super) fn view(&self) -> View<'_> {
        let (w, h) = (self.width as u32, self.height as u32);
        View::new(&self.px, w, h, w).unwrap_or_else(|_| View::empty())
    }

    /// Room for `width` times `height` pixels; the rows are to be filled by the caller.
    pub(super) fn shape(&mut self, width: usize, height: usize) -> &mut [u8] {
        (self.width, self.height) = (width, height);
        self.px.resize(width * height, 0);
        &mut self.px
    }

    /// One pixel for each `k` by `k` of `from`, their mean.
    pub(super) fn shrink(&mut self, from: &View<'_>, k: usize, sums: &mut Vec<u16>) {
        let (width, height) = (from.width / k, from.height / k);
        let out = self.shape(width, height);
        if width == 0 || height == 0 {
            return;
        }
        match k {
            2 => {
                for (y, row) in out.chunks_exact_mut(width).enumerate() {
                    halve(from.row(2 * y), from.row(2 * y + 1), row);
                }
            }
            3 => mean::<3>(from, out, width, sums),
            4 => mean::<4>(from, out, width, sums),
            6 => mean::<6>(from, out, width, sums),
            _ => mean_of(from, out, width, k, sums),
        }
    }

    /// Four pixels for each of `from`, straight lines between the old ones.
    pub(super) fn double(&mut self, from: &View<'_>) {
        let (w, h) = (from.width, from.height);
        if w == 0 || h == 0 {
            self.shape(0, 0);
            return;
        }
        let out = self.shape(2 * w, 2 * h);
        for (y, row) in out.chunks_exact_mut(2 * w).enumerate() {
            // Pixel middles lie a quarter of an old pixel beside the old ones.
            let near = y / 2;
            let other = if y % 2 == 0 { near.saturating_sub(1) } else { (near + 1).min(h - 1) };
            let (near, other) = (from.row(near), from.row(other));
            let at = |x: usize| 3 * u32::from(near[x]) + u32::from(other[x]);
            for (x, pair) in row.chunks_exact_mut(2).enumerate() {
                let middle = 3 * at(x);
                let left = at(x.saturating_sub(1));
                let right = at((x + 1).min(w - 1));
                pair[0] = ((middle + left + 8) >> 4) as u8;
                pair[1] = ((middle + right + 8) >> 4) as u8;
            }
        }
    }
}

/// Means of two by two pixels; pairs as one number, so that it compiles to vector code.
fn halve(upper: &[u8], lower: &[u8], out: &mut [u8]) {
    let pair = |p: &[u8]| u16::from_le_bytes([p[0], p[1]]);
    for ((o, a), b) in out.iter_mut().zip(upper.chunks_exact(2)).zip(lower.chunks_exact(2)) {
        let (a, b) = (pair(a), pair(b));
        let sum = (a & 255) + (a >> 8) + (b & 255) + (b >> 8);
        *o = ((sum + 2) >> 2) as u8;
    }
}

/// Means of `K` by `K` pixels, the loop over them unrolled.
fn mean<const K: usize>(from: &View<'_>, out: &mut [u8], width: usize, sums: &mut Vec<u16>) {
    let scale = (1u32 << 16) / (K * K) as u32 + 1;
    let used = width * K;
    sums.resize(used, 0);
    for (y, row) in out.chunks_exact_mut(width).enumerate() {
        for (sum, &v) in sums.iter_mut().zip(from.row(y * K)) {
            *sum = u16::from(v);
        }
        for j in 1..K {
            for (sum, &v) in sums.iter_mut().zip(from.row(y * K + j)) {
                *sum += u16::from(v);
            }
        }
        let (groups, _) = sums.as_chunks::<K>();
        for (o, group) in row.iter_mut().zip(groups) {
            let sum: u32 = group.iter().map(|&s| u32::from(s)).sum();
            *o = ((sum * scale) >> 16) as u8;
        }
    }
}

/// As [`mean`] for any `k` up to 64.
fn mean_of(from: &View<'_>, out: &mut [u8], width: usize, k: usize, sums: &mut Vec<u16>) {
    let area = (k * k) as u32;
    sums.resize(width * k, 0);
    for (y, row) in out.chunks_exact_mut(width).enumerate() {
        sums.fill(0);
        for j in 0..k {
            for (sum, &v) in sums.iter_mut().zip(from.row(y * k + j)) {
                *sum += u16::from(v);
            }
        }
        for (o, group) in row.iter_mut().zip(sums.chunks_exact(k)) {
            let sum: u32 = group.iter().map(|&s| u32::from(s)).sum();
            *o = (sum / area) as u8;
        }
    }
}
