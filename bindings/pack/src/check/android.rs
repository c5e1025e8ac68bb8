//! Shared libraries for Android: what its loader asks for, and what it refuses.

use std::collections::BTreeSet;

use object::elf::{self, FileHeader32, FileHeader64};
use object::read::elf::{ElfFile, FileHeader, ProgramHeader};
use object::read::{Object, ObjectSymbol};
use object::{Endianness, FileKind};

use super::Checked;
use crate::build::Built;
use crate::weigh::plain_name;

/// Checks the copy that ships, and the one with symbols for what it is made of.
pub(super) fn check(
    shipped: &[u8],
    symbols: &[u8],
    built: &Built,
    page: u64,
) -> object::read::Result<Checked> {
    let mut checked = match FileKind::parse(shipped)? {
        FileKind::Elf32 => read::<FileHeader32<Endianness>>(shipped, built, page)?,
        _ => read::<FileHeader64<Endianness>>(shipped, built, page)?,
    };
    let full = object::File::parse(symbols)?;
    let names: Vec<String> = full.symbols().filter_map(|s| s.name().ok()).map(plain_name).collect();
    checked.expect(!names.is_empty(), "its other copy has no symbols either");
    checked.absent(&names, built.http);
    let id = object::File::parse(shipped)?.build_id()?.map(<[u8]>::to_vec);
    checked.expect(id.is_some(), "it has no build id: crash reports could not be read");
    checked
        .expect(full.build_id()?.map(<[u8]>::to_vec) == id, "its other copy is of another build");
    Ok(checked)
}

fn read<H: FileHeader<Endian = Endianness>>(
    bytes: &[u8],
    built: &Built,
    page: u64,
) -> object::read::Result<Checked> {
    let file = ElfFile::<H>::parse(bytes)?;
    let mut checked = Checked::new();
    let header = file.elf_header();
    let machine = match built.target.name {
        "arm64-v8a" => elf::EM_AARCH64,
        "armeabi-v7a" => elf::EM_ARM,
        _ => elf::EM_X86_64,
    };
    checked.expect(header.e_machine(file.endian()) == machine, "it is for another processor");
    checked.expect(header.e_type(file.endian()) == elf::ET_DYN, "it is no shared library");
    segments(&file, page, &mut checked);
    dynamic(&file, built.target.file(), &mut checked)?;
    symbols(&file, &mut checked)?;
    Ok(checked)
}

/// Pages of the right size, none that is written to and run, the stack not run.
fn segments<H: FileHeader<Endian = Endianness>>(
    file: &ElfFile<'_, H>,
    page: u64,
    checked: &mut Checked,
) {
    let endian = file.endian();
    let (mut stack, mut relro) = (false, false);
    for segment in file.elf_program_headers() {
        let flags = segment.p_flags(endian).0;
        let runs = flags & elf::PF_X.0 != 0;
        let kind = segment.p_type(endian);
        if kind == elf::PT_LOAD {
            let align: u64 = segment.p_align(endian).into();
            checked.expect(align >= page, "its segments do not begin on the phone's pages");
            checked.expect(!(runs && flags & elf::PF_W.0 != 0), "a segment is written to and run");
        }
        stack |= kind == elf::PT_GNU_STACK && !runs;
        relro |= kind == elf::PT_GNU_RELRO;
    }
    checked.expect(stack, "it asks for a stack that can be run");
    checked.expect(relro, "its tables stay writable after loading");
}

/// What the loader is told.
fn dynamic<H: FileHeader<Endian = Endianness>>(
    file: &ElfFile<'_, H>,
    name: &str,
    checked: &mut Checked,
) -> object::read::Result<()> {
    let table = file.elf_dynamic_table()?;
    let (mut own_name, mut at_once) = (None, false);
    for entry in &table {
        match entry.tag {
            elf::DT_NEEDED => {
                let library = String::from_utf8_lossy(table.string(entry)?).into_owned();
                if !SYSTEM.contains(&library.as_str()) {
                    checked.say(format!("it needs {library}, which an app cannot count on"));
                }
            }
            elf::DT_SONAME => own_name = Some(table.string(entry)?),
            elf::DT_RPATH | elf::DT_RUNPATH => checked.say("it looks for libraries in a folder"),
            elf::DT_TEXTREL => checked.say("its code is changed while it is loaded"),
            elf::DT_FLAGS => at_once |= entry.val & elf::DF_BIND_NOW.0 != 0,
            _ => {}
        }
    }
    checked.expect(own_name == Some(name.as_bytes()), "it does not say its own name");
    checked.expect(at_once, "its calls are bound late, and the table for it stays writable");
    Ok(())
}

/// Imports by the list, no names but those for the loader.
fn symbols<H: FileHeader<Endian = Endianness>>(
    file: &ElfFile<'_, H>,
    checked: &mut Checked,
) -> object::read::Result<()> {
    checked.expect(file.symbols().next().is_none(), "it was not stripped");
    let allowed = allowed();
    for symbol in file.dynamic_symbols() {
        let name = symbol.name()?.to_owned();
        if symbol.is_undefined() {
            if !name.is_empty() && !allowed.contains(name.as_str()) {
                checked.say(format!("it imports {name}, which is not in bionic-26.txt"));
            }
        } else if symbol.is_global() {
            checked.exports.insert(name);
        }
    }
    Ok(())
}

/// The functions of bionic that may be asked for.
fn allowed() -> BTreeSet<&'static str> {
    let lines = include_str!("../../../toolchain/bionic-26.txt").lines();
    lines.filter(|line| !line.starts_with('#')).filter_map(|l| l.split(' ').nth(1)).collect()
}

/// Libraries of the system that every app may load.
const SYSTEM: &[&str] = &["libc.so", "libm.so", "libdl.so", "liblog.so"];
