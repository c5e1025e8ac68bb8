//! Reading the bytes of a catalogue (`docs/area-catalogue.md`).

use super::change::{Link, Step};
use super::names::{Joined, Names};
use super::{AreaRule, Areas, Map, MapInfo, MapUnits, Record, Share, UnitCode};
use crate::text::{plain, vietnamese};
use crate::time::Day;
use crate::wire::Reader;

/// The format that this program reads and writes.
pub(super) const FORMAT: u8 = 1;
/// The longest name or word, in bytes.
const LONGEST: usize = 64;
/// The largest payload, in bytes: five times what the country needs.
const LARGEST: usize = 1 << 20;

pub(super) fn parse(payload: &[u8]) -> Result<Areas, AreaRule> {
    if payload.len() > LARGEST {
        return Err(AreaRule::Large);
    }
    let mut r = Reader::new(payload);
    if r.u8()? != FORMAT {
        return Err(AreaRule::Format);
    }
    let version = r.u32()?;
    if version == 0 {
        return Err(AreaRule::Version);
    }
    let created = day(&mut r)?;
    let words = words(&mut r)?;
    let names = names(&mut r)?;
    let mut used = Used { words: vec![false; words.len()], names: vec![false; names.len()] };

    let count = r.u8()?;
    let mut maps: Vec<MapUnits> = Vec::new();
    for _ in 0..count {
        let map = map(&mut r, &mut used)?;
        let follows =
            |last: &MapUnits| last.info.map < map.info.map && last.info.since < map.info.since;
        if !maps.last().is_none_or(follows) {
            return Err(AreaRule::MapOrder);
        }
        maps.push(map);
    }
    if maps.is_empty() {
        return Err(AreaRule::MapCount);
    }
    if !used.words.iter().chain(&used.names).all(|&used| used) {
        return Err(AreaRule::TextUnused);
    }
    let steps = maps
        .windows(2)
        .map(|pair| match pair {
            [earlier, later] => step(&mut r, earlier, later),
            _ => Err(AreaRule::MapCount),
        })
        .collect::<Result<_, _>>()?;
    r.end()?;
    let words = words.into_iter().map(|word| (word.clone(), vietnamese::plain_key(&word)));
    let words = words.collect();
    Ok(Areas { version, created, words, names: Names::new(names), maps, steps })
}

/// Which words and names some unit has: there is one way to write a catalogue.
struct Used {
    words: Vec<bool>,
    names: Vec<bool>,
}

fn day(r: &mut Reader<'_>) -> Result<Day, AreaRule> {
    Day::exactly(r.u32()?).ok_or(AreaRule::Day)
}

fn words(r: &mut Reader<'_>) -> Result<Vec<String>, AreaRule> {
    let mut words: Vec<String> = Vec::new();
    for _ in 0..r.u8()? {
        let bytes = r.short()?;
        // No word at all is a word too: some unit may have only a name.
        let word = if bytes.is_empty() { "" } else { text(bytes)? };
        if words.last().is_some_and(|last| last.as_str() >= word) {
            return Err(AreaRule::TextOrder);
        }
        words.push(word.to_owned());
    }
    Ok(words)
}

/// Names in ascending order; each repeats only what it does not share with the one before.
fn names(r: &mut Reader<'_>) -> Result<Joined, AreaRule> {
    let mut names = Joined::default();
    let mut last: Vec<u8> = Vec::new();
    for _ in 0..r.u16()? {
        let shared = usize::from(r.u8()?);
        let rest = r.short()?;
        let head = last.get(..shared).ok_or(AreaRule::TextShared)?;
        let next = last.get(shared);
        if next.is_some() && next == rest.first() {
            return Err(AreaRule::TextShared);
        }
        if head.len() + rest.len() > LONGEST {
            return Err(AreaRule::TextLength);
        }
        let name = [head, rest].concat();
        if name <= last && !last.is_empty() {
            return Err(AreaRule::TextOrder);
        }
        names.push(text(&name)?);
        last = name;
    }
    Ok(names)
}

fn text(bytes: &[u8]) -> Result<&str, AreaRule> {
    if bytes.is_empty() || bytes.len() > LONGEST {
        return Err(AreaRule::TextLength);
    }
    let text = std::str::from_utf8(bytes).map_err(|_| AreaRule::TextUtf8)?;
    plain::check(text).map_err(|_| AreaRule::TextForm)?;
    Ok(text)
}

