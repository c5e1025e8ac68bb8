//! The door: `POST /share`. Whatever comes in, the answer has one size and takes one of a few
//! times, and nothing is logged: neither an answer nor how long it took says what it was for.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, FromRequest, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use tokio::time::{Instant as Running, timeout};
use vaora::share::BOX_LEN;
use vaora::time::Instant;

use super::{Intake, nothing};

/// How the door behaves.
#[derive(Clone)]
pub struct Door {
    /// Every answer goes out at a multiple of this after its box came in.
    pub step: Duration,
    /// How many boxes a minute are opened. It also bounds how fast codes can be guessed.
    pub per_minute: u32,
    /// For how long a box may be on its way in.
    pub patience: Duration,
    /// The wall clock.
    pub clock: Arc<dyn Fn() -> Instant + Send + Sync>,
}

impl Door {
    /// A quarter of a second, 600 a minute, two minutes for a box: at a kilobyte a second it takes
    /// half a minute.
    #[must_use]
    pub fn usual(clock: Arc<dyn Fn() -> Instant + Send + Sync>) -> Self {
        let (step, patience) = (Duration::from_millis(250), Duration::from_secs(120));
        Self { step, per_minute: 600, patience, clock }
    }
}

/// The route `POST /share` of an intake; merge it with the others.
pub fn router(intake: Arc<Intake>, door: Door) -> Router {
    let opened = Running::now();
    let shared = Arc::new(Shared { intake, door, opened, minute: Mutex::new((0, 0)) });
    Router::new()
        .route("/share", post(answer))
        .layer(DefaultBodyLimit::max(BOX_LEN))
        .with_state(shared)
}

struct Shared {
    intake: Arc<Intake>,
    door: Door,
    opened: Running,
    /// Which minute it is, and how many came in it.
    minute: Mutex<(u64, u32)>,
}

async fn answer(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let body = timeout(shared.door.patience, Bytes::from_request(request, &())).await;
    let begun = Running::now();
    let body = match body {
        Ok(body) => body.map_err(|rejection| rejection.status()),
        Err(_) => Err(StatusCode::REQUEST_TIMEOUT),
    };
    let (status, body) = match body {
        Err(status) => (status, None),
        Ok(body) if body.len() != BOX_LEN => (StatusCode::BAD_REQUEST, None),
        Ok(_) if !shared.may_enter(begun) => (StatusCode::TOO_MANY_REQUESTS, None),
        Ok(body) => {
            let own = Arc::clone(&shared);
            // Files are written and synced: not on a thread that others wait for.
            let work =
                tokio::task::spawn_blocking(move || own.intake.answer(&body, (own.door.clock)()));
            match work.await {
                Ok(Ok(answer)) => (StatusCode::OK, Some(answer)),
                _ => (StatusCode::SERVICE_UNAVAILABLE, None),
            }
        }
    };
    // One size, also where there is nothing to say.
    let body = body.unwrap_or_else(nothing);
    tokio::time::sleep_until(begun + rounded(begun.elapsed(), shared.door.step)).await;
    let headers =
        [(header::CONTENT_TYPE, "application/octet-stream"), (header::CACHE_CONTROL, "no-store")];
    (status, headers, body).into_response()
}

/// The next whole step.
fn rounded(time: Duration, step: Duration) -> Duration {
    let step = step.as_micros().max(1);
    let steps = time.as_micros() / step + 1;
    Duration::from_micros(u64::try_from(steps * step).unwrap_or(u64::MAX))
}

impl Shared {
    fn may_enter(&self, now: Running) -> bool {
        let minute = now.duration_since(self.opened).as_secs() / 60;
        let Ok(mut held) = self.minute.lock() else { return false };
        if held.0 != minute {
            *held = (minute, 0);
        }
        held.1 = held.1.saturating_add(1);
        held.1 <= self.door.per_minute
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_come_in_steps() {
        let ms = Duration::from_millis;
        for (time, at) in [(0, 250), (1, 250), (249, 250), (250, 500), (251, 500), (999, 1000)] {
            assert_eq!(rounded(ms(time), ms(250)), ms(at), "{time}");
        }
    }
}
