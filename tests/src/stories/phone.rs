//! The phone of a story, asked in JSON: one object a question, one an answer.
//!
//! The same questions go to a program in another language (`program.rs`); `docs/stories.md` lists
//! them. This one asks the core directly.

use std::path::PathBuf;

use serde_json::{Value, json};
use vaora::area::AreaCode;
use vaora::code::{Scan, Scanned};
use vaora::diary::{
    Alert, AlertId, AlertState, ClockMark, CompanionId, DeviceKey, Diary, Notice, NoticeKind, Now,
    Origin, Out, Place, ShareChoice, Shared, Upload, Visit, VisitId,
};
use vaora::journal::{Folder, Wrapped};
use vaora::seal::Secret;
use vaora::share::{ShareCode, SharedVisit};
use vaora::sync::http::{Options, fetch, send};
use vaora::text::hex;
use vaora::time::{Day, Instant};
use vaora::trust::AreaState;

use crate::diary::SystemRandom;

/// Something that has a diary and answers questions.
pub trait Phone {
    /// Its name: the language.
    fn name(&self) -> &'static str;

    /// Answers; an object with `error` if the diary refuses.
    ///
    /// # Errors
    /// In words, if it does not understand the question or broke: the story has failed.
    fn ask(&mut self, question: &Value) -> Result<Value, String>;
}

/// The core itself, with its index of visits or without.
#[derive(Default)]
pub struct RustPhone {
    diary: Option<Diary>,
    without_index: bool,
}

impl RustPhone {
    /// With everything.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The index is only a shortcut: everything must be the same without it.
    #[must_use]
    pub fn without_index() -> Self {
        Self { without_index: true, ..Self::default() }
    }
}

impl Phone for RustPhone {
    fn name(&self) -> &'static str {
        "rust"
    }

    fn ask(&mut self, question: &Value) -> Result<Value, String> {
        let question = Question(question);
        Ok(match self.answer(&question)? {
            Ok(answer) => answer,
            Err(Refused { error, why }) => {
                let name = format!("{error:?}");
                let name = name.split(' ').next().unwrap_or_default();
                json!({ "error": name, "text": error.to_string(), "why": why })
            }
        })
    }
}

/// What the diary answered instead.
struct Refused {
    error: vaora::Error,
    why: Option<&'static str>,
}

impl From<vaora::Error> for Refused {
    fn from(error: vaora::Error) -> Self {
        Self { error, why: None }
    }
}

type Answer = Result<Value, Refused>;

impl RustPhone {
    fn answer(&mut self, q: &Question<'_>) -> Result<Answer, String> {
        match q.text("do")? {
            "create" => {
                self.diary = None;
                let [matching, diary] = q.new_secrets()?;
                let (disk, random) = (self.disk(q)?, Box::new(SystemRandom));
                let diary = Diary::create(disk, random, matching, diary, &q.now()?);
                Ok(self.keep(diary))
            }
            "open" => {
                let (disk, random) = (self.disk(q)?, Box::new(SystemRandom));
                let diary = Diary::open(disk, random, q.key("matching")?, q.key("diary")?);
                Ok(self.keep(diary))
            }
            "close" => {
                self.diary = None;
                Ok(Ok(json!({})))
            }
            "erase" => {
                self.diary = None;
                Ok(Diary::erase(self.disk(q)?).map(|()| json!({})).map_err(Refused::from))
            }
            _ => ask(self.diary.as_ref().ok_or("the diary is not open")?, q),
        }
    }

    fn keep(&mut self, diary: vaora::Result<Diary>) -> Answer {
        self.diary = Some(diary?);
        Ok(json!({}))
    }

    fn disk(&self, q: &Question<'_>) -> Result<Box<Folder>, String> {
        let folder = Folder::new(&PathBuf::from(q.text("folder")?));
        Ok(Box::new(if self.without_index { folder.without_index() } else { folder }))
    }
}

