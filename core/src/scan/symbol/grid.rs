//! The one door to `rqrr`: it is shown a grid of modules that was sampled here, never a picture.
//! Its detector takes twenty times as long as this one, panics on some photographs and freezes
//! on fields of finder patterns; its reading of a clean grid is sound.

use rqrr::{BitGrid, Grid};

use super::{Format, Modules, format};

/// Reads the format and all codewords off the grid; the mask is still on them.
pub(super) fn read(modules: &Modules<'_>, words: &mut Vec<u8>) -> Option<Format> {
    let (meta, raw) = Grid::new(Sampled(*modules)).get_raw_data().ok()?;
    words.clear();
    words.extend_from_slice(raw.data.get(..raw.len / 8)?);
    let mask = u8::try_from(meta.mask).ok()?;
    Some(Format { level: format::level(u32::from(meta.ecc_level)), mask })
}

struct Sampled<'a>(Modules<'a>);

impl BitGrid for Sampled<'_> {
    fn size(&self) -> usize {
        self.0.size
    }

    fn bit(&self, y: usize, x: usize) -> bool {
        self.0.at(x, y) > 0
    }
}
