//! Sharing chosen visits with the health authority, only ever by an explicit act.
//!
//! Here is what leaves a phone and what comes back: a box of 32 KiB whatever is in it, and an
//! answer of 128 bytes. A cover, which holds nothing, looks the same. What may go into a box the
//! diary decides, with the person. The byte-exact law is `docs/formats.md`, 9.

mod code;
mod cover;
mod reply;
mod request;
mod rule;
mod sealed;
mod visit;

pub use code::ShareCode;
pub use cover::next_cover;
pub use reply::{Answer, REPLY_LEN, ReceiptId, ReplyKey};
pub use request::{Request, UploadId};
pub use rule::ShareRule;
#[cfg(feature = "publish")]
pub use sealed::open;
pub use sealed::{BOX_LEN, key_of, seal};
pub use visit::SharedVisit;

pub(crate) use request::fitting;
pub(crate) use visit::derive_content;
