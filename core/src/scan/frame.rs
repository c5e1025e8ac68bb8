//! A camera frame, checked once: nothing behind this file can read past a row.

use std::fmt;

/// Why a buffer is no frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FrameError {
    /// A row is longer than the distance between rows.
    Stride,
    /// The buffer ends before the last row does.
    Short,
    /// A side is longer than [`MOST_SIDE`] pixels.
    TooLarge,
}

impl fmt::Display for FrameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Stride => "the stride is smaller than the width",
            Self::Short => "the buffer is shorter than the frame",
            Self::TooLarge => "the frame is larger than any camera's",
        })
    }
}

impl std::error::Error for FrameError {}

/// Longest side of a frame.
pub const MOST_SIDE: u32 = 16_384;

/// Brightness, row by row; every row is there.
#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    px: &'a [u8],
    pub(super) width: usize,
    pub(super) height: usize,
    stride: usize,
}

impl<'a> View<'a> {
    pub(super) fn new(
        luma: &'a [u8],
        width: u32,
        height: u32,
        stride: u32,
    ) -> Result<Self, FrameError> {
        if width > MOST_SIDE || height > MOST_SIDE {
            return Err(FrameError::TooLarge);
        }
        if stride < width {
            return Err(FrameError::Stride);
        }
        let (width, height, stride) = (width as usize, height as usize, stride as usize);
        // The last row may end at its last pixel: Android hands out such buffers.
        let last = stride.checked_mul(height.saturating_sub(1)).ok_or(FrameError::TooLarge)?;
        if height > 0 && last.checked_add(width).is_none_or(|end| luma.len() < end) {
            return Err(FrameError::Short);
        }
        Ok(Self { px: luma, width, height, stride })
    }

    /// No pixel at all.
    pub(super) fn empty() -> Self {
        Self { px: &[], width: 0, height: 0, stride: 0 }
    }

    /// Row `y`, which must be one of the frame's.
    pub(super) fn row(&self, y: usize) -> &'a [u8] {
        let from = y * self.stride;
        &self.px[from..from + self.width]
    }

    pub(super) fn area(&self) -> usize {
        self.width * self.height
    }

    /// Two neighbouring pixels of row `y`.
    pub(super) fn pair(&self, x: usize, y: usize) -> [u8; 2] {
        let from = y * self.stride + x;
        match self.px.get(from..from + 2) {
            Some(&[a, b]) => [a, b],
            _ => [0; 2],
        }
    }
}
