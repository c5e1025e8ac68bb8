//! Sharing over real sockets: what goes over the line, and what a bad line does. Whatever happens,
//! the authority takes a share once, and the phone never believes that it has a receipt it has not.

#![expect(clippy::unwrap_used, clippy::panic, reason = "what helps a test may fail it")]

use std::cell::RefCell;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use vaora::Error;
use vaora::diary::{Diary, Receipt, ShareChoice, Shared, Upload, VisitId};
use vaora::journal::Folder;
use vaora::share::{BOX_LEN, REPLY_LEN, ShareCode};
use vaora::sync::http::{Options, fetch, send};
use vaora::sync::{FetchError, SendError};
use vaora_authority::intake::{self, Door, Intake};
use vaora_authority::serve::{self, Server};
use vaora_tests::diary::{Dice, HOUR, at, create, place};
use vaora_tests::lists::Office;
use vaora_tests::wire::{Answer, Asked, Body, Recorder};

/// A phone that synced, visits in its diary, and a desk that takes shares.
struct World {
    folder: tempfile::TempDir,
    office: Office,
    deployment: [u8; 16],
    intake: Arc<Intake>,
    diary: Diary,
    visits: Vec<VisitId>,
}

impl World {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let today = at(0).wall.day();
        let mut office = Office::open(folder.path(), today).unwrap();
        office.deployment.renew_upload_keys(today).unwrap();
        office.publish(at(0).wall, 0).unwrap();
        let intake = Arc::new(Intake::open(&folder.path().join("desk")).unwrap());
        let disk = Folder::new(&folder.path().join("phone"));
        let (diary, _) = create(Box::new(disk), &mut Dice::new(1), &at(0)).unwrap();
        let deployment = diary.follow(&office.root()).unwrap();
        let visit = |number: i64| {
            let (from, until) = (at(number * HOUR).wall, at(number * HOUR + 1800).wall);
            let place = place(&format!("quán {number}"), 60);
            diary.add_past(&place, from, until, &[], &at(8 * HOUR)).unwrap().id
        };
        let visits = (0..4).map(visit).collect();
        let world = Self { folder, office, deployment, intake, diary, visits };
        let (server, options) = (world.server(), Options::default());
        fetch(&world.diary, &world.deployment, &base(&server), &options, &|| at(8 * HOUR)).unwrap();
        world
    }

    /// Lists and the door for shares, as `serve --public … --folder …` has them.
    fn server(&self) -> Server {
        let clock = Arc::new(|| at(9 * HOUR).wall);
        let door = Door { step: Duration::from_millis(20), ..Door::usual(clock) };
        let routes = serve::router(self.office.public());
        let routes = routes.merge(intake::router(Arc::clone(&self.intake), door));
        Server::start("127.0.0.1:0".parse().unwrap(), routes).unwrap()
    }

    fn code(&self) -> ShareCode {
        self.intake.make_code(at(9 * HOUR).wall).unwrap()
    }

    /// A share of so many visits, agreed to.
    fn upload(&self, count: usize, code: &ShareCode) -> Upload {
        let visits = self.visits[..count].to_vec();
        let choice = ShareChoice { deployment: self.deployment, visits, named: Vec::new() };
        let consent = self.diary.share_preview(&choice, &at(9 * HOUR)).unwrap().agree();
        self.diary.share(consent, code, &at(9 * HOUR)).unwrap()
    }

    /// Sends; answers with the waits as well.
    fn send(&self, upload: &Upload, base: &str) -> (Result<Shared, SendError>, Vec<Duration>) {
        let waits = RefCell::new(Vec::new());
        let sleep = |wait| waits.borrow_mut().push(wait);
        let options = Options { sleep: &sleep, ..Options::default() };
        let shared = send(&self.diary, upload, base, &options, &|| at(9 * HOUR));
        (shared, waits.into_inner())
    }

    /// A desk whose answer passes through a script, which may lose or change it.
    fn between(
        &self,
        mut script: impl FnMut(&Asked, usize, Answer) -> Answer + Send + 'static,
    ) -> Recorder {
        let (intake, mut number) = (Arc::clone(&self.intake), 0);
        let answer = move |asked: &Asked| {
            number += 1;
            let answer = intake.answer(&asked.body, at(9 * HOUR).wall).unwrap();
            script(asked, number, Answer::of(&answer))
        };
        Recorder::start(Box::new(answer)).unwrap()
    }

    /// Something that answers, and is no desk.
    fn other(&self, answer: Answer) -> Recorder {
        Recorder::start(Box::new(move |_| answer.clone())).unwrap()
    }

    /// How many shares came in, and how many visits of them.
    fn received(&self) -> (usize, usize) {
        let shares = self.intake.shares().unwrap();
        (shares.len(), shares.iter().map(|share| share.visits.len()).sum())
    }

    fn is_pending(&self) -> bool {
        self.diary.share_pending(&at(9 * HOUR)).unwrap().is_some()
    }

    fn desk_file(&self) -> PathBuf {
        self.folder.path().join("desk/shares/received.jsonl")
    }
}

