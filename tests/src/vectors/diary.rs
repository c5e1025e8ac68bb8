//! Vectors of the diary's files: made by the stranger, who knows nothing but
//! `docs/diary-format.md`, from fixed keys and nonces.

use serde::Serialize;
use vaora::text::hex;

use crate::diary::stranger::{File, Ring, boxed, export, inbox_of, seal, words};

/// Some bytes of the diary's files.
#[derive(Serialize)]
pub struct Case {
    name: &'static str,
    /// Which form they have: `ring` and `record` are sealed, the others lie inside seals.
    pub form: &'static str,
    /// What they were made from; hexadecimal, but for numbers and words.
    pub from: serde_json::Value,
    /// The bytes in hexadecimal.
    pub bytes: String,
    /// Whether they must be refused.
    pub refused: bool,
}

/// Every vector of the diary.
#[must_use]
pub fn cases() -> Vec<Case> {
    let forms = [
        rings(),
        match_keys(),
        diary_keys(),
        records(),
        match_parts(),
        diary_parts(),
        companions(),
        diary_states(),
        exports(),
    ];
    forms.into_iter().flatten().collect()
}

/// The secret of the rings.
pub const SECRET: [u8; 32] = [0x11; 32];
/// The match key of the file of records.
pub const MATCH_KEY: [u8; 32] = [0x22; 32];
/// Its diary key.
pub const DIARY_KEY: [u8; 32] = [0x33; 32];
/// The private half of the inbox.
pub const INBOX: [u8; 32] = [0x44; 32];
/// The private half of a box's own pair.
pub const ONCE: [u8; 32] = [0x55; 32];
/// A ring's salt, or an export's.
pub const SALT: [u8; 16] = [0x66; 16];
/// Every nonce: of a match part …
pub const NONCE: [u8; 24] = [0x77; 24];
/// … and of a diary part.
pub const OTHER_NONCE: [u8; 24] = [0x88; 24];
/// Of the export.
pub const PASSPHRASE: &str = "mật khẩu thử";

/// The file that records of the vectors lie in.
#[must_use]
pub fn records_file() -> File {
    File {
        day: 20_778,
        generation: 1,
        name: [0xA1; 8],
        id: [0xB2; 8],
        key: MATCH_KEY,
        count: 0,
        bytes: 0,
        hash: [0; 32],
        flags: 0,
    }
}

fn rings() -> Vec<Case> {
    let ring = |magic: &[u8; 7], sequence, body: Vec<u8>| Ring {
        magic: *magic,
        wrapping: b"alias".to_vec(),
        sequence,
        body,
    };
    let matching = ring(b"vaora-m", 7, match_body(&[records_file()]));
    let own = ring(b"vaora-d", 1 << 40, diary_body(1, 1));
    let sealed = matching.seal(&SECRET, SALT, NONCE);
    let case = |name, ring: &Ring, bytes: Vec<u8>, refused| Case {
        name,
        form: "ring",
        from: serde_json::json!({
            "kind": if ring.magic == *b"vaora-m" { "match" } else { "diary" },
            "secret": hex::encode(&SECRET),
            "wrapping": hex::encode(&ring.wrapping),
            "sequence": ring.sequence,
            "salt": hex::encode(&SALT),
            "nonce": hex::encode(&NONCE),
            "body": hex::encode(&ring.body),
        }),
        bytes: hex::encode(&bytes),
        refused,
    };
    let bad = |name, bytes| case(name, &matching, bytes, true);
    let flipped = |at: usize| {
        let mut bytes = sealed.clone();
        bytes[at] ^= 1;
        bytes
    };
    // A change of the header whose check is made good again, and the seal with it.
    let headed = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut header = sealed[..47].to_vec();
        change(&mut header);
        matching.seal_behind(header, &SECRET, NONCE, &matching.plain())
    };
    let inside = |plain: &[u8]| matching.seal_behind(sealed[..47].to_vec(), &SECRET, NONCE, plain);
    let plain = matching.plain();
    let long = Ring { wrapping: vec![b'w'; 1025], ..matching.clone() };
    vec![
        case("a match ring", &matching, sealed.clone(), false),
        case("a diary ring", &own, own.seal(&SECRET, SALT, NONCE), false),
        bad("a ring of another kind", headed(&|h| h[6] = b'd')),
        bad("a ring of a later version", headed(&|h| h[7] = 2)),
        bad("a flipped bit in the header", flipped(12)),
        bad("a flipped bit in the header's check", flipped(48)),
        bad("a flipped bit in what is sealed", flipped(100)),
        bad("a ring cut in its header", sealed[..30].to_vec()),
        bad("a ring cut at its end", sealed[..sealed.len() - 1].to_vec()),
        bad("a ring with a byte too many", [&sealed[..], &[0]].concat()),
        case("a note of 1,025 bytes", &long, long.seal(&SECRET, SALT, NONCE), true),
        bad(
            "a body longer than the ring",
            inside(&[&plain[..8], &[0xFF; 3], &plain[11..]].concat()),
        ),
        bad("padding that is not zero", inside(&[&plain[..1023], &[1]].concat())),
        bad("no padding", inside(&plain[..12 + matching.body.len()])),
        bad("a KiB of padding too much", inside(&[&plain[..], &[0; 1024]].concat())),
    ]
}

