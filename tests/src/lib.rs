//! What the proofs share: vectors, generated frames, stories.

pub mod frames;
