//! Issuing venue codes: a fresh random seed, the body that phones read, the issuer's signature.

use vaora::code::{Rule, Venue, typed};
use vaora::seal::{Purpose, Seed, VenueId};
use vaora::text::b28;
use vaora::time::Day;

use crate::error::Error;
use crate::keys::{self, Signer};

/// A signed venue code. Its seed lets whoever holds it recognise the venue in published lists:
/// it belongs on the poster and in the register, and nowhere else.
pub struct IssuedCode {
    /// Names the code, for revocation.
    pub id: VenueId,
    /// The match secret.
    pub seed: Seed,
    bytes: Vec<u8>,
}

impl IssuedCode {
    /// Body and signature.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The code as B28 alone.
    #[must_use]
    pub fn bare(&self) -> String {
        b28::encode(&self.bytes)
    }

    /// The code as an address. The secret is in the fragment, so a stock camera that opens the
    /// page sends nothing secret.
    ///
    /// # Errors
    /// [`Error::Usage`] for what is no host name: another `#` in it would move the secret.
    pub fn address(&self, host: &str) -> Result<String, Error> {
        let good = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'.' | b'-');
        if host.is_empty() || host.len() > 64 || !host.bytes().all(good) {
            return Err(Error::Usage(format!("`{host}` is no host name")));
        }
        Ok(format!("HTTPS://{}/#{}", host.to_ascii_uppercase(), self.bare()))
    }

    /// What people type where no camera works: 22 symbols, in groups.
    #[must_use]
    pub fn typed(&self) -> String {
        typed::grouped(&typed::encode(&self.seed))
    }
}

/// Issues a code with a fresh seed.
///
/// # Errors
/// The rule that the venue breaks, or [`Error::Random`].
pub fn issue(venue: &Venue, signer: &Signer) -> Result<IssuedCode, Error> {
    Ok(issue_with(venue, signer, fresh_seed(keys::random)?)?)
}

/// Issues a code with a given seed: for tests and vectors that must not change.
///
/// # Errors
/// The rule that the venue breaks.
pub fn issue_with(venue: &Venue, signer: &Signer, seed: Seed) -> Result<IssuedCode, Rule> {
    let mut bytes = venue.encode(signer.id(), &seed)?;
    let id = VenueId::derive(&bytes);
    let signature = signer.sign(Purpose::Code, &bytes);
    bytes.extend(signature);
    Ok(IssuedCode { id, seed, bytes })
}

/// Dated codes, for a screen or a sheet: one for each day from `venue.first` to `venue.last`,
/// with independent seeds, so that a photograph of one says nothing about the next.
///
/// # Errors
/// Those of [`issue`]; a batch is issued whole or not at all.
pub fn issue_dated(venue: &Venue, signer: &Signer) -> Result<Vec<(Day, IssuedCode)>, Error> {
    let days = venue.first.number()..=venue.last.number();
    if days.clone().count() > MAX_BATCH {
        return Err(Error::Usage(format!("a batch is at most {MAX_BATCH} days long")));
    }
    days.map(|number| {
        let day = Day::from_number(number);
        let dated = Venue { first: day, last: day, ..venue.clone() };
        Ok((day, issue(&dated, signer)?))
    })
    .collect()
}

/// A seed whose typed form has a letter: a text of digits only is never taken for a typed code,
/// because people scan numbers all day. Drawing again is needed once in a billion times.
fn fresh_seed(mut draw: impl FnMut() -> Result<[u8; 12], Error>) -> Result<Seed, Error> {
    loop {
        let seed = Seed::from_bytes(draw()?);
        if typed::encode(&seed).bytes().any(|c| c.is_ascii_alphabetic()) {
            return Ok(seed);
        }
    }
}

/// A year and a day.
const MAX_BATCH: usize = 366;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_that_is_all_digits_when_typed_is_drawn_again() {
        // Four groups of "00000" and two check symbols.
        let zero = typed::encode(&Seed::from_bytes([0; 12]));
        let digits_only = zero.bytes().all(|c| c.is_ascii_digit());
        let mut draws = vec![[7; 12], [0; 12]];
        let seed = fresh_seed(|| draws.pop().ok_or(Error::Random)).unwrap();
        assert_eq!(seed.expose() == &[7; 12], digits_only);
        assert!(typed::encode(&seed).bytes().any(|c| c.is_ascii_alphabetic()));
    }
}
