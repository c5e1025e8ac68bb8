//! Any bytes are a box, a request, an answer or a state of shares, or are refused; what is accepted
//! is written back the same. Bytes are sealed to our own key as well, so that everything behind the
//! seal is reached.
#![no_main]

use libfuzzer_sys::fuzz_target;
use vaora::diary;
use vaora::seal::{Random, Secret, UploadSecret};
use vaora::share::{Answer, BOX_LEN, Request, open, seal};

struct Zeros;

impl Random for Zeros {
    fn fill(&mut self, bytes: &mut [u8]) {
        bytes.fill(7);
    }
}

const DEPLOYMENT: [u8; 16] = *b"vaora fuzz world";
/// Of a request.
const PLAIN: usize = BOX_LEN - 6 - 32 - 16;

fuzz_target!(|bytes: &[u8]| {
    let private = UploadSecret::from_secret(Secret::from_slice(&[5; 32]).expect("32 bytes"));
    // As a box, with zeros to its size.
    let mut sealed = bytes.to_vec();
    sealed.resize(BOX_LEN, 0);
    assert!(open(bytes, &DEPLOYMENT, &private).is_err());
    assert!(open(&sealed, &DEPLOYMENT, &private).is_err());
    // As a request.
    let mut plain = bytes.to_vec();
    plain.resize(PLAIN, 0);
    if let Ok(request) = Request::decode(&plain) {
        assert_eq!(request.encode().as_deref(), Some(&plain));
        let public = private.derive_public();
        let (sealed, reply) = seal(&request, &DEPLOYMENT, &public, &mut Zeros).expect("it fits");
        let (again, theirs) = open(&sealed, &DEPLOYMENT, &private).expect("it is ours");
        assert_eq!(*again, plain);
        let answer = theirs.seal(Answer::CodeUsed, &mut Zeros);
        assert_eq!(reply.open(&answer), Ok(Answer::CodeUsed));
        assert!(reply.open(bytes).is_err());
    }
    assert_ne!(diary::probe::own(bytes), Some(false));
});