/// The verbs of an open diary.
fn ask(diary: &Diary, q: &Question<'_>) -> Result<Answer, String> {
    let now = q.now()?;
    let done = |answer: vaora::Result<()>| answer.map(|()| json!({}));
    let answer = match q.text("do")? {
        "scan" => diary.inspect(Scanned::Text(q.text("code")?), &now).map(|scan| scanned(&scan)),
        "check-in" => match place(diary, q, &now)? {
            Ok(place) => diary.check_in(&place, &q.companions()?, &now).map(|v| visit(&v)),
            Err(error) => Err(error),
        },
        "past" => match place(diary, q, &now)? {
            Ok(place) => {
                let (from, until) = (q.time("from")?, q.time("until")?);
                diary.add_past(&place, from, until, &q.companions()?, &now).map(|v| visit(&v))
            }
            Err(error) => Err(error),
        },
        "manual" => {
            let (from, until) = (q.time("from")?, q.time("until")?);
            let name = q.text("name")?;
            diary.add_manual(name, 0, from, until, &q.companions()?, &now).map(|v| visit(&v))
        }
        "rescan" => match place(diary, q, &now)? {
            Ok(place) => diary.rescan(&place, &now).map(|met| {
                let open = |met: Option<(VisitId, Instant)>| {
                    met.map(|(id, since)| json!({ "id": id.0, "since": since.unix() }))
                };
                json!({ "open": open(met.open), "parent": open(met.parent) })
            }),
            Err(error) => Err(error),
        },
        "check-out" => done(diary.check_out(q.visit()?, &now)),
        "stay" => done(diary.stay(q.visit()?, &now)),
        "edit" => done(diary.edit(q.visit()?, q.time("from")?, q.time("until")?, &now)),
        "confirm" => done(diary.confirm(q.visit()?)),
        "companions" => done(diary.set_companions(q.visit()?, &q.companions()?)),
        "note" => done(diary.note(q.visit()?, q.text("text")?)),
        "hide" => done(diary.hide(q.visit()?, &now)),
        "forget" => done(diary.forget(q.visit()?, &now)),
        "forget-before" => done(diary.forget_before(q.day()?, &now)),
        "drop-day" => done(diary.drop_day(q.day()?, &now)),
        "badge" => diary.badge(q.visit()?, &now).map(|shapes| json!({ "shapes": shapes })),
        "show" => {
            let (first, last) = (Instant::from_unix(0), Instant::from_unix(MAX_TIME));
            diary.visits(first, last, &now).map(|all| {
                let visits: Vec<Value> = all.visits.iter().map(visit).collect();
                json!({
                    "visits": visits, "damaged": days(&all.damaged),
                    "unfinished": days(&all.unfinished),
                })
            })
        }
        "due" => diary.due(&now).map(|due| {
            let ids = |ids: &[VisitId]| ids.iter().map(|id| id.0).collect::<Vec<_>>();
            json!({
                "leave": ids(&due.leave), "closed": ids(&due.closed),
                "expired": days(&due.expired), "rotate": due.rotate,
                "next": due.next.map(Instant::unix),
                "notices": due.notices.iter().map(notice).collect::<Vec<_>>(),
            })
        }),
        "drain" => {
            diary.drain().map(|d| json!({ "taken": d.taken, "refused": d.refused, "left": d.left }))
        }
        "lock" => done(diary.lock()),
        "unlock" => done(diary.unlock(q.key("diary")?)),
        "rotate" => {
            let [matching, own] = q.new_secrets()?;
            done(diary.rotate(Some(matching), Some(own)))
        }
        "witness" => done(diary.witness(q.time("signed")?, &now)),
        "clock" => diary.clock_seems_wrong(&now).map(|wrong| json!({ "wrong": wrong })),
        "retention" => {
            let days = q.0["days"].as_u64().and_then(|days| u8::try_from(days).ok());
            done(diary.set_retention(days))
        }
        "add-companion" => diary.add_companion(q.text("name")?).map(|id| json!({ "id": id.0 })),
        "remove-companion" => {
            let id = u32::try_from(q.number("companion")?).map_err(|e| e.to_string())?;
            done(diary.remove_companion(CompanionId(id)))
        }
        "export" => diary.export(q.text("passphrase")?).map(|export| {
            json!({
                "file": hex::encode(&export.bytes), "visits": export.visits,
                "missing": days(&export.missing),
            })
        }),
        "import" => {
            let (file, passphrase) = (q.bytes("file")?, q.text("passphrase")?);
            diary.import(&file, passphrase, &now).map(|added| json!({ "added": added }))
        }
        _ => return about_lists(diary, q, &now),
    };
    Ok(answer.map_err(Refused::from))
}

