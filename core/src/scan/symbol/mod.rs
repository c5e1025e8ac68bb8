//! A grid of modules, each with its confidence, to the data bytes of a symbol.
//!
//! Two ways lead there. `rqrr` reads format and codewords off the grid as it stands. Where that
//! fails, the own way weighs both copies of the format by their confidence and spends check
//! bytes on the weakest codewords (erasures), which is worth more reads on damaged, glaring and
//! dark posters than any other step behind the detector.

mod blocks;
mod correct;
mod format;
mod galois;
mod grid;
mod layout;
pub(in crate::scan) mod tables;

pub(super) use format::version_fields;

use blocks::Blocks;
use layout::Layout;

/// How much damage a symbol was made to bear.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// About 7 % of the codewords.
    Low,
    /// About 15 %.
    Medium,
    /// About 25 %.
    Quartile,
    /// About 30 %.
    High,
}

/// The two readings of a symbol's format that are tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Format {
    pub(super) level: Level,
    pub(super) mask: u8,
}

/// Signed modules of a symbol: positive is dark, the size is the confidence.
#[derive(Clone, Copy)]
pub(super) struct Modules<'a> {
    pub(super) size: usize,
    pub(super) signed: &'a [i32],
    /// Rows and columns change places: a symbol seen from behind.
    pub(super) mirrored: bool,
}

impl Modules<'_> {
    pub(super) fn at(&self, x: usize, y: usize) -> i32 {
        let (x, y) = if self.mirrored { (y, x) } else { (x, y) };
        self.signed.get(y * self.size + x).copied().unwrap_or(0)
    }
}

/// How much a decode may guess.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Effort {
    /// Errors only, format as `rqrr` reads it.
    Plain,
    /// Errors only, the two likeliest formats.
    Soft,
    /// The weakest codewords count as erased, up to three fifths of the check bytes.
    Erase,
}

/// Decodes grids; keeps its tables and buffers between symbols.
#[derive(Default)]
pub(super) struct Decoder {
    layout: Layout,
    blocks: Blocks,
    /// Corrected data bytes of the symbol that was decoded last.
    pub(super) data: Vec<u8>,
}

impl Decoder {
    /// Corrects the symbol into `data`, or says that it cannot be.
    pub(super) fn decode(&mut self, modules: &Modules<'_>, effort: Effort) -> Option<Format> {
        let version = version_of(modules.size)?;
        self.layout.prepare(version);
        if effort == Effort::Plain {
            let format = self.blocks.load_plain(modules, &self.layout)?;
            return self.correct(version, format, effort);
        }
        format::likeliest(modules).into_iter().find_map(|format| {
            self.blocks.load(modules, format.mask, &self.layout);
            self.correct(version, format, effort)
        })
    }

    fn correct(&mut self, version: usize, format: Format, effort: Effort) -> Option<Format> {
        let erase = effort == Effort::Erase;
        self.blocks.correct(version, format.level, erase, &mut self.data).then_some(format)
    }
}

/// The version with this many modules a side.
pub(super) fn version_of(size: usize) -> Option<usize> {
    let version = size.checked_sub(17)? / 4;
    (size % 4 == 1 && (1..=40).contains(&version)).then_some(version)
}

#[cfg(test)]
mod tests;
