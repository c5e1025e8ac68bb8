//! The names of a catalogue, each once, and their keys for searching.

use crate::text::vietnamese;

/// Names without the word for their kind, in ascending order.
#[derive(Debug, Clone)]
pub(super) struct Names {
    text: Joined,
    /// The comparison key of each, with marks.
    key: Joined,
    /// The same without marks.
    plain: Joined,
    /// All names, sorted by plain key.
    by_plain: Vec<u16>,
}

impl Names {
    /// From at most 65,536 names.
    pub(super) fn new(text: Joined) -> Self {
        let mut key = Joined::default();
        let mut plain = Joined::default();
        for name in text.iter() {
            let with_marks = vietnamese::key(name);
            plain.push(&vietnamese::plain_key(&with_marks));
            key.push(&with_marks);
        }
        let mut by_plain: Vec<u16> = (0..=u16::MAX).take(text.len()).collect();
        by_plain.sort_by_key(|&name| plain.get(name));
        Self { text, key, plain, by_plain }
    }

    pub(super) fn text(&self, name: u16) -> &str {
        self.text.get(name)
    }

    pub(super) fn key(&self, name: u16) -> &str {
        self.key.get(name)
    }

    pub(super) fn plain(&self, name: u16) -> &str {
        self.plain.get(name)
    }

    /// The names of which this is the whole plain key.
    pub(super) fn equal(&self, plain: &str) -> &[u16] {
        let from = self.by_plain.partition_point(|&name| self.plain.get(name) < plain);
        let rest = &self.by_plain[from..];
        &rest[..rest.partition_point(|&name| self.plain.get(name) == plain)]
    }

    /// The names whose plain key holds this, and whether it begins a word there.
    pub(super) fn holding<'a>(&'a self, plain: &'a str) -> impl Iterator<Item = (u16, bool)> + 'a {
        let all = &self.plain.all;
        all.match_indices(plain).map(move |(at, _)| {
            let begins = at == 0 || !all.as_bytes()[at - 1].is_ascii_alphanumeric();
            (self.plain.at(at), begins)
        })
    }
}

/// Many short texts in one, each behind a line break: one allocation, and one scan over all.
#[derive(Debug, Clone, Default)]
pub(super) struct Joined {
    all: String,
    ends: Vec<u32>,
}

impl Joined {
    pub(super) fn push(&mut self, text: &str) {
        self.all.push_str(text);
        self.all.push('\n');
        self.ends.push(u32::try_from(self.all.len()).unwrap_or(u32::MAX));
    }

    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Nothing for a text that does not exist.
    fn get(&self, index: u16) -> &str {
        let index = usize::from(index);
        let start = if index == 0 { Some(&0) } else { self.ends.get(index - 1) };
        let (Some(&start), Some(&end)) = (start, self.ends.get(index)) else { return "" };
        self.all.get(start as usize..end as usize - 1).unwrap_or_default()
    }

    fn iter(&self) -> impl Iterator<Item = &str> {
        (0..=u16::MAX).take(self.len()).map(|index| self.get(index))
    }

    /// The text that this byte lies in.
    fn at(&self, byte: usize) -> u16 {
        let index = self.ends.partition_point(|&end| end as usize <= byte);
        u16::try_from(index).unwrap_or(u16::MAX)
    }
}
