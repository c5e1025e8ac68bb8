//! How the picture was taken: where the phone was, the light, the lens, the hand.

use std::f32::consts::{FRAC_PI_2, TAU};

use super::rng::Rng;

/// Camera, light and paper of one frame.
#[derive(Clone)]
pub(super) struct Shot {
    pub(super) width: usize,
    pub(super) height: usize,
    /// Side of the code in pixels when seen straight on.
    pub(super) side: f32,
    /// Turn in the poster's plane, tilt out of it, and the direction of the tilt, in radians.
    pub(super) spin: f32,
    pub(super) tilt: f32,
    pub(super) tilt_axis: f32,
    /// Where the code lies, in pixels from the middle.
    pub(super) offset: [f32; 2],
    /// Radius of the pillar in code sides; 0 is a flat wall.
    pub(super) pillar: f32,
    /// Folds of the paper.
    pub(super) creases: Vec<Crease>,
    /// Pixels of the screen along a code side; 0 is paper.
    pub(super) screen: f32,
    /// Radius of the disc that a point becomes, in pixels.
    pub(super) defocus: f32,
    /// Way of a point while the shutter is open, in pixels.
    pub(super) motion: [f32; 2],
    /// Light that reaches the sensor from white, 1 well exposed.
    pub(super) light: f32,
    pub(super) noise: f32,
    /// Centre, radius and strength of a lamp's reflection.
    pub(super) glare: Option<[f32; 4]>,
    /// Normal, distance and brightness of a shadow's edge.
    pub(super) shadow: Option<[f32; 4]>,
    /// Quality of the JPEG in between, 0 for none.
    pub(super) jpeg: u8,
    /// Reflectance of ink and of paper.
    pub(super) dark: f32,
    pub(super) white: f32,
}

/// A row of folds: the paper zigzags along one direction.
#[derive(Clone)]
pub(super) struct Crease {
    /// Direction times folds per code side.
    pub(super) along: [f32; 2],
    pub(super) phase: f32,
    /// Displacement of points, in code sides.
    pub(super) push: [f32; 2],
    /// How much darker the slopes that turn away from the light are.
    pub(super) shade: f32,
}

impl Shot {
    /// A scene without a code is not made easier by darkness.
    pub(super) fn quiet_light(&mut self) {
        self.light = self.light.max(0.5);
    }

    /// The next frame of the same hand.
    pub(super) fn shake(&mut self, rng: &mut Rng) {
        self.offset[0] += rng.between(-6.0, 6.0);
        self.offset[1] += rng.between(-6.0, 6.0);
        self.spin += rng.between(-0.008, 0.008);
        self.tilt += rng.between(-0.006, 0.006);
    }
}

