//! The world that every design publishes and remembers: the same windows, the same visits.
//!
//! Window `i` is at venue `i / 21` on day `i mod 21`, so every venue's day has one. Times lie on
//! the grid of ten minutes that Corona-Warn-App has; everybody can say them exactly.

use std::ops::Range;

use vaora::time::Day;

/// How much is published and remembered.
#[derive(Clone, Copy)]
pub struct World {
    pub windows: u64,
    /// Over how many files the windows are spread, where a design has several.
    pub files: u64,
    pub visits: u64,
}

impl World {
    /// The windows of one file.
    pub fn part(&self, file: u64) -> impl Iterator<Item = Window> + use<> {
        let start = |file: u64| self.windows * file / self.files;
        (start(file)..start(file + 1)).map(Window::of)
    }

    /// The first [`PLANTED`] overlap a window. As many more were in the same places on the same
    /// days, from the minute on at which the window ends. All others were where nobody was ill.
    pub fn visits(&self) -> Vec<Visit> {
        (0..self.visits).map(|number| self.visit(number)).collect()
    }

    fn visit(&self, number: u64) -> Visit {
        if number >= 2 * PLANTED {
            let throw = mix(number ^ 0x7777_0000);
            let day = FIRST_DAY + (number % DAYS) as u32;
            let from = unix(day, 420 + (throw >> 30) as u16 % 780);
            let stay = 60 * (15 + (throw >> 44) as i64 % 136);
            return Visit {
                venue: (1 << 36) + throw % 100_000_000,
                day: Day::from_number(day),
                span: from..from + stay,
            };
        }
        let Window { venue, day, span, .. } =
            Window::of((self.windows - 1) * number / (2 * PLANTED - 1));
        let span = if number < PLANTED {
            span.start + 300..span.end + 1800
        } else {
            span.end..span.end + 1800
        };
        Visit { venue, day: Day::from_number(day), span }
    }
}

/// When somebody who was ill was somewhere.
pub struct Window {
    pub venue: u64,
    pub day: u32,
    /// Minutes after the day began.
    pub start: u16,
    pub minutes: u16,
    /// 0 to 3.
    pub level: u8,
    /// The same in Unix seconds.
    pub span: Range<i64>,
}

impl Window {
    pub fn of(number: u64) -> Self {
        let throw = mix(number ^ 0xABCD_EF01_2345);
        let day = FIRST_DAY + (number % DAYS) as u32;
        let start = 420 + 10 * (throw % 78) as u16;
        let minutes = 30 + 10 * ((throw >> 20) % 22) as u16;
        let span = unix(day, start)..unix(day, start + minutes);
        Self { venue: number / DAYS, day, start, minutes, level: (throw >> 50) as u8 & 3, span }
    }
}

/// When and where somebody was.
pub struct Visit {
    pub venue: u64,
    pub day: Day,
    /// Unix seconds.
    pub span: Range<i64>,
}

/// Half-open intervals that have a moment in common.
pub fn overlap(a: &Range<i64>, b: &Range<i64>) -> bool {
    a.start < b.end && b.start < a.end
}

/// Bytes that belong to a number and a use of it, the same in every run.
pub fn bytes_of<const N: usize>(number: u64, what: u64) -> [u8; N] {
    let mut bytes = [0; N];
    for (i, part) in (0..).zip(bytes.chunks_mut(8)) {
        let word = mix(mix(number ^ what << 48).wrapping_add(i)).to_le_bytes();
        part.copy_from_slice(&word[..part.len()]);
    }
    bytes
}

fn unix(day: u32, minute: u16) -> i64 {
    Day::from_number(day).start().unix() + i64::from(minute) * 60
}

/// The finaliser of splitmix64.
fn mix(number: u64) -> u64 {
    let mut z = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

pub const PLANTED: u64 = 5;
/// How long exposures are listed.
pub const DAYS: u64 = 21;
pub const FIRST_DAY: u32 = 20_955;
