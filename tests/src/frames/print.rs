//! What is printed around the code, and the wall behind the poster.

use super::rng::Rng;

/// A poster without its code: bands, boxes and strokes like lettering.
pub(super) struct Print {
    pixels: Vec<f32>,
}

impl Print {
    pub(super) fn draw(rng: &mut Rng) -> Self {
        let mut print = Self { pixels: vec![rng.between(0.75, 1.0); WIDTH * HEIGHT] };
        let (tall, shade) = (60 + rng.below(140), rng.between(0.05, 0.8));
        print.bar([0, 0, WIDTH, tall], shade);
        for _ in 0..6 {
            let at =
                [rng.below(WIDTH), rng.below(HEIGHT), 20 + rng.below(200), 20 + rng.below(200)];
            print.bar(at, rng.unit());
        }
        let mut y = 220;
        while y < HEIGHT - 40 {
            let size = 8 + rng.below(26);
            let ink = rng.between(0.0, 0.35);
            let mut x = 40 + rng.below(60);
            while x < WIDTH - 60 {
                x += print.letter(rng, [x, y], size, ink);
            }
            y += size + size / 2 + rng.below(20);
        }
        print
    }

    /// Paper at a point in code sides from the code's middle.
    pub(super) fn at(&self, u: f32, v: f32) -> Option<f32> {
        let x = u * PER_SIDE + WIDTH as f32 / 2.0;
        let y = v * PER_SIDE + HEIGHT as f32 * 0.62;
        if x < 0.0 || y < 0.0 {
            return None;
        }
        let (x, y) = (x as usize, y as usize);
        (x < WIDTH && y < HEIGHT).then(|| self.pixels[y * WIDTH + x])
    }

    /// One made-up letter; gives back how far the next one stands.
    fn letter(&mut self, rng: &mut Rng, [x, y]: [usize; 2], size: usize, ink: f32) -> usize {
        let wide = size / 2 + rng.below(size);
        let pen = (size / 5).max(1);
        let left = [x, y, pen, size];
        let right = [x + wide - pen, y, pen, size];
        let top = [x, y, wide, pen];
        let middle = [x, y + size / 2, wide, pen];
        let bottom = [x, y + size - pen, wide, pen];
        let centre = [x + wide / 2, y, pen, size];
        let strokes: &[[usize; 4]] = match rng.below(6) {
            0 => &[left],
            1 => &[left, top],
            2 => &[left, right, top, bottom],
            3 => &[middle, centre],
            4 => &[left, right, middle],
            _ => &[],
        };
        for stroke in strokes {
            self.bar(*stroke, ink);
        }
        wide + pen + 2
    }

    fn bar(&mut self, [x, y, w, h]: [usize; 4], shade: f32) {
        for row in y..(y + h).min(HEIGHT) {
            for pixel in
                &mut self.pixels[row * WIDTH + x.min(WIDTH)..row * WIDTH + (x + w).min(WIDTH)]
            {
                *pixel = shade;
            }
        }
    }
}

/// A wall, a street, a market: slopes of light, boxes and stripes.
pub(super) fn wall(rng: &mut Rng, w: usize, h: usize) -> Vec<f32> {
    let (base, across, down) =
        (rng.between(0.1, 0.7), rng.between(-0.3, 0.3), rng.between(-0.3, 0.3));
    let mut wall: Vec<f32> = (0..w * h)
        .map(|i| {
            let (x, y) = ((i % w) as f32 / w as f32, (i / w) as f32 / h as f32);
            (base + across * x + down * y).clamp(0.02, 0.95)
        })
        .collect();
    for _ in 0..60 {
        let (x0, y0) = (rng.below(w), rng.below(h));
        let (x1, y1) = (x0 + 4 + rng.below(w / 4), y0 + 4 + rng.below(h / 3));
        let (shade, mix) = (rng.between(0.02, 0.95), rng.between(0.3, 1.0));
        let stripe = if rng.below(4) == 0 { 2 + rng.below(14) } else { usize::MAX };
        for y in y0..y1.min(h) {
            for x in x0..x1.min(w) {
                if (x / stripe) % 2 == 0 {
                    let pixel = &mut wall[y * w + x];
                    *pixel = *pixel * (1.0 - mix) + shade * mix;
                }
            }
        }
    }
    wall
}

const WIDTH: usize = 900;
const HEIGHT: usize = 1270;
/// Print pixels along a code side.
const PER_SIDE: f32 = 380.0;
