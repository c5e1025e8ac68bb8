//! Syncs over real sockets: what goes over the line, and what a bad line does.

#![expect(clippy::unwrap_used, reason = "what helps a test may fail it")]

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use vaora::diary::{Diary, Now};
use vaora::journal::Folder;
use vaora::sync::{FetchError, next_sync};
use vaora_authority::serve::{Server, router};
use vaora_tests::diary::{Dice, HOUR, at, create, open, place, seed_of};
use vaora_tests::line::World;
use vaora_tests::wire::{Answer, Asked, Body, Clock, Recorder};

/// A phone that holds no list yet.
fn phone(world: &World, name: &str) -> Diary {
    world.phone(name).unwrap().0
}

fn server(world: &World) -> Server {
    Server::start("127.0.0.1:0".parse().unwrap(), router(world.office.public())).unwrap()
}

/// A server that answers from the files, unless the script says otherwise.
fn recorder(
    world: &World,
    otherwise: impl FnMut(&Asked, usize) -> Option<Answer> + Send + 'static,
) -> Recorder {
    Recorder::start(world.script(otherwise)).unwrap()
}

fn base(server: &Server) -> String {
    format!("http://{}/", server.address())
}

#[test]
fn an_empty_a_full_and_a_matching_diary_send_the_same_bytes() {
    let world = World::new().unwrap();
    let recorder = recorder(&world, |_, _| None);
    let mut all = Vec::new();
    for name in ["empty", "full", "matching"] {
        let diary = phone(&world, name);
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
    let world = World::new().unwrap();
    let server = server(&world);
    let diary = phone(&world, "phone");
    let report = world.fetch(&diary, &base(&server), &at(2 * HOUR)).0.unwrap();
    assert!(report.is_new);
    let again = world.fetch(&diary, &base(&server), &at(3 * HOUR)).0.unwrap();
    assert!(!again.is_new);
    assert!(again.fetched < report.fetched);
}

#[test]
fn what_was_cut_goes_on_where_it_stood() {
    let world = World::new().unwrap();
    let public = world.office.public();
    let sent = Arc::new(Mutex::new(Vec::new()));
    let (log, mut first) = (sent.clone(), None);
    // Every chunk but the first comes in halves, however often it takes.
    let recorder = recorder(&world, move |asked, _| {
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
    let diary = phone(&world, "phone");
    let (taken, waits) = world.fetch(&diary, &recorder.base(), &at(2 * HOUR));
    assert_eq!(taken, Err(FetchError::Offline));
    assert_eq!(waits.len(), 5, "it gives up after six tries");
    let sent = std::mem::take(&mut *sent.lock().unwrap());
    assert!(sent.is_sorted_by(|a, b| a < b) && sent.len() == 6, "{sent:?}");
    // The next sync, perhaps after a restart, fetches only what is missing.
    let server = server(&world);
    let report = world.fetch(&diary, &base(&server), &at(3 * HOUR)).0.unwrap();
    let whole = phone(&world, "other");
    let other = world.fetch(&whole, &base(&server), &at(3 * HOUR)).0.unwrap();
    assert!(report.fetched < other.fetched, "{} {}", report.fetched, other.fetched);
}

#[test]
fn a_server_without_ranges_sends_everything_and_nothing_is_taken_twice() {
    let world = World::new().unwrap();
    let public = world.office.public();
    let recorder = recorder(&world, move |asked, _| {
        let bytes = std::fs::read(public.join(&asked.path)).ok()?;
        let first = asked.path.starts_with("chunk/") && asked.from().is_none();
        first.then(|| {
            Answer::of(&[]).with(Body::Cut(bytes[..bytes.len() / 2].to_vec(), bytes.len()))
        })
    });
    let diary = phone(&world, "phone");
    let (taken, waits) = world.fetch(&diary, &recorder.base(), &at(2 * HOUR));
    let report = taken.unwrap();
    assert!(!waits.is_empty());
    let server = server(&world);
    let whole = world.fetch(&phone(&world, "other"), &base(&server), &at(2 * HOUR)).0.unwrap();
    assert_eq!(report.fetched, whole.fetched);
}

#[test]
fn patience_has_bounds() {
    let world = World::new().unwrap();
    let diary = phone(&world, "phone");
    let busy = recorder(&world, |_, number| {
        let line = "503 Service Unavailable\r\nretry-after: 7";
        (number < 4).then(|| Answer::status(line))
    });
    let (taken, waits) = world.fetch(&diary, &busy.base(), &at(2 * HOUR));
    assert!(taken.is_ok());
    let seven = Duration::from_secs(7);
    assert!(waits.len() == 3 && waits.iter().all(|w| *w >= seven && *w < seven * 2), "{waits:?}");

    let tomorrow = recorder(&world, |_, _| {
        Some(Answer::status("429 Too Many Requests\r\nretry-after: 86400"))
    });
    let (taken, waits) = world.fetch(&diary, &tomorrow.base(), &at(2 * HOUR));
    assert_eq!((taken, waits.len()), (Err(FetchError::Busy), 0));

    // Nobody listens there.
    let (taken, waits) = world.fetch(&diary, "http://127.0.0.1:1/", &at(2 * HOUR));
    assert_eq!((taken, waits.len()), (Err(FetchError::Offline), 5));
    assert!(waits.iter().zip([2, 4, 8, 16, 32]).all(|(w, most)| *w <= Duration::from_secs(most)));
    assert_eq!(world.fetch(&diary, "http://a.example/", &at(0)).0, Err(FetchError::Address));
}

/// Everything a line brings at this pace, by the limits of a phone and by the line's own clock:
/// what came of it, how long it took, and how much there was.
fn over(pace: usize) -> (Result<u64, FetchError>, u64, u64) {
    let mut world = World::new().unwrap();
    // A day of many cases: some 200 KB.
    let seeds: Vec<_> = (0..20_000).map(|number| seed_of(&format!("place {number}"))).collect();
    world.office.warn_all(&seeds, at(HOUR).wall, at(2 * HOUR).wall, 1).unwrap();
    world.office.publish(at(2 * HOUR).wall, 0).unwrap();
    let (public, clock) = (world.office.public(), Clock::default());
    let hand = clock.clone();
    let slow = recorder(&world, move |asked, _| {
        let bytes = std::fs::read(public.join(&asked.path)).ok()?;
        let from = asked.from().unwrap_or(0);
        let (last, size) = (bytes.len() - 1, bytes.len());
        let range = format!("206 Partial Content\r\ncontent-range: bytes {from}-{last}/{size}");
        let head = if from == 0 { "200 OK" } else { &range };
        let body = Body::Paced(bytes[from..].to_vec(), pace, hand.clone());
        Some(Answer::status(head).with(body))
    });
    let running = || Now { running: clock.look(), ..at(3 * HOUR) };
    let (taken, _) = world.fetch_by(&phone(&world, "slow"), &slow.base(), &running);
    let quick = recorder(&world, |_, _| None);
    let whole = world.fetch(&phone(&world, "quick"), &quick.base(), &at(3 * HOUR)).0.unwrap();
    (taken.map(|report| report.fetched), clock.look(), whole.fetched)
}

#[test]
fn a_day_comes_over_a_line_of_1_kb_a_second() {
    let (taken, seconds, size) = over(1000);
    assert!(size > 170_000, "{size}");
    // Without a byte twice, and not faster than the line is.
    assert_eq!(taken, Ok(size));
    assert!(seconds >= size / 1000, "{seconds}");
}

#[test]
fn a_byte_a_second_is_no_line() {
    let (taken, seconds, _) = over(1);
    assert_eq!(taken, Err(FetchError::Slow));
    // Six tries, a minute each, and the seconds at their ends.
    assert!((366..400).contains(&seconds), "{seconds}");
}

#[test]
fn a_redirect_within_the_server_is_followed() {
    let world = World::new().unwrap();
    let public = world.office.public();
    let recorder = recorder(&world, move |asked, _| match asked.path.strip_prefix("there/") {
        Some(path) => std::fs::read(public.join(path)).ok().map(|bytes| Answer::of(&bytes)),
        None => Some(Answer::status(&format!("302 Found\r\nlocation: /there/{}", asked.path))),
    });
    assert!(world.fetch(&phone(&world, "phone"), &recorder.base(), &at(2 * HOUR)).0.is_ok());
}

#[test]
fn the_phase_stays_and_differs() {
    let world = World::new().unwrap();
    let path = world.path("phone");
    let mut dice = Dice::new(1);
    let (diary, keys) = create(Box::new(Folder::new(&path)), &mut dice, &at(0)).unwrap();
    let phase = diary.sync_phase().unwrap();
    assert_eq!(diary.sync_phase().unwrap(), phase);
    diary.close();
    drop(diary);
    let diary = open(Box::new(Folder::new(&path)), &mut dice, &keys).unwrap();
    assert_eq!(diary.sync_phase().unwrap(), phase);
    let other = Folder::new(&world.path("other"));
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
    let world = World::new().unwrap();
    let server = server(&world);
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
