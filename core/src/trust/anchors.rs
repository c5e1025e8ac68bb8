//! What a phone holds of a deployment when it judges a code: root and catalogues.

use super::{Envelope, Prefixes, Refusal, Revocation, Role, Root};
use crate::area::Areas;
use crate::seal::{self, Purpose};
use crate::time::Day;

/// A root and the newest catalogues that were accepted under it.
///
/// Without a root every code of ours is of an unknown issuer; it is still read.
#[derive(Debug, Clone, Default)]
pub struct Anchors {
    root: Option<Root>,
    revocation: Option<Held<Revocation>>,
    prefixes: Option<Held<Prefixes>>,
    areas: Option<Held<Areas>>,
}

impl Anchors {
    /// Nothing is trusted yet.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// A verified root and no catalogues.
    #[must_use]
    pub fn of(root: Root) -> Self {
        Self { root: Some(root), ..Self::default() }
    }

    /// The root in force.
    #[must_use]
    pub fn root(&self) -> Option<&Root> {
        self.root.as_ref()
    }

    /// Takes the root that follows. The catalogues stay: their versions go on counting.
    ///
    /// # Errors
    /// A [`Refusal`]; nothing has changed then.
    pub fn accept_root(&mut self, bytes: &[u8]) -> Result<(), Refusal> {
        let root = self.root.as_ref().ok_or(Refusal::Threshold)?;
        self.root = Some(root.step(bytes)?);
        Ok(())
    }

    /// What the authority took back, if a catalogue was accepted.
    #[must_use]
    pub fn revocation(&self) -> Option<&Revocation> {
        self.revocation.as_ref().map(|held| &held.catalogue)
    }

    /// Takes a newer revocation catalogue.
    ///
    /// # Errors
    /// A [`Refusal`]; nothing has changed then.
    pub fn accept_revocation(&mut self, bytes: &[u8]) -> Result<(), Refusal> {
        accept(self.root.as_ref(), &mut self.revocation, bytes)
    }

    /// The adopted prefixes, if a catalogue was accepted.
    #[must_use]
    pub fn prefixes(&self) -> Option<&Prefixes> {
        self.prefixes.as_ref().map(|held| &held.catalogue)
    }

    /// Takes a newer catalogue of adopted prefixes.
    ///
    /// # Errors
    /// A [`Refusal`]; nothing has changed then.
    pub fn accept_prefixes(&mut self, bytes: &[u8]) -> Result<(), Refusal> {
        accept(self.root.as_ref(), &mut self.prefixes, bytes)
    }

    /// The areas of the country, if a catalogue was accepted.
    #[must_use]
    pub fn areas(&self) -> Option<&Areas> {
        self.areas.as_ref().map(|held| &held.catalogue)
    }

    /// Takes a newer catalogue of areas: a reform of the country needs no new program.
    ///
    /// # Errors
    /// A [`Refusal`]; nothing has changed then.
    pub fn accept_areas(&mut self, bytes: &[u8]) -> Result<(), Refusal> {
        accept(self.root.as_ref(), &mut self.areas, bytes)
    }
}

/// A document that the catalogue role signs.
pub(super) trait Catalogue: Sized {
    const PURPOSE: Purpose;
    fn parse(payload: &[u8]) -> Result<Self, Refusal>;
    fn head(&self) -> Head;
}

/// What every catalogue says of itself.
pub(super) struct Head {
    /// `None` for a catalogue that is the same in every deployment.
    pub(super) deployment: Option<[u8; 16]>,
    pub(super) version: u64,
    pub(super) created: Day,
}

/// An accepted catalogue, with the hash that tells a change under the same version.
#[derive(Debug, Clone)]
struct Held<T> {
    catalogue: T,
    hash: [u8; 32],
}

/// The one way in for every catalogue: signed by the role's threshold, of this deployment, and
/// never older than what was accepted before.
fn accept<T: Catalogue>(
    root: Option<&Root>,
    held: &mut Option<Held<T>>,
    bytes: &[u8],
) -> Result<(), Refusal> {
    let root = root.ok_or(Refusal::Threshold)?;
    let envelope = Envelope::parse(bytes, T::PURPOSE)?;
    let signed = root.open(&envelope, Role::Catalogue)?;
    let catalogue = T::parse(signed.payload())?;
    let head = catalogue.head();
    signed.on(head.created)?;
    if head.deployment.is_some_and(|id| id != *root.deployment()) {
        return Err(Refusal::Deployment);
    }
    let hash = seal::sha256(signed.payload());
    if let Some(before) = held {
        let held = before.catalogue.head().version;
        if head.version < held {
            return Err(Refusal::Rollback);
        }
        if head.version == held && hash != before.hash {
            return Err(Refusal::Changed);
        }
    }
    *held = Some(Held { catalogue, hash });
    Ok(())
}
