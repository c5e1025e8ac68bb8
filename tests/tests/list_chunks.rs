//! The published list: what is put in is found by who has the key, and by nobody else.

use proptest::prelude::*;
use vaora::list::{
    Blocks, ChunkRule, Draft, Head, ListedChunk, Mention, Notice, Stream, Window, find, strangers,
};
use vaora::seal::{ChunkId, Finder, Random, VenueKey, sha256};
use vaora::time::Day;
use vaora_tests::diary::{Dice, seed_of};

const SLOTS: [u16; 4] = [1, 2, 3, 7];

fn key(venue: u64, day: u32) -> VenueKey {
    VenueKey::derive(&seed_of(&venue.to_string()), Day::from_number(day))
}

fn window(start: u16, minutes: u16, advice: u16) -> Window {
    Window { start, minutes, advice }
}

/// A chunk with these venues' days, for sequence 5.
fn chunk(notices: &[(VenueKey, Vec<Window>)], seed: u64) -> (Vec<u8>, ListedChunk) {
    let notices =
        notices.iter().map(|(key, windows)| Notice { key, windows: windows.clone() }).collect();
    let draft = Draft { sequence: 5, slots: SLOTS, replaces: Vec::new(), notices };
    draft.encode(&mut Dice::new(seed)).expect("a good draft")
}

fn head(bytes: &[u8], listed: &ListedChunk) -> Head {
    let len = Head::len_of(bytes).expect("a chunk").expect("whole");
    Head::parse(&bytes[..len], listed).expect("the listed one")
}

fn look_up(bytes: &[u8], listed: &ListedChunk, keys: &[&VenueKey]) -> Vec<Option<Mention>> {
    let finders: Vec<Finder> = keys.iter().map(|key| key.finder()).collect();
    let mut source = bytes;
    find(&head(bytes, listed), &mut source, &finders).expect("good blocks")
}

#[test]
fn only_who_was_there_finds_the_windows() {
    let published = vec![
        (key(1, 20_000), vec![window(0, 1440, 1)]),
        (key(2, 20_000), vec![window(600, 30, 2), window(700, 1, 7), window(1439, 1, 3)]),
        (key(3, 20_001), Vec::new()),
        (key(4, 20_002), (0..64).map(|i| window(i * 20, 10, 1)).collect()),
    ];
    let (bytes, listed) = chunk(&published, 1);
    let keys: Vec<&VenueKey> = published.iter().map(|(key, _)| key).collect();
    let found = look_up(&bytes, &listed, &keys);
    for ((_, windows), found) in published.iter().zip(found) {
        assert_eq!(found, Some(Mention { sequence: 5, windows: windows.clone() }));
    }
    // The same venues on other days, and venues that nobody named.
    let others = [key(1, 20_001), key(2, 19_999), key(3, 20_000), key(9, 20_000)];
    assert!(look_up(&bytes, &listed, &others.each_ref()).iter().all(Option::is_none));
}

/// 2⁻⁴⁰ false hits a look-up cannot be counted; that all 40 bits are compared can: an entry with
/// the right bucket and a low part that differs in any one bit is another's.
#[test]
fn every_bit_of_the_low_part_counts() {
    let published = [(key(1, 20_000), vec![window(600, 30, 2)])];
    let (bytes, mut listed) = chunk(&published, 3);
    let start = head(&bytes, &listed).range(0).expect("a block").start as usize;
    let lows = start + 64;
    let mut hidden = 0;
    for at in lows..lows + 256 * 5 {
        for bit in 0..8 {
            let mut other = bytes.clone();
            other[at] ^= 1 << bit;
            let hash = sha256(&other[start..]);
            let directory = start - 34;
            other[directory + 2..start].copy_from_slice(&hash);
            listed.head = sha256(&other[..start]);
            hidden += usize::from(look_up(&other, &listed, &[&published[0].0])[0].is_none());
        }
    }
    assert_eq!(hidden, 40);
}

