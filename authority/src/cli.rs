//! The command line.

mod advice;
mod policy;
mod serve;
mod share;
mod windows;

use std::io::Read;
use std::path::{Path, PathBuf};

use clap::{Parser, Subcommand, ValueEnum};
use serde_json::json;
use vaora::area::{AreaCode, AreaScope, Areas, Map, SourceError, Unit, UnitCode};
use vaora::code::{Category, Name, Venue, VenueKind, Zone};
use vaora::seal::{KeyId, ParentId, VenueId};
use vaora::text::hex;
use vaora::time::{Day, Instant};
use vaora::trust::Reason;
use vaora_authority::areas::map_of;
use vaora_authority::deployment::Plan;
use vaora_authority::issue::{self, IssuedCode};
use vaora_authority::{Deployment, Error, areas, symbol};

/// The health authority's tool: keys, venue codes, warnings, catalogues.
#[derive(Parser)]
#[command(name = "vaora-authority", version, after_help = EXAMPLES)]
pub(crate) struct Args {
    /// The folder of the deployment [default: deployment].
    #[arg(long, global = true, value_name = "DIR")]
    folder: Option<PathBuf>,
    /// One JSON object a line on standard output, nothing else there.
    #[arg(long, global = true)]
    json: bool,
    /// Act as if it were noon of that day: for tests, and for a computer whose calendar is wrong.
    #[arg(long, global = true, hide = true, value_name = "YYYY-MM-DD")]
    today: Option<String>,
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  vaora-authority init --scope 2025/04
  vaora-authority code --name 'Chợ Xanh' --category local-market --area 2025/04/01273
  vaora-authority dated --name 'Karaoke Sao' --category karaoke --area 2025/04/01273 \\
      --first 2026-12-01 --last 2026-12-14
  vaora-authority revoke --code 5f1c…e2 --reason replaced
  vaora-authority find thuc phan cao bang
  vaora-authority adopt --prefix 'https://poster.example/q/'
  vaora-authority share-code
  vaora-authority warn --venue 5f1c…e2 --from '2026-11-20 08:30' --until '2026-11-20 10:00' --advice 2
  vaora-authority shares
  vaora-authority publish --out public
  vaora-authority serve --public public --folder deployment
  vaora-authority policy --required 2025/04 --document 1234/QĐ-UBND --until 2027-12-31

A map and an area are written as MAP/PROVINCE/COMMUNE: 2025/04/01273, or 2025/04 for a whole
province. Categories are listed by `vaora-authority categories`.";

#[derive(Subcommand)]
enum Command {
    /// Make the keys of every role, the first root, a first policy and its advice.
    Init {
        /// Where the first issuer may issue codes; several, or none for the whole country.
        #[arg(long, value_name = "AREA")]
        scope: Vec<String>,
        /// Root keys to make.
        #[arg(long, default_value_t = 3)]
        root_keys: u32,
        /// How many root keys must sign a root.
        #[arg(long, default_value_t = 2)]
        threshold: u32,
        /// How many days the keys are valid.
        #[arg(long, default_value_t = 730)]
        days: u16,
    },
    /// Add an issuer of codes: a new key, and the root that names it.
    Issuer {
        /// Where it may issue codes; several, or none for the whole country.
        #[arg(long, value_name = "AREA")]
        scope: Vec<String>,
        /// How many days its key is valid.
        #[arg(long, default_value_t = 365)]
        days: u16,
    },
    /// Replace the keys of lists, after one may have been copied: a new key epoch begins.
    RenewListKeys {
        /// How many days the new keys are valid.
        #[arg(long, default_value_t = 365)]
        days: u16,
    },
    /// Issue one code.
    Code(CodeArgs),
    /// Issue dated codes, one a day, for a screen or a sheet.
    Dated(CodeArgs),
    /// Take back codes or a key.
    Revoke {
        /// Ids of codes.
        #[arg(long, value_name = "ID")]
        code: Vec<String>,
        /// Why: `replaced` by a newer poster, or `false`, never the venue's.
        #[arg(long, value_enum, default_value_t = Why::Replaced)]
        reason: Why,
        /// Ids of compromised issuer keys.
        #[arg(long, value_name = "ID")]
        key: Vec<String>,
    },
    /// Adopt posters of another system by the text that they begin with.
    Adopt {
        /// The beginning of their text, at least 8 bytes.
        #[arg(long, required = true)]
        prefix: Vec<String>,
    },
    Warn(windows::WarnArgs),
    Withdraw(windows::WithdrawArgs),
    Publish(windows::PublishArgs),
    Policy(policy::PolicyArgs),
    Advice(advice::AdviceArgs),
    /// List the categories of venues.
    Categories,
    /// Sign the catalogue of areas: both maps of the country, and what became of what.
    Areas {
        /// A folder with other tables, after another reform.
        #[arg(long, value_name = "DIR")]
        tables: Option<PathBuf>,
    },
    /// Renew the keys that people seal shared visits to; call it every day.
    ///
    /// A key is valid for 30 days and a new one is made a week before its end. Its private half is
    /// destroyed 21 days after its last day. Phones get the catalogue with the next publication.
    UploadKeys,
    /// Make a one-time code for somebody who wants to share visits: for one hour, once.
    ShareCode,
    Shares(share::SharesArgs),
    Serve(serve::ServeArgs),
    /// Look an area up, in any spelling: `thuc phan`, `Hoà Bình`, `01273`.
    Find {
        /// Its name or code; the province behind it narrows the search.
        #[arg(required = true)]
        query: Vec<String>,
        /// The map: 2025 or 2024.
        #[arg(long, default_value = "2025")]
        map: String,
    },
}

#[derive(clap::Args)]
struct CodeArgs {
    /// The name that citizens see: Latin letters, at most 60 bytes.
    #[arg(long)]
    name: String,
    /// A key of `categories`.
    #[arg(long)]
    category: String,
    /// MAP/PROVINCE/COMMUNE.
    #[arg(long)]
    area: String,
    /// What it is.
    #[arg(long, value_enum, default_value_t = What::Place)]
    kind: What,
    /// The zone that the code stands for: a floor, a gate, a hall.
    #[arg(long)]
    zone: Option<String>,
    /// The id of the venue that this one is a part of.
    #[arg(long, value_name = "ID")]
    parent: Option<String>,
    /// First valid day; today if left out.
    #[arg(long, value_name = "YYYY-MM-DD")]
    first: Option<String>,
    /// Last valid day; a year later if left out.
    #[arg(long, value_name = "YYYY-MM-DD")]
    last: Option<String>,
    /// Usual stay in minutes; that of the category if left out.
    #[arg(long, value_name = "MINUTES")]
    stay: Option<u16>,
    /// The host of the address in the code; without one the code is the bare symbols.
    #[arg(long)]
    host: Option<String>,
}

#[derive(Clone, Copy, ValueEnum)]
enum What {
    Place,
    Vehicle,
    Event,
}

#[derive(Clone, Copy, ValueEnum)]
enum Why {
    Replaced,
    False,
}

impl Args {
    pub(crate) fn run(&self) -> Result<(), Error> {
        let now = match day(self.today.as_deref())? {
            Some(day) => Instant::from_unix(day.start().unix() + 12 * 3600),
            None => now(),
        };
        let today = now.day();
        match &self.command {
            Command::Init { scope, root_keys, threshold, days } => {
                let (root_keys, root_threshold) = (*root_keys, *threshold);
                let plan = Plan { root_keys, root_threshold, today, days: *days };
                Deployment::init(self.folder(), plan, scopes(scope)?)?;
                self.say(&json!({ "folder": self.folder() }), "keys, root, policy and advice made");
                Ok(())
            }
            Command::Issuer { scope, days } => {
                let last = today.plus((*days).into());
                let mut deployment = Deployment::open(self.folder())?;
                deployment.add_issuer(scopes(scope)?, today, last)?;
                let version = deployment.anchors().root().map(vaora::trust::Root::version);
                self.say(&json!({ "root": version }), "issuer added, new root signed");
                Ok(())
            }
            Command::RenewListKeys { days } => {
                let mut deployment = Deployment::open(self.folder())?;
                deployment.renew_list_keys(today, today.plus((*days).into()))?;
                let epoch = deployment.anchors().root().map(vaora::trust::Root::epoch);
                let plain = "new list keys, new root signed; publish now, and destroy the old keys";
                self.say(&json!({ "epoch": epoch }), plain);
                Ok(())
            }
            Command::Code(args) => {
                let deployment = Deployment::open(self.folder())?;
                let venue = args.venue(today)?;
                must_exist(venue.area)?;
                let signer = deployment.issuer(venue.area, venue.first)?;
                let code = issue::issue(&venue, &signer)?;
                deployment.record(&venue, &code)?;
                self.show(&venue, &code, args.host.as_deref())
            }
            Command::Dated(args) => {
                let deployment = Deployment::open(self.folder())?;
                let venue = args.venue(today)?;
                must_exist(venue.area)?;
                let signer = deployment.issuer(venue.area, venue.first)?;
                for (day, code) in issue::issue_dated(&venue, &signer)? {
                    let dated = Venue { first: day, last: day, ..venue.clone() };
                    deployment.record(&dated, &code)?;
                    self.show(&dated, &code, args.host.as_deref())?;
                }
                Ok(())
            }
            Command::Revoke { code, reason, key } => self.revoke(today, code, *reason, key),
            Command::Adopt { prefix } => {
                let mut deployment = Deployment::open(self.folder())?;
                deployment.publish_prefixes(today, |all| all.extend(prefix.iter().cloned()))?;
                self.say(&json!({ "adopted": prefix.len() }), "catalogue of prefixes signed");
                Ok(())
            }
            Command::Warn(args) => args.run(self, now),
            Command::Withdraw(args) => args.run(self, now),
            Command::Publish(args) => args.run(self, now),
            Command::Policy(args) => args.run(self, today),
            Command::Advice(args) => args.run(self, today),
            Command::Categories => {
                for c in Category::all() {
                    let row = json!({ "number": c.number, "key": c.key, "vi": c.vi, "en": c.en,
                        "usual_stay": c.usual_stay, "sensitive": c.sensitive });
                    let plain = format!("{:>2}  {:<22} {} · {}", c.number, c.key, c.vi, c.en);
                    self.say(&row, &plain);
                }
                Ok(())
            }
            Command::Areas { tables } => {
                let mut deployment = Deployment::open(self.folder())?;
                let size = deployment.publish_areas(today, tables.as_deref())?;
                let plain = format!("catalogue of areas signed, {size} bytes");
                self.say(&json!({ "bytes": size }), &plain);
                Ok(())
            }
            Command::UploadKeys => share::upload_keys(self, today),
            Command::ShareCode => share::share_code(self, now),
            Command::Shares(args) => args.run(self),
            Command::Serve(args) => args.run(self, now),
            Command::Find { query, map } => self.find(&query.join(" "), map),
        }
    }

