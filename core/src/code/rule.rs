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

        // Other systems' venue codes.
        ForeignLength = "foreign-length", "the code is longer than a QR symbol can hold";
        ForeignBase64 = "foreign-base64", "the code's content is not written as its system writes it";
        ForeignJson = "foreign-json", "the code's content lacks a field or holds one of the wrong type";
        ForeignProtobuf = "foreign-protobuf", "the code's content is not made of whole fields";
        ForeignName = "foreign-name", "the code names no venue";
        ForeignId = "foreign-id", "the code holds no venue id";
        ForeignTextLength = "foreign-text-length", "a text in the code is longer than 500 characters";
        ForeignControl = "foreign-control", "a text in the code holds a control character";
        ForeignInvisible = "foreign-invisible", "a text in the code holds an invisible or direction-changing character";
        ForeignTime = "foreign-time", "the code ends before it begins";
        ForeignSeed = "foreign-seed", "the code's seed has not the length that its system asks for";
        NhsParts = "nhs-parts", "the code has not exactly three parts";
        NhsVersion = "nhs-version", "the code's version is not a number from 1";
        NhsToken = "nhs-token", "the code's token has not exactly three parts";
        NhsAlgorithm = "nhs-algorithm", "the code's token is not signed with ES256 under a named key";
        NhsSignature = "nhs-signature", "the code's signature is not 64 bytes long";
        CwaAddress = "cwa-address", "the address is not of the one form that this system uses";
        CwaText = "cwa-text", "name and address must be one line of 1 to 255 characters each";
        CrowdNotifierVersion = "crowdnotifier-version", "the address is not of version 4";
        CleaVersion = "clea-version", "the code is not of version 0";
        CleaLength = "clea-length", "the code's content is neither 110 nor 175 bytes long";
        CleaPoint = "clea-point", "the code does not end with a public key";
        CovidAlertSignature = "covid-alert-signature", "the code is not signed";
        CovidAlertLines = "covid-alert-lines", "the code's content is not id, name and address on a line each";
        LeaveHomeSafeId = "leavehomesafe-id", "the code does not begin with 0 and an id of eight letters and digits";
        LeaveHomeSafeChecksum = "leavehomesafe-checksum", "the code's checksum does not fit its id";
        LucaId = "luca-id", "the address does not end with a scanner id";
        LucaData = "luca-data", "what follows the scanner id is not JSON";
        SafeEntryId = "safeentry-id", "the address does not end with a venue id";

        // Other codes.
        PersonalFields = "personal-fields", "a personal code has six fields";
        PersonalId = "personal-id", "the id is no card, old card or passport number";
        PersonalName = "personal-name", "the name is not in capitals without marks";
        PersonalBirth = "personal-birth", "the date of birth is not a day";
        PersonalMaker = "personal-maker", "the code does not say whether it was made by proxy";
        PersonalSex = "personal-sex", "the sex is none of 0, 1 and 2";
        CitizenFields = "citizen-fields", "the card's text has fewer than six fields";
        CitizenNumber = "citizen-number", "the card number is not 12 digits";
        CitizenProvince = "citizen-province", "the card number begins with no province";
        CitizenOldNumber = "citizen-old-number", "the old card number is not 9 or 12 digits";
        CitizenName = "citizen-name", "the card's text holds no name";
        CitizenBirth = "citizen-birth", "the date of birth is not a day, or does not fit the card number";
        CitizenSex = "citizen-sex", "the sex is neither Nam nor Nữ, or does not fit the card number";
        CitizenIssued = "citizen-issued", "the day of issue is not a day, or lies before the birth";
        InsuranceFields = "insurance-fields", "the card's text has fewer than six fields";
        InsuranceNumber = "insurance-number", "the number is not two letters and 13 digits";
        InsuranceName = "insurance-name", "the name is not written as hexadecimal UTF-8";
        InsuranceBirth = "insurance-birth", "the date of birth is neither a day nor a year";
        InsuranceSex = "insurance-sex", "the sex is neither 1 nor 2";
        InsuranceAddress = "insurance-address", "the address is not written as hexadecimal UTF-8";
        InsuranceFacility = "insurance-facility", "the place of registration is not of the form 04 - 001";
        InsuranceDays = "insurance-days", "the days of validity are not days, or in the wrong order";
        CertificateText = "certificate-text", "the certificate is not written in base 45";
        PaymentFields = "payment-fields", "the payment code is cut off or not made of whole fields";
        PaymentEnd = "payment-end", "the payment code does not end with its checksum";
        PaymentChecksum = "payment-checksum", "the payment code's checksum is wrong: do not pay by it";
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
