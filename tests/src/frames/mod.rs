//! The scanner's own test set: posters with QR codes as a phone's camera sees them.
//!
//! Every frame is drawn from its class, its number and its height alone, with arithmetic that
//! gives the same bytes on every machine, so that nothing has to be stored.

mod code;
mod optics;
mod poster;
mod print;
mod rng;
mod scene;
mod sensor;
mod shot;

pub use poster::{Poster, poster};
pub use rng::Rng;

use code::Code;
use scene::{Placed, Scene};

/// One camera frame and what stands in it.
pub struct Frame {
    /// Eight bits of brightness a pixel, rows without gaps.
    pub luma: Vec<u8>,
    /// Pixels a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// The text of every code in view.
    pub texts: Vec<String>,
    /// What the code is like, for reading a report.
    pub note: String,
}

/// The classes that hold a code, in the order of the report.
pub const CLASSES: [&str; 19] = [
    "plain",
    "rotation",
    "perspective",
    "motion",
    "defocus",
    "low-light",
    "glare",
    "inverted",
    "small",
    "jpeg",
    "damaged",
    "torn",
    "shadow",
    "curved",
    "crumpled",
    "styled",
    "screen",
    "two",
    "mixed",
];

/// Scenes without any code.
pub const NO_CODE: &str = "no-code";

/// Frames in a class at one height.
pub const FRAMES: usize = 36;

/// Draws frame `number` of a class at 720, 1080 or any other height, in 16:9.
#[must_use]
pub fn frame(class: &str, number: usize, height: usize) -> Frame {
    let width = height * 16 / 9;
    let kind = CLASSES.iter().position(|c| *c == class).unwrap_or(CLASSES.len());
    let seed = (height * 1_000_003 + kind * 10_007 + number) as u64;
    let mut rng = Rng::new(seed);
    if kind == CLASSES.len() {
        let (mut shot, _) = shot::take(&mut rng, "mixed", width, height, 40);
        shot.quiet_light();
        let scene = Scene { codes: vec![], shot };
        return finish(&mut rng, &scene, String::new());
    }
    let bytes = [40, 60, 120, 250][number / 3 % 4];
    let level = number % 3;
    let code = Code::make(&mut rng, class, bytes, level);
    let (shot, note) = shot::take(&mut rng, class, width, height, code.size);
    let note = format!("version {} level {} {note}", code.version, ["L", "M", "Q"][level]);
    let mut codes = vec![Placed { code, at: [0.0, 0.0], side: 1.0 }];
    if class == "two" {
        let bytes = [40, 60][number % 2];
        let code = Code::make(&mut rng, class, bytes, 1);
        let across = if rng.below(2) == 0 { 1.35 } else { -1.35 };
        codes.push(Placed {
            code,
            at: [across, rng.between(-0.1, 0.1)],
            side: rng.between(0.7, 1.0),
        });
    }
    finish(&mut rng, &Scene { codes, shot }, note)
}

/// A burst of one scene from a hand that shakes: other noise and a small shift in each frame.
#[must_use]
pub fn burst(class: &str, number: usize, height: usize, length: usize, dim: f32) -> Vec<Frame> {
    let width = height * 16 / 9;
    let mut rng = Rng::new((height * 31 + number * 7 + class.len()) as u64 ^ 0xB0257);
    let code = Code::make(&mut rng, class, [60, 120, 250][number % 3], 1);
    let (mut shot, note) = shot::take(&mut rng, class, width, height, code.size);
    shot.light *= dim;
    let scenery = rng.bits();
    let base = Scene { codes: vec![Placed { code, at: [0.0, 0.0], side: 1.0 }], shot };
    let mut frames = Vec::new();
    for _ in 0..length {
        let mut scene = base.clone();
        scene.shot.shake(&mut rng);
        frames.push(finish_with(&mut rng, &mut Rng::new(scenery), &scene, note.clone()));
    }
    frames
}

fn finish(rng: &mut Rng, scene: &Scene, note: String) -> Frame {
    let mut scenery = Rng::new(rng.bits());
    finish_with(rng, &mut scenery, scene, note)
}

fn finish_with(rng: &mut Rng, scenery: &mut Rng, scene: &Scene, note: String) -> Frame {
    let light = scene::light(scene, scenery);
    let luma = sensor::expose(rng, light, &scene.shot);
    Frame {
        luma,
        width: scene.shot.width,
        height: scene.shot.height,
        texts: scene.codes.iter().map(|p| p.code.text.clone()).collect(),
        note,
    }
}