fn match_body(files: &[File]) -> Vec<u8> {
    let mut body = [[0xC3; 32], inbox_of(INBOX)].concat();
    body.extend([2, 0, 0, 0, 0xD4, 0xD5]);
    body.extend(u32::try_from(files.len()).unwrap_or(0).to_le_bytes());
    body.extend(files.iter().flat_map(File::write));
    body
}

fn diary_body(inboxes: u8, days: u32) -> Vec<u8> {
    let mut body = vec![inboxes];
    body.extend((0..inboxes).flat_map(|_| INBOX));
    body.extend(0_u32.to_le_bytes());
    body.extend(days.to_le_bytes());
    body.extend((0..days).flat_map(|_| [&[0xB2; 8][..], &DIARY_KEY].concat()));
    body
}

fn match_keys() -> Vec<Case> {
    let case = |name, bytes| plain(name, "match keys", bytes, false);
    let bad = |name, bytes| plain(name, "match keys", bytes, true);
    let file = records_file();
    let next = File { day: 20_779, flags: 3, count: 2, bytes: 640, ..file.clone() };
    let whole = match_body(&[file.clone(), next.clone()]);
    let with = |changed: File| match_body(&[file.clone(), changed]);
    let at_number = 64 + 4 + 2;
    let mut lacking = match_body(&[]);
    lacking[at_number] = 1;
    vec![
        case("two files", whole.clone()),
        case("no file", match_body(&[])),
        bad("match keys cut short", whole[..whole.len() - 1].to_vec()),
        bad("match keys and a byte more", [&whole[..], &[0]].concat()),
        bad("a file less than it says", lacking),
        bad("a day after the year 9999", with(File { day: 2_932_897, ..next.clone() })),
        bad("an unknown flag of a file", with(File { flags: 4, ..next.clone() })),
        bad("one file twice", with(file.clone())),
        bad("days that fall", match_body(&[next, file])),
    ]
}

fn diary_keys() -> Vec<Case> {
    let case = |name, bytes| plain(name, "diary keys", bytes, false);
    let bad = |name, bytes| plain(name, "diary keys", bytes, true);
    let whole = diary_body(2, 2);
    vec![
        case("two inbox keys and two days", whole.clone()),
        case("one inbox key and no day", diary_body(1, 0)),
        bad("diary keys cut short", whole[..whole.len() - 1].to_vec()),
        bad("diary keys and a byte more", [&whole[..], &[0]].concat()),
    ]
}

/// The match part of an open visit with one key.
fn match_part() -> Vec<u8> {
    let mut part = vec![1];
    part.extend(0x0102_0304_0506_0708_i64.to_le_bytes());
    part.extend(1_795_222_800_i64.to_le_bytes());
    part.push(0);
    part.extend(5400_u32.to_le_bytes());
    part.extend(420_i16.to_le_bytes());
    part.extend(1_000_000_u64.to_le_bytes());
    part.extend(3_u16.to_le_bytes());
    part.extend([0, 2]);
    part.extend(90_u16.to_le_bytes());
    part.push(1);
    part.extend(20_778_u32.to_le_bytes());
    part.extend([0xE6; 32]);
    part
}

fn diary_part() -> Vec<u8> {
    words(1, 90, "Chợ Xanh".as_bytes(), "Cổng 2".as_bytes(), "hai người".as_bytes())
}

