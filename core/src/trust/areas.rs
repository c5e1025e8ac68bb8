//! The catalogue of areas as a signed document. It is the same in every deployment.

use super::Refusal;
use super::anchors::Catalogue;
use crate::area::Areas;
use crate::seal::Purpose;
use crate::time::Day;

impl Catalogue for Areas {
    const PURPOSE: Purpose = Purpose::Areas;

    fn parse(payload: &[u8]) -> Result<Self, Refusal> {
        Areas::parse(payload).map_err(|_| Refusal::Areas)
    }

    fn deployment(&self) -> Option<&[u8; 16]> {
        None
    }

    fn version(&self) -> u64 {
        Areas::version(self).into()
    }

    fn created(&self) -> Day {
        Areas::created(self)
    }
}
