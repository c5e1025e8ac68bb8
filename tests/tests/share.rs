//! Sharing from end to end: a phone that scanned, a real desk, and what gets from one to the other.

#![expect(clippy::unwrap_used, clippy::panic, reason = "what helps a test may fail it")]

use std::fs;

use tempfile::TempDir;
use vaora::Error;
use vaora::code::{Name, Scanned, Venue, VenueKind, inspect};
use vaora::diary::{
    Diary, Now, Place, Receipt, ShareChoice, SharePreview, Shared, Upload, VisitId,
};
use vaora::seal::{Seed, VenueId, VenueKey};
use vaora::share::{BOX_LEN, REPLY_LEN, Request, ShareCode, SharedVisit, UploadId, seal};
use vaora::text::hex;
use vaora::time::Day;
use vaora_authority::intake::Intake;
use vaora_authority::issue;
use vaora_tests::both_ways;
use vaora_tests::diary::sim::{SimDisk, Survives};
use vaora_tests::diary::{DAY, Dice, HOUR, KeyStore, at, create, open, place, seed_of};
use vaora_tests::lists::{Office, take};
use vaora_tests::vectors::world::area;

/// A phone and an authority that know each other.
struct World {
    folder: TempDir,
    office: Office,
    intake: Intake,
    deployment: [u8; 16],
    disk: SimDisk,
    keys: KeyStore,
    dice: Dice,
    diary: Diary,
    /// A registered venue.
    market: Place,
}

impl World {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let today = at(0).wall.day();
        let mut office = Office::open(folder.path(), today).unwrap();
        office.deployment.add_issuer(vec![area("04").into()], today, today.plus(300)).unwrap();
        office.deployment.renew_upload_keys(today).unwrap();
        let market = issued(&office, "Chợ Xanh", today);
        office.publish(at(0).wall, 0).unwrap();
        let mut dice = Dice::new(7);
        let disk = SimDisk::default();
        let (diary, keys) = create(Box::new(disk.clone()), &mut dice, &at(0)).unwrap();
        let deployment = diary.follow(&office.root()).unwrap();
        take(&diary, &deployment, &office.public(), 10_000, &at(0)).unwrap();
        let intake = Intake::open(&folder.path().join("desk")).unwrap();
        Self { folder, office, intake, deployment, disk, keys, dice, diary, market }
    }

    /// The power went: whatever was not durable is gone.
    fn restart(&mut self) {
        self.disk = self.disk.cut_power(Survives::None, &mut self.dice);
        self.diary = open(Box::new(self.disk.clone()), &mut self.dice, &self.keys).unwrap();
    }

    fn visit(&self, place: &Place, from: i64, until: i64) -> VisitId {
        let id = self.diary.check_in(place, &[], &at(from)).unwrap().id;
        self.diary.check_out(id, &at(until)).unwrap();
        id
    }

    fn choice(&self, visits: &[VisitId]) -> ShareChoice {
        ShareChoice { deployment: self.deployment, visits: visits.to_vec(), named: Vec::new() }
    }

    fn preview(&self, visits: &[VisitId], now: &Now) -> SharePreview {
        self.diary.share_preview(&self.choice(visits), now).unwrap()
    }

    fn share(&self, visits: &[VisitId], code: &ShareCode, now: &Now) -> Upload {
        self.diary.share(self.preview(visits, now).agree(), code, now).unwrap()
    }

    /// To the desk and back.
    fn send(&self, upload: &Upload, now: &Now) -> vaora::Result<Shared> {
        let answer = self.intake.answer(upload.bytes(), now.wall).unwrap();
        assert_eq!((upload.bytes().len(), answer.len()), (BOX_LEN, REPLY_LEN));
        self.diary.share_reply(upload, &answer, now)
    }

    fn code(&self, now: &Now) -> ShareCode {
        self.intake.make_code(now.wall).unwrap()
    }

    fn received(&self) -> String {
        let path = self.folder.path().join("desk/shares/received.jsonl");
        fs::read_to_string(path).unwrap_or_default()
    }

    /// What the desk holds sealed to, for a sender of its own.
    fn upload_key(&self) -> [u8; 32] {
        let anchors = self.diary.anchors().unwrap();
        anchors[0].upload().unwrap().key(at(0).wall.day()).unwrap().key
    }
}