fn map(r: &mut Reader<'_>, used: &mut Used) -> Result<MapUnits, AreaRule> {
    let map = Map::from_number(r.u8()?).ok_or(AreaRule::MapOrder)?;
    let since = day(r)?;
    let label = r.short()?;
    if !(1..=16).contains(&label.len()) || !label.iter().all(u8::is_ascii_alphanumeric) {
        return Err(AreaRule::MapLabel);
    }
    let id = String::from_utf8_lossy(label).into_owned();
    let info = MapInfo { map, id, since };
    let mut units =
        MapUnits { info, provinces: 0, districts: 0, units: Vec::new(), by_name: Vec::new() };

    for _ in 0..r.u8()? {
        let code = UnitCode::Province(r.u8()?);
        push(r, &mut units, code, None, used)?;
        units.provinces += 1;
    }
    for _ in 0..r.u16()? {
        let code = UnitCode::District(r.u16()?);
        let parent = UnitCode::Province(r.u8()?);
        push(r, &mut units, code, Some(parent), used)?;
        units.districts += 1;
    }
    for _ in 0..r.u16()? {
        let code = UnitCode::Commune(r.u24()?);
        let parent = r.u16()?;
        let parent = if units.districts == 0 {
            UnitCode::Province(u8::try_from(parent).map_err(|_| AreaRule::UnitParent)?)
        } else {
            UnitCode::District(parent)
        };
        push(r, &mut units, code, Some(parent), used)?;
    }
    let mut by_name: Vec<u16> = (0..=u16::MAX).take(units.units.len()).collect();
    by_name.sort_by_key(|&at| units.units[usize::from(at)].name);
    units.by_name = by_name;
    Ok(units)
}

/// The word and the name of a unit follow its code and parent.
fn push(
    r: &mut Reader<'_>,
    map: &mut MapUnits,
    code: UnitCode,
    parent: Option<UnitCode>,
    used: &mut Used,
) -> Result<(), AreaRule> {
    let at = map.units.len();
    code.checked().map_err(|_| AreaRule::UnitCode)?;
    // Places in the row are 16 bits wide.
    let own = u16::try_from(at).map_err(|_| AreaRule::Large)?;
    let number = match code {
        UnitCode::Province(n) => n.into(),
        UnitCode::District(n) => n.into(),
        UnitCode::Commune(n) => n,
    };
    let first = match code {
        UnitCode::Province(_) => at == 0,
        UnitCode::District(_) => at == map.provinces,
        UnitCode::Commune(_) => at == map.provinces + map.districts,
    };
    if !first && map.units.last().is_some_and(|last| last.code >= number) {
        return Err(AreaRule::UnitOrder);
    }
    let parent = match parent {
        None => own,
        Some(parent) => {
            let at = map.find(parent).ok_or(AreaRule::UnitParent)?;
            u16::try_from(at).map_err(|_| AreaRule::UnitParent)?
        }
    };
    let (word, name) = (r.u8()?, r.u16()?);
    *used.words.get_mut(usize::from(word)).ok_or(AreaRule::UnitName)? = true;
    *used.names.get_mut(usize::from(name)).ok_or(AreaRule::UnitName)? = true;
    map.units.push(Record { code: number, parent, name, word });
    Ok(())
}

/// The changes from one map to the next: for each province, then for each leaf, how many units
/// it leads to, and their codes.
fn step(r: &mut Reader<'_>, earlier: &MapUnits, later: &MapUnits) -> Result<Step, AreaRule> {
    let mut links = Vec::new();
    let mut missing = vec![false; later.units.len()];
    (0..later.provinces).chain(later.leaves()).for_each(|at| missing[at] = true);
    let ends = missing.clone();
    for from in (0..earlier.provinces).chain(earlier.leaves()) {
        let count = r.u8()?;
        if count == 0 {
            return Err(AreaRule::ChangeNone);
        }
        // The main part first, then the others in ascending order.
        let mut main = None;
        let mut last = None;
        for _ in 0..count {
            let code = if from < earlier.provinces {
                Some(UnitCode::Province(r.u8()?))
            } else {
                UnitCode::from_unit(r.u24()?)
            };
            let to = code.and_then(|code| later.find(code)).filter(|&to| ends[to]);
            let to = to.ok_or(AreaRule::ChangeEnd)?;
            if main == Some(to) || last.is_some_and(|last| to <= last) {
                return Err(AreaRule::ChangeOrder);
            }
            let share = match main {
                None if count == 1 => Share::Whole,
                None => Share::MainPart,
                Some(_) => Share::Part,
            };
            if main.is_none() {
                main = Some(to);
            } else {
                last = Some(to);
            }
            missing[to] = false;
            let place = |at: usize| u16::try_from(at).map_err(|_| AreaRule::ChangeEnd);
            links.push(Link { from: place(from)?, to: place(to)?, share });
        }
    }
    if missing.contains(&true) {
        return Err(AreaRule::ChangeMissing);
    }
    Ok(Step { links })
}
