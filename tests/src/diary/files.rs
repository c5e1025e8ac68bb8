//! A diary as the first format wrote it, for every later build to open.

use std::path::Path;

use vaora::journal::Folder;

use super::world::{Deed, Event, Model};
use super::{DAY, Dice, HOUR, KeyStore, create};

/// What happened in it: every kind of change.
#[must_use]
pub fn life() -> Vec<Event> {
    let deeds = [
        (0, Deed::In(1)),
        (HOUR, Deed::Out(1)),
        (2 * HOUR, Deed::LockedIn(2)),
        (2 * HOUR + 60, Deed::Drain),
        (3 * HOUR, Deed::Note(2)),
        (4 * HOUR, Deed::In(3)),
        (4 * HOUR + 60, Deed::Hide(3)),
        (5 * HOUR, Deed::Rotate),
        (DAY, Deed::Due),
        (DAY + 60, Deed::In(4)),
        (DAY + HOUR, Deed::In(5)),
        (DAY + HOUR + 60, Deed::Forget(5)),
        (DAY + 2 * HOUR, Deed::Edit(4)),
        (DAY + 3 * HOUR, Deed::LockedIn(6)),
    ];
    deeds.map(|(second, deed)| Event { second, deed }).to_vec()
}

/// Writes it, and an export of it, into a folder.
///
/// # Errors
/// Whatever the diary or the folder answers.
pub fn write(folder: &Path) -> std::io::Result<()> {
    let mut dice = Dice::new(1);
    let disk = Box::new(Folder::new(&folder.join("diary")).without_index());
    let first = super::at(0);
    let (diary, mut keys) = create(disk, &mut dice, &first).map_err(std::io::Error::other)?;
    for event in life() {
        event.act(&diary, &mut keys, &mut dice).map_err(std::io::Error::other)?;
    }
    let export = diary.export(PASSPHRASE).map_err(std::io::Error::other)?;
    std::fs::write(folder.join("export"), export.bytes)?;
    std::fs::write(folder.join("keys"), keys.to_line())
}

/// What such a diary must say.
#[must_use]
pub fn model() -> Model {
    let mut model = Model::default();
    for event in life() {
        event.apply(&mut model);
    }
    model
}

/// The secrets that open it.
///
/// # Errors
/// When the folder has none.
pub fn keys(folder: &Path) -> std::io::Result<KeyStore> {
    let line = std::fs::read_to_string(folder.join("keys"))?;
    KeyStore::from_line(&line).ok_or_else(|| std::io::ErrorKind::InvalidData.into())
}

/// Of the export.
pub const PASSPHRASE: &str = "mật khẩu của năm đầu";