/// A venue with a code, as a phone scans it.
fn issued(office: &Office, name: &str, today: Day) -> Place {
    let venue = Venue {
        kind: VenueKind::Place,
        first: today,
        last: today.plus(300),
        category: 28,
        stay: 60,
        area: area("04/01273"),
        name: Name::new(name).unwrap(),
        zone: None,
        parent: None,
    };
    let signer = office.deployment.issuer(venue.area, today).unwrap();
    let code = issue::issue(&venue, &signer).unwrap();
    office.deployment.record(&venue, &code).unwrap();
    let scan = inspect(Scanned::Text(&code.bare()), office.deployment.anchors(), at(0).wall);
    Place::of(&scan).unwrap()
}

fn receipt(shared: vaora::Result<Shared>) -> Receipt {
    match shared {
        Ok(Shared::Receipt(receipt)) => receipt,
        other => panic!("no receipt: {other:?}"),
    }
}

fn the_file_holds_what_the_preview_showed_and_nothing_else() {
    let w = World::new();
    let lan = w.diary.add_companion("Lan").unwrap();
    let minh = w.diary.add_companion("Minh").unwrap();
    let first = w.diary.check_in(&w.market, &[lan, minh], &at(0)).unwrap().id;
    w.diary.check_out(first, &at(HOUR)).unwrap();
    w.diary.note(first, "gặp chị Hoa").unwrap();
    let second = w.visit(&place("quán vắng", 60), 2 * HOUR, 3 * HOUR);
    let now = at(4 * HOUR);
    let hand =
        w.diary.add_manual("nhà bà", 0, at(-2 * HOUR).wall, at(-HOUR).wall, &[], &now).unwrap().id;
    let other = w.visit(&place("nơi khác", 60), 5 * HOUR, 6 * HOUR);

    let now = at(7 * HOUR);
    let choice = ShareChoice { named: vec![minh], ..w.choice(&[second, first, hand, first]) };
    let preview = w.diary.share_preview(&choice, &now).unwrap();
    let wanted: Vec<serde_json::Value> = preview.visits().iter().map(shown).collect();
    assert_eq!(wanted.len(), 3, "each once");
    let names: Vec<&str> = preview.visits().iter().map(|v| v.name.as_str()).collect();
    assert_eq!(names, ["nhà bà", "Chợ Xanh", "quán vắng"], "in the order in which they began");
    let market = &preview.visits()[1];
    assert_eq!((market.companions, &market.names[..]), (2, &["Minh".to_owned()][..]));
    assert!(market.venue.is_some() && market.area == Some(area("04/01273")));
    let code = w.code(&now);
    let upload = w.diary.share(preview.agree(), &code, &now).unwrap();
    let receipt = receipt(w.send(&upload, &now));

    let text = w.received();
    let line: serde_json::Value = serde_json::from_str(text.trim()).unwrap();
    assert_eq!(line["visits"], serde_json::json!(wanted));
    let fields: Vec<&String> = line.as_object().unwrap().keys().collect();
    assert_eq!(fields.len(), 5, "{fields:?}");
    assert_eq!(line["receipt"], hex::encode(&receipt.id.0));
    for absent in ["Hoa", "Lan", "nơi khác"] {
        assert!(!text.contains(absent), "{absent}");
    }
    // A number that names a visit in the diary never leaves it.
    for id in [first, second, hand, other] {
        assert!(!text.contains(&id.0.to_string()));
    }
    assert_eq!((receipt.visits, receipt.deployment), (3, w.deployment));
    assert_eq!(w.diary.receipts().unwrap(), [receipt]);
    assert_eq!(w.diary.share_pending(&now).unwrap(), None);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        for (file, mode) in [("", 0o700), ("received.jsonl", 0o600), ("codes.jsonl", 0o600)] {
            let path = w.folder.path().join("desk/shares").join(file);
            assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o777, mode, "{file}");
        }
    }
}

