//! Work is counted, not clocked: the same frame costs the same number everywhere, and no
//! hostile picture can hold a phone's camera thread.

/// What is left to spend; one unit is about a nanosecond on the machine it was measured on.
pub(super) struct Work {
    left: i64,
    spent: u64,
}

impl Work {
    pub(super) fn new(units: u64) -> Self {
        Self { left: i64::try_from(units).unwrap_or(i64::MAX), spent: 0 }
    }

    /// Takes `units`; false once nothing is left, and then the caller stops.
    pub(super) fn spend(&mut self, units: usize) -> bool {
        self.left = self.left.saturating_sub(units as i64);
        self.spent = self.spent.saturating_add(units as u64);
        self.left > 0
    }

    pub(super) fn spent(&self) -> u64 {
        self.spent
    }

    pub(super) fn left(&self) -> i64 {
        self.left
    }
}
