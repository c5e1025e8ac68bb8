//! Codes that people type: each run of ten symbols carries a check symbol.
//!
//! The typed form of a venue code is its seed alone, 12 bytes as 20 symbols, in two halves of
//! ten, each followed by its check symbol, so that a mistake is caught and the half to look at
//! again is known. The one-time code for sharing is a single half.

use super::Rule;
use crate::seal::Seed;
use crate::text::b28;

/// Symbols of a typed venue code: two halves of eleven.
pub const TYPED_LEN: usize = 2 * HALF;
/// Symbols of a one-time code.
pub const SHARE_LEN: usize = HALF;

/// The typed form of a seed, 22 symbols. [`grouped`] makes it readable.
#[must_use]
pub fn encode(seed: &Seed) -> String {
    let symbols = b28::encode(seed.expose());
    let (first, second) = symbols.split_at(HALF - 1);
    format!("{}{}", with_check(first, Place::First), with_check(second, Place::Second))
}

/// Reads a typed venue code.
///
/// # Errors
/// Which half to look at again, or that symbols are missing or too many.
pub fn decode(text: &str) -> Result<Seed, Rule> {
    decode_symbols(&b28::symbols(text)?)
}

/// Reads a typed venue code from the values of its symbols.
pub(crate) fn decode_symbols(symbols: &[u8]) -> Result<Seed, Rule> {
    if symbols.len() != TYPED_LEN {
        return Err(Rule::TypedLength);
    }
    let (first, second) = symbols.split_at(HALF);
    match (open(first, Place::First), open(second, Place::Second)) {
        (Some(a), Some(b)) => {
            let mut bytes = [0; Seed::LEN];
            bytes[..6].copy_from_slice(&a);
            bytes[6..].copy_from_slice(&b);
            Ok(Seed::from_bytes(bytes))
        }
        (None, Some(_)) => Err(Rule::TypedFirstHalf),
        (Some(_), None) => Err(Rule::TypedSecondHalf),
        (None, None) => Err(Rule::TypedBothHalves),
    }
}

/// The one-time code of six random bytes, eleven symbols.
#[must_use]
pub fn encode_share(secret: [u8; 6]) -> String {
    with_check(&b28::encode(&secret), Place::Share)
}

/// Reads a one-time code.
///
/// # Errors
/// [`Rule::ShareCheck`] for a mistake in it, or for too few or too many symbols.
pub fn decode_share(text: &str) -> Result<[u8; 6], Rule> {
    decode_share_symbols(&b28::symbols(text)?)
}

pub(crate) fn decode_share_symbols(symbols: &[u8]) -> Result<[u8; 6], Rule> {
    open(symbols, Place::Share).ok_or(Rule::ShareCheck)
}

/// For printing and reading aloud: each half as four, four and three symbols.
#[must_use]
pub fn grouped(code: &str) -> String {
    let mut out = String::new();
    for (i, c) in code.chars().enumerate() {
        if matches!(i % HALF, 0 | 4 | 8) && i > 0 {
            out.push('-');
        }
        out.push(c);
    }
    out
}

/// Where a run of symbols stands. Each place starts the check elsewhere, so that two halves in
/// the wrong order, or a half taken for a one-time code, are caught as well.
#[derive(Clone, Copy)]
enum Place {
    First = 0,
    Second = 1,
    Share = 2,
}

fn with_check(symbols: &str, place: Place) -> String {
    let state = symbols.chars().filter_map(b28::value_of).fold(place as u8, times);
    let check = (0..28).find(|&c| times(state, c) == 0).unwrap_or(0);
    format!("{symbols}{}", char::from(b28::symbol(check.into())))
}

/// The six bytes of a half whose check symbol fits.
fn open(symbols: &[u8], place: Place) -> Option<[u8; 6]> {
    let (_, data) = symbols.split_last()?;
    let fits = symbols.iter().copied().fold(place as u8, times) == 0;
    let bytes = b28::from_symbols(data).ok().filter(|_| fits)?;
    bytes.try_into().ok()
}

