//! From what a code holds to text: charsets, and the known mistakes of readers.
//!
//! Codes are written in UTF-8 and read by everything from phones to cheap counter scanners,
//! which take the bytes for Latin-1, Shift_JIS or Big5. A mis-reading is undone only when the
//! way back can be proved; else the text is marked as damaged and left as it came.

use super::misread::{self, Origin};
use super::nfc;
use super::segments::{Mode, Segment};
use std::fmt;

use encoding_rs::{Encoding, UTF_8};

/// A text out of a code, and what had to be done to it.
#[derive(Clone, PartialEq, Eq)]
pub struct Reading {
    /// The text, in Unicode form NFC.
    pub text: String,
    /// The charset that a reader had mistaken UTF-8 for; the text is the original again.
    pub repaired: Option<Charset>,
    /// The text is not what was written, and the original cannot be proved. Show it as damaged.
    pub damaged: bool,
}

/// The text is not shown: it may be a person's card.
impl fmt::Debug for Reading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { repaired, damaged, .. } = self;
        f.debug_struct("Reading").field("repaired", repaired).field("damaged", damaged).finish()
    }
}

/// A charset that readers mistake UTF-8 for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Charset {
    /// ISO 8859-1, or its extension windows-1252.
    Latin1,
    /// Shift_JIS, the default of early QR readers.
    ShiftJis,
    /// Big5.
    Big5,
}

/// Reads the segments of a QR symbol.
///
/// Strict UTF-8 over all bytes joined comes first, for some encoders split letters between
/// segments or hide pairs of UTF-8 bytes in kanji ones. A charset that the symbol announces is
/// believed.
#[must_use]
pub fn read(segments: &[Segment]) -> Reading {
    let bytes = segments.iter().map(|s| s.bytes.as_slice()).collect::<Vec<_>>().concat();
    let other = |s: &Segment| s.eci.and_then(charset_of_eci).is_some_and(|c| c != UTF_8);
    if let (false, Ok(text)) = (segments.iter().any(other), std::str::from_utf8(&bytes)) {
        return read_text(text);
    }
    let mut text = String::new();
    let mut damaged = false;
    for run in segments.chunk_by(|a, b| charset(a) == charset(b)) {
        let bytes = run.iter().map(|s| s.bytes.as_slice()).collect::<Vec<_>>().concat();
        let (part, broken) = decode(&bytes, run.first().and_then(charset));
        text.push_str(&part);
        damaged |= broken;
    }
    finish(&text, damaged)
}

/// Reads bytes of which no charset is known.
#[must_use]
pub fn read_bytes(bytes: &[u8]) -> Reading {
    let (text, damaged) = decode(bytes, None);
    finish(&text, damaged)
}

/// Takes a text that a platform's reader has decoded already, perhaps wrongly.
#[must_use]
pub fn read_text(text: &str) -> Reading {
    finish(text, false)
}

fn finish(text: &str, damaged: bool) -> Reading {
    // A byte order mark is about the encoding; it is no part of the text.
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    if text.is_ascii() {
        return Reading { text: text.to_owned(), repaired: None, damaged };
    }
    match misread::undo(text) {
        Origin::Itself => Reading {
            text: nfc::of(text),
            repaired: None,
            damaged: damaged || misread::shows(text),
        },
        Origin::Proved(charset, original) => {
            let damaged = misread::shows(&original);
            Reading { text: nfc::of(&original), repaired: Some(charset), damaged }
        }
        Origin::Several => Reading { text: nfc::of(text), repaired: None, damaged: true },
    }
}

/// Text of bytes in a charset, and whether it is damaged. Without a charset: UTF-8, else
/// Latin-1, which loses no byte, as a damaged text.
fn decode(bytes: &[u8], charset: Option<&'static Encoding>) -> (String, bool) {
    let charset = charset.unwrap_or(UTF_8);
    match charset.decode_without_bom_handling_and_without_replacement(bytes) {
        Some(text) => (text.into_owned(), false),
        None => (misread::windows_1252(bytes).collect(), true),
    }
}

/// The charset to read a segment in, if one is known.
fn charset(segment: &Segment) -> Option<&'static Encoding> {
    match segment.mode {
        Mode::Kanji => Some(encoding_rs::SHIFT_JIS),
        _ => segment.eci.and_then(charset_of_eci),
    }
}

