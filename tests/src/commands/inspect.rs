//! `vaora inspect`: says what scanned texts are.

use std::borrow::Cow;
use std::io::{self, BufRead, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use chrono::DateTime;
use serde_json::{Map, Value, json};
use vaora::code::{Masked, Scan, Scanned, Trust, inspect, masked};
use vaora::text::hex;
use vaora::time::{Day, Instant};
use vaora::trust::{Anchors, Root};

use super::{Failed, now};

/// Say what each line of standard input is: a scanned text, or `hex:…` for raw bytes.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// The signed root of a deployment; without one no code of ours can be verified.
    #[arg(long, value_name = "FILE")]
    root: Option<PathBuf>,
    /// Signed catalogues of that deployment: revocation, prefixes.
    #[arg(long, value_name = "FILE", requires = "root")]
    catalogue: Vec<PathBuf>,
    /// When it was scanned: 2026-11-21T08:00:00+07:00, 2026-11-21 for noon of that day, or Unix
    /// seconds. Now, if left out.
    #[arg(long, value_name = "TIME", value_parser = time)]
    at: Option<Instant>,
    /// One JSON object a line.
    #[arg(long)]
    json: bool,
    /// Of a personal code, also say the masked number and the year of birth.
    #[arg(long)]
    masked: bool,
}

const EXAMPLES: &str = "\
Examples:
  ./vaora inspect --root my-province/root < scanned.txt
  echo 'hex:303030323031' | ./vaora inspect --json

Exit: 0 when no line was damaged, 1 when one was.";

pub(crate) fn run(args: &Args) -> Result<ExitCode, Failed> {
    let anchors = anchors(args)?;
    let at = args.at.unwrap_or_else(now);
    let mut out = io::BufWriter::new(io::stdout().lock());
    let mut damaged = false;
    for line in io::stdin().lock().split(b'\n') {
        let line = line.map_err(|e| Failed::could_not(format!("standard input: {e}")))?;
        let line = line.strip_suffix(b"\r").unwrap_or(&line);
        let line = raw_bytes(line);
        let text = std::str::from_utf8(&line);
        let scanned = match (&line, text) {
            (Cow::Borrowed(_), Ok(text)) => Scanned::Text(text),
            _ => Scanned::Bytes(&line),
        };
        let scan = inspect(scanned, &anchors, at);
        damaged |= scan.trust == Some(Trust::Damaged);
        let masked = text.ok().filter(|_| args.masked).and_then(masked);
        let row = if args.json {
            json_line(&scan, masked.as_ref()).to_string()
        } else {
            plain_line(&scan, masked.as_ref())
        };
        writeln!(out, "{row}").map_err(|e| Failed::could_not(format!("standard output: {e}")))?;
    }
    Ok(ExitCode::from(u8::from(damaged)))
}

/// The bytes of a line: itself, or those that `hex:` spells. What only looks so is a text.
fn raw_bytes(line: &[u8]) -> Cow<'_, [u8]> {
    let bytes = line.strip_prefix(b"hex:").and_then(unhex);
    bytes.map_or(Cow::Borrowed(line), Cow::Owned)
}

/// What is said for machines. `seed_hash` is null for everything that can never check in.
pub(crate) fn json_line(scan: &Scan, masked: Option<&Masked>) -> Value {
    let mut fields = fields(scan);
    if let Some(masked) = masked {
        fields.insert("id".to_owned(), json!(masked.id()));
        fields.insert("birth".to_owned(), json!(masked.birth()));
    }
    json!({
        "kind": scan.kind.id(),
        "trust": scan.trust.map_or("none", Trust::id),
        "error": scan.rule.map(|rule| rule.id()),
        "fields": fields,
        "seed_hash": scan.seed().map(|seed| hex::encode(&seed.derive_hash())),
    })
}

