//! Nobody holds the server: what a line may cost is bounded, and only published files have a path.
//!
//! Where a line is to end by itself, the server has room for one alone: another phone that gets
//! its answer proves that the first one's line ended.

#![expect(clippy::unwrap_used, reason = "what helps a test may fail it")]

use std::fs;
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use tempfile::TempDir;
use vaora_authority::serve::{Limits, Server, router};

const SHORT: Duration = Duration::from_millis(300);
const LONG: Duration = Duration::from_secs(600);
/// Nobody waits for so long, however busy the machine is; less than the patience of the HTTP
/// library itself, which must not stand in for a limit of ours.
const TOO_LONG: Duration = Duration::from_secs(20);
const CHUNK: &str = "chunk/00000000000000000000000000000000";

/// A published folder inside one that holds secrets, and its server.
struct World {
    _folder: TempDir,
    server: Server,
}

impl World {
    fn new(limits: Limits) -> Self {
        let folder = TempDir::new().unwrap();
        let public = folder.path().join("public");
        fs::create_dir_all(public.join("chunk")).unwrap();
        fs::create_dir_all(public.join("root")).unwrap();
        fs::write(public.join("manifest"), b"hello").unwrap();
        fs::write(public.join(CHUNK), vec![7; 16 << 20]).unwrap();
        fs::write(folder.path().join("secret"), b"secret").unwrap();
        fs::write(public.join("manifest.new"), b"secret").unwrap();
        fs::write(public.join("1"), b"secret").unwrap();
        let listen = "127.0.0.1:0".parse().unwrap();
        let server = Server::start_with(listen, router(public), limits).unwrap();
        Self { _folder: folder, server }
    }

    fn line(&self) -> TcpStream {
        let line = TcpStream::connect(self.server.address()).unwrap();
        line.set_read_timeout(Some(TOO_LONG)).unwrap();
        line
    }

    /// Sends this on a line of its own, and answers with everything that comes.
    fn say(&self, text: &str) -> String {
        let mut line = self.line();
        // A server that has seen enough may hang up.
        let _ = line.write_all(text.as_bytes());
        rest(&mut line)
    }

