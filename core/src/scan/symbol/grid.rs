//! The one door to `rqrr`: it is shown a grid of modules that was sampled here, never a picture.
//! Its detector takes twenty times as long as this one, panics on some photographs and freezes
//! on fields of finder patterns; its reading of a clean grid is sound.

use rqrr::{BitGrid, Grid, MetaData, RawData};

use super::Modules;

/// Format and codeword bits, still masked, as `rqrr` reads them off the grid.
pub(super) fn read(modules: &Modules<'_>) -> Option<(MetaData, RawData)> {
    Grid::new(Sampled(*modules)).get_raw_data().ok()
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
