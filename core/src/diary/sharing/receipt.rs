//! What the diary remembers of shares: receipts, and the one whose answer is still out.

use super::consent::ShareChoice;
use crate::diary::visit::{CompanionId, VisitId};
use crate::share::{ReceiptId, ShareCode, UploadId};
use crate::time::{Day, Instant};
use crate::wire::{Cut, Reader, Writer};

/// That visits were shared. Which ones, it does not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Receipt {
    /// The authority's name for it.
    pub id: ReceiptId,
    /// With whom.
    pub deployment: [u8; 16],
    /// When the receipt came.
    pub at: Instant,
    /// How many visits.
    pub visits: u16,
}

/// A share that was begun and whose answer is out: the app offers to try again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PendingShare {
    /// With whom.
    pub deployment: [u8; 16],
    /// When it was begun.
    pub since: Instant,
    /// How many visits.
    pub visits: u16,
}

/// All of it, as it lies in the diary ring.
#[derive(Clone, Default)]
pub(crate) struct Shares {
    /// The latest ones, oldest first.
    pub(crate) receipts: Vec<Receipt>,
    pub(crate) begun: Option<Begun>,
}

/// What it takes to send a share again after the app was killed. The visits are not copied: what
/// is forgotten in the meantime cannot be sent.
#[derive(Clone)]
pub(crate) struct Begun {
    pub(crate) upload: UploadId,
    pub(crate) code: ShareCode,
    pub(crate) since: Instant,
    pub(crate) deployment: [u8; 16],
    /// Each with its day, so that dropping a day drops this.
    pub(crate) visits: Vec<(VisitId, Day)>,
    pub(crate) named: Vec<CompanionId>,
    /// What the person agreed to.
    pub(crate) content: [u8; 32],
}

impl Begun {
    pub(crate) fn choice(&self) -> ShareChoice {
        ShareChoice {
            deployment: self.deployment,
            visits: self.visits.iter().map(|(id, _)| *id).collect(),
            named: self.named.clone(),
        }
    }

    pub(crate) fn count(&self) -> u16 {
        u16::try_from(self.visits.len()).unwrap_or(u16::MAX)
    }
}

impl Shares {
    pub(crate) fn is_empty(&self) -> bool {
        self.receipts.is_empty() && self.begun.is_none()
    }

    /// Keeps a receipt; very old ones go.
    pub(crate) fn keep(&mut self, receipt: Receipt) {
        self.receipts.push(receipt);
        let spare = self.receipts.len().saturating_sub(MOST_RECEIPTS);
        self.receipts.drain(..spare);
    }

    pub(crate) fn encode(&self, w: &mut Writer) {
        w.u8(u8::try_from(self.receipts.len()).unwrap_or(u8::MAX));
        for Receipt { id, deployment, at, visits } in &self.receipts {
            w.put(&id.0).put(deployment).i64(at.unix()).u16(*visits);
        }
        w.u8(u8::from(self.begun.is_some()));
        if let Some(begun) = &self.begun {
            w.put(&begun.upload.0).put(begun.code.as_bytes()).i64(begun.since.unix());
            w.put(&begun.deployment).put(&begun.content).u16(begun.count());
            for (id, day) in &begun.visits {
                w.i64(id.0).u32(day.number());
            }
            // There are fewer companions than that.
            let named = u8::try_from(begun.named.len()).unwrap_or(u8::MAX);
            w.u8(named);
            for id in begun.named.iter().take(named.into()) {
                w.u32(id.0);
            }
        }
    }

    pub(crate) fn decode(r: &mut Reader<'_>) -> Result<Self, Cut> {
        let mut shares = Self::default();
        for _ in 0..r.u8()? {
            let (id, deployment) = (ReceiptId(r.array()?), r.array()?);
            let (at, visits) = (instant(r)?, r.u16()?);
            shares.receipts.push(Receipt { id, deployment, at, visits });
        }
        shares.begun = match r.u8()? {
            0 => None,
            1 => Some(begun(r)?),
            _ => return Err(Cut),
        };
        Ok(shares)
    }
}

fn begun(r: &mut Reader<'_>) -> Result<Begun, Cut> {
    let (upload, code) = (UploadId(r.array()?), ShareCode::from_bytes(r.array()?));
    let (since, deployment, content) = (instant(r)?, r.array()?, r.array()?);
    let mut visits = Vec::new();
    for _ in 0..r.u16()? {
        visits.push((VisitId(r.i64()?), Day::exactly(r.u32()?).ok_or(Cut)?));
    }
    let mut named = Vec::new();
    for _ in 0..r.u8()? {
        named.push(CompanionId(r.u32()?));
    }
    Ok(Begun { upload, code, since, deployment, visits, named, content })
}

fn instant(r: &mut Reader<'_>) -> Result<Instant, Cut> {
    let unix = r.i64()?;
    let at = Instant::from_unix(unix);
    if at.unix() == unix { Ok(at) } else { Err(Cut) }
}

const MOST_RECEIPTS: usize = 50;
