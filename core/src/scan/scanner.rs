//! The scanner: frames in, codes out.

use super::code::Symbol;
use super::dark::Dark;
use super::finder::Finders;
use super::frame::{FrameError, View};
use super::grey::Grey;
use super::plan::{self, Binary, Look, Scale};
use super::plane::Plane;
use super::point::{Point, length, scaled, sub};
use super::read::{Read, Reader};
use super::symbol::version_of;
use super::threshold::Bits;
use super::trio::{Trio, Trios};
use super::work::Work;

/// Reads QR codes in camera frames. Keep one for as long as the camera runs: it remembers which
/// way of looking read last, and lays dark frames over each other.
///
/// A frame costs about a millisecond where there is no code, and no memory is allocated for it.
#[derive(Default)]
pub struct Scanner {
    which: Which,
    /// Codes of the last frame.
    symbols: Vec<Symbol>,
    /// Codes of frames before; seen again, they cost no memory.
    spare: Vec<Symbol>,
    /// The slow look that comes next, and the look that read last.
    next: usize,
    lucky: Option<Look>,
    dark: Dark,
    /// Work of the last frame.
    spent: u64,
    tools: Tools,
    /// A frame larger than any camera's, made smaller first.
    reduced: Plane,
}

/// Which codes of a frame are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Which {
    /// The one nearest to the middle of the frame: what a person points the camera at.
    #[default]
    Central,
    /// Every code in view.
    All,
}

impl Scanner {
    /// A scanner for the most central code of each frame.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A scanner for the codes that are wanted.
    #[must_use]
    pub fn for_codes(which: Which) -> Self {
        Self { which, ..Self::default() }
    }

    /// Looks at one frame of a camera: `luma` is its brightness plane, `stride` the distance of
    /// rows in bytes. Gives the codes that were read, none if there is none or not yet: what
    /// one frame leaves untried comes in the next ones.
    ///
    /// # Errors
    /// A [`FrameError`] if the buffer is not what its measures say.
    pub fn frame(
        &mut self,
        luma: &[u8],
        width: u32,
        height: u32,
        stride: u32,
    ) -> Result<&[Symbol], FrameError> {
        let view = View::new(luma, width, height, stride)?;
        self.begin();
        let mut reduced = std::mem::take(&mut self.reduced);
        let (base, scale) = reduce(&view, &mut reduced, &mut self.tools.sums);
        self.look_around(&base, scale);
        self.reduced = reduced;
        Ok(&self.symbols)
    }

    /// Looks at one picture in every way there is: for pictures out of an album, of which no
    /// next frame comes. Takes up to some hundred times as long as a frame.
    ///
    /// # Errors
    /// As [`Scanner::frame`].
    pub fn picture(
        &mut self,
        luma: &[u8],
        width: u32,
        height: u32,
        stride: u32,
    ) -> Result<&[Symbol], FrameError> {
        let view = View::new(luma, width, height, stride)?;
        self.begin();
        let mut reduced = std::mem::take(&mut self.reduced);
        let (base, scale) = reduce(&view, &mut reduced, &mut self.tools.sums);
        let quick = plan::quick(base.width, base.height);
        let looks = plan::SLOW.into_iter().filter(|look| *look != quick);
        for look in [quick].into_iter().chain(looks) {
            self.look(&base, scale, look, &PICTURE);
            if self.which == Which::Central && !self.symbols.is_empty() {
                break;
            }
        }
        self.reduced = reduced;
        Ok(&self.symbols)
    }

    /// What the last frame or picture cost, in units of about a nanosecond. It is the same on
    /// every machine, and no frame costs more than some forty million, reading its pixels once apart.
    #[must_use]
    pub fn spent(&self) -> u64 {
        self.spent
    }

    fn begin(&mut self) {
        self.spent = 0;
        self.symbols.reserve(KEPT);
        self.spare.reserve(2 * KEPT);
        self.spare.append(&mut self.symbols);
        let old = self.spare.len().saturating_sub(KEPT);
        self.spare.drain(..old);
    }

