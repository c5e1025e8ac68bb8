//! Plays the steps of a story: asks the phone, and says what it answered in the story's words.
//!
//! Names, times, keys, authorities and damage are kept here, so that a phone in another language is
//! nothing but its verbs.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use vaora::code::{Kind, Trust};
use vaora::time::{Day, Instant};

use super::line::Line;
use super::office::Offices;
use super::phone::Phone;
use super::places::Places;
use super::step::{Step, Times};
use crate::diary::{Dice, KeyStore, START, seed_of};

/// A person with a phone, and the world around them.
pub(super) struct Player<'p> {
    phone: &'p mut dyn Phone,
    folder: PathBuf,
    /// How many phones there were before this one.
    number: usize,
    dice: Dice,
    keys: KeyStore,
    /// True seconds after the start, and how far the phone's clock is ahead of them.
    second: i64,
    ahead: i64,
    boot: (u32, i64),
    visits: BTreeMap<String, i64>,
    companions: BTreeMap<String, i64>,
    exports: BTreeMap<String, Value>,
    codes: BTreeMap<String, String>,
    places: Places,
    offices: Offices,
}

impl<'p> Player<'p> {
    pub(super) fn new(phone: &'p mut dyn Phone, folder: &Path) -> Result<Self, String> {
        let _ = std::fs::remove_dir_all(folder);
        let mut player = Self {
            phone,
            folder: folder.to_path_buf(),
            number: 0,
            dice: Dice::new(1),
            keys: KeyStore::default(),
            second: 0,
            ahead: 0,
            boot: (1, 0),
            visits: BTreeMap::new(),
            companions: BTreeMap::new(),
            exports: BTreeMap::new(),
            codes: BTreeMap::new(),
            places: Places::default(),
            offices: Offices::new(&folder.join("offices"))?,
        };
        player.create()?;
        Ok(player)
    }

    pub(super) fn end(self) {
        let _ = self.phone.ask(&json!({ "do": "close" }));
        let _ = std::fs::remove_dir_all(self.folder);
    }

    /// Takes a step; what happened is an object, with `error` if the diary refused.
    pub(super) fn take(&mut self, step: &Step) -> Result<Value, String> {
        if let Some(at) = &step.at {
            self.second = Times::read(at)?;
        }
        match step.r#do.as_str() {
            "set-clock" => self.ahead += step.by,
            "restart" => self.boot = (self.boot.0 + 1, self.second),
            "wait" => {}
            "close" => return self.ask(json!({ "do": "close" })),
            "create" => return self.create(),
            "new-phone" => {
                self.number += 1;
                return self.create();
            }
            "open" => return self.open(step),
            "erase" => return self.ask(json!({ "do": "erase", "folder": self.path() })),
            "damage" => self.damage(step)?,
            "warn" | "withdraw" | "publish" | "policy" | "new-root" | "new-keys" | "replace"
            | "revoke" => {
                let at = Instant::from_unix(START + self.second);
                self.offices.take(step, &self.places, at)?;
            }
            "sync" => return self.sync(step),
            "one-time-code" => {
                let at = Instant::from_unix(START + self.second);
                let code = self.offices.one_time_code(step, at)?;
                self.codes.insert(step.r#as.clone().unwrap_or_default(), code);
            }
            "received" => return self.offices.received(step),
            "share" | "share-again" | "cover" => return self.share(step),
            _ => return self.verb(step),
        }
        Ok(json!({}))
    }

