//! `upload-keys`, `share-code`, `shares`: taking in what people share.

use serde_json::json;
use vaora::text::hex;
use vaora::time::{Day, Instant};
use vaora_authority::intake::{Intake, Visit};
use vaora_authority::{Deployment, Error};

use super::Args;

/// Renews the keys that people seal to.
pub(super) fn upload_keys(args: &Args, today: Day) -> Result<(), Error> {
    let renewal = Deployment::open(&args.folder)?.renew_upload_keys(today)?;
    let made = renewal.made.map(|id| hex::encode(&id.0));
    let row = json!({ "made": made, "last": renewal.last.to_string(),
        "destroyed": renewal.destroyed });
    let what = if made.is_some() { "new upload key signed" } else { "the upload key stays" };
    let mut plain = format!("{what}, valid until {}", renewal.last.vietnamese());
    if renewal.destroyed > 0 {
        plain.push_str(&format!("; private halves destroyed: {}", renewal.destroyed));
    }
    args.say(&row, &plain);
    Ok(())
}

/// Makes a one-time code.
pub(super) fn share_code(args: &Args, now: Instant) -> Result<(), Error> {
    let code = Intake::open(&args.folder)?.make_code(now)?.spoken();
    args.say(&json!({ "code": code, "minutes": 60 }), &format!("{code}   for one hour, once"));
    Ok(())
}

/// Lists what came in, and nothing else.
pub(super) fn shares(args: &Args) -> Result<(), Error> {
    for share in Intake::open(&args.folder)?.shares()? {
        let mut plain = format!("{}  {}", share.receipt, moment(share.at));
        for visit in &share.visits {
            plain.push_str(&format!("\n  {}", line(visit)));
        }
        args.say(&serde_json::to_value(&share)?, &plain);
    }
    Ok(())
}

fn line(visit: &Visit) -> String {
    let mut line = format!("{} – {}  {}", moment(visit.from), moment(visit.until), visit.name);
    if !visit.zone.is_empty() {
        line.push_str(&format!(", {}", visit.zone));
    }
    if !visit.area.is_empty() {
        line.push_str(&format!("  {}", visit.area));
    }
    if visit.companions > 0 {
        line.push_str(&format!("  +{}", visit.companions));
    }
    if !visit.names.is_empty() {
        line.push_str(&format!(" ({})", visit.names.join(", ")));
    }
    if visit.venue.is_none() {
        line.push_str("  no verified code");
    }
    line
}

/// As people in Viet Nam write it.
fn moment(unix: i64) -> String {
    let day = Instant::from_unix(unix).day();
    let minute = (unix - day.start().unix()) / 60;
    format!("{} {:02}:{:02}", day.vietnamese(), minute / 60, minute % 60)
}
