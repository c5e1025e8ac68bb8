//! The built-in transport: carries a [`Transfer`] or a [`Delivery`] over HTTP.
//!
//! A server, and whoever listens on the line, learns that a phone syncs and nothing else: every
//! phone with the same lists sends the same bytes, whatever its diary holds. There are no cookies
//! and no conditional headers, for a name that a server once gave would come back with them; whole
//! objects are fetched, and a range only where a line was cut.
//!
//! There is no clock and no sleep of its own in here: time and waiting are arguments.

mod tls;

use std::io::Read;
use std::time::Duration;

use reqwest::blocking::{Client, RequestBuilder, Response};
use reqwest::redirect;

use super::address::Address;
use super::{
    Body, Delivery, FetchError, Head, Next, Patience, Report, Request, SendError, Transfer,
};
use crate::diary::{Diary, Now, Shared, Upload};
use crate::time::Instant;

/// How a fetch goes about it.
pub struct Options<'a> {
    /// How patient it is.
    pub patience: Patience,
    /// Waits.
    pub sleep: &'a dyn Fn(Duration),
}

impl Default for Options<'_> {
    /// Those of a phone.
    fn default() -> Self {
        Self { patience: Patience::default(), sleep: &sleep }
    }
}

#[expect(clippy::disallowed_methods, reason = "the default of an argument; tests pass another")]
fn sleep(wait: Duration) {
    std::thread::sleep(wait);
}

/// Takes the newest publication of a deployment that the diary follows, from the address under
/// which its files lie. Call [`sync::next_sync`](super::next_sync) for when.
///
/// # Errors
/// A [`FetchError`]; what the phone holds is then what it held before. What came of a list stays
/// and is not fetched again.
pub fn fetch(
    diary: &Diary,
    deployment: &[u8; 16],
    base: &str,
    options: &Options<'_>,
    clock: &dyn Fn() -> Now,
) -> Result<Report, FetchError> {
    let mut transfer = diary.transfer(deployment, base, options.patience)?;
    let client = client(base, &options.patience, clock().wall)?;
    let mut buffer = vec![0; PIECE];
    loop {
        match transfer.next_step() {
            Next::Done => return diary.finish_transfer(transfer, &clock()),
            Next::Wait(wait) => (options.sleep)(wait),
            Next::Ask(request) => match with_headers(client.get(&request.url), &request).send() {
                Ok(answer) => hand_over(diary, &mut transfer, answer, &mut buffer, clock)?,
                Err(error) => match tls::refusal(&error) {
                    Some(refused) => return Err(refused),
                    None => transfer.broke(diary)?,
                },
            },
        }
    }
}

/// Sends an upload to `share` below the address under which the authority takes it, and takes the
/// answer into the diary.
///
/// # Errors
/// A [`SendError`].
pub fn send(
    diary: &Diary,
    upload: &Upload,
    base: &str,
    options: &Options<'_>,
    clock: &dyn Fn() -> Now,
) -> Result<Shared, SendError> {
    let mut delivery = Delivery::new(base, options.patience)?;
    let client = client(base, &options.patience, clock().wall).map_err(SendError::NotSent)?;
    loop {
        match delivery.next_step() {
            Next::Done => return delivery.finish(diary, upload, &clock()),
            Next::Wait(wait) => (options.sleep)(wait),
            Next::Ask(request) => {
                let post = client.post(&request.url).body(upload.bytes().to_vec());
                match with_headers(post, &request).send() {
                    Ok(answer) => hand_reply_over(diary, &mut delivery, answer)?,
                    Err(error) => match tls::refusal(&error) {
                        Some(refused) => return Err(SendError::NotSent(refused)),
                        None => delivery.broke(diary, !error.is_connect())?,
                    },
                }
            }
        }
    }
}

fn with_headers(builder: RequestBuilder, request: &Request) -> RequestBuilder {
    request.headers.iter().fold(builder, |builder, (name, value)| builder.header(*name, value))
}

fn hand_reply_over(
    diary: &Diary,
    delivery: &mut Delivery,
    mut answer: Response,
) -> Result<(), SendError> {
    let mut body = delivery.head(diary, &answer)?;
    let mut buffer = [0; 512];
    while body == Body::Take {
        body = match answer.read(&mut buffer) {
            Ok(0) => return delivery.end(),
            Ok(count) => delivery.body(buffer.get(..count).unwrap_or_default())?,
            Err(_) => return delivery.broke(diary, true),
        };
    }
    Ok(())
}

fn hand_over(
    diary: &Diary,
    transfer: &mut Transfer,
    mut answer: Response,
    buffer: &mut [u8],
    clock: &dyn Fn() -> Now,
) -> Result<(), FetchError> {
    let mut body = transfer.head(diary, &answer, clock().running)?;
    while body == Body::Take {
        body = match answer.read(buffer) {
            Ok(0) => return transfer.end(diary),
            Ok(count) => {
                let bytes = buffer.get(..count).unwrap_or_default();
                transfer.body(diary, bytes, clock().running)?
            }
            Err(_) => return transfer.broke(diary),
        };
    }
    Ok(())
}

impl Head for Response {
    fn status(&self) -> u16 {
        Response::status(self).as_u16()
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers().get(name).map(|value| value.to_str().unwrap_or("?"))
    }
}

fn client(base: &str, patience: &Patience, at: Instant) -> Result<Client, FetchError> {
    let secure = Address::parse(base).ok_or(FetchError::Address)?.is_secure();
    let mut builder = Client::builder()
        .connect_timeout(patience.connect)
        // In the blocking client this is the limit for each step, not for the whole.
        .timeout(patience.stall)
        .redirect(redirect::Policy::none())
        .referer(false)
        .retry(reqwest::retry::never())
        .http1_only()
        .tls_backend_preconfigured(tls::config(secure, at)?);
    if !secure {
        // This machine itself: no proxy stands before it.
        builder = builder.no_proxy();
    }
    builder.build().map_err(|_| FetchError::Tls)
}

const PIECE: usize = 16 << 10;