/// A visit as the preview shows it, in the words of the file.
fn shown(visit: &SharedVisit) -> serde_json::Value {
    let keys: Vec<[String; 2]> =
        visit.keys.iter().map(|(d, k)| [d.to_string(), hex::encode(k.expose())]).collect();
    serde_json::json!({
        "from": visit.from.unix(), "until": visit.until.unix(), "category": visit.category,
        "map": visit.area.map_or(0, |a| a.map().number()),
        "area": visit.area.map_or(String::new(), |a| a.to_string()),
        "name": visit.name, "zone": visit.zone, "venue": visit.venue.map(|v| hex::encode(&v.0)),
        "companions": visit.companions, "names": visit.names, "keys": keys,
    })
}

/// The diary holds keys of the days around a visit too; they stay there.
fn keys_are_of_the_days_of_the_visit_only() {
    let w = World::new();
    let midnight = 16 * HOUR;
    let days = |from: i64, until: i64| -> Vec<u32> {
        let id = w.visit(&w.market, from, until);
        let preview = w.preview(&[id], &at(3 * DAY));
        let visit = &preview.visits()[0];
        for (day, key) in &visit.keys {
            assert!(VenueKey::derive(&w.market.seed, *day).is(key));
        }
        assert!(visit.venue.is_some());
        visit.keys.iter().map(|(day, _)| day.number() - at(0).wall.day().number()).collect()
    };
    assert_eq!(days(midnight - 2 * HOUR, midnight - HOUR), [0]);
    assert_eq!(days(midnight - HOUR, midnight), [0], "half-open");
    assert_eq!(days(midnight - 60, midnight + 60), [0, 1]);
    assert_eq!(days(midnight + 120, midnight + HOUR), [1]);
}

fn whoever_tries_again_gets_the_same_receipt() {
    let mut w = World::new();
    let id = w.visit(&w.market, 0, HOUR);
    let now = at(2 * HOUR);
    let code = w.code(&now);
    let first = w.share(&[id], &code, &now);
    // It arrives, and the answer does not; or half of it does.
    let lost = w.intake.answer(first.bytes(), now.wall).unwrap();
    assert_eq!(w.diary.share_reply(&first, &[], &now), Err(Error::Unsure));
    assert_eq!(w.diary.share_reply(&first, &lost[..100], &now), Err(Error::Unsure));

    w.restart();
    let waits = w.diary.share_pending(&now).unwrap().unwrap();
    assert_eq!((waits.visits, waits.since), (1, now.wall));
    // Even long after the code's hour.
    let later = at(9 * HOUR);
    let again = w.diary.share_again(&later).unwrap();
    assert!(again.bytes() != first.bytes());
    let receipt = receipt(w.send(&again, &later));
    assert_eq!(w.received().lines().count(), 1);
    // The first answer comes after all: nothing new.
    assert_eq!(w.diary.share_reply(&first, &lost, &later), Ok(Shared::Receipt(receipt)));
    assert_eq!(w.diary.receipts().unwrap(), [receipt]);
    assert_eq!(w.diary.share_pending(&now).unwrap(), None);
    assert_eq!(w.diary.share_again(&later).err(), Some(Error::NoVisit));
    // A desk that was started anew still knows.
    w.intake = Intake::open(&w.folder.path().join("desk")).unwrap();
    let same = w.share(&[id], &code, &later);
    assert_eq!(w.send(&same, &later), Err(Error::CodeUsed), "another act with the same code");

    w.restart();
    assert_eq!(w.diary.receipts().unwrap(), [receipt]);
}

