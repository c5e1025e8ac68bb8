//! From light to the bytes of the luminance plane: noise, gain, gamma, JPEG.

use std::f32::consts::PI;

use super::rng::Rng;
use super::shot::Shot;

/// Counts photons, adds the sensor's own noise, brings the picture part of the way back up.
pub(super) fn expose(rng: &mut Rng, light: Vec<f32>, shot: &Shot) -> Vec<u8> {
    const FULL: f32 = 4000.0;
    let gain = (0.45 / shot.light.max(0.02)).clamp(1.0, 6.0);
    let gamma: Vec<u8> = (0..=4096)
        .map(|i| (libm::powf(i as f32 / 4096.0, 1.0 / 2.2) * 255.0 + 0.5) as u8)
        .collect();
    let mut luma: Vec<u8> = light
        .iter()
        .map(|&l| {
            let photons = l * shot.light * FULL;
            let deviation = (photons.max(0.0) + 82.0).sqrt() * shot.noise;
            let seen = (photons + deviation * rng.normal()) / FULL * gain;
            gamma[(seen.clamp(0.0, 1.0) * 4096.0) as usize]
        })
        .collect();
    if shot.jpeg > 0 {
        jpeg(&mut luma, shot.width, shot.height, shot.jpeg);
    }
    luma
}

/// What JPEG does to a picture: cosines of 8 by 8 pixels, rounded to the steps of its table.
fn jpeg(luma: &mut [u8], w: usize, h: usize, quality: u8) {
    let quality = f32::from(quality.clamp(1, 99));
    let scale = if quality < 50.0 { 50.0 / quality } else { 2.0 - quality / 50.0 };
    let steps: [f32; 64] = std::array::from_fn(|i| (f32::from(STEPS[i]) * scale).clamp(1.0, 255.0));
    let basis: [[f32; 8]; 8] = std::array::from_fn(|k| {
        std::array::from_fn(|x| {
            let norm = if k == 0 { 0.125f32.sqrt() } else { 0.5 };
            norm * libm::cosf((2 * x + 1) as f32 * k as f32 * PI / 16.0)
        })
    });
    for by in (0..h).step_by(8) {
        for bx in (0..w).step_by(8) {
            let at = |x: usize, y: usize| (by + y).min(h - 1) * w + (bx + x).min(w - 1);
            let mut block = [[0f32; 8]; 8];
            for (y, row) in block.iter_mut().enumerate() {
                for (x, v) in row.iter_mut().enumerate() {
                    *v = f32::from(luma[at(x, y)]) - 128.0;
                }
            }
            let mut waves = turn(&basis, &turn(&basis, &block, false), false);
            for (i, v) in waves.as_flattened_mut().iter_mut().enumerate() {
                *v = libm::roundf(*v / steps[i]) * steps[i];
            }
            let back = turn(&basis, &turn(&basis, &waves, true), true);
            for (y, row) in back.iter().enumerate() {
                for (x, v) in row.iter().enumerate() {
                    if by + y < h && bx + x < w {
                        luma[at(x, y)] = (v + 128.5).clamp(0.0, 255.0) as u8;
                    }
                }
            }
        }
    }
}

/// Multiplies by the cosines (or by their transpose) and transposes; twice is a 2-D transform.
fn turn(basis: &[[f32; 8]; 8], block: &[[f32; 8]; 8], back: bool) -> [[f32; 8]; 8] {
    std::array::from_fn(|i| {
        std::array::from_fn(|j| {
            (0..8).map(|k| block[j][k] * if back { basis[k][i] } else { basis[i][k] }).sum()
        })
    })
}

/// The standard's example table for brightness (ITU-T T.81, K.1), by rows.
const STEPS: [u8; 64] = [
    16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56,
    14, 17, 22, 29, 51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113,
    92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
];
