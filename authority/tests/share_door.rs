//! The door from outside: whatever comes in, the answer has one size and comes at a whole step.

#![expect(clippy::unwrap_used, reason = "what helps a test may fail it")]

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tempfile::TempDir;
use tokio::time::Instant as Running;
use vaora::seal::Random;
use vaora::share::{Answer, BOX_LEN, REPLY_LEN, ReplyKey, Request, seal};
use vaora::time::Day;
use vaora_authority::Deployment;
use vaora_authority::deployment::Plan;
use vaora_authority::intake::{Door, Intake, router};
use vaora_authority::serve::Server;

struct System;

impl Random for System {
    fn fill(&mut self, bytes: &mut [u8]) {
        getrandom::fill(bytes).unwrap();
    }
}

const STEP: Duration = Duration::from_millis(200);

fn today() -> Day {
    Day::from_iso("2026-12-01").unwrap()
}

/// A desk's server, and the public half of its key.
fn desk(folder: &Path, per_minute: u32) -> (Server, [u8; 16], [u8; 32]) {
    let plan = Plan { root_keys: 1, root_threshold: 1, today: today(), days: 400 };
    let mut deployment = Deployment::init(folder, plan, Vec::new()).unwrap();
    deployment.renew_upload_keys(today()).unwrap();
    let id = *deployment.anchors().root().unwrap().deployment();
    let key = deployment.anchors().upload().unwrap().key(today()).unwrap().key;
    let intake = Arc::new(Intake::open(folder).unwrap());
    let clock = Arc::new(|| today().start());
    let door = Door { step: STEP, per_minute, patience: STEP, clock };
    let server = Server::start("127.0.0.1:0".parse().unwrap(), router(intake, door)).unwrap();
    (server, id, key)
}

/// Status and body of an answer, and how long it took.
fn post(to: SocketAddr, path: &str, body: &[u8]) -> (u16, Vec<u8>, Duration) {
    let mut stream = TcpStream::connect(to).unwrap();
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    let begun = Running::now();
    stream.write_all(head.as_bytes()).unwrap();
    // A server that has seen enough may hang up.
    let _ = stream.write_all(body);
    let mut all = Vec::new();
    let _ = stream.read_to_end(&mut all);
    let took = begun.elapsed();
    let at = all.windows(4).position(|w| w == b"\r\n\r\n").unwrap_or(all.len());
    let head = String::from_utf8_lossy(&all[..at]).into_owned();
    let status = head.get(9..12).and_then(|code| code.parse().ok()).unwrap_or(0);
    (status, all.get(at + 4..).unwrap_or_default().to_vec(), took)
}

fn cover(id: &[u8; 16], key: &[u8; 32]) -> (Vec<u8>, ReplyKey) {
    seal(&Request::Cover, id, key, &mut System).unwrap()
}

#[test]
fn every_answer_has_one_size_and_comes_at_a_step() {
    let folder = TempDir::new().unwrap();
    let (server, id, key) = desk(&folder.path().join("desk"), 100);
    let to = server.address();
    let (good, reply) = cover(&id, &key);
    let (status, answer, took) = post(to, "/share", &good);
    assert_eq!((status, reply.open(&answer)), (200, Ok(Answer::Cover)));
    assert!(took >= STEP, "{took:?}");
    let mut spoiled = good.clone();
    spoiled[500] ^= 1;
    let cases: [(&[u8], u16); 5] = [
        (&spoiled, 200),
        (&[0; BOX_LEN], 200),
        (&good[1..], 400),
        (&[], 400),
        (&[&good[..], &[0]].concat(), 413),
    ];
    for (body, wanted) in cases {
        let (status, answer, took) = post(to, "/share", body);
        assert_eq!((status, answer.len()), (wanted, REPLY_LEN), "{}", body.len());
        assert!(reply.open(&answer).is_err());
        assert!(took >= STEP, "{took:?}");
    }
    assert_eq!(post(to, "/shares", &good).0, 404);
}

#[test]
fn a_flood_is_turned_away() {
    let folder = TempDir::new().unwrap();
    let (server, id, key) = desk(&folder.path().join("desk"), 3);
    let to = server.address();
    let (good, reply) = cover(&id, &key);
    let mut statuses = Vec::new();
    for _ in 0..5 {
        let (status, answer, _) = post(to, "/share", &good);
        assert_eq!(answer.len(), REPLY_LEN);
        assert_eq!(reply.open(&answer).is_ok(), status == 200);
        statuses.push(status);
    }
    assert_eq!(statuses, [200, 200, 200, 429, 429]);
    // What has the wrong size is nobody's turn.
    assert_eq!(post(to, "/share", &[]).0, 400);
}

#[test]
fn a_box_that_does_not_come_in_time_is_not_waited_for() {
    let folder = TempDir::new().unwrap();
    let (server, ..) = desk(&folder.path().join("desk"), 100);
    let mut stream = TcpStream::connect(server.address()).unwrap();
    let head = format!("POST /share HTTP/1.1\r\nhost: x\r\ncontent-length: {BOX_LEN}\r\n\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    // A byte now and then, for a hundred times as long as the server waits.
    stream.set_read_timeout(Some(STEP / 10)).unwrap();
    let (mut answer, mut piece) = (Vec::new(), [0; 1024]);
    for _ in 0..1000 {
        match stream.read(&mut piece) {
            Ok(0) => break,
            Ok(count) => answer.extend_from_slice(&piece[..count]),
            Err(e) if e.kind() == std::io::ErrorKind::ConnectionReset => break,
            Err(_) => drop(stream.write_all(&[7])),
        }
    }
    let answer = String::from_utf8_lossy(&answer).into_owned();
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
}
