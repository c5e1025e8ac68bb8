//! Whether what comes is a line at all, or somebody who keeps phones awake.

/// How fast an object must come: so many bytes, and for each of them so many seconds.
///
/// Counted from one full measure to the next, so that a line which is silent for a while and then
/// brings what it owes is judged by what it brought. Seconds are whole ones of a clock that cuts
/// them off; only *more* than the limit is too long, and then it was so in truth.
#[derive(Debug, Clone)]
pub(super) struct Pace {
    measure: u64,
    limit: u64,
    since: u64,
    bytes: u64,
}

impl Pace {
    /// From now on every `measure` bytes must come within `limit` seconds.
    #[must_use]
    pub(super) fn new(measure: u64, limit: u64, now: u64) -> Self {
        Self { measure, limit, since: now, bytes: 0 }
    }

    /// Bytes came. False: too few, for too long.
    #[must_use]
    pub(super) fn holds(&mut self, count: u64, now: u64) -> bool {
        self.bytes = self.bytes.saturating_add(count);
        if self.bytes >= self.measure {
            (self.since, self.bytes) = (now, 0);
            return true;
        }
        now.saturating_sub(self.since) <= self.limit
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Those of a phone.
    fn pace(now: u64) -> Pace {
        Pace::new(4096, 60, now)
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        /// A day's chunk comes over 1 KB a second, however it is cut: each piece is read once its
        /// last byte is here. Now and then, with two measures in between, the line is silent, for
        /// up to 55 seconds.
        #[test]
        fn a_slow_line_is_never_refused(
            sizes in prop::collection::vec(prop_oneof![1_u64..64, 1_u64..16_384], 1..800),
            silences in prop::collection::vec(0_u64..=55_000, 1..40),
            start in 0_u64..1_000_000_000,
        ) {
            let mut silences = silences.into_iter().cycle();
            let (mut pace, mut at, mut sent) = (pace(start / 1000), start, 0);
            for size in sizes {
                if sent / 8192 != (sent + size) / 8192 {
                    at += silences.next().unwrap_or(0);
                }
                // A byte a millisecond.
                (at, sent) = (at + size, sent + size);
                prop_assert!(pace.holds(size, at / 1000), "{sent} bytes in {} ms", at - start);
            }
        }

        /// Who sends a byte a second is refused after a minute, or after another one if what came
        /// before had almost filled a measure.
        #[test]
        fn a_byte_a_second_is_always_refused(
            before in prop::collection::vec(1_u64..100_000, 0..20),
            start in 0_u64..1_000_000,
        ) {
            let mut pace = pace(start);
            for size in before {
                prop_assert!(pace.holds(size, start));
            }
            let refused = (1..200).find(|second| !pace.holds(1, start + second));
            prop_assert!(refused.is_some_and(|second| second <= 122), "{refused:?}");
        }
    }

    /// The clock has whole seconds. What came within a minute by its truth is not too late by them,
    /// wherever in a second the minute began.
    #[test]
    fn a_cut_off_second_refuses_nobody() {
        for begun in [0, 1, 500, 999] {
            let mut pace = Pace::new(4096, 1, begun / 1000);
            assert!(pace.holds(1, (begun + 1000) / 1000), "{begun}");
            let mut pace = self::pace(begun / 1000);
            assert!(pace.holds(1, (begun + 60_000) / 1000), "{begun}");
            assert!(!pace.holds(1, (begun + 61_000) / 1000), "{begun}");
        }
    }

    /// A clock that jumps back, and counts beyond every number.
    #[test]
    fn nothing_overflows() {
        let mut pace = pace(u64::MAX);
        assert!(pace.holds(1, 0));
        assert!(pace.holds(u64::MAX, 0) && pace.holds(u64::MAX, u64::MAX));
    }
}