    /// The quick look, or the lucky one; then the slow one whose turn it is.
    fn look_around(&mut self, base: &View<'_>, scale: f32) {
        let quick = plan::quick(base.width, base.height);
        let first = self.lucky.unwrap_or(quick);
        for look in [Some(first), (first != quick).then_some(quick)].into_iter().flatten() {
            self.look(base, scale, look, &FRAME);
            if !self.symbols.is_empty() && self.which == Which::Central {
                self.lucky = Some(look);
                return;
            }
        }
        let dark = self.dark.remember(base);
        if self.symbols.is_empty() {
            self.lucky = None;
        }
        let look = if dark && self.next % 2 == 1 {
            plan::DARK[self.next / 2 % plan::DARK.len()]
        } else {
            self.next_slow(base, quick)
        };
        self.next = self.next.wrapping_add(1);
        let before = self.symbols.len();
        self.look(base, scale, look, &FRAME);
        if self.symbols.len() > before {
            self.lucky = Some(look);
        }
    }

    fn next_slow(&mut self, base: &View<'_>, quick: Look) -> Look {
        for _ in 0..plan::SLOW.len() {
            let look = plan::SLOW[self.next % plan::SLOW.len()];
            if look != quick && look.suits(base.width, base.height) {
                return look;
            }
            self.next = self.next.wrapping_add(1);
        }
        quick
    }

    fn look(&mut self, base: &View<'_>, scale: f32, look: Look, limit: &Limit) {
        if !look.suits(base.width, base.height) {
            return;
        }
        let mut plane = std::mem::take(&mut self.tools.plane);
        let mut laid = std::mem::take(&mut self.tools.laid);
        let k = match look.scale {
            Scale::Full => 1.0,
            Scale::Double => {
                plane.double(base);
                0.5
            }
            Scale::Shrunk(k) => {
                plane.shrink(base, k, &mut self.tools.sums);
                k as f32
            }
            Scale::Laid(k) => {
                self.dark.lay(base, &mut laid);
                plane.shrink(&laid.view(), k, &mut self.tools.sums);
                k as f32
            }
        };
        self.spent += (base.area() / 4 + 3 * plane.view().area()) as u64;
        let seen = Seen {
            small: if look.scale == Scale::Full { *base } else { plane.view() },
            fine: if matches!(look.scale, Scale::Laid(_)) { laid.view() } else { *base },
            k,
            scale,
        };
        let (mut search, mut read) = (Work::new(limit.search), Work::new(limit.read));
        self.search(&seen, look.split, &mut search, &mut read);
        self.spent += search.spent() + read.spent();
        self.tools.plane = plane;
        self.tools.laid = laid;
    }

    /// Finds and reads the codes in one picture.
    fn search(&mut self, seen: &Seen<'_>, split: Binary, search: &mut Work, read: &mut Work) {
        let view = &seen.small;
        if view.width < 21 || view.height < 21 {
            return;
        }
        let tools = &mut self.tools;
        match split {
            Binary::Blocks => tools.bits.by_blocks(view),
            Binary::Mean => tools.bits.by_mean(view),
        }
        let step = if view.height > 500 { 2 } else { 1 };
        tools.finders.search(&tools.bits, step, search);
        tools.mark_used(&self.symbols, seen);
        tools.trios.search(&tools.finders, &tools.bits, search);
        let most = if self.which == Which::All { 200 } else { 24 };
        let mut tried = 0;
        for i in 0..self.tools.trios.found.len() {
            let trio = self.tools.trios.found[i];
            if self.tools.is_used(&trio) || self.outside(&trio, seen) {
                continue;
            }
            tried += 1;
            if tried > most || read.left() <= 0 {
                return;
            }
            if let Some((code, inverted)) = self.tools.read(seen, &trio, read) {
                self.take(&code, inverted, seen.fine_scale(&trio));
                self.tools.mark_used(&self.symbols, seen);
                // Another one may stand nearer to the middle: a few more tries.
                tried = tried.max(most - MORE_CENTRAL);
            }
        }
    }

    /// One code is wanted, one is read, and this one would be farther from the middle.
    fn outside(&self, trio: &Trio, seen: &Seen<'_>) -> bool {
        if self.which == Which::All {
            return false;
        }
        let Some(symbol) = self.symbols.first() else { return false };
        let middle = seen.middle();
        let [_, p, q] = trio.of.map(|i| self.tools.finders.found[usize::from(i)].centre);
        let centre = scaled([p[0] + q[0], p[1] + q[1]], seen.k * seen.scale / 2.0);
        length(sub(centre, middle)) >= length(sub(symbol.centre(), middle))
    }

