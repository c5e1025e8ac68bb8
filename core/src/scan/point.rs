//! Points and directions in the picture. Only operations that round the same on every machine.

/// Pixels to the right, pixels down.
pub(super) type Point = [f32; 2];

pub(super) fn sub(a: Point, b: Point) -> Point {
    [a[0] - b[0], a[1] - b[1]]
}

pub(super) fn scaled(a: Point, k: f32) -> Point {
    [a[0] * k, a[1] * k]
}

pub(super) fn dot(a: Point, b: Point) -> f32 {
    a[0] * b[0] + a[1] * b[1]
}

pub(super) fn cross(a: Point, b: Point) -> f32 {
    a[0] * b[1] - a[1] * b[0]
}

/// Length; a square root rounds alike everywhere, `hypot` does not.
pub(super) fn length(a: Point) -> f32 {
    dot(a, a).sqrt()
}