/// The person who is unsure may also begin again: it is the same share.
fn beginning_again_with_the_same_code_is_trying_again() {
    let w = World::new();
    let (a, b) = (w.visit(&w.market, 0, HOUR), w.visit(&w.market, 2 * HOUR, 3 * HOUR));
    let now = at(4 * HOUR);
    let code = w.code(&now);
    w.intake.answer(w.share(&[a], &code, &now).bytes(), now.wall).unwrap();
    receipt(w.send(&w.share(&[a], &code, &now), &now));
    assert_eq!(w.received().lines().count(), 1);
    // With other visits it is another.
    let code = w.code(&now);
    w.intake.answer(w.share(&[a], &code, &now).bytes(), now.wall).unwrap();
    assert_eq!(w.send(&w.share(&[a, b], &code, &now), &now), Err(Error::CodeUsed));
}

fn wrong_used_and_old_codes() {
    let w = World::new();
    let id = w.visit(&w.market, 0, HOUR);
    let now = at(2 * HOUR);
    let code = w.code(&now);
    let typed = code.spoken().to_lowercase();
    assert!(ShareCode::read(&typed) == Ok(code), "as people type it");
    assert_eq!(ShareCode::read(&typed[1..]), Err(Error::CodeWrong));
    let other = ShareCode::from_bytes([1, 2, 3, 4, 5, 6]);
    assert_eq!(w.send(&w.share(&[id], &other, &now), &now), Err(Error::CodeWrong));
    assert_eq!(w.diary.share_pending(&now).unwrap(), None, "that is over");
    // One second before its hour is over, and then.
    let old = at(3 * HOUR);
    assert_eq!(w.send(&w.share(&[id], &code, &old), &old), Err(Error::CodeWrong));
    let last = at(3 * HOUR - 1);
    receipt(w.send(&w.share(&[id], &code, &last), &last));
    assert_eq!(w.send(&w.share(&[id], &code, &last), &last), Err(Error::CodeUsed));
    assert_eq!(w.diary.receipts().unwrap().len(), 1);
    assert_eq!(w.received().lines().count(), 1);
}

fn one_visit_very_many_and_none_look_alike() {
    let w = World::new();
    let now = at(20 * HOUR);
    let visits: Vec<VisitId> = (0..400)
        .map(|n| {
            let (from, until) = (at(n * 60).wall, at(n * 60 + 50).wall);
            w.diary.add_past(&place(&format!("nơi {n}"), 60), from, until, &[], &now).unwrap().id
        })
        .collect();
    let fits = match w.diary.share_preview(&w.choice(&visits), &now) {
        Err(Error::ShareTooMuch { fits }) => usize::from(fits),
        other => panic!("{other:?}"),
    };
    assert!((200..400).contains(&fits), "{fits}");
    let over = w.diary.share_preview(&w.choice(&visits[..=fits]), &now).err();
    assert_eq!(over, Some(Error::ShareTooMuch { fits: u16::try_from(fits).unwrap() }));
    let shape = |upload: &Upload| {
        let bytes = upload.bytes();
        (bytes.len(), bytes[..6].to_vec())
    };
    let one = w.share(&visits[..1], &w.code(&now), &now);
    receipt(w.send(&one, &now));
    let many = w.share(&visits[..fits], &w.code(&now), &now);
    assert_eq!(receipt(w.send(&many, &now)).visits, u16::try_from(fits).unwrap());
    let cover = w.diary.share_cover(&w.deployment, &now).unwrap();
    assert_eq!(w.send(&cover, &now), Ok(Shared::Cover));
    assert_eq!(shape(&one), shape(&many));
    assert_eq!(shape(&one), shape(&cover));
    for upload in [&one, &many, &cover] {
        // Behind the id of the key nothing repeats and nothing is padding: it is as good as chance.
        let mut counts = [0_u32; 256];
        upload.bytes()[6..].iter().for_each(|byte| counts[usize::from(*byte)] += 1);
        assert!(counts.iter().all(|n| (60..200).contains(n)), "{counts:?}");
    }
    assert_eq!(w.received().lines().count(), 2, "a cover leaves nothing");
    assert_eq!(w.diary.receipts().unwrap().len(), 2);
}