/// Charsets by ECI designator. Those that nobody decodes (code page 437, binary) are unknown.
fn charset_of_eci(eci: u32) -> Option<&'static Encoding> {
    use encoding_rs as e;
    Some(match eci {
        1 | 3 | 23 => e::WINDOWS_1252,
        4 => e::ISO_8859_2,
        5 => e::ISO_8859_3,
        6 => e::ISO_8859_4,
        7 => e::ISO_8859_5,
        8 => e::ISO_8859_6,
        9 => e::ISO_8859_7,
        10 => e::ISO_8859_8,
        11 => e::WINDOWS_1254,
        12 => e::ISO_8859_10,
        13 => e::WINDOWS_874,
        15 => e::ISO_8859_13,
        16 => e::ISO_8859_14,
        17 => e::ISO_8859_15,
        18 => e::ISO_8859_16,
        20 => e::SHIFT_JIS,
        21 => e::WINDOWS_1250,
        22 => e::WINDOWS_1251,
        24 => e::WINDOWS_1256,
        25 => e::UTF_16BE,
        26 | 27 | 170 => e::UTF_8,
        28 => e::BIG5,
        29 | 31 => e::GBK,
        30 => e::EUC_KR,
        32 => e::GB18030,
        33 => e::UTF_16LE,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::text::syllables;

    fn segment(mode: Mode, eci: Option<u32>, bytes: &[u8]) -> Segment {
        Segment { mode, eci, bytes: bytes.to_vec() }
    }

    fn good(text: &str) -> Reading {
        Reading { text: text.to_owned(), repaired: None, damaged: false }
    }

    #[test]
    fn what_readers_made_of_it() {
        use Charset::{Big5, Latin1, ShiftJis};
        for (broken, original, charset) in [
            ("Hu廙軟h Hi廕簑 Thu廕要", "Huỳnh Hiếu Thuận", Big5),
            // 都 is here the pair 906D, not its usual one.
            ("廙都", "Ốm", Big5),
            ("Lﾃｪ Anh Sﾆ｡n", "Lê Anh Sơn", ShiftJis),
            ("Huá»³nh", "Huỳnh", Latin1),
            // One byte that windows-1252 does not define, and one as ISO 8859-1 reads it.
            ("Nguyá»…n VÄƒn Ã\u{81}nh", "Nguyễn Văn Ánh", Latin1),
            ("Nguyá»\u{85}n VÄ\u{83}n Ã\u{81}nh", "Nguyễn Văn Ánh", Latin1),
            ("NhÃ\u{A0} hÃ\u{A0}ng", "Nhà hàng", Latin1),
            ("LÃŠ QUÃ\u{9D} Ã”N", "LÊ QUÝ ÔN", Latin1),
            ("ä¸\u{AD}æ–‡", "中文", Latin1),
        ] {
            let want =
                Reading { text: original.to_owned(), repaired: Some(charset), damaged: false };
            assert_eq!(read_text(broken), want, "{broken}");
        }
    }

    #[test]
    fn what_cannot_be_proved_is_left_and_marked() {
        for text in [
            "Nguy廙�n",
            "Nguy廙n Văn A",
            "Nguyá»n",
            "Chá»£ Cao Bằng",
            "VÄ‚N HÓA – HỘI",
            "Nguyﾃ n Lộc",
            "Sa\u{96}Pa",
            // Big5 reads `Ồ` before B and before D as the same two characters.
            "廙蔃",
            // The same ten times: a thousand ways.
            "廙蔃廙蔃廙蔃廙蔃廙蔃廙蔃廙蔃廙蔃廙蔃廙蔃",
            // Đông, read by a reader that puts a question mark for what it does not know.
            "X瓊 ?繫ng",
        ] {
            let want = Reading { text: text.to_owned(), repaired: None, damaged: true };
            assert_eq!(read_text(text), want, "{text}");
        }
    }

    #[test]
    fn good_text_of_any_script_is_left_alone() {
        for text in [
            "",
            "HTTPS://EXAMPLE.VN/#0123",
            "Chợ Lùi Sà Phìn, Xã Đồng Văn",
            "THỊ XÃ… “BA XÃ” – QUẬN 1",
            "XÃ… LÊ…",
            "«cá» và «má»",
            "臺北市信義區 T恤 K歌 A型",
            "wifi密码abc123",
            "LINE友だち追加 ABC株式会社",
            "東京都 ﾄｳｷｮｳﾄ ﾎﾃﾙ",
            "ตลาดเชียงใหม่",
            "한국어 시장",
            "Pho 🍜 24°",
            "Café Zoë, München, Århus",
            "Đắk Lắk · Krông Pắc",
        ] {
            assert_eq!(read_text(text), good(text), "{text}");
            assert_eq!(read_bytes(text.as_bytes()), good(text), "{text}");
        }
    }

    #[test]
    fn text_leaves_in_one_unicode_form() {
        assert_eq!(read_text("Hòa"), good("Hòa"));
        assert_eq!(read_bytes("\u{FEFF}Chợ".as_bytes()), good("Chợ"));
    }

    #[test]
    fn segments_are_joined_before_they_are_read() {
        let text = "Chợ Huỳnh";
        for cut in 0..text.len() {
            let (a, b) = text.as_bytes().split_at(cut);
            let parts = [segment(Mode::Byte, None, a), segment(Mode::Byte, Some(26), b)];
            assert_eq!(read(&parts), good(text));
        }
        // An encoder that found Shift_JIS pairs in UTF-8 bytes: E1 BB, then the rest.
        let parts = [
            segment(Mode::Byte, None, b"Hu"),
            segment(Mode::Kanji, None, &[0xE1, 0xBB]),
            segment(Mode::Byte, None, &[0xB3, b'n', b'h']),
        ];
        assert_eq!(read(&parts), good("Huỳnh"));
    }

    #[test]
    fn announced_charsets_are_believed() {
        for (eci, bytes, text) in [
            (3, &b"Caf\xE9"[..], "Café"),
            (20, b"\x93\x8C\x8B\x9E", "東京"),
            (25, b"\x1E\xF3", "ỳ"),
            (28, b"\xA5\x78\xA5\x5F", "台北"),
            (29, b"\xD6\xD0\xCE\xC4", "中文"),
        ] {
            assert_eq!(read(&[segment(Mode::Byte, Some(eci), bytes)]), good(text), "{eci}");
        }
        let kanji = [segment(Mode::Kanji, None, b"\x93\x8C\x8B\x9E")];
        assert_eq!(read(&kanji), good("東京"));
        // Announced as Latin-1 by an encoder that wrote UTF-8: the same provable mistake.
        let lied = read(&[segment(Mode::Byte, Some(3), "Huỳnh".as_bytes())]);
        assert_eq!((lied.text.as_str(), lied.repaired), ("Huỳnh", Some(Charset::Latin1)));
    }

    #[test]
    fn bytes_of_no_known_charset_lose_nothing() {
        let reading = read_bytes(b"Ch\xEE \x81\xFF");
        assert_eq!((reading.text.as_str(), reading.damaged), ("Chî \u{81}ÿ", true));
        assert!(read(&[segment(Mode::Byte, Some(26), b"Ch\xEE")]).damaged);
        assert!(read(&[segment(Mode::Byte, Some(899), b"Ch\xEE")]).damaged);
    }

    /// Whatever strict decoder took the bytes of a text for its own, the answer is the original
    /// or says that it is damaged.
    fn never_another_text(original: &str) {
        let latin1: String = original.bytes().map(char::from).collect();
        let windows: String = misread::windows_1252(original.as_bytes()).collect();
        let big5 = encoding_rs::BIG5
            .decode_without_bom_handling_and_without_replacement(original.as_bytes());
        let shift_jis = encoding_rs::SHIFT_JIS
            .decode_without_bom_handling_and_without_replacement(original.as_bytes());
        let readings = [Some(latin1.into()), Some(windows.into()), big5, shift_jis];
        for broken in readings.into_iter().flatten() {
            let reading = read_text(&broken);
            assert!(
                reading.damaged || reading.text == original,
                "{original} read as {broken:?} became {reading:?}"
            );
        }
    }

    #[test]
    fn every_syllable_comes_back_or_is_marked() {
        for syllable in syllables::all() {
            for written in syllables::cases(&syllable) {
                never_another_text(&written);
                never_another_text(&format!("Chợ {written} 2"));
                assert_eq!(read_text(&written), good(&written));
            }
        }
    }

    proptest! {
        #[test]
        fn names_come_back_or_are_marked(name in syllables::name()) {
            never_another_text(&name);
            prop_assert_eq!(read_text(&name), good(&name));
        }

        #[test]
        fn any_bytes_become_text(bytes: Vec<u8>, eci in proptest::option::of(0u32..40)) {
            prop_assert!(nfc::is(&read_bytes(&bytes).text));
            for mode in [Mode::Byte, Mode::Kanji] {
                prop_assert!(nfc::is(&read(&[segment(mode, eci, &bytes)]).text));
            }
        }

        #[test]
        fn any_text_stays_text(text: String) {
            prop_assert!(nfc::is(&read_text(&text).text));
        }
    }
}
