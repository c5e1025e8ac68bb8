//! What is inside a box: visits with a one-time code, or nothing. Always of one size.

use zeroize::Zeroizing;

use super::code::ShareCode;
use super::rule::ShareRule;
use super::sealed::PLAIN_LEN;
use super::visit::SharedVisit;
use crate::wire::{Reader, Writer};

/// Names one act of sharing: random, and the same however often it has to be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UploadId(pub [u8; 16]);

/// What is inside a box.
pub enum Request {
    /// Nothing: it was sent to look like a share.
    Cover,
    /// Visits that a person chose to share.
    Visits {
        /// The one-time code that the authority gave.
        code: ShareCode,
        /// The same for every attempt of one act.
        upload: UploadId,
        /// In the order in which they began, at least one.
        visits: Vec<SharedVisit>,
    },
}

impl Request {
    /// As it is sealed: padded to one size. `None` if it does not fit.
    #[must_use]
    pub fn encode(&self) -> Option<Zeroizing<Vec<u8>>> {
        let mut w = Writer::new(PLAIN_LEN);
        w.u8(VERSION);
        match self {
            Self::Cover => {
                w.u8(COVER);
            }
            Self::Visits { code, upload, visits } => {
                w.u8(VISITS).put(code.as_bytes()).put(&upload.0);
                w.u16(u16::try_from(visits.len()).ok()?);
                for visit in visits {
                    w.put(visit.encode().as_slice());
                    if w.as_slice().len() > PLAIN_LEN {
                        return None;
                    }
                }
            }
        }
        let mut plain = Zeroizing::new(vec![0; PLAIN_LEN]);
        plain.get_mut(..w.as_slice().len())?.copy_from_slice(w.as_slice());
        Some(plain)
    }

    /// Reads what was in a box.
    ///
    /// # Errors
    /// The rule that it breaks.
    pub fn decode(plain: &[u8]) -> Result<Self, ShareRule> {
        if plain.len() != PLAIN_LEN {
            return Err(ShareRule::BoxSize);
        }
        let mut r = Reader::new(plain);
        if r.u8()? != VERSION {
            return Err(ShareRule::Version);
        }
        let kind = r.u8()?;
        let (code, upload) = (ShareCode::from_bytes(r.array()?), UploadId(r.array()?));
        let count = r.u16()?;
        match kind {
            COVER => {
                let empty = plain.iter().skip(HEAD).all(|byte| *byte == 0);
                if empty { Ok(Self::Cover) } else { Err(ShareRule::Cover) }
            }
            VISITS if count == 0 => Err(ShareRule::Empty),
            VISITS => {
                let mut visits: Vec<SharedVisit> = Vec::new();
                for _ in 0..count {
                    let visit = SharedVisit::decode(&mut r)?;
                    if visits.last().is_some_and(|before| before.from > visit.from) {
                        return Err(ShareRule::Order);
                    }
                    visits.push(visit);
                }
                while !r.is_empty() {
                    if r.u8()? != 0 {
                        return Err(ShareRule::Padding);
                    }
                }
                Ok(Self::Visits { code, upload, visits })
            }
            _ => Err(ShareRule::Kind),
        }
    }
}

/// How many of these visits, from the first on, one box holds.
pub(crate) fn fitting(visits: &[SharedVisit]) -> usize {
    let mut left = PLAIN_LEN - HEAD - ShareCode::LEN - 16 - 2;
    let fits = |visit: &&SharedVisit| {
        let rest = left.checked_sub(visit.encode().as_slice().len());
        left = rest.unwrap_or(left);
        rest.is_some()
    };
    visits.iter().take_while(fits).count()
}

const VERSION: u8 = 1;
const COVER: u8 = 0;
const VISITS: u8 = 1;
/// Version and kind.
const HEAD: usize = 2;
