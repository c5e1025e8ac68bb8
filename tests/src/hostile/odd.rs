//! Publications that are signed as they must be and say odd things. A phone takes them, for no
//! clock and no content refuses what the authority signed; it warns of nothing that cannot be, and
//! says how old its list is.
//!
//! A window of years cannot be written at all: a start and a length have eleven bits each, in
//! minutes of one day. What stands here is the longest that those bits can say.

use vaora::diary::Diary;
use vaora::list::{Draft, ListedChunk, Notice, Window};
use vaora::seal::{VenueKey, sha256};

use super::chunks::{BITS, HEAD, entry};
use super::forge::{Forge, manifest, payload_of, sign};
use super::{Case, Files, Lie, Outcome, World, answer_of, serve};
use crate::diary::{DAY, Dice, at, seed_of};

pub(super) fn cases() -> Vec<Case> {
    let case = |name, play| Case { name, error: "", lie: Lie::Own(play) };
    vec![
        case("a window as long as the format can say", |w| window(w, 2047, 2047, 0)),
        case("a window from the first minute to the last that can be said", |w| {
            window(w, 0, 2047, 0)
        }),
        case("a window that ends a minute behind its day", |w| window(w, 1439, 2, 0)),
        case("a window that begins behind its day", |w| window(w, 2047, 1, 0)),
        case("a window of the whole day", |w| window(w, 0, 1440, 1)),
        case("a list that is over already", |world| {
            timed(world, (0, 1), |diary| {
                let fresh = diary.freshness(&at(DAY)).unwrap_or_default();
                fresh.iter().all(|list| list.is_stale && !list.clock_seems_wrong)
            })
        }),
        case("a list from three days ahead", |world| {
            timed(world, (3 * DAY, 4 * DAY), |diary| {
                let fresh = diary.freshness(&at(DAY)).unwrap_or_default();
                fresh.iter().all(|list| list.clock_seems_wrong)
            })
        }),
    ]
}

/// The venue that the phone visited was open to infection from this minute on for so long; so many
/// alerts must come of it.
fn window(world: &World, start: u32, minutes: u32, alerts: usize) -> Outcome {
    let forge = &world.forge;
    let (bytes, listed) = chunk(forge, start | minutes << 11);
    let held = payload_of(&forge.held["manifest"]);
    let last = entry(forge.held_manifest().chunks.last().expect("there is one"));
    let text = held.replace(&last, &format!("{last},{}", entry(&listed)));
    let mut files = signed(forge, &text, forge.held_manifest().sequence, 1000);
    files.push((format!("chunk/{}", vaora::text::hex::encode(&listed.id.0)), Some(bytes)));
    meet(world, files, |diary| diary.alerts(&at(DAY)).is_ok_and(|all| all.len() == alerts))
}

/// A chunk whose one entry for that venue's day says this.
fn chunk(forge: &Forge, detail: u32) -> (Vec<u8>, ListedChunk) {
    let key = VenueKey::derive(&seed_of("chợ"), at(0).wall.day());
    let windows = vec![Window { start: 0, minutes: 1, advice: 1 }];
    let notices = vec![Notice { key: &key, windows }];
    let sequence = forge.next_sequence() + 999;
    let draft = Draft { sequence, slots: [1, 0, 0, 0], replaces: Vec::new(), notices };
    let (mut bytes, mut listed) = draft.encode(&mut Dice::new(7)).expect("it is good so far");
    let tag = key.finder().derive_tag(&listed.id, 0);
    let (lows, details) = bytes[HEAD + BITS..].split_at_mut(256 * 5);
    let is_ours = |low: &[u8]| *low == tag.low().to_le_bytes()[..5];
    let place = lows.chunks(5).position(is_ours).expect("it was put in");
    let masked = details[place * 3..].iter_mut().zip(tag.mask());
    masked.zip(detail.to_le_bytes()).for_each(|((byte, mask), plain)| *byte = plain ^ mask);
    let hash = sha256(&bytes[HEAD..]);
    bytes[HEAD - 32..HEAD].copy_from_slice(&hash);
    listed.head = sha256(&bytes[..HEAD]);
    (bytes, listed)
}

/// The honest list, made so many seconds after it was, and over so many seconds later.
fn timed(world: &World, (made, over): (i64, i64), is_shown: fn(&Diary) -> bool) -> Outcome {
    let forge = &world.forge;
    let honest = forge.manifest();
    let created = honest.created.unix();
    let times = |created: i64, over: i64| format!("\"created\":{created},\"not_after\":{over}");
    let text = forge.payload();
    let before = times(created, honest.not_after.unix());
    assert!(text.contains(&before), "{before} is not in {text}");
    let text = text.replace(&before, &times(created + made, created + over));
    meet(world, signed(forge, &text, honest.sequence, 1000), is_shown)
}

/// A manifest of these words, so many numbers ahead of the honest one.
fn signed(forge: &Forge, text: &str, number: u64, ahead: u64) -> Files {
    let number = format!("\"epoch\":1,\"sequence\":{number}");
    assert!(text.contains(&number), "{number} is not in {text}");
    let next = format!("\"epoch\":1,\"sequence\":{}", forge.next_sequence() + ahead);
    let text = text.replace(&number, &next);
    let keys = forge.signers("list");
    manifest(sign(vaora::seal::Purpose::Manifest, text.as_bytes(), &keys))
}

/// The phone takes the odd list, shows what it must, and takes the honest one with the next number.
fn meet(world: &World, odd: Files, is_shown: impl FnOnce(&Diary) -> bool) -> Outcome {
    let play = || -> Result<Outcome, String> {
        let forge = &world.forge;
        let diary = world.open(&world.phone.copy())?;
        let take = |files: Files, day: i64| {
            let mut all = forge.next.clone();
            all.extend(files.into_iter().filter_map(|(path, bytes)| Some((path, bytes?))));
            let server = serve(move |asked, _| answer_of(&all, asked))?;
            Ok::<_, String>(world.fetch(&diary, &server.base(), &at(day * DAY)))
        };
        let error = take(odd, 1)?.err().map(|error| error.id());
        let state_identical = is_shown(&diary);
        let later = signed(forge, &forge.payload(), forge.next_sequence(), 2000);
        let taken = take(later, 2)?.is_ok_and(|r| r.sequence == forge.next_sequence() + 2000);
        let warned = diary.alerts(&at(2 * DAY)).is_ok_and(|alerts| alerts.len() == 1);
        let next_accepted = taken && warned;
        Ok(Outcome { name: "", error, expected: None, state_identical, next_accepted })
    };
    play().unwrap_or_else(|why| Outcome::broken(&why))
}
