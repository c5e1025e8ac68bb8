//! Blur: a lens out of focus, a hand that moves.

use std::collections::BTreeMap;

/// A point becomes a disc of `radius` pixels with a soft edge.
pub(super) fn defocus(light: &[f32], w: usize, h: usize, radius: f32) -> Vec<f32> {
    let reach = (radius + 1.0) as i32 + 1;
    let mut taps = Vec::new();
    for dy in -reach..=reach {
        for dx in -reach..=reach {
            let weight = radius + 0.5 - ((dx * dx + dy * dy) as f32).sqrt();
            if weight > 0.0 {
                taps.push((dx, dy, weight.min(1.0)));
            }
        }
    }
    gather(light, w, h, &taps)
}

/// A point becomes a line.
pub(super) fn smear(light: &[f32], w: usize, h: usize, way: [f32; 2]) -> Vec<f32> {
    let steps = ((way[0] * way[0] + way[1] * way[1]).sqrt() * 2.0) as usize + 2;
    let mut taps: BTreeMap<(i32, i32), f32> = BTreeMap::new();
    for i in 0..=steps {
        let t = i as f32 / steps as f32 - 0.5;
        let (x, y) = (way[0] * t, way[1] * t);
        let (fx, fy) = (libm::floorf(x), libm::floorf(y));
        let (ax, ay) = (x - fx, y - fy);
        for (dx, dy, weight) in [
            (0, 0, (1.0 - ax) * (1.0 - ay)),
            (1, 0, ax * (1.0 - ay)),
            (0, 1, (1.0 - ax) * ay),
            (1, 1, ax * ay),
        ] {
            *taps.entry((fy as i32 + dy, fx as i32 + dx)).or_insert(0.0) += weight;
        }
    }
    let taps: Vec<_> =
        taps.into_iter().filter(|t| t.1 > 1e-4).map(|((dy, dx), k)| (dx, dy, k)).collect();
    gather(light, w, h, &taps)
}

fn gather(src: &[f32], w: usize, h: usize, taps: &[(i32, i32, f32)]) -> Vec<f32> {
    let sum: f32 = taps.iter().map(|t| t.2).sum();
    let reach = taps.iter().map(|t| t.0.unsigned_abs() as usize).max().unwrap_or(0);
    // Rows with their ends repeated, so that the inner loop needs no test.
    let wide = w + 2 * reach;
    let mut rows = vec![0f32; wide * h];
    for y in 0..h {
        for x in 0..wide {
            rows[y * wide + x] = src[y * w + x.saturating_sub(reach).min(w - 1)];
        }
    }
    let mut out = vec![0f32; w * h];
    for y in 0..h {
        let row = &mut out[y * w..][..w];
        for &(dx, dy, weight) in taps {
            let from = (y as i32 + dy).clamp(0, h as i32 - 1) as usize;
            let start = from * wide + (reach as i32 + dx) as usize;
            let weight = weight / sum;
            for (o, s) in row.iter_mut().zip(&rows[start..start + w]) {
                *o += weight * s;
            }
        }
    }
    out
}