/// A shot as its class asks for; the severity runs over the class's whole range. `modules` is
/// the size of the code, and the answer says how large a module came out.
pub(super) fn take(
    rng: &mut Rng,
    class: &str,
    width: usize,
    height: usize,
    modules: usize,
) -> (Shot, String) {
    let (w, h, n) = (width as f32, height as f32, modules as f32);
    let mut s = Shot {
        width,
        height,
        side: h * rng.between(0.30, 0.62),
        spin: rng.between(-0.25, 0.25),
        tilt: rng.between(0.0, 0.25),
        tilt_axis: rng.angle(),
        offset: [rng.between(-0.18, 0.18) * w, rng.between(-0.12, 0.12) * h],
        pillar: 0.0,
        creases: vec![],
        screen: 0.0,
        defocus: rng.between(0.0, 0.9) * h / 1080.0,
        motion: [0.0; 2],
        light: rng.between(0.75, 1.05),
        noise: 1.0,
        glare: None,
        shadow: None,
        jpeg: 0,
        dark: rng.between(0.03, 0.12),
        white: rng.between(0.6, 0.92),
    };
    let module = s.side / n;
    let severity = rng.unit();
    let centre = [w / 2.0 + s.offset[0], h / 2.0 + s.offset[1]];
    match class {
        "rotation" => s.spin = rng.between(0.0, TAU),
        "perspective" => {
            s.tilt = 0.55 + 0.6 * severity;
            s.side = h * rng.between(0.45, 0.75);
        }
        "motion" => s.motion = rng.arrow((0.5 + 1.3 * severity) * module),
        "defocus" => s.defocus = module * (0.35 + 0.75 * severity),
        "low-light" => {
            s.light = 0.10 * libm::powf(0.12, severity);
            s.noise = 1.6;
        }
        "glare" => {
            let far = s.side * rng.between(0.0, 0.55);
            let [dx, dy] = rng.arrow(far);
            let radius = s.side * (0.05 + 0.22 * severity);
            s.glare = Some([centre[0] + dx, centre[1] + dy, radius, rng.between(0.8, 4.0)]);
        }
        "small" => {
            s.side = n * (3.2 - 1.7 * severity);
            s.defocus = rng.between(0.0, 0.5);
            s.offset = [rng.between(-0.35, 0.35) * w, rng.between(-0.35, 0.35) * h];
        }
        "jpeg" => {
            s.jpeg = (28.0 - 22.0 * severity) as u8;
            s.side = (n * rng.between(3.0, 6.0)).min(h * 0.8);
        }
        "shadow" => {
            let [nx, ny] = rng.arrow(1.0);
            let from = rng.between(-0.3, 0.3) * s.side;
            s.shadow = Some([nx, ny, from, 0.45 * libm::powf(0.18, severity)]);
            s.dark = rng.between(0.06, 0.2);
            s.white = rng.between(0.35, 0.8);
        }
        "curved" => {
            s.pillar = 1.6 - severity;
            s.spin = rng.between(-0.1, 0.1) + if rng.below(2) == 0 { 0.0 } else { FRAC_PI_2 };
            s.tilt = rng.between(0.0, 0.35);
        }
        "crumpled" => {
            for _ in 0..2 + rng.below(3) {
                let folds = rng.between(0.6, 2.2);
                let push = (0.1 + 0.45 * severity) / n;
                s.creases.push(Crease {
                    along: rng.arrow(folds),
                    phase: rng.unit(),
                    push: rng.arrow(push),
                    shade: rng.between(0.05, 0.3),
                });
            }
        }
        "screen" => {
            s.screen = s.side / rng.between(1.1, 2.6);
            s.dark = 0.015;
            s.defocus = rng.between(0.2, 0.7);
        }
        "two" => {
            s.side = h * rng.between(0.26, 0.42);
            s.offset = [rng.between(-0.05, 0.05) * w, rng.between(-0.12, 0.12) * h];
            s.spin = rng.between(-0.15, 0.15);
        }
        "mixed" => mix(rng, &mut s, centre, n),
        _ => {}
    }
    let note = format!("{:.1} px a module", s.side / n);
    (s, note)
}

fn mix(rng: &mut Rng, s: &mut Shot, centre: [f32; 2], n: f32) {
    s.spin = rng.between(0.0, TAU);
    s.tilt = rng.between(0.0, 0.7);
    s.side = s.height as f32 * rng.between(0.22, 0.6);
    let module = s.side / n;
    s.defocus = module * rng.between(0.0, 0.45);
    let way = module * rng.between(0.0, 0.7);
    s.motion = rng.arrow(way);
    s.light = 0.9 * libm::powf(0.06, rng.unit());
    if rng.below(3) == 0 {
        let [nx, ny] = rng.arrow(1.0);
        s.shadow = Some([nx, ny, rng.between(-0.3, 0.3) * s.side, rng.between(0.15, 0.6)]);
    }
    if rng.below(4) == 0 {
        let [dx, dy] = [rng.between(-0.5, 0.5) * s.side, rng.between(-0.5, 0.5) * s.side];
        s.glare = Some([centre[0] + dx, centre[1] + dy, s.side * 0.12, 1.5]);
    }
}
