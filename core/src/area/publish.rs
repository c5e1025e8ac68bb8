//! Writing a catalogue: from rows of official tables to the payload that is signed.

use std::collections::BTreeSet;
use std::fmt;

use super::payload::FORMAT;
use super::{AreaRule, Areas, Level, Map, Share, UnitCode};
use crate::time::Day;

/// Everything a catalogue says. Order does not matter here; the encoder sorts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AreasSource {
    /// The catalogue's version, from 1.
    pub version: u32,
    /// The day on which it is made.
    pub created: Day,
    /// The maps, oldest first.
    pub maps: Vec<MapSource>,
    /// From each map to the next: one less than maps.
    pub changes: Vec<Vec<ChangeSource>>,
}

/// A map and its units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MapSource {
    /// Its number in venue codes.
    pub map: Map,
    /// Its label, `2024`.
    pub id: String,
    /// The first day on which it was in force.
    pub since: Day,
    /// Its units.
    pub units: Vec<UnitSource>,
}

/// A unit as official tables list it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitSource {
    /// Its code.
    pub code: UnitCode,
    /// Its full name, `Xã Văn Lang`.
    pub name: String,
    /// What it lies in; nothing for a province.
    pub parent: Option<UnitCode>,
}

/// A unit of one map, and what it became on the next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeSource {
    /// The unit of the earlier map.
    pub from: UnitCode,
    /// The unit of the later map.
    pub to: UnitCode,
    /// How much of the earlier unit it is.
    pub share: Share,
}

/// Why no catalogue was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SourceError {
    /// This line of a table is not as it should be. The first line is 1.
    Line(usize),
    /// The changes of this unit do not go together: one whole, or one main part and others.
    Shares(UnitCode),
    /// More than the format can count.
    TooMany,
    /// The rows make a catalogue that phones would refuse.
    Refused(AreaRule),
}

impl fmt::Display for SourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(line) => write!(f, "line {line} of the table is not as it should be"),
            Self::Shares(code) => write!(f, "the changes of {code} do not go together"),
            Self::TooMany => f.write_str("there are more units than the format can count"),
            Self::Refused(rule) => write!(f, "phones would refuse this catalogue: {rule}"),
        }
    }
}

impl std::error::Error for SourceError {}

impl MapSource {
    /// Reads the units from a table with the columns `code,level,name,parent`.
    ///
    /// # Errors
    /// The number of the first line that is wrong.
    pub fn units_from_csv(csv: &str) -> Result<Vec<UnitSource>, SourceError> {
        rows(csv, "code,level,name,parent", |[code, level, name, parent]| {
            let code = UnitCode::parse(code).ok()?;
            let parent = if parent.is_empty() { None } else { Some(UnitCode::parse(parent).ok()?) };
            let level = match level {
                "province" => Level::Province,
                "district" => Level::District,
                "commune" => Level::Commune,
                _ => return None,
            };
            let fits = level == code.level() && parent.is_some() == (level != Level::Province);
            fits.then(|| UnitSource { code, name: name.to_owned(), parent })
        })
    }
}

impl ChangeSource {
    /// Reads changes from a table with the columns `old,new,share`.
    ///
    /// # Errors
    /// The number of the first line that is wrong.
    pub fn from_csv(csv: &str) -> Result<Vec<Self>, SourceError> {
        rows(csv, "old,new,share", |[from, to, share]| {
            let share = match share {
                "whole" => Share::Whole,
                "main part" => Share::MainPart,
                "part" => Share::Part,
                _ => return None,
            };
            let (from, to) = (UnitCode::parse(from).ok()?, UnitCode::parse(to).ok()?);
            Some(Self { from, to, share })
        })
    }
}

/// Rows of a table without quoted fields; a quote anywhere is a wrong line.
fn rows<T, const N: usize>(
    csv: &str,
    head: &str,
    row: impl Fn([&str; N]) -> Option<T>,
) -> Result<Vec<T>, SourceError> {
    let mut lines = csv.lines().zip(1..);
    if lines.next().map(|(line, _)| line) != Some(head) {
        return Err(SourceError::Line(1));
    }
    lines
        .map(|(line, number)| {
            let fields: Vec<&str> = line.split(',').collect();
            let fields = fields.try_into().ok().filter(|_| !line.contains('"'));
            fields.and_then(&row).ok_or(SourceError::Line(number))
        })
        .collect()
}

