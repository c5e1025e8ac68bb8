//! The catalogue of venue categories, with their usual stays.

use std::sync::OnceLock;

/// A category of venues, as the dispatches of Bắc Kạn and Sơn Dương name them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Category {
    /// Its number in venue codes; never reused.
    pub number: u8,
    /// Its stable name.
    pub key: &'static str,
    /// Its name in Vietnamese.
    pub vi: &'static str,
    /// Its name in English.
    pub en: &'static str,
    /// After so many minutes a forgotten check-out is assumed.
    pub usual_stay: u16,
    /// A visit there says something about a person's health or private life; dated codes serve
    /// such places better than fixed ones.
    pub sensitive: bool,
}

impl Category {
    /// Every category, by ascending number.
    #[must_use]
    pub fn all() -> &'static [Self] {
        static ALL: OnceLock<Vec<Category>> = OnceLock::new();
        ALL.get_or_init(|| SOURCE.lines().skip(1).filter_map(parse).collect())
    }

    /// The category of a number. A code may carry a number that this version does not know yet.
    #[must_use]
    pub fn of(number: u8) -> Option<&'static Self> {
        Self::all().iter().find(|c| c.number == number)
    }

    /// The category of a key, as spreadsheets write it.
    #[must_use]
    pub fn by_key(key: &str) -> Option<&'static Self> {
        Self::all().iter().find(|c| c.key == key)
    }
}

/// One line: `number,key,vi,en,usual_stay_minutes,sensitive`; a field with a comma is quoted.
fn parse(line: &'static str) -> Option<Category> {
    let mut fields = Fields(line);
    Some(Category {
        number: fields.next()?.parse().ok()?,
        key: fields.next()?,
        vi: fields.next()?,
        en: fields.next()?,
        usual_stay: fields.next()?.parse().ok()?,
        sensitive: fields.next()? == "yes",
    })
}

struct Fields(&'static str);

impl Iterator for Fields {
    type Item = &'static str;

    fn next(&mut self) -> Option<&'static str> {
        let (field, rest) = match self.0.strip_prefix('"') {
            Some(quoted) => {
                let (field, rest) = quoted.split_once('"')?;
                (field, rest.strip_prefix(',').unwrap_or(rest))
            }
            None => self.0.split_once(',').unwrap_or((self.0, "")),
        };
        self.0 = rest;
        Some(field)
    }
}

/// Facts, so data: one table for the code, the authority's spreadsheets and the documents.
const SOURCE: &str = include_str!("../../data/categories.csv");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_is_read() {
        let all = Category::all();
        assert_eq!(all.len(), SOURCE.lines().count() - 1);
        for (category, number) in all.iter().zip(1..) {
            assert_eq!(category.number, number);
            assert!((1..=1440).contains(&category.usual_stay), "{}", category.key);
            assert!(!category.vi.is_empty() && !category.en.is_empty());
        }
        let dine_in = Category::by_key("dine-in").unwrap();
        assert_eq!(dine_in.vi, "Cơ sở ăn, uống phục vụ tại chỗ");
        let sensitive = all.iter().filter(|c| c.sensitive).count();
        assert_eq!(sensitive, 8);
        assert_eq!(Category::of(0), None);
        assert_eq!(Category::of(39), None);
    }
}