fn base(server: &Server) -> String {
    format!("http://{}/", server.address())
}

fn receipt(shared: Result<Shared, SendError>) -> Receipt {
    match shared {
        Ok(Shared::Receipt(receipt)) => receipt,
        other => panic!("no receipt: {other:?}"),
    }
}

#[test]
fn two_visits_of_four_go_through_the_real_door() {
    let world = World::new();
    let server = world.server();
    let code = world.code();
    let upload = world.upload(2, &code);
    let receipt = receipt(world.send(&upload, &base(&server)).0);
    assert_eq!((receipt.visits, world.received()), (2, (1, 2)));
    assert_eq!(world.diary.receipts().unwrap(), [receipt]);
    assert!(!world.is_pending());
    let text = std::fs::read_to_string(world.desk_file()).unwrap();
    assert!(text.contains("quán 1") && !text.contains("quán 2"));

    // The code is used up, and a wrong one was never good.
    let (second, _) = world.send(&world.upload(3, &code), &base(&server));
    assert_eq!(second, Err(SendError::Diary(Error::CodeUsed)));
    let wrong = ShareCode::from_bytes([1; 6]);
    let (third, _) = world.send(&world.upload(1, &wrong), &base(&server));
    assert_eq!(third, Err(SendError::Diary(Error::CodeWrong)));
    assert_eq!(world.received(), (1, 2));

    let cover = world.diary.share_cover(&world.deployment, &at(9 * HOUR)).unwrap();
    assert_eq!(world.send(&cover, &base(&server)).0, Ok(Shared::Cover));
    assert_eq!(world.received(), (1, 2));
}

#[test]
fn a_cover_and_shares_of_any_size_look_the_same() {
    let world = World::new();
    let recorder = world.between(|_, _, answer| answer);
    let mut uploads = Vec::new();
    let mut send = |upload: Upload| {
        let taken = world.send(&upload, &recorder.base()).0.is_ok();
        uploads.push(upload);
        taken
    };
    assert!(send(world.diary.share_cover(&world.deployment, &at(9 * HOUR)).unwrap()));
    assert!(send(world.upload(1, &world.code())));
    assert!(send(world.upload(4, &world.code())));
    // One that is refused as well.
    assert!(!send(world.upload(2, &ShareCode::from_bytes([1; 6]))));
    let asked = recorder.take();
    assert_eq!(asked.len(), uploads.len());
    assert!(asked.iter().all(|other| other.raw == asked[0].raw));
    for (asked, upload) in asked.iter().zip(&uploads) {
        assert_eq!((asked.path.as_str(), asked.body.len()), ("share", BOX_LEN));
        assert_eq!(asked.body, upload.bytes());
        let mut lines: Vec<&str> = asked.raw.trim_end().lines().collect();
        lines.retain(|line| !line.starts_with("host: 127.0.0.1:"));
        lines.sort_unstable();
        let wanted = [
            "POST /share HTTP/1.1",
            "accept-encoding: identity",
            "accept: */*",
            "content-length: 32768",
            "content-type: application/octet-stream",
            "user-agent: vaora/1",
        ];
        assert_eq!(lines, wanted);
    }
}

#[test]
fn a_server_that_dies_after_reading_has_the_share_once() {
    let world = World::new();
    let code = world.code();
    let upload = world.upload(2, &code);
    // It takes the share every time, and its answer never arrives.
    let dying = world.between(|_, _, answer| answer.with(Body::Nothing));
    let (sent, waits) = world.send(&upload, &dying.base());
    assert_eq!(sent, Err(SendError::Unsure(FetchError::Offline)));
    assert_eq!(Error::from(sent.unwrap_err()), Error::Unsure);
    assert_eq!((waits.len(), dying.take().len()), (5, 6), "it gives up after six tries");
    assert_eq!(world.received(), (1, 2));
    assert!(world.is_pending() && world.diary.receipts().unwrap().is_empty());

    // Cut within the answer is the same, and the next try brings the receipt.
    let shaky = world.between(|_, number, answer| match (number, answer.body.clone()) {
        (1, Body::Whole(bytes)) => answer.with(Body::Cut(bytes[..100].to_vec(), bytes.len())),
        (2, _) => answer.with(Body::Nothing),
        _ => answer,
    });
    let again = world.diary.share_again(&at(9 * HOUR)).unwrap();
    let (sent, waits) = world.send(&again, &shaky.base());
    let receipt = receipt(sent);
    assert_eq!((waits.len(), receipt.visits, world.received()), (2, 2, (1, 2)));
    assert!(!world.is_pending());
    let share = &world.intake.shares().unwrap()[0];
    assert_eq!(share.receipt, vaora::text::hex::encode(&receipt.id.0));
}