fn records() -> Vec<Case> {
    let file = records_file();
    let (matching, readable) = (match_part(), diary_part());
    let sealed = |number| seal(&DIARY_KEY, OTHER_NONCE, &file.place(number, 2, 1), &readable);
    let boxed =
        |number| boxed(&inbox_of(INBOX), ONCE, OTHER_NONCE, &file.place(number, 2, 2), &readable);
    let from = |number: u32, mode: u8| {
        serde_json::json!({
            "name": hex::encode(&file.name), "id": hex::encode(&file.id), "day": file.day,
            "generation": file.generation, "number": number, "mode": mode,
            "match key": hex::encode(&MATCH_KEY), "match nonce": hex::encode(&NONCE),
            "match part": hex::encode(&matching),
            "diary key": hex::encode(&DIARY_KEY), "diary nonce": hex::encode(&OTHER_NONCE),
            "inbox": hex::encode(&INBOX), "once": hex::encode(&ONCE),
            "diary part": if mode == 1 || mode == 2 { hex::encode(&readable) } else { String::new() },
        })
    };
    let case = |name, number, mode, bytes: Vec<u8>, refused| Case {
        name,
        form: "record",
        from: from(number, mode),
        bytes: hex::encode(&bytes),
        refused,
    };
    let whole = file.record(5, 1, NONCE, &matching, &sealed(5));
    let bad = |name, bytes| case(name, 5, 1, bytes, true);
    let changed = |at: usize, to: &[u8]| {
        let mut bytes = whole.clone();
        bytes[at..at + to.len()].copy_from_slice(to);
        bytes
    };
    let flipped = |at: usize| changed(at, &[whole[at] ^ 1]);
    let n = 9 + matching.len() + 40;
    let other = File { generation: 2, ..file.clone() };
    let own = |mode, diary: &[u8]| file.record(5, mode, NONCE, &matching, diary);
    vec![
        case("a sealed record", 5, 1, whole.clone(), false),
        case("a boxed record", 6, 2, file.record(6, 2, NONCE, &matching, &boxed(6)), false),
        case(
            "a record that leaves the words",
            7,
            0,
            file.record(7, 0, NONCE, &matching, &[]),
            false,
        ),
        case(
            "a record that hides the words",
            8,
            3,
            file.record(8, 3, NONCE, &matching, &[]),
            false,
        ),
        bad("a record of 48 bytes", changed(0, &[48, 0])),
        bad("a record of 8,193 bytes", file.record(5, 0, NONCE, &[0; 8193 - 49], &[])),
        bad("mode 4", own(4, &sealed(5))),
        bad("a match part of 39 bytes", changed(7, &[39, 0])),
        bad("a match part longer than the record", changed(7, &[0, 31])),
        bad("words that are left and there", own(0, &sealed(5))),
        bad("words that are hidden and there", own(3, &sealed(5))),
        bad("a sealed part of 39 bytes", own(1, &[0; 39])),
        bad("a boxed part of 71 bytes", own(2, &[0; 71])),
        bad("another number", changed(2, &[6])),
        bad("another file of the day", other.record(5, 1, NONCE, &matching, &sealed(5))),
        bad("a flipped bit in the match part", flipped(40)),
        bad("a flipped bit in the diary part", flipped(n + 30)),
        bad("a record cut short", whole[..whole.len() - 64].to_vec()),
    ]
}

fn match_parts() -> Vec<Case> {
    let whole = match_part();
    let case = |name, bytes| plain(name, "match part", bytes, false);
    let changed = |name, at: usize, to: &[u8]| {
        let mut bytes = whole.clone();
        bytes[at..at + to.len()].copy_from_slice(to);
        plain(name, "match part", bytes, true)
    };
    let bad = |name, bytes| plain(name, "match part", bytes, true);
    let (head, key) = whole.split_at(whole.len() - 36);
    let none = [&head[..head.len() - 1], &[0]].concat();
    let two = |first: &[u8], second: &[u8]| [&head[..head.len() - 1], &[2], first, second].concat();
    let later = [&20_779_u32.to_le_bytes()[..], &[0xE7; 32]].concat();
    vec![
        case("an open visit", whole.clone()),
        case("a visit without a code", none),
        case("keys of two days", two(key, &later)),
        changed("a match part of version 2", 0, &[2]),
        changed("a negative id", 8, &[0x80]),
        changed("a beginning before 1970", 9, &(-1_i64).to_le_bytes()),
        changed("a beginning after the year 9999", 9, &(1_i64 << 40).to_le_bytes()),
        changed("an unknown end", 17, &[4]),
        changed("a visit of more than a day", 18, &86_401_u32.to_le_bytes()),
        changed("an unknown origin", 34, &[3]),
        changed("an unknown flag of a visit", 35, &[4]),
        changed("no usual stay", 36, &[0, 0]),
        changed("a usual stay of more than a day", 36, &1441_u16.to_le_bytes()),
        changed("a key of a day after the year 9999", 39, &2_932_897_u32.to_le_bytes()),
        bad("keys of days that fall", two(&later, key)),
        bad("two keys of a day", two(key, key)),
        bad("a match part cut short", whole[..whole.len() - 1].to_vec()),
        bad("a match part and a byte more", [&whole[..], &[0]].concat()),
    ]
}

