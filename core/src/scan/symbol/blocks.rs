//! Codewords dealt out to their blocks, mended, and put together again.

use super::correct::{MOST_CHECKS, Syndromes, mend};
use super::layout::{Layout, flips};
use super::{Format, Level, Modules, grid, tables};

/// The codewords of one symbol with the confidence of each.
#[derive(Default)]
pub(super) struct Blocks {
    words: Vec<u8>,
    /// The weakest bit of each word.
    trust: Vec<i32>,
}

impl Blocks {
    /// Takes the words from modules, undoing the mask.
    pub(super) fn load(&mut self, modules: &Modules<'_>, mask: u8, layout: &Layout) {
        self.clear();
        for bits in layout.order.chunks_exact(8) {
            let (mut word, mut trust) = (0, i32::MAX);
            for &(x, y) in bits {
                let (x, y) = (usize::from(x), usize::from(y));
                let signed = modules.at(x, y);
                trust = trust.min(signed.abs());
                word = word << 1 | u8::from((signed > 0) != flips(mask, x, y));
            }
            self.words.push(word);
            self.trust.push(trust);
        }
    }

    /// Takes the words as `rqrr` reads them, all equally believed.
    pub(super) fn load_plain(&mut self, modules: &Modules<'_>, layout: &Layout) -> Option<Format> {
        self.clear();
        let format = grid::read(modules, &mut self.words)?;
        for (bits, word) in layout.order.chunks_exact(8).zip(&mut self.words) {
            for (i, &(x, y)) in bits.iter().enumerate() {
                *word ^= u8::from(flips(format.mask, usize::from(x), usize::from(y))) << (7 - i);
            }
        }
        self.trust.resize(self.words.len(), 1);
        Some(format)
    }

    fn clear(&mut self) {
        self.words.clear();
        self.trust.clear();
        // The largest symbol's, once.
        self.words.reserve_exact(MOST_WORDS);
        self.trust.reserve_exact(MOST_WORDS);
    }

    /// Mends every block and joins their data bytes into `data`; false if one is past mending.
    pub(super) fn correct(
        &self,
        version: usize,
        level: Level,
        erase: bool,
        data: &mut Vec<u8>,
    ) -> bool {
        data.clear();
        data.reserve_exact(MOST_WORDS);
        let checks = tables::check_bytes(version, level);
        let count = tables::blocks(version, level);
        let raw = self.words.len();
        if count == 0 || raw / count <= checks {
            return false;
        }
        let shape = Shape { count, short: raw / count - checks, long: raw % count, checks };
        (0..count).all(|k| {
            let mut block = Block::gather(self, &shape, k);
            let whole = block.mend(version, level, checks, erase);
            data.extend_from_slice(&block.bytes[..block.length - checks]);
            whole
        })
    }
}

/// How a symbol's words are dealt out.
struct Shape {
    count: usize,
    /// Data bytes of the shorter blocks; the `long` last ones have one more.
    short: usize,
    long: usize,
    checks: usize,
}

struct Block {
    bytes: [u8; MOST_BLOCK],
    trust: [i32; MOST_BLOCK],
    length: usize,
}

impl Block {
    fn gather(from: &Blocks, shape: &Shape, k: usize) -> Self {
        let mut block = Self { bytes: [0; MOST_BLOCK], trust: [0; MOST_BLOCK], length: 0 };
        let Shape { count, short, long, checks } = *shape;
        let extra = k + long >= count;
        let first_check = count * short + long;
        let places = (0..short)
            .map(|j| j * count + k)
            .chain(extra.then(|| count * short + (k + long - count)))
            .chain((0..checks).map(|j| first_check + j * count + k));
        for place in places {
            if let (Some(&word), Some(&trust)) = (from.words.get(place), from.trust.get(place))
                && block.length < MOST_BLOCK
            {
                block.bytes[block.length] = word;
                block.trust[block.length] = trust;
                block.length += 1;
            }
        }
        block
    }

    /// Errors only first; then more and more of the weakest words count as erased.
    fn mend(&mut self, version: usize, level: Level, checks: usize, erase: bool) -> bool {
        let syndromes = Syndromes::of(&self.bytes[..self.length], checks);
        if syndromes.whole() {
            return true;
        }
        let mut weak: [usize; MOST_BLOCK] = std::array::from_fn(|i| i);
        let most = if erase { (checks * 3 / 5).min(checks.saturating_sub(SPARE)) } else { 0 };
        if most > 0 {
            weak[..self.length].sort_unstable_by_key(|&i| (self.trust[i], i));
        }
        let mut erased = 0;
        loop {
            let mut bytes = self.bytes;
            let fixed = mend(&mut bytes[..self.length], checks, &syndromes, &weak[..erased]);
            if fixed.is_some_and(|n| checks - erased - 2 * n >= spare(version, level, erased)) {
                self.bytes = bytes;
                return true;
            }
            if erased >= most {
                return false;
            }
            erased = (erased + 2.max(checks / 8)).min(most);
        }
    }
}

/// Check bytes that must be left over: what the standard keeps back in the smallest symbols, and
/// [`SPARE`] once erasures are guessed.
fn spare(version: usize, level: Level, erased: usize) -> usize {
    match (erased > 0, version, level) {
        (true, ..) => SPARE,
        (_, 1, Level::Low) => 3,
        (_, 1, Level::Medium) | (_, 2, Level::Low) => 2,
        (_, 1, _) | (_, 3, Level::Low) => 1,
        _ => 0,
    }
}

/// A decode that spends every check byte on guesses accepts anything: with four kept back there
/// was no wrong text in 3,359 reads of photographs, with none there was one.
const SPARE: usize = 4;
/// Words of version 40.
const MOST_WORDS: usize = 3_706;
/// The longest block: 153 bytes, of which at least 15 are check bytes.
const MOST_BLOCK: usize = 128 + MOST_CHECKS;
