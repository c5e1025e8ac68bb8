//! Any bytes are a signed document or are refused, for every purpose; the documents inside are
//! parsed too, as if they had been signed.
#![no_main]

use libfuzzer_sys::fuzz_target;
use vaora::seal::Purpose;
use vaora::trust::{Anchors, Envelope, Root};

fuzz_target!(|bytes: &[u8]| {
    for purpose in [Purpose::Root, Purpose::Revocation, Purpose::Prefixes, Purpose::Areas] {
        let _ = Envelope::parse(bytes, purpose);
    }
    if let Ok(root) = Root::embedded(bytes) {
        let mut anchors = Anchors::of(root);
        let _ = anchors.accept_root(bytes);
        let _ = anchors.accept_revocation(bytes);
        let _ = anchors.accept_prefixes(bytes);
    }
});
