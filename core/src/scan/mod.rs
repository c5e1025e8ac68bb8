//! Camera frames to QR symbols: knows nothing of venues.
//!
//! ```
//! use vaora::scan::Scanner;
//!
//! let mut scanner = Scanner::new();
//! let (width, height) = (1280, 720);
//! let luma = vec![255; 1280 * 720];
//! for symbol in scanner.frame(&luma, width, height, width)? {
//!     println!("{}", symbol.text);
//! }
//! # Ok::<(), vaora::scan::FrameError>(())
//! ```
//!
//! The way of a frame, each step in a file of its own:
//! [`plan`] chooses the scale · [`plane`] makes it · [`threshold`] tells dark from light ·
//! [`finder`] finds the square corners · [`trio`] puts three of them together · [`read`] guesses
//! the size · [`fit`] lays the module grid over the picture to a fraction of a pixel ·
//! [`bend`] and [`alignment`] bend it with the paper · [`sample`] reads the modules · [`symbol`] corrects
//! them.

mod alignment;
mod bend;
mod check;
mod code;
mod dark;
mod finder;
mod fit;
mod frame;
mod grey;
mod perspective;
mod plan;
mod plane;
mod point;
mod read;
mod runs;
mod sample;
mod scanner;
mod symbol;
mod threshold;
mod trio;
mod work;

pub use code::Symbol;
pub use frame::{FrameError, MOST_SIDE};
pub use scanner::{Scanner, Which};
pub use symbol::Level;
