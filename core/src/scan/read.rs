//! From three finder patterns to the data of a code, the cheap way first.

use super::alignment::{self, Mesh};
use super::bend::Bend;
use super::check;
use super::fit::{self, Edge, Pin, refine};
use super::grey::Grey;
use super::perspective::Perspective;
use super::point::Point;
use super::sample::{Grid, Split};
use super::symbol::{self, Decoder, Effort, Format, Modules};
use super::trio::Trio;
use super::work::Work;

/// A code that was read; its data lies in the reader.
#[derive(Clone, Copy)]
pub(super) struct Read {
    pub(super) map: Perspective,
    pub(super) modules: usize,
    pub(super) format: Format,
    pub(super) mirrored: bool,
}

/// Reads candidates; keeps its buffers between them.
#[derive(Default)]
pub(super) struct Reader {
    decoder: Decoder,
    grid: Grid,
    mesh: Mesh,
    edges: Vec<Edge>,
}

impl Reader {
    /// Corrected data bytes of the code that was read last.
    pub(super) fn data(&self) -> &[u8] {
        &self.decoder.data
    }

    /// Tries the sizes that the distance of the patterns allows, the likeliest first.
    pub(super) fn read(
        &mut self,
        grey: &Grey<'_>,
        centres: [Point; 3],
        trio: &Trio,
        work: &mut Work,
    ) -> Option<Read> {
        self.edges.reserve(1024);
        let guesses = guess_sizes(grey, centres, trio, work);
        let mut fitted = [(f32::MIN, 0, Perspective([0.0; 8])); 3];
        for (guess, out) in guesses.iter().zip(&mut fitted) {
            // Codes that are read score far higher; what comes here by accident lies about 0.
            if guess.score < 0.15 && guesses[0].score < 0.15 {
                return None;
            }
            if guess.size == 0 || !work.spend(100) {
                continue;
            }
            let (map, error) = self.fit_finders(grey, guess, work);
            let score = check::timing(grey, &map, guess.size)
                .max(check::timing(grey, &guess.map, guess.size) - 0.1)
                - 0.3 * error
                - off_size(trio, guess.size) * 0.5;
            *out = (score, guess.size, map);
            // A clear answer: nothing else can be as good.
            if score > 0.8 {
                break;
            }
        }
        fitted.sort_unstable_by(|a, b| b.0.total_cmp(&a.0));
        for (rank, &(score, n, map)) in fitted.iter().enumerate().take(2) {
            if score < 0.2 || (rank > 0 && score < 0.3) || n == 0 {
                break;
            }
            if check::finders(grey, &map, n) < 0.64 {
                continue;
            }
            if let Some(read) = self.read_grid(grey, map, n, work) {
                return Some(read);
            }
        }
        None
    }

    fn fit_finders(
        &mut self,
        grey: &Grey<'_>,
        guess: &Guess,
        work: &mut Work,
    ) -> (Perspective, f32) {
        self.edges.clear();
        fit::finder_edges(&mut self.edges, guess.size);
        let (mut map, mut error) = (guess.map, 1.0);
        for reach in [0.6, 0.45, 0.45] {
            let Some((next, left)) = refine(grey, &map, guess.size, &self.edges, &[], reach, work)
            else {
                break;
            };
            (map, error) = (next, left);
            // Within a tenth of a module nothing is gained by another round.
            if error < 0.1 {
                break;
            }
        }
        (map, error)
    }

    /// Reads with the map made better step by step: far alignment pattern and timing patterns;
    /// then all alignment patterns, if the paper bends; then the finders and timing patterns
    /// alone, in case that the far pattern was an accident.
    fn read_grid(
        &mut self,
        grey: &Grey<'_>,
        start: Perspective,
        n: usize,
        work: &mut Work,
    ) -> Option<Read> {
        let pinned = far_pattern(grey, &start, n, work);
        let pins: &[Pin] = pinned.as_slice();
        self.edges.clear();
        fit::finder_edges(&mut self.edges, n);
        let mut map = start;
        for round in 0..2 {
            if let Some((next, _)) = refine(grey, &map, n, &self.edges, pins, 0.45, work) {
                map = next;
            }
            if round == 0 {
                fit::timing_edges(&mut self.edges, n);
                if !pins.is_empty() {
                    let far = n as f32 - 6.5;
                    fit::square_edges(&mut self.edges, [far, far], &[(0.5, -1), (1.5, 1)]);
                }
            }
        }
        self.grid.sample(grey, &map, None, n, work);
        if let Some(read) = self.decode(map, n, &[Split::Mean], work) {
            return Some(read);
        }
        if work.left() <= 0 {
            return None;
        }
        let mut mesh = std::mem::take(&mut self.mesh);
        let mut bend = Bend::default();
        for reach in [0.7, 0.45, 0.45] {
            match bend.refine(grey, &map, n, &self.edges, reach, work) {
                Some(next) => bend = next,
                None => break,
            }
        }
        let bent = mesh.find(grey, |u, v| map.at(u, v), n, &bend, work);
        let mut read = None;
        if bent {
            self.grid.sample(grey, &map, Some(&mesh), n, work);
            read = self.decode(map, n, &ALL, work);
        }
        self.mesh = mesh;
        if read.is_some() {
            return read;
        }
        self.grid.sample(grey, &map, None, n, work);
        if self.wrong_version(n, work) {
            return None;
        }
        if let Some(read) = self.decode(map, n, &ALL[1..], work) {
            return Some(read);
        }
        if pins.is_empty() {
            return None;
        }
        let map = self.fit_without_far(grey, start, n, work);
        self.grid.sample(grey, &map, None, n, work);
        self.decode(map, n, &ALL, work)
    }

