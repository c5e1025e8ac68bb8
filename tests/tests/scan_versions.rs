//! Every version, level and mask is read from a clean picture, mirrored and inverted as well.

use qrcodegen::{Mask, QrCode, QrCodeEcc, QrSegment, Version};
use vaora::scan::{Level, Scanner};
use vaora::text::segments::Mode;

#[test]
fn versions_1_to_40() {
    for version in 1..=40 {
        let (ecc, level) = LEVELS[version % 4];
        let mask = (version % 8) as u8;
        // As much text as fits, so that every block holds some of it.
        let text = fill(version, ecc);
        let qr = encode(&[QrSegment::make_bytes(text.as_bytes())], version, ecc, mask);
        let (mirrored, inverted) = (version % 3 == 1, version % 5 == 2);
        let symbol = only(&picture(&qr, 4, mirrored, inverted));
        assert_eq!(symbol.text, text, "version {version}");
        assert_eq!((usize::from(symbol.version), symbol.level), (version, level));
        assert_eq!((symbol.mirrored, symbol.inverted), (mirrored, inverted), "version {version}");
    }
}

#[test]
fn every_level_with_every_mask() {
    for version in [2, 7] {
        for (ecc, level) in LEVELS {
            for mask in 0..8 {
                let text = format!("{version} {mask}");
                let qr = encode(&[QrSegment::make_bytes(text.as_bytes())], version, ecc, mask);
                let symbol = only(&picture(&qr, 3, false, false));
                assert_eq!((symbol.text, symbol.level), (text, level));
            }
        }
    }
}

#[test]
fn segments_and_charsets_arrive() {
    let segments = [
        QrSegment::make_numeric("0123456789"),
        QrSegment::make_alphanumeric("VAORA-2"),
        QrSegment::make_eci(26),
        QrSegment::make_bytes("Chợ Bến Thành".as_bytes()),
    ];
    let qr = encode(&segments, 5, QrCodeEcc::Medium, 3);
    let symbol = only(&picture(&qr, 4, false, false));
    assert_eq!(symbol.text, "0123456789VAORA-2Chợ Bến Thành");
    let modes: Vec<(Mode, Option<u32>)> = symbol.segments.iter().map(|s| (s.mode, s.eci)).collect();
    let want = [(Mode::Numeric, None), (Mode::Alphanumeric, None), (Mode::Byte, Some(26))];
    assert_eq!(modes, want);
    assert!(symbol.bytes.ends_with("Thành".as_bytes()));
}

#[test]
fn corners_lie_where_the_symbol_is() {
    let qr = encode(&[QrSegment::make_bytes(b"corners")], 3, QrCodeEcc::Medium, 0);
    let near = |corners: [[f32; 2]; 4], want: [[f32; 2]; 4]| {
        let off = corners.iter().flatten().zip(want.iter().flatten()).map(|(a, b)| (a - b).abs());
        assert!(off.fold(0.0, f32::max) < 1.0, "{corners:?} is not {want:?}");
    };
    // 29 modules of 4 pixels, 4 modules of quiet zone.
    let (low, high) = (16.0, 132.0);
    let square = [[low, low], [high, low], [high, high], [low, high]];
    near(only(&picture(&qr, 4, false, false)).corners, square);
    let [a, b, c, d] = square;
    near(only(&picture(&qr, 4, true, false)).corners, [a, d, c, b]);
}

struct Picture {
    luma: Vec<u8>,
    side: u32,
}

fn picture(qr: &QrCode, module: i32, mirrored: bool, inverted: bool) -> Picture {
    let side = (qr.size() + 8) * module;
    let luma = (0..side * side)
        .map(|i| {
            let (x, y) = (i % side / module - 4, i / side / module - 4);
            let dark = if mirrored { qr.get_module(y, x) } else { qr.get_module(x, y) };
            if dark != inverted { 40 } else { 210 }
        })
        .collect();
    Picture { luma, side: side as u32 }
}

/// The one symbol of a picture, read within the slow looks of a few frames.
fn only(picture: &Picture) -> vaora::scan::Symbol {
    let mut scanner = Scanner::new();
    let Picture { luma, side } = picture;
    for _ in 0..12 {
        let symbols = scanner.frame(luma, *side, *side, *side).expect("a whole frame");
        if let [symbol] = symbols {
            return symbol.clone();
        }
        assert!(symbols.is_empty());
    }
    unreachable!("a clean picture of {side} pixels was not read");
}

fn encode(segments: &[QrSegment], version: usize, ecc: QrCodeEcc, mask: u8) -> QrCode {
    let version = Version::new(version as u8);
    let mask = Some(Mask::new(mask));
    QrCode::encode_segments_advanced(segments, ecc, version, version, mask, false)
        .expect("the segments fit")
}

fn fill(version: usize, ecc: QrCodeEcc) -> String {
    let fits = |length: usize| {
        let segment = [QrSegment::make_bytes(&vec![b'x'; length])];
        let version = Version::new(version as u8);
        QrCode::encode_segments_advanced(&segment, ecc, version, version, Some(Mask::new(0)), false)
            .is_ok()
    };
    let (mut low, mut high) = (1, 3000);
    while low + 1 < high {
        let middle = (low + high) / 2;
        if fits(middle) { low = middle } else { high = middle }
    }
    (0..low).map(|i| char::from(b'a' + (i * 7 % 26) as u8)).collect()
}

const LEVELS: [(QrCodeEcc, Level); 4] = [
    (QrCodeEcc::Low, Level::Low),
    (QrCodeEcc::Medium, Level::Medium),
    (QrCodeEcc::Quartile, Level::Quartile),
    (QrCodeEcc::High, Level::High),
];
