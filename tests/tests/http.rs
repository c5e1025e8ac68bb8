//! Syncs over real sockets: what goes over the line, and what a bad line does.

#![expect(clippy::unwrap_used, reason = "what helps a test may fail it")]

use std::cell::RefCell;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use vaora::diary::{Diary, Now};
use vaora::journal::Folder;
use vaora::sync::http::{Options, fetch};
use vaora::sync::{FetchError, Report, next_sync};
use vaora::time::Instant;
use vaora_authority::serve::{Server, router};
use vaora_tests::diary::{Dice, HOUR, START, at, create, open, place, seed_of};
use vaora_tests::lists::Office;
use vaora_tests::wire::{Answer, Asked, Body, Recorder};

struct World {
    folder: tempfile::TempDir,
    office: Office,
    deployment: [u8; 16],
}

impl World {
    /// Somebody infectious was at the market; there are two publications.
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut office = Office::open(folder.path(), Instant::from_unix(START).day()).unwrap();
        office.publish(at(0).wall, 0).unwrap();
        office.warn(seed_of("chợ"), at(0).wall, at(HOUR).wall, 1).unwrap();
        office.publish(at(HOUR).wall, 0).unwrap();
        let deployment = *office.deployment.anchors().root().unwrap().deployment();
        Self { folder, office, deployment }
    }

    fn phone(&self, name: &str) -> Diary {
        let folder = Folder::new(&self.folder.path().join(name));
        let (diary, _) = create(Box::new(folder), &mut Dice::new(1), &at(0)).unwrap();
        diary.follow(&self.office.root()).unwrap();
        diary
    }

    fn server(&self) -> Server {
        Server::start("127.0.0.1:0".parse().unwrap(), router(self.office.public())).unwrap()
    }

    /// Fetches; answers with the waits as well.
    fn fetch(
        &self,
        diary: &Diary,
        base: &str,
        now: &Now,
    ) -> (Result<Report, FetchError>, Vec<Duration>) {
        let waits = RefCell::new(Vec::new());
        let sleep = |wait| waits.borrow_mut().push(wait);
        let options = Options { sleep: &sleep, ..Options::default() };
        let report = fetch(diary, &self.deployment, base, &options, &|| *now);
        (report, waits.into_inner())
    }

    /// A server that answers from the files, unless the script says otherwise.
    fn recorder(
        &self,
        mut script: impl FnMut(&Asked, usize) -> Option<Answer> + Send + 'static,
    ) -> Recorder {
        let (public, mut number) = (self.office.public(), 0);
        let answer = move |asked: &Asked| {
            number += 1;
            let file = || match std::fs::read(public.join(&asked.path)) {
                Ok(bytes) => Answer::of(&bytes),
                Err(_) => Answer::status("404 Not Found"),
            };
            script(asked, number).unwrap_or_else(file)
        };
        Recorder::start(Box::new(answer)).unwrap()
    }
}

fn base(server: &Server) -> String {
    format!("http://{}/", server.address())
}

#[test]
fn an_empty_a_full_and_a_matching_diary_send_the_same_bytes() {
    let world = World::new();
    let recorder = world.recorder(|_, _| None);
    let mut all = Vec::new();
    for name in ["empty", "full", "matching"] {
        let diary = world.phone(name);
        if name != "empty" {
            for visit in 0..60 {
                let (from, until) = (at(visit * 60).wall, at(visit * 60 + HOUR).wall);
                let place = place(&format!("{name} {visit}"), 60);
                diary.add_past(&place, from, until, &[], &at(5 * HOUR)).unwrap();
            }
        }
        if name == "matching" {
            let (from, until) = (at(0).wall, at(HOUR).wall);
            diary.add_past(&place("chợ", 60), from, until, &[], &at(5 * HOUR)).unwrap();
        }
        // The first sync, one that finds nothing new, and one more after everything was asked.
        for hour in [5, 6, 7] {
            world.fetch(&diary, &recorder.base(), &at(hour * HOUR)).0.unwrap();
            let alerts = diary.alerts(&at(hour * HOUR)).unwrap();
            assert_eq!(alerts.len(), usize::from(name == "matching"));
            diary.due(&at(hour * HOUR)).unwrap();
        }
        let asked: Vec<String> = recorder.take().into_iter().map(|asked| asked.raw).collect();
        assert!(asked.len() > 8, "{asked:#?}");
        all.push(asked);
    }
    assert_eq!(all[0], all[1]);
    assert_eq!(all[0], all[2]);
    for request in all.concat() {
        let request = request.to_lowercase();
        for word in ["cookie", "if-", "referer", "range", "authorization"] {
            assert!(!request.contains(word), "{request}");
        }
        assert!(request.contains("user-agent: vaora/1\r\n"), "{request}");
        assert!(request.contains("accept-encoding: identity\r\n"), "{request}");
    }
}