    fn folder(&self) -> &Path {
        self.folder.as_deref().unwrap_or(Path::new("deployment"))
    }

    /// Searches the built-in tables, so that it works without a deployment.
    fn find(&self, query: &str, map: &str) -> Result<(), Error> {
        let map = map_of(map)?;
        let areas = Areas::parse(&areas::payload(None, 1, now().day())?);
        let areas = areas.map_err(SourceError::Refused)?;
        let by_code = UnitCode::parse(query).ok().and_then(|code| areas.unit(map, code));
        let found: Vec<Unit> = match by_code {
            Some(unit) => vec![unit],
            None => areas.search(map, query, 10).into_iter().map(|hit| hit.unit).collect(),
        };
        if found.is_empty() {
            return Err(Error::Usage(format!("no area is called `{query}` on that map")));
        }
        for unit in found {
            let path = areas.path(map, unit.code).unwrap_or_default();
            let became = areas.successors(map, unit.code).into_iter();
            let became: Vec<String> = became.map(|change| change.to.to_string()).collect();
            let row = json!({ "area": unit.area.to_string(), "path": path, "became": became });
            let mut plain = format!("{:<12} {path}", unit.area.to_string());
            if !became.is_empty() {
                plain.push_str(&format!("  → {}", became.join(", ")));
            }
            self.say(&row, &plain);
        }
        Ok(())
    }

