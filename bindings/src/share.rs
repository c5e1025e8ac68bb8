//! Sharing visits with an authority, only ever by an explicit act.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use vaora::diary::{self, VisitId};
use vaora::share::{self, ShareCode};
use vaora::sync::{self, Body, SendError};

use crate::clock::{instant, system};
use crate::diary::companion_ids;
use crate::error::{bad_call, id};
use crate::keys::SystemRandom;
use crate::mirror::{Told, record, told};
use crate::sync::{Answer, step};
use crate::{Diary, Now, Result, SyncOptions, TransferStep, VaoraError};

/// One visit as it would be sent: every field of it. The person's note is not in it.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct SharedVisit {
    /// When it began.
    pub from: SystemTime,
    /// When it ended.
    pub until: SystemTime,
    /// The number of the venue's category; 0 where there is none.
    pub category: i32,
    /// Where the venue belongs.
    pub area: Option<String>,
    /// The venue's name.
    pub name: String,
    /// Its zone.
    pub zone: String,
    /// Names the venue's code, if it was verified.
    pub venue: Option<String>,
    /// How many came along.
    pub companions: i32,
    /// Their names, as far as the person chose them to be told.
    pub names: Vec<String>,
}

impl SharedVisit {
    fn of(visit: &share::SharedVisit) -> Self {
        // With the keys the authority can warn others; they are nothing to look at.
        #[rustfmt::skip]
        let share::SharedVisit {
            from, until, category, area, name, zone, venue, companions, names, keys: _,
        } = visit;
        Self {
            from: Told::told(*from),
            until: Told::told(*until),
            category: Told::told(*category),
            area: Told::told(*area),
            name: name.clone(),
            zone: zone.clone(),
            venue: Told::told(*venue),
            companions: Told::told(*companions),
            names: names.clone(),
        }
    }
}

/// What would be sent. Show every visit with every field, then ask.
#[derive(uniffi::Object)]
pub struct SharePreview {
    visits: Vec<SharedVisit>,
    preview: Mutex<Option<diary::SharePreview>>,
}

#[uniffi::export]
impl SharePreview {
    /// Every visit, in the order in which they began.
    pub fn visits(&self) -> Vec<SharedVisit> {
        self.visits.clone()
    }

    /// The person has seen all of it and says yes, for this one time. Call it from the button that
    /// says so and from nowhere else: it is the only way to a consent.
    pub fn agree(&self) -> Result<Arc<Consent>> {
        match self.preview.lock().ok().and_then(|mut preview| preview.take()) {
            Some(preview) => Ok(Arc::new(Consent(Mutex::new(Some(preview.agree()))))),
            None => bad_call("a preview is agreed to once"),
        }
    }
}

/// A person's yes to sharing exactly these visits, once.
#[derive(uniffi::Object)]
pub struct Consent(Mutex<Option<diary::Consent>>);

/// What goes to the authority, as the body of one `POST` to its `/share`: the same size, whatever is
/// in it.
#[derive(uniffi::Object)]
pub struct Upload(diary::Upload);

#[uniffi::export]
impl Upload {
    /// The body.
    pub fn bytes(&self) -> Vec<u8> {
        self.0.bytes().to_vec()
    }
}

record! {
    /// That visits were shared. Which ones, it does not say.
    pub struct Receipt = diary::Receipt {
        /// The authority's name for it, in hexadecimal.
        id: String = id,
        /// With whom.
        deployment: String = deployment,
        /// When the receipt came.
        at: SystemTime = at,
        /// How many visits.
        visits: i32 = visits,
    }
}

record! {
    /// A share whose answer is out: offer to try again.
    pub struct PendingShare = diary::PendingShare {
        /// With whom.
        deployment: String = deployment,
        /// When it was begun.
        since: SystemTime = since,
        /// How many visits.
        visits: i32 = visits,
    }
}

#[uniffi::export]
impl Diary {
    /// What sharing these visits would send. `named` are the companions whose names are told; of the
    /// others only how many they were. Nothing is sent or kept.
    pub fn share_preview(
        &self,
        deployment: String,
        visits: Vec<i64>,
        named: Vec<i64>,
        now: Now,
    ) -> Result<SharePreview> {
        let choice = diary::ShareChoice {
            deployment: id(&deployment)?,
            visits: visits.into_iter().map(VisitId).collect(),
            named: companion_ids(&named)?,
        };
        let preview = self.core.share_preview(&choice, &now.into())?;
        let visits = preview.visits().iter().map(SharedVisit::of).collect();
        Ok(SharePreview { visits, preview: Mutex::new(Some(preview)) })
    }

    /// Prepares the upload that the person agreed to, with the one-time code of the authority. It is
    /// durable before this returns, so that it can be sent again whatever happens.
    pub fn share(&self, consent: &Consent, code: String, now: Now) -> Result<Upload> {
        let code = ShareCode::read(&code)?;
        let given = consent.0.lock().ok().and_then(|mut consent| consent.take());
        let Some(given) = given else { return bad_call("a consent is used once") };
        Ok(Upload(self.core.share(given, &code, &now.into())?))
    }

    /// The share whose answer is still out, if there is one.
    pub fn share_pending(&self, now: Now) -> Result<Option<PendingShare>> {
        told(self.core.share_pending(&now.into()))
    }