    /// The verbs of an open diary.
    fn verb(&mut self, step: &Step) -> Result<Value, String> {
        let verb = step.r#do.as_str();
        let unix = |text: &Option<String>| -> Result<i64, String> {
            Ok(Times::instant(text.as_deref().ok_or("a time is missing")?)?.unix())
        };
        let day = || Times::day(step.day.as_deref().unwrap_or_default()).map(|d| d.to_string());
        let mut question = json!({ "do": verb });
        match verb {
            "check-in" | "rescan" => self.say_place(step, &mut question)?,
            "past" => {
                self.say_place(step, &mut question)?;
                question["from"] = unix(&step.from)?.into();
                question["until"] = unix(&step.until)?.into();
            }
            "manual" => {
                question["name"] = step.place.clone().into();
                question["from"] = unix(&step.from)?.into();
                question["until"] = unix(&step.until)?.into();
            }
            "scan" => {
                question["code"] = step.text.clone().into();
                if step.text.is_empty() {
                    self.say_place(step, &mut question)?;
                }
            }
            "check-out" | "stay" | "confirm" | "hide" | "forget" | "badge" => {
                question["visit"] = self.visit_of(step)?;
            }
            "edit" => {
                question["visit"] = self.visit_of(step)?;
                question["from"] = unix(&step.from)?.into();
                question["until"] = unix(&step.until)?.into();
            }
            "companions" => question["visit"] = self.visit_of(step)?,
            "note" => {
                question["visit"] = self.visit_of(step)?;
                question["text"] = step.text.clone().into();
            }
            "forget-before" | "drop-day" => question["day"] = day()?.into(),
            "witness" => question["signed"] = unix(&step.signed)?.into(),
            "retention" => question["days"] = step.days.into(),
            "unlock" => question["diary"] = self.keys.own_secrets().into(),
            "rotate" => {
                self.keys.renew(&mut self.dice);
                let [matching, own] = self.keys.newest();
                question["matching"] = matching.into();
                question["diary"] = own.into();
            }
            "add-companion" => question["name"] = step.text.clone().into(),
            "remove-companion" => {
                let id = self.companions.get(&step.text).ok_or("no such companion")?;
                question["companion"] = (*id).into();
            }
            "export" => question["passphrase"] = step.passphrase.clone().into(),
            "import" => {
                question["file"] = self.exports.get(&step.files).ok_or("no such export")?.clone();
                question["passphrase"] = step.passphrase.clone().into();
            }
            "unfollow" => question["deployment"] = self.offices.id(&step.office)?.into(),
            "explain" | "seen" | "acknowledge" => question["alert"] = self.alert_of(&step.alert)?,
            "advice" => {
                question["deployment"] = self.offices.id(&step.office)?.into();
                question["advice"] = step.advice.into();
                question["language"] = step.text.clone().into();
            }
            "area" => {
                let area = step.area.as_deref().unwrap_or_default();
                question["area"] = format!("2025/{area}").into();
            }
            "show" | "due" | "drain" | "lock" | "clock" | "alerts" | "freshness" | "pending"
            | "receipts" | "abandon" => {}
            unknown => return Err(format!("no verb {unknown}")),
        }
        if !step.companions.is_empty() {
            question["companions"] = self.ids_of(&step.companions)?;
        }
        let answer = self.ask(question)?;
        if answer.get("error").is_some() {
            return Ok(answer);
        }
        match verb {
            "check-in" | "past" | "manual" => {
                let name = step.r#as.clone().unwrap_or(step.place.clone());
                let id = answer["id"].as_i64().ok_or("a visit has no id")?;
                self.visits.insert(name, id);
            }
            "rotate" => self.keys.settle(),
            "add-companion" => {
                let id = answer["id"].as_i64().ok_or("a companion has no id")?;
                self.companions.insert(step.text.clone(), id);
            }
            "export" => {
                self.exports.insert(step.r#as.clone().unwrap_or_default(), answer["file"].clone());
            }
            "badge" => {
                let seed = seed_of(&step.place);
                let now = Instant::from_unix(START + self.second + self.ahead);
                let key = vaora::seal::VenueKey::derive(&seed, now.day());
                let everybody = json!(key.derive_badge(now));
                return Ok(json!({ "as-everybody": answer["shapes"] == everybody }));
            }
            _ => {}
        }
        self.told(answer)
    }

    /// The phone follows the authority and fetches its newest publication over HTTP.
    fn sync(&mut self, step: &Step) -> Result<Value, String> {
        let Some(root) = self.offices.root(&step.office) else {
            return Ok(json!({ "error": "Offline", "why": "offline" }));
        };
        let followed = self.ask(json!({ "do": "follow", "root": root }))?;
        if followed.get("error").is_some() {
            return Ok(followed);
        }
        let line = self.line(step)?;
        let mut answer = self.ask(json!({
            "do": "sync", "base": line.base(), "deployment": followed["deployment"],
        }))?;
        if answer.get("error").is_none() {
            answer["resumed"] = line.resumed().into();
            answer["chunks"] = line.chunks().into();
        }
        Ok(answer)
    }

    /// Sends over a line of its own.
    fn share(&mut self, step: &Step) -> Result<Value, String> {
        let line = self.line(step)?;
        let mut question = json!({ "do": step.r#do, "base": line.base() });
        if step.r#do != "share-again" {
            question["deployment"] = self.offices.id(&step.office)?.into();
        }
        if step.r#do == "share" {
            let id =
                |name: &String| self.visits.get(name).copied().ok_or(format!("no visit {name}"));
            let visits: Result<Vec<i64>, String> = step.visits.iter().map(id).collect();
            question["visits"] = visits?.into();
            question["named"] = self.ids_of(&step.named)?;
            let code = self.codes.get(&step.code).unwrap_or(&step.code);
            question["code"] = code.clone().into();
        }
        let answer = self.ask(question)?;
        if answer.get("error").is_some() { Ok(answer) } else { self.told(answer) }
    }

    fn line(&self, step: &Step) -> Result<Line, String> {
        self.offices.line(step, Instant::from_unix(START + self.second))
    }

    /// The code that hangs at a place.
    fn say_place(&mut self, step: &Step, question: &mut Value) -> Result<(), String> {
        let code = self.places.code(step, &self.offices)?;
        question["code"] = code.text.into();
        if let Some(name) = code.name {
            question["name"] = name.into();
        }
        Ok(())
    }

    /// Asks the phone at this time.
    fn ask(&mut self, mut question: Value) -> Result<Value, String> {
        question["now"] = json!({
            "wall": START + self.second + self.ahead, "offset": 420,
            "running": self.second - self.boot.1 + 1_000_000, "boot": self.boot.0,
        });
        let answer = self.phone.ask(&question)?;
        let unsaid = answer["text"].as_str().is_some_and(str::is_empty);
        // An error without words would leave the help desk with nothing.
        if answer.get("error").is_some() && unsaid {
            return Err(String::from("an error has no text"));
        }
        Ok(answer)
    }

    fn create(&mut self) -> Result<Value, String> {
        let mut keys = KeyStore::default();
        keys.renew(&mut self.dice);
        let [matching, own] = keys.newest();
        let answer = self.ask(json!({
            "do": "create", "folder": self.path(), "matching": matching, "diary": own,
        }))?;
        if answer.get("error").is_some() {
            return Ok(answer);
        }
        self.keys = keys;
        self.follow_usual()
    }

    fn open(&mut self, step: &Step) -> Result<Value, String> {
        let mut strangers = KeyStore::default();
        strangers.renew(&mut self.dice);
        let state = |which: &Option<String>, own: Value, other: Value| match which.as_deref() {
            None | Some("ready") => Ok(own),
            Some("locked") => Ok(json!("locked")),
            Some("gone") => Ok(json!("gone")),
            Some("another") => Ok(other),
            Some(unknown) => Err(format!("no key state {unknown}")),
        };
        let (keys, others) = (&self.keys, &strangers);
        let (own, other) = (keys.matching_secrets().into(), others.matching_secrets().into());
        let matching = state(&step.matching, own, other)?;
        let diary = state(&step.diary, keys.own_secrets().into(), others.own_secrets().into())?;
        let answer = self.ask(json!({
            "do": "open", "folder": self.path(), "matching": matching, "diary": diary,
        }))?;
        if answer.get("error").is_none() { self.follow_usual() } else { Ok(answer) }
    }

    /// An app follows the authority whose root it embeds, at every start.
    fn follow_usual(&mut self) -> Result<Value, String> {
        let root = self.offices.root("").ok_or("the usual authority has no root")?;
        self.ask(json!({ "do": "follow", "root": root })).map(|_| json!({}))
    }

    /// Flips one bit at a byte of every file whose name ends so and that has records there.
    fn damage(&self, step: &Step) -> Result<(), String> {
        let io = |e: std::io::Error| e.to_string();
        let mut hurt = 0;
        for entry in std::fs::read_dir(self.path()).map_err(io)? {
            let path = entry.map_err(io)?.path();
            if !path.to_string_lossy().ends_with(&step.files) || path.is_dir() {
                continue;
            }
            let mut bytes = std::fs::read(&path).map_err(io)?;
            if bytes.get(step.byte).is_some() && bytes[..step.byte + 1].iter().any(|b| *b != 0) {
                bytes[step.byte] ^= 1;
                std::fs::write(&path, bytes).map_err(io)?;
                hurt += 1;
            }
        }
        if hurt == 0 { Err(String::from("nothing to damage")) } else { Ok(()) }
    }

    fn path(&self) -> PathBuf {
        self.folder.join(self.number.to_string())
    }

    fn visit_of(&self, step: &Step) -> Result<Value, String> {
        let id = self.visits.get(&step.visit);
        id.map(|id| (*id).into()).ok_or(format!("no visit {}", step.visit))
    }

    fn ids_of(&self, companions: &[String]) -> Result<Value, String> {
        let id = |name: &String| {
            self.companions.get(name).copied().ok_or(format!("no companion {name}"))
        };
        Ok(companions.iter().map(id).collect::<Result<Vec<i64>, String>>()?.into())
    }

    /// The one alert about a place that still warns, else the last that does not.
    fn alert_of(&mut self, place: &str) -> Result<Value, String> {
        let answer = self.ask(json!({ "do": "alerts" }))?;
        let alerts = answer["alerts"].as_array().ok_or("no alerts")?;
        let of = |alert: &&Value| alert["place"].as_str() == Some(place);
        let found = alerts.iter().find(of).or(alerts.first().filter(|_| place.is_empty()));
        Ok(found.ok_or(format!("no alert {place}"))?["id"].clone())
    }

    /// An answer in the story's words: names for ids, times and days as stories write them.
    fn told(&self, mut answer: Value) -> Result<Value, String> {
        let fields = answer.as_object_mut().ok_or("an answer is an object")?;
        // Since when the visit is open that a scan meets.
        let mut since = Value::Null;
        for (field, value) in fields.iter_mut() {
            let told = match field.as_str() {
                "open" | "parent" if value.is_object() => {
                    since = value["since"].clone();
                    self.name_of(&self.visits, &value["id"])
                }
                "visit" => self.name_of(&self.visits, value),
                "leave" | "closed" => self.names_of(&self.visits, value),
                "companions" if value.is_array() => self.names_of(&self.companions, value),
                "from" | "until" | "next" | "created" | "since" => time(value)?,
                "day" => day(value)?,
                "trust" => word(value, Trust::ALL, |trust| trust.id()),
                "kind" => word(value, Kind::ALL, |kind| kind.id()),
                "damaged" | "unfinished" | "expired" | "missing" => each(value, day)?,
                "deployment" => self.offices.name_of(value.as_str().unwrap_or_default()).into(),
                "visits" if value.as_array().is_some_and(|v| v.iter().any(Value::is_i64)) => {
                    let mut names = self.names_of(&self.visits, value);
                    if let Some(names) = names.as_array_mut() {
                        names.sort_by_key(|name| name.as_str().map(str::to_owned));
                    }
                    names
                }
                "visits" | "notices" | "alerts" | "reasons" | "lists" | "states" | "shown"
                | "receipts"
                    if value.is_array() =>
                {
                    each(value, |item| self.told(item.clone()))?
                }
                _ => continue,
            };
            *value = told;
        }
        if let Some(office) = fields.remove("deployment") {
            fields.insert(String::from("office"), office);
        }
        if !since.is_null() {
            fields.insert(String::from("since"), time(&since)?);
        }
        Ok(answer)
    }

    fn name_of(&self, names: &BTreeMap<String, i64>, id: &Value) -> Value {
        let known = names.iter().find(|(_, known)| Some(**known) == id.as_i64());
        known.map_or("?", |(name, _)| name).into()
    }

    fn names_of(&self, names: &BTreeMap<String, i64>, ids: &Value) -> Value {
        let ids = ids.as_array().map_or(&[][..], Vec::as_slice);
        ids.iter().map(|id| self.name_of(names, id)).collect()
    }
}

/// The usual spelling of a word, which languages write as their names of constants.
fn word<T: Copy>(value: &Value, all: &[T], id: impl Fn(T) -> &'static str) -> Value {
    let letters = |text: &str| text.to_lowercase().replace(['-', ' ', '_'], "");
    let Some(text) = value.as_str() else { return Value::Null };
    let known = all.iter().map(|word| id(*word)).find(|id| letters(id) == letters(text));
    known.unwrap_or(text).into()
}

fn each(values: &Value, told: impl Fn(&Value) -> Result<Value, String>) -> Result<Value, String> {
    values.as_array().ok_or("a list is missing")?.iter().map(told).collect()
}

fn time(value: &Value) -> Result<Value, String> {
    Ok(match value.as_i64() {
        Some(unix) => Times::write(Instant::from_unix(unix)).into(),
        None => Value::Null,
    })
}

fn day(value: &Value) -> Result<Value, String> {
    let day = value.as_str().and_then(Day::from_iso).ok_or("a day is missing")?;
    Ok(Times::write_day(day).into())
}