/// The rules of a block's bits and order, bit by bit, beside the reader's 64 bits at a time.
#[test]
fn a_block_has_one_order() {
    let published: Vec<_> = (0..256).map(|v| (key(v, 20_000), vec![window(600, 30, 2)])).collect();
    let (bytes, mut listed) = chunk(&published, 4);
    let start = head(&bytes, &listed).range(0).expect("a block").start as usize;
    let lows = start + 64;
    let expected = |bytes: &[u8]| {
        let bits: Vec<bool> =
            (0..512).map(|at| bytes[start + at / 8] >> (at % 8) & 1 == 1).collect();
        if bits.iter().filter(|bit| **bit).count() != 256 || bits[511] {
            return Err(ChunkRule::BlockBits);
        }
        let low = |entry: usize| {
            let [a, b, c, d, e] = bytes[lows + entry * 5..][..5] else { unreachable!() };
            u64::from_le_bytes([a, b, c, d, e, 0, 0, 0])
        };
        let mut before = 0;
        for at in 0..512 {
            if bits[at] && at > 0 && bits[at - 1] && low(before - 1) >= low(before) {
                return Err(ChunkRule::BlockOrder);
            }
            before += usize::from(bits[at]);
        }
        Ok(())
    };
    let mut seen = [0; 3];
    let mut dice = Dice::new(5);
    for round in 0..4_000 {
        let mut other = bytes.clone();
        // Flips a bit, swaps two of them, or moves a low part.
        let (a, b) = (dice.below(512) as usize, dice.below(512) as usize);
        match round % 3 {
            0 => other[start + a / 8] ^= 1 << (a % 8),
            1 => {
                let bit = |at: usize| bytes[start + at / 8] >> (at % 8) & 1;
                for at in [a, b].into_iter().filter(|_| bit(a) != bit(b)) {
                    other[start + at / 8] ^= 1 << (at % 8);
                }
            }
            _ => other.copy_within(lows + a / 2 * 5..lows + a / 2 * 5 + 5, lows + b / 2 * 5),
        }
        let hash = sha256(&other[start..]);
        other[start - 32..start].copy_from_slice(&hash);
        listed.head = sha256(&other[..start]);
        let judged = Stream::new(listed).feed(&other);
        assert_eq!(judged, expected(&other), "round {round}, {a}, {b}");
        seen[match judged {
            Ok(()) => 0,
            Err(ChunkRule::BlockBits) => 1,
            _ => 2,
        }] += 1;
    }
    assert!(seen.iter().all(|count| *count > 100), "{seen:?}");
}

#[test]
fn sizes_on_the_wire() {
    println!("windows   entries   bytes a window   bytes an entry");
    for (windows, chunks) in [(1_000, 1), (100_000, 1), (1_000_000, 1), (10_000_000_u32, 6)] {
        let (mut bytes, mut entries) = (0, 0);
        for part in 0..chunks {
            let share = windows / chunks + u32::from(part < windows % chunks);
            let notices = (0..share.div_ceil(50)).map(|v| {
                let count = (share - v * 50).min(50);
                let of_day = (0..count as u16).map(|i| window(i * 20, 15, 1)).collect();
                (key(u64::from(v) << 8 | u64::from(part), 20_000), of_day)
            });
            let (chunk, listed) = chunk(&notices.collect::<Vec<_>>(), part.into());
            assert!(chunk.len() <= 16 << 20);
            bytes += chunk.len();
            entries += head(&chunk, &listed).entries();
        }
        let a = |n: u32| bytes as f64 / f64::from(n);
        println!("{windows:9} {entries:9} {:16.3} {:16.3}", a(windows), a(entries));
        assert!(a(entries) <= 8.5, "{}", a(entries));
        assert!(f64::from(entries) <= f64::from(windows) * 1.125);
    }
}

