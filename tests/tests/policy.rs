//! What acts when: the two things that could silence or wipe phones wait 72 hours, and nothing
//! that was announced is announced anew.
#![expect(clippy::unwrap_used, reason = "helpers of tests: what cannot be set up has failed")]

use std::collections::BTreeMap;

use proptest::prelude::*;
use vaora::area::code::AreaCode;
use vaora::seal::Purpose;
use vaora::time::Day;
use vaora::trust::{Anchors, AreaState, ListedArea, Policy, Refusal, Root, Standing};
use vaora_tests::vectors::policies::{listed, policy, rule, sign};
use vaora_tests::vectors::world::{self, area, day};

const ONE: [&str; 1] = ["catalogue a"];
const TWO: [&str; 2] = ["catalogue a", "catalogue b"];

fn phone() -> Anchors {
    Anchors::of(Root::embedded(&world::root()).unwrap())
}

/// A phone that took some policies, each a day later than the one before.
fn phone_after(policies: &[Policy]) -> Anchors {
    let mut phone = phone();
    for (number, policy) in policies.iter().enumerate() {
        let version = u64::try_from(number).unwrap() + 1;
        phone.accept_policy(&sign(&Policy { version, ..policy.clone() }, &TWO)).unwrap();
    }
    phone
}

fn on(created: &str) -> Policy {
    Policy { created: day(created), areas: Vec::new(), ..policy() }
}

fn dormant(path: &str) -> ListedArea {
    listed(path, AreaState::Dormant, "2028-12-31")
}

fn required(path: &str) -> ListedArea {
    listed(path, AreaState::Required, "2028-12-31")
}

#[test]
fn a_shorter_retention_acts_72_hours_after_its_day() {
    let phone = phone_after(&[Policy { retention: 14, ..on("2027-06-10") }]);
    let standing = phone.standing();
    assert_eq!(standing.policy().retention, 14);
    // The 10th ends, then 72 hours pass: the 13th is a day too early.
    assert_eq!(standing.retention(day("2027-06-13")), 21);
    assert_eq!(standing.retention(day("2027-06-14")), 14);
    // A clock that was put back keeps more, never less.
    assert_eq!(standing.retention(day("2020-01-01")), 21);
}

#[test]
fn a_longer_retention_acts_at_once_and_takes_back_what_waits() {
    let shorter = Policy { retention: 7, ..on("2027-06-10") };
    let longer = Policy { retention: 30, ..on("2027-06-11") };
    let phone = phone_after(&[shorter, longer]);
    for today in ["2027-06-11", "2027-06-14", "2028-01-01"] {
        assert_eq!(phone.standing().retention(day(today)), 30, "{today}");
    }
}

#[test]
fn what_was_announced_keeps_its_day() {
    let at = |created, retention| Policy { retention, ..on(created) };
    let phone = phone_after(&[at("2027-06-10", 14), at("2027-06-12", 14), at("2027-06-13", 10)]);
    let standing = phone.standing();
    assert_eq!(standing.retention(day("2027-06-13")), 21);
    assert_eq!(standing.retention(day("2027-06-14")), 14);
    assert_eq!(standing.retention(day("2027-06-16")), 14);
    assert_eq!(standing.retention(day("2027-06-17")), 10);
    // In between is not new: less than that was announced already.
    let phone = phone_after(&[at("2027-06-10", 10), at("2027-06-12", 12)]);
    assert_eq!(phone.standing().retention(day("2027-06-14")), 12);
}

#[test]
fn dating_back_shortens_no_wait() {
    let back = Policy { retention: 7, areas: vec![dormant("04")], ..on("2027-01-01") };
    let phone = phone_after(&[on("2027-06-10"), on("2027-02-01"), back]);
    let standing = phone.standing();
    assert_eq!(standing.retention(day("2027-06-13")), 21);
    assert_eq!(standing.retention(day("2027-06-14")), 7);
    assert_eq!(standing.area(area("04"), day("2027-06-13")), AreaState::Recommended);
    assert_eq!(standing.area(area("04"), day("2027-06-14")), AreaState::Dormant);
}

#[test]
fn a_dormant_area_signed_by_two_keys_does_not_act_a_day_too_early() {
    let before = Policy { areas: vec![required("04")], ..on("2027-06-01") };
    let after = Policy { areas: vec![dormant("04")], ..on("2027-06-10") };
    let phone = phone_after(&[before, after]);
    let state = |path, today| phone.standing().area(area(path), day(today));
    assert_eq!(state("04/01273", "2027-06-10"), AreaState::Recommended);
    assert_eq!(state("04/01273", "2027-06-13"), AreaState::Recommended);
    assert_eq!(state("04/01273", "2027-06-14"), AreaState::Dormant);
    assert_eq!(state("04", "2027-06-14"), AreaState::Dormant);
    assert_eq!(state("08", "2027-06-14"), AreaState::Recommended);
    // It ends by itself.
    assert_eq!(state("04", "2028-12-31"), AreaState::Dormant);
    assert_eq!(state("04", "2029-01-01"), AreaState::Recommended);
}

