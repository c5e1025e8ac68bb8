//! Plays the verbs of a story on the real diary.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use vaora::code::Trust;
use vaora::diary::{
    ClockMark, CompanionId, DeviceKey, Diary, Now, Origin, Out, Place, Visit, VisitId,
};
use vaora::journal::Folder;
use vaora::time::Instant;

use super::Step;
use super::office::{Offices, area_of};
use super::step::Times;
use crate::diary::{Dice, KeyStore, START, at, create, place, seed_of};

/// A person with a phone.
pub(super) struct Player {
    folder: PathBuf,
    index: bool,
    phone: usize,
    dice: Dice,
    keys: KeyStore,
    diary: Option<Diary>,
    /// True seconds after the start, and how far the phone's clock is ahead of them.
    second: i64,
    ahead: i64,
    boot: (u32, i64),
    visits: BTreeMap<String, VisitId>,
    companions: BTreeMap<String, CompanionId>,
    exports: BTreeMap<String, Vec<u8>>,
    offices: Offices,
}

type Answer = Result<Value, vaora::Error>;

impl Player {
    pub(super) fn new(folder: &Path, index: bool) -> Self {
        let _ = std::fs::remove_dir_all(folder);
        let mut player = Self {
            folder: folder.to_path_buf(),
            index,
            phone: 0,
            dice: Dice::new(1),
            keys: KeyStore::default(),
            diary: None,
            second: 0,
            ahead: 0,
            boot: (1, 0),
            visits: BTreeMap::new(),
            companions: BTreeMap::new(),
            exports: BTreeMap::new(),
            offices: Offices::new(&folder.join("offices")),
        };
        let _ = player.create();
        player
    }

    pub(super) fn end(self) {
        drop(self.diary);
        let _ = std::fs::remove_dir_all(self.folder);
    }

    /// Takes a step; what happened is an object, with `error` if the diary refused.
    pub(super) fn take(&mut self, step: &Step) -> Result<Value, String> {
        if let Some(at) = &step.at {
            self.second = Times::read(at)?;
        }
        let answer = self.play(step)?;
        Ok(answer.unwrap_or_else(|error| {
            let name = format!("{error:?}");
            let name = name.split(' ').next().unwrap_or_default().to_owned();
            json!({ "error": name })
        }))
    }