#[test]
fn the_ladder_has_small_steps() {
    let mut before = 256;
    for entries in 0..2_000_000 {
        let Some(rung) = vaora::list::rung(entries) else {
            assert!(entries > 15 << 17);
            break;
        };
        assert!(rung >= entries && rung >= before);
        assert!(rung == before || rung * 8 <= before * 9, "{before} to {rung}");
        before = rung;
    }
}

/// Fails on reading, or gives what it is asked for, and counts.
struct Counted<'a>(&'a [u8], usize);

impl Blocks for Counted<'_> {
    fn read(&mut self, range: std::ops::Range<u32>) -> Option<&[u8]> {
        self.1 += 1;
        self.0.get(range.start as usize..range.end as usize)
    }
}

#[test]
fn one_block_proves_absence() {
    let notices: Vec<_> = (0..5_000).map(|v| (key(v, 20_000), vec![window(1, 1, 1)])).collect();
    let (bytes, listed) = chunk(&notices, 5);
    let mut counted = Counted(&bytes, 0);
    let absent = [key(70_000, 20_000).finder()];
    assert_eq!(find(&head(&bytes, &listed), &mut counted, &absent), Ok(vec![None]));
    assert_eq!(counted.1, 1);
}

#[test]
fn no_unverified_byte_changes_a_result() {
    let published = [(key(1, 20_000), vec![window(600, 30, 2)])];
    let (bytes, listed) = chunk(&published, 7);
    let start = head(&bytes, &listed).range(0).expect("a block").start as usize;
    for at in 0..bytes.len() {
        let mut other = bytes.clone();
        other[at] ^= 0x10;
        if at < start {
            let parsed = Head::len_of(&other).ok().flatten();
            let parsed = parsed.and_then(|len| other.get(..len));
            assert!(parsed.is_none_or(|b| Head::parse(b, &listed).is_err()), "byte {at}");
        } else {
            let mut source = other.as_slice();
            let finder = [published[0].0.finder()];
            let refused = find(&head(&bytes, &listed), &mut source, &finder);
            assert_eq!(refused, Err(ChunkRule::BlockHash), "byte {at}");
        }
        let mut stream = Stream::new(listed);
        assert!(stream.feed(&other).is_err(), "byte {at}");
    }
}