    fn revoke(&self, today: Day, codes: &[String], why: Why, keys: &[String]) -> Result<(), Error> {
        let reason = match why {
            Why::Replaced => Reason::Replaced,
            Why::False => Reason::False,
        };
        if codes.is_empty() && keys.is_empty() {
            return Err(Error::Usage("say which --code or --key to take back".to_owned()));
        }
        let codes = codes.iter().map(|id| id_of(id).map(VenueId)).collect::<Result<Vec<_>, _>>()?;
        let keys = keys.iter().map(|id| id_of(id).map(KeyId)).collect::<Result<Vec<_>, _>>()?;
        Deployment::open(self.folder())?.revoke(today, &codes, reason, &keys)?;
        let row = json!({ "codes": codes.len(), "keys": keys.len() });
        self.say(&row, "revocation catalogue signed");
        Ok(())
    }

    fn show(&self, venue: &Venue, code: &IssuedCode, host: Option<&str>) -> Result<(), Error> {
        let text = host.map_or_else(|| Ok(code.bare()), |host| code.address(host))?;
        let version = symbol::symbol(&text)?.version().value();
        let (id, typed) = (hex::encode(&code.id.0), code.typed());
        let row = json!({ "id": id, "text": text, "typed": typed, "qr_version": version,
            "first": venue.first.to_string(), "last": venue.last.to_string() });
        let days = format!("{} – {}", venue.first.vietnamese(), venue.last.vietnamese());
        let plain = format!(
            "{}\n  id     {id}\n  valid  {days}\n  typed  {typed}\n  code   {text}\n  QR     version {version}, level M",
            venue.name
        );
        self.say(&row, &plain);
        if venue.category().is_some_and(|c| c.sensitive) && venue.last > venue.first {
            eprintln!("note: a visit to such a place is sensitive; dated codes serve it better");
        }
        Ok(())
    }

