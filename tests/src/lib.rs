//! What the proofs share: vectors, generated frames, stories.

pub mod typing;
pub mod vectors;
