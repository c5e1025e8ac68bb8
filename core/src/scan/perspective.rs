//! From module coordinates to pixels: the map of a flat square seen by a camera.

use super::point::Point;

/// `x = (a u + b v + c) / (g u + h v + 1)`, and `y` alike.
#[derive(Clone, Copy)]
pub(super) struct Perspective(pub(super) [f32; 8]);

impl Perspective {
    #[inline]
    pub(super) fn at(&self, u: f32, v: f32) -> Point {
        let [a, b, c, d, e, f, g, h] = self.0;
        let scale = 1.0 / (g * u + h * v + 1.0);
        [(a * u + b * v + c) * scale, (d * u + e * v + f) * scale]
    }

    /// Pixels that one module to the right, and one down, cover at a place.
    pub(super) fn slopes(&self, u: f32, v: f32) -> [Point; 2] {
        let [a, b, _, d, e, _, g, h] = self.0;
        let scale = 1.0 / (g * u + h * v + 1.0);
        let [x, y] = self.at(u, v);
        let du = [(a - x * g) * scale, (d - y * g) * scale];
        let dv = [(b - x * h) * scale, (e - y * h) * scale];
        [du, dv]
    }

    /// From the three finders' centres and the module sizes towards each other: a pattern that
    /// looks larger is nearer. `span` is the number of modules from centre to centre.
    pub(super) fn from_finders([b, p, q]: [Point; 3], modules: &[f32; 4], span: f32) -> Self {
        let tilt = |near: f32, far: f32| ((near / far).sqrt().clamp(0.6, 1.7) - 1.0) / span;
        let (g, h) = (tilt(modules[0], modules[1]), tilt(modules[2], modules[3]));
        let column = |to: Point, tilt: f32| {
            let k = 1.0 + tilt * span;
            [(k * to[0] - b[0]) / span, (k * to[1] - b[1]) / span]
        };
        let (u, v) = (column(p, g), column(q, h));
        // That was around the corner finder's centre; module coordinates begin 3.5 before it.
        let d = 1.0 - 3.5 * (g + h);
        let shift = |b: f32, i: usize| (b - 3.5 * (u[i] + v[i])) / d;
        Self([u[0] / d, v[0] / d, shift(b[0], 0), u[1] / d, v[1] / d, shift(b[1], 1), g / d, h / d])
    }
}