    /// The same share once more: same visits, same code; the authority takes it once.
    pub fn share_again(&self, now: Now) -> Result<Upload> {
        Ok(Upload(self.core.share_again(&now.into())?))
    }

    /// Gives up on the share whose answer is out. The authority may have it all the same.
    pub fn share_abandon(&self) -> Result<()> {
        told(self.core.share_abandon())
    }

    /// The receipts of everything that was shared, the latest first.
    pub fn receipts(&self) -> Result<Vec<Receipt>> {
        told(self.core.receipts())
    }

    /// An upload of nothing, which nobody but the authority can tell from a share. Send it when
    /// `next_cover` says.
    pub fn share_cover(&self, deployment: String, now: Now) -> Result<Upload> {
        Ok(Upload(self.core.share_cover(&id(&deployment)?, &now.into())?))
    }
}

impl From<SendError> for VaoraError {
    fn from(error: SendError) -> Self {
        match error {
            SendError::NotSent(error) => error.into(),
            SendError::Unsure(_) | SendError::Strange => Self::Unsure,
            SendError::Diary(error) => error.into(),
        }
    }
}

/// An upload that the platform's HTTP stack brings to the authority: it knows what to send and judges
/// the answers. After an error it is over; a share waits in the diary, and `share_again` is safe.
#[derive(uniffi::Object)]
pub struct Delivery {
    diary: Arc<diary::Diary>,
    upload: Arc<Upload>,
    delivery: Mutex<Option<sync::Delivery>>,
}

#[uniffi::export]
impl Diary {
    /// Begins to bring an upload to `share` below an address; the façades do this for you.
    pub fn deliver(
        &self,
        upload: Arc<Upload>,
        base: String,
        options: SyncOptions,
    ) -> Result<Delivery> {
        let delivery = Mutex::new(Some(sync::Delivery::new(&base, options.patience()?)?));
        Ok(Delivery { diary: self.core.clone(), upload, delivery })
    }
}

#[cfg(feature = "http")]
#[uniffi::export]
impl Diary {
    /// Brings an upload to the authority over the built-in HTTP, and takes the answer. The receipt;
    /// none for a cover.
    pub fn send_builtin(
        &self,
        upload: &Upload,
        base: String,
        options: SyncOptions,
        now: Now,
    ) -> Result<Option<Receipt>> {
        let options = sync::http::Options { patience: options.patience()?, ..Default::default() };
        let clock = || now.into();
        Ok(receipt(sync::http::send(&self.core, &upload.0, &base, &options, &clock)?))
    }
}

#[uniffi::export]
impl Delivery {
    /// What to do next: `Ask` is a `POST` of the upload's bytes.
    pub fn next_step(&self) -> Result<TransferStep> {
        self.with(|delivery, _| Ok(step(delivery.next_step(), delivery.patience())))
    }

    /// An answer began: its status and headers. Whether to hand over its body; if not, let go of it.
    pub fn head(&self, status: i32, headers: HashMap<String, String>) -> Result<bool> {
        let answer = Answer::of(status, headers)?;
        self.with(|delivery, diary| Ok(delivery.head(diary, &answer)? == Body::Take))
    }

    /// The next bytes of an answer. Whether to go on; if not, let go of it.
    pub fn body(&self, bytes: Vec<u8>) -> Result<bool> {
        self.with(|delivery, _| Ok(delivery.body(&bytes)? == Body::Take))
    }

    /// The answer came to its end.
    pub fn end(&self) -> Result<()> {
        self.with(|delivery, _| delivery.end())
    }

    /// No answer came, or it was cut off. `reached`: a connection had been made, so that the upload may
    /// have arrived.
    pub fn broke(&self, reached: bool) -> Result<()> {
        self.with(|delivery, diary| delivery.broke(diary, reached))
    }

    /// Takes the answer into the diary. The receipt; none for a cover.
    pub fn finish(&self, now: Now) -> Result<Option<Receipt>> {
        let held = self.delivery.lock().map_err(|_| VaoraError::Closed)?.take();
        let delivery = held.ok_or(VaoraError::Closed)?;
        Ok(receipt(delivery.finish(&self.diary, &self.upload.0, &now.into())?))
    }
}

impl Delivery {
    /// An error ends the delivery.
    fn with<T>(
        &self,
        step: impl FnOnce(&mut sync::Delivery, &diary::Diary) -> std::result::Result<T, SendError>,
    ) -> Result<T> {
        let mut held = self.delivery.lock().map_err(|_| VaoraError::Closed)?;
        let delivery = held.as_mut().ok_or(VaoraError::Closed)?;
        let answer = step(delivery, &self.diary);
        if answer.is_err() {
            *held = None;
        }
        Ok(answer?)
    }
}

fn receipt(shared: diary::Shared) -> Option<Receipt> {
    match shared {
        diary::Shared::Receipt(receipt) => Some(Receipt::told(receipt)),
        diary::Shared::Cover => None,
    }
}

/// When the next cover is due: ten days later on average, and no pattern tells it from a share. Draw
/// it once for each installation and again after each cover, and keep it.
#[uniffi::export]
pub fn next_cover(after: SystemTime) -> Result<SystemTime> {
    let mut bytes = [0; 8];
    vaora::seal::Random::fill(&mut SystemRandom, &mut bytes);
    Ok(system(share::next_cover(instant(after), u64::from_le_bytes(bytes))))
}
