//! Base64 as other systems write it: either alphabet, padded or not, but never a mixture, and
//! no bits left over.

use base64::Engine as _;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::DecodePaddingMode::{Indifferent, RequireNone};
use base64::engine::{GeneralPurpose, GeneralPurposeConfig};

use super::Rule;

/// Reads base64 of either alphabet; percent-encoded characters are the caller's business.
pub(super) fn any(text: &str) -> Result<Vec<u8>, Rule> {
    let engine = if text.contains(['-', '_']) { &ANY_URL_SAFE } else { &ANY_STANDARD };
    engine.decode(text).map_err(|_| Rule::ForeignBase64)
}

/// Reads base64url without padding, the only form that signed tokens know.
pub(super) fn url(text: &str) -> Result<Vec<u8>, Rule> {
    URL.decode(text).map_err(|_| Rule::ForeignBase64)
}

const ANY: GeneralPurposeConfig = GeneralPurposeConfig::new().with_decode_padding_mode(Indifferent);
static ANY_STANDARD: GeneralPurpose = GeneralPurpose::new(&STANDARD, ANY);
static ANY_URL_SAFE: GeneralPurpose = GeneralPurpose::new(&URL_SAFE, ANY);
static URL: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(RequireNone),
);
