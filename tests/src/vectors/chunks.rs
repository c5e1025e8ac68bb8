//! Chunks of the exposure list: what is found in them, and one broken chunk for each rule.

use serde::Serialize;
use vaora::list::{ChunkRule, Draft, ListedChunk, Notice, Window};
use vaora::seal::{ChunkId, VenueKey, sha256};
use vaora::text::hex;
use vaora::time::Day;

use super::world;
use crate::diary::Dice;

/// One chunk and what a phone makes of it.
#[derive(Serialize)]
pub struct ChunkCase {
    /// What it shows.
    pub name: String,
    /// The rule that it breaks.
    pub rule: Option<&'static str>,
    /// What the manifest says of it.
    pub listed: Listed,
    /// Keys of venue-days, and the windows that are found: start, minutes, advice.
    pub find: Vec<Find>,
    /// The chunk.
    pub chunk: String,
}

/// What the manifest says of a chunk.
#[derive(Serialize)]
pub struct Listed {
    id: String,
    sequence: u64,
    size: u32,
    head: String,
}

/// One look-up.
#[derive(Serialize)]
pub struct Find {
    key: String,
    /// None if the chunk does not mention it; no windows if it takes back what was said.
    windows: Option<Vec<[u16; 3]>>,
}

/// All cases.
#[must_use]
pub fn cases() -> Vec<ChunkCase> {
    let mut cases = vec![good()];
    cases.extend(broken());
    cases
}

fn key(number: u8, day: u32) -> VenueKey {
    VenueKey::derive(&world::seed(number), Day::from_number(day))
}

/// What is said of each venue-day.
type Said = Vec<(VenueKey, Vec<Window>)>;

fn chunk() -> (Vec<u8>, ListedChunk, Said) {
    let window = |start, minutes, advice| Window { start, minutes, advice };
    let said = vec![
        (key(1, 20_778), vec![window(480, 90, 2)]),
        (key(2, 20_778), vec![window(0, 1440, 1), window(600, 1, 3), window(1439, 1, 9)]),
        (key(3, 20_777), Vec::new()),
    ];
    let notices = said.iter().map(|(key, windows)| Notice { key, windows: windows.clone() });
    let draft = Draft {
        sequence: 7,
        slots: [1, 2, 3, 9],
        replaces: vec![ChunkId([1; 16]), ChunkId([2; 16])],
        notices: notices.collect(),
    };
    let (bytes, listed) = draft.encode(&mut Dice::new(7)).expect("a good draft");
    (bytes, listed, said)
}

fn case(name: &str, rule: Option<ChunkRule>, bytes: &[u8], listed: ListedChunk) -> ChunkCase {
    let ListedChunk { id, sequence, size, head } = listed;
    ChunkCase {
        name: name.to_owned(),
        rule: rule.map(ChunkRule::id),
        listed: Listed { id: hex::encode(&id.0), sequence, size, head: hex::encode(&head) },
        find: Vec::new(),
        chunk: hex::encode(bytes),
    }
}

fn good() -> ChunkCase {
    let (bytes, listed, mut said) = chunk();
    let mut case = case("three mentions", None, &bytes, listed);
    let windows = |windows: &[Window]| -> Vec<[u16; 3]> {
        windows.iter().map(|w| [w.start, w.minutes, w.advice]).collect()
    };
    let find = |(key, said): &(VenueKey, Vec<Window>)| Find {
        key: hex::encode(key.expose()),
        windows: Some(windows(said)),
    };
    case.find = said.iter().map(find).collect();
    // The same venue on another day, and a venue that nobody mentioned.
    said.clear();
    for key in [key(1, 20_779), key(9, 20_778)] {
        case.find.push(Find { key: hex::encode(key.expose()), windows: None });
    }
    case
}

/// Head: 39 bytes, two replaced ids, one entry of the directory.
const HEAD: usize = 39 + 32 + 34;
/// 256 buckets and 256 entries.
const BITS: usize = 64;

