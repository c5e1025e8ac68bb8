//! Corona-Warn-App (Germany, 2021 to 2023): signed packages of protected reports. A report names
//! the hash of a place's id; the rest is encrypted under keys that follow from the id itself.
//!
//! Written from its published specification and checked with its published vectors. Kinder to it
//! than its app was: reports are read where they lie, and looked up in a table by their first
//! bytes. The zip archive around a package is left out: its content cannot be compressed, and
//! theirs would have a checksum more to compute.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::io::Write;
use std::ops::Range;
use std::path::{Path, PathBuf};

use aes::Aes256;
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit};
use ed25519_dalek::VerifyingKey;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use super::Phone;
use super::protobuf::{Fields, put_bytes, put_number};
use super::signed::{self, Refused};
use super::world::{Visit, Window, World, bytes_of, overlap};

/// `TraceWarningPackage` {1 interval, 2 region, 4 reports}, several of them.
pub fn publish(world: &World, folder: &Path) {
    for file in 0..world.files {
        let mut out = signed::Writer::create(&package(folder, file), &[]);
        let mut bytes = Vec::new();
        put_number(&mut bytes, 1, 496_800 + file);
        put_bytes(&mut bytes, 2, b"DE");
        let mut place = None;
        for (number, window) in (0..).zip(world.part(file)) {
            let keys = match place.take() {
                Some((venue, keys)) if venue == window.venue => keys,
                _ => Keys::of(&id_of(window.venue)),
            };
            let record = Record::of(&window);
            let iv = bytes_of(number, 2 + file);
            put_bytes(&mut bytes, 4, &keys.protect(&record, &iv));
            place = Some((window.venue, keys));
            out.write_all(&bytes).expect("the file can be written");
            bytes.clear();
        }
        out.finish();
    }
}

/// What the app has on the phone.
pub struct App {
    packages: Vec<PathBuf>,
    key: VerifyingKey,
    places: Table,
}

/// Visits by the first bytes of their place's hash, which are as good as random.
type Table = HashMap<u64, Vec<Place>, BuildHasherDefault<AsItIs>>;

struct Place {
    id: [u8; 32],
    hash: [u8; 32],
    visits: Vec<(usize, Range<i64>)>,
}

impl App {
    pub fn open(world: &World, visits: &[Visit], folder: &Path) -> Self {
        let mut app = Self::empty(world.files, folder);
        for (number, visit) in visits.iter().enumerate() {
            app.visit(number, id_of(visit.venue), visit.span.clone());
        }
        app
    }

    fn empty(packages: u64, folder: &Path) -> Self {
        let packages = (0..packages).map(|file| package(folder, file)).collect();
        Self { packages, key: signed::built_in(), places: Table::default() }
    }

    fn visit(&mut self, number: usize, id: [u8; 32], span: Range<i64>) {
        let hash = hash_of(&id);
        let places = self.places.entry(first(&hash)).or_default();
        if let Some(known) = places.iter_mut().find(|place| place.hash == hash) {
            known.visits.push((number, span));
        } else {
            places.push(Place { id, hash, visits: vec![(number, span)] });
        }
    }
}

impl Phone for App {
    fn find(&self) -> Result<Vec<usize>, Refused> {
        let (mut found, mut bytes) = (Vec::new(), Vec::new());
        for package in &self.packages {
            let bytes = signed::read(package, &self.key, &mut bytes)?;
            for field in Fields(bytes) {
                let (number, value) = field.ok_or(Refused::Format)?;
                if number == 4 {
                    let report = value.bytes().and_then(Report::read).ok_or(Refused::Format)?;
                    look_up(&self.places, &report, &mut found);
                }
            }
        }
        Ok(found)
    }
}

/// The visits in the place of a report, at its time.
fn look_up(places: &Table, report: &Report<'_>, found: &mut Vec<usize>) {
    let Some(start) = report.hash.first_chunk() else { return };
    let Some(places) = places.get(&u64::from_le_bytes(*start)) else { return };
    for place in places.iter().filter(|place| place.hash == report.hash) {
        let Some(record) = Keys::of(&place.id).open(report) else { continue };
        // A risk that counts for nothing warns nobody.
        if record.risk == 0 {
            continue;
        }
        let visits = place.visits.iter().filter(|(_, span)| overlap(span, &record.span()));
        found.extend(visits.map(|(number, _)| *number));
    }
}

/// `CheckInProtectedReport`.
struct Report<'a> {
    hash: &'a [u8],
    iv: &'a [u8],
    record: &'a [u8],
    mac: &'a [u8],
}

