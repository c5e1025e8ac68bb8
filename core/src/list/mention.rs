//! What a chunk says of one venue's day.

/// All windows of a venue's day, complete: it takes the place of every mention with a lower
/// number. Without windows it withdraws what earlier ones said.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mention {
    /// The number of the chunk that it is in.
    pub sequence: u64,
    /// The windows, as they stand in the chunk.
    pub windows: Vec<Window>,
}

/// A stretch of minutes of the venue's day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Window {
    /// Minutes after the day began.
    pub start: u16,
    /// How many minutes, at least one; the end lies within the day.
    pub minutes: u16,
    /// What the authority advises, by its number in the catalogue.
    pub advice: u16,
}

/// 24 bits: start 11, minutes 11, slot 2. No minutes means: withdrawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Detail {
    pub(super) start: u16,
    pub(super) minutes: u16,
    pub(super) slot: u8,
}

impl Detail {
    /// `None` for what no publisher writes; a false hit is refused here once more.
    pub(super) fn from_bytes([a, b, c]: [u8; 3]) -> Option<Self> {
        let bits = u32::from_le_bytes([a, b, c, 0]);
        let field = |at: u32| u16::try_from(bits >> at & 0x7FF).unwrap_or(0);
        let slot = u8::try_from(bits >> 22).unwrap_or(0);
        let detail = Self { start: field(0), minutes: field(11), slot };
        (detail.minutes == 0 || detail.start + detail.minutes <= DAY).then_some(detail)
    }

    #[cfg(feature = "publish")]
    pub(super) fn to_bytes(self) -> [u8; 3] {
        let Self { start, minutes, slot } = self;
        let bits = u32::from(start) | u32::from(minutes) << 11 | u32::from(slot) << 22;
        let [a, b, c, _] = bits.to_le_bytes();
        [a, b, c]
    }
}

/// Minutes of a day.
pub(super) const DAY: u16 = 1440;
/// More windows than this no venue has on one day; a reader stops there.
pub(super) const MOST_WINDOWS: u8 = 64;
