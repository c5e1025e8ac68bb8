//! The catalogue of areas as a signed document. It is the same in every deployment.

use super::Refusal;
use super::anchors::{Catalogue, Head};
use crate::area::Areas;
use crate::seal::Purpose;

impl Catalogue for Areas {
    const PURPOSE: Purpose = Purpose::Areas;

    fn parse(payload: &[u8]) -> Result<Self, Refusal> {
        Areas::parse(payload).map_err(|_| Refusal::Areas)
    }

    fn head(&self) -> Head {
        Head { deployment: None, version: self.version().into(), created: self.created() }
    }
}