#[test]
fn what_never_got_there_is_told_from_what_may_have() {
    let world = World::new();
    let upload = world.upload(1, &world.code());
    let not_sent = |error| Err(SendError::NotSent(error));
    let (sent, waits) = world.send(&upload, "http://127.0.0.1:1/");
    assert_eq!((sent, waits.len()), (not_sent(FetchError::Offline), 5));
    for wrong in ["http://a.example/", "ftp://127.0.0.1/", "https://me@a.example/"] {
        assert_eq!(world.send(&upload, wrong).0, not_sent(FetchError::Address), "{wrong}");
    }

    let page = Answer::of(b"<html>Log in</html>").line("content-type: text/html; charset=utf-8");
    let error_page = Answer::status("502 Bad Gateway").line("content-type: text/html");
    let away = |to: &str| Answer::status(&format!("307 Temporary Redirect\r\nlocation: {to}"));
    let unsure = |error| Err(SendError::Unsure(error));
    let plain = Answer::of(&[7; REPLY_LEN]);
    let cases: [(&str, Answer, Result<Shared, SendError>, usize); 14] = [
        ("a portal's page", page, not_sent(FetchError::Portal), 1),
        ("a redirect to a portal", away("http://127.9.9.9/login"), not_sent(FetchError::Portal), 1),
        ("a redirect within", away("/there/share"), not_sent(FetchError::Redirect), 1),
        ("511", Answer::status("511 Log in"), not_sent(FetchError::Portal), 1),
        ("no door", Answer::status("404 Not Found"), not_sent(FetchError::Status(404)), 1),
        ("a flood", Answer::status("429 Too Many Requests"), not_sent(FetchError::Busy), 6),
        ("a busy server", Answer::status("503 Busy"), unsure(FetchError::Busy), 6),
        (
            "a proxy without its server",
            Answer::status("504 Late"),
            unsure(FetchError::Status(504)),
            6,
        ),
        ("a proxy's page", error_page, unsure(FetchError::Portal), 1),
        (
            "compressed",
            plain.clone().line("content-encoding: gzip"),
            unsure(FetchError::Encoding),
            1,
        ),
        ("128 bytes of another box", plain, Err(SendError::Strange), 1),
        ("a byte too few", Answer::of(&[7; REPLY_LEN - 1]), Err(SendError::Strange), 1),
        ("nothing", Answer::of(&[]), Err(SendError::Strange), 1),
        (
            "an answer without end",
            Answer::of(&[]).with(Body::Endless(vec![7; 4096])),
            Err(SendError::Strange),
            1,
        ),
    ];
    for (name, answer, wanted, tries) in cases {
        let server = world.other(answer);
        let (sent, _) = world.send(&upload, &server.base());
        assert_eq!(sent, wanted, "{name}");
        assert_eq!(server.take().len(), tries, "{name}");
        assert!(world.is_pending(), "{name}");
    }
    assert_eq!(world.received(), (0, 0));
    // After all of that, it is taken.
    let server = world.server();
    receipt(world.send(&upload, &base(&server)).0);
    assert_eq!(world.received(), (1, 1));
}

#[test]
fn one_try_that_may_have_arrived_makes_all_of_them_unsure() {
    let world = World::new();
    let upload = world.upload(1, &world.code());
    let server = world.between(|_, number, answer| match number {
        1 => answer.with(Body::Nothing),
        _ => Answer::status("404 Not Found"),
    });
    let (sent, _) = world.send(&upload, &server.base());
    assert_eq!(sent, Err(SendError::Unsure(FetchError::Status(404))));
}

#[test]
fn patience_is_the_same_for_a_cover() {
    let world = World::new();
    let busy = world.other(Answer::status("429 Too Many Requests\r\nretry-after: 7"));
    let cover = world.diary.share_cover(&world.deployment, &at(9 * HOUR)).unwrap();
    let share = world.upload(1, &world.code());
    let [cover, share] = [cover, share].map(|upload| world.send(&upload, &busy.base()));
    let seven = Duration::from_secs(7);
    for (sent, waits) in [cover, share] {
        assert_eq!(sent, Err(SendError::NotSent(FetchError::Busy)));
        assert!(waits.len() == 5 && waits.iter().all(|w| *w >= seven && *w < 2 * seven));
    }
}

#[test]
fn nothing_is_said_on_the_line_that_a_server_could_set() {
    let world = World::new();
    let recorder = world.between(|_, number, answer| match number {
        1 => Answer::status("429 Wait").line("set-cookie: phone=7").line("etag: \"7\""),
        _ => answer,
    });
    let upload = world.upload(1, &world.code());
    receipt(world.send(&upload, &recorder.base()).0);
    let asked = recorder.take();
    assert_eq!(asked.len(), 2);
    assert_eq!((&asked[0].raw, &asked[0].body), (&asked[1].raw, &asked[1].body));
}