#[test]
fn a_phone_syncs_with_the_server_of_the_desk() {
    let world = World::new();
    let server = world.server();
    let diary = world.phone("phone");
    let report = world.fetch(&diary, &base(&server), &at(2 * HOUR)).0.unwrap();
    assert!(report.is_new);
    let again = world.fetch(&diary, &base(&server), &at(3 * HOUR)).0.unwrap();
    assert!(!again.is_new);
    assert!(again.fetched < report.fetched);
}

#[test]
fn what_was_cut_goes_on_where_it_stood() {
    let world = World::new();
    let public = world.office.public();
    let sent = Arc::new(Mutex::new(Vec::new()));
    let (log, mut first) = (sent.clone(), None);
    // Every chunk but the first comes in halves, however often it takes.
    let recorder = world.recorder(move |asked, _| {
        let bytes = std::fs::read(public.join(&asked.path)).ok()?;
        if !asked.path.starts_with("chunk/") {
            return None;
        }
        if *first.get_or_insert(asked.path.clone()) == asked.path {
            return None;
        }
        let (from, size) = (asked.from().unwrap_or(0), bytes.len());
        log.lock().unwrap().push(from);
        let rest = &bytes[from..];
        let head =
            format!("206 Partial Content\r\ncontent-range: bytes {from}-{}/{size}", size - 1);
        let head = if from == 0 { String::from("200 OK") } else { head };
        let body = Body::Cut(rest[..rest.len().div_ceil(2)].to_vec(), rest.len());
        Some(Answer::status(&head).with(body))
    });
    let diary = world.phone("phone");
    let (taken, waits) = world.fetch(&diary, &recorder.base(), &at(2 * HOUR));
    assert_eq!(taken, Err(FetchError::Offline));
    assert_eq!(waits.len(), 5, "it gives up after six tries");
    let sent = std::mem::take(&mut *sent.lock().unwrap());
    assert!(sent.is_sorted_by(|a, b| a < b) && sent.len() == 6, "{sent:?}");
    // The next sync, perhaps after a restart, fetches only what is missing.
    let server = world.server();
    let report = world.fetch(&diary, &base(&server), &at(3 * HOUR)).0.unwrap();
    let whole = world.phone("other");
    let other = world.fetch(&whole, &base(&server), &at(3 * HOUR)).0.unwrap();
    assert!(report.fetched < other.fetched, "{} {}", report.fetched, other.fetched);
}

#[test]
fn a_server_without_ranges_sends_everything_and_nothing_is_taken_twice() {
    let world = World::new();
    let public = world.office.public();
    let recorder = world.recorder(move |asked, _| {
        let bytes = std::fs::read(public.join(&asked.path)).ok()?;
        let first = asked.path.starts_with("chunk/") && asked.from().is_none();
        first.then(|| {
            Answer::of(&[]).with(Body::Cut(bytes[..bytes.len() / 2].to_vec(), bytes.len()))
        })
    });
    let diary = world.phone("phone");
    let (taken, waits) = world.fetch(&diary, &recorder.base(), &at(2 * HOUR));
    let report = taken.unwrap();
    assert!(!waits.is_empty());
    let server = world.server();
    let whole = world.fetch(&world.phone("other"), &base(&server), &at(2 * HOUR)).0.unwrap();
    assert_eq!(report.fetched, whole.fetched);
}

#[test]
fn patience_has_bounds() {
    let world = World::new();
    let diary = world.phone("phone");
    let busy = world.recorder(|_, number| {
        let line = "503 Service Unavailable\r\nretry-after: 7";
        (number < 4).then(|| Answer::status(line))
    });
    let (taken, waits) = world.fetch(&diary, &busy.base(), &at(2 * HOUR));
    assert!(taken.is_ok());
    let seven = Duration::from_secs(7);
    assert!(waits.len() == 3 && waits.iter().all(|w| *w >= seven && *w < seven * 2), "{waits:?}");

    let tomorrow =
        world.recorder(|_, _| Some(Answer::status("429 Too Many Requests\r\nretry-after: 86400")));
    let (taken, waits) = world.fetch(&diary, &tomorrow.base(), &at(2 * HOUR));
    assert_eq!((taken, waits.len()), (Err(FetchError::Busy), 0));

    // Nobody listens there.
    let (taken, waits) = world.fetch(&diary, "http://127.0.0.1:1/", &at(2 * HOUR));
    assert_eq!((taken, waits.len()), (Err(FetchError::Offline), 5));
    assert!(waits.iter().zip([2, 4, 8, 16, 32]).all(|(w, most)| *w <= Duration::from_secs(most)));
    assert_eq!(world.fetch(&diary, "http://a.example/", &at(0)).0, Err(FetchError::Address));
}

