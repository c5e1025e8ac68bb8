//! From a phone to the desk: two visits of four, with a one-time code, through the real door.

use std::fs;

use vaora::Error;
use vaora::diary::{ShareChoice, Shared};
use vaora::share::BOX_LEN;
use vaora::sync::SendError;
use vaora::sync::http::{Options, send};
use vaora::text::hex;
use vaora_authority::intake::Visit;

use super::codes::could_not;
use super::office::{Office, SHARING};
use super::warning::{Phone, failed};
use super::{Demo, moment, must};
use crate::commands::Failed;

/// Shares two visits; then shows what the desk has, and that the code is used up.
pub(super) fn sharing_step(demo: &mut Demo, office: &Office, phone: &Phone) -> Result<(), Failed> {
    let now = moment(demo.noon(), SHARING);
    let (diary, base) = (&phone.diary, office.base());
    let wall = |minutes: i64| moment(demo.noon(), minutes * 60).wall;
    let by_hand = |name: &str, minutes: i64| {
        let (from, until) = (wall(minutes), wall(minutes + 30));
        diary.add_manual(name, 0, from, until, &[], &now).map_err(failed)
    };
    let companion = diary.add_companion(COMPANION).map_err(failed)?;
    diary.set_companions(phone.visit, &[companion]).map_err(failed)?;
    diary.note(phone.visit, NOTE).map_err(failed)?;
    let chosen = [phone.visit, by_hand("Quán Phở", 60)?.id];
    let [kept, other] = ["Nhà ngoại", "Sân bóng"];
    by_hand(kept, 120)?;
    by_hand(other, 180)?;

    let code = office.intake.make_code(now.wall).map_err(|e| could_not(&e))?;
    demo.step(
        "an officer calls, and gives a one-time code",
        &format!("{}, for one hour, once", code.spoken()),
    );

    let choice =
        || ShareChoice { deployment: phone.deployment, visits: chosen.to_vec(), named: Vec::new() };
    let preview = diary.share_preview(&choice(), &now).map_err(failed)?;
    let wanted: Vec<Visit> = preview.visits().iter().map(Visit::from).collect();
    let line = |visit: &Visit| {
        let along =
            if visit.companions == 0 { "alone".into() } else { format!("+{}", visit.companions) };
        format!("{}, {} minutes, {along}", visit.name, (visit.until - visit.from) / 60)
    };
    let lines: Vec<String> = wanted.iter().map(line).collect();
    demo.step(
        "the person chooses two of four visits, sees every field of them, and agrees",
        &lines.join("; "),
    );

    let upload = diary.share(preview.agree(), &code, &now).map_err(failed)?;
    must(upload.bytes().len() == BOX_LEN, "a box has one size")?;
    let clock = || now;
    let sent = send(diary, &upload, &base, &Options::default(), &clock);
    let Ok(Shared::Receipt(receipt)) = sent else {
        return Err(Failed::not_so("demo: the phone got no receipt"));
    };
    let receipt = hex::encode(&receipt.id.0);
    demo.step(
        "the phone seals them, sends them over HTTP, and has a receipt",
        &format!("{BOX_LEN} bytes, as many as a cover has; receipt {receipt}"),
    );

    let shares = office.intake.shares().map_err(|e| could_not(&e))?;
    let [share] = shares.as_slice() else {
        return Err(Failed::not_so("demo: the desk has not exactly one share"));
    };
    must(share.receipt == receipt, "the desk's receipt is the phone's")?;
    must(share.visits == wanted, "the desk has what the person saw, field by field")?;
    let file = office.desk.join("shares").join("received.jsonl");
    let file = fs::read_to_string(file).map_err(|e| could_not(&e))?;
    let secrets = [NOTE, COMPANION, kept, other];
    must(!secrets.iter().any(|secret| file.contains(secret)), "the desk has nothing else")?;
    demo.step(
        "the desk opens the box",
        "these two visits; no other one, no note, no name of who came along",
    );

    let again = diary.share_preview(&choice(), &now).map_err(failed)?.agree();
    let again = diary.share(again, &code, &now).map_err(failed)?;
    let refused = send(diary, &again, &base, &Options::default(), &clock);
    must(refused == Err(SendError::Diary(Error::CodeUsed)), "a code is good once")?;
    let cover = diary.share_cover(&phone.deployment, &now).map_err(failed)?;
    let covered = send(diary, &cover, &base, &Options::default(), &clock);
    must(covered == Ok(Shared::Cover), "a cover is answered")?;
    let count = office.intake.shares().map_err(|e| could_not(&e))?.len();
    must(count == 1, "neither left anything at the desk")?;
    demo.step("the same code is tried again, and a cover is sent", "refused; and nothing kept");
    Ok(())
}

/// The person's own words, which stay on the phone.
const NOTE: &str = "mua hoa";
const COMPANION: &str = "Lan";
