//! Format and version information, read softly: every bit weighs what it is worth, and both
//! copies count at once. A format that is unreadable in either copy is often plain in the sum.

use super::{Format, Level, Modules};

/// The two likeliest formats, best first.
pub(super) fn likeliest(modules: &Modules<'_>) -> [Format; 2] {
    let n = modules.size;
    let mut soft = [0i32; 15];
    // Bit 0 is the least significant one.
    for (i, s) in soft.iter_mut().enumerate() {
        let (x, y) = match i {
            0..=5 => (8, i),
            6 => (8, 7),
            7 => (8, 8),
            8 => (7, 8),
            _ => (14 - i, 8),
        };
        let (x2, y2) = if i < 8 { (n - 1 - i, 8) } else { (8, n - 15 + i) };
        *s = modules.at(x, y) + modules.at(x2, y2);
    }
    let mut best = [(i32::MIN, 0); 2];
    for word in 0..32u32 {
        let fit = agreement(&soft, coded(word, 5, 0x537, 10) ^ 0x5412);
        if fit > best[0].0 {
            best = [(fit, word), best[0]];
        } else if fit > best[1].0 {
            best[1] = (fit, word);
        }
    }
    best.map(|(_, word)| Format { level: level(word >> 3), mask: (word & 7) as u8 })
}

/// The version that the two fields of a symbol of version 7 or more name, and how clearly: the
/// share of the bits' weight that agrees less the share that does not, in hundredths.
pub(in crate::scan) fn version_fields(modules: &Modules<'_>) -> (usize, i32) {
    let n = modules.size;
    let mut soft = [0i32; 18];
    for (i, s) in soft.iter_mut().enumerate() {
        let (a, b) = (i / 3, n - 11 + i % 3);
        *s = modules.at(a, b) + modules.at(b, a);
    }
    let weight: i32 = soft.iter().map(|s| s.abs()).sum();
    let fits = (7..=40u32).map(|v| (agreement(&soft, coded(v, 6, 0x1F25, 12)), v as usize));
    let (fit, version) = fits.max().unwrap_or((0, 0));
    (version, (i64::from(fit) * 100 / i64::from(weight.max(1))) as i32)
}

/// The level that the format's two bits stand for.
pub(super) fn level(bits: u32) -> Level {
    match bits {
        0 => Level::Medium,
        1 => Level::Low,
        2 => Level::High,
        _ => Level::Quartile,
    }
}

fn agreement(soft: &[i32], word: u32) -> i32 {
    soft.iter().enumerate().map(|(i, s)| if word >> i & 1 == 1 { *s } else { -*s }).sum()
}

/// `data` with its BCH check bits behind it.
fn coded(data: u32, bits: u32, polynomial: u32, checks: u32) -> u32 {
    let mut rest = data << checks;
    for i in (0..bits).rev() {
        if rest >> (i + checks) & 1 == 1 {
            rest ^= polynomial << i;
        }
    }
    data << checks | rest
}
