//! The code on the poster: its text, its modules, and what happened to the paper since.

use qrcodegen::{QrCode, QrCodeEcc, QrSegment, Version};

use super::rng::Rng;

/// A printed symbol.
#[derive(Clone)]
pub(super) struct Code {
    /// Modules a side.
    pub(super) size: usize,
    /// One a module.
    pub(super) ink: Vec<Ink>,
    pub(super) text: String,
    pub(super) version: usize,
    /// Light modules on dark ground.
    pub(super) inverted: bool,
    /// Modules outside the finders are dots.
    pub(super) dots: bool,
    /// Width of the quiet zone in modules.
    pub(super) quiet: f32,
    /// Modules of the lower right corner that are gone: the wall shows through.
    pub(super) torn: Option<[f32; 3]>,
}

/// What covers a module.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Ink {
    Light,
    Dark,
    /// Dirt, which a threshold takes for dark.
    Dirt,
}

impl Code {
    pub(super) fn make(rng: &mut Rng, class: &str, bytes: usize, level: usize) -> Self {
        const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        let mut text = String::from("https://v.example/c#");
        while text.len() < bytes {
            text.push(char::from(LETTERS[rng.below(64)]));
        }
        let least = 1 + rng.below(2);
        // Sometimes one or two versions larger than needed, so that all of 3 to 15 turn up.
        let extra = if rng.below(3) == 0 { 1 + rng.below(2) } else { 0 };
        let mut code = Self::plain(text, LEVELS[level % LEVELS.len()], least, extra);
        match class {
            "damaged" => code.damage(rng),
            "torn" => code.tear(rng),
            "styled" => code.style(rng),
            "inverted" => code.inverted = true,
            "mixed" => code.inverted = rng.below(6) == 0,
            _ => {}
        }
        code.quiet = if rng.below(4) == 0 { 2.0 } else { 4.0 };
        code
    }

    /// A symbol in new condition, of at least version `least`, `extra` larger than it must be.
    pub(super) fn plain(text: String, level: QrCodeEcc, least: usize, extra: usize) -> Self {
        let segments = [QrSegment::make_bytes(text.as_bytes())];
        let encode = |from: usize, to: usize| {
            let version = |v: usize| Version::new(v.clamp(1, 40) as u8);
            QrCode::encode_segments_advanced(
                &segments,
                level,
                version(from),
                version(to),
                None,
                false,
            )
            .expect("the drawn texts fit into version 40")
        };
        let fit = usize::from(encode(least, 40).version().value());
        let version = (fit + extra).min(fit.max(15));
        Self::of(&encode(version, version), text)
    }

    /// A symbol that somebody else made, with the text that stands in it.
    pub(super) fn of(qr: &QrCode, text: String) -> Self {
        let version = usize::from(qr.version().value());
        let size = version * 4 + 17;
        let ink = (0..size * size)
            .map(|i| match qr.get_module((i % size) as i32, (i / size) as i32) {
                true => Ink::Dark,
                false => Ink::Light,
            })
            .collect();
        Self { size, ink, text, version, inverted: false, dots: false, quiet: 4.0, torn: None }
    }

    /// Dirt, scratches and torn-off paint until the error correction is spent, then back to 30
    /// to 95 % of that.
    fn damage(&mut self, rng: &mut Rng) {
        let n = self.size;
        let mut steps = vec![self.ink.clone()];
        let mut ink = self.ink.clone();
        for _ in 0..400 {
            let (cx, cy) = (rng.between(0.0, n as f32), rng.between(0.0, n as f32));
            let (long, wide) = (rng.between(0.6, 3.5), rng.between(0.5, 1.3));
            let (sin, cos) = libm::sincosf(rng.between(0.0, 3.2));
            let paint = [Ink::Light, Ink::Dark, Ink::Dirt][rng.below(3)];
            for (i, module) in ink.iter_mut().enumerate() {
                let (x, y) = (i % n, i / n);
                let (dx, dy) = (x as f32 + 0.5 - cx, y as f32 + 0.5 - cy);
                let (u, v) = ((dx * cos + dy * sin) / long, (dy * cos - dx * sin) / wide);
                if !in_finder(x, y, n, 9) && u * u + v * v < 1.0 {
                    *module = paint;
                }
            }
            if !reads(&ink, n) {
                break;
            }
            steps.push(ink.clone());
        }
        let keep = (steps.len() - 1) as f32 * rng.between(0.3, 0.95);
        self.ink = steps.swap_remove(keep as usize);
    }

