//! Camera frames to QR symbols: knows nothing of venues.
