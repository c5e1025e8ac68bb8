//! The least that any design with our promises has to do: read and hash the bytes that an answer
//! depends on, derive a tag for each visit and chunk, touch memory once for each, verify once.

use std::fs::File;
use std::hint::black_box;
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use ed25519_dalek::{Signature, VerifyingKey};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use vaora::list::Head;

use super::world::Visit;
use super::{ours, signed};

/// Which bytes those are is worked out beforehand and costs nothing.
pub struct Limit {
    manifest: PathBuf,
    key: VerifyingKey,
    /// Over all bytes of the manifest.
    signature: Signature,
    keys: Vec<[u8; 32]>,
    chunks: Vec<Chunk>,
}

struct Chunk {
    file: File,
    id: [u8; 16],
    /// The head, then every block that is probed, each once.
    ranges: Vec<Range<u32>>,
}

impl Limit {
    pub fn open(visits: &[Visit], folder: &Path) -> Self {
        let manifest = ours::manifest(folder);
        let signature = signed::sign(&std::fs::read(&manifest).expect("it was published"));
        let venues: Vec<_> =
            visits.iter().map(|visit| ours::key_of(visit.venue, visit.day.number())).collect();
        let listed = ours::read_manifest(folder, &ours::built_in()).expect("a good manifest");
        let chunks = (0..).zip(&listed.chunks).map(|(number, listed)| {
            let path = ours::chunk(folder, number);
            let bytes = std::fs::read(&path).expect("the chunk is there");
            let length = Head::len_of(&bytes).ok().flatten().expect("a chunk");
            let head = Head::parse(&bytes[..length], listed).expect("the listed chunk");
            let bucket = |key: &vaora::seal::VenueKey| {
                key.finder().derive_tag(&listed.id, 0).bucket(head.entries())
            };
            let mut blocks: Vec<_> = venues.iter().map(|key| bucket(key) / 512).collect();
            blocks.sort_unstable();
            blocks.dedup();
            let blocks = blocks.into_iter().filter_map(|block| head.range(block as usize));
            let ranges = std::iter::once(0..length as u32).chain(blocks).collect();
            Chunk { file: File::open(path).expect("it was read"), id: listed.id.0, ranges }
        });
        let chunks = chunks.collect();
        let keys = venues.iter().map(|key| *key.expose()).collect();
        Self { manifest, key: signed::built_in(), signature, keys, chunks }
    }

    /// What is hashed.
    #[cfg(test)]
    pub fn ranges(&self) -> impl Iterator<Item = &Range<u32>> {
        self.chunks.iter().flat_map(|chunk| &chunk.ranges)
    }

    /// Reads and hashes all bytes of the chunks once, in pieces.
    pub fn hash_all(&self) {
        let mut piece = vec![0; 64 << 10];
        for Chunk { file, .. } in &self.chunks {
            let (mut hash, mut at) = (Sha256::new(), 0);
            loop {
                let length = file.read_at(&mut piece, at).expect("the chunk is there");
                if length == 0 {
                    break;
                }
                hash.update(&piece[..length]);
                at += length as u64;
            }
            black_box(hash.finalize());
        }
    }

    pub fn run(&self) {
        let mut bytes = std::fs::read(&self.manifest).expect("it was published");
        self.key.verify_strict(&bytes, &self.signature).expect("a good signature");
        for Chunk { file, id, ranges } in &self.chunks {
            for range in ranges {
                bytes.resize(range.len(), 0);
                file.read_exact_at(&mut bytes, range.start.into()).expect("the chunk is there");
                black_box(Sha256::digest(&bytes));
            }
            for key in &self.keys {
                let mut tag = Hmac::<Sha256>::new_from_slice(key).expect("any length is good");
                tag.update(b"vaora/1/hit");
                tag.update(id);
                tag.update(&[0]);
                let tag = tag.finalize().into_bytes();
                let at = usize::from(u16::from_le_bytes([tag[0], tag[1]])) % bytes.len();
                black_box(bytes[at]);
            }
        }
    }
}
