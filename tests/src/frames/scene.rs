//! From the poster in space to the light on the sensor.

use super::code::Code;
use super::optics;
use super::print::{self, Print};
use super::rng::Rng;
use super::shot::{Crease, Shot};

/// Codes on a poster, and the shot that is taken of them.
#[derive(Clone)]
pub(super) struct Scene {
    pub(super) codes: Vec<Placed>,
    pub(super) shot: Shot,
}

/// A code and where it stands, in sides of the first code from its middle.
#[derive(Clone)]
pub(super) struct Placed {
    pub(super) code: Code,
    pub(super) at: [f32; 2],
    pub(super) side: f32,
}

/// Light on every pixel, 1 for white in full light; linear, blurred, without noise.
pub(super) fn light(scene: &Scene, scenery: &mut Rng) -> Vec<f32> {
    let shot = &scene.shot;
    let (w, h) = (shot.width, shot.height);
    let print = Print::draw(scenery);
    let wall = print::wall(scenery, w, h);
    let camera = Camera::new(shot);
    let mut light = vec![0f32; w * h];
    for y in 0..h {
        for x in 0..w {
            let back = wall[y * w + x];
            let ray = |dx: f32, dy: f32| {
                let seen = camera.meets(x as f32 + dx, y as f32 + dy);
                seen.and_then(|(u, v)| scene.look(&print, u, v)).unwrap_or(back)
            };
            // Rays are dear: a wall needs one, print a few, a code many.
            let k = match camera.meets(x as f32 + 0.5, y as f32 + 0.5) {
                Some((u, v)) if scene.near_code(u, v) => 4,
                Some((u, v)) if u.abs() < 1.4 && (-2.3..1.5).contains(&v) => 2,
                _ => 1,
            };
            let mut sum = 0.0;
            for j in 0..k {
                for i in 0..k {
                    sum += ray((i as f32 + 0.5) / k as f32, (j as f32 + 0.5) / k as f32);
                }
            }
            light[y * w + x] = sum / (k * k) as f32;
        }
    }
    falloff(&mut light, shot, scenery);
    if shot.defocus > 0.25 {
        light = optics::defocus(&light, w, h, shot.defocus);
    }
    if libm::hypotf(shot.motion[0], shot.motion[1]) > 0.5 {
        light = optics::smear(&light, w, h, shot.motion);
    }
    if let Some(lamp) = shot.glare {
        glare(&mut light, w, lamp);
    }
    light
}

impl Scene {
    fn near_code(&self, u: f32, v: f32) -> bool {
        self.codes.iter().any(|p| {
            let reach = p.side * 0.75;
            (u - p.at[0]).abs() < reach && (v - p.at[1]).abs() < reach
        })
    }

    /// Light that the poster throws back at a point in code sides; nothing beside the poster.
    fn look(&self, print: &Print, u: f32, v: f32) -> Option<f32> {
        let shot = &self.shot;
        let (mut u, mut v, mut shade) = (u, v, 1.0);
        for crease in &shot.creases {
            let (slope, turn) = crease.fold(u, v);
            u += crease.push[0] * turn;
            v += crease.push[1] * turn;
            shade *= 1.0 - crease.shade * slope;
        }
        let mut paper = None;
        for p in &self.codes {
            let n = p.code.size as f32;
            let x = ((u - p.at[0]) / p.side + 0.5) * n;
            let y = ((v - p.at[1]) / p.side + 0.5) * n;
            paper = paper.or_else(|| p.code.look(x, y));
        }
        let paper = paper.or_else(|| print.at(u, v))?;
        let mut light = shot.dark + (shot.white - shot.dark) * paper;
        if shot.screen > 0.0 {
            // Dark gaps between a screen's pixels; too fine for the camera, they become moiré.
            let cell = |t: f32| {
                let t = t * shot.screen;
                t - libm::floorf(t)
            };
            let lit = cell(u) < 0.72 && cell(v) < 0.8;
            light *= if lit { 1.35 } else { 0.3 };
        }
        Some(light * shade)
    }
}

impl Crease {
    /// 1 on the slope that turns away from the light, else 0; and the height of the fold.
    fn fold(&self, u: f32, v: f32) -> (f32, f32) {
        let t = u * self.along[0] + v * self.along[1] + self.phase;
        let t = t - libm::floorf(t);
        if t < 0.5 { (0.0, 4.0 * t - 1.0) } else { (1.0, 3.0 - 4.0 * t) }
    }
}

