//! `upload-keys`, `share-code`, `shares`: taking in what people share.

use serde_json::json;
use vaora::area::{AreaCode, Areas, Map, SourceError};
use vaora::code::Category;
use vaora::text::hex;
use vaora::time::{Day, Instant};
use vaora_authority::intake::{Intake, Visit};
use vaora_authority::{Deployment, Error, areas};

use super::{Args, day, now};

/// Renews the keys that people seal to.
pub(super) fn upload_keys(args: &Args, today: Day) -> Result<(), Error> {
    let renewal = Deployment::open(args.folder())?.renew_upload_keys(today)?;
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
    let code = Intake::open(args.folder())?.make_code(now)?.spoken();
    args.say(&json!({ "code": code, "minutes": 60 }), &format!("{code}   for one hour, once"));
    Ok(())
}

const SHARES: &str = "\
Examples:
  vaora-authority shares
  vaora-authority shares --since 2026-11-20
  vaora-authority shares 5f1c
  vaora-authority shares --json

A visit with a code can be warned of: `warn --venue CODE`. Keys of the others are in --json alone.";

/// Show the visits that were shared, in the order in which they came.
#[derive(clap::Args)]
#[command(after_help = SHARES)]
pub(super) struct SharesArgs {
    /// Only the share whose receipt begins like this; the person has it on the phone.
    receipt: Option<String>,
    /// Only what came on this day or later.
    #[arg(long, value_name = "YYYY-MM-DD")]
    since: Option<String>,
}

impl SharesArgs {
    pub(super) fn run(&self, args: &Args) -> Result<(), Error> {
        let since = day(self.since.as_deref())?;
        let mut shares = Intake::open(args.folder())?.shares()?;
        shares.retain(|share| since.is_none_or(|day| share.at >= day.start().unix()));
        if let Some(begin) = &self.receipt {
            shares.retain(|share| share.receipt.starts_with(&begin.to_lowercase()));
            if shares.is_empty() {
                return Err(Error::Usage(format!("no share has a receipt that begins `{begin}`")));
            }
        }
        let areas = Areas::parse(&areas::payload(None, 1, now().day())?);
        let areas = areas.map_err(SourceError::Refused)?;
        for share in &shares {
            let count = share.visits.len();
            let mut plain = format!(
                "receipt {}, came {}, {count} visit{}",
                share.receipt,
                moment(share.at),
                if count == 1 { "" } else { "s" }
            );
            for line in table(&share.visits, &areas) {
                plain.push_str(&format!("\n  {line}"));
            }
            args.say(&serde_json::to_value(share)?, &plain);
        }
        if shares.is_empty() && !args.json {
            eprintln!("nothing was shared");
        }
        Ok(())
    }
}

/// The visits of a share as lines, below a line that names the columns.
fn table(visits: &[Visit], areas: &Areas) -> Vec<String> {
    let head = ["in", "out", "place", "kind", "area", "along", "code"];
    let mut rows = vec![head.map(String::from)];
    rows.extend(visits.iter().map(|visit| cells(visit, areas)));
    let width = |column: usize| {
        rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default()
    };
    let widths: [usize; 7] = std::array::from_fn(width);
    let line = |row: &[String; 7]| {
        let cells = row.iter().zip(widths).map(|(cell, width)| format!("{cell:<width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}

fn cells(visit: &Visit, areas: &Areas) -> [String; 7] {
    let or_none = |text: String| if text.is_empty() { "–".to_owned() } else { text };
    let place = match (visit.name.as_str(), visit.zone.as_str()) {
        (name, "") => name.to_owned(),
        (name, zone) => format!("{name}, {zone}"),
    };
    let kind = Category::all().iter().find(|known| known.number == visit.category);
    let area = Map::from_number(visit.map).and_then(|map| AreaCode::parse(map, &visit.area).ok());
    let area =
        area.map(|area| areas.path(area.map(), area.unit()).unwrap_or_else(|| area.to_string()));
    let along = match (visit.companions, visit.names.join(", ")) {
        (0, _) => String::new(),
        (count, names) if names.is_empty() => count.to_string(),
        (count, names) => format!("{count}: {names}"),
    };
    [
        moment(visit.from),
        moment(visit.until),
        or_none(place),
        or_none(kind.map_or(String::new(), |kind| kind.key.to_owned())),
        or_none(area.unwrap_or_default()),
        or_none(along),
        visit.venue.clone().unwrap_or_else(|| "not verified".to_owned()),
    ]
}

/// As people in Viet Nam write it.
fn moment(unix: i64) -> String {
    let day = Instant::from_unix(unix).day();
    let minute = (unix - day.start().unix()) / 60;
    format!("{} {:02}:{:02}", day.vietnamese(), minute / 60, minute % 60)
}