/// The Damm operation: a totally anti-symmetric quasigroup of order 28, the product of one of
/// order 4 (ωx + y over the field of four) and one of order 7 (3x + y modulo 7). A symbol is
/// 7 · its first part + its second.
fn times(x: u8, y: u8) -> u8 {
    const OMEGA: [u8; 4] = [0, 2, 3, 1];
    let four = OMEGA[usize::from(x / 7 % 4)] ^ (y / 7 % 4);
    let seven = (3 * (x % 7) + y % 7) % 7;
    7 * four + seven
}

/// Ten symbols and their check symbol.
const HALF: usize = 11;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quasigroup_is_totally_anti_symmetric() {
        for x in 0..28 {
            let mut row = [false; 28];
            let mut column = [false; 28];
            for y in 0..28 {
                row[usize::from(times(x, y))] = true;
                column[usize::from(times(y, x))] = true;
                assert!(x == y || times(x, y) != times(y, x));
                for c in 0..28 {
                    assert!(x == y || times(times(c, x), y) != times(times(c, y), x));
                }
            }
            assert!(row.iter().chain(&column).all(|&seen| seen), "a Latin square");
        }
    }

    /// A set of seeds that does not change from run to run.
    fn seeds() -> impl Iterator<Item = Seed> {
        let edges = [[0; 12], [0xFF; 12]];
        let others = (0..40_u8).map(|i| crate::seal::sha256(&[i])[..12].try_into().unwrap());
        edges.into_iter().chain(others).map(Seed::from_bytes)
    }

    fn values(text: &str) -> Vec<u8> {
        b28::symbols(text).unwrap()
    }

    fn half_of(position: usize) -> Rule {
        if position < HALF { Rule::TypedFirstHalf } else { Rule::TypedSecondHalf }
    }

    #[test]
    fn every_single_error_is_caught_and_its_half_named() {
        for seed in seeds() {
            let good = values(&encode(&seed));
            assert!(decode_symbols(&good) == Ok(Seed::from_bytes(*seed.expose())));
            for position in 0..TYPED_LEN {
                for symbol in (0..28).filter(|&s| s != good[position]) {
                    let mut wrong = good.clone();
                    wrong[position] = symbol;
                    assert!(decode_symbols(&wrong).err() == Some(half_of(position)));
                }
            }
        }
    }

    #[test]
    fn every_adjacent_swap_is_caught_also_across_the_halves() {
        for seed in seeds() {
            let good = values(&encode(&seed));
            for position in 0..TYPED_LEN - 1 {
                let mut wrong = good.clone();
                wrong.swap(position, position + 1);
                let want =
                    if position == HALF - 1 { Rule::TypedBothHalves } else { half_of(position) };
                assert!(wrong == good || decode_symbols(&wrong).err() == Some(want));
            }
            let mut exchanged = good[HALF..].to_vec();
            exchanged.extend(&good[..HALF]);
            assert!(decode_symbols(&exchanged).err() == Some(Rule::TypedBothHalves));
        }
    }

    #[test]
    fn a_missing_or_extra_symbol_is_said() {
        for seed in seeds() {
            let good = encode(&seed);
            for wrong in [&good[1..], &good[..21], &format!("{good}0"), ""] {
                assert!(decode(wrong).err() == Some(Rule::TypedLength));
            }
        }
    }

    #[test]
    fn a_half_is_no_one_time_code() {
        for seed in seeds() {
            let code = encode(&seed);
            assert_eq!(decode_share(&code[..HALF]), Err(Rule::ShareCheck));
            assert_eq!(decode_share(&code[HALF..]), Err(Rule::ShareCheck));
        }
        let share = encode_share([1, 2, 3, 4, 5, 6]);
        assert_eq!(share.len(), SHARE_LEN);
        assert_eq!(decode_share(&share), Ok([1, 2, 3, 4, 5, 6]));
        for position in 0..SHARE_LEN {
            for symbol in 0..28 {
                let mut wrong = values(&share);
                if wrong[position] != symbol {
                    wrong[position] = symbol;
                    assert_eq!(decode_share_symbols(&wrong), Err(Rule::ShareCheck));
                }
            }
        }
    }

    #[test]
    fn grouping_changes_nothing() {
        let seed = Seed::from_bytes(*b"twelve bytes");
        let code = encode(&seed);
        let readable = grouped(&code);
        assert_eq!(readable.len(), 22 + 5);
        assert!(decode(&readable) == Ok(seed));
    }
}
