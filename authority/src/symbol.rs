//! The QR symbol of a code: mixed segments, so that it stays small enough to read from afar.

use qrcodegen::{QrCode, QrCodeEcc, QrSegment, Version};

use crate::error::Error;

/// A symbol at level M: about 15 % of it may be dirty or torn.
///
/// The host and the B28 go into alphanumeric segments, the `#` between them, which that mode
/// does not have, into a byte segment of its own.
///
/// # Errors
/// [`Error::Symbol`] for a text that no version holds.
pub fn symbol(text: &str) -> Result<QrCode, Error> {
    let segments: Vec<QrSegment> = match text.split_once('#') {
        Some((host, code)) if [host, code].into_iter().all(QrSegment::is_alphanumeric) => vec![
            QrSegment::make_alphanumeric(host),
            QrSegment::make_bytes(b"#"),
            QrSegment::make_alphanumeric(code),
        ],
        _ => QrSegment::make_segments(text),
    };
    QrCode::encode_segments_advanced(
        &segments,
        QrCodeEcc::Medium,
        Version::MIN,
        Version::MAX,
        None,
        false,
    )
    .map_err(|_| Error::Symbol)
}
