//! How much a phone takes at most, whoever carries the bytes: a platform's own downloader has no
//! limits of ours, so the engine counts what it is fed.

#![expect(clippy::unwrap_used, reason = "what helps a test may fail it")]

use vaora::diary::Diary;
use vaora::list::{ChunkRule, ListedChunk};
use vaora::seal::Purpose;
use vaora::sync::{Sync, SyncError, Want};
use vaora::trust::{Manifest, ManifestDraft, Refusal, Root};
use vaora_tests::diary::{HOUR, at};
use vaora_tests::line::World;
use vaora_tests::vectors::manifests::{chunk, draft};
use vaora_tests::vectors::world::{self, signed};

const KIB: usize = 1024;
const MIB: u32 = 1 << 20;

/// A phone without a list, and a sync that stands at the first step of this kind.
fn stands_at(world: &World, name: &str, kind: &str) -> (Diary, Sync, Want) {
    let (diary, _) = world.phone(name).unwrap();
    let mut sync = diary.plan(&world.deployment).unwrap();
    loop {
        let want = sync.want().unwrap();
        if want.path.starts_with(kind) {
            return (diary, sync, want);
        }
        match std::fs::read(world.office.public().join(&want.path)) {
            Ok(bytes) => {
                diary.feed(&mut sync, &bytes).unwrap();
                diary.complete(&mut sync).unwrap();
            }
            Err(_) => diary.absent(&mut sync).unwrap(),
        }
    }
}

#[test]
fn a_document_is_refused_at_the_first_byte_too_many() {
    let world = World::new().unwrap();
    for (kind, most) in [("manifest", 64 * KIB), ("root/", 256 * KIB)] {
        // In pieces, and all at once.
        for piece in [KIB, most, most + 1] {
            let (diary, mut sync, want) = stands_at(&world, &format!("{kind} {piece}"), kind);
            assert_eq!(want.most, most as u64, "{kind}");
            let bytes = vec![b'v'; most + 1];
            let mut fed = 0;
            let refused = bytes.chunks(piece).find_map(|piece| {
                let refused = diary.feed(&mut sync, piece).err();
                fed += if refused.is_none() { piece.len() } else { 0 };
                refused
            });
            assert_eq!(refused, Some(SyncError::TooLarge), "{kind} {piece}");
            assert_eq!(fed, most / piece * piece, "{kind} {piece}");
        }
    }
    // A catalogue has the length that the manifest names.
    let (diary, mut sync, want) = stands_at(&world, "catalogue", "catalogue/");
    let bytes = std::fs::read(world.office.public().join(&want.path)).unwrap();
    assert_eq!(want.most, bytes.len() as u64);
    diary.feed(&mut sync, &bytes).unwrap();
    assert_eq!(diary.feed(&mut sync, &[0]), Err(SyncError::TooLarge));
}

#[test]
fn a_chunk_is_refused_at_the_first_byte_too_many() {
    let world = World::new().unwrap();
    let (diary, mut sync, want) = stands_at(&world, "chunk", "chunk/");
    let bytes = std::fs::read(world.office.public().join(&want.path)).unwrap();
    assert_eq!(want.most, bytes.len() as u64);
    diary.feed(&mut sync, &bytes).unwrap();
    let more = diary.feed(&mut sync, &[0]);
    assert_eq!(more, Err(SyncError::Chunk(ChunkRule::Size)));
    // Nothing of it counts.
    assert_eq!(diary.freshness(&at(HOUR)).unwrap()[0].created, None);
}

/// No chunk is longer than 16 MiB, and no list than 96 MiB: a manifest that says more is refused
/// before anything of it is fetched. So what comes is never more than what was named, and what was
/// named is never more than that.
#[test]
fn a_list_is_96_mib_at_most() {
    let root = Root::embedded(&world::root()).unwrap();
    let open = |sizes: &[u32]| {
        let listed = |(number, size): (u8, &u32)| ListedChunk { size: *size, ..chunk(number) };
        let chunks: Vec<ListedChunk> = (1..).zip(sizes).map(listed).collect();
        // The desk's own encoder refuses to write such sizes: they are put in behind it.
        let small = ManifestDraft {
            sequence: 100,
            chunks: chunks.iter().map(|c| ListedChunk { size: 1, ..*c }).collect(),
            ..draft()
        };
        let mut text = String::from_utf8(small.encode().unwrap()).unwrap();
        for chunk in &chunks {
            text = text.replacen("\"size\":1,", &format!("\"size\":{},", chunk.size), 1);
        }
        let document = signed(Purpose::Manifest, text.as_bytes(), &["list a"]);
        Manifest::open(&document, &root, None).map(|manifest| manifest.chunks.len())
    };
    let most = 16 * MIB;
    assert_eq!(open(&[most; 6]), Ok(6));
    assert_eq!(open(&[most - 1; 6]), Ok(6));
    let too_large = Err(Refusal::ManifestSize);
    assert_eq!(open(&[most + 1]), too_large);
    assert_eq!(open(&[0]), too_large);
    assert_eq!(open(&[u32::MAX]), too_large);
    assert_eq!(open(&[most, most, most, most, most, most, 1]), too_large);
    assert_eq!(open(&[most, most, most, most, most, most - 1, 1]), Ok(7));
    assert_eq!(open(&[most, most, most, most, most, most - 1, 2]), too_large);
}