/// What the person did not see does not go.
fn consent_is_to_what_was_seen() {
    let w = World::new();
    let id = w.visit(&w.market, 0, HOUR);
    let now = at(2 * HOUR);
    let code = w.code(&now);
    let seen = w.preview(&[id], &now);
    w.diary.edit(id, at(0).wall, at(HOUR + 60).wall, &now).unwrap();
    assert_eq!(w.diary.share(seen.agree(), &code, &now).err(), Some(Error::NoVisit));
    let seen = w.preview(&[id], &now);
    w.diary.forget(id, &now).unwrap();
    assert_eq!(w.diary.share(seen.agree(), &code, &now).err(), Some(Error::NoVisit));
    assert_eq!(w.diary.share_pending(&now).unwrap(), None);
    assert_eq!(w.diary.share_preview(&w.choice(&[id]), &now).err(), Some(Error::NoVisit));
    assert_eq!(w.diary.share_preview(&w.choice(&[]), &now).err(), Some(Error::NoVisit));
    let open = w.diary.check_in(&w.market, &[], &now).unwrap().id;
    assert_eq!(w.diary.share_preview(&w.choice(&[open]), &now).err(), Some(Error::BadTimes));
}

/// A share that waits for its answer holds no visit, and goes with the first that goes.
fn what_is_forgotten_is_not_sent_again() {
    let w = World::new();
    let now = at(30 * HOUR);
    let far = [w.visit(&w.market, 0, HOUR), w.visit(&place("quán", 60), 25 * HOUR, 26 * HOUR)];
    let begin = || drop(w.share(&far, &w.code(&now), &now));
    begin();
    w.diary.note(far[0], "nothing that is shared").unwrap();
    assert!(w.diary.share_again(&now).is_ok());
    w.diary.edit(far[0], at(1).wall, at(HOUR).wall, &now).unwrap();
    assert_eq!(w.diary.share_again(&now).err(), Some(Error::NoVisit));
    assert_eq!(w.diary.share_pending(&now).unwrap(), None);
    begin();
    w.diary.hide(far[1], &now).unwrap();
    assert_eq!(w.diary.share_pending(&now).unwrap(), None);
    let begin = || drop(w.share(&far[..1], &w.code(&now), &now));
    begin();
    w.diary.drop_day(at(25 * HOUR).wall.day(), &now).unwrap();
    assert!(w.diary.share_pending(&now).unwrap().is_some(), "of another day");
    w.diary.drop_day(at(0).wall.day(), &now).unwrap();
    assert_eq!(w.diary.share_pending(&now).unwrap(), None);
    let again = w.visit(&w.market, 31 * HOUR, 32 * HOUR);
    w.share(&[again], &w.code(&now), &at(33 * HOUR));
    w.diary.share_abandon().unwrap();
    assert_eq!(w.diary.share_pending(&now).unwrap(), None);
}

fn a_locked_diary_shares_nothing_and_tells_nothing() {
    let w = World::new();
    let id = w.visit(&w.market, 0, HOUR);
    let now = at(2 * HOUR);
    let code = w.code(&now);
    let upload = w.share(&[id], &code, &now);
    let answer = w.intake.answer(upload.bytes(), now.wall).unwrap();
    let seen = w.preview(&[id], &now);
    w.diary.lock().unwrap();
    let locked = Some(Error::Locked);
    assert_eq!(w.diary.share_preview(&w.choice(&[id]), &now).err(), locked);
    assert_eq!(w.diary.share(seen.agree(), &code, &now).err(), locked);
    assert_eq!(w.diary.share_again(&now).err(), locked);
    assert_eq!(w.diary.share_pending(&now).err(), locked);
    assert_eq!(w.diary.share_abandon().err(), locked);
    assert_eq!(w.diary.share_cover(&w.deployment, &now).err(), locked);
    assert_eq!(w.diary.share_reply(&upload, &answer, &now).err(), locked);
    assert_eq!(w.diary.receipts().err(), locked);
    w.diary.unlock(w.keys.diary()).unwrap();
    receipt(w.diary.share_reply(&upload, &answer, &now));
}

