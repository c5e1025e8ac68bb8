//! `vaora scan`: reads the QR codes of pictures.

use std::io::{self, Cursor, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde_json::{Value, json};
use vaora::scan::{Scanner, Symbol, Which};
use vaora::text::hex;
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::{Failed, read_file};

/// Read the QR codes of PNG and JPEG pictures.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// The pictures, in the order in which they are looked at.
    #[arg(required = true, value_name = "PICTURE")]
    pictures: Vec<PathBuf>,
    /// One JSON object a line.
    #[arg(long)]
    json: bool,
    /// The pictures are consecutive frames of one camera: each gets what a frame gets, and what
    /// one leaves untried comes in the next. Otherwise each is looked at in every way.
    #[arg(long)]
    frames: bool,
}

const EXAMPLES: &str = "\
Examples:
  ./vaora scan poster.png
  ./vaora scan --json --frames frame-*.png

Exit: 0 when every picture (of frames: any) shows a code, 1 when not, 3 when one is no picture.";

pub(crate) fn run(args: &Args) -> Result<ExitCode, Failed> {
    let mut out = io::stdout().lock();
    let mut scanner = Scanner::for_codes(Which::All);
    let mut read = 0;
    for path in &args.pictures {
        let Picture { luma, width, height } = Picture::load(path)?;
        if !args.frames {
            scanner = Scanner::for_codes(Which::All);
        }
        let start = clock();
        let symbols = match args.frames {
            true => scanner.frame(&luma, width, height, width),
            false => scanner.picture(&luma, width, height, width),
        };
        let symbols = symbols.map_err(|e| Failed::could_not(format!("{}: {e}", path.display())))?;
        let ms = start.elapsed().as_secs_f64() * 1e3;
        read += usize::from(!symbols.is_empty());
        let lines = if args.json {
            let codes: Vec<Value> = symbols.iter().map(code).collect();
            json!({ "file": path.to_string_lossy(), "codes": codes, "ms": ms }).to_string()
        } else {
            plain(path, symbols)
        };
        writeln!(out, "{lines}").map_err(|e| Failed::could_not(format!("standard output: {e}")))?;
    }
    let enough = if args.frames { 1 } else { args.pictures.len() };
    Ok(ExitCode::from(u8::from(read < enough)))
}

fn code(symbol: &Symbol) -> Value {
    json!({
        "text": symbol.text,
        "bytes": hex::encode(&symbol.bytes),
        "corners": symbol.corners,
    })
}

fn plain(path: &Path, symbols: &[Symbol]) -> String {
    let path = path.display();
    match symbols {
        [] => format!("{path}: no code"),
        _ => {
            let lines: Vec<String> =
                symbols.iter().map(|s| format!("{path}: {}", s.text.escape_debug())).collect();
            lines.join("\n")
        }
    }
}

/// The brightness of a picture.
struct Picture {
    luma: Vec<u8>,
    width: u32,
    height: u32,
}

impl Picture {
    fn load(path: &Path) -> Result<Self, Failed> {
        let bytes = read_file(path)?;
        let picture = match bytes.first_chunk() {
            Some(b"\x89PNG") => Self::png(bytes),
            Some([0xFF, 0xD8, 0xFF, _]) => Self::jpeg(&bytes),
            _ => Err("neither PNG nor JPEG".to_owned()),
        };
        picture.map_err(|why| Failed::could_not(format!("{}: {why}", path.display())))
    }

    fn png(bytes: Vec<u8>) -> Result<Self, String> {
        let mut decoder = png::Decoder::new(Cursor::new(bytes));
        // Palettes, 16 bits and single bits all become 8 bits a channel.
        decoder.set_transformations(png::Transformations::normalize_to_color8());
        let mut reader = decoder.read_info().map_err(|e| e.to_string())?;
        let size = reader.output_buffer_size().ok_or("too large")?;
        let mut pixels = vec![0; size];
        let info = reader.next_frame(&mut pixels).map_err(|e| e.to_string())?;
        pixels.truncate(info.buffer_size());
        let luma = luma(&pixels, info.color_type.samples());
        Ok(Self { luma, width: info.width, height: info.height })
    }

    fn jpeg(bytes: &[u8]) -> Result<Self, String> {
        // The first channel of a JPEG is the brightness already.
        let options = DecoderOptions::default()
            .set_max_width(usize::from(u16::MAX))
            .set_max_height(usize::from(u16::MAX))
            .jpeg_set_out_colorspace(ColorSpace::Luma);
        let mut decoder = JpegDecoder::new_with_options(bytes, options);
        let luma = decoder.decode().map_err(|e| format!("{e:?}"))?;
        let (width, height) = decoder.dimensions().ok_or("no dimensions")?;
        Ok(Self { luma, width: width as u32, height: height as u32 })
    }
}

/// Grey, grey and alpha, colours, or colours and alpha; what is clear shows white paper.
fn luma(pixels: &[u8], channels: usize) -> Vec<u8> {
    let over = |grey: u32, alpha: u8| {
        let alpha = u32::from(alpha);
        ((grey * alpha + 255 * (255 - alpha)) / 255) as u8
    };
    let grey = |r: u8, g: u8, b: u8| {
        (u32::from(r) * 299 + u32::from(g) * 587 + u32::from(b) * 114 + 500) / 1000
    };
    pixels
        .chunks_exact(channels)
        .map(|pixel| match *pixel {
            [v] => v,
            [v, a] => over(u32::from(v), a),
            [r, g, b] => over(grey(r, g, b), 255),
            [r, g, b, a] => over(grey(r, g, b), a),
            _ => 255,
        })
        .collect()
}

#[expect(clippy::disallowed_methods, reason = "a command may be timed; the core has no clock")]
fn clock() -> std::time::Instant {
    std::time::Instant::now()
}
