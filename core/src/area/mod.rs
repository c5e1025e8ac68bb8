//! Where a place lies: area codes, and the catalogue of provinces, districts and communes.
//!
//! A code means something only together with its map: Viet Nam's codes were reused in the
//! reform of 2025 with another extent.

pub mod code;
