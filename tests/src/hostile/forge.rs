//! The authority's keys in the wrong hands: signs whatever is asked.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use vaora::seal::{KeyId, Purpose, sha256};
use vaora::text::hex;
use vaora::trust::{Envelope, Manifest, Role, Root, RootDraft};
use vaora_authority::keys::Signer;

use super::Files;
use crate::lists::Office;

type Published = BTreeMap<String, Vec<u8>>;

/// Keys, and what was published with them.
#[derive(Clone)]
pub(super) struct Forge {
    pub(super) deployment: [u8; 16],
    /// The publication before the one that phones hold, that one, and the next.
    pub(super) first: Published,
    pub(super) held: Published,
    pub(super) next: Published,
    /// The number of the next; read once, for it is asked for in every round of a long proof.
    next_sequence: u64,
    root: Vec<u8>,
    keys: PathBuf,
}

impl Forge {
    pub(super) fn new(
        folder: &Path,
        office: &Office,
        first: Published,
        held: Published,
    ) -> Result<Self, String> {
        let root = office.deployment.anchors().root().ok_or("no root")?;
        let keys = folder.join("desk").join("keys");
        let (deployment, next) = (*root.deployment(), Published::new());
        Ok(Self { deployment, first, held, next, next_sequence: 0, root: office.root(), keys })
    }

    pub(super) fn with_next(self, next: Published) -> Self {
        let forge = Self { next, ..self };
        Self { next_sequence: forge.manifest().sequence, ..forge }
    }

    pub(super) fn next_sequence(&self) -> u64 {
        self.next_sequence
    }

    /// The honest next manifest.
    pub(super) fn manifest(&self) -> Manifest {
        Manifest::open(&self.next["manifest"], &self.root(), None).expect("it is honest")
    }

    /// The manifest that the phone holds.
    pub(super) fn held_manifest(&self) -> Manifest {
        Manifest::open(&self.held["manifest"], &self.root(), None).expect("it is honest")
    }

    pub(super) fn root(&self) -> Root {
        Root::embedded(&self.root).expect("it is honest")
    }

    /// All keys whose files begin so: root, list, catalogue, upload, issuer.
    pub(super) fn signers(&self, role: &str) -> Vec<Signer> {
        let mut paths: Vec<PathBuf> = std::fs::read_dir(&self.keys)
            .expect("the desk has keys")
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| path.file_name().is_some_and(|n| n.to_string_lossy().starts_with(role)))
            .collect();
        paths.sort();
        paths.iter().map(|path| Signer::load(path).expect("a key")).collect()
    }

    /// The honest next manifest, its payload as text with some words replaced, signed by both list
    /// keys. What is to be replaced must be there.
    pub(super) fn edited(&self, edits: &[(&str, &str)]) -> Files {
        let mut text = self.payload();
        for (from, to) in edits {
            assert!(text.contains(from), "{from} is not in {text}");
            text = text.replacen(from, to, 1);
        }
        self.signed_manifest(&text)
    }

    /// The payload of the honest next manifest.
    pub(super) fn payload(&self) -> String {
        payload_of(&self.next["manifest"])
    }

    pub(super) fn signed_manifest(&self, payload: &str) -> Files {
        let keys = self.signers("list");
        manifest(sign(Purpose::Manifest, payload.as_bytes(), &keys))
    }

    /// A root that follows the first one, signed by all root keys.
    pub(super) fn next_root(&self, change: impl FnOnce(&mut RootDraft)) -> Vec<u8> {
        let root = self.root();
        let mut draft = RootDraft::after(&root, root.created());
        change(&mut draft);
        sign(Purpose::Root, &draft.encode().expect("a root"), &self.signers("root"))
    }

    /// The same, its payload as text with some words replaced.
    pub(super) fn edited_root(&self, from: &str, to: &str) -> Files {
        let text = payload_of(&self.next_root(|_| {}));
        assert!(text.contains(from), "{from} is not in {text}");
        let text = text.replacen(from, to, 1);
        vec![root_file(2, sign(Purpose::Root, text.as_bytes(), &self.signers("root")))]
    }

    /// A catalogue of other words under an honest manifest that names it, signed by some keys.
    pub(super) fn catalogue(
        &self,
        purpose: Purpose,
        edits: &[(&str, &str)],
        signers: &[Signer],
    ) -> Files {
        let listed = *self.manifest().catalogue(purpose).expect("the desk has it");
        let path = format!("catalogue/{}", hex::encode(&listed.hash));
        let mut text = payload_of(&self.next[&path]);
        for (from, to) in edits {
            assert!(text.contains(from), "{from} is not in {text}");
            text = text.replacen(from, to, 1);
        }
        self.listed(purpose, &sign(purpose, text.as_bytes(), signers), &text)
    }

    /// A manifest that names this document.
    pub(super) fn listed(&self, purpose: Purpose, document: &[u8], payload: &str) -> Files {
        let before = *self.manifest().catalogue(purpose).expect("the desk has it");
        let version = payload.split("\"version\":").nth(1).and_then(|v| v.split(',').next());
        let version = version.and_then(|v| v.parse().ok()).unwrap_or(before.version);
        let words = |version: u64, size: u32, hash: &[u8; 32]| {
            let (id, hash) = (purpose.id(), hex::encode(hash));
            format!(r#"{{"purpose":"{id}","version":{version},"size":{size},"hash":"{hash}"}}"#)
        };
        let (size, hash) = (u32::try_from(document.len()).unwrap_or(0), sha256(document));
        let (old, new) =
            (words(before.version, before.size, &before.hash), words(version, size, &hash));
        let mut files = self.edited(&[(old.as_str(), new.as_str())]);
        files.push((format!("catalogue/{}", hex::encode(&hash)), Some(document.to_vec())));
        files
    }
}

/// A document by its payload and signers.
pub(super) fn sign(purpose: Purpose, payload: &[u8], signers: &[Signer]) -> Vec<u8> {
    let signature = |s: &Signer| -> (KeyId, [u8; 64]) { (s.id(), s.sign(purpose, payload)) };
    Envelope::encode(purpose, payload, signers.iter().map(signature))
}

/// What a document says behind its signatures.
pub(super) fn payload_of(document: &[u8]) -> String {
    let text = String::from_utf8(document.to_vec()).expect("documents are text");
    text.split_once("\n\n").map(|(_, payload)| payload.to_owned()).expect("it is honest")
}

pub(super) fn manifest(document: Vec<u8>) -> Files {
    vec![(String::from("manifest"), Some(document))]
}

pub(super) fn root_file(version: u64, document: Vec<u8>) -> (String, Option<Vec<u8>>) {
    (format!("root/{version}"), Some(document))
}

/// The threshold and the keys of a role in a draft.
pub(super) fn role(
    draft: &mut RootDraft,
    wanted: Role,
) -> &mut (Role, u32, Vec<vaora::trust::Key>) {
    draft.roles.iter_mut().find(|(role, ..)| *role == wanted).expect("every draft has it")
}
