//! Vectors of the alphabet B28 and of typed codes.

use serde::Serialize;
use vaora::code::typed;
use vaora::text::{b28, hex};

use super::world;

/// Bytes and their symbols, or symbols and the rule that they break.
#[derive(Serialize)]
pub struct Case {
    name: &'static str,
    /// What is read.
    pub text: String,
    /// The bytes it stands for, as hex.
    pub bytes: Option<String>,
    /// The rule that it breaks.
    pub error: Option<&'static str>,
}

/// Vectors of B28 alone.
#[must_use]
pub fn b28() -> Vec<Case> {
    let good = |name, bytes: &[u8]| case(name, &b28::encode(bytes), Ok(bytes));
    vec![
        good("nothing", &[]),
        good("one byte", &[0xFF]),
        good("two bytes", &[0x01, 0x02]),
        good("three bytes", &[0x01, 0x02, 0x03]),
        good("three highest bytes", &[0xFF; 3]),
        good("twelve bytes", world::seed(1).expose()),
        good("thirty-one bytes", &vaora::seal::sha256(b"31 bytes")[..31]),
        case("lower case, spaces, hyphens", "3 g-tl 7", Ok(&[0x23, 0xC9, 0x20])),
        case("digits through the Vietnamese layout", "ăâêô\u{300}", Ok(&[0x25, 0x16, 0x0A])),
        case(
            "digits 6 to 0 through that layout",
            "\u{309}\u{303}\u{301}\u{323}đ",
            Ok(&[0xBC, 0xB7, 0x3A]),
        ),
        case("composed layout digits", "ầ2345", Err("b28-length")),
        case("a vowel", "A0", Err("b28-symbol")),
        case("a tone on a vowel that is no digit", "ự0", Err("b28-symbol")),
        case("one symbol", "0", Err("b28-length")),
        case("three symbols", "000", Err("b28-length")),
        case("two symbols beyond a byte", "ZZ", Err("b28-range")),
        case("four symbols beyond two bytes", "ZZZZ", Err("b28-range")),
        case("five symbols beyond three bytes", "ZZZZZ", Err("b28-range")),
    ]
}

/// Vectors of typed codes and one-time codes.
#[must_use]
pub fn typed() -> Vec<Case> {
    let seed = world::seed(1);
    let good = typed::encode(&seed);
    let bytes = seed.expose();
    let with = |at: usize, symbol: char| -> String {
        good.chars().enumerate().map(|(i, c)| if i == at { symbol } else { c }).collect()
    };
    // A symbol that does not stand there.
    let wrong = |at: usize| if good.as_bytes().get(at) == Some(&b'7') { '8' } else { '7' };
    let first = with(3, wrong(3));
    let second = with(15, wrong(15));
    let (a, b) = good.split_at(11);
    vec![
        case("a typed code", &good, Ok(bytes)),
        case("grouped", &typed::grouped(&good), Ok(bytes)),
        case("one wrong in the first half", &first, Err("typed-first-half")),
        case("one wrong in the second half", &second, Err("typed-second-half")),
        case("the halves exchanged", &format!("{b}{a}"), Err("typed-both-halves")),
        case("one symbol missing", &good[..21], Err("typed-length")),
        case("a one-time code", &typed::encode_share([1, 2, 3, 4, 5, 6]), Ok(&[1, 2, 3, 4, 5, 6])),
        case("half a typed code is no one-time code", a, Err("share-check")),
    ]
}

fn case(name: &'static str, text: &str, answer: Result<&[u8], &'static str>) -> Case {
    Case { name, text: text.to_owned(), bytes: answer.ok().map(hex::encode), error: answer.err() }
}
