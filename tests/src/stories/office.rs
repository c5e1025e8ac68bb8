//! The health authorities of a story: real desks, each in a folder of its own.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use vaora::area::AreaCode;
use vaora::area::code::Map;
use vaora::diary::{
    Alert, AlertId, AlertState, AreaPolicy, Diary, Freshness, Notice, NoticeKind, Now, VisitId,
};
use vaora::sync::http::{Options, fetch};
use vaora::time::Instant;
use vaora::trust::AreaState;

use super::Step;
use super::line::Line;
use super::step::Times;
use crate::diary::{Dice, seed_of};
use crate::lists::Office;

/// Every authority that a story names; the one without a name is the usual one.
pub(super) struct Offices {
    folder: PathBuf,
    offices: BTreeMap<String, Office>,
}

impl Offices {
    pub(super) fn new(folder: &Path) -> Self {
        Self { folder: folder.to_path_buf(), offices: BTreeMap::new() }
    }

    /// What an authority does.
    pub(super) fn take(&mut self, step: &Step, at: Instant) -> Result<(), String> {
        let words = |e: vaora_authority::Error| e.to_string();
        let time =
            |text: &Option<String>| Times::instant(text.as_deref().ok_or("a time is missing")?);
        if !self.offices.contains_key(&step.office) {
            let folder = self.folder.join(format!("{}-office", step.office));
            let office = Office::open(&folder, Times::day("+0")?).map_err(words)?;
            self.offices.insert(step.office.clone(), office);
        }
        let office = self.offices.get_mut(&step.office).ok_or("no office")?;
        let seed = seed_of(&step.place);
        match step.r#do.as_str() {
            "warn" => {
                let advice = step.advice.max(1);
                office.warn(seed, time(&step.from)?, time(&step.until)?, advice).map_err(words)
            }
            "withdraw" => {
                office.withdraw(seed, Times::day(step.day.as_deref().unwrap_or("+0"))?);
                Ok(())
            }
            "publish" => office.publish(at, step.hours).map(|_| ()).map_err(words),
            "policy" => office.change_policy(step.policy.as_ref().ok_or("no policy")?, at.day()),
            "new-keys" => {
                let last = at.day().plus(365);
                office.deployment.renew_list_keys(at.day(), last).map_err(words)
            }
            _ => office.deployment.add_issuer(Vec::new(), at.day(), at.day()).map_err(words),
        }
    }

    /// The phone follows the authority and fetches its newest publication over HTTP.
    pub(super) fn sync(
        &self,
        diary: &Diary,
        step: &Step,
        now: &Now,
    ) -> Result<Result<Value, vaora::Error>, String> {
        let Some(office) = self.offices.get(&step.office) else {
            return Ok(Err(vaora::Error::Offline));
        };
        let line = Line::to(office, step.line.as_deref()).map_err(|e| e.to_string())?;
        let deployment = match diary.follow(&office.root()) {
            Ok(deployment) => deployment,
            Err(error) => return Ok(Err(error)),
        };
        let mut dice = Dice::new(1);
        let options = Options { sleep: &|_| {}, ..Options::new(&mut dice) };
        Ok(Ok(match fetch(diary, &deployment, &line.base(), options, &|| *now) {
            Ok(report) => json!({
                "new": report.is_new, "sequence": report.sequence, "resumed": line.resumed(),
                "chunks": line.chunks(),
            }),
            Err(error) => {
                let name = format!("{:?}", vaora::Error::from(error));
                json!({ "error": name, "why": error.id() })
            }
        }))
    }

    pub(super) fn id(&self, name: &str) -> Result<[u8; 16], String> {
        let office = self.offices.get(name).ok_or(format!("no office {name}"))?;
        let root = office.deployment.anchors().root().ok_or("no root")?;
        Ok(*root.deployment())
    }

    pub(super) fn alert(&self, alert: &Alert, name: impl Fn(VisitId) -> String) -> Value {
        let state = match alert.state {
            AlertState::New => "new",
            AlertState::Seen => "seen",
            AlertState::Acknowledged => "acknowledged",
            AlertState::Withdrawn => "withdrawn",
            AlertState::Past => "past",
        };
        let mut visits: Vec<String> = alert.visits.iter().map(|id| name(*id)).collect();
        visits.sort();
        json!({
            "office": self.name_of(&alert.deployment), "state": state, "corrected": alert.corrected,
            "day": Times::write_day(alert.day), "advice": alert.advice,
            "place": alert.place.as_ref().map(|place| &place.name), "visits": visits,
        })
    }

    /// The one alert about a place that still warns, else the last that does not.
    pub(super) fn find(&self, diary: &Diary, place: &str, now: &Now) -> Result<AlertId, String> {
        let alerts = diary.alerts(now).map_err(|e| e.to_string())?;
        let of = |alert: &&Alert| alert.place.as_ref().is_some_and(|p| p.name == place);
        let found = alerts.iter().find(of).or(alerts.first().filter(|_| place.is_empty()));
        Ok(found.ok_or(format!("no alert {place}"))?.id)
    }

    pub(super) fn explain(
        &self,
        diary: &Diary,
        place: &str,
        now: &Now,
        name: impl Fn(VisitId) -> String,
    ) -> Result<Result<Value, vaora::Error>, String> {
        let id = self.find(diary, place, now)?;
        Ok(diary.explain(id, now).map(|reasons| {
            let reasons: Vec<Value> = reasons
                .iter()
                .map(|r| {
                    json!({
                        "visit": name(r.visit), "from": Times::write(r.from),
                        "until": Times::write(r.until), "advice": r.advice,
                        "minutes": r.minutes, "minimum": r.minimum, "margin": r.margin,
                    })
                })
                .collect();
            json!({ "reasons": reasons })
        }))
    }

    pub(super) fn freshness(&self, all: &[Freshness]) -> Value {
        let lists: Vec<Value> = all
            .iter()
            .map(|f| {
                json!({
                    "office": self.name_of(&f.deployment), "created": f.created.map(Times::write),
                    "stale": f.is_stale, "clock-wrong": f.clock_seems_wrong,
                })
            })
            .collect();
        json!({ "lists": lists })
    }

    pub(super) fn area(&self, all: &[AreaPolicy]) -> Value {
        let states: Vec<Value> = all
            .iter()
            .map(|policy| {
                let state = match policy.state {
                    AreaState::Dormant => "dormant",
                    AreaState::Recommended => "recommended",
                    AreaState::Required => "required",
                };
                json!({
                    "office": self.name_of(&policy.deployment), "state": state,
                    "document": policy.document.as_ref().map(|(number, _)| number),
                })
            })
            .collect();
        json!({ "states": states })
    }

    fn name_of(&self, deployment: &[u8; 16]) -> &str {
        let known = self.offices.keys().find(|name| self.id(name).as_ref() == Ok(deployment));
        known.map_or("?", String::as_str)
    }
}

/// A notification, as a story says it.
pub(super) fn notice(notice: &Notice) -> Value {
    let kind = match notice.kind {
        NoticeKind::New => "new",
        NoticeKind::Reminder => "reminder",
        NoticeKind::TakenBack => "taken-back",
    };
    json!({ "kind": kind, "advice": notice.advice, "day": Times::write_day(notice.day) })
}

/// An area of the map of 2025.
pub(super) fn area_of(step: &Step) -> Result<AreaCode, String> {
    let path = step.area.as_deref().unwrap_or_default();
    AreaCode::parse(Map::M2025, path).map_err(|_| format!("{path} is no area"))
}
