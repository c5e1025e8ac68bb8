//! The vectors of chunks, as a second implementation would play them.

use serde_json::Value;
use vaora::list::{ChunkRule, Head, ListedChunk, Stream, find};
use vaora::seal::{ChunkId, Finder, Secret, VenueKey};
use vaora::text::hex;
use vaora_tests::vectors;

fn cases() -> Vec<Value> {
    let text = std::fs::read(vectors::folder().join("chunks.json")).expect("the file");
    serde_json::from_slice(&text).expect("JSON")
}

fn bytes(value: &Value) -> Vec<u8> {
    let text = value.as_str().expect("hex");
    let pair = |at: usize| hex::decode(&text[at..at + 2]).map(|[byte]| byte).expect("hex");
    (0..text.len()).step_by(2).map(pair).collect()
}

fn array<const N: usize>(value: &Value) -> [u8; N] {
    bytes(value).try_into().expect("its length")
}

fn listed(case: &Value) -> ListedChunk {
    let listed = &case["listed"];
    ListedChunk {
        id: ChunkId(array(&listed["id"])),
        sequence: listed["sequence"].as_u64().expect("a number"),
        size: listed["size"].as_u64().and_then(|n| u32::try_from(n).ok()).expect("a size"),
        head: array(&listed["head"]),
    }
}

#[test]
fn chunks_are_as_the_vectors_say() {
    for case in cases() {
        let (chunk, listed) = (bytes(&case["chunk"]), listed(&case));
        let mut stream = Stream::new(listed);
        let taken = stream.feed(&chunk).and_then(|()| stream.end());
        let rule = taken.as_ref().err().map(|rule| rule.id());
        assert_eq!(rule, case["rule"].as_str(), "{}", case["name"]);
        let Ok(head) = taken else { continue };
        let wanted = case["find"].as_array().expect("look-ups");
        let finders: Vec<Finder> = wanted
            .iter()
            .map(|one| {
                let key = Secret::from_slice(&bytes(&one["key"])).expect("32 bytes");
                VenueKey::from_secret(key).finder()
            })
            .collect();
        let mut source = chunk.as_slice();
        let found = find(&head, &mut source, &finders).expect("good blocks");
        for (one, found) in wanted.iter().zip(found) {
            let found = found.map(|mention| -> Vec<[u16; 3]> {
                mention.windows.iter().map(|w| [w.start, w.minutes, w.advice]).collect()
            });
            assert_eq!(serde_json::json!(found), one["windows"], "{}", one["key"]);
        }
    }
}

#[test]
fn every_rule_of_chunks_has_a_vector() {
    let cases = cases();
    for rule in ChunkRule::ALL {
        assert!(cases.iter().any(|case| case["rule"] == rule.id()), "{}", rule.id());
    }
}

/// Whatever is cut off or longer is not the listed chunk.
#[test]
fn a_head_says_how_long_it_is_before_it_is_there() {
    let case = &cases()[0];
    let chunk = bytes(&case["chunk"]);
    let len = Head::len_of(&chunk).expect("a chunk").expect("whole");
    for cut in 0..39 {
        assert_eq!(Head::len_of(&chunk[..cut]), Ok(None), "{cut}");
    }
    assert!(Head::parse(&chunk[..len], &listed(case)).is_ok());
    assert_eq!(Head::parse(&chunk[..len - 1], &listed(case)).err(), Some(ChunkRule::Head));
}
