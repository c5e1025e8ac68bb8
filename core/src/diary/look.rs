//! What the authorities that are followed say: of a scanned code, and of what to do.

use super::Diary;
use super::visit::Now;
use crate::code::{Kind, Scan, Scanned, Trust, inspect};
use crate::error::Result;
use crate::trust::{AdviceText, Anchors};

impl Diary {
    /// Says what was scanned, by the keys and catalogues of every authority followed. Also works
    /// while the phone is locked. It never fails for what was scanned, opens nothing and keeps
    /// nothing.
    ///
    /// # Errors
    /// [`Error::Closed`](crate::Error::Closed).
    pub fn inspect(&self, scanned: Scanned<'_>, now: &Now) -> Result<Scan> {
        let at = self.with(|inner| Ok(inner.clock(now).correct(now)))?;
        let scans = self.anchors()?.into_iter().map(|anchors| inspect(scanned, &anchors, at));
        let best = scans.min_by_key(rank);
        Ok(best.unwrap_or_else(|| inspect(scanned, &Anchors::none(), at)))
    }

    /// An advice of an authority in a language, or in Vietnamese where it is not there; none for
    /// one that its catalogue does not name: then the app has words of its own.
    ///
    /// # Errors
    /// [`Error::Closed`](crate::Error::Closed).
    pub fn advice(
        &self,
        deployment: &[u8; 16],
        number: u16,
        language: &str,
    ) -> Result<Option<AdviceText>> {
        self.with(|inner| {
            inner.load_lists();
            let followed = inner.lists.of(deployment);
            let advice = followed.and_then(|d| d.anchors.advice());
            Ok(advice.and_then(|advice| advice.text(number, language)).cloned())
        })
    }
}

/// Which of several authorities' answers counts: the one that knows most of the code. What one
/// signed, another can neither damage nor revoke, for it has no say about it.
fn rank(scan: &Scan) -> u8 {
    match (scan.kind, scan.trust) {
        (_, Some(Trust::Verified)) => 0,
        (_, Some(Trust::Revoked)) => 1,
        (_, Some(Trust::Replaced)) => 2,
        (_, Some(Trust::Damaged)) => 3,
        (_, Some(Trust::Expired | Trust::Early)) => 4,
        (Kind::Prefix, _) => 5,
        (_, Some(Trust::UnknownIssuer | Trust::Typed | Trust::Foreign)) => 6,
        (_, None) => 7,
    }
}