#[test]
fn the_register_finds_what_nobody_meant() {
    let published = vec![(key(1, 20_000), vec![window(600, 30, 2)]), (key(2, 20_000), Vec::new())];
    let (bytes, listed) = chunk(&published, 9);
    let others: Vec<VenueKey> = (10..2_000).map(|v| key(v, 20_000)).collect();
    let mut register: Vec<(&VenueKey, Option<&[Window]>)> =
        published.iter().map(|(key, windows)| (key, Some(windows.as_slice()))).collect();
    register.extend(others.iter().map(|key| (key, None)));
    let strange = |register: &[(&VenueKey, Option<&[Window]>)]| {
        let register: Vec<_> = register.iter().map(|(k, w)| (k.duplicate(), *w)).collect();
        strangers(&bytes, &listed, register).len()
    };
    assert_eq!(strange(&register), 0);
    // A venue that is in the chunk and should not be, one that is not and should be, and one
    // that says something else.
    let windows = [window(600, 31, 2)];
    register[0].1 = None;
    register[1].1 = Some(&windows);
    register[2].1 = Some(&[]);
    assert_eq!(strange(&register), 3);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn however_it_is_cut_a_stream_takes_the_same_chunk(
        venues in 0_u64..700, seed: u64, cuts in prop::collection::vec(1_usize..3_000, 1..40),
    ) {
        let notices: Vec<_> = (0..venues).map(|v| (key(v, 1), vec![window(3, 4, 2)])).collect();
        let (bytes, listed) = chunk(&notices, seed);
        let mut stream = Stream::new(listed);
        let (mut rest, mut cuts) = (bytes.as_slice(), cuts.into_iter().cycle());
        while !rest.is_empty() {
            let at = cuts.next().unwrap_or(1).min(rest.len());
            prop_assert_eq!(stream.feed(&rest[..at]), Ok(()));
            rest = &rest[at..];
        }
        prop_assert!(stream.end().is_ok());
        // Cut short, it is not whole; with a byte more, it is too long.
        let mut stream = Stream::new(listed);
        prop_assert_eq!(stream.feed(&bytes[..bytes.len() - 1]), Ok(()));
        prop_assert_eq!(stream.end().err(), Some(ChunkRule::Cut));
        let mut stream = Stream::new(listed);
        prop_assert_eq!(stream.feed(&[&bytes[..], &[0]].concat()), Err(ChunkRule::Size));
    }

    #[test]
    fn what_is_published_is_found(
        days in prop::collection::btree_map(
            (0_u64..500, 0_u32..21),
            prop::collection::vec((0_u16..1440, 1_u16..200, 0_usize..4), 0..6), 0..300),
        seed: u64,
    ) {
        let notices: Vec<(VenueKey, Vec<Window>)> = days.iter().map(|((venue, day), windows)| {
            let windows = windows.iter().map(|(start, minutes, slot)|
                window(*start, (*minutes).min(1440 - start), SLOTS[*slot])).collect();
            (key(*venue, *day), windows)
        }).collect();
        let (bytes, listed) = chunk(&notices, seed);
        for ((key, windows), found) in notices.iter().zip(
            look_up(&bytes, &listed, &notices.iter().map(|(key, _)| key).collect::<Vec<_>>())
        ) {
            prop_assert_eq!(found.map(|m| m.windows), Some(windows.clone()), "{:?}", key.expose());
        }
    }
}

/// **P1**: without the codes, a chunk full of windows cannot be told from one full of padding,
/// in any field: bits of the buckets, bytes of the low parts, bytes of the details.
#[test]
fn a_full_chunk_looks_like_an_empty_one() {
    // The most regular windows there are, and as many as the chunk holds.
    let full: Vec<_> = (0..1 << 15).map(|v| (key(v, 20_000), vec![window(480, 60, 1)])).collect();
    let (real, real_listed) = chunk(&full, 11);
    let mut dice = Dice::new(12);
    let (empty, empty_listed) = {
        // As many entries of keys that nobody has, saying anything.
        let strangers = (0..1 << 15).map(|_| {
            let mut bytes = [0; 12];
            dice.fill(&mut bytes);
            let key = VenueKey::derive(&vaora::seal::Seed::from_bytes(bytes), Day::from_number(3));
            let start = u16::from(bytes[0]) * 5;
            (
                key,
                vec![window(
                    start,
                    u16::from(bytes[1]) % 100 + 1,
                    SLOTS[usize::from(bytes[2] % 4)],
                )],
            )
        });
        chunk(&strangers.collect::<Vec<_>>(), 13)
    };
    for (bytes, listed) in [(&real, &real_listed), (&empty, &empty_listed)] {
        let Fields { buckets, lows, details } = fields(bytes, listed);
        // How many entries a bucket has: Poisson with mean 1, cut at 5.
        let n = buckets.len() as f64;
        let expected = [0.367_879, 0.367_879, 0.183_940, 0.061_313, 0.015_328, 0.003_660];
        let mut seen = [0_f64; 6];
        buckets.iter().for_each(|count| seen[(*count).min(5)] += 1.0);
        let chi: f64 = seen.iter().zip(expected).map(|(s, e)| (s - e * n).powi(2) / (e * n)).sum();
        assert!(chi < 30.0, "buckets: {chi}");
        for (name, column) in
            lows.iter().map(|c| ("low", c)).chain(details.iter().map(|c| ("detail", c)))
        {
            let chi = chi_of_bytes(column);
            // 255 degrees of freedom: mean 255, deviation 22.6; five of them.
            assert!((142.0..368.0).contains(&chi), "{name}: {chi}");
        }
        // Neighbours share nothing: their exclusive or is as uniform.
        for column in lows.iter().take(4).chain(&details) {
            let pairs: Vec<u8> = column.windows(2).map(|p| p[0] ^ p[1]).collect();
            let chi = chi_of_bytes(&pairs);
            assert!((142.0..368.0).contains(&chi), "neighbours: {chi}");
        }
    }
    let (a, b) = (head(&real, &real_listed), head(&empty, &empty_listed));
    assert_eq!(a.entries(), b.entries());
}