impl<'a> Report<'a> {
    fn read(bytes: &'a [u8]) -> Option<Self> {
        let mut report = Self { hash: &[], iv: &[], record: &[], mac: &[] };
        for field in Fields(bytes) {
            match field? {
                (1, value) => report.hash = value.bytes()?,
                (2, value) => report.iv = value.bytes()?,
                (3, value) => report.record = value.bytes()?,
                (4, value) => report.mac = value.bytes()?,
                _ => {}
            }
        }
        Some(report)
    }
}

/// `CheckInRecord`: from when on, how long, how infectious.
#[derive(Debug, PartialEq, Eq)]
struct Record {
    /// In tens of minutes since 1970.
    start: u64,
    /// In tens of minutes.
    period: u64,
    /// 1 to 8.
    risk: u64,
}

impl Record {
    fn of(window: &Window) -> Self {
        Self {
            start: window.span.start as u64 / 600,
            period: u64::from(window.minutes) / 10,
            risk: 5 + u64::from(window.level),
        }
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let mut record = Self { start: 0, period: 0, risk: 0 };
        for field in Fields(bytes) {
            match field? {
                (1, value) => record.start = value.number()?,
                (2, value) => record.period = value.number()?,
                (3, value) => record.risk = value.number()?,
                _ => {}
            }
        }
        Some(record)
    }

    fn write(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        put_number(&mut bytes, 1, self.start);
        put_number(&mut bytes, 2, self.period);
        put_number(&mut bytes, 3, self.risk);
        bytes
    }

    fn span(&self) -> Range<i64> {
        let unix = |tens: u64| i64::try_from(tens.saturating_mul(600)).unwrap_or(i64::MAX);
        unix(self.start)..unix(self.start.saturating_add(self.period))
    }
}

/// What follows from a place's id: one key to encrypt, one to authenticate.
struct Keys {
    hash: [u8; 32],
    encrypt: [u8; 32],
    mac: [u8; 32],
}

impl Keys {
    fn of(id: &[u8; 32]) -> Self {
        let derive =
            |label: &[u8]| Sha256::new_with_prefix(label).chain_update(id).finalize().into();
        Self {
            hash: hash_of(id),
            encrypt: derive(b"CWA-ENCRYPTION-KEY"),
            mac: derive(b"CWA-MAC-KEY"),
        }
    }

    /// `None` for what was not made for this place.
    fn open(&self, report: &Report<'_>) -> Option<Record> {
        let mac = self.mac(report.iv, report.record);
        mac.verify_slice(report.mac).ok()?;
        let cipher = cbc::Decryptor::<Aes256>::new_from_slices(&self.encrypt, report.iv).ok()?;
        let mut plain = report.record.to_vec();
        Record::read(cipher.decrypt_padded::<Pkcs7>(&mut plain).ok()?)
    }

    fn protect(&self, record: &Record, iv: &[u8; 16]) -> Vec<u8> {
        let plain = record.write();
        let cipher = cbc::Encryptor::<Aes256>::new(&self.encrypt.into(), iv.into());
        let mut block = [0; 32];
        block[..plain.len()].copy_from_slice(&plain);
        let encrypted =
            cipher.encrypt_padded::<Pkcs7>(&mut block, plain.len()).expect("there is room");
        let mut report = Vec::with_capacity(104);
        put_bytes(&mut report, 1, &self.hash);
        put_bytes(&mut report, 2, iv);
        put_bytes(&mut report, 3, encrypted);
        put_bytes(&mut report, 4, &self.mac(iv, encrypted).finalize().into_bytes());
        report
    }

    fn mac(&self, iv: &[u8], record: &[u8]) -> Hmac<Sha256> {
        let mut mac = Hmac::new_from_slice(&self.mac).expect("any length is good");
        mac.update(iv);
        mac.update(record);
        mac
    }
}

/// The published name of a place.
fn hash_of(id: &[u8; 32]) -> [u8; 32] {
    Sha256::digest(id).into()
}

fn first(hash: &[u8; 32]) -> u64 {
    u64::from_le_bytes(*hash.first_chunk().expect("a hash is longer"))
}

fn id_of(venue: u64) -> [u8; 32] {
    bytes_of(venue, 1)
}

fn package(folder: &Path, file: u64) -> PathBuf {
    folder.join(format!("package-{file}.bin"))
}

/// Takes a part of a hash for the hash of it.
#[derive(Default)]
struct AsItIs(u64);

impl Hasher for AsItIs {
    fn write(&mut self, bytes: &[u8]) {
        self.0 = bytes.first_chunk().map_or(0, |first| u64::from_le_bytes(*first));
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests;
