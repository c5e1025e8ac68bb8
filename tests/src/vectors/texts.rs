//! Vectors of the reader pipeline: data codewords to segments, segments and spoiled texts to
//! text.

use serde::Serialize;
use vaora::text::hex;

/// Data codewords of a symbol, and its segments or the error.
#[derive(Serialize)]
pub struct Symbol {
    name: &'static str,
    version: u8,
    /// The codewords, as hex.
    pub data: String,
    /// `mode bytes-as-hex`, with `eci=N ` before it where one was announced.
    pub segments: Option<Vec<&'static str>>,
    /// The text of all segments.
    pub text: Option<&'static str>,
    /// Whether that text is marked as damaged.
    pub damaged: bool,
    /// The error.
    pub error: Option<&'static str>,
}

/// A text as a reader handed it over.
#[derive(Serialize)]
pub struct Text {
    name: &'static str,
    /// What the reader said, or `hex:` and the bytes.
    pub read: &'static str,
    /// What it is.
    pub text: &'static str,
    /// The charset that had been mistaken.
    pub repaired: Option<&'static str>,
    /// Whether it is marked as damaged.
    pub damaged: bool,
}

/// Vectors of segments.
#[must_use]
pub fn segments() -> Vec<Symbol> {
    let good = |name, version, fields: &[(u32, u32)], segments: &[&'static str], text| Symbol {
        name,
        version,
        data: pack(fields),
        segments: Some(segments.to_vec()),
        text: Some(text),
        damaged: false,
        error: None,
    };
    let bad = |name, version, fields: &[(u32, u32)], error| Symbol {
        name,
        version,
        data: pack(fields),
        segments: None,
        text: None,
        damaged: false,
        error: Some(error),
    };
    let ho = [(0x48, 8), (0x6F, 8)];
    let a_grave = [(0xC3, 8), (0xA0, 8)];
    let join = |parts: &[&[(u32, u32)]]| parts.concat();
    vec![
        good(
            "digits",
            1,
            &[(1, 4), (8, 10), (12, 10), (345, 10), (67, 7), (0, 4)],
            &["numeric 3031323334353637"],
            "01234567",
        ),
        good(
            "letters",
            1,
            &[(2, 4), (5, 9), (462, 11), (1849, 11), (2, 6), (0, 4)],
            &["alphanumeric 41432d3432"],
            "AC-42",
        ),
        good(
            "two kanji",
            1,
            &[(8, 4), (2, 8), (0xD9F, 13), (0x1AAA, 13), (0, 4)],
            &["kanji 935fe4aa"],
            "点茗",
        ),
        good(
            "bytes in UTF-8 without a charset",
            1,
            &join(&[&[(4, 4), (4, 8)], &ho, &a_grave, &[(0, 4)]]),
            &["byte 486fc3a0"],
            "Hoà",
        ),
        good(
            "bytes announced as UTF-8",
            1,
            &join(&[&[(7, 4), (26, 8), (4, 4), (4, 8)], &ho, &a_grave, &[(0, 4)]]),
            &["eci=26 byte 486fc3a0"],
            "Hoà",
        ),
        good(
            "bytes announced as Latin-1",
            1,
            &join(&[&[(7, 4), (3, 8), (4, 4), (3, 8)], &ho, &[(0xE0, 8), (0, 4)]]),
            &["eci=3 byte 486fe0"],
            "Hoà",
        ),
        good(
            "a letter split between segments",
            1,
            &join(&[&[(4, 4), (3, 8)], &ho, &[(0xC3, 8), (4, 4), (1, 8), (0xA0, 8), (0, 4)]]),
            &["byte 486fc3", "byte a0"],
            "Hoà",
        ),
        good(
            "counts of version 10",
            10,
            &join(&[&[(4, 4), (2, 16)], &ho, &[(2, 4), (1, 11), (10, 6), (0, 4)]]),
            &["byte 486f", "alphanumeric 41"],
            "HoA",
        ),
        good(
            "counts of version 27",
            27,
            &[(1, 4), (1, 14), (7, 4), (8, 4), (1, 12), (0xD9F, 13), (0, 4)],
            &["numeric 37", "kanji 935f"],
            "7点",
        ),
        good(
            "structured append",
            1,
            &join(&[&[(3, 4), (0x10AB, 16), (4, 4), (2, 8)], &ho, &[(0, 4)]]),
            &["byte 486f"],
            "Ho",
        ),
        good("nothing", 1, &[(0, 4)], &[], ""),
        Symbol {
            damaged: true,
            ..good(
                "bytes of no known charset",
                1,
                &join(&[&[(4, 4), (3, 8)], &ho, &[(0xE0, 8), (0, 4)]]),
                &["byte 486fe0"],
                "Hoà",
            )
        },
        bad("version 0", 0, &[(0, 4)], "the symbol version is not 1 to 40"),
        bad("a count that lies", 1, &[(4, 4), (255, 8)], "a segment is longer than the symbol"),
        bad("an unknown mode", 1, &[(6, 4), (0, 4)], "a segment has an unknown mode"),
        bad(
            "three digits above 999",
            1,
            &[(1, 4), (3, 10), (1000, 10)],
            "a segment holds an impossible value",
        ),
        bad(
            "a pair above 44, 44",
            1,
            &[(2, 4), (2, 9), (2047, 11)],
            "a segment holds an impossible value",
        ),
        bad(
            "a kanji that Shift_JIS does not have",
            1,
            &[(8, 4), (1, 8), (0x3F, 13)],
            "a segment holds an impossible value",
        ),
        bad(
            "a charset beyond 999,999",
            1,
            &[(7, 4), (0xCF, 8), (0x4240, 16)],
            "a charset announcement is malformed",
        ),
    ]
}

/// Vectors of spoiled texts.
#[must_use]
pub fn texts() -> Vec<Text> {
    let case = |name, read, text, repaired, damaged| Text { name, read, text, repaired, damaged };
    vec![
        case("ASCII", "Cho Xanh", "Cho Xanh", None, false),
        case("NFD becomes NFC", "Cho\u{31B}\u{323}", "Chợ", None, false),
        case("read as Big5", "Hu廙軟h Hi廕簑 Thu廕要", "Huỳnh Hiếu Thuận", Some("big5"), false),
        case("read as Shift_JIS", "Lﾃｪ Anh Sﾆ｡n", "Lê Anh Sơn", Some("shift_jis"), false),
        case("read as Latin-1", "Huá»³nh", "Huỳnh", Some("latin-1"), false),
        case("a replacement character", "Nguy\u{FFFD}n", "Nguy\u{FFFD}n", None, true),
        case("Chinese stays Chinese", "良田體育館", "良田體育館", None, false),
        case("French stays French", "Café Hoàng", "Café Hoàng", None, false),
        case("bytes in UTF-8", "hex:4368e1bba3", "Chợ", None, false),
        case("bytes that are no UTF-8", "hex:43686fe0", "Choà", None, true),
    ]
}

/// Packs (value, width) pairs, most significant bit first, and fills the last byte with zeros.
fn pack(fields: &[(u32, u32)]) -> String {
    let bits = fields.iter().flat_map(|&(v, n)| (0..n).rev().map(move |i| (v >> i) & 1 == 1));
    let bits: Vec<bool> = bits.collect();
    let byte = |bits: &[bool]| {
        bits.iter().zip((0..8).rev()).fold(0, |b, (&on, place)| b | (u8::from(on) << place))
    };
    hex::encode(&bits.chunks(8).map(byte).collect::<Vec<u8>>())
}