    fn say(&self, row: &serde_json::Value, plain: &str) {
        if self.json {
            println!("{row}");
        } else {
            println!("{plain}");
        }
    }
}

impl CodeArgs {
    fn venue(&self, today: Day) -> Result<Venue, Error> {
        let unknown = || Error::Usage(format!("no category `{}`: see `categories`", self.category));
        let category = Category::by_key(&self.category).ok_or_else(unknown)?;
        let first = day(self.first.as_deref())?.unwrap_or(today);
        let parent = self.parent.as_deref().map(|id| Ok::<_, Error>(VenueId(id_of(id)?)));
        Ok(Venue {
            kind: match self.kind {
                What::Place => VenueKind::Place,
                What::Vehicle => VenueKind::Vehicle,
                What::Event => VenueKind::Event,
            },
            first,
            last: day(self.last.as_deref())?.unwrap_or(first.plus(365)),
            category: category.number,
            stay: self.stay.unwrap_or(category.usual_stay),
            area: area(&self.area)?,
            name: Name::new(&self.name)?,
            zone: self.zone.as_deref().map(Zone::new).transpose()?,
            parent: parent.transpose()?.map(|id: VenueId| -> ParentId { id.as_parent() }),
        })
    }
}

fn scopes(texts: &[String]) -> Result<Vec<AreaScope>, Error> {
    if texts.is_empty() {
        return Ok(vec![AreaScope::parse(Map::M2025, "")?]);
    }
    texts.iter().map(|text| Ok(area(text)?.into())).collect()
}

/// `2025/04/01273` or `2024/31/318`.
fn area(text: &str) -> Result<AreaCode, Error> {
    let (map, path) = text.split_once('/').unwrap_or((text, ""));
    Ok(AreaCode::parse(map_of(map)?, path)?)
}

/// A file that was named, or standard input for `-`.
fn read_input(path: &Path) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    let read = if path == Path::new("-") {
        std::io::stdin().lock().read_to_end(&mut bytes)
    } else {
        std::fs::File::open(path).and_then(|mut file| file.read_to_end(&mut bytes))
    };
    match read {
        Ok(_) => Ok(bytes),
        Err(cause) => Err(Error::File { path: path.to_owned(), cause }),
    }
}

/// A code for a place that is on no map would be found by nobody who looks for it.
fn must_exist(area: AreaCode) -> Result<(), Error> {
    let areas =
        Areas::parse(&areas::payload(None, 1, now().day())?).map_err(SourceError::Refused)?;
    match areas.unit_of(area) {
        Some(_) => Ok(()),
        None => Err(Error::Usage(format!("no area {area} on that map: see `find`"))),
    }
}

fn day(text: Option<&str>) -> Result<Option<Day>, Error> {
    let wrong = |text| Error::Usage(format!("`{text}` is no day: write 2026-12-01"));
    text.map(|text| Day::from_iso(text).ok_or_else(|| wrong(text))).transpose()
}

fn id_of<const N: usize>(text: &str) -> Result<[u8; N], Error> {
    hex::decode(text).ok_or_else(|| Error::Usage(format!("`{text}` is no id of {N} bytes in hex")))
}

#[expect(
    clippy::disallowed_methods,
    reason = "the desk where codes are issued has a calendar; the core has none"
)]
fn now() -> Instant {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let seconds = since.map_or(0, |d| i64::try_from(d.as_secs()).unwrap_or(i64::MAX));
    Instant::from_unix(seconds)
}
