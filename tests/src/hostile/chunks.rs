//! Wrong chunks: broken on the way, or broken by the publisher and signed.

use vaora::list::ListedChunk;
use vaora::seal::sha256;
use vaora::text::hex;

use super::forge::Forge;
use super::{Case, Files, Forged, Lie, Told};
use crate::wire::{Answer, Asked, Body};

pub(super) fn cases() -> Vec<Case> {
    let files: &[(&str, &str, Forged)] = &[
        // What the manifest says of them.
        ("chunks out of order", "manifest-chunks", |f| {
            let all = f.manifest().chunks;
            let (a, b) = (entry(&all[0]), entry(&all[1]));
            f.edited(&[(&format!("{a},{b}"), &format!("{b},{a}"))])
        }),
        ("chunk listed twice", "manifest-chunks", |f| {
            let first = entry(&f.manifest().chunks[0]);
            f.edited(&[(&first, &format!("{first},{first}"))])
        }),
        ("chunk with the manifest's own number", "manifest-chunks", |f| {
            relisted(f, |chunk| chunk.sequence = f.next_sequence())
        }),
        ("chunk of no bytes", "manifest-size", |f| relisted(f, |chunk| chunk.size = 0)),
        ("chunk above 16 MiB", "manifest-size", |f| relisted(f, |c| c.size = (16 << 20) + 1)),
        ("list above 96 MiB", "manifest-size", |f| {
            let first = f.manifest().chunks[0];
            let large = |number: u8| {
                let mut chunk = ListedChunk { size: 16 << 20, ..first };
                chunk.id.0 = [number; 16];
                chunk
            };
            let all: Vec<String> = (0..7)
                .map(|number| {
                    let mut chunk = large(number);
                    chunk.sequence = u64::from(number) + 1;
                    entry(&chunk)
                })
                .collect();
            let all = all.join(",");
            let text = f.payload().replace("\"sequence\":", "\"sequence\":1");
            let start = text.find("\"chunks\":[").expect("there are some") + 10;
            let end = text.find("],\"catalogues\"").expect("there are some");
            f.signed_manifest(&format!("{}{all}{}", &text[..start], &text[end..]))
        }),
        ("a million chunks", "too-large", |f| {
            let all = entry(&f.manifest().chunks[0]) + ",";
            f.edited(&[("\"chunks\":[", &format!("\"chunks\":[{}", all.repeat(1_000_000)))])
        }),
        ("a known chunk with another head", "chunk-changed", |f| {
            known(f, |chunk| chunk.head = [5; 32])
        }),
        ("a known chunk with another size", "chunk-changed", |f| known(f, |c| c.size += 1)),
        ("a known number for another chunk", "chunk-changed", |f| {
            known(f, |chunk| chunk.id.0 = [5; 16])
        }),
        ("a known chunk with another number", "chunk-changed", |f| {
            let all = f.manifest().chunks;
            let mut moved = all[0];
            moved.sequence = all[2].sequence;
            let (old, gone) = (entry(&all[0]), entry(&all[2]));
            f.edited(&[(&format!("{old},"), ""), (&gone, &entry(&moved))])
        }),
        // What comes in their place.
        ("chunk that is missing", "missing", |f| vec![(path(f), None)]),
        ("chunk that ends early", "chunk-cut", |f| served(f, |bytes| bytes.truncate(1000))),
        ("chunk that ends in its head", "chunk-cut", |f| served(f, |bytes| bytes.truncate(20))),
        ("chunk of no bytes at all", "chunk-cut", |f| served(f, Vec::clear)),
        ("chunk that goes on", "too-large", |f| served(f, |bytes| bytes.push(0))),
        ("chunk with a flipped bit", "block-hash", |f| served(f, |bytes| bytes[HEAD + 99] ^= 1)),
        ("chunk with a flipped bit in its head", "chunk-head", |f| {
            served(f, |bytes| bytes[5] ^= 1)
        }),
        ("another chunk in its place", "chunk-head", |f| {
            let other = f.held
                [&format!("chunk/{}", hex::encode(&f.held_manifest().chunks[0].id.0))]
                .clone();
            vec![(path(f), Some(other))]
        }),
        // Signed as they are, so that only their own rule can refuse them.
        ("chunk of another kind", "chunk-mark", |f| forged(f, |bytes| bytes[0] ^= 1)),
        ("chunk of a later version", "chunk-version", |f| forged(f, |bytes| bytes[1] = 2)),
        ("chunk with another id than its name", "chunk-name", |f| forged(f, |b| b[2] ^= 1)),
        ("chunk with another number than listed", "chunk-name", |f| forged(f, |b| b[18] ^= 1)),
        ("chunk between two steps of the ladder", "chunk-count", |f| forged(f, |b| b[26] ^= 1)),
        ("chunk that claims four thousand million entries", "chunk-count", |f| {
            forged(f, |bytes| bytes[26..30].fill(0xFF))
        }),
        ("chunk that claims to be larger than it is", "chunk-size", |f| {
            forged(f, |bytes| bytes[26..30].copy_from_slice(&(15_u32 << 17).to_le_bytes()))
        }),
        ("chunk without advice", "chunk-slots", |f| forged(f, |bytes| bytes[30..38].fill(0))),
        ("chunk that replaces 200 others", "chunk-replaces", |f| forged(f, |b| b[38] = 200)),
        ("chunk whose directory does not add up", "chunk-sum", |f| forged(f, |b| b[39] ^= 1)),
        ("chunk whose directory lies", "block-hash", |f| {
            unrehashed(f, |bytes| bytes[HEAD - 1] ^= 1)
        }),
        ("chunk with entries out of order", "block-order", |f| forged(f, |b| swapped(b))),
        ("chunk with a bit too many", "block-bits", |f| forged(f, |b| b[HEAD + 5] = 0xFF)),
    ];
    let answers: &[(&str, &str, Told)] = &[("chunk without end", "too-large", |_, asked, _| {
        is_new(asked).then(|| Answer::status("200 OK").with(Body::Endless(vec![0x4C; 4096])))
    })];
    let files = files.iter().map(|(name, error, lie)| (*name, *error, Lie::Files(*lie)));
    let answers = answers.iter().map(|(name, error, lie)| (*name, *error, Lie::Answers(*lie)));
    files.chain(answers).map(|(name, error, lie)| Case { name, error, lie }).collect()
}

