//! What a scan gives: one QR code of a frame.

use std::fmt;

use super::symbol::Level;
use crate::text::reader;
use crate::text::segments::{self, Segment};

/// A QR code that was read in a frame.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Symbol {
    /// The parts it was written in, each with its mode and charset.
    pub segments: Vec<Segment>,
    /// The bytes of all parts, one after the other.
    pub bytes: Vec<u8>,
    /// The text, with the announced charsets honoured.
    pub text: String,
    /// Where it lies in the frame, in pixels: the corner between the upper finder patterns
    /// first, then around as the symbol is read.
    pub corners: [[f32; 2]; 4],
    /// 1 to 40: 21 to 177 modules a side.
    pub version: u8,
    /// How much damage it was made to bear.
    pub level: Level,
    /// It was seen from behind, or printed so.
    pub mirrored: bool,
    /// It is light on dark.
    pub inverted: bool,
    /// The data as it was packed: the same data again is the same text.
    data: Vec<u8>,
}

/// Nothing of what it says is shown: it may be a person's card.
impl fmt::Debug for Symbol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { corners, version, .. } = self;
        f.debug_struct("Symbol").field("corners", corners).field("version", version).finish()
    }
}

impl Symbol {
    /// Unpacks the data of a symbol; nothing if it holds no characters, as only an accident
    /// does.
    pub(super) fn unpack(data: &[u8], version: u8) -> Option<Self> {
        let segments = segments::parse(data, version).ok()?;
        let bytes: Vec<u8> = segments.iter().flat_map(|s| s.bytes.iter().copied()).collect();
        if bytes.is_empty() {
            return None;
        }
        Some(Self {
            text: reader::read(&segments).text,
            segments,
            bytes,
            corners: [[0.0; 2]; 4],
            version,
            level: Level::Low,
            mirrored: false,
            inverted: false,
            data: data.to_vec(),
        })
    }

    pub(super) fn is(&self, data: &[u8], version: u8) -> bool {
        self.version == version && self.data == data
    }

    pub(super) fn centre(&self) -> [f32; 2] {
        let sum = |k: usize| self.corners.iter().map(|c| c[k]).sum::<f32>() / 4.0;
        [sum(0), sum(1)]
    }

    /// Does a point lie inside, or as near as a finder pattern's centre would?
    pub(super) fn holds(&self, p: [f32; 2]) -> bool {
        let c = self.centre();
        let far = |q: [f32; 2]| (q[0] - c[0]) * (q[0] - c[0]) + (q[1] - c[1]) * (q[1] - c[1]);
        let reach = self.corners.iter().map(|&q| far(q)).fold(0.0, f32::max);
        far(p) < reach * 0.7
    }
}
