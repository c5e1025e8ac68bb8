//! Vectors of policies.

use vaora::area::code::{AreaScope, Map};
use vaora::seal::Purpose;
use vaora::trust::{AreaState, ListedArea, MatchRule, Policy, Reminders};

use super::documents::{Case, FIRST, case, text};
use super::world::{self, day, signed};

const HELD: &str = "a policy";

/// Every case.
#[must_use]
pub fn cases() -> Vec<Case> {
    let mut cases = accepted();
    cases.extend(broken());
    cases.extend(by_two_keys());
    cases
}

/// A policy with a rule and two areas.
#[must_use]
pub fn policy() -> Policy {
    Policy {
        deployment: world::DEPLOYMENT,
        version: 1,
        created: day("2027-06-10"),
        retention: 21,
        rounding: 1,
        cap: 3,
        reminders: Reminders { every: 360, most: 10, quiet_from: 1260, quiet_until: 420 },
        rules: vec![rule(1, 3), rule(3, 9)],
        areas: vec![
            listed("04", AreaState::Required, "2027-12-31"),
            listed("04/01273", AreaState::Recommended, "2027-09-30"),
        ],
    }
}

/// The policy that makes most of the country sleep and keeps visits for a shorter time.
#[must_use]
pub fn asleep() -> Policy {
    let state = |path, state| listed(path, state, "2027-12-31");
    let areas = vec![
        state("", AreaState::Dormant),
        state("04", AreaState::Required),
        state("04/01273", AreaState::Dormant),
    ];
    Policy { retention: 14, areas, ..policy() }
}

/// A rule that is easy to tell from the default.
#[must_use]
pub fn rule(advice: u16, strength: u8) -> MatchRule {
    MatchRule { advice, strength, minimum: 10, margin: 45, days: 21 }
}

/// A state of an area on the map of 2025.
#[must_use]
pub fn listed(path: &str, state: AreaState, until: &str) -> ListedArea {
    ListedArea {
        scope: AreaScope::parse(Map::M2025, path).expect("written by hand"),
        state,
        document: "1234/QĐ-UBND".to_owned(),
        until: day(until),
    }
}

/// A policy, signed.
#[must_use]
pub fn sign(policy: &Policy, by: &[&str]) -> Vec<u8> {
    signed(Purpose::Policy, &policy.encode().expect("a good policy"), by)
}

/// A change of the good policy, as the version that follows it.
fn next(change: impl FnOnce(&mut Policy)) -> Policy {
    let mut next = Policy { version: 2, created: day("2027-06-20"), ..policy() };
    change(&mut next);
    next
}

fn accepted() -> Vec<Case> {
    let of = |name, policy: &Policy, by: &[&str], after: &[&'static str]| {
        case(name, "policy", text(sign(policy, by)), after, None)
    };
    let dormant = |p: &mut Policy| p.areas = vec![listed("", AreaState::Dormant, "2027-12-31")];
    vec![
        of(HELD, &policy(), &ONE, &[FIRST]),
        of("the same policy again", &policy(), &ONE, &[FIRST, HELD]),
        of("a policy that says nothing new", &next(|_| {}), &ONE, &[FIRST, HELD]),
        of("a retention of 30 days by one key", &next(|p| p.retention = 30), &ONE, &[FIRST]),
        of("a retention of 14 days by two keys", &next(|p| p.retention = 14), &TWO, &[FIRST]),
        of("a dormant country by two keys", &next(dormant), &TWO, &[FIRST, HELD]),
    ]
}

