//! Whatever a camera or an attacker shows: a typed error or an answer, within the work budget.

use vaora::scan::{FrameError, Scanner, Which};
use vaora_tests::frames::Rng;

/// No frame may cost more than this; a unit is about a nanosecond, and the slowest unit that was
/// measured took three.
const BUDGET: u64 = 30_000_000;

#[test]
fn twenty_thousand_small_frames() {
    let mut rng = Rng::new(1);
    let mut scanners = [Which::Central, Which::All].map(Scanner::for_codes);
    for case in 0..20_000 {
        let (width, height) = (rng.below(90) as u32, rng.below(90) as u32);
        let stride = width + rng.below(5) as u32;
        let luma = paint(&mut rng, stride as usize, height as usize);
        let cut = if rng.below(16) == 0 { rng.below(9) } else { 0 };
        let luma = &luma[..luma.len().saturating_sub(cut)];
        let needed = (stride as usize * height as usize).saturating_sub((stride - width) as usize);
        let scanner = &mut scanners[case % 2];
        let answer = scanner.frame(luma, width, height, stride);
        match answer {
            Ok(_) => assert!(height == 0 || luma.len() >= needed),
            Err(error) => {
                assert_eq!(error, FrameError::Short);
                assert!(luma.len() < needed);
            }
        }
        assert!(scanner.spent() <= BUDGET);
    }
}

#[test]
fn lengths_that_lie() {
    let mut scanner = Scanner::new();
    let luma = vec![0; 4096];
    for (width, height, stride, want) in [
        (0, 0, 0, Ok(())),
        (1, 1, 1, Ok(())),
        (1, 4096, 1, Ok(())),
        (4096, 1, 4096, Ok(())),
        (4096, 1, 16_384, Ok(())),
        (64, 64, 64, Ok(())),
        (64, 64, 63, Err(FrameError::Stride)),
        (64, 65, 64, Err(FrameError::Short)),
        (64, 64, 65, Err(FrameError::Short)),
        (8000, 8000, 8000, Err(FrameError::Short)),
        (16_385, 1, 16_385, Err(FrameError::TooLarge)),
        (1, u32::MAX, 1, Err(FrameError::TooLarge)),
        (u32::MAX, u32::MAX, u32::MAX, Err(FrameError::TooLarge)),
        (16_384, 16_384, u32::MAX, Err(FrameError::Short)),
    ] {
        let got = scanner.frame(&luma, width, height, stride).map(|_| ());
        assert_eq!(got, want, "{width}x{height}, stride {stride}");
        let got = scanner.picture(&luma, width, height, stride).map(|_| ());
        assert_eq!(got, want);
    }
}

#[test]
fn fields_that_were_made_to_cost() {
    let (width, height) = (1920, 1080);
    let mut rng = Rng::new(2);
    let noise: Vec<u8> = (0..width * height).map(|_| (rng.bits() >> 56) as u8).collect();
    within_budget("noise", &noise, width, height);
    for (module, pitch) in [(1, 8), (2, 8), (3, 9), (4, 21)] {
        let field: Vec<u8> = (0..width * height)
            .map(|i| finder_field(i % width, i / width, module, pitch))
            .collect();
        within_budget("finders", &field, width, height);
    }
    for square in [1, 2, 5] {
        let checks: Vec<u8> = (0..width * height)
            .map(|i| if (i % width / square + i / width / square) % 2 == 0 { 0 } else { 255 })
            .collect();
        within_budget("checks", &checks, width, height);
    }
}

#[test]
fn a_frame_of_sixty_four_million_pixels() {
    let side = 8000;
    let field: Vec<u8> = (0..side * side).map(|i| finder_field(i % side, i / side, 6, 9)).collect();
    let mut scanner = Scanner::for_codes(Which::All);
    for _ in 0..2 {
        scanner.frame(&field, side as u32, side as u32, side as u32).unwrap();
        // Its pixels have to be read once.
        assert!(scanner.spent() <= BUDGET + (side * side) as u64);
    }
}

fn within_budget(name: &str, luma: &[u8], width: usize, height: usize) {
    let mut scanner = Scanner::for_codes(Which::All);
    for _ in 0..12 {
        scanner.frame(luma, width as u32, height as u32, width as u32).expect("a whole frame");
        let spent = scanner.spent();
        assert!(spent <= BUDGET, "{name}: {spent}");
    }
}

/// Patterns of `module` pixels, one every `pitch` modules.
fn finder_field(x: usize, y: usize, module: usize, pitch: usize) -> u8 {
    let (x, y) = (x / module % pitch, y / module % pitch);
    let dark = x < 7 && y < 7 && x.abs_diff(3).max(y.abs_diff(3)) != 2;
    if dark { 20 } else { 230 }
}

/// Noise, one grey, blocks, stripes or finder patterns.
fn paint(rng: &mut Rng, width: usize, height: usize) -> Vec<u8> {
    let kind = rng.below(6);
    let (size, pitch) = (1 + rng.below(4), 7 + rng.below(6));
    let (dark, light) = (rng.below(256) as u8, rng.below(256) as u8);
    (0..width * height)
        .map(|i| {
            let (x, y) = (i % width.max(1), i / width.max(1));
            match kind {
                0 => (rng.bits() >> 56) as u8,
                1 => dark,
                2 if (x / size + y / size) % 2 == 0 => dark,
                3 if x / size % 2 == 0 => dark,
                4 => finder_field(x, y, size, pitch),
                5 if !rng.bits().is_multiple_of(16) => finder_field(x, y, size, pitch),
                _ => light,
            }
        })
        .collect()
}