/// Diary parts that must be refused, by what is wrong with them.
#[must_use]
pub fn bad_diary_parts() -> Vec<(&'static str, Vec<u8>)> {
    let good = words(1, 60, b"x", b"", b"");
    let named = |name: &[u8]| words(1, 60, name, b"", b"");
    let tied = |id: &[u8], parent: &[u8]| {
        let short = |bytes: &[u8]| [&[u8::try_from(bytes.len()).unwrap_or(0)], bytes].concat();
        [&good[..11], &short(id), &short(parent), &good[13..]].concat()
    };
    vec![
        ("an empty diary part", Vec::new()),
        ("a diary part of nonsense", vec![0xA7; 80]),
        ("a diary part of version 2", [&[2], &good[1..]].concat()),
        ("an unknown kind", words(4, 60, b"x", b"", b"")),
        ("an unknown trust", [&good[..2], &[9], &good[3..]].concat()),
        ("a place without a usual stay", words(1, 0, b"x", b"", b"")),
        ("a place with a stay of more than a day", words(1, 1441, b"x", b"", b"")),
        ("an area that is none", [&good[..6], &[0xFF; 5], &good[11..]].concat()),
        ("a venue id of 15 bytes", tied(&[1; 15], &[])),
        ("a parent id of 9 bytes", tied(&[], &[1; 9])),
        ("a name of 61 bytes", named(&[b'x'; 61])),
        ("a zone of 33 bytes", words(1, 60, b"x", &[b'z'; 33], b"")),
        ("a note of 501 bytes", words(1, 60, b"x", b"", &[b'n'; 501])),
        ("a control character", named(b"a\nb")),
        ("a zero-width space", named("a\u{200b}b".as_bytes())),
        ("a turned direction", named("a\u{202e}b".as_bytes())),
        ("a name that is not NFC", named("Cho\u{323}".as_bytes())),
        ("a name that is no UTF-8", named(&[0xC3, 0x28])),
        ("a diary part and a byte more", [&good[..], &[0]].concat()),
        ("a diary part cut short", good[..good.len() - 1].to_vec()),
    ]
}

fn diary_parts() -> Vec<Case> {
    let bad = bad_diary_parts().into_iter();
    let good = plain("words of a visit", "diary part", diary_part(), false);
    std::iter::once(good).chain(bad.map(|(name, b)| plain(name, "diary part", b, true))).collect()
}

fn two_companions() -> Vec<u8> {
    [&[1, 2, 1, 0, 0, 0, 3][..], b"Lan", &[2, 0, 0, 0, 4], "Bố".as_bytes()].concat()
}

fn companions() -> Vec<Case> {
    let whole = two_companions();
    let one = |name: &[u8]| {
        [&[1, 1, 1, 0, 0, 0][..], &[u8::try_from(name.len()).unwrap_or(0)], name].concat()
    };
    let case = |name, bytes| plain(name, "companions", bytes, false);
    let bad = |name, bytes| plain(name, "companions", bytes, true);
    vec![
        case("two companions", whole.clone()),
        case("no companion", vec![1, 0]),
        bad("companions of version 2", [&[2], &whole[1..]].concat()),
        bad("a companion's name of 61 bytes", one(&[b'x'; 61])),
        bad("a companion's name that does not show", one("a\u{200b}".as_bytes())),
        bad("a companion's name that is no UTF-8", one(&[0xFF])),
        bad("companions cut short", whole[..whole.len() - 1].to_vec()),
        bad("companions and a byte more", [&whole[..], &[0]].concat()),
    ]
}