/// The verbs of lists and warnings.
fn about_lists(diary: &Diary, q: &Question<'_>, now: &Now) -> Result<Answer, String> {
    let done = |answer: vaora::Result<()>| answer.map(|()| json!({}));
    let answer = match q.text("do")? {
        "follow" => diary
            .follow(&q.bytes("root")?)
            .map(|deployment| json!({ "deployment": hex::encode(&deployment) })),
        "unfollow" => done(diary.unfollow(&q.deployment()?)),
        "sync" => {
            let options = Options { sleep: &|_| {}, ..Options::default() };
            let report = fetch(diary, &q.deployment()?, q.text("base")?, &options, &|| *now);
            return Ok(match report {
                Ok(report) => Ok(json!({
                    "new": report.is_new, "sequence": report.sequence,
                })),
                Err(error) => Err(Refused { error: error.into(), why: Some(error.id()) }),
            });
        }
        "alerts" => diary
            .alerts(now)
            .map(|alerts| json!({ "alerts": alerts.iter().map(alert).collect::<Vec<_>>() })),
        "explain" => diary.explain(q.alert()?, now).map(|reasons| {
            let reasons = reasons.iter().map(|r| {
                json!({
                    "visit": r.visit.0, "from": r.from.unix(), "until": r.until.unix(),
                    "advice": r.advice, "minutes": r.minutes, "minimum": r.minimum,
                    "margin": r.margin,
                })
            });
            json!({ "reasons": reasons.collect::<Vec<_>>() })
        }),
        "seen" => done(diary.seen(q.alert()?, now)),
        "acknowledge" => done(diary.acknowledge(q.alert()?, now)),
        "advice" => {
            let number = u16::try_from(q.number("advice")?).map_err(|e| e.to_string())?;
            diary.advice(&q.deployment()?, number, q.text("language")?).map(|text| match text {
                Some(text) => json!({ "language": text.language, "title": text.title }),
                None => json!({ "title": null }),
            })
        }
        "freshness" => diary.freshness(now).map(|all| {
            let lists = all.iter().map(|f| {
                json!({
                    "deployment": hex::encode(&f.deployment),
                    "created": f.created.map(Instant::unix), "stale": f.is_stale,
                    "clock-wrong": f.clock_seems_wrong,
                })
            });
            json!({ "lists": lists.collect::<Vec<_>>() })
        }),
        "area" => {
            let area = AreaCode::parse_full(q.text("area")?).map_err(|e| e.to_string())?;
            diary.policy(area, now).map(|all| {
                let states = all.iter().map(|policy| {
                    let state = match policy.state {
                        AreaState::Dormant => "dormant",
                        AreaState::Recommended => "recommended",
                        AreaState::Required => "required",
                    };
                    json!({
                        "deployment": hex::encode(&policy.deployment), "state": state,
                        "document": policy.document.as_ref().map(|(number, _)| number),
                    })
                });
                json!({ "states": states.collect::<Vec<_>>() })
            })
        }
        _ => return about_sharing(diary, q, now),
    };
    Ok(answer.map_err(Refused::from))
}

