//! What a person chose, saw, and agreed to.

use crate::diary::visit::{CompanionId, VisitId};
use crate::share::{SharedVisit, derive_content};

/// Which visits a person wants to share, and with whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShareChoice {
    /// The authority.
    pub deployment: [u8; 16],
    /// The visits, in the order of their importance: of too many, the first ones fit.
    pub visits: Vec<VisitId>,
    /// Companions whose names are told; none unless the person says so. Of the others, only how
    /// many they were.
    pub named: Vec<CompanionId>,
}

/// What will be sent, every field of it: show it, then ask.
pub struct SharePreview {
    choice: ShareChoice,
    visits: Vec<SharedVisit>,
    content: [u8; 32],
}

impl SharePreview {
    /// Made by the diary alone, from what it holds.
    pub(crate) fn new(choice: ShareChoice, visits: Vec<SharedVisit>) -> Self {
        let content = derive_content(&visits);
        Self { choice, visits, content }
    }

    /// With whom it will be shared.
    #[must_use]
    pub fn deployment(&self) -> &[u8; 16] {
        &self.choice.deployment
    }

    /// Every visit with every field that will be sent, in the order in which they began.
    #[must_use]
    pub fn visits(&self) -> &[SharedVisit] {
        &self.visits
    }

    /// The person has seen all of it and says yes. Call it from the button that says so and from
    /// nowhere else: it is the only way to a [`Consent`].
    #[must_use]
    pub fn agree(self) -> Consent {
        Consent { choice: self.choice, content: self.content }
    }
}

/// A person's yes to sharing exactly these visits, once.
///
/// There is no other way to one than [`SharePreview::agree`], it cannot be copied, and sharing uses it
/// up:
///
/// ```compile_fail,E0451
/// use vaora::diary::{Consent, ShareChoice};
/// let choice = ShareChoice { deployment: [0; 16], visits: Vec::new(), named: Vec::new() };
/// let forged = Consent { choice, content: [0; 32] };
/// ```
///
/// ```compile_fail,E0277
/// use vaora::diary::Consent;
/// fn twice(consent: &Consent) -> Consent {
///     Clone::clone(consent)
/// }
/// ```
pub struct Consent {
    choice: ShareChoice,
    content: [u8; 32],
}

impl Consent {
    /// What was chosen, and what stands for what was seen.
    pub(crate) fn into_parts(self) -> (ShareChoice, [u8; 32]) {
        (self.choice, self.content)
    }
}

impl std::fmt::Debug for SharePreview {
    /// Nothing of what it shows.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SharePreview")
    }
}

impl std::fmt::Debug for Consent {
    /// Nothing of what was chosen.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Consent")
    }
}
