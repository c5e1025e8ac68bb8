//! The poster as a picture: drawn, seen by a camera that is held badly in half light, and read.

use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

use vaora::scan::Scanner;
use vaora_authority::symbol;
use vaora_tests::frames::{self, Frame};

use super::codes::{HOST, could_not};
use super::{Demo, Market, must};
use crate::commands::Failed;

/// Draws the market's poster and reads it back through the scanner.
pub(super) fn read_back(demo: &mut Demo, market: &Market) -> Result<(), Failed> {
    let text = market.code.address(HOST).map_err(|e| could_not(&e))?;
    let symbol = symbol::symbol(&text).map_err(|e| could_not(&e))?;
    let poster = frames::poster(&symbol, &text, 1);
    let clean = demo.folder().join("poster.png");
    let seen = demo.folder().join("poster-seen.png");
    save(&poster.clean, &clean)?;
    save(&poster.seen, &seen)?;
    let what = "the poster is drawn, and seen turned, blurred and in half light";
    demo.step(what, &format!("{} and {}", clean.display(), seen.display()));

    let mut scanner = Scanner::new();
    for frame in [&poster.clean, &poster.seen] {
        let found = look(&mut scanner, frame)?;
        must(found.as_deref() == Some(&text), "the scanner reads the poster")?;
    }
    demo.step(
        "the phone's scanner reads both pictures",
        "the text of the poster, symbol by symbol",
    );
    Ok(())
}

/// A camera gives frame after frame until one is read; a second of them is enough here.
fn look(scanner: &mut Scanner, frame: &Frame) -> Result<Option<String>, Failed> {
    let width = u32::try_from(frame.width).map_err(|e| could_not(&e))?;
    let height = u32::try_from(frame.height).map_err(|e| could_not(&e))?;
    for _ in 0..30 {
        let symbols =
            scanner.frame(&frame.luma, width, height, width).map_err(|e| could_not(&e))?;
        if let Some(symbol) = symbols.first() {
            return Ok(Some(symbol.text.clone()));
        }
    }
    Ok(None)
}

fn save(frame: &Frame, path: &Path) -> Result<(), Failed> {
    let file = File::create(path).map_err(|e| could_not(&e))?;
    let [width, height] = [frame.width, frame.height].map(u32::try_from);
    let (width, height) = (width.map_err(|e| could_not(&e))?, height.map_err(|e| could_not(&e))?);
    let mut encoder = png::Encoder::new(BufWriter::new(file), width, height);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header().map_err(|e| could_not(&e))?;
    writer.write_image_data(&frame.luma).map_err(|e| could_not(&e))
}
