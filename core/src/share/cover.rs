//! When to send the next cover: an upload of nothing, so that an upload says nothing.

use crate::time::Instant;

/// When the next cover is due: a Poisson process with a mean of ten days, so that no pattern
/// tells covers from shares and no waiting time says when the next one comes.
///
/// `random` is a number that nobody can predict, drawn anew for each cover. Call it once for
/// each installation and again after each cover, with the time of that one; keep the answer. A
/// real share does not move it.
#[must_use]
pub fn next_cover(after: Instant, random: u64) -> Instant {
    // (0, 1], by the 53 bits that the number has room for.
    let even = ((random >> 11) + 1) as f64 / (1_u64 << 53) as f64;
    let seconds = -even.ln() * MEAN;
    Instant::from_unix(after.unix().saturating_add(seconds as i64))
}

/// Ten days, in seconds.
const MEAN: f64 = 864_000.0;

#[cfg(test)]
mod tests {
    use super::*;

    fn waits() -> Vec<i64> {
        let start = Instant::from_unix(1_800_000_000);
        let random = |i: u32| {
            let hash = crate::seal::sha256(&i.to_le_bytes());
            u64::from_le_bytes(*hash.first_chunk().unwrap())
        };
        (0..20_000).map(|i| next_cover(start, random(i)).unix() - start.unix()).collect()
    }

    #[test]
    fn covers_come_every_ten_days_and_remember_nothing() {
        let waits = waits();
        let count = waits.len() as f64;
        let mean = waits.iter().sum::<i64>() as f64 / count;
        assert!((mean / MEAN - 1.0).abs() < 0.03, "{mean}");
        // Having waited d days says nothing of the days to come.
        for d in [1, 5, 10, 20] {
            let longer = waits.iter().filter(|w| **w > d * 86_400).count() as f64;
            let expected = (-(d as f64) / 10.0).exp() * count;
            assert!((longer / expected - 1.0).abs() < 0.1, "{d}: {longer} {expected}");
        }
    }

    #[test]
    fn no_number_gives_a_time_that_is_none() {
        let start = Instant::from_unix(1_800_000_000);
        assert_eq!(next_cover(start, u64::MAX), start);
        let longest = next_cover(start, 0).unix() - start.unix();
        assert!(longest > 360 * 86_400 && longest < 370 * 86_400, "{longest}");
        assert!(next_cover(Instant::from_unix(i64::MAX), 0) >= Instant::from_unix(i64::MAX));
    }
}
