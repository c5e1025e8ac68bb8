//! The poster of the demonstration: one picture as it was drawn, one as a phone sees it.

use qrcodegen::QrCode;

use super::code::Code;
use super::rng::Rng;
use super::scene::{Placed, Scene};
use super::{Frame, finish_with, shot};

/// A poster twice: clean, and turned, blurred and in half light.
pub struct Poster {
    /// Straight on, in full light, without noise: 1080 lines.
    pub clean: Frame,
    /// What a visitor's camera gives: 720 lines.
    pub seen: Frame,
}

/// Draws a poster with a symbol that stands for `text`.
#[must_use]
pub fn poster(symbol: &QrCode, text: &str, seed: u64) -> Poster {
    let code = Code::of(symbol, text.to_owned());
    let mut rng = Rng::new(seed);
    let scenery = rng.bits();
    let mut draw = |height: usize, seen: bool| {
        let (mut shot, note) = shot::take(&mut rng, "plain", height * 16 / 9, height, code.size);
        shot.side = height as f32 * 0.55;
        shot.offset = [0.0; 2];
        shot.light = 1.0;
        (shot.spin, shot.tilt, shot.defocus, shot.noise) = (0.0, 0.0, 0.0, 0.0);
        (shot.dark, shot.white) = (0.02, 0.95);
        if seen {
            (shot.spin, shot.tilt, shot.tilt_axis) = (0.6, 0.5, 1.1);
            shot.defocus = 0.3 * shot.side / code.size as f32;
            (shot.light, shot.noise) = (0.2, 1.4);
        }
        let scene =
            Scene { codes: vec![Placed { code: code.clone(), at: [0.0; 2], side: 1.0 }], shot };
        finish_with(&mut rng, &mut Rng::new(scenery), &scene, note)
    };
    Poster { clean: draw(1080, false), seen: draw(720, true) }
}
