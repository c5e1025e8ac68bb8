//! The health authorities of a story: real desks, each in a folder of its own.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use vaora::code::Venue;
use vaora::seal::Seed;
use vaora::text::hex;
use vaora::time::Instant;
use vaora::trust::Reason;
use vaora_authority::issue::{IssuedCode, issue_with};

use super::line::Line;
use super::places::Places;
use super::step::{Step, Times};
use crate::lists::Office;

/// Every authority that a story names. The one without a name is the usual one: it issued the codes
/// at the doors, and the app embeds its root.
pub(super) struct Offices {
    folder: PathBuf,
    offices: BTreeMap<String, Office>,
}

impl Offices {
    pub(super) fn new(folder: &Path) -> Result<Self, String> {
        let mut offices = Self { folder: folder.to_path_buf(), offices: BTreeMap::new() };
        offices.office("")?;
        Ok(offices)
    }

    /// What an authority does.
    pub(super) fn take(&mut self, step: &Step, places: &Places, at: Instant) -> Result<(), String> {
        let words = |e: vaora_authority::Error| e.to_string();
        let time =
            |text: &Option<String>| Times::instant(text.as_deref().ok_or("a time is missing")?);
        let office = self.office(&step.office)?;
        let seed = places.seed(&step.place);
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
            "replace" | "revoke" => {
                let code = places.issued(&step.office, &step.place)?;
                let reason = if step.r#do == "replace" { Reason::Replaced } else { Reason::False };
                office.deployment.revoke(at.day(), &[code], reason, &[]).map_err(words)
            }
            _ => office.deployment.add_issuer(Vec::new(), at.day(), at.day()).map_err(words),
        }
    }

    /// A code that an authority's issuer signs.
    pub(super) fn issue(
        &self,
        office: &str,
        venue: &Venue,
        seed: Seed,
    ) -> Result<IssuedCode, String> {
        let words = |e: vaora_authority::Error| e.to_string();
        let office = self.offices.get(office).ok_or(format!("no office {office}"))?;
        let signer = office.deployment.issuer(venue.area, venue.first).map_err(words)?;
        let code = issue_with(venue, &signer, seed).map_err(|e| e.to_string())?;
        office.deployment.record(venue, &code).map_err(words)?;
        Ok(code)
    }

    /// The root that an app embeds, in hexadecimal.
    pub(super) fn root(&self, office: &str) -> Option<String> {
        self.offices.get(office).map(|office| hex::encode(&office.root()))
    }

    /// A line to an authority's server.
    pub(super) fn line(&self, step: &Step, at: Instant) -> Result<Line, String> {
        let office = self.offices.get(&step.office).ok_or("no such office")?;
        Line::to(office, step.line.as_deref(), at)
    }

    /// A new one-time code for sharing, as the office tells it to the person; and upload keys, which
    /// phones have with the next list.
    pub(super) fn one_time_code(&mut self, step: &Step, at: Instant) -> Result<String, String> {
        let words = |e: vaora_authority::Error| e.to_string();
        let office = self.office(&step.office)?;
        office.deployment.renew_upload_keys(at.day()).map_err(words)?;
        Ok(office.intake().map_err(words)?.make_code(at).map_err(words)?.spoken())
    }

    /// What an authority has received: every visit with what is readable of it.
    pub(super) fn received(&self, step: &Step) -> Result<Value, String> {
        let words = |e: vaora_authority::Error| e.to_string();
        let office = self.offices.get(&step.office).ok_or("no such office")?;
        let shares = office.intake().and_then(|intake| intake.shares()).map_err(words)?;
        let shares = shares.iter().map(|share| {
            let visits = share.visits.iter().map(|visit| {
                let time = |unix| Times::write(Instant::from_unix(unix));
                json!({
                    "place": visit.name, "from": time(visit.from), "until": time(visit.until),
                    "companions": visit.companions, "names": visit.names,
                })
            });
            json!({ "visits": visits.collect::<Vec<_>>() })
        });
        Ok(json!({ "shares": shares.collect::<Vec<_>>() }))
    }

    /// An authority's name for phones, in hexadecimal.
    pub(super) fn id(&self, name: &str) -> Result<String, String> {
        let office = self.offices.get(name).ok_or(format!("no office {name}"))?;
        let root = office.deployment.anchors().root().ok_or("no root")?;
        Ok(hex::encode(root.deployment()))
    }

    /// The story's name for an authority.
    pub(super) fn name_of(&self, deployment: &str) -> &str {
        let known = self.offices.keys().find(|name| self.id(name).as_deref() == Ok(deployment));
        known.map_or("?", String::as_str)
    }

    /// An authority; it comes into being when it is first named.
    fn office(&mut self, name: &str) -> Result<&mut Office, String> {
        if !self.offices.contains_key(name) {
            let folder = self.folder.join(format!("{name}-office"));
            // Long enough ago for codes that have ended.
            let office = Office::open(&folder, Times::day("-60")?).map_err(|e| e.to_string())?;
            self.offices.insert(name.to_owned(), office);
        }
        self.offices.get_mut(name).ok_or_else(|| String::from("no office"))
    }
}
