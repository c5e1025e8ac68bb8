//! Sharing visits with an authority: preview, yes, send, receipt.
//!
//! The person chooses visits, the app shows a [`SharePreview`] with every field of them, and only
//! [`SharePreview::agree`] makes the [`Consent`] that [`Diary::share`] takes.

mod consent;
mod receipt;

use super::own::Own;
use super::parts::Words;
use super::visit::{Companion, CompanionId, Details, Now, Out};
use super::{Diary, Inner};
use crate::code::Trust;
use crate::error::{Error, Result};
use crate::share::{
    Answer, ReceiptId, ReplyKey, Request, ShareCode, SharedVisit, UploadId, derive_content,
    fitting, seal,
};
use crate::time::Instant;

pub use consent::{Consent, ShareChoice, SharePreview};
pub use receipt::{PendingShare, Receipt};

pub(super) use receipt::Shares;

use receipt::Begun;

/// What goes to the authority, as the body of one `POST` to its `/share`.
pub struct Upload {
    bytes: Vec<u8>,
    reply: ReplyKey,
    /// None of a cover.
    upload: Option<UploadId>,
}

impl Upload {
    /// The body: 32 KiB, whatever is in it.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// What an answer said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Shared {
    /// The authority has the visits.
    Receipt(Receipt),
    /// It was a cover, and there is nothing to show.
    Cover,
}

impl Diary {
    /// What sharing these visits would send, every field of it. Nothing is sent or kept.
    ///
    /// # Errors
    /// [`Error::NoVisit`] for none, or one that is not there; [`Error::BadTimes`] for one that is
    /// still open; [`Error::ShareTooMuch`]; [`Error::Locked`].
    pub fn share_preview(&self, choice: &ShareChoice, now: &Now) -> Result<SharePreview> {
        self.with(|inner| {
            let visits = inner.shared(choice, now)?;
            Ok(SharePreview::new(choice.clone(), visits))
        })
    }

    /// Prepares the upload that the person agreed to. It is durable before this returns: if no
    /// answer comes, and even if the app is killed, [`Diary::share_again`] sends the same share.
    /// Another share that still waits for its answer is given up.
    ///
    /// # Errors
    /// [`Error::NoVisit`] if a visit was changed since the person saw it; [`Error::Untrusted`] if
    /// this authority is not followed; [`Error::Offline`] if none of its upload keys is valid
    /// today: take its list first; [`Error::Locked`]; [`Error::Full`], [`Error::Storage`].
    pub fn share(&self, consent: Consent, code: &ShareCode, now: &Now) -> Result<Upload> {
        let (choice, content) = consent.into_parts();
        self.with(|inner| {
            let visits = inner.shared(&choice, now)?;
            if derive_content(&visits) != content {
                return Err(Error::NoVisit);
            }
            let mut own = inner.own()?;
            // Begun before with the same code: it may have arrived, and must not seem another.
            let same = |b: &&Begun| {
                b.code == *code && b.content == content && b.deployment == choice.deployment
            };
            let upload = own.shares.begun.as_ref().filter(same).map(|begun| begun.upload);
            let upload = upload.unwrap_or_else(|| {
                let mut id = [0; 16];
                inner.journal.random().fill(&mut id);
                UploadId(id)
            });
            let mut days = Vec::new();
            for id in unique(&choice) {
                days.push((id, inner.find(id)?.0.day));
            }
            let request = Request::Visits { code: *code, upload, visits };
            let sent = inner.sealed(&request, &choice.deployment, Some(upload), now)?;
            own.shares.begun = Some(Begun {
                upload,
                code: *code,
                since: now.wall,
                deployment: choice.deployment,
                visits: days,
                named: choice.named,
                content,
            });
            inner.save_own(&own)?;
            Ok(sent)
        })
    }

    /// The share whose answer is still out, if there is one: offer to try again.
    ///
    /// # Errors
    /// [`Error::Locked`].
    pub fn share_pending(&self, now: &Now) -> Result<Option<PendingShare>> {
        self.with(|inner| {
            // Past its time, there is nothing to send again.
            let oldest = inner.oldest(now);
            inner.drop_begun(|_, day| day < oldest)?;
            Ok(inner.own()?.shares.begun.map(|begun| PendingShare {
                deployment: begun.deployment,
                since: begun.since,
                visits: begun.count(),
            }))
        })
    }

