//! The server as a program: it says where it listens, answers, and ends when it is told to.

#![expect(clippy::unwrap_used, reason = "what helps a test may fail it")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

/// The program, and what it said when it was ready.
struct Program(Child, Value);

impl Program {
    fn start(folder: &Path, args: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_vaora-authority"))
            .args(["--json", "serve", "--listen", "127.0.0.1:0"])
            .args(args)
            .current_dir(folder)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Self(child, serde_json::from_str(&line).unwrap())
    }

    fn line(&self) -> TcpStream {
        let base = self.1["base"].as_str().unwrap();
        let address = base.strip_prefix("http://").and_then(|a| a.strip_suffix('/')).unwrap();
        TcpStream::connect(address).unwrap()
    }

    /// Head and body of an answer.
    fn ask(&self, request: &str, body: &[u8]) -> (String, Vec<u8>) {
        let mut line = self.line();
        let length = body.len();
        let head = format!(
            "{request}\r\nhost: x\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n"
        );
        line.write_all(&[head.as_bytes(), body].concat()).unwrap();
        let mut answer = Vec::new();
        line.read_to_end(&mut answer).unwrap();
        let at = answer.windows(4).position(|w| w == b"\r\n\r\n").unwrap();
        (String::from_utf8_lossy(&answer[..at]).into_owned(), answer[at + 4..].to_vec())
    }

    fn status(&self, request: &str, body: &[u8]) -> String {
        self.ask(request, body).0[9..12].to_owned()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A morning at the desk: these commands succeed.
fn desk(folder: &Path, commands: &[&str]) -> Vec<String> {
    let run = |command: &&str| {
        let out = Command::new(env!("CARGO_BIN_EXE_vaora-authority"))
            .args(command.split(' '))
            .current_dir(folder)
            .output()
            .unwrap();
        assert!(out.status.success(), "{command}: {}", String::from_utf8_lossy(&out.stderr));
        String::from_utf8(out.stdout).unwrap()
    };
    commands.iter().map(run).collect()
}

#[test]
fn it_says_where_it_listens_and_ends_when_told() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("manifest"), b"hello").unwrap();
    let mut server = Program::start(folder.path(), &["--public", "."]);
    assert_eq!((&server.1["lists"], &server.1["shares"]), (&true.into(), &false.into()));
    assert_eq!(server.ask("GET /manifest HTTP/1.1", &[]).1, b"hello");
    assert_eq!(server.status("POST /share HTTP/1.1", &[0; 32768]), "404", "lists only");

    // A phone that holds its line open does not hold the server up.
    let _idle = server.line();
    let id = server.0.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    assert!(server.0.wait().unwrap().success());
}

#[test]
fn with_the_folder_of_the_desk_it_takes_in_shares() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    desk(folder, &["init", "upload-keys", "publish --out public"]);
    // It signs nothing: of all keys, those that open boxes are enough.
    for key in std::fs::read_dir(folder.join("deployment/keys")).unwrap() {
        let key = key.unwrap();
        if !key.file_name().to_str().unwrap().starts_with("share-") {
            std::fs::remove_file(key.path()).unwrap();
        }
    }
    let both = Program::start(folder, &["--public", "public", "--folder", "deployment"]);
    let shares = Program::start(folder, &["--folder", "deployment"]);
    assert_eq!((&both.1["lists"], &both.1["shares"]), (&true.into(), &true.into()));
    for server in [&both, &shares] {
        // No key opens this; the answer is as long as any.
        let (head, answer) = server.ask("POST /share HTTP/1.1", &[0; 32768]);
        assert!(head.starts_with("HTTP/1.1 200 ") && head.contains("no-store"), "{head}");
        assert_eq!(answer.len(), 128);
        assert_eq!(server.status("POST /share HTTP/1.1", &[0; 32767]), "400");
        assert_eq!(server.status("GET /share HTTP/1.1", &[]), "405");
        assert_eq!(server.status("GET /keys HTTP/1.1", &[]), "404");
    }
    assert_eq!(shares.status("GET /manifest HTTP/1.1", &[]), "404", "shares only");

    let (head, manifest) = both.ask("GET /manifest HTTP/1.1", &[]);
    assert_eq!(manifest, std::fs::read(folder.join("public/manifest")).unwrap());
    assert!(head.contains("cache-control: public, max-age=60\r\n"), "{head}");
    let chunk = std::fs::read_dir(folder.join("public/chunk")).unwrap().next().unwrap().unwrap();
    let chunk = format!("/chunk/{}", chunk.file_name().to_str().unwrap());
    let (head, whole) = both.ask(&format!("GET {chunk} HTTP/1.1"), &[]);
    assert!(head.contains("max-age=31536000, immutable\r\n"), "{head}");
    let (head, part) = both.ask(&format!("GET {chunk} HTTP/1.1\r\nrange: bytes=100-"), &[]);
    assert!(head.starts_with("HTTP/1.1 206 "), "{head}");
    let range = format!("content-range: bytes 100-{}/{}\r\n", whole.len() - 1, whole.len());
    assert!(head.contains(&range) && part == whole[100..], "{head}");
    let (head, none) = both.ask(&format!("HEAD {chunk} HTTP/1.1"), &[]);
    assert!(head.contains(&format!("content-length: {}\r\n", whole.len())) && none.is_empty());
}

#[test]
fn without_a_folder_it_does_not_start() {
    let folder = tempfile::tempdir().unwrap();
    let code = |args: &[&str]| {
        Command::new(env!("CARGO_BIN_EXE_vaora-authority"))
            .arg("serve")
            .args(args)
            .current_dir(folder.path())
            .stderr(Stdio::null())
            .status()
            .unwrap()
            .code()
    };
    assert_eq!(code(&["--public", "nothing"]), Some(3));
    assert_eq!(code(&["--folder", "nothing"]), Some(3));
    assert_eq!(code(&[]), Some(2));
}