/// Phones hold the others.
fn is_new(asked: &Asked) -> bool {
    asked.path.starts_with("chunk/")
}

/// The one chunk that phones do not hold yet.
fn new_chunk(forge: &Forge) -> ListedChunk {
    *forge.manifest().chunks.last().expect("there is one")
}

fn path(forge: &Forge) -> String {
    format!("chunk/{}", hex::encode(&new_chunk(forge).id.0))
}

/// As the manifest writes it.
pub(super) fn entry(chunk: &ListedChunk) -> String {
    let ListedChunk { id, sequence, size, head } = chunk;
    let (id, head) = (hex::encode(&id.0), hex::encode(head));
    format!(r#"{{"id":"{id}","sequence":{sequence},"size":{size},"head":"{head}"}}"#)
}

/// The new chunk is listed otherwise.
fn relisted(forge: &Forge, change: impl FnOnce(&mut ListedChunk)) -> Files {
    let mut chunk = new_chunk(forge);
    let before = entry(&chunk);
    change(&mut chunk);
    forge.edited(&[(&before, &entry(&chunk))])
}

/// A chunk that phones hold is listed otherwise.
fn known(forge: &Forge, change: impl FnOnce(&mut ListedChunk)) -> Files {
    let mut chunk = forge.manifest().chunks[0];
    let before = entry(&chunk);
    change(&mut chunk);
    forge.edited(&[(&before, &entry(&chunk))])
}

/// The new chunk has other bytes than the honest manifest says.
fn served(forge: &Forge, change: impl FnOnce(&mut Vec<u8>)) -> Files {
    let mut bytes = forge.next[&path(forge)].clone();
    change(&mut bytes);
    vec![(path(forge), Some(bytes))]
}

/// The new chunk is wrong, and everything that names it is right.
fn forged(forge: &Forge, change: impl FnOnce(&mut Vec<u8>)) -> Files {
    unrehashed(forge, |bytes| {
        change(bytes);
        let hash = sha256(&bytes[HEAD..]);
        bytes[HEAD - 32..HEAD].copy_from_slice(&hash);
    })
}

/// The manifest names the new head, whatever it says.
fn unrehashed(forge: &Forge, change: impl FnOnce(&mut Vec<u8>)) -> Files {
    let mut bytes = forge.next[&path(forge)].clone();
    change(&mut bytes);
    let mut files = relisted(forge, |chunk| chunk.head = sha256(&bytes[..HEAD]));
    files.push((path(forge), Some(bytes)));
    files
}

/// Two entries of one bucket change places.
fn swapped(bytes: &mut [u8]) {
    let is_one = |at: usize| bytes[HEAD + at / 8] >> (at % 8) & 1 == 1;
    let at = (0..BITS * 8 - 1).find(|at| is_one(*at) && is_one(at + 1)).expect("256 in 256");
    let entry = (0..at).filter(|at| is_one(*at)).count();
    let low = HEAD + BITS + entry * 5;
    for i in low..low + 5 {
        bytes.swap(i, i + 5);
    }
}

/// 39 bytes and one entry of the directory: few windows fill one block.
pub(super) const HEAD: usize = 39 + 34;
/// 256 buckets and 256 entries.
pub(super) const BITS: usize = 64;
