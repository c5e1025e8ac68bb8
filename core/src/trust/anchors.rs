//! What a phone holds of a deployment when it judges a code: root and catalogues.

use super::{
    Advice, Envelope, Prefixes, Refusal, Revocation, Role, Root, Signed, Standing, Upload,
};
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
    advice: Option<Held<Advice>>,
    upload: Option<Held<Upload>>,
    policy: Option<HeldDocument>,
    standing: Standing,
}

/// A document that is held, as the manifest would name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeldDocument {
    /// Its version.
    pub version: u64,
    /// SHA-256 over the whole document as it was served.
    pub hash: [u8; 32],
    /// SHA-256 over its payload: tells a change under the same version.
    payload: [u8; 32],
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

    /// What to do after a warning, if a catalogue was accepted.
    #[must_use]
    pub fn advice(&self) -> Option<&Advice> {
        self.advice.as_ref().map(|held| &held.catalogue)
    }

    /// Takes a newer catalogue of advice.
    ///
    /// # Errors
    /// A [`Refusal`]; nothing has changed then.
    pub fn accept_advice(&mut self, bytes: &[u8]) -> Result<(), Refusal> {
        accept(self.root.as_ref(), &mut self.advice, bytes)
    }

    /// The keys to which diaries are shared, if they were accepted.
    #[must_use]
    pub fn upload(&self) -> Option<&Upload> {
        self.upload.as_ref().map(|held| &held.catalogue)
    }

    /// Takes newer upload keys.
    ///
    /// # Errors
    /// A [`Refusal`]; nothing has changed then.
    pub fn accept_upload(&mut self, bytes: &[u8]) -> Result<(), Refusal> {
        accept(self.root.as_ref(), &mut self.upload, bytes)
    }

    /// What the phone stands by: the newest policy, and from which days the parts of it act that
    /// wait. Without any policy, the default.
    #[must_use]
    pub fn standing(&self) -> &Standing {
        &self.standing
    }

    /// Takes a newer policy.
    ///
    /// # Errors
    /// A [`Refusal`]; nothing has changed then.
    pub fn accept_policy(&mut self, bytes: &[u8]) -> Result<(), Refusal> {
        let held = self.policy.as_ref().map(|document| (self.standing.policy(), document));
        let Held { catalogue, document } = admit(self.root.as_ref(), held, bytes)?;
        self.standing = std::mem::take(&mut self.standing).after(catalogue);
        self.policy = Some(document);
        Ok(())
    }

    /// Version and hash of a held catalogue, to compare with what the manifest lists.
    #[must_use]
    pub fn held(&self, purpose: Purpose) -> Option<HeldDocument> {
        match purpose {
            Purpose::Revocation => document(&self.revocation),
            Purpose::Prefixes => document(&self.prefixes),
            Purpose::Areas => document(&self.areas),
            Purpose::Advice => document(&self.advice),
            Purpose::Upload => document(&self.upload),
            Purpose::Policy => self.policy,
            Purpose::Code | Purpose::Root | Purpose::Manifest => None,
        }
    }

    /// Holds a catalogue again that was accepted before a restart, from the file where it lay and
    /// its hash from a sealed place. See [`Root::restore`] for why the signatures are not checked
    /// again. After the policy, [`Anchors::restore_standing`] brings back its days.
    ///
    /// # Errors
    /// [`Refusal::Stored`] when it is not the document that was accepted. Only that catalogue is
    /// missing then, until it is fetched again; the others can still be restored.
    pub fn restore(
        &mut self,
        purpose: Purpose,
        bytes: &[u8],
        sha256: &[u8; 32],
    ) -> Result<(), Refusal> {
        let root = self.root.as_ref();
        match purpose {
            Purpose::Revocation => self.revocation = Some(restore(root, bytes, sha256)?),
            Purpose::Prefixes => self.prefixes = Some(restore(root, bytes, sha256)?),
            Purpose::Areas => self.areas = Some(restore(root, bytes, sha256)?),
            Purpose::Advice => self.advice = Some(restore(root, bytes, sha256)?),
            Purpose::Upload => self.upload = Some(restore(root, bytes, sha256)?),
            Purpose::Policy => {
                let Held { catalogue, document } = restore(root, bytes, sha256)?;
                self.standing = std::mem::take(&mut self.standing).after(catalogue);
                self.policy = Some(document);
            }
            Purpose::Code | Purpose::Root | Purpose::Manifest => {
                return Err(Refusal::EnvelopePurpose);
            }
        }
        Ok(())
    }

    /// Brings back the days of [`Standing::encode`], which the phone keeps in a sealed place: from
    /// when a shorter retention and dormant areas act. They hold even where the policy's file was
    /// lost.
    ///
    /// # Errors
    /// [`Refusal::Stored`] for bytes that no version wrote; nothing has changed then.
    pub fn restore_standing(&mut self, bytes: &[u8]) -> Result<(), Refusal> {
        let policy = self.standing.policy().clone();
        self.standing = Standing::decode(bytes, policy).ok_or(Refusal::Stored)?;
        Ok(())
    }
}

