//! The server as a program: it says where it listens, answers, and ends when it is told to.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Command, Stdio};

#[test]
fn it_says_where_it_listens_and_ends_when_told() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("manifest"), b"hello").unwrap();
    let mut server = Command::new(env!("CARGO_BIN_EXE_vaora-authority"))
        .args(["--json", "serve", "--listen", "127.0.0.1:0", "--public"])
        .arg(folder.path())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(server.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let said: serde_json::Value = serde_json::from_str(&line).unwrap();
    let base = said["base"].as_str().unwrap();
    let address = base.strip_prefix("http://").and_then(|a| a.strip_suffix('/')).unwrap();

    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(b"GET /manifest HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.ends_with("\r\n\r\nhello"));

    // A phone that holds its line open does not hold the server up.
    let _idle = TcpStream::connect(address).unwrap();
    let told = Command::new("kill").args(["-TERM", &server.id().to_string()]).status().unwrap();
    assert!(told.success());
    assert!(server.wait().unwrap().success());
}

#[test]
fn without_a_folder_it_does_not_start() {
    let folder = tempfile::tempdir().unwrap();
    let status = Command::new(env!("CARGO_BIN_EXE_vaora-authority"))
        .args(["serve", "--public"])
        .arg(folder.path().join("nothing"))
        .stderr(Stdio::null())
        .status()
        .unwrap();
    assert_eq!(status.code(), Some(3));
}