/// The verbs of sharing.
fn about_sharing(diary: &Diary, q: &Question<'_>, now: &Now) -> Result<Answer, String> {
    let options = Options { sleep: &|_| {}, ..Options::default() };
    let sent = |upload: &Upload, shown: Vec<Value>| {
        let base = q.text("base")?;
        Ok::<Answer, String>(match send(diary, upload, base, &options, &|| *now) {
            Ok(Shared::Receipt(receipt)) => Ok(json!({ "count": receipt.visits, "shown": shown })),
            Ok(Shared::Cover) => Ok(json!({})),
            Err(error) => Err(Refused { error: error.into(), why: Some(error.id()) }),
        })
    };
    let answer = match q.text("do")? {
        "share" => {
            let visits = q.0["visits"].as_array().map_or(&[][..], Vec::as_slice);
            let choice = ShareChoice {
                deployment: q.deployment()?,
                visits: visits.iter().filter_map(Value::as_i64).map(VisitId).collect(),
                named: q.ids("named")?,
            };
            let code = match ShareCode::read(q.text("code")?) {
                Ok(code) => code,
                Err(error) => return Ok(Err(error.into())),
            };
            let preview = match diary.share_preview(&choice, now) {
                Ok(preview) => preview,
                Err(error) => return Ok(Err(error.into())),
            };
            let shown = preview.visits().iter().map(shared).collect();
            match diary.share(preview.agree(), &code, now) {
                Ok(upload) => return sent(&upload, shown),
                Err(error) => Err(error),
            }
        }
        "share-again" => match diary.share_again(now) {
            Ok(upload) => return sent(&upload, Vec::new()),
            Err(error) => Err(error),
        },
        "cover" => match diary.share_cover(&q.deployment()?, now) {
            Ok(upload) => return sent(&upload, Vec::new()),
            Err(error) => Err(error),
        },
        "abandon" => diary.share_abandon().map(|()| json!({})),
        "pending" => diary
            .share_pending(now)
            .map(|pending| json!({ "count": pending.map(|pending| pending.visits) })),
        "receipts" => diary.receipts().map(|receipts| {
            let receipts = receipts.iter().map(|receipt| json!({ "count": receipt.visits }));
            json!({ "receipts": receipts.collect::<Vec<_>>() })
        }),
        unknown => return Err(format!("no verb {unknown}")),
    };
    Ok(answer.map_err(Refused::from))
}

/// One visit as the person sees it before agreeing.
fn shared(visit: &SharedVisit) -> Value {
    json!({
        "place": visit.name, "from": visit.from.unix(), "until": visit.until.unix(),
        "companions": visit.companions, "names": visit.names,
    })
}

/// What was scanned, with the person's own name for it if the question has one.
fn place(diary: &Diary, q: &Question<'_>, now: &Now) -> Result<vaora::Result<Place>, String> {
    let code = q.text("code")?;
    let named = q.0["name"].as_str();
    Ok(diary.inspect(Scanned::Text(code), now).and_then(|scan| {
        let place = Place::of(&scan)?;
        match named {
            Some(name) => place.named(name, 0),
            None => Ok(place),
        }
    }))
}

fn scanned(scan: &Scan) -> Value {
    let venue = scan.venue.as_ref().map(|venue| venue.name.as_str());
    let foreign = scan.foreign.as_ref().and_then(|venue| venue.name.as_deref());
    json!({
        "kind": scan.kind.id(), "trust": scan.trust.map(|trust| trust.id()),
        "name": venue.or(foreign), "may-check-in": scan.may_check_in(), "text": scan.text,
    })
}

fn visit(visit: &Visit) -> Value {
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
    json!({
        "id": visit.id.0, "place": visit.place.as_ref().map(|p| &p.name),
        "trust": visit.place.as_ref().map(|p| p.trust.id()), "from": visit.from.unix(),
        "out": out, "until": until.unix(), "origin": origin, "clock": clock, "note": visit.note,
        "companions": visit.companions.iter().map(|id| id.0).collect::<Vec<_>>(),
    })
}

fn alert(alert: &Alert) -> Value {
    let state = match alert.state {
        AlertState::New => "new",
        AlertState::Seen => "seen",
        AlertState::Acknowledged => "acknowledged",
        AlertState::Withdrawn => "withdrawn",
        AlertState::Past => "past",
    };
    json!({
        "id": alert.id.0, "deployment": hex::encode(&alert.deployment), "state": state,
        "corrected": alert.corrected, "day": alert.day.to_string(), "advice": alert.advice,
        "place": alert.place.as_ref().map(|place| &place.name),
        "visits": alert.visits.iter().map(|id| id.0).collect::<Vec<_>>(),
    })
}

