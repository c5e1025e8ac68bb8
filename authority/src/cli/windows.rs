//! `warn`, `withdraw`, `publish`: from an interview to the phones.

use std::path::PathBuf;

use serde_json::json;
use vaora::code::{Scanned, inspect};
use vaora::seal::{Seed, VenueId};
use vaora::time::{Day, Instant};
use vaora_authority::publish::Schedule;
use vaora_authority::windows::Windows;
use vaora_authority::{Deployment, Error};

use super::{Args, day, id_of};

const WARN: &str = "\
Examples:
  vaora-authority warn --venue 5f1c…e2 --from '2026-11-20 08:30' --until '2026-11-20 10:00' --advice 2
  vaora-authority warn --text 'https://poster.example/q/123456789' --from … --until … --advice 1

Times are those of Viet Nam. A window may cross midnight. Nothing leaves this computer before `publish`.";

/// Note that somebody infectious was at a venue.
#[derive(clap::Args)]
#[command(after_help = WARN)]
pub(super) struct WarnArgs {
    #[command(flatten)]
    venue: VenueArgs,
    /// When it began: YYYY-MM-DD HH:MM.
    #[arg(long, value_name = "TIME")]
    from: String,
    /// When it ended.
    #[arg(long, value_name = "TIME")]
    until: String,
    /// What people shall do, by its number in `advice`.
    #[arg(long, value_name = "NUMBER")]
    advice: u16,
}

/// Take back every window of a venue on a day.
#[derive(clap::Args)]
pub(super) struct WithdrawArgs {
    #[command(flatten)]
    venue: VenueArgs,
    /// The day.
    #[arg(long, value_name = "YYYY-MM-DD")]
    day: String,
}

/// Publish what changed, as static files for any web server. Do it on schedule, also when nothing
/// changed: a day without a case must look like any other.
#[derive(clap::Args)]
pub(super) struct PublishArgs {
    /// The folder of the public files.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// For how many hours this list is the newest: until the next one, and some more.
    #[arg(long, default_value_t = 48, value_name = "HOURS")]
    fresh: u32,
    /// For how many hours phones wait with notifications, 72 at most; two list keys sign that.
    #[arg(long, default_value_t = 0, value_name = "HOURS")]
    hold: u32,
}

#[derive(clap::Args)]
struct VenueArgs {
    /// Ids of its codes: every one that hung there in those days.
    #[arg(long, value_name = "ID")]
    venue: Vec<String>,
    /// The exact text of a poster, an adopted one too; or a code as it is typed.
    #[arg(long, value_name = "TEXT")]
    text: Vec<String>,
}

impl WarnArgs {
    pub(super) fn run(&self, args: &Args, now: Instant) -> Result<(), Error> {
        let deployment = Deployment::open(args.folder())?;
        let (from, until) = (time(&self.from)?, time(&self.until)?);
        if from > now {
            return Err(Error::Usage("a window cannot begin in the future".to_owned()));
        }
        let policy = deployment.anchors().standing().policy().clone();
        if policy.rules.iter().all(|rule| rule.advice != self.advice) {
            return Err(Error::Usage(format!("the policy has no rule for advice {}", self.advice)));
        }
        let mut windows = Windows::open(args.folder())?;
        let seeds = self.venue.seeds(&deployment, now)?;
        windows.add(&seeds, from, until, self.advice, policy.rounding)?;
        windows.save()?;
        let row = json!({ "codes": seeds.len(), "windows": windows.count() });
        args.say(&row, "noted; phones learn of it with the next `publish`");
        Ok(())
    }
}

impl WithdrawArgs {
    pub(super) fn run(&self, args: &Args, now: Instant) -> Result<(), Error> {
        let deployment = Deployment::open(args.folder())?;
        let day: Day =
            day(Some(&self.day))?.ok_or_else(|| Error::Usage("which day?".to_owned()))?;
        let mut windows = Windows::open(args.folder())?;
        let taken = windows.withdraw(&self.venue.seeds(&deployment, now)?, day);
        if taken == 0 {
            return Err(Error::Usage("there is no window of that venue on that day".to_owned()));
        }
        windows.save()?;
        let plain = format!("{taken} taken back; phones learn of it with the next `publish`");
        args.say(&json!({ "windows": taken }), &plain);
        Ok(())
    }
}

impl PublishArgs {
    pub(super) fn run(&self, args: &Args, at: Instant) -> Result<(), Error> {
        let deployment = Deployment::open(args.folder())?;
        let mut windows = Windows::open(args.folder())?;
        let plan = Schedule { at, fresh_hours: self.fresh, hold_hours: self.hold };
        let done = deployment.publish(&mut windows, &self.out, plan)?;
        let row = json!({ "sequence": done.sequence, "mentions": done.mentions,
            "chunks": done.chunks, "bytes": done.bytes });
        let plain = format!(
            "list {} published: {} venue-days mentioned anew, {} chunks listed, {} new bytes",
            done.sequence, done.mentions, done.chunks, done.bytes
        );
        args.say(&row, &plain);
        Ok(())
    }
}

impl VenueArgs {
    fn seeds(&self, deployment: &Deployment, now: Instant) -> Result<Vec<Seed>, Error> {
        let by_id = |id: &String| deployment.seed_of(VenueId(id_of(id)?));
        let mut seeds = self.venue.iter().map(by_id).collect::<Result<Vec<_>, Error>>()?;
        for text in &self.text {
            let scan = inspect(Scanned::Text(text), deployment.anchors(), now);
            let wrong =
                || Error::Usage("phones do not check in with this text: see `adopt`".to_owned());
            seeds.push(Seed::from_bytes(*scan.seed().ok_or_else(wrong)?.expose()));
        }
        if seeds.is_empty() {
            return Err(Error::Usage("say which --venue or --text".to_owned()));
        }
        Ok(seeds)
    }
}

/// `2026-11-20 08:30`, in Viet Nam.
fn time(text: &str) -> Result<Instant, Error> {
    let wrong = || Error::Usage(format!("`{text}` is no time: write 2026-11-20 08:30"));
    let (day, clock) = text.split_once([' ', 'T']).ok_or_else(wrong)?;
    let day = Day::from_iso(day).ok_or_else(wrong)?;
    let (hour, minute) = clock.split_once(':').ok_or_else(wrong)?;
    let number = |digits: &str, below: i64| {
        let good = digits.len() == 2 && digits.bytes().all(|b| b.is_ascii_digit());
        digits.parse::<i64>().ok().filter(|n| good && *n < below).ok_or_else(wrong)
    };
    let seconds = number(hour, 24)? * 3600 + number(minute, 60)? * 60;
    Ok(Instant::from_unix(day.start().unix() + seconds))
}
