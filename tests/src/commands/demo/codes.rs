//! Codes: an issuer's keys, the code of a market in Cao Bằng, and an answer for what else a
//! person may hold up to the camera.

use vaora::area::code::{AreaCode, Map};
use vaora::code::{Category, Kind, Name, Rule, Scan, Scanned, Trust, Venue, VenueKind, inspect};
use vaora_authority::deployment::Plan;
use vaora_authority::{Deployment, issue, symbol};

use super::{Demo, Market, must};
use crate::commands::Failed;
use crate::commands::inspect::plain_line;

/// Makes a deployment for Cao Bằng and issues the market's code.
pub(super) fn issue(demo: &mut Demo) -> Result<Market, Failed> {
    let today = demo.at().day();
    let province = area("04")?;
    let plan = Plan { root_keys: 3, root_threshold: 2, today, days: 730 };
    let folder = demo.folder().join("authority");
    if folder.exists() {
        std::fs::remove_dir_all(&folder).map_err(|e| could_not(&e))?;
    }
    let deployment =
        Deployment::init(&folder, plan, vec![province.into()]).map_err(|e| could_not(&e))?;
    demo.step(
        "the province makes its keys: a root signed by 2 of 3, an issuer for Cao Bằng",
        &format!("in {}", folder.display()),
    );

    let category = Category::by_key("local-market");
    let category = category.ok_or_else(|| Failed::not_so("no category of markets"))?;
    let venue = Venue {
        kind: VenueKind::Place,
        first: today,
        last: today.plus(365),
        category: category.number,
        stay: category.usual_stay,
        area: area("04/01273")?,
        name: Name::new("Chợ Xanh").map_err(|e| could_not(&e))?,
        zone: None,
        parent: None,
    };
    let signer = deployment.issuer(venue.area, today).map_err(|e| could_not(&e))?;
    let code = issue::issue(&venue, &signer).map_err(|e| could_not(&e))?;
    deployment.record(&venue, &code).map_err(|e| could_not(&e))?;
    let text = code.address(HOST).map_err(|e| could_not(&e))?;
    let version = symbol::symbol(&text).map_err(|e| could_not(&e))?.version().value();
    demo.step(
        &format!("it issues the code of the market {}, phường Thục Phán", venue.name),
        &format!("QR version {version}, level M; typed form {}", code.typed()),
    );
    Ok(Market { anchors: deployment.anchors().clone(), venue, code })
}

/// Inspects the market's code and other things that people scan.
pub(super) fn inspect_all(demo: &mut Demo, market: &Market) -> Result<(), Failed> {
    let text = market.code.address(HOST).map_err(|e| could_not(&e))?;
    let scan = look(demo, "a citizen scans the poster", &text, market);
    must(scan.trust == Some(Trust::Verified), "the market's code is verified")?;
    must(scan.venue.as_ref() == Some(&market.venue), "the phone reads what was issued")?;
    must(scan.seed() == Some(&market.code.seed), "the phone holds the match secret")?;

    let typed = market.code.typed();
    let scan = look(demo, "another one types the code below it", &typed.to_lowercase(), market);
    must(scan.seed() == Some(&market.code.seed), "the typed code is the same one")?;

    let wrong = with_one_wrong(&typed);
    let scan = look(demo, "with one wrong symbol in its second half", &wrong, market);
    must(scan.rule == Some(Rule::TypedSecondHalf), "the wrong half is named")?;

    let scan = look(demo, "somebody holds up an ID card", ID_CARD, market);
    must(scan.kind == Kind::CitizenId, "an ID card is known")?;
    must(scan.text.is_none() && scan.seed().is_none(), "nothing of it is kept")?;

    let scan = look(demo, "or the payment code on the counter", PAYMENT, market);
    must(scan.kind == Kind::Payment && scan.rule.is_none(), "a payment code is known")?;

    let scan = look(demo, "pasted over, with one digit changed", &forged(PAYMENT), market);
    must(scan.trust == Some(Trust::Damaged), "its wrong checksum is said")
}

fn look(demo: &mut Demo, what: &str, text: &str, market: &Market) -> Scan {
    let scan = inspect(Scanned::Text(text), &market.anchors, demo.at());
    demo.step(what, &plain_line(&scan, None));
    scan
}

fn with_one_wrong(typed: &str) -> String {
    let at = typed.len() - 2;
    let other = if typed.as_bytes().get(at) == Some(&b'7') { "8" } else { "7" };
    format!("{}{other}{}", &typed[..at], &typed[at + 1..])
}

fn forged(payment: &str) -> String {
    payment.replacen("10000", "90000", 1)
}

fn area(path: &str) -> Result<AreaCode, Failed> {
    AreaCode::parse(Map::M2025, path).map_err(|e| could_not(&e))
}

pub(super) fn could_not(error: &impl std::fmt::Display) -> Failed {
    Failed::could_not(error.to_string())
}

pub(super) const HOST: &str = "vaora.example";
/// Nobody's card: a number that agrees with its birth date, as a card's must.
const ID_CARD: &str = "004190012345|080123456|Nguyễn Thị Hoà|15011990|Nữ|Tổ 3, Phường Thục Phán, Tỉnh Cao Bằng|20052021";
/// A transfer of 10,000 đồng to an account that does not exist.
const PAYMENT: &str = "00020101021238570010A00000072701270006970400011300000000000010208QRIBFTTA53037045405100005802VN6304997F";
