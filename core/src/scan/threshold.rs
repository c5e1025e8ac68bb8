//! Grey to black and white. Two ways, because each finds codes that the other loses.

use super::frame::View;

/// One byte a pixel, 1 for dark.
#[derive(Default)]
pub(super) struct Bits {
    px: Vec<u8>,
    pub(super) width: usize,
    pub(super) height: usize,
    scratch: Scratch,
}

#[derive(Default)]
struct Scratch {
    low: Vec<u8>,
    high: Vec<u8>,
    sums: Vec<u16>,
    /// Threshold of each block, before and after smoothing.
    raw: Vec<u16>,
    smooth: Vec<u16>,
    line: Vec<u8>,
}

impl Bits {
    pub(super) fn row(&self, y: usize) -> &[u8] {
        &self.px[y * self.width..][..self.width]
    }

    /// The pixel at a place in 1/65536 pixels; `None` outside.
    #[inline]
    pub(super) fn at(&self, x: i32, y: i32) -> Option<u8> {
        let (x, y) = ((x >> 16) as usize, (y >> 16) as usize);
        if x >= self.width || y >= self.height {
            return None;
        }
        self.px.get(y * self.width + x).copied()
    }

    /// A threshold for each block of 8 by 8 pixels out of its neighbourhood of 5 by 5 blocks.
    /// Follows shadows and glare; the quick way, and the better one on most photographs.
    pub(super) fn by_blocks(&mut self, from: &View<'_>) {
        let (w, h) = (from.width, from.height);
        self.shape(w, h);
        if w < BLOCK || h < BLOCK {
            self.px.fill(0);
            return;
        }
        let (across, down) = (w.div_ceil(BLOCK), h.div_ceil(BLOCK));
        self.scratch.measure(from, across, down);
        self.scratch.smoothen(across, down);
        self.scratch.line.resize(w, 0);
        for by in 0..down {
            let marks = &self.scratch.smooth[by * across..][..across];
            for (line, &mark) in self.scratch.line.chunks_mut(BLOCK).zip(marks) {
                line.fill(mark as u8);
            }
            for y in by * BLOCK..((by + 1) * BLOCK).min(h) {
                let out = &mut self.px[y * w..][..w];
                for ((o, &v), &mark) in out.iter_mut().zip(from.row(y)).zip(&self.scratch.line) {
                    *o = u8::from(v <= mark);
                }
            }
        }
    }

    /// Dark is what lies below the mean of the 21 by 21 pixels around it. Slower; keeps thin
    /// lines that blocks swallow.
    pub(super) fn by_mean(&mut self, from: &View<'_>) {
        let (w, h) = (from.width, from.height);
        self.shape(w, h);
        let columns = &mut self.scratch.sums;
        columns.clear();
        columns.resize(w, 0);
        let add = |columns: &mut [u16], y: usize| {
            for (sum, &v) in columns.iter_mut().zip(from.row(y)) {
                *sum += u16::from(v);
            }
        };
        for y in 0..REACH.min(h) {
            add(columns, y);
        }
        for y in 0..h {
            if y + REACH < h {
                add(columns, y + REACH);
            }
            if y > REACH {
                for (sum, &v) in columns.iter_mut().zip(from.row(y - REACH - 1)) {
                    *sum -= u16::from(v);
                }
            }
            let rows = (y + REACH).min(h - 1) - y.saturating_sub(REACH) + 1;
            let out = &mut self.px[y * w..][..w];
            below_mean(from.row(y), columns, rows as u32, out);
        }
    }

    fn shape(&mut self, width: usize, height: usize) {
        (self.width, self.height) = (width, height);
        self.px.resize(width * height, 0);
    }
}

fn below_mean(row: &[u8], columns: &[u16], rows: u32, out: &mut [u8]) {
    let w = row.len();
    let mut sum: u32 = columns[..REACH.min(w)].iter().map(|&c| u32::from(c)).sum();
    let mut count = REACH.min(w) as u32;
    for x in 0..w {
        if x + REACH < w {
            sum += u32::from(columns[x + REACH]);
            count += 1;
        }
        if x > REACH {
            sum -= u32::from(columns[x - REACH - 1]);
            count -= 1;
        }
        let area = count * rows;
        out[x] = u8::from((u32::from(row[x]) + BELOW) * area < sum);
    }
}

impl Scratch {
    /// Threshold of every block by itself.
    fn measure(&mut self, from: &View<'_>, across: usize, down: usize) {
        let (w, h) = (from.width, from.height);
        self.raw.resize(across * down, 0);
        self.low.resize(w, 0);
        self.high.resize(w, 0);
        self.sums.resize(w, 0);
        for by in 0..down {
            self.low.fill(255);
            self.high.fill(0);
            self.sums.fill(0);
            let top = (by * BLOCK).min(h - BLOCK);
            for y in top..top + BLOCK {
                let row = from.row(y);
                let (low, high) = (&mut self.low[..w], &mut self.high[..w]);
                for (((l, t), s), &v) in low.iter_mut().zip(high).zip(&mut self.sums[..w]).zip(row)
                {
                    *l = (*l).min(v);
                    *t = (*t).max(v);
                    *s += u16::from(v);
                }
            }
            for bx in 0..across {
                let left = (bx * BLOCK).min(w - BLOCK);
                let span = left..left + BLOCK;
                let low = self.low[span.clone()].iter().fold(255, |a: u8, &b| a.min(b));
                let high = self.high[span.clone()].iter().fold(0, |a: u8, &b| a.max(b));
                let sum: u16 = self.sums[span].iter().sum();
                self.raw[by * across + bx] =
                    if high - low > FLAT { sum / 64 } else { self.flat(bx, by, across, low) };
            }
        }
    }

    /// A block without contrast is light, unless its neighbours' threshold says that it lies
    /// inside something dark.
    fn flat(&self, bx: usize, by: usize, across: usize, low: u8) -> u16 {
        let alone = u16::from(low) / 2;
        if bx == 0 || by == 0 {
            return alone;
        }
        let i = by * across + bx;
        let around = (self.raw[i - 1] * 2 + self.raw[i - across] + self.raw[i - across - 1]) / 4;
        if u16::from(low) < around { around } else { alone }
    }

    /// Means over 5 by 5 blocks, fewer at the border.
    fn smoothen(&mut self, across: usize, down: usize) {
        self.smooth.resize(across * down, 0);
        self.sums.resize(across.max(self.sums.len()), 0);
        for by in 0..down {
            let rows = by.saturating_sub(2)..(by + 3).min(down);
            let count = rows.len();
            let columns = &mut self.sums[..across];
            columns.fill(0);
            for y in rows {
                for (c, &v) in columns.iter_mut().zip(&self.raw[y * across..][..across]) {
                    *c += v;
                }
            }
            for bx in 0..across {
                let span = bx.saturating_sub(2)..(bx + 3).min(across);
                let area = (count * span.len()) as u16;
                let sum: u16 = columns[span].iter().sum();
                self.smooth[by * across + bx] = sum / area.max(1);
            }
        }
    }
}

const BLOCK: usize = 8;
/// Less contrast than this within a block is paper, wall or noise.
const FLAT: u8 = 24;
const REACH: usize = 10;
/// Grey levels below the mean that count as dark: less lets the grain of paper through.
const BELOW: u32 = 6;