    /// Keeps a code that was read.
    fn take(&mut self, read: &Read, inverted: bool, (scale, middle): (f32, Point)) {
        let Some(version) = version_of(read.modules).map(|v| v as u8) else { return };
        let data = self.tools.reader.data();
        let known = self.spare.iter().position(|s| s.is(data, version));
        let symbol = match known {
            Some(i) => Some(self.spare.swap_remove(i)),
            None => Symbol::unpack(data, version),
        };
        let Some(mut symbol) = symbol else { return };
        let n = read.modules as f32;
        let corner = |u: f32, v: f32| scaled(read.map.at(u, v), scale);
        symbol.corners = [corner(0.0, 0.0), corner(n, 0.0), corner(n, n), corner(0.0, n)];
        if read.mirrored {
            symbol.corners.swap(1, 3);
        }
        symbol.level = read.format.level;
        (symbol.mirrored, symbol.inverted) = (read.mirrored, inverted);
        if self.symbols.len() >= KEPT {
            return;
        }
        if self.which == Which::All {
            self.symbols.push(symbol);
            return;
        }
        match self.symbols.first_mut() {
            None => self.symbols.push(symbol),
            Some(old) => {
                if length(sub(symbol.centre(), middle)) < length(sub(old.centre(), middle)) {
                    std::mem::swap(old, &mut symbol);
                }
                self.spare.push(symbol);
            }
        }
    }
}

/// A picture to search, and the finer one that its modules are sampled in.
struct Seen<'a> {
    small: View<'a>,
    fine: View<'a>,
    /// Pixels of `fine` along one of `small`.
    k: f32,
    /// Pixels of the frame along one of `fine`.
    scale: f32,
}

impl Seen<'_> {
    /// A module of three pixels or less is sampled in the finer picture.
    fn in_fine(&self, trio: &Trio) -> bool {
        self.k > 1.0 && trio.modules.iter().sum::<f32>() < 4.0 * 3.2
    }

    /// Pixels of the frame along one of the picture that is sampled, and the frame's middle.
    fn fine_scale(&self, trio: &Trio) -> (f32, Point) {
        let scale = if self.in_fine(trio) { self.scale } else { self.scale * self.k };
        (scale, self.middle())
    }

    fn middle(&self) -> Point {
        scaled([self.fine.width as f32, self.fine.height as f32], 0.5 * self.scale)
    }
}

/// Everything with memory of its own, kept from frame to frame.
#[derive(Default)]
struct Tools {
    plane: Plane,
    laid: Plane,
    sums: Vec<u16>,
    bits: Bits,
    finders: Finders,
    trios: Trios,
    reader: Reader,
}

impl Tools {
    fn read(&mut self, seen: &Seen<'_>, trio: &Trio, work: &mut Work) -> Option<(Read, bool)> {
        let fine = seen.in_fine(trio);
        let k = if fine { seen.k } else { 1.0 };
        let corner = &self.finders.found[usize::from(trio.of[0])];
        let light = corner.light;
        let grey = Grey::new(if fine { seen.fine } else { seen.small }, light);
        let centres = trio.of.map(|i| scaled(self.finders.found[usize::from(i)].centre, k));
        self.reader.read(&grey, centres, trio, work).map(|read| (read, light))
    }

    fn is_used(&self, trio: &Trio) -> bool {
        trio.of.iter().any(|&i| self.finders.found[usize::from(i)].used)
    }

    fn mark_used(&mut self, symbols: &[Symbol], seen: &Seen<'_>) {
        for finder in &mut self.finders.found {
            let at = scaled(finder.centre, seen.k * seen.scale);
            finder.used |= symbols.iter().any(|s| s.holds(at));
        }
    }
}

/// Frames of more than four million pixels are made smaller first: no code that a person points
/// a camera at needs them, and the work stays bounded.
fn reduce<'a>(view: &View<'a>, plane: &'a mut Plane, sums: &mut Vec<u16>) -> (View<'a>, f32) {
    let mut k = 1;
    while view.area() / (k * k) > MOST_PIXELS {
        k += 1;
    }
    if k == 1 {
        return (*view, 1.0);
    }
    plane.shrink(view, k, sums);
    (plane.view(), k as f32)
}

/// Codes that are kept of a frame.
const KEPT: usize = 16;
/// Tries for a more central code once one is read.
const MORE_CENTRAL: usize = 4;
const MOST_PIXELS: usize = 4_200_000;
/// What one look may cost: searching, and reading what was found. Apart, so that a code in a
/// busy picture is read however much the search had to do.
struct Limit {
    search: u64,
    read: u64,
}

const FRAME: Limit = Limit { search: 5_000_000, read: 5_000_000 };
const PICTURE: Limit = Limit { search: 40_000_000, read: 60_000_000 };
