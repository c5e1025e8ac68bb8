//! Which ways of looking come in which frame. One quick look is always taken; the slow ones take
//! turns over the frames that follow, and the way that read last comes first.

/// One way of looking at a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Look {
    pub(super) scale: Scale,
    pub(super) split: Binary,
}

/// The size of the picture that is searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scale {
    /// Twice the frame's side.
    Double,
    Full,
    /// The frame's side divided.
    Shrunk(usize),
    /// Several dark frames laid over each other, then divided.
    Laid(usize),
}

/// How grey becomes black and white.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Binary {
    Blocks,
    Mean,
}

impl Look {
    const fn new(scale: Scale, split: Binary) -> Self {
        Self { scale, split }
    }

    /// Is the picture at this scale large enough to show a code, and small enough to be quick?
    pub(super) fn suits(&self, width: usize, height: usize) -> bool {
        let (long, short) = (width.max(height), width.min(height));
        match self.scale {
            Scale::Double => long <= 700,
            Scale::Full => true,
            Scale::Shrunk(k) | Scale::Laid(k) if k >= 4 => long / k >= 240 && short / k >= 60,
            Scale::Shrunk(k) | Scale::Laid(k) => short / k >= 80,
        }
    }
}

/// The quick look of every frame.
pub(super) fn quick(width: usize, height: usize) -> Look {
    let k = match width.max(height) {
        0..=500 => return Look::new(Scale::Full, Binary::Blocks),
        501..=800 => 2,
        _ => 3,
    };
    let look = Look::new(Scale::Shrunk(k), Binary::Blocks);
    if look.suits(width, height) { look } else { Look::new(Scale::Full, Binary::Blocks) }
}

/// The slow looks, in the order of what they are worth.
pub(super) const SLOW: [Look; 11] = [
    Look::new(Scale::Full, Binary::Blocks),
    Look::new(Scale::Shrunk(3), Binary::Mean),
    Look::new(Scale::Shrunk(4), Binary::Blocks),
    Look::new(Scale::Full, Binary::Mean),
    Look::new(Scale::Shrunk(2), Binary::Blocks),
    Look::new(Scale::Double, Binary::Blocks),
    Look::new(Scale::Shrunk(2), Binary::Mean),
    Look::new(Scale::Shrunk(3), Binary::Blocks),
    Look::new(Scale::Shrunk(4), Binary::Mean),
    Look::new(Scale::Double, Binary::Mean),
    Look::new(Scale::Shrunk(6), Binary::Blocks),
];

/// The looks at laid frames, which take turns in the dark.
pub(super) const DARK: [Look; 3] = [
    Look::new(Scale::Laid(2), Binary::Blocks),
    Look::new(Scale::Laid(3), Binary::Blocks),
    Look::new(Scale::Laid(2), Binary::Mean),
];
