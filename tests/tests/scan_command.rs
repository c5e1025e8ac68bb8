//! `./vaora scan` from outside: pictures that the test draws, exit codes, JSON.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use vaora_tests::frames::{self, Frame};

#[test]
fn pictures_with_and_without_a_code() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let two = frames::frame("two", 4, 720);
    let none = frames::frame(frames::NO_CODE, 1, 360);
    let (two_file, none_file) = (folder.join("two.png"), folder.join("none.png"));
    write(&two_file, &two);
    write(&none_file, &none);

    let out = scan(&["--json"], &[&two_file]);
    assert_eq!(out.status.code(), Some(0));
    let row: Value = serde_json::from_slice(&out.stdout).unwrap();
    assert_eq!(row["file"], two_file.to_string_lossy().as_ref());
    assert!(row["ms"].as_f64().unwrap() > 0.0);
    let codes = row["codes"].as_array().unwrap();
    assert_eq!(codes.len(), 2);
    for code in codes {
        let text = code["text"].as_str().unwrap();
        assert!(two.texts.iter().any(|t| t == text));
        let hex: String = text.bytes().map(|b| format!("{b:02x}")).collect();
        assert_eq!(code["bytes"], hex);
        assert_eq!(code["corners"].as_array().map(Vec::len), Some(4));
    }

    assert_eq!(scan(&[], &[&two_file, &none_file]).status.code(), Some(1));
    assert_eq!(scan(&["--frames"], &[&none_file, &two_file]).status.code(), Some(0));
}

#[test]
fn what_is_no_picture() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    for (name, bytes) in [
        ("text.png", b"no picture".as_slice()),
        ("cut.png", b"\x89PNG\r\n\x1a\n\0\0"),
        ("cut.jpg", &[0xFF, 0xD8, 0xFF, 0xE0, 0]),
        ("empty.png", &[]),
    ] {
        let file = folder.join(name);
        fs::write(&file, bytes).unwrap();
        let out = scan(&["--json"], &[&file]);
        assert_eq!((out.status.code(), out.stdout.len()), (Some(3), 0), "{name}");
    }
    assert_eq!(scan(&[], &[&folder.join("missing.png")]).status.code(), Some(3));
}

fn scan(options: &[&str], files: &[&PathBuf]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vaora-try"));
    command.arg("scan").args(options).args(files).output().expect("the program runs")
}

fn write(path: &Path, frame: &Frame) {
    let file = fs::File::create(path).expect("a file");
    let mut encoder = png::Encoder::new(file, frame.width as u32, frame.height as u32);
    encoder.set_color(png::ColorType::Grayscale);
    let mut writer = encoder.write_header().expect("a head");
    writer.write_image_data(&frame.luma).expect("pixels");
}