fn fields(scan: &Scan) -> Map<String, Value> {
    let mut fields = Map::new();
    let mut put = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            fields.insert(name.to_owned(), value);
        }
    };
    if let Some(venue) = &scan.venue {
        put("type", Some(json!(venue.kind.id())));
        put("name", Some(json!(venue.name.as_str())));
        put("zone", venue.zone.as_ref().map(|zone| json!(zone.as_str())));
        put("category", Some(json!(venue.category().map_or("other", |c| c.key))));
        put("stay", Some(json!(venue.stay)));
        put("map", Some(json!(venue.area.map().number())));
        put("area", Some(json!(venue.area.to_string())));
        put("first", Some(json!(venue.first.to_string())));
        put("last", Some(json!(venue.last.to_string())));
        put("parent", venue.parent.map(|id| json!(hex::encode(&id.0))));
        put("id", scan.id.map(|id| json!(hex::encode(&id.0))));
    }
    if let Some(venue) = &scan.foreign {
        put("name", venue.name.as_ref().map(|name| json!(name)));
        put("address", venue.address.as_ref().map(|address| json!(address)));
        put("id", venue.id.as_ref().map(|id| json!(id)));
        put("from", venue.from.map(|at| json!(at.unix())));
        put("until", venue.until.map(|at| json!(at.unix())));
    }
    put("text", scan.text.as_ref().map(|text| json!(text)));
    put("text_damaged", scan.text_damaged.then_some(json!(true)));
    fields
}

/// What is said for people.
pub(crate) fn plain_line(scan: &Scan, masked: Option<&Masked>) -> String {
    let mut parts = vec![scan.kind.id().to_owned()];
    parts.extend(scan.trust.map(|trust| trust.id().to_owned()));
    parts.extend(scan.rule.map(|rule| rule.to_string()));
    if let Some(venue) = &scan.venue {
        parts.push(venue.name.to_string());
        parts.extend(venue.zone.as_ref().map(ToString::to_string));
        parts.extend(venue.category().map(|c| c.vi.to_owned()));
        parts.push(format!("{} – {}", venue.first.vietnamese(), venue.last.vietnamese()));
    }
    if let Some(venue) = &scan.foreign {
        parts.extend(venue.name.clone());
        parts.extend(venue.address.as_ref().map(|address| address.replace('\n', ", ")));
    }
    parts.extend(masked.map(|masked| format!("{} · {}", masked.id(), masked.birth())));
    // Shown, never opened; some characters would play tricks on a terminal.
    let visible = |text: &String| text.chars().filter(|c| !is_trick(*c)).collect();
    parts.extend(scan.text.as_ref().map(visible));
    if scan.text_damaged {
        parts.push("a reader spoiled this text".to_owned());
    }
    parts.join(" · ")
}

/// Control characters, and those that change the direction of others.
fn is_trick(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}')
}

fn anchors(args: &Args) -> Result<Anchors, Failed> {
    let Some(root) = &args.root else { return Ok(Anchors::none()) };
    let refused = |path: &Path, why| Failed::not_so(format!("{}: {why}", path.display()));
    let bytes = super::read_file(root)?;
    let mut anchors = Anchors::of(Root::embedded(&bytes).map_err(|why| refused(root, why))?);
    for path in &args.catalogue {
        let bytes = super::read_file(path)?;
        let taken = if bytes.starts_with(b"vaora/1 prefixes\n") {
            anchors.accept_prefixes(&bytes)
        } else {
            anchors.accept_revocation(&bytes)
        };
        taken.map_err(|why| refused(path, why))?;
    }
    Ok(anchors)
}

fn time(text: &str) -> Result<Instant, String> {
    if let Some(day) = Day::from_iso(text) {
        return Ok(Instant::from_unix(day.start().unix() + 12 * 3600));
    }
    if let Ok(seconds) = text.parse() {
        return Ok(Instant::from_unix(seconds));
    }
    let time = DateTime::parse_from_rfc3339(text);
    time.map(|t| Instant::from_unix(t.timestamp())).map_err(|_| "not a time".to_owned())
}

fn unhex(digits: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(digits).ok()?.trim().to_ascii_lowercase();
    if text.len() % 2 != 0 || !text.is_ascii() {
        return None;
    }
    let pairs = text.as_bytes().chunks_exact(2);
    pairs.map(|pair| hex::decode::<1>(std::str::from_utf8(pair).ok()?).map(|[b]| b)).collect()
}
