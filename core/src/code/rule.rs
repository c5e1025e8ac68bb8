//! Every rule that a scanned code can break. Each has a negative vector of its own in
//! `tests/vectors`, and a test that finds none missing.

use crate::error::rules;
use crate::text::b28::B28Fault;
use crate::wire::Cut;

rules! {
    /// Which rule a damaged code broke.
    pub enum Rule {
        // The alphabet and what is typed.
        B28Length = "b28-length", "the code has too few or too many symbols";
        B28Symbol = "b28-symbol", "the code holds a symbol that codes do not use";
        B28Range = "b28-range", "a group of five symbols stands for no bytes";
        TypedLength = "typed-length", "a typed code has 22 symbols";
        TypedFirstHalf = "typed-first-half", "there is a mistake in the first half of the typed code";
        TypedSecondHalf = "typed-second-half", "there is a mistake in the second half of the typed code";
        TypedBothHalves = "typed-both-halves", "there are mistakes in both halves of the typed code";
        ShareCheck = "share-check", "there is a mistake in the one-time code";

        // Our own venue codes.
        CodeMagic = "code-magic", "the code does not begin as a venue code does";
        CodeVersion = "code-version", "version 0 of venue codes does not exist";
        CodeCut = "code-cut", "the code is cut off or has something behind its end";
        CodeSignature = "code-signature", "the signature does not fit the code";
        CodeDays = "code-days", "the last valid day lies before the first";
        CodeStay = "code-stay", "the usual stay is not 1 minute to 24 hours";
        CodeCategory = "code-category", "category 0 does not exist";
        CodeArea = "code-area", "the area is not one that a map can hold";
        CodeFields = "code-fields", "optional fields are not in ascending order, each once";
        CodeParent = "code-parent", "the parent's id is not 8 bytes";
        NameEmpty = "name-empty", "the name is empty";
        NameLength = "name-length", "the name is longer than 60 bytes";
        NameUtf8 = "name-utf8", "the name is not valid UTF-8";
        NameNfc = "name-nfc", "the name is not in Unicode form NFC";
        NameControl = "name-control", "the name holds a control character";
        NameInvisible = "name-invisible", "the name holds an invisible or direction-changing character";
        NameScript = "name-script", "the name holds letters that are not Latin";
        NameSymbol = "name-symbol", "the name holds a character that names do not use";
        NameSpace = "name-space", "the name begins or ends with a space or has two in a row";
        ZoneLength = "zone-length", "the zone is longer than 32 bytes";
        ZoneText = "zone-text", "the zone breaks a rule of names";
        NameZoneLength = "name-zone-length", "name and zone together are longer than 72 bytes";
    }
}

impl From<B28Fault> for Rule {
    fn from(fault: B28Fault) -> Self {
        match fault {
            B28Fault::Length => Self::B28Length,
            B28Fault::Symbol => Self::B28Symbol,
            B28Fault::Range => Self::B28Range,
        }
    }
}

/// Only our own codes are read field by field.
impl From<Cut> for Rule {
    fn from(Cut: Cut) -> Self {
        Self::CodeCut
    }
}
