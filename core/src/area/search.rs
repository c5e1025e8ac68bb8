//! Finding a unit by what people type: without marks, without the word for its kind, or with
//! the province behind it.

use super::{Areas, Map, MapUnits, Unit};
use crate::text::vietnamese;

/// A unit that fits a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// The unit.
    pub unit: Unit,
    /// Its name with all that it lies in, so that people can tell equal names apart.
    pub path: String,
}

impl Areas {
    /// The units that fit a query, best first, at most `limit`.
    ///
    /// Tone marks, `đ`, capitals and punctuation may be missing, and words like *xã* or *tỉnh*
    /// too. First come names that are the query, with its marks before without; then those
    /// where it begins a word; then those that hold it. Behind the name may stand what the unit
    /// lies in: `thuc phan cao bang`.
    #[must_use]
    pub fn search(&self, map: Map, query: &str, limit: usize) -> Vec<Hit> {
        let Some(map) = self.map(map) else { return Vec::new() };
        let query = Query::new(query);
        if query.plain.is_empty() {
            return Vec::new();
        }
        let mut found = Found { areas: self, map, scores: vec![WORST; map.units.len()] };
        found.look(&query, None);
        for (word, rest) in self.without_word(&query) {
            found.look(&rest, Some(word));
        }
        found.best(limit).into_iter().map(|at| self.hit(map, at)).collect()
    }

    fn hit(&self, map: &MapUnits, at: usize) -> Hit {
        Hit { unit: self.describe(map, at), path: self.path_at(map, at) }
    }

    /// The query without the word for a kind that it begins with, each way to see it. `quan son`
    /// may be a district Sơn or the district Quan Sơn, so the whole query is tried as well.
    fn without_word(&self, query: &Query) -> Vec<(&str, Query)> {
        let mut keys: Vec<&str> = self.words.iter().map(|(_, key)| key.as_str()).collect();
        keys.sort_unstable();
        keys.dedup();
        let ways = keys.into_iter().flat_map(|key| typed_for(key).map(move |typed| (key, typed)));
        ways.filter_map(|(key, typed)| {
            let from = query.plain.len() - behind(&query.plain, typed)?.len();
            let rest = |words: &[String]| words[from..].to_vec();
            Some((key, Query { plain: rest(&query.plain), marked: rest(&query.marked) }))
        })
        .collect()
    }

    /// Whether what stands behind a name is what the unit lies in, wholly or as far as typed.
    fn lies_in(&self, map: &MapUnits, at: usize, rest: &[String]) -> bool {
        if rest.is_empty() {
            return true;
        }
        let Some(parent) = map.parent(at) else { return false };
        let record = map.units[parent];
        let name = self.names.plain(record.name);
        let (_, word) = &self.words[usize::from(record.word)];
        let fits = |rest: &[String]| {
            name.starts_with(&rest.join(" "))
                || behind(rest, name).is_some_and(|rest| self.lies_in(map, parent, rest))
        };
        fits(rest)
            || word.starts_with(&rest.join(" "))
            || typed_for(word).filter_map(|typed| behind(rest, typed)).any(fits)
            // A level may be left out.
            || self.lies_in(map, parent, rest)
    }
}

/// What people type for a word: the word, or short for it.
fn typed_for(word: &str) -> impl Iterator<Item = &str> {
    let short = SHORT_WORDS.iter().filter(move |(_, long)| *long == word);
    std::iter::once(word).chain(short.map(|&(short, _)| short))
}

/// The words behind the first ones, if those are the first ones and more follow.
fn behind<'a>(words: &'a [String], first: &str) -> Option<&'a [String]> {
    let count = first.split(' ').count();
    let begins = !first.is_empty() && first.split(' ').eq(words.iter().take(count));
    words.get(count..).filter(|rest| begins && !rest.is_empty())
}

/// What was typed, word by word.
#[derive(Debug)]
struct Query {
    plain: Vec<String>,
    marked: Vec<String>,
}

