//! Seeded chance, the same on every machine.

use std::f32::consts::TAU;

/// SplitMix64: one addition and a mix per number, plenty for drawing pictures.
pub struct Rng(u64);

impl Rng {
    /// Numbers that depend on `seed` alone.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0xD1B5_4A32_D192_ED03)
    }

    /// Sixty-four fresh bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// From 0 up to 1.
    pub fn unit(&mut self) -> f32 {
        (self.bits() >> 40) as f32 / (1u64 << 24) as f32
    }

    /// From `a` up to `b`.
    pub fn between(&mut self, a: f32, b: f32) -> f32 {
        a + (b - a) * self.unit()
    }

    /// From 0 up to and without `n`.
    pub fn below(&mut self, n: usize) -> usize {
        (self.bits() % n.max(1) as u64) as usize
    }

    /// About normal, mean 0 and deviation 1: four uniform numbers out of one draw.
    pub fn normal(&mut self) -> f32 {
        let v = self.bits();
        let sum = (v & 0xFFFF) + (v >> 16 & 0xFFFF) + (v >> 32 & 0xFFFF) + (v >> 48);
        (sum as f32 - 131_070.0) / 37_837.0
    }

    /// A direction, in radians.
    pub fn angle(&mut self) -> f32 {
        self.between(0.0, TAU)
    }

    /// A vector of the given length in any direction.
    pub fn arrow(&mut self, length: f32) -> [f32; 2] {
        let (sin, cos) = libm::sincosf(self.angle());
        [length * cos, length * sin]
    }
}