fn broken() -> Vec<ChunkCase> {
    use ChunkRule as R;
    type Change = fn(&mut Vec<u8>, &mut ListedChunk);
    let changes: &[(&str, R, Change)] = &[
        ("another mark", R::Mark, |b, _| b[0] = 0x4D),
        ("a later version", R::Version, |b, _| b[1] = 2),
        ("a byte too few", R::Cut, |b, _| b.truncate(b.len() - 1)),
        ("257 entries", R::Count, |b, _| b[26] = 1),
        ("no advice", R::Slots, |b, _| b[30..38].fill(0)),
        ("a gap between slots", R::Slots, |b, _| b[32..34].fill(0)),
        ("one advice twice", R::Slots, |b, _| b[32] = 1),
        ("65 replaced chunks", R::Replaces, |b, _| b[38] = 65),
        ("replaced chunks out of order", R::Replaces, |b, _| b[39..55].fill(3)),
        ("an entry more than the ladder says", R::Sum, |b, _| b[71] = 1),
        ("a byte more than listed", R::Size, |b, _| b.push(0)),
        ("a size that is not the directory's", R::Size, |_, listed| listed.size += 1),
        ("another number than listed", R::Name, |_, listed| listed.sequence = 8),
        ("another id than listed", R::Name, |_, listed| listed.id.0[0] ^= 1),
        ("two entries in the wrong order", R::BlockOrder, |b, _| swap(b)),
        ("an entry twice", R::BlockOrder, |b, _| twice(b)),
        ("a bit too many", R::BlockBits, |b, _| b[HEAD + 5] = 0xFF),
        ("an entry behind the last bucket", R::BlockBits, |b, _| last_bit(b)),
    ];
    let mut cases: Vec<ChunkCase> = changes
        .iter()
        .map(|(name, rule, change)| {
            let (mut bytes, mut listed, _) = chunk();
            let length = bytes.len();
            change(&mut bytes, &mut listed);
            // Signed as it is: the hashes fit, so that only the rule can refuse it.
            if bytes.len() == length {
                let hash = sha256(&bytes[HEAD..]);
                bytes[HEAD - 32..HEAD].copy_from_slice(&hash);
                listed.head = sha256(&bytes[..HEAD]);
            }
            case(name, Some(*rule), &bytes, listed)
        })
        .collect();
    let (mut bytes, listed, _) = chunk();
    bytes[50] ^= 1;
    cases.push(case("a changed head", Some(R::Head), &bytes, listed));
    let (mut bytes, listed, _) = chunk();
    bytes[HEAD + 100] ^= 1;
    cases.push(case("a changed block", Some(R::BlockHash), &bytes, listed));
    cases
}

/// The places of the first two entries that share a bucket.
fn neighbours(bytes: &[u8]) -> (usize, usize) {
    let is_one = |at: usize| bytes[HEAD + at / 8] >> (at % 8) & 1 == 1;
    let at = (0..BITS * 8 - 1).find(|at| is_one(*at) && is_one(at + 1)).expect("256 in 256");
    let entry = (0..at).filter(|at| is_one(*at)).count();
    let low = HEAD + BITS + entry * 5;
    (low, low + 5)
}

fn swap(bytes: &mut [u8]) {
    let (a, b) = neighbours(bytes);
    for i in 0..5 {
        bytes.swap(a + i, b + i);
    }
}

fn twice(bytes: &mut [u8]) {
    let (a, b) = neighbours(bytes);
    bytes.copy_within(a..a + 5, b);
}

/// The last zero and a one before it change places.
fn last_bit(bytes: &mut [u8]) {
    let bits = &mut bytes[HEAD..HEAD + BITS];
    let at = (0..BITS * 8).rev().find(|at| bits[at / 8] >> (at % 8) & 1 == 1).expect("256 ones");
    bits[at / 8] ^= 1 << (at % 8);
    bits[BITS - 1] |= 0x80;
}
