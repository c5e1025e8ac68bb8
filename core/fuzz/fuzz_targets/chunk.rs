//! Whatever a publisher signs, a phone survives: hashes are made to fit, so that every rule behind
//! them is reached.
#![no_main]

use libfuzzer_sys::fuzz_target;
use vaora::list::{Head, ListedChunk, Stream, find};
use vaora::seal::{ChunkId, Finder, Seed, VenueKey, sha256};
use vaora::time::Day;

/// Fixed fields of a head.
const FIXED: usize = 39;

fuzz_target!(|data: &[u8]| {
    let mut chunk = data.to_vec();
    // The directory names the blocks that follow, as far as they are there.
    let Ok(Some(len)) = Head::len_of(&chunk) else { return };
    if chunk.len() < len {
        return;
    }
    let replaced = usize::from(chunk[38]) * 16;
    let buckets = u32::from_le_bytes([chunk[26], chunk[27], chunk[28], chunk[29]]);
    let mut place = len;
    for (number, at) in (FIXED + replaced..len).step_by(34).enumerate() {
        let count = usize::from(u16::from_le_bytes([chunk[at], chunk[at + 1]]));
        let here = (buckets as usize - number * 512).min(512);
        let end = place + (here + count).div_ceil(8) + count * 8;
        let Some(block) = chunk.get(place..end) else { break };
        let hash = sha256(block);
        chunk[at + 2..at + 34].copy_from_slice(&hash);
        place = end;
    }
    let mut id = [0; 16];
    id.copy_from_slice(&chunk[2..18]);
    let mut sequence = [0; 8];
    sequence.copy_from_slice(&chunk[18..26]);
    let listed = ListedChunk {
        id: ChunkId(id),
        sequence: u64::from_le_bytes(sequence),
        size: u32::try_from(chunk.len()).expect("small"),
        head: sha256(&chunk[..len]),
    };
    let mut stream = Stream::new(listed);
    let taken = chunk.chunks(61).try_for_each(|piece| stream.feed(piece));
    let head = match taken.and_then(|()| stream.end()) {
        Ok(head) => head,
        // What is not whole in itself must still not harm a look-up on disk.
        Err(_) => match Head::parse(&chunk[..len], &listed) {
            Ok(head) => head,
            Err(_) => return,
        },
    };
    let finders: Vec<Finder> = (0..64)
        .map(|n| VenueKey::derive(&Seed::from_bytes([n; 12]), Day::from_number(n.into())).finder())
        .collect();
    let mut source = chunk.as_slice();
    if let Ok(found) = find(&head, &mut source, &finders) {
        for mention in found.iter().flatten() {
            assert!(mention.windows.iter().all(|w| w.start + w.minutes <= 1440 && w.advice > 0));
        }
    }
});