    /// The same share once more: same visits, same code, so that the authority takes it once.
    ///
    /// # Errors
    /// [`Error::NoVisit`] if nothing waits, or one of its visits was changed or forgotten since:
    /// then nothing waits any more. Else as [`Diary::share`].
    pub fn share_again(&self, now: &Now) -> Result<Upload> {
        self.with(|inner| {
            let mut own = inner.own()?;
            let begun = own.shares.begun.take().ok_or(Error::NoVisit)?;
            match inner.shared(&begun.choice(), now) {
                Ok(visits) if derive_content(&visits) == begun.content => {
                    let (upload, code) = (begun.upload, begun.code);
                    let request = Request::Visits { code, upload, visits };
                    inner.sealed(&request, &begun.deployment, Some(upload), now)
                }
                Ok(_) | Err(Error::NoVisit | Error::BadTimes) => {
                    inner.save_own(&own)?;
                    Err(Error::NoVisit)
                }
                Err(other) => Err(other),
            }
        })
    }

    /// Gives up on the share whose answer is out. The authority may have it all the same.
    ///
    /// # Errors
    /// [`Error::Locked`]; [`Error::Full`], [`Error::Storage`].
    pub fn share_abandon(&self) -> Result<()> {
        self.with(|inner| {
            inner.expect_unlocked()?;
            inner.drop_begun(|_, _| true)
        })
    }

    /// Takes the authority's answer: the body of the response, or nothing if none came.
    ///
    /// # Errors
    /// [`Error::CodeWrong`], [`Error::CodeUsed`], [`Error::ShareRefused`]: it was not taken.
    /// [`Error::Unsure`]: nobody knows; [`Diary::share_again`] is safe. [`Error::Locked`],
    /// [`Error::Full`], [`Error::Storage`]: call this again.
    pub fn share_reply(&self, upload: &Upload, reply: &[u8], now: &Now) -> Result<Shared> {
        let answer = upload.reply.open(reply).map_err(|_| Error::Unsure)?;
        let Some(id) = upload.upload else {
            return if answer == Answer::Cover { Ok(Shared::Cover) } else { Err(Error::Unsure) };
        };
        self.with(|inner| {
            let mut own = inner.own()?;
            let error = match answer {
                Answer::Taken(receipt) => return inner.took(own, id, receipt, now),
                Answer::CodeWrong => Error::CodeWrong,
                Answer::CodeUsed => Error::CodeUsed,
                Answer::Refused => Error::ShareRefused,
                Answer::Cover => return Err(Error::Unsure),
            };
            if own.shares.begun.as_ref().is_some_and(|begun| begun.upload == id) {
                own.shares.begun = None;
                inner.save_own(&own)?;
            }
            Err(error)
        })
    }

    /// The receipts of everything that was shared, the latest first.
    ///
    /// # Errors
    /// [`Error::Locked`].
    pub fn receipts(&self) -> Result<Vec<Receipt>> {
        self.with(|inner| Ok(inner.own()?.shares.receipts.into_iter().rev().collect()))
    }

    /// An upload of nothing, which nobody but the authority can tell from a share. Send it when
    /// [`next_cover`](crate::share::next_cover) says, and its answer to [`Diary::share_reply`].
    ///
    /// # Errors
    /// [`Error::Untrusted`], [`Error::Offline`], [`Error::Locked`], as [`Diary::share`].
    pub fn share_cover(&self, deployment: &[u8; 16], now: &Now) -> Result<Upload> {
        self.with(|inner| {
            inner.expect_unlocked()?;
            inner.sealed(&Request::Cover, deployment, None, now)
        })
    }
}