fn broken() -> Vec<Case> {
    let replace = |name, refusal, from: &str, to: &str| {
        let good = text(policy().encode().expect("a good policy"));
        assert!(good.contains(from), "{name}");
        let payload = good.replacen(from, to, 1);
        let document = text(signed(Purpose::Policy, payload.as_bytes(), &ONE));
        case(name, "policy", document, &[FIRST], Some(refusal))
    };
    let document = |name, document: &str| {
        let named = serde_json::to_string(document).expect("a text");
        replace(name, "policy-document", "\"1234/QĐ-UBND\"", &named)
    };
    let long = "Q".repeat(121);
    let mut large = replace("a policy of more than 256 KiB", "envelope-large", "{", "{");
    large.document.spaces = 256 * 1024;
    vec![
        large,
        replace("a retention of 0 days", "policy-retention", "\"retention\":21", "\"retention\":0"),
        replace(
            "a retention of 31 days",
            "policy-retention",
            "\"retention\":21",
            "\"retention\":31",
        ),
        replace("rounding to 10 minutes", "policy-rounding", "\"rounding\":1", "\"rounding\":10"),
        replace("no notifications", "policy-cap", "\"cap\":3", "\"cap\":0"),
        replace("four notifications a day", "policy-cap", "\"cap\":3", "\"cap\":4"),
        replace("a reminder every 59 minutes", "policy-every", "\"every\":360", "\"every\":59"),
        replace("a reminder after a week", "policy-every", "\"every\":360", "\"every\":10081"),
        replace("101 reminders", "policy-most", "\"most\":10", "\"most\":101"),
        replace(
            "quiet from the minute 1,440",
            "policy-quiet",
            "\"quiet_from\":1260",
            "\"quiet_from\":1440",
        ),
        replace(
            "quiet until the minute 1,440",
            "policy-quiet",
            "\"quiet_until\":420",
            "\"quiet_until\":1440",
        ),
        replace("a rule for advice 0", "policy-rules", "\"advice\":1", "\"advice\":0"),
        replace("a rule for advice 65,536", "policy-rules", "\"advice\":3", "\"advice\":65536"),
        replace("rules in descending order", "policy-rules", "\"advice\":1", "\"advice\":4"),
        replace("two rules for one advice", "policy-rules", "\"advice\":1", "\"advice\":3"),
        replace("a strength of 0", "policy-strength", "\"strength\":3", "\"strength\":0"),
        replace("a strength of 10", "policy-strength", "\"strength\":3", "\"strength\":10"),
        replace(
            "a minimum of more than a day",
            "policy-minimum",
            "\"minimum\":10",
            "\"minimum\":1441",
        ),
        replace("a margin of 181 minutes", "policy-margin", "\"margin\":45", "\"margin\":181"),
        replace("a rule for 0 days", "policy-days", "\"days\":21", "\"days\":0"),
        replace("a rule for 61 days", "policy-days", "\"days\":21", "\"days\":61"),
        replace("areas in descending order", "policy-areas", "\"04\"", "\"08\""),
        replace("an area twice", "policy-areas", "\"04\"", "\"04/01273\""),
        replace(
            "the country on two maps",
            "policy-areas",
            "\"areas\":[",
            "\"areas\":[{\"map\":1,\"area\":\"\",\"state\":\"required\",\"document\":\"1\",\"until\":\"2027-12-31\"},{\"map\":2,\"area\":\"\",\"state\":\"required\",\"document\":\"1\",\"until\":\"2027-12-31\"},",
        ),
        replace("a policy for no area", "policy-scope", "\"04\"", "\"0\""),
        replace("a policy on map 0", "policy-scope", "\"map\":2", "\"map\":0"),
        replace("an unknown state of an area", "json", "\"required\"", "\"asleep\""),
        document("a document without a name", ""),
        document("a document with a name of 121 bytes", &long),
        document("a document with a line feed", "1234\nQĐ-UBND"),
        document("a document with hidden characters", "1234\u{200B}QĐ-UBND"),
        document("a document that is not in NFC", "1234/Quyê\u{301}t đi\u{323}nh"),
        replace(
            "a state that ended before the policy",
            "policy-until",
            "\"until\":\"2027-12-31\"",
            "\"until\":\"2027-06-09\"",
        ),
    ]
}

fn by_two_keys() -> Vec<Case> {
    let of = |name, policy: &Policy, by: &[&str], after: &[&'static str]| {
        case(name, "policy", text(sign(policy, by)), after, Some("policy-two-keys"))
    };
    let dormant = next(|p| p.areas = vec![listed("04", AreaState::Dormant, "2027-12-31")]);
    let longer = "a retention of 30 days by one key";
    vec![
        of("a dormant area by one key", &dormant, &ONE, &[FIRST]),
        of(
            "a dormant area by one key and a stranger",
            &dormant,
            &["catalogue a", "a stranger"],
            &[FIRST],
        ),
        of(
            "a dormant area by a catalogue key and a list key",
            &dormant,
            &["catalogue a", "list a"],
            &[FIRST],
        ),
        of("a retention of 20 days by one key", &next(|p| p.retention = 20), &ONE, &[FIRST]),
        of(
            "a retention below that of the policy held",
            &next(|p| {
                p.version = 3;
                p.retention = 29;
            }),
            &ONE,
            &[FIRST, longer],
        ),
    ]
}

const ONE: [&str; 1] = ["catalogue a"];
const TWO: [&str; 2] = ["catalogue a", "catalogue b"];
