//! The scanner on posters as a camera sees them: small frames, so that the test stays quick. The
//! full set is measured beside other decoders by `./vaora bench scan`.

use sha2::{Digest, Sha256};
use vaora::scan::{Scanner, Symbol, Which};
use vaora_tests::frames::{self, CLASSES, Frame, NO_CODE};

/// Answers are the same on every machine, to the last bit of every corner.
#[test]
fn fifty_frames_give_the_digest_that_every_machine_gives() {
    let mut hash = Sha256::new();
    let mut read = 0;
    for number in 0..50 {
        let class = if number % 10 == 9 { NO_CODE } else { CLASSES[number % CLASSES.len()] };
        let frame = frames::frame(class, number % 36, 360);
        hash.update(Sha256::digest(&frame.luma));
        let mut scanner = Scanner::for_codes(Which::All);
        for _ in 0..6 {
            for symbol in look(&mut scanner, &frame) {
                record(&mut hash, symbol);
            }
            hash.update(scanner.spent().to_le_bytes());
        }
        read += usize::from(right(&mut Scanner::for_codes(Which::All), &frame));
    }
    assert!(read >= READ, "only {read} of 45 frames with a code were read");
    let digest: String = hash.finalize().iter().map(|b| format!("{b:02x}")).collect();
    assert_eq!(digest, DIGEST);
}

/// Frames laid over each other read what no single one of them shows.
#[test]
fn frames_in_the_dark_are_laid_over_each_other() {
    let burst = frames::burst("low-light", 13, 720, 12, 0.5);
    for frame in burst.iter().step_by(3) {
        assert!(!right(&mut Scanner::new(), frame), "one frame alone is enough");
    }
    let mut scanner = Scanner::new();
    assert!(
        burst.iter().any(|frame| {
            look(&mut scanner, frame).iter().any(|s| frame.texts.contains(&s.text))
        })
    );
}

#[test]
fn the_central_code_or_all() {
    let frame = frames::frame("two", 4, 720);
    assert_eq!(frame.texts.len(), 2);
    let mut all = Scanner::for_codes(Which::All);
    assert!(right(&mut all, &frame));
    let mut central = Scanner::new();
    let middle = [frame.width as f32 / 2.0, frame.height as f32 / 2.0];
    let far = |s: &Symbol| {
        let centre = |k: usize| s.corners.iter().map(|c| c[k]).sum::<f32>() / 4.0 - middle[k];
        centre(0) * centre(0) + centre(1) * centre(1)
    };
    let found = look(&mut all, &frame);
    let nearest = found.iter().min_by(|a, b| far(a).total_cmp(&far(b))).unwrap();
    let [symbol] = look(&mut central, &frame) else { panic!("one code is wanted") };
    assert_eq!(symbol.text, nearest.text);
}

/// A picture without a next frame is looked at in every way at once.
#[test]
fn a_picture_gets_every_look() {
    let frame = frames::frame("small", 8, 720);
    let mut scanner = Scanner::new();
    let (width, height) = (frame.width as u32, frame.height as u32);
    let symbols = scanner.picture(&frame.luma, width, height, width).unwrap();
    assert_eq!(symbols.iter().map(|s| &s.text).collect::<Vec<_>>(), [&frame.texts[0]]);
}

/// A stride beyond the width is passed over, as Android's camera gives it.
#[test]
fn bytes_between_rows_are_no_part_of_the_frame() {
    let frame = frames::frame("plain", 3, 360);
    let stride = frame.width + 37;
    let mut padded = Vec::new();
    for row in frame.luma.chunks(frame.width) {
        padded.extend_from_slice(row);
        padded.extend((0..37).map(|i| (i * 91) as u8));
    }
    let mut scanner = Scanner::new();
    let plain = look(&mut scanner, &frame).to_vec();
    assert!(!plain.is_empty());
    let (width, height) = (frame.width as u32, frame.height as u32);
    let padded = Scanner::new().frame(&padded, width, height, stride as u32).unwrap().to_vec();
    assert_eq!(padded, plain);
}

/// The demonstration's poster is read clean and as a phone sees it.
#[test]
fn the_poster_of_the_demonstration() {
    let text = format!("HTTPS://VAORA.EXAMPLE/#{}", "B28".repeat(60));
    let symbol = vaora_authority::symbol::symbol(&text).unwrap();
    let poster = frames::poster(&symbol, &text, 1);
    assert!(right(&mut Scanner::new(), &poster.clean));
    assert!(right(&mut Scanner::new(), &poster.seen));
}

/// Is every text of the frame read, and no other, within a dozen frames?
fn right(scanner: &mut Scanner, frame: &Frame) -> bool {
    let mut missing: Vec<&String> = frame.texts.iter().collect();
    for _ in 0..12 {
        for symbol in look(scanner, frame) {
            assert!(frame.texts.contains(&symbol.text), "{} read wrong", frame.note);
            missing.retain(|text| **text != symbol.text);
        }
        if missing.is_empty() {
            return !frame.texts.is_empty();
        }
    }
    false
}

fn look<'s>(scanner: &'s mut Scanner, frame: &Frame) -> &'s [Symbol] {
    let (width, height) = (frame.width as u32, frame.height as u32);
    scanner.frame(&frame.luma, width, height, width).expect("a whole frame")
}

fn record(hash: &mut Sha256, symbol: &Symbol) {
    hash.update(&symbol.bytes);
    hash.update([symbol.version, symbol.level as u8]);
    for corner in symbol.corners.iter().flatten() {
        hash.update(corner.to_bits().to_le_bytes());
    }
}

/// Frames of the fifty that are read; more may be, fewer is a step back.
const READ: usize = 30;
const DIGEST: &str = "1fe01722b355189241ee6714e0432ae9b53d9e6abee147f6a6d3345ed7ececf6";
