//! Sharing chosen visits with the health authority, only ever by an explicit act.
//!
//! The person chooses visits, the app shows a [`Preview`] with every field of them, and only
//! [`Preview::agree`] makes the [`Consent`] that [`Diary::share`](crate::diary::Diary::share)
//! takes. What leaves the phone is a box of 32 KiB whatever is in it; a cover upload, which holds
//! nothing, looks the same. The byte-exact law is `docs/formats.md`, 9.

mod code;
mod consent;
mod cover;
mod receipt;
mod reply;
mod request;
mod rule;
mod sealed;
mod visit;

pub use code::ShareCode;
pub use consent::{Choice, Consent, Preview};
pub use cover::next_cover;
pub use receipt::{Pending, Receipt, ReceiptId};
pub use reply::{Answer, REPLY_LEN, ReplyKey};
pub use request::{Request, UploadId};
pub use rule::ShareRule;
#[cfg(feature = "publish")]
pub use sealed::open;
pub use sealed::{BOX_LEN, key_of, seal};
pub use visit::SharedVisit;

pub(crate) use receipt::{Begun, Shares};
pub(crate) use request::fitting;
pub(crate) use visit::derive_content;
