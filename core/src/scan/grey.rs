//! Brightness between the pixels.

use super::frame::View;
use super::point::Point;

/// A picture in which dark modules are high values, whatever the code's polarity.
#[derive(Clone, Copy)]
pub(super) struct Grey<'a> {
    view: View<'a>,
    light: bool,
    /// The last place with four pixels around it, in 1/256 pixels.
    most: [i32; 2],
}

impl<'a> Grey<'a> {
    /// `light`: the code is inverted. The picture has at least two rows and columns.
    pub(super) fn new(view: View<'a>, light: bool) -> Self {
        let most =
            [view.width, view.height].map(|side| (side.saturating_sub(1) as i32 * 256 - 1).max(0));
        Self { view, light, most }
    }

    /// Darkness at a place, straight lines between pixel middles, in 1/16 grey levels; the
    /// border goes on for ever.
    #[inline]
    pub(super) fn at(&self, p: Point) -> i32 {
        self.at_fixed(p.map(fixed))
    }

    /// As [`Grey::at`], of a place in 1/256 pixels.
    #[inline]
    pub(super) fn at_fixed(&self, [x, y]: [i32; 2]) -> i32 {
        let x = x.saturating_sub(128).clamp(0, self.most[0]);
        let y = y.saturating_sub(128).clamp(0, self.most[1]);
        let (ax, ay) = (x & 255, y & 255);
        let (x, y) = ((x >> 8) as usize, (y >> 8) as usize);
        let mix = |[a, b]: [u8; 2]| i32::from(a) * (256 - ax) + i32::from(b) * ax;
        let upper = mix(self.view.pair(x, y));
        let lower = mix(self.view.pair(x, y + 1));
        let bright = (upper * (256 - ay) + lower * ay) >> 12;
        if self.light { bright } else { -bright }
    }
}

/// Pixels in 1/256.
#[inline]
pub(super) fn fixed(v: f32) -> i32 {
    (v * 256.0) as i32
}

/// One grey level as [`Grey::at`] counts.
pub(super) const LEVEL: i32 = 16;
