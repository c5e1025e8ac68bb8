//! Camera frames to codes.

use std::sync::{Arc, Mutex};

use vaora::scan::{self, FrameError, Which};

use crate::code::Content;
use crate::error::{bad_call, number};
use crate::{Code, Result, VaoraError};

/// Reads QR codes in camera frames. Keep one for as long as the camera runs, on the camera's own
/// thread. A frame costs about a millisecond where there is no code.
#[derive(uniffi::Object)]
pub struct Scanner(Mutex<scan::Scanner>);

#[uniffi::export]
impl Scanner {
    /// A scanner for the most central code of each frame: what a person points the camera at.
    #[uniffi::constructor]
    #[expect(clippy::new_without_default, reason = "the guest languages have no Default")]
    pub fn new() -> Self {
        Self(Mutex::new(scan::Scanner::for_codes(Which::Central)))
    }

    /// Looks at one frame: `luma` is its brightness plane, a direct buffer whose pixels are not
    /// copied; `stride` is the distance of rows in bytes. None if there is no code, or not yet: what
    /// one frame leaves untried comes in the next ones.
    pub fn frame(
        &self,
        luma: &[u8],
        width: i32,
        height: i32,
        stride: i32,
    ) -> Result<Option<Arc<Code>>> {
        self.look(width, height, stride, |scanner, [width, height, stride]| {
            scanner.frame(luma, width, height, stride)
        })
    }

    /// Looks at one picture in every way there is: for pictures out of an album. Takes up to some
    /// hundred times as long as a frame.
    pub fn picture(
        &self,
        luma: &[u8],
        width: i32,
        height: i32,
        stride: i32,
    ) -> Result<Option<Arc<Code>>> {
        self.look(width, height, stride, |scanner, [width, height, stride]| {
            scanner.picture(luma, width, height, stride)
        })
    }
}

impl Scanner {
    fn look(
        &self,
        width: i32,
        height: i32,
        stride: i32,
        look: impl FnOnce(
            &mut scan::Scanner,
            [u32; 3],
        ) -> std::result::Result<&[scan::Symbol], FrameError>,
    ) -> Result<Option<Arc<Code>>> {
        let sides = [number(width)?, number(height)?, number(stride)?];
        let mut scanner = self.0.lock().map_err(|_| VaoraError::Closed)?;
        let symbols = look(&mut scanner, sides).or_else(|error| {
            bad_call(match error {
                FrameError::Stride => "the stride is smaller than the width",
                FrameError::Short => "the buffer is shorter than the frame",
                FrameError::TooLarge => "the frame is larger than any camera's",
            })
        })?;
        Ok(symbols.first().map(|symbol| {
            let (segments, text) = (symbol.segments.clone(), symbol.text.clone());
            Arc::new(Code(Content::Symbol { segments, text }))
        }))
    }
}
