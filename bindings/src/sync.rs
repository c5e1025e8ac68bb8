//! Following authorities and taking their lists.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use vaora::area::AreaCode;
use vaora::diary;
use vaora::sync::{self, Body, FetchError, Head, Next, Patience};
use vaora::trust;

use crate::clock::{instant, system};
use crate::error::{bad_call, id, number};
use crate::mirror::{Told, mirror, record, told};
use crate::{Day, Diary, Now, Result, VaoraError};

/// How a sync goes about it. The defaults suit a phone on a slow line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct SyncOptions {
    /// How often it may fail before it gives up until the next one.
    #[uniffi(default = 6)]
    pub tries: i32,
    /// The first wait after a failure; each further one may be twice as long.
    #[uniffi(default = 2)]
    pub first_wait_seconds: i32,
}

impl SyncOptions {
    pub(crate) fn patience(self) -> Result<Patience> {
        let Self { tries, first_wait_seconds } = self;
        let first_wait = Duration::from_secs(number(first_wait_seconds)?);
        Ok(Patience { tries: number(tries)?, first_wait, ..Patience::default() })
    }
}

record! {
    /// What a sync brought.
    pub struct SyncReport = sync::Report {
        /// Whose publication, in hexadecimal.
        deployment: String = deployment,
        /// The number of the list in force.
        sequence: i64 = sequence,
        /// Whether it is newer than the one before.
        is_new: bool = is_new,
        /// Bytes that came over the line.
        fetched: i64 = fetched,
    }
}

record! {
    /// How old an authority's information is. Always show it; an old list still warns.
    pub struct Freshness = diary::Freshness {
        /// Whose, in hexadecimal.
        deployment: String = deployment,
        /// When the list was made; none if none ever came.
        created: Option<SystemTime> = created,
        /// A newer one is there from then on.
        not_after: Option<SystemTime> = not_after,
        /// That time has come, or there is no list.
        is_stale: bool = is_stale,
        /// The phone's clock cannot be right: say so, rather than that the list is old.
        clock_seems_wrong: bool = clock_seems_wrong,
    }
}

/// What an authority asks of an area.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct AreaPolicy {
    /// Whose policy, in hexadecimal.
    pub deployment: String,
    /// Whether apps ask people to check in there.
    pub state: AreaState,
    /// The number of the document that ordered it.
    pub document: Option<String>,
    /// The last day on which it holds.
    pub last_day: Option<Day>,
}

impl Told<diary::AreaPolicy> for AreaPolicy {
    fn told(diary::AreaPolicy { deployment, state, document }: diary::AreaPolicy) -> Self {
        let (document, last_day) = document.map(|(number, day)| (number, Day(day))).unzip();
        Self { deployment: Told::told(deployment), state: Told::told(state), document, last_day }
    }
}

mirror! {
    /// Whether apps ask people of an area to check in.
    pub enum AreaState = trust::AreaState {
        /// Nothing is asked and nothing is kept.
        Dormant,
        /// Checking in is recommended.
        Recommended,
        /// Checking in is ordered.
        Required,
    }
}

#[uniffi::export]
impl Diary {
    /// Follows an authority from the root that the app embeds, and says its name. Call it at every
    /// start: an app that was updated brings a newer root. Nothing is fetched here.
    pub fn follow(&self, root: Vec<u8>) -> Result<String> {
        told(self.core.follow(&root))
    }

    /// Follows an authority no longer; its alerts go.
    pub fn unfollow(&self, deployment: String) -> Result<()> {
        told(self.core.unfollow(&id(&deployment)?))
    }

    /// How old the information of each authority is.
    pub fn freshness(&self, now: Now) -> Result<Vec<Freshness>> {
        told(self.core.freshness(&now.into()))
    }

    /// What the authorities ask of an area today. `area` is written `2025/04/01273`.
    pub fn policy(&self, area: String, now: Now) -> Result<Vec<AreaPolicy>> {
        let area = AreaCode::parse_full(&area).or_else(|_| bad_call("this is no area"))?;
        told(self.core.policy(area, &now.into()))
    }

    /// When to sync next: a grid with a phase of this installation's own, so that the time of a sync
    /// says nothing of a scan, an opening or a match.
    pub fn next_sync(&self, last: SystemTime, every_minutes: i32) -> Result<SystemTime> {
        let every = number::<u32>(every_minutes)?.saturating_mul(60);
        Ok(system(sync::next_sync(instant(last), self.core.sync_phase()?, every)))
    }

    /// Begins a sync that the platform's own HTTP stack carries; the façades do this for you.
    pub fn plan(&self, deployment: String, base: String, options: SyncOptions) -> Result<Transfer> {
        let transfer = self.core.transfer(&id(&deployment)?, &base, options.patience()?)?;
        Ok(Transfer { diary: self.core.clone(), transfer: Mutex::new(Some(transfer)) })
    }
}