#[test]
fn one_key_or_one_key_twice_makes_nothing_dormant() {
    let asleep = Policy { areas: vec![dormant("")], ..on("2027-06-10") };
    let mut phone = phone();
    assert_eq!(phone.accept_policy(&sign(&asleep, &ONE)), Err(Refusal::PolicyTwoKeys));
    let text = String::from_utf8(sign(&asleep, &ONE)).unwrap();
    let line = text.lines().nth(1).unwrap();
    let twice = text.replacen(line, &format!("{line}\n{line}"), 1);
    assert_eq!(phone.accept_policy(twice.as_bytes()), Err(Refusal::EnvelopeOrder));
    assert_eq!(phone.standing(), &Standing::default());
    phone.accept_policy(&sign(&asleep, &TWO)).unwrap();
}

#[test]
fn waking_acts_at_once() {
    let asleep = Policy { areas: vec![dormant("04")], ..on("2027-06-10") };
    for areas in [vec![], vec![required("04")]] {
        let awake = Policy { areas, ..on("2027-06-20") };
        let phone = phone_after(&[asleep.clone(), awake.clone()]);
        assert_ne!(phone.standing().area(area("04"), day("2027-06-20")), AreaState::Dormant);
        // And falling asleep again waits again.
        let again = Policy { areas: vec![dormant("04")], ..on("2027-06-21") };
        let phone = phone_after(&[asleep.clone(), awake, again]);
        let state = |today| phone.standing().area(area("04"), day(today));
        assert_eq!(state("2027-06-24"), AreaState::Recommended);
        assert_eq!(state("2027-06-25"), AreaState::Dormant);
    }
}

#[test]
fn an_exception_that_is_taken_out_waits_too() {
    let with = Policy { areas: vec![dormant("04"), required("04/01273")], ..on("2027-06-10") };
    let without = Policy { areas: vec![dormant("04")], ..on("2027-06-20") };
    let phone = phone_after(&[with, without]);
    let state = |path, today| phone.standing().area(area(path), day(today));
    assert_eq!(state("04/01273", "2027-06-23"), AreaState::Recommended);
    assert_eq!(state("04/01273", "2027-06-24"), AreaState::Dormant);
    // The rest of the province sleeps on.
    assert_eq!(state("04/01274", "2027-06-20"), AreaState::Dormant);
}

#[test]
fn the_most_specific_entry_that_has_not_ended_counts() {
    let policy = policy();
    assert_eq!(policy.area(area("04/01273"), day("2027-09-30")), AreaState::Recommended);
    assert_eq!(policy.area(area("04/01273"), day("2027-10-01")), AreaState::Required);
    assert_eq!(policy.area(area("04"), day("2027-09-30")), AreaState::Required);
    assert_eq!(policy.area(area("04"), day("2028-01-01")), AreaState::Recommended);
    assert_eq!(policy.listed(area("04/01274"), day("2027-09-30")), policy.areas.first());
}

#[test]
fn an_unknown_advice_has_a_rule() {
    let policy = policy();
    assert_eq!(policy.rule(1), rule(1, 3));
    let unknown = policy.rule(2);
    assert_eq!((unknown.advice, unknown.strength, unknown.minimum), (2, 5, 0));
    assert_eq!((unknown.margin, unknown.days), (60, 14));
    assert_eq!(Policy::default().rule(1).strength, 5);
}

#[test]
fn the_days_survive_a_restart_and_a_lost_policy() {
    let asleep = Policy { retention: 14, areas: vec![dormant("04")], ..on("2027-06-10") };
    let later = Policy { created: day("2027-06-12"), version: 2, ..asleep.clone() };
    let mut phone = phone();
    phone.accept_policy(&sign(&asleep, &TWO)).unwrap();
    let document = sign(&later, &TWO);
    phone.accept_policy(&document).unwrap();
    let (held, days) = (phone.held(Purpose::Policy).unwrap(), phone.standing().encode());
    assert_eq!((held.version, held.hash), (2, vaora::seal::sha256(&document)));

    let mut again = self::phone();
    again.restore(Purpose::Policy, &document, &held.hash).unwrap();
    again.restore_standing(&days).unwrap();
    assert_eq!(again.standing(), phone.standing());
    assert_eq!(again.held(Purpose::Policy), Some(held));

    let mut lost = self::phone();
    lost.restore_standing(&days).unwrap();
    assert_eq!(lost.standing().retention(day("2027-06-14")), 14);
    assert_eq!(lost.standing().area(area("04"), day("2027-06-14")), AreaState::Recommended);
    for cut in 0..days.len() {
        assert_eq!(lost.restore_standing(&days[..cut]), Err(Refusal::Stored));
    }
    assert_eq!(lost.restore_standing(&[days.as_slice(), &[0]].concat()), Err(Refusal::Stored));
}