/// A pinhole that looks at a flat poster or a pillar.
struct Camera {
    middle: [f32; 2],
    focal: f32,
    /// Rows: the tilt's inverse after the spin's.
    turn: [[f32; 3]; 3],
    eye: [f32; 3],
    pillar: f32,
}

impl Camera {
    fn new(shot: &Shot) -> Self {
        let (w, h) = (shot.width as f32, shot.height as f32);
        let focal = 0.85 * w;
        let far = focal / shot.side;
        let (ss, cs) = libm::sincosf(shot.spin);
        let (ay, ax) = libm::sincosf(shot.tilt_axis);
        let (st, ct) = libm::sincosf(shot.tilt);
        let tilt = [
            [ct + ax * ax * (1.0 - ct), ax * ay * (1.0 - ct), ay * st],
            [ax * ay * (1.0 - ct), ct + ay * ay * (1.0 - ct), -ax * st],
            [-ay * st, ax * st, ct],
        ];
        let back = |i: usize, j: usize| match i {
            0 => cs * tilt[j][0] + ss * tilt[j][1],
            1 => cs * tilt[j][1] - ss * tilt[j][0],
            _ => tilt[j][2],
        };
        let turn = std::array::from_fn(|i| std::array::from_fn(|j| back(i, j)));
        let at = [-shot.offset[0] / focal * far, -shot.offset[1] / focal * far, -far];
        let eye = rotate(&turn, at);
        Self { middle: [w / 2.0, h / 2.0], focal, turn, eye, pillar: shot.pillar }
    }

    /// Where the ray through a pixel meets the poster, in code sides.
    fn meets(&self, x: f32, y: f32) -> Option<(f32, f32)> {
        let ray = [(x - self.middle[0]) / self.focal, (y - self.middle[1]) / self.focal, 1.0];
        let (d, eye) = (rotate(&self.turn, ray), self.eye);
        if self.pillar == 0.0 {
            let k = -eye[2] / d[2];
            return (k > 0.0).then(|| (eye[0] + k * d[0], eye[1] + k * d[1]));
        }
        let r = self.pillar;
        let (ox, oz) = (eye[0], eye[2] - r);
        let (a, b) = (d[0] * d[0] + d[2] * d[2], ox * d[0] + oz * d[2]);
        let under = b * b - a * (ox * ox + oz * oz - r * r);
        if under < 0.0 {
            return None;
        }
        let k = (-b - under.sqrt()) / a;
        let (px, pz) = (ox + k * d[0], oz + k * d[2]);
        Some((r * libm::atan2f(px, -pz), eye[1] + k * d[1]))
    }
}

fn rotate(m: &[[f32; 3]; 3], v: [f32; 3]) -> [f32; 3] {
    std::array::from_fn(|i| m[i][0] * v[0] + m[i][1] * v[1] + m[i][2] * v[2])
}

/// The lamp is brighter on one side, and something may stand before it.
fn falloff(light: &mut [f32], shot: &Shot, scenery: &mut Rng) {
    let (w, h) = (shot.width as f32, shot.height as f32);
    let (gx, gy) = (scenery.between(-0.25, 0.25), scenery.between(-0.25, 0.25));
    let (cx, cy) = (w / 2.0 + shot.offset[0], h / 2.0 + shot.offset[1]);
    for (i, pixel) in light.iter_mut().enumerate() {
        let (x, y) = ((i % shot.width) as f32, (i / shot.width) as f32);
        let mut l = 1.0 + gx * (x / w - 0.5) + gy * (y / h - 0.5);
        if let Some([nx, ny, from, dim]) = shot.shadow {
            let into = ((x - cx) * nx + (y - cy) * ny - from) / (0.02 * shot.side);
            l *= dim + (1.0 - dim) / (1.0 + libm::expf(-into.clamp(-30.0, 30.0)));
        }
        *pixel *= l;
    }
}

fn glare(light: &mut [f32], w: usize, [x0, y0, radius, strength]: [f32; 4]) {
    for (i, pixel) in light.iter_mut().enumerate() {
        let (dx, dy) = ((i % w) as f32 - x0, (i / w) as f32 - y0);
        let far = (dx * dx + dy * dy) / (radius * radius);
        let core = if far < 20.0 { libm::expf(-far) } else { 0.0 };
        *pixel += strength * (core + 0.08 / (1.0 + far));
    }
}
