//! Reed–Solomon with erasures: `c` check bytes mend `e` bytes known to be bad and `t` unknown
//! ones wherever `e + 2t` is no more than `c`.

use super::galois::{inverse, mul, power};

/// Most check bytes of any block.
pub(super) const MOST_CHECKS: usize = 30;

type Polynomial = [u8; MOST_CHECKS + 1];

/// Remainders of a block; all zero when it is whole.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Syndromes([u8; MOST_CHECKS]);

impl Syndromes {
    pub(super) fn of(block: &[u8], checks: usize) -> Self {
        let mut all = [0; MOST_CHECKS];
        for (i, s) in all.iter_mut().enumerate().take(checks) {
            let x = power(i);
            *s = block.iter().fold(0, |sum, &byte| mul(sum, x) ^ byte);
        }
        Self(all)
    }

    pub(super) fn whole(&self) -> bool {
        self.0.iter().all(|&s| s == 0)
    }
}

/// Mends `block` (data, then `checks` check bytes) in place. `erased` are places that are not to
/// be believed. Gives the number of errors beyond those; on `None` the block is as it was.
pub(super) fn mend(
    block: &mut [u8],
    checks: usize,
    syndromes: &Syndromes,
    erased: &[usize],
) -> Option<usize> {
    if syndromes.whole() {
        return Some(0);
    }
    let (locator, degree) = locate(block.len(), checks, syndromes, erased)?;
    let unknown = degree.checked_sub(erased.len())?;
    if 2 * unknown + erased.len() > checks {
        return None;
    }
    let mut fixes = [(0, 0); MOST_CHECKS];
    let found = evaluate(block.len(), checks, syndromes, &locator, degree, &mut fixes)?;
    let flip = |block: &mut [u8]| {
        for &(place, by) in &fixes[..found] {
            block[place] ^= by;
        }
    };
    flip(block);
    if found == degree && Syndromes::of(block, checks).whole() {
        return Some(unknown);
    }
    flip(block);
    None
}

/// Berlekamp–Massey, started from the erasures: a polynomial whose roots are the bad places.
fn locate(
    length: usize,
    checks: usize,
    Syndromes(s): &Syndromes,
    erased: &[usize],
) -> Option<(Polynomial, usize)> {
    if erased.len() > checks || checks > MOST_CHECKS {
        return None;
    }
    let mut locator: Polynomial = [0; MOST_CHECKS + 1];
    locator[0] = 1;
    for (k, &place) in erased.iter().enumerate() {
        let x = power(length - 1 - place);
        for j in (1..=k + 1).rev() {
            locator[j] ^= mul(locator[j - 1], x);
        }
    }
    let mut previous = locator;
    let mut degree = erased.len();
    for r in erased.len()..checks {
        let miss = (0..=r).fold(0, |sum, i| sum ^ mul(locator[i], s[r - i]));
        previous.copy_within(0..MOST_CHECKS, 1);
        previous[0] = 0;
        if miss == 0 {
            continue;
        }
        let before = locator;
        for (l, &p) in locator.iter_mut().zip(&previous) {
            *l ^= mul(miss, p);
        }
        if 2 * degree <= r + erased.len() {
            let unmiss = inverse(miss);
            previous = before.map(|c| mul(c, unmiss));
            degree = r + 1 + erased.len() - degree;
        }
    }
    let top = (0..=checks).rev().find(|&i| locator[i] != 0)?;
    (top == degree).then_some((locator, degree))
}

/// Chien's search for the roots and Forney's formula for what to add there.
fn evaluate(
    length: usize,
    checks: usize,
    Syndromes(s): &Syndromes,
    locator: &Polynomial,
    degree: usize,
    fixes: &mut [(usize, u8); MOST_CHECKS],
) -> Option<usize> {
    let mut evaluator = [0u8; MOST_CHECKS];
    for (i, e) in evaluator.iter_mut().enumerate().take(checks) {
        *e = (0..=i.min(degree)).fold(0, |sum, j| sum ^ mul(locator[j], s[i - j]));
    }
    let mut found = 0;
    for place in 0..length {
        let x = power(length - 1 - place);
        let back = inverse(x);
        let (mut value, mut slope, mut step) = (0u8, 0u8, 1u8);
        for (i, &c) in locator[..=degree].iter().enumerate() {
            let term = mul(c, step);
            value ^= term;
            if i % 2 == 1 {
                slope ^= mul(term, x);
            }
            step = mul(step, back);
        }
        if value != 0 {
            continue;
        }
        if slope == 0 || found == degree {
            return None;
        }
        let sum = evaluator[..checks].iter().rev().fold(0, |sum, &e| mul(sum, back) ^ e);
        fixes[found] = (place, mul(mul(sum, x), inverse(slope)));
        found += 1;
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mended(block: &[u8], checks: usize, erased: &[usize]) -> Option<(Vec<u8>, usize)> {
        let mut out = block.to_vec();
        let unknown = mend(&mut out, checks, &Syndromes::of(block, checks), erased)?;
        Some((out, unknown))
    }

    #[test]
    fn erasures_double_the_reach() {
        // All zeros is a whole block.
        let erased: Vec<usize> = (5..21).collect();
        let mut block = [0u8; 60];
        for &place in &erased {
            block[place] = 77 + place as u8;
        }
        assert!(mended(&block, 20, &[]).is_none());
        assert_eq!(mended(&block, 20, &erased), Some((vec![0; 60], 0)));
        block[40] = 3;
        block[50] = 9;
        assert_eq!(mended(&block, 20, &erased), Some((vec![0; 60], 2)));
        block[55] = 1;
        assert!(mended(&block, 20, &erased).is_none());
    }

    #[test]
    fn errors_up_to_half_the_check_bytes() {
        for count in 0..=15 {
            let mut block = [0u8; 90];
            for i in 0..count {
                block[i * 6] = 200 - i as u8;
            }
            assert_eq!(mended(&block, 30, &[]), Some((vec![0; 90], count)));
        }
        let mut block = [0u8; 90];
        for i in 0..16 {
            block[i * 5] = 1 + i as u8;
        }
        assert!(mended(&block, 30, &[]).is_none());
    }
}