/// A document of which a phone holds the newest version.
pub(super) trait Catalogue: Sized {
    const PURPOSE: Purpose;
    const ROLE: Role = Role::Catalogue;
    fn parse(payload: &[u8]) -> Result<Self, Refusal>;
    fn head(&self) -> Head;

    /// Whether it needs more signatures than the threshold, compared with the one held.
    fn permit(&self, _signed: &Signed<'_>, _held: Option<&Self>) -> Result<(), Refusal> {
        Ok(())
    }
}

/// What every catalogue says of itself.
pub(super) struct Head {
    /// `None` for a catalogue that is the same in every deployment.
    pub(super) deployment: Option<[u8; 16]>,
    pub(super) version: u64,
    pub(super) created: Day,
}

/// An accepted catalogue and the document that it came in.
#[derive(Debug, Clone)]
struct Held<T> {
    catalogue: T,
    document: HeldDocument,
}

fn document<T>(held: &Option<Held<T>>) -> Option<HeldDocument> {
    held.as_ref().map(|held| held.document)
}

fn accept<T: Catalogue>(
    root: Option<&Root>,
    held: &mut Option<Held<T>>,
    bytes: &[u8],
) -> Result<(), Refusal> {
    let before = held.as_ref().map(|held| (&held.catalogue, &held.document));
    *held = Some(admit(root, before, bytes)?);
    Ok(())
}

/// The one way in for every catalogue: signed by the role's threshold, of this deployment, and
/// never older than what was accepted before.
fn admit<T: Catalogue>(
    root: Option<&Root>,
    held: Option<(&T, &HeldDocument)>,
    bytes: &[u8],
) -> Result<Held<T>, Refusal> {
    let root = root.ok_or(Refusal::Threshold)?;
    let envelope = Envelope::parse(bytes, T::PURPOSE)?;
    let signed = root.open(&envelope, T::ROLE)?;
    let catalogue = T::parse(signed.payload())?;
    signed.on(catalogue.head().created)?;
    of_deployment(&catalogue, root)?;
    let document = HeldDocument::new(&catalogue, signed.payload(), bytes);
    if let Some((_, before)) = held {
        if document.version < before.version {
            return Err(Refusal::Rollback);
        }
        if document.version == before.version && document.payload != before.payload {
            return Err(Refusal::Changed);
        }
    }
    catalogue.permit(&signed, held.map(|(catalogue, _)| catalogue))?;
    Ok(Held { catalogue, document })
}

/// The one way back after a restart: the hash stands for everything that [`admit`] asked.
fn restore<T: Catalogue>(
    root: Option<&Root>,
    bytes: &[u8],
    sha256: &[u8; 32],
) -> Result<Held<T>, Refusal> {
    let root = root.ok_or(Refusal::Threshold)?;
    let envelope = Envelope::stored(bytes, T::PURPOSE, sha256)?;
    let catalogue = T::parse(envelope.unverified())?;
    of_deployment(&catalogue, root)?;
    let document = HeldDocument::new(&catalogue, envelope.unverified(), bytes);
    Ok(Held { catalogue, document })
}

fn of_deployment(catalogue: &impl Catalogue, root: &Root) -> Result<(), Refusal> {
    match catalogue.head().deployment {
        Some(id) if id != *root.deployment() => Err(Refusal::Deployment),
        _ => Ok(()),
    }
}

impl HeldDocument {
    fn new(catalogue: &impl Catalogue, payload: &[u8], bytes: &[u8]) -> Self {
        let (hash, payload) = (seal::sha256(bytes), seal::sha256(payload));
        Self { version: catalogue.head().version, hash, payload }
    }
}