/// Whoever says to have been at a registered venue has to hold its keys.
fn a_registered_venue_is_proven() {
    let w = World::new();
    let now = at(2 * HOUR);
    let code = w.code(&now);
    let id = w.market.details.venue.unwrap();
    let send = |seed: &Seed, venue: VenueId, upload: u8| {
        let (from, until) = (at(0).wall, at(HOUR).wall);
        let key = VenueKey::derive(seed, from.day());
        let visit = SharedVisit {
            from,
            until,
            category: 28,
            area: None,
            name: "Chợ Xanh".to_owned(),
            zone: String::new(),
            venue: Some(venue),
            companions: 0,
            names: Vec::new(),
            keys: vec![(from.day(), key)],
        };
        let upload = UploadId([upload; 16]);
        let request = Request::Visits { code, upload, visits: vec![visit] };
        let (sealed, reply) =
            seal(&request, &w.deployment, &w.upload_key(), &mut Dice::new(1)).unwrap();
        reply.open(&w.intake.answer(&sealed, now.wall).unwrap()).unwrap()
    };
    use vaora::share::Answer;
    assert_eq!(send(&seed_of("another"), id, 1), Answer::Refused);
    assert_eq!(w.received(), "");
    // The code is as good as before.
    assert!(matches!(send(&w.market.seed, id, 2), Answer::Taken(_)));
    assert_eq!(send(&w.market.seed, id, 3), Answer::CodeUsed);
}

/// Keys that do not cover the visit prove nothing, so no venue is named.
fn times_that_were_moved_away_name_no_venue() {
    let w = World::new();
    let id = w.visit(&w.market, 0, HOUR);
    let now = at(5 * DAY);
    w.diary.edit(id, at(3 * DAY).wall, at(3 * DAY + HOUR).wall, &now).unwrap();
    let preview = w.preview(&[id], &now);
    let visit = &preview.visits()[0];
    assert!(visit.venue.is_none() && visit.keys.is_empty());
    receipt(w.send(&w.share(&[id], &w.code(&now), &now), &now));
}

fn damaged_boxes_are_answered_by_chance() {
    let w = World::new();
    let id = w.visit(&w.market, 0, HOUR);
    let now = at(2 * HOUR);
    let upload = w.share(&[id], &w.code(&now), &now);
    let good = upload.bytes().to_vec();
    let spoiled = |at: usize| {
        let mut bad = good.clone();
        bad[at] ^= 1;
        bad
    };
    let mut bad: Vec<Vec<u8>> = [0, 1, 2, 5, 6, 38, 20_000, BOX_LEN - 1].map(spoiled).to_vec();
    bad.extend([good[1..].to_vec(), Vec::new(), vec![0; BOX_LEN], [&good[..], &[0]].concat()]);
    let mut answers = Vec::new();
    for bad in bad {
        let answer = w.intake.answer(&bad, now.wall).unwrap();
        assert_eq!(answer.len(), REPLY_LEN);
        assert_eq!(w.diary.share_reply(&upload, &answer, &now), Err(Error::Unsure));
        answers.push(answer);
    }
    // An answer to somebody else's box is none to this one.
    let cover = w.diary.share_cover(&w.deployment, &now).unwrap();
    let answer = w.intake.answer(cover.bytes(), now.wall).unwrap();
    assert_eq!(w.diary.share_reply(&upload, &answer, &now), Err(Error::Unsure));
    answers.push(answer);
    answers.sort();
    answers.dedup();
    assert_eq!(answers.len(), 13, "no two are the same");
    assert_eq!(w.received(), "");
    receipt(w.send(&upload, &now));
}

