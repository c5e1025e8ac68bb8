//! Taking a deployment's newest publication: plan, feed, finish.
//!
//! Nothing here opens a connection. A [`Sync`] says what it wants next, and a [`Transfer`] how to ask
//! for it over HTTP; whoever carries bytes, the built-in transport or a platform's own stack, feeds
//! them in as they come. Every byte
//! is verified on its way; nothing of it counts before [`Diary::finish`](crate::diary::Diary),
//! which takes over all of it in one commit or nothing.
//!
//! What is asked for follows from the publication and from what the phone took before, never
//! from the diary: the traffic of an empty diary is that of a full one.

mod address;
mod cadence;
mod delivery;
mod engine;
mod error;
mod fetch_error;
pub mod headers;
#[cfg(feature = "http")]
pub mod http;
mod pace;
mod patience;
mod transfer;

pub use cadence::next_sync;
pub use delivery::{Delivery, SendError};
pub use engine::{Report, Sync, Want};
pub use error::SyncError;
pub use fetch_error::FetchError;
pub use patience::Patience;
pub use transfer::{Body, Head, Next, Request, Transfer};