/// What may sleep: the country, two provinces, three communes.
const PLACES: [&str; 6] = ["", "04", "04/01273", "04/01274", "08", "08/00691"];

/// One policy of the property: its day, its retention, and what it says of each place.
type Drawn = (u32, u8, [u8; 6]);

fn drawn() -> impl Strategy<Value = Vec<Drawn>> {
    proptest::collection::vec((0..12_u32, 12..24_u8, proptest::array::uniform6(0..4_u8)), 1..7)
}

fn built((offset, retention, states): &Drawn) -> Policy {
    let created = day("2027-06-10").plus(i32::try_from(*offset).unwrap());
    let entry = |(path, state): (&str, &u8)| match state {
        0 => Some(dormant(path)),
        1 => Some(required(path)),
        // Ends soon, and may be over when the next policy comes.
        2 => Some(ListedArea { until: created.plus(3), ..required(path) }),
        _ => None,
    };
    let areas = PLACES.into_iter().zip(states).filter_map(entry).collect();
    Policy { created, retention: *retention, areas, ..policy() }
}

/// The rule of the design, place by place, without any cleverness: each has a day from which it
/// may sleep. `None` is the whole country.
#[derive(Default)]
struct Model {
    signed: Option<Day>,
    sleeps: BTreeMap<Option<AreaCode>, Day>,
}

impl Model {
    fn take(&mut self, before: &Policy, next: &Policy, places: &[Option<AreaCode>]) {
        let signed = self.signed.map_or(next.created, |day| day.max(next.created));
        self.signed = Some(signed);
        let mut sleeps = BTreeMap::new();
        for place in places {
            if asleep(next, *place, next.created) {
                let kept = self.from(before, *place, next.created);
                sleeps.insert(*place, kept.unwrap_or(signed.plus(4)));
            }
        }
        self.sleeps = sleeps;
    }

    /// From when a place may sleep that the policy calls dormant on a day. One whose exception has
    /// ended sleeps with its province, or else with the country.
    fn from(&self, policy: &Policy, place: Option<AreaCode>, on: Day) -> Option<Day> {
        let province = place.map(|area| AreaCode::parse(area.map(), &area.province().to_string()));
        let around = [place, province.map(Result::unwrap), None];
        let day = || around.into_iter().find_map(|place| self.sleeps.get(&place)).copied();
        asleep(policy, place, on).then(day).flatten()
    }
}

/// Whether a policy calls a place dormant on a day.
fn asleep(policy: &Policy, place: Option<AreaCode>, on: Day) -> bool {
    let holds = |listed: &&ListedArea| match (place, listed.scope.area()) {
        (_, None) => true,
        (None, Some(_)) => false,
        (Some(place), Some(_)) => place.within(&listed.scope),
    };
    let there = policy.areas.iter().filter(|listed| listed.until >= on).filter(holds);
    let nearest = there.max_by_key(|listed| listed.scope.to_string().len());
    nearest.is_some_and(|listed| listed.state == AreaState::Dormant)
}

proptest! {
    #[test]
    fn no_series_of_policies_makes_an_area_sleep_early_or_late(series in drawn()) {
        let policies: Vec<Policy> = series.iter().map(built).collect();
        let others = ["04/01275", "10"].into_iter().map(area);
        let named = PLACES.into_iter().filter(|path| !path.is_empty()).map(area);
        let areas: Vec<AreaCode> = named.chain(others).collect();
        let places: Vec<_> = [None].into_iter().chain(areas.iter().copied().map(Some)).collect();
        let phone = phone_after(&policies);
        let mut model = Model::default();
        let mut before = &Policy::default();
        for next in &policies {
            model.take(before, next, &places);
            before = next;
        }
        for today in 0..30 {
            let today = day("2027-06-09").plus(today);
            for area in &areas {
                let sleeps = model.from(before, Some(*area), today).is_some_and(|day| day <= today);
                let state = phone.standing().area(*area, today);
                prop_assert_eq!(state == AreaState::Dormant, sleeps, "{} {}", area, today);
            }
        }
        let days = phone.standing().encode();
        let again = Standing::decode(&days, phone.standing().policy().clone());
        prop_assert_eq!(again.as_ref(), Some(phone.standing()));
    }

    #[test]
    fn nothing_is_deleted_earlier_than_some_policy_announced_72_hours_before(series in drawn()) {
        let policies: Vec<Policy> = series.iter().map(built).collect();
        let phone = phone_after(&policies);
        for today in 0..40 {
            let today = day("2027-06-09").plus(today);
            let kept = phone.standing().retention(today);
            let newest = policies.last().unwrap().retention;
            prop_assert!(kept >= newest);
            if kept < 21 {
                let told = |p: &Policy| p.retention <= kept && p.created.plus(4) <= today;
                prop_assert!(policies.iter().any(told), "{} on {}", kept, today);
            }
        }
        let end = policies.iter().map(|p| p.created).max().unwrap().plus(4);
        prop_assert_eq!(phone.standing().retention(end), policies.last().unwrap().retention);
    }
}
