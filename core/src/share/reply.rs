//! What the authority answers: 128 bytes that only the sender of the box can read.

use super::rule::ShareRule;
use crate::seal::{Nonces, Random, Secret};
use crate::wire::{Reader, Writer};

/// Names a share that the authority took: 16 random bytes, to be quoted on the phone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReceiptId(pub [u8; 16]);

/// What the authority says to a box.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Answer {
    /// It was a cover.
    Cover,
    /// The visits were taken.
    Taken(ReceiptId),
    /// No such one-time code is in force.
    CodeWrong,
    /// The code was used for another share.
    CodeUsed,
    /// A visit says of a registered venue what cannot be; nothing was taken, and the code is as
    /// good as before.
    Refused,
}

/// The key of one answer, from the box that it answers.
pub struct ReplyKey(Secret);

impl ReplyKey {
    pub(super) fn new(secret: Secret) -> Self {
        Self(secret)
    }

    /// Seals an answer.
    #[must_use]
    pub fn seal(&self, answer: Answer, random: &mut dyn Random) -> Vec<u8> {
        let (kind, receipt) = match answer {
            Answer::Cover => (0, [0; 16]),
            Answer::Taken(receipt) => (1, receipt.0),
            Answer::CodeWrong => (2, [0; 16]),
            Answer::CodeUsed => (3, [0; 16]),
            Answer::Refused => (4, [0; 16]),
        };
        let mut w = Writer::new(PLAIN_LEN);
        w.u8(VERSION).u8(kind).put(&receipt).put(&[0; PLAIN_LEN - 18]);
        let mut sealed = Vec::with_capacity(REPLY_LEN);
        self.0.seal(&mut Nonces::random(random), PLACE, w.as_slice(), &mut sealed);
        sealed
    }

    /// Opens an answer.
    ///
    /// # Errors
    /// The rule that it breaks.
    pub fn open(&self, sealed: &[u8]) -> Result<Answer, ShareRule> {
        if sealed.len() != REPLY_LEN {
            return Err(ShareRule::ReplySize);
        }
        let plain = self.0.unseal(PLACE, sealed).ok_or(ShareRule::ReplySeal)?;
        Self::decode(&plain).map_err(|_| ShareRule::ReplyForm)
    }

    fn decode(plain: &[u8]) -> Result<Answer, ShareRule> {
        let mut r = Reader::new(plain);
        let (version, kind) = (r.u8()?, r.u8()?);
        let receipt: [u8; 16] = r.array()?;
        let empty = receipt == [0; 16];
        if version != VERSION || r.take(PLAIN_LEN - 18)?.iter().any(|byte| *byte != 0) {
            return Err(ShareRule::ReplyForm);
        }
        r.end()?;
        match (kind, empty) {
            (0, true) => Ok(Answer::Cover),
            (1, _) => Ok(Answer::Taken(ReceiptId(receipt))),
            (2, true) => Ok(Answer::CodeWrong),
            (3, true) => Ok(Answer::CodeUsed),
            (4, true) => Ok(Answer::Refused),
            _ => Err(ShareRule::ReplyForm),
        }
    }
}

impl std::fmt::Debug for ReplyKey {
    /// Nothing of the key.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ReplyKey")
    }
}

/// Every answer.
pub const REPLY_LEN: usize = 128;
/// Without nonce and tag.
const PLAIN_LEN: usize = REPLY_LEN - crate::seal::SEAL_OVERHEAD;
const PLACE: &[u8] = b"vaora/1/share/reply";
const VERSION: u8 = 1;
