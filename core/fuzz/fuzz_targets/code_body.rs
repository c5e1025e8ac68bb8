//! A signed code of any bytes: what is accepted can be issued again, byte for byte, apart from
//! optional fields that this version passes over.
#![no_main]

use libfuzzer_sys::fuzz_target;
use vaora::code::{Kind, Scanned, inspect};
use vaora::text::b28;
use vaora::time::Instant;
use vaora::trust::Anchors;

fuzz_target!(|body: &[u8]| {
    // The mark, the version and a signature are put around it, so that the fuzzer reaches the
    // fields.
    let Some((kind, rest)) = body.split_first() else { return };
    let bytes = [&[0x56, 0x10 | (kind & 0x0F)], rest, &[0; 64]].concat();
    let scan = inspect(
        Scanned::Text(&b28::encode(&bytes)),
        &Anchors::none(),
        Instant::from_unix(1_800_000_000),
    );
    if let (Kind::Vaora, Some(venue), Some(seed)) = (scan.kind, &scan.venue, scan.seed()) {
        let issuer = vaora::seal::KeyId([bytes[2], bytes[3], bytes[4], bytes[5]]);
        let again = venue.encode(issuer, seed).expect("what is accepted can be issued");
        let (fields, parent) = again.split_at(32 + venue.name.as_str().len() + zone(venue));
        assert!(bytes.starts_with(fields));
        assert!(parent.is_empty() || bytes.windows(parent.len()).any(|w| w == parent));
    }
});

fn zone(venue: &vaora::code::Venue) -> usize {
    venue.zone.as_ref().map_or(0, |zone| zone.as_str().len())
}
