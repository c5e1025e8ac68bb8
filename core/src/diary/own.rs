//! What the diary keeps in the diary ring besides keys: companions, and what became of shares.

use super::Inner;
use super::settings::{decode_companions, encode_companions, read_companions};
use super::sharing::Shares;
use super::visit::{Companion, VisitId};
use crate::error::{Error, Result};
use crate::time::Day;
use crate::wire::{Cut, Reader, Writer};

/// All of it.
pub(super) struct Own {
    pub(super) companions: Vec<Companion>,
    pub(super) shares: Shares,
}

impl Own {
    /// A diary that never shared anything is written as the first version wrote it.
    pub(super) fn encode(&self) -> Writer {
        let companions = encode_companions(&self.companions);
        if self.shares.is_empty() {
            return companions;
        }
        let mut w = Writer::new(companions.as_slice().len() + 1024);
        w.u8(WITH_SHARES).put(&companions.as_slice()[1..]);
        self.shares.encode(&mut w);
        w
    }

    pub(super) fn decode(bytes: &[u8]) -> std::result::Result<Self, Cut> {
        if bytes.first() != Some(&WITH_SHARES) {
            let companions = decode_companions(bytes)?;
            return Ok(Self { companions, shares: Shares::default() });
        }
        let mut r = Reader::new(bytes);
        r.u8()?;
        let companions = read_companions(&mut r)?;
        let shares = Shares::decode(&mut r)?;
        r.end()?;
        // One way to write each.
        if shares.is_empty() { Err(Cut) } else { Ok(Self { companions, shares }) }
    }
}

impl Inner {
    pub(super) fn own(&self) -> Result<Own> {
        let state = self.journal.diary_state().ok_or(Error::Locked)?;
        Own::decode(state).map_err(|_| Error::Damaged)
    }

    pub(super) fn save_own(&mut self, own: &Own) -> Result<()> {
        self.journal.set_diary_state(own.encode().as_slice())
    }

    /// A share that has no answer yet goes with the first of its visits that goes. Its visits are
    /// not in it, but that there was one is.
    pub(super) fn drop_begun(&mut self, goes: impl Fn(VisitId, Day) -> bool) -> Result<()> {
        // What cannot be read cannot be sent again, and must not hold up forgetting.
        let Ok(mut own) = self.own() else { return Ok(()) };
        let touched = |visits: &[(VisitId, Day)]| visits.iter().any(|(id, day)| goes(*id, *day));
        if own.shares.begun.as_ref().is_some_and(|begun| touched(&begun.visits)) {
            own.shares.begun = None;
            self.save_own(&own)?;
        }
        Ok(())
    }
}

const WITH_SHARES: u8 = 2;