fn notice(notice: &Notice) -> Value {
    let kind = match notice.kind {
        NoticeKind::New => "new",
        NoticeKind::Reminder => "reminder",
        NoticeKind::TakenBack => "taken-back",
    };
    json!({ "kind": kind, "advice": notice.advice, "day": notice.day.to_string() })
}

fn days(days: &[Day]) -> Vec<String> {
    days.iter().map(Day::to_string).collect()
}

/// A question with its fields.
struct Question<'q>(&'q Value);

impl<'q> Question<'q> {
    fn text(&self, field: &str) -> Result<&'q str, String> {
        self.0[field].as_str().ok_or_else(|| format!("{field} is missing"))
    }

    fn number(&self, field: &str) -> Result<i64, String> {
        self.0[field].as_i64().ok_or_else(|| format!("{field} is missing"))
    }

    fn time(&self, field: &str) -> Result<Instant, String> {
        self.number(field).map(Instant::from_unix)
    }

    fn day(&self) -> Result<Day, String> {
        Day::from_iso(self.text("day")?).ok_or_else(|| String::from("no day"))
    }

    fn visit(&self) -> Result<VisitId, String> {
        self.number("visit").map(VisitId)
    }

    fn alert(&self) -> Result<AlertId, String> {
        self.number("alert").map(AlertId)
    }

    fn deployment(&self) -> Result<[u8; 16], String> {
        hex::decode(self.text("deployment")?).ok_or_else(|| String::from("no deployment"))
    }

    fn bytes(&self, field: &str) -> Result<Vec<u8>, String> {
        let text = self.text(field)?;
        let pairs = text.as_bytes().chunks(2);
        let byte = |pair: &[u8]| {
            let pair = std::str::from_utf8(pair).ok()?;
            u8::from_str_radix(pair, 16).ok()
        };
        pairs.map(byte).collect::<Option<_>>().ok_or_else(|| format!("{field} is not hexadecimal"))
    }

    fn companions(&self) -> Result<Vec<CompanionId>, String> {
        self.ids("companions")
    }

    fn ids(&self, field: &str) -> Result<Vec<CompanionId>, String> {
        let ids = self.0[field].as_array().map_or(&[][..], Vec::as_slice);
        let id = |id: &Value| id.as_u64().and_then(|id| u32::try_from(id).ok()).map(CompanionId);
        ids.iter().map(id).collect::<Option<_>>().ok_or_else(|| String::from("no companion"))
    }

    fn now(&self) -> Result<Now, String> {
        let now = Question(&self.0["now"]);
        let wrong = |_| String::from("a number of now is out of range");
        Ok(Now {
            wall: now.time("wall")?,
            offset: i16::try_from(now.number("offset")?).map_err(wrong)?,
            running: u64::try_from(now.number("running")?).map_err(wrong)?,
            boot: u32::try_from(now.number("boot")?).map_err(wrong)?,
        })
    }

    /// What the key store says: a word, or every living secret.
    fn key(&self, field: &str) -> Result<DeviceKey, String> {
        match &self.0[field] {
            Value::String(word) if word == "locked" => Ok(DeviceKey::Locked),
            Value::String(word) if word == "gone" => Ok(DeviceKey::Gone),
            Value::Array(secrets) => {
                let secret = |secret: &Value| {
                    let bytes: [u8; 32] = hex::decode(secret.as_str()?)?;
                    Secret::from_slice(&bytes)
                };
                let secrets: Option<Vec<Secret>> = secrets.iter().map(secret).collect();
                secrets.map(DeviceKey::Ready).ok_or_else(|| String::from("no secret"))
            }
            _ => Err(format!("{field} is missing")),
        }
    }

    fn new_secrets(&self) -> Result<[Wrapped; 2], String> {
        let new = |field: &str| {
            let bytes: [u8; 32] = hex::decode(self.text(field)?).ok_or("no secret")?;
            let secret = Secret::from_slice(&bytes).ok_or("no secret")?;
            Ok::<_, String>(Wrapped { secret, wrapping: Vec::new() })
        };
        Ok([new("matching")?, new("diary")?])
    }
}

/// Later than any visit, and a time in every language.
const MAX_TIME: i64 = 32_503_680_000;
