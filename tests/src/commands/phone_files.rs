//! `vaora phone-files`: what a phone would meet, as files, for a driver that can only read files:
//! a root, a code, a camera frame with the code's poster, and a publication that names the venue.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use vaora::area::code::{AreaCode, Map};
use vaora::code::{Category, Name, Venue, VenueKind};
use vaora::seal::Seed;
use vaora::time::{Day, Instant};
use vaora_authority::{issue, symbol};
use vaora_tests::frames;
use vaora_tests::lists::Office;

use super::Failed;

/// Write what a phone would meet into a folder.
#[derive(clap::Args)]
pub(crate) struct Args {
    folder: PathBuf,
}

pub(crate) fn run(args: &Args) -> Result<ExitCode, Failed> {
    let folder = &args.folder;
    if folder.exists() {
        std::fs::remove_dir_all(folder).map_err(|e| could_not(&e))?;
    }
    std::fs::create_dir_all(folder).map_err(|e| could_not(&e))?;
    let today = Day::from_iso("2026-11-21").ok_or_else(|| Failed::could_not("no such day"))?;
    let noon = today.start().unix() + 12 * 3600;
    let at = |minutes: i64| Instant::from_unix(noon + minutes * 60);
    let mut office = Office::open(folder, today).map_err(|e| could_not(&e))?;

    let category = Category::by_key("local-market");
    let category = category.ok_or_else(|| Failed::could_not("no category of markets"))?;
    let venue = Venue {
        kind: VenueKind::Place,
        first: today,
        last: today.plus(365),
        category: category.number,
        stay: category.usual_stay,
        area: AreaCode::parse(Map::M2025, "04/01273").map_err(|e| could_not(&e))?,
        name: Name::new("Chợ Xanh").map_err(|e| could_not(&e))?,
        zone: None,
        parent: None,
    };
    let signer = office.deployment.issuer(venue.area, today).map_err(|e| could_not(&e))?;
    let code = issue::issue(&venue, &signer).map_err(|e| could_not(&e))?;
    office.deployment.record(&venue, &code).map_err(|e| could_not(&e))?;
    let text = code.address("vaora.example").map_err(|e| could_not(&e))?;

    let symbol = symbol::symbol(&text).map_err(|e| could_not(&e))?;
    let frame = frames::poster(&symbol, &text, 1).seen;
    office
        .warn(Seed::from_bytes(*code.seed.expose()), at(-30), at(25), 2)
        .map_err(|e| could_not(&e))?;
    office.publish(at(120), 0).map_err(|e| could_not(&e))?;

    write(folder, "root", &office.root())?;
    write(folder, "code", text.as_bytes())?;
    write(folder, "frame", &frame.luma)?;
    let facts = format!("{noon} {} {}\n", frame.width, frame.height);
    write(folder, "facts", facts.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

fn write(folder: &Path, name: &str, bytes: &[u8]) -> Result<(), Failed> {
    std::fs::write(folder.join(name), bytes).map_err(|e| could_not(&e))
}

fn could_not(error: &impl std::fmt::Display) -> Failed {
    Failed::could_not(error.to_string())
}