/// **P2**: entries of one venue on two days, or in two chunks, share nothing.
#[test]
fn entries_of_one_venue_share_nothing() {
    let (mut days, mut chunks) = ([0_u32; 128], [0_u32; 128]);
    let rounds = 4_000;
    for venue in 0..rounds {
        let tag = |day, chunk: u8, i| {
            let tag = key(venue, day).finder().derive_tag(&ChunkId([chunk; 16]), i);
            let place = u128::from(tag.bucket(1 << 20)) << 64 | u128::from(tag.low()) << 24;
            let [a, b, c] = tag.mask();
            place | u128::from(a) << 16 | u128::from(b) << 8 | u128::from(c)
        };
        let other_day = tag(20_000, 1, 0) ^ tag(20_001, 1, 0);
        let other_chunk = tag(20_000, 1, 0) ^ tag(20_000, 2, 0);
        for bit in 0..128 {
            days[bit] += u32::from(other_day >> bit & 1 == 1);
            chunks[bit] += u32::from(other_chunk >> bit & 1 == 1);
        }
    }
    // Every bit that is in use differs in half of the cases; five deviations.
    let used = (0..64).chain(64..84);
    for bit in used {
        for counts in [&days, &chunks] {
            assert!(counts[bit].abs_diff(2_000) < 160, "bit {bit}: {}", counts[bit]);
        }
    }
}

struct Fields {
    buckets: Vec<usize>,
    lows: [Vec<u8>; 5],
    details: [Vec<u8>; 3],
}

/// What everybody can read of a chunk.
fn fields(bytes: &[u8], listed: &ListedChunk) -> Fields {
    let head = head(bytes, listed);
    let mut fields =
        Fields { buckets: Vec::new(), lows: Default::default(), details: Default::default() };
    for block in 0..head.blocks() {
        let range = head.range(block).expect("a block");
        let bytes = &bytes[range.start as usize..range.end as usize];
        let buckets = (head.entries() as usize - block * 512).min(512);
        let entries = (bytes.len() * 8 - buckets) / 65;
        let entries = (entries.saturating_sub(1)..entries + 2)
            .find(|e| (buckets + e).div_ceil(8) + e * 8 == bytes.len())
            .expect("a size");
        let (bits, rest) = bytes.split_at((buckets + entries).div_ceil(8));
        let mut run = 0;
        for at in 0..buckets + entries {
            if bits[at / 8] >> (at % 8) & 1 == 1 {
                run += 1;
            } else {
                fields.buckets.push(run);
                run = 0;
            }
        }
        let (lows, details) = rest.split_at(entries * 5);
        lows.chunks(5)
            .for_each(|low| low.iter().enumerate().for_each(|(i, b)| fields.lows[i].push(*b)));
        details
            .chunks(3)
            .for_each(|d| d.iter().enumerate().for_each(|(i, b)| fields.details[i].push(*b)));
    }
    fields
}

fn chi_of_bytes(bytes: &[u8]) -> f64 {
    let mut seen = [0_f64; 256];
    bytes.iter().for_each(|byte| seen[usize::from(*byte)] += 1.0);
    let expected = bytes.len() as f64 / 256.0;
    seen.iter().map(|s| (s - expected).powi(2) / expected).sum()
}
