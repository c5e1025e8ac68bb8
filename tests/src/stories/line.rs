//! The line between a phone and an authority: good, or bad in one of the ways that lines are.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use vaora::time::Instant;
use vaora_authority::intake::{self, Door};
use vaora_authority::serve::{Server, router};

use crate::lists::Office;
use crate::wire::{Answer, Asked, Body, Recorder};

/// One line, for one sync.
pub(super) enum Line {
    /// The desk's own server at the other end.
    Good(Server),
    /// Nobody answers.
    None,
    /// Something in between, which notes whether the phone went on behind a cut.
    Bad(Recorder, Arc<Mutex<bool>>),
}

impl Line {
    pub(super) fn to(office: &Office, kind: Option<&str>, at: Instant) -> Result<Self, String> {
        let intake = Arc::new(office.intake().map_err(|e| e.to_string())?);
        let public = office.public();
        let resumed = Arc::new(Mutex::new(false));
        let noted = resumed.clone();
        let file = move |asked: &Asked| {
            let Ok(bytes) = std::fs::read(public.join(&asked.path)) else {
                return (Answer::status("404 Not Found"), Vec::new(), 0);
            };
            let from = asked.from().unwrap_or(0).min(bytes.len());
            if from == 0 {
                return (Answer::of(&bytes), bytes, 0);
            }
            *noted.lock().unwrap_or_else(PoisonError::into_inner) = true;
            let (last, size) = (bytes.len().saturating_sub(1), bytes.len());
            let head = format!("206 Partial Content\r\ncontent-range: bytes {from}-{last}/{size}");
            (Answer::status(&head).with(Body::Whole(bytes[from..].to_vec())), bytes, from)
        };
        let bad = |script| {
            let recorder = Recorder::start(script).map_err(|e| e.to_string())?;
            Ok(Self::Bad(recorder, resumed))
        };
        match kind {
            None => {
                let listen = ([127, 0, 0, 1], 0).into();
                let door = Door { step: SOON, ..Door::usual(Arc::new(move || at)) };
                let routes = router(office.public()).merge(intake::router(intake, door));
                let server = Server::start(listen, routes);
                Ok(Self::Good(server.map_err(|e| e.to_string())?))
            }
            Some("offline") => Ok(Self::None),
            Some("portal") => bad(Box::new(|_: &Asked| {
                Answer::of(b"<html>").line("content-type: text/html; charset=utf-8")
            })),
            Some("busy") => bad(Box::new(|_: &Asked| {
                Answer::status("503 Service Unavailable\r\nretry-after: 3600")
            })),
            // Once, in the middle of each chunk.
            Some("shaky") => bad(Box::new(move |asked: &Asked| match file(asked) {
                (answer, bytes, 0) if asked.path.starts_with("chunk/") => {
                    let half = bytes[..bytes.len() / 2].to_vec();
                    answer.with(Body::Cut(half, bytes.len()))
                }
                (answer, ..) => answer,
            })),
            // In the middle of the second chunk, for good.
            Some("cut") => {
                let mut chunks = 0;
                bad(Box::new(move |asked: &Asked| {
                    let (answer, bytes, _) = file(asked);
                    chunks += u32::from(asked.path.starts_with("chunk/"));
                    match chunks {
                        0 | 1 => answer,
                        2 => answer.with(Body::Cut(bytes[..bytes.len() / 2].to_vec(), bytes.len())),
                        _ => Answer::of(&[]).with(Body::Cut(Vec::new(), bytes.len())),
                    }
                }))
            }
            // Everything arrives at the desk, and no answer comes back.
            Some("deaf") => bad(Box::new(move |asked: &Asked| {
                let _ = intake.answer(&asked.body, at);
                Answer::of(&[]).with(Body::Nothing)
            })),
            // A good one that is looked at.
            Some("noted") => bad(Box::new(move |asked: &Asked| file(asked).0)),
            Some(unknown) => Err(format!("no line {unknown}")),
        }
    }

    pub(super) fn base(&self) -> String {
        match self {
            Self::Good(server) => format!("http://{}/", server.address()),
            // The port of nobody.
            Self::None => String::from("http://127.0.0.1:1/"),
            Self::Bad(recorder, _) => recorder.base(),
        }
    }

    /// How often the phone asked for a chunk; not known of a good line.
    pub(super) fn chunks(&self) -> Option<usize> {
        let Self::Bad(recorder, _) = self else { return None };
        Some(recorder.take().iter().filter(|asked| asked.path.starts_with("chunk/")).count())
    }

    /// Whether the phone asked for the rest of something.
    pub(super) fn resumed(&self) -> bool {
        match self {
            Self::Bad(_, resumed) => *resumed.lock().unwrap_or_else(PoisonError::into_inner),
            _ => false,
        }
    }
}

/// A door that makes nobody wait: the time class of answers has tests of its own.
const SOON: Duration = Duration::from_millis(20);
