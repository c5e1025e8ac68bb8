//! The secure line: whom it trusts, and at what time.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::UnixTime;
use rustls::time_provider::TimeProvider;
use rustls::{ClientConfig, RootCertStore};

use super::super::FetchError;
use crate::time::Instant;

/// TLS with the roots of this machine, or those that `SSL_CERT_FILE` names, as of this time.
pub(super) fn config(is_used: bool, at: Instant) -> Result<ClientConfig, FetchError> {
    let mut roots = RootCertStore::empty();
    if is_used {
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_details(provider, Arc::new(At(at)))
        .with_safe_default_protocol_versions()
        .map_err(|_| FetchError::Tls)?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}

/// Time is an argument here too: certificates are judged at the time when the fetch began.
#[derive(Debug)]
struct At(Instant);

impl TimeProvider for At {
    fn current_time(&self) -> Option<UnixTime> {
        let seconds = u64::try_from(self.0.unix()).ok()?;
        Some(UnixTime::since_unix_epoch(Duration::from_secs(seconds)))
    }
}

/// Whether a connection failed for what TLS says of the other side, and not for the line. Then
/// another try would end the same.
pub(super) fn refusal(error: &reqwest::Error) -> Option<FetchError> {
    let mut next: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(error) = next {
        match error.downcast_ref::<rustls::Error>() {
            Some(rustls::Error::InvalidCertificate(_) | rustls::Error::NoCertificatesPresented) => {
                return Some(FetchError::Certificate);
            }
            Some(_) => return Some(FetchError::Tls),
            None => {}
        }
        // An error of input and output that wraps another does not name it as its source.
        let wrapped = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        next = match wrapped {
            Some(inner) => Some(inner),
            None => error.source(),
        };
    }
    None
}
