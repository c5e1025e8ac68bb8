//! Runs of dark and light along a line, and whether they are 1:1:3:1:1.

use super::threshold::Bits;

/// Five lengths in steps.
pub(super) type Runs = [u32; 5];

/// Tolerance of a run in twentieths of a module, before one pixel's worth is given on top.
#[derive(Clone, Copy)]
pub(super) struct Slack(pub(super) i32);

/// Are the runs 1:1:3:1:1 within the slack?
pub(super) fn finder_like(runs: &Runs, Slack(slack): Slack) -> bool {
    let sum: u32 = runs.iter().sum();
    if sum < 7 {
        return false;
    }
    let sum = sum as i32;
    let near = |run: u32| (140 * run as i32 - 20 * sum).abs() < slack * sum + 98;
    let stone = (70 * runs[2] as i32 - 30 * sum).abs() < slack * sum + 63;
    stone && near(runs[0]) && near(runs[1]) && near(runs[3]) && near(runs[4])
}

/// How far the worst run is off, in modules, less what one pixel can do.
pub(super) fn fault(runs: &Runs) -> f32 {
    let module = runs.iter().sum::<u32>() as f32 / 7.0;
    let off = |run: u32, want: f32| ((run as f32 - want * module).abs() - 0.5).max(0.0) / module;
    let thin =
        off(runs[0], 1.0).max(off(runs[1], 1.0)).max(off(runs[3], 1.0)).max(off(runs[4], 1.0));
    thin.max(off(runs[2], 3.0) * 0.6)
}

/// The five runs through a place of colour `colour`, in steps along `step` (both in 1/65536
/// pixels), and how far the place is from their middle. `None` where a run is longer than three
/// times `most`, or missing.
pub(super) fn through(
    bits: &Bits,
    place: [i32; 2],
    step: [i32; 2],
    most: u32,
    colour: u8,
) -> Option<(Runs, f32)> {
    let seen = |k: i32| {
        let (dx, dy) = (step[0].wrapping_mul(k), step[1].wrapping_mul(k));
        bits.at(place[0].wrapping_add(dx), place[1].wrapping_add(dy))
    };
    if seen(0)? != colour {
        return None;
    }
    let arm = |sign: i32, first: i32| -> Option<[u32; 3]> {
        let mut lengths = [0u32; 3];
        let (mut k, mut want) = (first, colour);
        for (i, length) in lengths.iter_mut().enumerate() {
            while seen(sign * k) == Some(want) {
                *length += 1;
                k += 1;
                if *length > 3 * most {
                    return None;
                }
            }
            // The first part of one arm may be empty, as the other begins at the place itself.
            if *length == 0 && i > 0 {
                return None;
            }
            want ^= 1;
        }
        Some(lengths)
    };
    let (back, ahead) = (arm(-1, 1)?, arm(1, 0)?);
    let runs = [back[2], back[1], back[0] + ahead[0], ahead[1], ahead[2]];
    let off = ((ahead[0] + ahead[1]) as f32 - (back[0] + back[1]) as f32 - 1.0) / 2.0;
    Some((runs, off))
}

/// A place as [`through`] takes it.
pub(super) fn fixed(v: f32) -> i32 {
    (v * 65536.0) as i32
}
