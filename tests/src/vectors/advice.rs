//! Vectors of what a warning says, and of the keys to which diaries are shared.

use vaora::seal::{Purpose, sha256};
use vaora::trust::{Advice, AdviceEntry, AdviceText, Upload, UploadKey};

use super::documents::{Case, FIRST, case, text};
use super::world::{self, day, signed};

/// Every case.
#[must_use]
pub fn cases() -> Vec<Case> {
    let mut cases = advices();
    cases.extend(uploads());
    cases
}

/// Two advices, one of them in Vietnamese only.
#[must_use]
pub fn advice() -> Advice {
    let text = |language: &str, title: &str, text: &str| AdviceText {
        language: language.to_owned(),
        title: title.to_owned(),
        text: text.to_owned(),
    };
    Advice {
        deployment: world::DEPLOYMENT,
        version: 1,
        created: day("2027-06-10"),
        entries: vec![
            AdviceEntry {
                id: 1,
                texts: vec![
                    text("en", "Watch your health", "For 14 days.\nThen all is well."),
                    text("vi", "Theo dõi sức khoẻ", "Trong 14 ngày.\nSau đó là ổn."),
                ],
            },
            AdviceEntry { id: 7, texts: vec![text("vi", "Xét nghiệm", "Tại trạm y tế.")] },
        ],
    }
}

/// Two upload keys that overlap by some days.
#[must_use]
pub fn upload() -> Upload {
    let key = |word: &str, first, last| UploadKey {
        key: x25519(word),
        first: day(first),
        last: day(last),
    };
    Upload {
        deployment: world::DEPLOYMENT,
        version: 1,
        created: day("2027-06-10"),
        keys: vec![
            key("june", "2027-06-01", "2027-06-30"),
            key("july", "2027-06-25", "2027-07-24"),
        ],
    }
}

/// A public key that belongs to a word: any number below 2²⁵⁵ is one, and nobody opens what is
/// sealed to it.
fn x25519(word: &str) -> [u8; 32] {
    let mut key = sha256(format!("vaora test upload {word}").as_bytes());
    key[31] &= 0x7F;
    key
}

fn advices() -> Vec<Case> {
    let good = text(advice().encode().expect("good advice"));
    let sign = |payload: &str, by: &[&str]| text(signed(Purpose::Advice, payload.as_bytes(), by));
    let replace = |name, refusal, from: &str, to: &str| {
        assert!(good.contains(from), "{name}");
        let payload = good.replacen(from, to, 1);
        case(name, "advice", sign(&payload, &["catalogue a"]), &[FIRST], Some(refusal))
    };
    let long = |n: usize| format!("\"text\":\"{}", "x".repeat(n));
    let mut large = replace("advice of more than 256 KiB", "envelope-large", "{", "{");
    large.document.spaces = 256 * 1024;
    vec![
        case("a catalogue of advice", "advice", sign(&good, &["catalogue a"]), &[FIRST], None),
        large,
        case(
            "advice signed by an upload key",
            "advice",
            sign(&good, &["upload a"]),
            &[FIRST],
            Some("threshold"),
        ),
        replace("advice 0", "advice-id", "\"id\":1", "\"id\":0"),
        replace("advice 65,536", "advice-id", "\"id\":7", "\"id\":65536"),
        replace("advices in descending order", "order", "\"id\":1", "\"id\":8"),
        replace("an advice twice", "order", "\"id\":1", "\"id\":7"),
        replace("a language of one letter", "advice-language", "\"en\"", "\"e\""),
        replace("a language of four letters", "advice-language", "\"en\"", "\"engl\""),
        replace("a language in capitals", "advice-language", "\"en\"", "\"EN\""),
        replace("languages in descending order", "advice-language", "\"en\"", "\"zh\""),
        replace("a language twice", "advice-language", "\"en\"", "\"vi\""),
        replace(
            "an advice without Vietnamese",
            "advice-vietnamese",
            "\"language\":\"vi\"",
            "\"language\":\"vie\"",
        ),
        replace("a title of no words", "advice-title", "\"Xét nghiệm\"", "\"\""),
        replace(
            "a title of 121 bytes",
            "advice-title",
            "\"Xét nghiệm\"",
            &format!("\"{}\"", "x".repeat(121)),
        ),
        replace("a title of two lines", "advice-title", "Watch your", "Watch\\nyour"),
        replace("a title that turns around", "advice-title", "Watch your", "Watch\u{202E}your"),
        replace("a text of no words", "advice-text", "\"Tại trạm y tế.\"", "\"\""),
        replace("a text of 2,001 bytes", "advice-text", "\"text\":\"For 14 days.", &long(1983)),
        replace("a text with a tab", "advice-text", "For 14 days", "For\\t14 days"),
        replace("a text with hidden characters", "advice-text", "14 ngày", "14\u{2060} ngày"),
        replace("a text that is not in NFC", "advice-text", "Tại", "Ta\u{323}i"),
    ]
}

fn uploads() -> Vec<Case> {
    let good = text(upload().encode().expect("good upload keys"));
    let sign = |payload: &str, by: &[&str]| text(signed(Purpose::Upload, payload.as_bytes(), by));
    let of = |name, refusal, payload: &str| {
        case(name, "upload", sign(payload, &["upload a"]), &[FIRST], Some(refusal))
    };
    let replace = |name, refusal, from: &str, to: &str| {
        assert!(good.contains(from), "{name}");
        of(name, refusal, &good.replacen(from, to, 1))
    };
    let mut keys: Vec<[u8; 32]> = upload().keys.iter().map(|key| key.key).collect();
    keys.sort();
    let [low, high] = keys[..] else { return Vec::new() };
    let hex = |key: &[u8; 32]| vaora::text::hex::encode(key);
    let swapped = |from: &[u8; 32], to: [u8; 32]| good.replacen(&hex(from), &hex(&to), 1);
    let (a, b) = (hex(&low), hex(&high));
    let descending = good.replacen(&a, "?", 1).replacen(&b, &a, 1).replacen('?', &b, 1);
    // X25519 would take the first for zero, and the second for `high`.
    let mut zero_again = [0xFF; 32];
    (zero_again[0], zero_again[31]) = (0xED, 0x7F);
    let mut top = high;
    top[31] |= 0x80;
    let mut one = [0; 32];
    one[0] = 1;
    let mut large = replace("upload keys of more than 64 KiB", "envelope-large", "{", "{");
    large.document.spaces = 64 * 1024;
    vec![
        case("upload keys", "upload", sign(&good, &["upload a"]), &[FIRST], None),
        large,
        case(
            "upload keys signed by a catalogue key",
            "upload",
            sign(&good, &["catalogue a"]),
            &[FIRST],
            Some("threshold"),
        ),
        of("an upload key of zeros", "upload-key", &swapped(&low, [0; 32])),
        of("an upload key of small order", "upload-key", &swapped(&low, one)),
        of("an upload key of zeros, spelled again", "upload-key", &swapped(&high, zero_again)),
        of("an upload key with its top bit set", "upload-key", &swapped(&high, top)),
        of("an upload key twice", "order", &swapped(&low, high)),
        of("upload keys in descending order", "order", &descending),
        replace("an upload key for 31 days", "upload-days", "2027-06-30", "2027-07-01"),
        replace("an upload key that ends first", "upload-days", "2027-06-30", "2027-05-31"),
    ]
}