/// Two companions, one receipt, and a share of two visits whose answer is out.
fn diary_states() -> Vec<Case> {
    let mut with_receipt = vec![2, 1];
    with_receipt.extend([7, 0, 0, 0, 3]);
    with_receipt.extend(b"Lan");
    with_receipt.push(1);
    with_receipt.extend([[0xE1; 16], [0xE2; 16]].concat());
    with_receipt.extend(1_795_222_800_i64.to_le_bytes());
    with_receipt.extend(3_u16.to_le_bytes());
    let mut begun = [&[2, 0, 0, 1][..], &[0xF1; 16], &[1, 2, 3, 4, 5, 6]].concat();
    begun.extend(1_795_222_800_i64.to_le_bytes());
    begun.extend([[0xE2; 16], [0xF2; 16], [0xF2; 16]].concat());
    begun.extend(1_u16.to_le_bytes());
    begun.extend(0x0102_0304_i64.to_le_bytes());
    begun.extend(20_778_u32.to_le_bytes());
    begun.extend([1, 7, 0, 0, 0]);
    let receipt = [&with_receipt[..], &[0]].concat();
    let case = |name, bytes| plain(name, "diary state", bytes, false);
    let bad = |name, bytes| plain(name, "diary state", bytes, true);
    vec![
        case("a state of companions alone", two_companions()),
        case("a state with a receipt", receipt.clone()),
        case("a state with a share whose answer is out", begun.clone()),
        bad("a state of version 2 without shares", vec![2, 0, 0, 0]),
        bad("a state of version 3", [&[3], &receipt[1..]].concat()),
        bad("a state that neither waits nor not", [&with_receipt[..], &[2]].concat()),
        bad("a state cut short", begun[..begun.len() - 1].to_vec()),
        bad("a state and a byte more", [&begun[..], &[0]].concat()),
    ]
}

/// The content of an export: one visit with words and one without.
fn content(number: u32, companions: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    let long =
        |bytes: &[u8]| [&u32::try_from(bytes.len()).unwrap_or(0).to_le_bytes()[..], bytes].concat();
    let mut out = long(companions);
    out.extend(number.to_le_bytes());
    out.extend(parts.iter().flat_map(|part| long(part)));
    out
}

fn exports() -> Vec<Case> {
    let (matching, readable) = (match_part(), diary_part());
    let mut other = matching.clone();
    other[1] ^= 1;
    let two: [&[u8]; 4] = [&matching, &readable, &other, &[]];
    let inner = content(2, &two_companions(), &two);
    let case = |name, bytes| plain(name, "export content", bytes, false);
    let bad = |name, bytes| plain(name, "export content", bytes, true);
    let whole = export(PASSPHRASE, SALT, NONCE, &inner);
    let sealed = |name, bytes: Vec<u8>, refused| Case {
        name,
        form: "export",
        from: serde_json::json!({
            "passphrase": PASSPHRASE, "salt": hex::encode(&SALT), "nonce": hex::encode(&NONCE),
            "content": hex::encode(&inner),
        }),
        bytes: hex::encode(&bytes),
        refused,
    };
    let changed = |at: usize| {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        bytes
    };
    vec![
        case("two visits, one without words", inner.clone()),
        case("no visit", content(0, &[1, 0], &[])),
        bad("no list of companions", content(0, &[], &[])),
        bad("a visit less than it says", content(3, &two_companions(), &two)),
        bad("a visit more than it says", content(1, &two_companions(), &two)),
        bad("a match part that is none", content(1, &[1, 0], &[b"x", &readable])),
        bad("a diary part that is none", content(1, &[1, 0], &[&matching, b"x"])),
        sealed("an export", whole.clone(), false),
        sealed("an export of nothing of ours", changed(0), true),
        sealed("an export of a later version", changed(7), true),
        sealed("an export with another salt", changed(8), true),
        sealed("a flipped bit in an export", changed(60), true),
        sealed("an export cut short", whole[..whole.len() - 1].to_vec(), true),
    ]
}

fn plain(name: &'static str, form: &'static str, bytes: Vec<u8>, refused: bool) -> Case {
    Case { name, form, from: serde_json::Value::Null, bytes: hex::encode(&bytes), refused }
}

/// The public half of the inbox.
#[must_use]
pub fn records_inbox() -> [u8; 32] {
    inbox_of(INBOX)
}
