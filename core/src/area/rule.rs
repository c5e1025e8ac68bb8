//! Every rule that a catalogue of areas can break.

use crate::error::rules;
use crate::wire::Cut;

rules! {
    /// Why a catalogue of areas was refused. Nothing of it was taken over.
    pub enum AreaRule {
        Large = "areas-large", "the catalogue is larger than 1 MiB";
        Format = "areas-format", "the catalogue has a format that this program does not know";
        Version = "areas-version", "version 0 of the catalogue does not exist";
        Day = "areas-day", "a day of the catalogue lies behind the year 9999";
        Cut = "areas-cut", "the catalogue is cut off or has something behind its end";

        // Words and names.
        TextLength = "areas-text-length", "a name is empty or longer than 64 bytes";
        TextUtf8 = "areas-text-utf8", "a name is not valid UTF-8";
        TextForm = "areas-text-form", "a name is not in Unicode form NFC, or holds a control or invisible character";
        TextOrder = "areas-text-order", "the names are not in ascending order, each once";
        TextShared = "areas-text-shared", "a name repeats what it shares with the one before it";
        TextUnused = "areas-text-unused", "a name belongs to no unit";

        // Maps and units.
        MapCount = "areas-map-count", "the catalogue has no map";
        MapOrder = "areas-map-order", "the maps do not follow each other";
        MapLabel = "areas-map-label", "the label of a map is not 1 to 16 letters and digits";
        UnitCode = "areas-unit-code", "a unit has a code that cannot be";
        UnitOrder = "areas-unit-order", "the units are not in ascending order of codes, each once";
        UnitName = "areas-unit-name", "a unit has a name that is not in the catalogue";
        UnitParent = "areas-unit-parent", "a unit lies in one that does not exist";

        // Changes between two maps.
        ChangeNone = "areas-change-none", "a unit leads to none of the later map";
        ChangeEnd = "areas-change-end", "a unit leads to one that does not exist";
        ChangeOrder = "areas-change-order", "the parts of a unit are not in ascending order, each once";
        ChangeMissing = "areas-change-missing", "a unit of the later map is reached by none";
    }
}

impl From<Cut> for AreaRule {
    fn from(_: Cut) -> Self {
        Self::Cut
    }
}