    /// A corner torn off along a slanted line, up to what the error correction bears.
    fn tear(&mut self, rng: &mut Rng) {
        let n = self.size as f32;
        let lean = rng.between(0.5, 1.5);
        let gone = |depth: f32, x: f32, y: f32| (n - x) + (n - y) * lean < depth;
        let mut limit = 2.0;
        while limit < n {
            let mut ink = self.ink.clone();
            for (i, module) in ink.iter_mut().enumerate() {
                if gone(limit, (i % self.size) as f32 + 0.5, (i / self.size) as f32 + 0.5) {
                    *module = Ink::Light;
                }
            }
            if !reads(&ink, self.size) {
                break;
            }
            limit += 1.0;
        }
        self.torn = Some([limit * rng.between(0.4, 1.0), lean, rng.between(0.05, 0.9)]);
    }

    /// Dots for modules, and a logo as large as the error correction bears.
    fn style(&mut self, rng: &mut Rng) {
        self.dots = rng.below(2) == 0;
        let n = self.size;
        let mut side = 2;
        while side * 2 < n {
            let mut ink = self.ink.clone();
            let from = (n - side) / 2;
            for y in from..from + side {
                for x in from..from + side {
                    ink[y * n + x] = if (x + y) % 5 == 0 { Ink::Dirt } else { Ink::Light };
                }
            }
            if !reads(&ink, n) {
                break;
            }
            if side * 5 < n || rng.below(3) > 0 {
                self.ink = ink;
            }
            side += 1;
        }
    }

    /// Reflectance at a point in modules, 0 ink to 1 paper; nothing beyond the quiet zone or
    /// where the corner is gone.
    pub(super) fn look(&self, x: f32, y: f32) -> Option<f32> {
        let n = self.size as f32;
        if x < -self.quiet || y < -self.quiet || x >= n + self.quiet || y >= n + self.quiet {
            return None;
        }
        if let Some([depth, lean, wall]) = self.torn {
            let edge = (n - x) + (n - y) * lean - depth;
            if edge < 0.0 {
                // Torn paper shows a white rim, then the wall.
                return Some(if edge > -0.6 { 1.0 } else { wall });
            }
        }
        let mut paper = 1.0;
        if x >= 0.0 && y >= 0.0 && x < n && y < n {
            let (ix, iy) = (x as usize, y as usize);
            paper = match self.ink[iy * self.size + ix] {
                Ink::Light => 1.0,
                Ink::Dark if self.dots && !in_finder(ix, iy, self.size, 7) => {
                    let (dx, dy) = (x - ix as f32 - 0.5, y - iy as f32 - 0.5);
                    if dx * dx + dy * dy < 0.45 * 0.45 { 0.0 } else { 1.0 }
                }
                Ink::Dark => 0.0,
                Ink::Dirt => 0.25,
            };
        }
        Some(if self.inverted { 1.0 - paper } else { paper })
    }
}

fn in_finder(x: usize, y: usize, n: usize, reach: usize) -> bool {
    let far = n - reach.min(8);
    (y < reach && (x < reach || x >= far)) || (x < reach && y >= far)
}

/// Would the perfect picture of these modules still be read?
fn reads(ink: &[Ink], n: usize) -> bool {
    let grid = rqrr::SimpleGrid::from_func(n, |x, y| ink[y * n + x] != Ink::Light);
    rqrr::Grid::new(grid).decode_to(std::io::sink()).is_ok()
}

const LEVELS: [QrCodeEcc; 3] = [QrCodeEcc::Low, QrCodeEcc::Medium, QrCodeEcc::Quartile];