    /// Another phone asks, and is answered as soon as there is room.
    fn others_are_served(&self) {
        let answer = self.say("GET /manifest HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.ends_with("hello"), "{answer}");
    }
}

fn rest(line: &mut TcpStream) -> String {
    let (mut all, mut piece) = (Vec::new(), [0; 4096]);
    while let Ok(count @ 1..) = line.read(&mut piece) {
        all.extend_from_slice(&piece[..count]);
    }
    String::from_utf8_lossy(&all).into_owned()
}

/// One line, and everything but one limit is patient.
fn patient() -> Limits {
    Limits { lines: 1, head: LONG, stall: LONG, longest: LONG }
}

#[test]
fn a_head_that_comes_byte_by_byte_is_not_waited_for() {
    let world = World::new(Limits { head: SHORT, ..patient() });
    let mut slow = world.line();
    slow.write_all(b"GET /manifest HTTP/1.1\r\nx-slow: ").unwrap();
    slow.set_read_timeout(Some(SHORT / 10)).unwrap();
    let mut byte = [0; 1];
    let mut hangs_up = || match slow.read(&mut byte) {
        Err(e) if matches!(e.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
            slow.write_all(b"x").is_err()
        }
        Ok(0) | Err(_) => true,
        Ok(_) => false,
    };
    // Sixty times the limit.
    assert!((0..600).any(|_| hangs_up()), "the server still waits");
    world.others_are_served();
}

#[test]
fn a_line_that_asks_for_nothing_more_ends() {
    let world = World::new(Limits { head: SHORT, ..patient() });
    let silent = world.line();
    world.others_are_served();
    let mut idle = world.line();
    idle.write_all(b"GET /manifest HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
    assert!(rest(&mut idle).ends_with("hello"), "it is answered, then the server hangs up");
    drop(silent);
}

#[test]
fn a_phone_that_takes_nothing_is_given_up() {
    let world = World::new(Limits { stall: SHORT, ..patient() });
    let mut deaf = world.line();
    let ask = format!("GET /{CHUNK} HTTP/1.1\r\nhost: x\r\n\r\n");
    deaf.write_all(ask.as_bytes()).unwrap();
    world.others_are_served();
}

#[test]
fn no_line_lasts_for_ever() {
    // Long enough for an answer on a busy machine.
    let world = World::new(Limits { longest: SHORT * 10, ..patient() });
    let mut deaf = world.line();
    let ask = format!("GET /{CHUNK} HTTP/1.1\r\nhost: x\r\n\r\n");
    deaf.write_all(ask.as_bytes()).unwrap();
    world.others_are_served();
}

#[test]
fn there_are_so_many_lines_and_no_more() {
    let world = World::new(Limits { lines: 2, ..patient() });
    let (first, second) = (world.line(), world.line());
    let mut third = world.line();
    third.write_all(b"GET /manifest HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").unwrap();
    third.set_read_timeout(Some(SHORT)).unwrap();
    let waits = third.read(&mut [0]).unwrap_err();
    assert!(matches!(waits.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut), "{waits}");
    drop(first);
    third.set_read_timeout(Some(TOO_LONG)).unwrap();
    assert!(rest(&mut third).ends_with("hello"));
    drop(second);
}

#[test]
fn heads_have_bounds() {
    let world = World::new(Limits::usual());
    let many: String = (0..65).map(|i| format!("x-{i}: y\r\n")).collect();
    for (what, text) in [
        ("one long line", format!("x: {}\r\n", "y".repeat(17 << 10))),
        ("many lines", many),
        ("a path without end", String::new()),
    ] {
        let path = if text.is_empty() { "y".repeat(20 << 10) } else { "manifest".to_owned() };
        let answer = world.say(&format!("GET /{path} HTTP/1.1\r\nhost: x\r\n{text}\r\n"));
        let status = answer.get(9..12).unwrap_or_default();
        assert!(["414", "431"].contains(&status), "{what}: {answer}");
    }
    for noise in ["\r\n\r\nnoise\r\n\r\n", "GET / HTTP/9\r\n\r\n", "\u{16}\u{3}\u{1}"] {
        let mut line = world.line();
        line.write_all(noise.as_bytes()).unwrap();
        line.shutdown(std::net::Shutdown::Write).unwrap();
        let answer = rest(&mut line);
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 400 "), "{noise:?}: {answer}");
    }
    world.others_are_served();
}

#[test]
fn a_body_that_nobody_wants_is_not_read() {
    let world = World::new(Limits::usual());
    for ask in ["GET /manifest", "POST /manifest", "POST /share"] {
        let mut line = world.line();
        let head = format!("{ask} HTTP/1.1\r\nhost: x\r\ncontent-length: 4000000000\r\n\r\n");
        line.write_all(head.as_bytes()).unwrap();
        let answer = rest(&mut line);
        assert!(answer.starts_with("HTTP/1.1 "), "{ask}: the server answers and hangs up");
    }
}

#[test]
fn there_is_no_way_out_of_the_folder() {
    let world = World::new(Limits::usual());
    for path in [
        "/../secret",
        "/..%2fsecret",
        "/%2e%2e/secret",
        "/root/../../secret",
        "/root/..",
        "/root/../1",
        "/chunk/../../secret",
        "/chunk/",
        "/chunk",
        "//secret",
        "/manifest.new",
        "/manifest/../../secret",
        "/1",
        "http://x/../secret",
        "\\..\\secret",
        "/root/1%00",
        "*",
    ] {
        let answer =
            world.say(&format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"));
        let status = answer.get(9..12).unwrap_or_default();
        assert!(["400", "404"].contains(&status), "{path}: {answer}");
        assert!(!answer.contains("secret"), "{path}: {answer}");
    }
}
