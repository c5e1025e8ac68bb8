//! Whom a phone believes: the root of a deployment, its keys, and what the authority says of
//! codes that it has issued.
//!
//! Every document comes in one [`envelope`]; a signature covers the bytes received, never a
//! re-encoding. No clock decides anything here: the validity of a key is compared with the day
//! that the signed document itself names.

mod anchors;
mod areas;
mod envelope;
mod json;
mod prefixes;
mod revocation;
mod root;
mod rule;

pub use anchors::Anchors;
pub use envelope::{Envelope, Signed};
pub use prefixes::Prefixes;
pub use revocation::{Reason, Revocation, RevokedCode, RevokedKey};
#[cfg(feature = "publish")]
pub use root::RootDraft;
pub use root::{Issuer, Key, Role, Root};
pub use rule::Refusal;