impl Query {
    fn new(text: &str) -> Self {
        let text: String = text.chars().take(LONGEST_QUERY).collect();
        let key = vietnamese::key(&text);
        let split =
            |key: &str| key.split(' ').filter(|w| !w.is_empty()).map(str::to_owned).collect();
        let plain: Vec<String> = split(&vietnamese::plain_key(&key));
        let marked: Vec<String> = split(&key);
        // A word of marks alone has no plain form; then nobody can say what belongs together.
        let marked = if marked.len() == plain.len() { marked } else { plain.clone() };
        Self { plain, marked }
    }
}

/// The best score of each unit so far; less is better.
struct Found<'a> {
    areas: &'a Areas,
    map: &'a MapUnits,
    scores: Vec<u32>,
}

impl Found<'_> {
    fn look(&mut self, query: &Query, word: Option<&str>) {
        let names = &self.areas.names;
        let fitting: Vec<bool> =
            self.areas.words.iter().map(|(_, key)| word.is_none_or(|word| key == word)).collect();
        // A name, and behind it what it lies in.
        for cut in 1..=query.plain.len() {
            let (head, rest) = query.plain.split_at(cut);
            let marked = query.marked[..cut].join(" ");
            for &name in names.equal(&head.join(" ")) {
                let class = if names.key(name) == marked { EXACT } else { EXACT_PLAIN };
                self.add(name, class, 0, &fitting, rest);
            }
        }
        // A part of a name.
        let (plain, marked) = (query.plain.join(" "), query.marked.join(" "));
        for (name, begins) in names.holding(&plain) {
            // Every name holds some letter; one alone asks how a word begins.
            if plain.len() == 1 && !begins {
                continue;
            }
            let class = if begins { BEGINS } else { HOLDS };
            let marks = u32::from(!names.key(name).contains(&marked));
            let longer = names.plain(name).len().saturating_sub(plain.len()).min(0xFF);
            self.add(name, class, marks << 8 | u32::try_from(longer).unwrap_or(0), &fitting, &[]);
        }
    }

    /// Scores all units of a name. After the class: marks, the word for the kind, the level (the
    /// larger unit first), the length.
    fn add(&mut self, name: u16, class: u32, detail: u32, fitting: &[bool], rest: &[String]) {
        let row = &self.map.by_name;
        let start = row.partition_point(|&at| self.map.units[usize::from(at)].name < name);
        for at in row[start..].iter().map(|&at| usize::from(at)) {
            let unit = self.map.units[at];
            if unit.name != name {
                break;
            }
            if !self.areas.lies_in(self.map, at, rest) {
                continue;
            }
            let word = u32::from(!fitting.get(usize::from(unit.word)).copied().unwrap_or(false));
            let level = self.map.level(at) as u32;
            let score =
                class << 24 | (detail >> 8) << 20 | word << 16 | level << 12 | detail & 0xFF;
            self.scores[at] = self.scores[at].min(score);
        }
    }

    fn best(&self, limit: usize) -> Vec<usize> {
        let mut hits: Vec<(u32, usize)> = self
            .scores
            .iter()
            .enumerate()
            .filter(|&(_, &score)| score != WORST)
            .map(|(at, &score)| (score, at))
            .collect();
        if limit < hits.len() {
            hits.select_nth_unstable(limit);
            hits.truncate(limit);
        }
        hits.sort_unstable();
        hits.into_iter().map(|(_, at)| at).collect()
    }
}

const EXACT: u32 = 0;
const EXACT_PLAIN: u32 = 1;
const BEGINS: u32 = 2;
const HOLDS: u32 = 3;
const WORST: u32 = u32::MAX;

/// More than the longest path of names.
const LONGEST_QUERY: usize = 120;

/// How people shorten the words.
const SHORT_WORDS: [(&str, &str); 6] = [
    ("h", "huyen"),
    ("p", "phuong"),
    ("q", "quan"),
    ("tp", "thanh pho"),
    ("tt", "thi tran"),
    ("tx", "thi xa"),
];