#[cfg(feature = "http")]
#[uniffi::export]
impl Diary {
    /// Takes the newest list of an authority from an address over the built-in HTTP: for everything
    /// that is no phone. It blocks for as long as the line needs.
    pub fn sync_builtin(
        &self,
        deployment: String,
        base: String,
        options: SyncOptions,
        now: Now,
    ) -> Result<SyncReport> {
        #[expect(clippy::disallowed_methods, reason = "the clock that goes on from a caller's now")]
        let began = std::time::Instant::now();
        let clock = || {
            let gone = began.elapsed().as_secs();
            let seconds = i64::try_from(gone).unwrap_or(0);
            let wall = now.wall + Duration::from_secs(gone);
            Now { wall, running_seconds: now.running_seconds + seconds, ..now }.into()
        };
        let options = sync::http::Options { patience: options.patience()?, ..Default::default() };
        told(sync::http::fetch(&self.core, &id(&deployment)?, &base, &options, &clock))
    }
}

/// What the platform's HTTP stack has to do next.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum TransferStep {
    /// Send a `GET` with these headers and no others; follow no redirects, keep no cookies and no
    /// cache. Hand the answer over with `head`, `body` and `end`, or call `broke`.
    Ask {
        /// The address.
        url: String,
        /// Every header.
        headers: HashMap<String, String>,
        /// For the connection to be made.
        connect_seconds: i32,
        /// For the next bytes to come; there is no limit for the whole.
        stall_seconds: i32,
    },
    /// Wait so long, then ask again what to do.
    Wait {
        /// So many milliseconds.
        milliseconds: i64,
    },
    /// Everything is here: call `finish`.
    Done,
}

/// A sync that the platform's HTTP stack carries. It knows what to ask for and judges the answers;
/// the platform only sends and hands over. After an error it is over, and what the phone holds is
/// what it held before; what came of a list stays and is not fetched again.
#[derive(uniffi::Object)]
pub struct Transfer {
    diary: Arc<diary::Diary>,
    transfer: Mutex<Option<sync::Transfer>>,
}

#[uniffi::export]
impl Transfer {
    /// What to do next.
    pub fn next_step(&self) -> Result<TransferStep> {
        self.with(|transfer, _| Ok(step(transfer.next_step(), transfer.patience())))
    }

    /// An answer began: its status and headers. Whether to hand over its body; if not, let go of it.
    pub fn head(
        &self,
        status: i32,
        headers: HashMap<String, String>,
        running_seconds: i64,
    ) -> Result<bool> {
        let (answer, running) = (Answer::of(status, headers)?, number(running_seconds)?);
        self.with(|transfer, diary| Ok(transfer.head(diary, &answer, running)? == Body::Take))
    }

    /// The next bytes of an answer. Whether to go on; if not, let go of it.
    pub fn body(&self, bytes: Vec<u8>, running_seconds: i64) -> Result<bool> {
        let running = number(running_seconds)?;
        self.with(|transfer, diary| Ok(transfer.body(diary, &bytes, running)? == Body::Take))
    }

    /// The answer came to its end.
    pub fn end(&self) -> Result<()> {
        self.with(|transfer, diary| transfer.end(diary))
    }

    /// No answer came, or it was cut off.
    pub fn broke(&self) -> Result<()> {
        self.with(|transfer, diary| transfer.broke(diary))
    }

    /// Takes everything over at once and matches the diary against it.
    pub fn finish(&self, now: Now) -> Result<SyncReport> {
        let mut held = self.transfer.lock().map_err(|_| VaoraError::Closed)?;
        let transfer = held.take().ok_or(VaoraError::Closed)?;
        told(self.diary.finish_transfer(transfer, &now.into()))
    }
}

impl Transfer {
    /// An error ends the transfer.
    fn with<T>(
        &self,
        step: impl FnOnce(&mut sync::Transfer, &diary::Diary) -> std::result::Result<T, FetchError>,
    ) -> Result<T> {
        let mut held = self.transfer.lock().map_err(|_| VaoraError::Closed)?;
        let transfer = held.as_mut().ok_or(VaoraError::Closed)?;
        let answer = step(transfer, &self.diary);
        if answer.is_err() {
            *held = None;
        }
        Ok(answer?)
    }
}

/// What the core says is next, in the guests' words.
pub(crate) fn step(next: Next, patience: Patience) -> TransferStep {
    let seconds = |time: Duration| i32::try_from(time.as_secs()).unwrap_or(i32::MAX);
    match next {
        Next::Ask(sync::Request { url, headers }) => TransferStep::Ask {
            url,
            headers: headers.into_iter().map(|(n, v)| (n.to_owned(), v)).collect(),
            connect_seconds: seconds(patience.connect),
            stall_seconds: seconds(patience.stall),
        },
        Next::Wait(wait) => {
            TransferStep::Wait { milliseconds: i64::try_from(wait.as_millis()).unwrap_or(i64::MAX) }
        }
        Next::Done => TransferStep::Done,
    }
}

/// An answer's head, as the platform's stack gives it.
pub(crate) struct Answer {
    status: u16,
    headers: HashMap<String, String>,
}

impl Answer {
    pub(crate) fn of(status: i32, headers: HashMap<String, String>) -> Result<Self> {
        let lower = headers.into_iter().map(|(name, value)| (name.to_ascii_lowercase(), value));
        Ok(Self { status: number(status)?, headers: lower.collect() })
    }
}

impl Head for Answer {
    fn status(&self) -> u16 {
        self.status
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }
}