#[test]
fn a_redirect_within_the_server_is_followed() {
    let world = World::new();
    let public = world.office.public();
    let recorder = world.recorder(move |asked, _| match asked.path.strip_prefix("there/") {
        Some(path) => std::fs::read(public.join(path)).ok().map(|bytes| Answer::of(&bytes)),
        None => Some(Answer::status(&format!("302 Found\r\nlocation: /there/{}", asked.path))),
    });
    assert!(world.fetch(&world.phone("phone"), &recorder.base(), &at(2 * HOUR)).0.is_ok());
}

#[test]
fn the_phase_stays_and_differs() {
    let world = World::new();
    let path = world.folder.path().join("phone");
    let mut dice = Dice::new(1);
    let (diary, keys) = create(Box::new(Folder::new(&path)), &mut dice, &at(0)).unwrap();
    let phase = diary.sync_phase().unwrap();
    assert_eq!(diary.sync_phase().unwrap(), phase);
    diary.close();
    drop(diary);
    let diary = open(Box::new(Folder::new(&path)), &mut dice, &keys).unwrap();
    assert_eq!(diary.sync_phase().unwrap(), phase);
    let other = Folder::new(&world.folder.path().join("other"));
    let (other, _) = create(Box::new(other), &mut Dice::new(2), &at(0)).unwrap();
    assert_ne!(other.sync_phase().unwrap(), phase);
    let next = next_sync(at(0).wall, phase, 4 * 3600);
    assert!(next > at(0).wall && next <= at(4 * HOUR).wall);
}

/// One request by hand: the answer's head in lower case, and its body.
fn ask(server: &Server, request: &str) -> (String, Vec<u8>) {
    let mut stream = TcpStream::connect(server.address()).unwrap();
    write!(stream, "{request}\r\nhost: x\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4;
    let body = answer.split_off(end);
    (String::from_utf8(answer).unwrap().to_lowercase(), body)
}

#[test]
fn the_server_keeps_the_rules_of_http() {
    let world = World::new();
    let server = world.server();
    let manifest = std::fs::read(world.office.public().join("manifest")).unwrap();
    let size = manifest.len();

    let (head, body) = ask(&server, "GET /manifest HTTP/1.1");
    assert!(head.starts_with("http/1.1 200 ") && body == manifest, "{head}");
    assert!(head.contains("cache-control: public, max-age=60\r\n"), "{head}");
    assert!(head.contains(&format!("content-length: {size}\r\n")), "{head}");
    for word in ["etag", "last-modified", "set-cookie"] {
        assert!(!head.contains(word), "{head}");
    }
    let (head, _) = ask(&server, "GET /root/1 HTTP/1.1");
    assert!(head.contains("immutable"), "{head}");
    let (head, body) = ask(&server, "HEAD /manifest HTTP/1.1");
    assert!(head.contains(&format!("content-length: {size}\r\n")) && body.is_empty(), "{head}");

    let (head, body) = ask(&server, "GET /manifest HTTP/1.1\r\nrange: bytes=10-");
    assert!(head.starts_with("http/1.1 206 ") && body == manifest[10..], "{head}");
    assert!(head.contains(&format!("content-range: bytes 10-{}/{size}\r\n", size - 1)), "{head}");
    let (head, body) = ask(&server, &format!("GET /manifest HTTP/1.1\r\nrange: bytes={size}-"));
    assert!(head.starts_with("http/1.1 416 ") && body.is_empty(), "{head}");
    assert!(head.contains(&format!("content-range: bytes */{size}\r\n")), "{head}");

    let (head, _) = ask(&server, "POST /manifest HTTP/1.1\r\ncontent-length: 0");
    assert!(head.starts_with("http/1.1 405 ") && head.contains("allow: get, head\r\n"), "{head}");
    std::fs::write(world.office.public().join("secret"), b"x").unwrap();
    for path in [
        "/",
        "/secret",
        "/root/2",
        "/../desk/root",
        "/root/../../desk/root",
        "/root/..%2f..%2fdesk",
    ] {
        let (head, body) = ask(&server, &format!("GET {path} HTTP/1.1"));
        assert!(head.starts_with("http/1.1 404 ") && body.is_empty(), "{path} {head}");
    }
}
