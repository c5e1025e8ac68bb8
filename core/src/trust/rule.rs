//! Every rule that a signed document can break. Each has a negative vector of its own.

use crate::error::rules;

rules! {
    /// Why a signed document was refused. Nothing of it was taken over.
    pub enum Refusal {
        // The envelope.
        EnvelopeLarge = "envelope-large", "the document is larger than its kind may be";
        EnvelopeFormat = "envelope-format", "the document does not begin as signed documents do";
        EnvelopePurpose = "envelope-purpose", "the document is of another kind";
        EnvelopeOrder = "envelope-order", "the signatures are not in ascending order of key ids, each once";
        EnvelopeMany = "envelope-many", "the document has more than 32 signatures";
        Threshold = "threshold", "too few of the deployment's keys signed the document";

        // What a document says.
        Json = "json", "the document is not JSON of the expected form";
        JsonCanonical = "json-canonical", "the document is not in its one canonical form";
        Order = "order", "the entries are not in ascending order, each once";
        Deployment = "deployment", "the document belongs to another deployment";
        Rollback = "rollback", "a newer document of this kind was seen before";
        Changed = "changed", "a document of the same version has other content";

        // The root.
        RootVersion = "root-version", "version 0 does not exist";
        RootStep = "root-step", "the root is not the one that follows";
        RootEpoch = "root-epoch", "the key epoch must stay or go up by one";
        RootKey = "root-key", "a key is no Ed25519 key, or one of small order";
        RootKeyIds = "root-key-ids", "two keys of the root have the same id";
        RootThreshold = "root-threshold", "a threshold is 0 or larger than its number of keys";
        RootDays = "root-days", "a key ends before it begins";
        RootScope = "root-scope", "a scope is not an area";
        RootExpiry = "root-expiry", "the root expires before it was made";

        // Areas and prefixes.
        Areas = "areas", "the catalogue of areas breaks one of its own rules";
        PrefixWide = "prefix-wide", "a prefix that is an address must name a host and the beginning of a path";
        PrefixShort = "prefix-short", "a prefix is shorter than 8 bytes";
    }
}
