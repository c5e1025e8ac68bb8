//! Whom a phone believes: the root of a deployment, its keys, and what the authority says of
//! codes that it has issued, of exposure lists, and of how phones behave.
//!
//! Every document comes in one [`envelope`]; a signature covers the bytes received, never a
//! re-encoding. No clock decides anything here: the validity of a key is compared with the day
//! that the signed document itself names.

mod advice;
mod anchors;
mod areas;
mod envelope;
mod json;
mod manifest;
mod policy;
mod prefixes;
mod revocation;
mod root;
mod rule;
mod standing;
mod upload;

pub use advice::{Advice, AdviceEntry, AdviceText};
pub use anchors::{Anchors, HeldDocument};
pub use envelope::{Envelope, Signed};
#[cfg(feature = "publish")]
pub use manifest::ManifestDraft;
pub use manifest::{HeldList, ListState, ListedCatalogue, Manifest};
pub use policy::{AreaState, ListedArea, MatchRule, Policy, Reminders};
pub use prefixes::Prefixes;
pub use revocation::{Reason, Revocation, RevokedCode, RevokedKey};
#[cfg(feature = "publish")]
pub use root::RootDraft;
pub use root::{Issuer, Key, Role, Root};
pub use rule::Refusal;
pub use standing::Standing;
pub use upload::{Upload, UploadKey};