    fn fit_without_far(
        &mut self,
        grey: &Grey<'_>,
        start: Perspective,
        n: usize,
        work: &mut Work,
    ) -> Perspective {
        self.edges.clear();
        fit::finder_edges(&mut self.edges, n);
        fit::timing_edges(&mut self.edges, n);
        let mut map = start;
        for _ in 0..2 {
            if let Some((next, _)) = refine(grey, &map, n, &self.edges, &[], 0.45, work) {
                map = next;
            }
        }
        map
    }

    /// From version 7 on a code says its version itself; a clear other one means that the
    /// number of modules was guessed wrong.
    fn wrong_version(&mut self, n: usize, work: &mut Work) -> bool {
        let Some(version) = symbol::version_of(n).filter(|&v| v >= 7) else { return false };
        self.grid.split(n, Split::Mean, work);
        let modules = Modules { size: n, signed: &self.grid.signed, mirrored: false };
        let (named, clear) = symbol::version_fields(&modules);
        named != version && clear > 75
    }

    fn decode(
        &mut self,
        map: Perspective,
        modules: usize,
        splits: &[Split],
        work: &mut Work,
    ) -> Option<Read> {
        for &split in splits {
            self.grid.split(modules, split, work);
            let first = split == Split::Mean;
            if first && check::patterns(&self.grid.signed, modules) < 50 {
                return None;
            }
            let efforts: &[(Effort, bool)] = match first {
                true => &[(Effort::Plain, false), (Effort::Soft, false), (Effort::Soft, true)],
                false => &[(Effort::Erase, false), (Effort::Erase, true)],
            };
            for &(effort, mirrored) in efforts {
                let cost = match effort {
                    Effort::Plain => 30,
                    Effort::Soft => 16,
                    Effort::Erase => 80,
                };
                if !work.spend(modules * modules * cost) {
                    return None;
                }
                let grid = Modules { size: modules, signed: &self.grid.signed, mirrored };
                if let Some(format) = self.decoder.decode(&grid, effort) {
                    return Some(Read { map, modules, format, mirrored });
                }
            }
        }
        None
    }
}

/// A size that a code may have, and the map that goes with it.
#[derive(Clone, Copy)]
struct Guess {
    score: f32,
    size: usize,
    map: Perspective,
}

/// The three sizes whose timing patterns look best, by the finders' centres alone.
fn guess_sizes(grey: &Grey<'_>, centres: [Point; 3], trio: &Trio, work: &mut Work) -> [Guess; 3] {
    let mut best = [Guess { score: f32::MIN, size: 0, map: Perspective([0.0; 8]) }; 3];
    let middle = ((trio.span - 10.0) / 4.0 + 0.5) as i32;
    let spread = match trio.span {
        s if s > 60.0 => 3,
        s if s > 34.0 => 2,
        _ => 1,
    };
    for version in (middle - spread).max(1)..=(middle + spread).min(40) {
        let size = version as usize * 4 + 17;
        work.spend(size * 20);
        let map = Perspective::from_finders(centres, &trio.modules, (size - 7) as f32);
        let score = check::timing(grey, &map, size) - off_size(trio, size);
        let guess = Guess { score, size, map };
        if let Some(place) = best.iter().position(|b| score > b.score) {
            best[place..].rotate_right(1);
            best[place] = guess;
        }
    }
    best
}

/// A small price for sizes away from the measured one.
fn off_size(trio: &Trio, size: usize) -> f32 {
    0.015 * (trio.span + 7.0 - size as f32).abs()
}

/// The alignment pattern in the far corner fixes the perspective.
fn far_pattern(grey: &Grey<'_>, map: &Perspective, n: usize, work: &mut Work) -> Option<Pin> {
    if n < 25 {
        return None;
    }
    let far = n as f32 - 6.5;
    let reach = (0.8 + 0.05 * n as f32).min(5.0);
    let (off, clear) = alignment::find(grey, |u, v| map.at(u, v), [far, far], reach, work)?;
    Some(alignment::pin([far, far], map.at(far + off[0], far + off[1]), clear))
}

const ALL: [Split; 4] = [Split::Mean, Split::Middle, Split::SharpMean, Split::SharpMiddle];
