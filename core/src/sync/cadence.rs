//! When to sync.

use crate::time::Instant;

/// When the next sync is due after the last one.
///
/// Syncs lie on a grid of `every` seconds, moved by a phase that is random for each installation
/// ([`Diary::sync_phase`](crate::diary::Diary::sync_phase)): a server sees no peaks, and the time
/// of a sync says nothing of a scan, an opening or a match. A sync that was missed or that the
/// person asked for does not move the grid.
#[must_use]
pub fn next_sync(last: Instant, phase: u32, every: u32) -> Instant {
    let every = i64::from(every.max(1));
    let phase = i64::from(phase) % every;
    let turns = (last.unix() - phase).div_euclid(every) + 1;
    Instant::from_unix(turns * every + phase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_grid_depends_on_the_phase_alone() {
        let day = 86_400;
        for last in [0, 1, 9_999, 10_000, 10_001, 1_795_222_800] {
            let next = next_sync(Instant::from_unix(last), 10_000, 14_400).unix();
            assert_eq!(next % 14_400, 10_000);
            assert!(next > last && next - last <= 14_400, "{last} {next}");
        }
        // Whatever happened in between, whoever synced meanwhile has the same next time.
        let next = |last| next_sync(Instant::from_unix(last), 77, day);
        assert_eq!(next(1_795_222_800), next(1_795_222_800 + 500));
        // No period and a long phase harm nothing.
        assert_eq!(next_sync(Instant::from_unix(5), u32::MAX, 0).unix(), 6);
        let last = Instant::from_unix(i64::MAX);
        assert_eq!(next_sync(last, 0, day), last);
    }
}
