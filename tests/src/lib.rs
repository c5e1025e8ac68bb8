//! What the proofs share: vectors, generated frames, stories.

pub mod diary;
pub mod frames;
pub mod hostile;
pub mod line;
pub mod lists;
pub mod stories;
pub mod typing;
pub mod vectors;
pub mod wire;

/// The example of the README is compiled like any other code.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;