impl Inner {
    /// The visits as they would be sent, in the order in which they began.
    fn shared(&mut self, choice: &ShareChoice, now: &Now) -> Result<Vec<SharedVisit>> {
        self.expect_unlocked()?;
        let (companions, oldest) = (self.companions()?, self.oldest(now));
        let mut visits = Vec::new();
        for id in unique(choice) {
            let (view, at) = self.find(id)?;
            let folded = &view.visits[at];
            let facts = &folded.facts;
            let until = match facts.out {
                Out::Open { .. } => return Err(Error::BadTimes),
                Out::Scanned(at) | Out::Said(at) | Out::Assumed(at) => at,
            };
            if view.day < oldest {
                return Err(Error::NoVisit);
            }
            let [first, last] = SharedVisit::days(facts.from, until);
            let words = view.words(self, folded);
            let mut visit = SharedVisit {
                from: facts.from,
                until,
                category: 0,
                area: None,
                name: String::new(),
                zone: String::new(),
                venue: None,
                companions: 0,
                names: Vec::new(),
                keys: facts
                    .keys
                    .iter()
                    .filter(|(day, _)| (first..=last).contains(day))
                    .map(|(day, key)| (*day, key.duplicate()))
                    .collect(),
            };
            if let Some(words) = words {
                describe(&mut visit, words, &companions, &choice.named);
            }
            visits.push(visit);
        }
        if visits.is_empty() {
            return Err(Error::NoVisit);
        }
        let fits = fitting(&visits);
        if fits < visits.len() {
            return Err(Error::ShareTooMuch { fits: u16::try_from(fits).unwrap_or(u16::MAX) });
        }
        visits.sort_by_key(|visit| visit.from);
        Ok(visits)
    }

    /// Seals to the key that the authority says is the one of today.
    fn sealed(
        &mut self,
        request: &Request,
        deployment: &[u8; 16],
        upload: Option<UploadId>,
        now: &Now,
    ) -> Result<Upload> {
        self.load_lists();
        let today = self.clock(now).correct(now).day();
        let followed = self.lists.of(deployment).ok_or(Error::Untrusted)?;
        let key = followed.anchors.upload().and_then(|keys| keys.key(today)).copied();
        let key = key.ok_or(Error::Offline)?.key;
        let sealed = seal(request, deployment, &key, self.journal.random());
        let (bytes, reply) = sealed.ok_or(Error::Untrusted)?;
        Ok(Upload { bytes, reply, upload })
    }

    /// Keeps a receipt. One that comes twice is kept once.
    fn took(&mut self, mut own: Own, upload: UploadId, id: ReceiptId, now: &Now) -> Result<Shared> {
        if let Some(known) = own.shares.receipts.iter().find(|known| known.id == id) {
            return Ok(Shared::Receipt(*known));
        }
        let is_this = |begun: &Begun| begun.upload == upload;
        let Some(begun) = own.shares.begun.take_if(|begun| is_this(begun)) else {
            return Err(Error::Unsure);
        };
        let at: Instant = self.clock(now).correct(now);
        let receipt = Receipt { id, deployment: begun.deployment, at, visits: begun.count() };
        own.shares.keep(receipt);
        self.save_own(&own)?;
        Ok(Shared::Receipt(receipt))
    }
}

/// What can be read of the visit: the place, and who came along as far as the person says.
fn describe(
    visit: &mut SharedVisit,
    words: Words,
    companions: &[Companion],
    named: &[CompanionId],
) {
    let Words { details, companions: along, .. } = words;
    let Details { trust, category, area, name, zone, venue, .. } = details;
    visit.companions = u8::try_from(along.len()).unwrap_or(u8::MAX);
    let told = |id: &&CompanionId| named.contains(id);
    let name_of = |id: &CompanionId| companions.iter().find(|known| known.id == *id);
    visit.names =
        along.iter().filter(told).filter_map(name_of).map(|known| known.name.clone()).collect();
    (visit.category, visit.area, visit.name, visit.zone) = (category, area, name, zone);
    // The keys prove a verified venue, if none is missing: times can be moved to other days.
    let proven = trust == Trust::Verified && visit.has_all_keys();
    visit.venue = venue.filter(|_| proven);
}

/// The visits chosen, each once.
fn unique(choice: &ShareChoice) -> Vec<super::visit::VisitId> {
    let mut seen = std::collections::HashSet::new();
    choice.visits.iter().copied().filter(|id| seen.insert(*id)).collect()
}
