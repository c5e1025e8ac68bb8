//! Static libraries for iOS. Apple's linker is not here: what it would miss is found by comparing
//! what the objects ask for with what they have and with a list of the system's functions.

use std::collections::BTreeSet;

use object::macho;
use object::read::archive::ArchiveFile;
use object::read::macho::{LoadCommandVariant, MachOFile64};
use object::read::{Object, ObjectSymbol};
use object::{Architecture, Endianness};

use super::{Checked, is_uniffi};

/// Checks every object in the archive.
pub(super) fn check(bytes: &[u8]) -> object::read::Result<Checked> {
    let mut checked = Checked::new();
    let (mut has, mut wants, mut names) = (BTreeSet::new(), BTreeSet::new(), Vec::new());
    let archive = ArchiveFile::parse(bytes)?;
    for member in archive.members() {
        let member = member?;
        let data = member.data(bytes)?;
        let member = String::from_utf8_lossy(member.name()).into_owned();
        let Ok(file) = MachOFile64::<Endianness>::parse(data) else {
            checked.say(format!("{member} is no object of 64 bits for Apple's systems"));
            continue;
        };
        if file.architecture() != Architecture::Aarch64 {
            checked.say(format!("{member} is for another processor"));
        }
        if !is_for_phones(&file)? {
            checked.say(format!("{member} is not for iOS devices"));
        }
        for symbol in file.symbols() {
            // Names of C begin with an underscore here.
            let name = symbol.name()?;
            let name = name.strip_prefix('_').unwrap_or(name).to_owned();
            names.push(crate::weigh::plain_name(&name));
            if symbol.is_undefined() {
                wants.insert(name);
            } else if symbol.is_global() {
                has.insert(name);
            }
        }
    }
    checked.absent(&names, false);
    let allowed = allowed();
    for name in wants.difference(&has).filter(|name| !allowed.contains(name.as_str())) {
        checked.say(format!("it asks for {name}, which is not in apple-17.txt"));
    }
    // What else is global in an archive ends in the app, not at its border.
    checked.exports = has.into_iter().filter(|name| is_uniffi(name)).collect();
    Ok(checked)
}

/// Newer objects name the system, older ones only a version of it.
fn is_for_phones(file: &MachOFile64<'_, Endianness>) -> object::read::Result<bool> {
    let mut commands = file.macho_load_commands()?;
    let mut right = false;
    while let Some(command) = commands.next()? {
        match command.variant()? {
            LoadCommandVariant::BuildVersion(version, _) => {
                right = version.platform.get(file.endian()) == macho::PLATFORM_IOS;
            }
            LoadCommandVariant::VersionMin(_) => {
                right = command.cmd() == macho::LC_VERSION_MIN_IPHONEOS
            }
            _ => {}
        }
    }
    Ok(right)
}

fn allowed() -> BTreeSet<&'static str> {
    let lines = include_str!("../../../toolchain/apple-17.txt").lines();
    lines.map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).collect()
}