impl AreasSource {
    /// The payload to be signed. It is read back, so phones accept what comes out.
    ///
    /// # Errors
    /// A [`SourceError`]; no catalogue is better than half of one.
    pub fn encode(&self) -> Result<Vec<u8>, SourceError> {
        let Self { version, created, maps, changes } = self;
        let all = || maps.iter().flat_map(|map| &map.units).map(|unit| word_and_name(&unit.name));
        let words: Vec<&str> = all().map(|(w, _)| w).collect::<BTreeSet<_>>().into_iter().collect();
        let names: Vec<&str> = all().map(|(_, n)| n).collect::<BTreeSet<_>>().into_iter().collect();

        let mut out = Out(vec![FORMAT]);
        out.put(&version.to_le_bytes());
        out.put(&created.number().to_le_bytes());
        out.count::<1>(words.len())?;
        for word in &words {
            out.count::<1>(word.len())?;
            out.put(word.as_bytes());
        }
        out.count::<2>(names.len())?;
        let mut last = "";
        for name in &names {
            let shared = name.bytes().zip(last.bytes()).take_while(|(a, b)| a == b).count();
            out.count::<1>(shared)?;
            out.count::<1>(name.len() - shared)?;
            out.put(&name.as_bytes()[shared..]);
            last = name;
        }
        out.count::<1>(maps.len())?;
        for map in maps {
            map.encode(&mut out, &words, &names)?;
        }
        if changes.len() + 1 != maps.len() {
            return Err(SourceError::TooMany);
        }
        for changes in changes {
            encode_changes(changes, &mut out)?;
        }
        Areas::parse(&out.0).map_err(SourceError::Refused)?;
        Ok(out.0)
    }
}

impl MapSource {
    fn encode(&self, out: &mut Out, words: &[&str], names: &[&str]) -> Result<(), SourceError> {
        let Self { map, id, since, units } = self;
        out.put(&[map.number()]);
        out.put(&since.number().to_le_bytes());
        out.count::<1>(id.len())?;
        out.put(id.as_bytes());
        let mut units: Vec<&UnitSource> = units.iter().collect();
        units.sort_by_key(|unit| unit.code);
        for level in [Level::Province, Level::District, Level::Commune] {
            let here = || units.iter().filter(|unit| unit.code.level() == level);
            match level {
                Level::Province => out.count::<1>(here().count())?,
                Level::District | Level::Commune => out.count::<2>(here().count())?,
            }
            for UnitSource { code, name, parent } in here().copied() {
                out.code(*code)?;
                match (code.level(), parent) {
                    (Level::Province, _) | (_, None) => {}
                    (Level::Commune, Some(UnitCode::Province(n))) => out.put(&[*n, 0]),
                    (_, Some(parent)) => out.code(*parent)?,
                }
                let (word, name) = word_and_name(name);
                // Both lists were made of these very names.
                out.count::<1>(words.partition_point(|w| *w < word))?;
                out.count::<2>(names.partition_point(|n| *n < name))?;
            }
        }
        Ok(())
    }
}

fn encode_changes(changes: &[ChangeSource], out: &mut Out) -> Result<(), SourceError> {
    let mut changes: Vec<&ChangeSource> = changes.iter().collect();
    changes.sort_by_key(|change| (change.from, change.share == Share::Part, change.to));
    for group in changes.chunk_by(|a, b| a.from == b.from) {
        let fits = match group {
            [only] => only.share == Share::Whole,
            [main, parts @ ..] => {
                main.share == Share::MainPart && parts.iter().all(|p| p.share == Share::Part)
            }
            [] => false,
        };
        let Some(first) = group.first().filter(|_| fits) else {
            return Err(group
                .first()
                .map_or(SourceError::TooMany, |g| SourceError::Shares(g.from)));
        };
        out.count::<1>(group.len())?;
        for change in group {
            match (first.from, change.to) {
                (UnitCode::Province(_), UnitCode::Province(n)) => out.put(&[n]),
                (_, to) => out.count::<3>(to.unit() as usize)?,
            }
        }
    }
    Ok(())
}

/// The bytes as they grow.
struct Out(Vec<u8>);

impl Out {
    fn put(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    /// A number in `N` bytes.
    fn count<const N: usize>(&mut self, n: usize) -> Result<(), SourceError> {
        let bytes = n.to_le_bytes();
        let (low, high) = bytes.split_at(N);
        if high.iter().any(|&b| b != 0) {
            return Err(SourceError::TooMany);
        }
        self.put(low);
        Ok(())
    }

    fn code(&mut self, code: UnitCode) -> Result<(), SourceError> {
        match code {
            UnitCode::Province(n) => self.count::<1>(n.into()),
            UnitCode::District(n) => self.count::<2>(n.into()),
            UnitCode::Commune(n) => self.count::<3>(n as usize),
        }
    }
}

/// `Xã Văn Lang` is the word `Xã` and the name `Văn Lang`. Tables write some words in capitals;
/// they stay as they are.
fn word_and_name(full: &str) -> (&str, &str) {
    let begins = |word: &&&str| {
        full.get(..word.len()).is_some_and(|head| head.to_lowercase() == ***word)
            && full.get(word.len()..).is_some_and(|rest| rest.starts_with(' '))
    };
    match WORDS.iter().find(begins) {
        Some(word) => (&full[..word.len()], &full[word.len() + 1..]),
        None => ("", full),
    }
}

const WORDS: [&str; 9] =
    ["thành phố", "thị trấn", "thị xã", "đặc khu", "phường", "huyện", "quận", "tỉnh", "xã"];
