//! NHS COVID-19 (England and Wales, 2020 to 2022): one signed JSON document of all risky venues
//! in plain text, compared with the visits by the id on the poster.
//!
//! Written from the published interface description. Kinder to it than its app was: texts are
//! borrowed from the document, times are compared as the texts they are, and venues are found
//! through a table, where the app went through all visits for each venue.

use std::collections::HashMap;
use std::io::Write;
use std::ops::Range;
use std::path::{Path, PathBuf};

use ed25519_dalek::VerifyingKey;
use serde::Deserialize;
use vaora::time::Day;

use super::Phone;
use super::signed::{self, Refused};
use super::world::{Visit, Window, World};

/// The document, as the server writes it, and the header with the signature's date, which is
/// signed before the body.
pub fn publish(world: &World, folder: &Path) {
    let mut out = signed::Writer::create(&folder.join(FILE), b"Fri, 27 Nov 2020 14:40:14 UTC:");
    let whole = World { files: 1, ..*world };
    let mut times = Times::default();
    write!(out, "{{\"venues\":[").expect("the file can be written");
    for (number, Window { venue, span, level, .. }) in whole.part(0).enumerate() {
        let comma = if number > 0 { "," } else { "" };
        let (id, from, until) = (Id::of(venue), times.of(span.start), times.of(span.end));
        write!(
            out,
            r#"{comma}{{"id":"{}","riskyWindow":{{"from":"{from}","until":"{until}"}},"messageType":"M{}"}}"#,
            id.as_str(),
            1 + level % 2,
        )
        .expect("the file can be written");
    }
    write!(out, "]}}").expect("the file can be written");
    out.finish();
}

/// What the app has on the phone.
pub struct App {
    list: PathBuf,
    key: VerifyingKey,
    visits: HashMap<String, Vec<(usize, Range<String>)>>,
}

impl App {
    pub fn open(visits: &[Visit], folder: &Path) -> Self {
        let mut app = Self::empty(folder);
        for (number, visit) in visits.iter().enumerate() {
            app.visit(number, Id::of(visit.venue).as_str(), &visit.span);
        }
        app
    }

    fn empty(folder: &Path) -> Self {
        Self { list: folder.join(FILE), key: signed::built_in(), visits: HashMap::new() }
    }

    fn visit(&mut self, number: usize, venue: &str, span: &Range<i64>) {
        let span = iso(span.start)..iso(span.end);
        self.visits.entry(venue.to_owned()).or_default().push((number, span));
    }
}

impl Phone for App {
    fn find(&self) -> Result<Vec<usize>, Refused> {
        let mut body = Vec::new();
        let body = signed::read(&self.list, &self.key, &mut body)?;
        let list: List<'_> = serde_json::from_slice(body).map_err(|_| Refused::Format)?;
        let mut found = Vec::new();
        for venue in &list.venues {
            let _ = venue.message;
            let Some(visits) = self.visits.get(venue.id) else { continue };
            for (number, visit) in visits {
                // Both without their ends: who leaves when the risk begins was not there.
                if visit.start.as_str() < venue.window.until
                    && venue.window.from < visit.end.as_str()
                {
                    found.push(*number);
                }
            }
        }
        Ok(found)
    }
}

#[derive(Deserialize)]
struct List<'a> {
    #[serde(borrow)]
    venues: Vec<Venue<'a>>,
}

#[derive(Deserialize)]
struct Venue<'a> {
    id: &'a str,
    #[serde(rename = "riskyWindow", borrow)]
    window: RiskyWindow<'a>,
    #[serde(rename = "messageType")]
    message: Message,
}

#[derive(Deserialize)]
struct RiskyWindow<'a> {
    from: &'a str,
    until: &'a str,
}

/// What the app says to who was there.
#[derive(Deserialize, Clone, Copy)]
enum Message {
    M1,
    M2,
    M3,
}

/// Eight letters and digits, as on a poster; every venue has its own.
struct Id([u8; 8]);

impl Id {
    fn of(venue: u64) -> Self {
        let mut bits = venue.wrapping_mul(0x9E37_79B9_7F4A_7C15) & 0xFF_FFFF_FFFF;
        Self(std::array::from_fn(|_| {
            let symbol = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789"[(bits & 31) as usize];
            bits >>= 5;
            symbol
        }))
    }

    fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("the alphabet is ASCII")
    }
}

/// There are a few thousand different times in a world of millions of windows.
#[derive(Default)]
struct Times(HashMap<i64, String>);

impl Times {
    fn of(&mut self, unix: i64) -> String {
        self.0.entry(unix).or_insert_with(|| iso(unix)).clone()
    }
}

/// `2020-07-04T13:33:03Z`.
fn iso(unix: i64) -> String {
    let (day, second) = (unix.div_euclid(86_400), unix.rem_euclid(86_400));
    let day = Day::from_number(u32::try_from(day).unwrap_or_default());
    format!("{day}T{:02}:{:02}:{:02}Z", second / 3600, second / 60 % 60, second % 60)
}

const FILE: &str = "risky-venues.json";

#[cfg(test)]
mod tests;