    fn play(&mut self, step: &Step) -> Result<Answer, String> {
        match step.r#do.as_str() {
            "set-clock" => self.ahead += step.by,
            "restart" => self.boot = (self.boot.0 + 1, self.second),
            "close" => self.diary = None,
            "wait" => {}
            "create" => return Ok(self.create()),
            "new-phone" => {
                self.phone += 1;
                self.diary = None;
                return Ok(self.create());
            }
            "open" => return self.open(step),
            "erase" => {
                self.diary = None;
                return Ok(Diary::erase(self.disk()).map(|()| json!({})));
            }
            "damage" => self.damage(step)?,
            "warn" | "withdraw" | "publish" | "policy" | "new-root" | "new-keys" => {
                self.offices.take(step, Instant::from_unix(START + self.second))?;
            }
            _ => return self.ask(step),
        }
        Ok(Ok(json!({})))
    }

    /// The verbs of an open diary.
    fn ask(&mut self, step: &Step) -> Result<Answer, String> {
        let now = self.now();
        let diary = self.diary.as_ref().ok_or("the diary is not open")?;
        let visit =
            || self.visits.get(&step.visit).copied().ok_or(format!("no visit {}", step.visit));
        let time =
            |text: &Option<String>| Times::instant(text.as_deref().ok_or("a time is missing")?);
        let mut companions = Vec::new();
        for name in &step.companions {
            companions.push(*self.companions.get(name).ok_or(format!("no companion {name}"))?);
        }
        let done = |answer: vaora::Result<()>| answer.map(|()| json!({}));
        let mut new = None;
        let answer = match step.r#do.as_str() {
            "sync" => return self.offices.sync(diary, step, &now),
            "alerts" => diary.alerts(&now).map(|all| {
                let alerts: Vec<Value> = all
                    .iter()
                    .map(|alert| self.offices.alert(alert, |id| self.name_of(id)))
                    .collect();
                json!({ "alerts": alerts })
            }),
            "explain" => self.offices.explain(diary, &step.alert, &now, |id| self.name_of(id))?,
            "seen" | "acknowledge" => {
                let id = self.offices.find(diary, &step.alert, &now)?;
                done(match step.r#do.as_str() {
                    "seen" => diary.seen(id, &now),
                    _ => diary.acknowledge(id, &now),
                })
            }
            "freshness" => diary.freshness(&now).map(|all| self.offices.freshness(&all)),
            "area" => {
                let area = area_of(step)?;
                diary.policy(area, &now).map(|all| self.offices.area(&all))
            }
            "unfollow" => done(diary.unfollow(&self.offices.id(&step.office)?)),
            "check-in" => {
                new = Some(diary.check_in(&place_of(step)?, &companions, &now));
                Ok(json!({}))
            }
            "past" => {
                let (from, until) = (time(&step.from)?, time(&step.until)?);
                new = Some(diary.add_past(&place_of(step)?, from, until, &companions, &now));
                Ok(json!({}))
            }
            "manual" => {
                let (from, until) = (time(&step.from)?, time(&step.until)?);
                new = Some(diary.add_manual(&step.place, 0, from, until, &companions, &now));
                Ok(json!({}))
            }
            "check-out" => done(diary.check_out(visit()?, &now)),
            "stay" => done(diary.stay(visit()?, &now)),
            "rescan" => diary.rescan(&place_of(step)?, &now).map(|met| {
                json!({
                    "open": met.open.map(|(id, _)| self.name_of(id)),
                    "since": met.open.map(|(_, at)| Times::write(at)),
                    "parent": met.parent.map(|(id, _)| self.name_of(id)),
                })
            }),
            "edit" => done(diary.edit(visit()?, time(&step.from)?, time(&step.until)?, &now)),
            "confirm" => done(diary.confirm(visit()?)),
            "companions" => done(diary.set_companions(visit()?, &companions)),
            "note" => done(diary.note(visit()?, &step.text)),
            "hide" => done(diary.hide(visit()?, &now)),
            "forget" => done(diary.forget(visit()?, &now)),
            "forget-before" => {
                let day = Times::day(step.day.as_deref().unwrap_or_default())?;
                done(diary.forget_before(day, &now))
            }
            "drop-day" => {
                let day = Times::day(step.day.as_deref().unwrap_or_default())?;
                done(diary.drop_day(day, &now))
            }
            "badge" => diary.badge(visit()?, &now).map(|badge| {
                let key = vaora::seal::VenueKey::derive(&seed_of(&step.place), now.wall.day());
                json!({ "as-everybody": badge == key.derive_badge(now.wall) })
            }),
            "show" => self.show(diary, &now),
            "due" => diary.due(&now).map(|due| {
                let names = |ids: Vec<VisitId>| -> Vec<String> {
                    ids.into_iter().map(|id| self.name_of(id)).collect()
                };
                let days: Vec<String> = due.expired.into_iter().map(Times::write_day).collect();
                json!({
                    "leave": names(due.leave), "closed": names(due.closed), "expired": days,
                    "rotate": due.rotate, "next": due.next.map(Times::write),
                    "notices": due.notices.iter().map(super::office::notice).collect::<Vec<_>>(),
                })
            }),
            "drain" => diary
                .drain()
                .map(|d| json!({ "taken": d.taken, "refused": d.refused, "left": d.left })),
            "lock" => done(diary.lock()),
            "unlock" => done(diary.unlock(self.keys.diary())),
            "witness" => done(diary.witness(time(&step.signed)?, &now)),
            "clock" => diary.clock_seems_wrong(&now).map(|wrong| json!({ "wrong": wrong })),
            "retention" => done(diary.set_retention(step.days)),
            "rotate" => {
                let (matching, own) = self.keys.renew(&mut self.dice);
                let answer = diary.rotate(Some(matching), Some(own));
                if answer.is_ok() {
                    self.keys.settle();
                }
                done(answer)
            }
            "add-companion" => diary.add_companion(&step.text).map(|id| {
                self.companions.insert(step.text.clone(), id);
                json!({})
            }),
            "remove-companion" => {
                let id = self.companions.get(&step.text).copied();
                done(diary.remove_companion(id.ok_or("no such companion")?))
            }
            "export" => diary.export(&step.passphrase).map(|export| {
                self.exports.insert(step.r#as.clone().unwrap_or_default(), export.bytes);
                let missing: Vec<String> =
                    export.missing.into_iter().map(Times::write_day).collect();
                json!({ "visits": export.visits, "missing": missing })
            }),
            "import" => {
                let bytes = self.exports.get(&step.files).ok_or("no such export")?;
                diary.import(bytes, &step.passphrase, &now).map(|added| json!({ "added": added }))
            }
            unknown => return Err(format!("no verb {unknown}")),
        };
        Ok(match new {
            Some(Err(error)) => Err(error),
            Some(Ok(visit)) => {
                self.visits.insert(step.r#as.clone().unwrap_or(step.place.clone()), visit.id);
                Ok(self.visit(&visit))
            }
            None => answer,
        })
    }

    fn show(&self, diary: &Diary, now: &Now) -> Answer {
        let (first, last) = (Instant::from_unix(0), Instant::from_unix(i64::MAX));
        let all = diary.visits(first, last, now)?;
        let visits: Vec<Value> = all.visits.iter().map(|v| self.visit(v)).collect();
        let days = |days: Vec<vaora::time::Day>| -> Vec<String> {
            days.into_iter().map(Times::write_day).collect()
        };
        Ok(json!({
            "visits": visits, "damaged": days(all.damaged), "unfinished": days(all.unfinished),
        }))
    }

    fn visit(&self, visit: &Visit) -> Value {
        let (out, until) = match visit.out {
            Out::Open { due } => ("open", due),
            Out::Scanned(at) => ("scanned", at),
            Out::Said(at) => ("said", at),
            Out::Assumed(at) => ("assumed", at),
        };
        let origin = match visit.origin {
            Origin::Scanned => "scanned",
            Origin::Past => "past",
            Origin::Manual => "manual",
        };
        let clock = match visit.clock {
            ClockMark::Sure => "sure",
            ClockMark::Doubtful => "doubtful",
            ClockMark::Repaired => "repaired",
        };
        let names: Vec<Option<&String>> = visit
            .companions
            .iter()
            .map(|id| self.companions.iter().find(|(_, known)| *known == id).map(|(name, _)| name))
            .collect();
        json!({
            "place": visit.place.as_ref().map(|p| &p.name), "from": Times::write(visit.from),
            "out": out, "until": Times::write(until), "origin": origin, "clock": clock,
            "companions": names, "note": visit.note,
        })
    }

    fn name_of(&self, id: VisitId) -> String {
        let known = self.visits.iter().find(|(_, known)| **known == id);
        known.map_or_else(|| String::from("?"), |(name, _)| name.clone())
    }

    fn create(&mut self) -> Answer {
        let now = self.now();
        let (diary, keys) = create(self.disk(), &mut self.dice, &now)?;
        (self.diary, self.keys) = (Some(diary), keys);
        Ok(json!({}))
    }

    fn open(&mut self, step: &Step) -> Result<Answer, String> {
        let mut strangers = KeyStore::default();
        let _ = strangers.renew(&mut self.dice);
        let state = |which: &Option<String>, own: DeviceKey, other: DeviceKey| {
            Ok::<DeviceKey, String>(match which.as_deref() {
                None | Some("ready") => own,
                Some("locked") => DeviceKey::Locked,
                Some("gone") => DeviceKey::Gone,
                Some("another") => other,
                Some(unknown) => return Err(format!("no key state {unknown}")),
            })
        };
        let matching = state(&step.matching, self.keys.matching(), strangers.matching())?;
        let own = state(&step.diary, self.keys.diary(), strangers.diary())?;
        let random = Box::new(Dice::new(self.dice.throw()));
        Ok(Diary::open(self.disk(), random, matching, own).map(|diary| {
            self.diary = Some(diary);
            json!({})
        }))
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

    fn now(&self) -> Now {
        let running = u64::try_from(self.second - self.boot.1 + 1_000_000).unwrap_or(0);
        let wall = Instant::from_unix(START + self.second + self.ahead);
        Now { wall, running, boot: self.boot.0, ..at(0) }
    }

    fn path(&self) -> PathBuf {
        self.folder.join(self.phone.to_string())
    }

    fn disk(&self) -> Box<Folder> {
        let folder = Folder::new(&self.path());
        Box::new(if self.index { folder } else { folder.without_index() })
    }
}

fn place_of(step: &Step) -> Result<Place, String> {
    let mut place = place(&step.place, step.stay.unwrap_or(60));
    if step.area.is_some() {
        place.details.area = Some(area_of(step)?);
    }
    if let Some(outer) = &step.inside {
        let venue = crate::diary::details(outer, 60).venue;
        place.details.parent = venue.map(|id| id.as_parent());
    }
    if let Some(trust) = &step.trust {
        let known = Trust::ALL.iter().find(|t| t.id() == trust);
        place.details.trust = *known.ok_or(format!("no trust {trust}"))?;
    }
    Ok(place)
}
