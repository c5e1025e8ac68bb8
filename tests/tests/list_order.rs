//! Whatever a phone missed, and in whatever order lists came: what it warns of in the end is what
//! the lists that are in force say.

use std::collections::BTreeSet;

use vaora::diary::{Diary, Explanation, Now};
use vaora::journal::Folder;
use vaora::time::Instant;
use vaora_tests::diary::{Dice, START, create, place, seed_of};
use vaora_tests::lists::{Office, take};

/// Behind every visit.
const FIRST: i64 = 4 * 86_400 + 3 * 3600;
const PLACES: [&str; 4] = ["chợ", "quán", "trường", "bến xe"];

fn now(seconds: i64) -> Now {
    vaora_tests::diary::at(seconds)
}

/// What a person is warned of: the same on every phone with the same visits.
fn warned(diary: &Diary, now: &Now) -> BTreeSet<(u16, Vec<String>)> {
    let alerts = diary.alerts(now).expect("unlocked");
    let live = alerts.iter().filter(|alert| alert.state.is_live());
    live.map(|alert| {
        let reasons = diary.explain(alert.id, now).expect("it was just there");
        let text = |r: &Explanation| {
            format!("{} {} {} {}", r.from.unix(), r.until.unix(), r.advice, r.minutes)
        };
        let mut reasons: Vec<String> = reasons.iter().map(text).collect();
        reasons.sort();
        (alert.advice, reasons)
    })
    .collect()
}

#[test]
fn what_was_missed_does_not_matter() {
    let mut some = 0;
    for round in 0..8 {
        let mut dice = Dice::new(round);
        let folder = tempfile::tempdir().expect("a folder");
        let mut office =
            Office::open(folder.path(), Instant::from_unix(START).day()).expect("keys");
        let mut phones = Vec::new();
        for number in 0..3 {
            let path = folder.path().join(format!("phone-{number}"));
            let (diary, _) =
                create(Box::new(Folder::new(&path)), &mut dice, &now(0)).expect("a diary");
            diary.follow(&office.root()).expect("a root");
            phones.push(diary);
        }
        let deployment = *office.deployment.anchors().root().expect("a root").deployment();
        // The same visits on each.
        for visit in 0..40 {
            let begin = dice.below(4 * 48) as i64 * 1800 + visit;
            let place = place(PLACES[dice.below(4) as usize], 60);
            let (from, until) = (now(begin).wall, now(begin + 600 + dice.below(7200) as i64).wall);
            for phone in &phones {
                phone.add_past(&place, from, until, &[], &now(FIRST)).expect("a visit");
            }
        }
        let mut second = FIRST;
        for _ in 0..14 {
            second += 3600 + dice.below(30_000) as i64;
            for _ in 0..dice.below(4) {
                let seed = seed_of(PLACES[dice.below(4) as usize]);
                let begin = dice.below(4 * 48) as i64 * 1800;
                if dice.below(4) == 0 {
                    office.withdraw(seed, now(begin).wall.day());
                } else {
                    let end = begin + 3600 + dice.below(20) as i64 * 1800;
                    let advice = 1 + dice.below(3) as u16;
                    office.warn(seed, now(begin).wall, now(end).wall, advice).expect("a window");
                }
            }
            office.publish(now(second).wall, 0).expect("published");
            // The first phone takes everything, the second some, the third nothing yet.
            let coin = dice.below(3) == 0;
            for (number, phone) in phones.iter().enumerate() {
                if number == 0 || (number == 1 && coin) {
                    let piece = 1 + dice.below(5000) as usize;
                    take(phone, &deployment, &office.public(), piece, &now(second)).expect("taken");
                }
            }
        }
        for phone in &phones {
            take(phone, &deployment, &office.public(), 4096, &now(second)).expect("taken");
        }
        let all: Vec<_> = phones.iter().map(|phone| warned(phone, &now(second))).collect();
        assert_eq!(all[0], all[2], "round {round}: who took everything, and who took the last");
        assert_eq!(all[1], all[2], "round {round}: who took some, and who took the last");
        some += all[0].len();
    }
    assert!(some > 12, "the rounds must say something: {some}");
}

#[test]
fn the_most_that_a_list_can_say_of_a_day_is_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut office = Office::open(folder.path(), Instant::from_unix(START).day()).expect("keys");
    let path = folder.path().join("phone");
    let mut dice = Dice::new(1);
    let (diary, _) = create(Box::new(Folder::new(&path)), &mut dice, &now(0)).expect("a diary");
    let deployment = diary.follow(&office.root()).expect("a root");
    // 64 windows that do not touch on each of two days, and visits through both.
    for day in 0..2 {
        for window in 0..64 {
            let from = day * 86_400 - 8 * 3600 + window * 1320;
            let (from, until) = (now(from).wall, now(from + 600).wall);
            office.warn(seed_of("chợ"), from, until, 3).expect("a window");
        }
    }
    for hours in [1, 2, 3] {
        let (from, until) = (now(hours * 3600).wall, now((hours + 23) * 3600).wall);
        let place = place("chợ", 60);
        diary.add_past(&place, from, until, &[], &now(FIRST)).expect("a visit");
    }
    office.publish(now(FIRST).wall, 0).expect("published");
    take(&diary, &deployment, &office.public(), 4096, &now(FIRST)).expect("taken");
    let alerts = diary.alerts(&now(FIRST)).expect("unlocked");
    assert_eq!(alerts.len(), 1);
    assert_eq!(diary.explain(alerts[0].id, &now(FIRST)).expect("reasons").len(), 64);
    let again = diary.alerts(&now(FIRST + 60)).expect("unlocked");
    assert_eq!(again, alerts);
}
