//! Times two things in turns, so that a busy moment of the machine meets both.

use std::hint::black_box;
use std::time::Instant;

/// Median microseconds of one call of each, measured in alternating batches.
pub fn side_by_side<A, B>(mut ours: impl FnMut() -> A, mut other: impl FnMut() -> B) -> (f64, f64) {
    let (mut left, mut right) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        left.push(batch(&mut ours));
        right.push(batch(&mut other));
    }
    (median(left), median(right))
}

/// Median microseconds of one call.
pub fn alone<A>(mut ours: impl FnMut() -> A) -> f64 {
    median((0..ROUNDS).map(|_| batch(&mut ours)).collect())
}

fn batch<T>(f: &mut impl FnMut() -> T) -> f64 {
    let start = Instant::now();
    for _ in 0..CALLS {
        black_box(f());
    }
    start.elapsed().as_secs_f64() * 1e6 / f64::from(CALLS)
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

const ROUNDS: usize = 61;
const CALLS: u32 = 20;
