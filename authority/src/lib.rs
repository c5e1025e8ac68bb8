//! The health authority's side: the only place with signing keys.
//!
//! It shares every format with the phones' core and signs what they accept. A deployment is a
//! folder ([`Deployment`]); a code is issued by [`issue::issue`].

pub mod advice;
pub mod areas;
pub mod deployment;
pub mod error;
pub mod intake;
pub mod issue;
pub mod keys;
pub mod policy;
pub mod publish;
pub mod serve;
pub mod symbol;
pub mod upload;
pub mod windows;

pub use deployment::Deployment;
pub use error::Error;
