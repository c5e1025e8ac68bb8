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
        Stored = "stored", "the stored document is not the one that was accepted";

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

        // The manifest.
        ManifestEpoch = "manifest-epoch", "the manifest is of another key epoch than the root";
        ManifestTimes = "manifest-times", "the manifest ends before it was made, or after the root";
        ManifestHold = "manifest-hold", "notifications may be held for 72 hours, by two keys of the list role";
        ManifestChunks = "manifest-chunks", "the chunks are not ascending by sequence, below that of the manifest, each id once";
        ManifestSize = "manifest-size", "a chunk is empty or larger than 16 MiB, or all together are larger than 96 MiB";
        ManifestCatalogues = "manifest-catalogues", "the catalogues are not ascending by purpose, each once, none larger than its kind may be";
        ManifestJump = "manifest-jump", "the sequence jumps by more than 100,000";
        ChunkChanged = "chunk-changed", "a chunk that was listed before is listed with another sequence, size or head";

        // The policy.
        PolicyRetention = "policy-retention", "a diary is kept for 1 to 30 days";
        PolicyRounding = "policy-rounding", "windows are rounded to 1, 5 or 15 minutes";
        PolicyCap = "policy-cap", "there are 1 to 3 notifications a day";
        PolicyEvery = "policy-every", "reminders come every 60 to 10,080 minutes";
        PolicyMost = "policy-most", "there are at most 100 reminders";
        PolicyQuiet = "policy-quiet", "quiet hours are minutes of a day, 0 to 1,439";
        PolicyRules = "policy-rules", "the rules are not ascending by advice, 1 to 65,535, each once";
        PolicyStrength = "policy-strength", "the strength of a rule is 1 to 9";
        PolicyMinimum = "policy-minimum", "the minimum of a rule is 0 to 1,440 minutes";
        PolicyMargin = "policy-margin", "the margin of a rule is 0 to 180 minutes";
        PolicyDays = "policy-days", "a rule holds for 1 to 60 days";
        PolicyAreas = "policy-areas", "the areas are not ascending by map and area, each once";
        PolicyScope = "policy-scope", "an area of the policy is none";
        PolicyDocument = "policy-document", "the document behind an area is not named in 1 to 120 bytes of plain text";
        PolicyUntil = "policy-until", "an area's state ends before the policy was made";
        PolicyTwoKeys = "policy-two-keys", "a dormant area or a shorter retention needs two keys of the catalogue role";

        // Advice.
        AdviceId = "advice-id", "an advice has an id from 1 to 65,535";
        AdviceLanguage = "advice-language", "languages are two or three letters a to z, ascending, each once";
        AdviceVietnamese = "advice-vietnamese", "an advice has no Vietnamese text";
        AdviceTitle = "advice-title", "a title is one line of 1 to 120 bytes of plain text";
        AdviceText = "advice-text", "a text is 1 to 2,000 bytes of plain text";

        // Upload keys.
        UploadKey = "upload-key", "an upload key is no X25519 key, or one of small order";
        UploadDays = "upload-days", "an upload key ends before it begins, or is valid for more than 30 days";
    }
}