/// A power cut in the midst of a line costs that line, which nobody has a receipt of.
fn an_unfinished_line_is_no_share() {
    let mut w = World::new();
    let id = w.visit(&w.market, 0, HOUR);
    let now = at(2 * HOUR);
    receipt(w.send(&w.share(&[id], &w.code(&now), &now), &now));
    let path = w.folder.path().join("desk/shares/received.jsonl");
    let whole = fs::read(&path).unwrap();
    for cut in [whole.len() / 2, whole.len() - 1] {
        fs::write(&path, [&whole[..], &whole[..cut]].concat()).unwrap();
        w.intake = Intake::open(&w.folder.path().join("desk")).unwrap();
        receipt(w.send(&w.share(&[id], &w.code(&now), &now), &now));
        receipt(w.send(&w.share(&[id], &w.code(&now), &now), &now));
        let shares = w.intake.shares().unwrap();
        assert!(shares.len() >= 3, "{}", shares.len());
    }
}

fn keys_end_and_what_was_sealed_to_them_with_them() {
    let mut w = World::new();
    let id = w.visit(&w.market, 0, HOUR);
    let today = at(0).wall.day();
    let code = w.code(&at(2 * HOUR));
    let upload = w.share(&[id], &code, &at(2 * HOUR));
    let mut renew = |days: i32| w.office.deployment.renew_upload_keys(today.plus(days)).unwrap();
    assert!(renew(0).made.is_none(), "the key stays");
    assert!(renew(21).made.is_none(), "a week and a day are left");
    let renewal = renew(22);
    assert!(renewal.made.is_some() && renewal.destroyed == 0);
    assert_eq!(renewal.last, today.plus(22 + 29));
    assert_eq!(renew(29 + 21).destroyed, 0);
    let desk = |days: i32| {
        let now = today.plus(days).start();
        let answer = w.intake.answer(upload.bytes(), now).unwrap();
        w.diary.share_reply(&upload, &answer, &at(2 * HOUR))
    };
    assert_eq!(desk(29 + 22), Err(Error::Unsure), "its time is over, if nobody destroyed it too");
    assert_eq!(desk(29 + 21), Err(Error::CodeWrong), "it is still read");
    let folder = w.folder.path().join("desk/keys");
    let count = || {
        let names = fs::read_dir(&folder).unwrap().map(|e| e.unwrap().file_name());
        names.filter(|name| name.to_str().unwrap().starts_with("share-")).count()
    };
    let before = count();
    assert_eq!(w.office.deployment.renew_upload_keys(today.plus(29 + 22)).unwrap().destroyed, 1);
    assert_eq!(count(), before - 1);
    // A phone without a key that is valid today has to take the list first.
    let late = at(60 * DAY);
    assert_eq!(w.diary.share_cover(&w.deployment, &late).err(), Some(Error::Offline));
    assert_eq!(w.diary.share_cover(&[9; 16], &at(0)).err(), Some(Error::Untrusted));
}

/// Receipts are shown the latest first, and not for ever.
fn receipts_are_kept() {
    let mut w = World::new();
    let id = w.visit(&w.market, 0, HOUR);
    for n in 0..52 {
        let now = at(2 * HOUR + n);
        receipt(w.send(&w.share(&[id], &w.code(&now), &now), &now));
    }
    w.diary.add_companion("Lan").unwrap();
    w.restart();
    let receipts = w.diary.receipts().unwrap();
    assert_eq!(receipts.len(), 50);
    assert_eq!(receipts[0].at, at(2 * HOUR + 51).wall);
    assert!(receipts.is_sorted_by(|a, b| a.at > b.at));
    assert_eq!(w.diary.companions().unwrap().len(), 1);
}

both_ways!(
    the_file_holds_what_the_preview_showed_and_nothing_else,
    keys_are_of_the_days_of_the_visit_only,
    whoever_tries_again_gets_the_same_receipt,
    beginning_again_with_the_same_code_is_trying_again,
    wrong_used_and_old_codes,
    one_visit_very_many_and_none_look_alike,
    consent_is_to_what_was_seen,
    what_is_forgotten_is_not_sent_again,
    a_locked_diary_shares_nothing_and_tells_nothing,
    a_registered_venue_is_proven,
    times_that_were_moved_away_name_no_venue,
    damaged_boxes_are_answered_by_chance,
    an_unfinished_line_is_no_share,
    keys_end_and_what_was_sealed_to_them_with_them,
    receipts_are_kept,
);
