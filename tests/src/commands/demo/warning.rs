//! From an interview to a warning, and back: the desk publishes a window, the phone takes it from
//! the server, says why it warns, and takes the warning back when the desk does.

use vaora::code::{Scanned, inspect};
use vaora::diary::{AlertState, Diary, Now, Place, VisitId};
use vaora::journal::Folder;
use vaora::sync::Report;
use vaora::sync::http::{Options, fetch};
use vaora_authority::publish::Schedule;
use vaora_authority::windows::Windows;
use vaora_authority::{Deployment, Error};
use vaora_tests::diary::{SystemRandom, wrapped};

use super::codes::{HOST, could_not};
use super::office::Office;
use super::{Demo, Market, moment, must};
use crate::commands::Failed;

/// A phone that was at the market and follows the authority.
pub(super) struct Phone {
    pub(super) diary: Diary,
    pub(super) deployment: [u8; 16],
    /// Its visit to the market.
    pub(super) visit: VisitId,
}

impl Phone {
    /// Takes the newest list over HTTP.
    fn sync(&self, office: &Office, now: Now) -> Result<Report, Failed> {
        let options = Options::default();
        let report = fetch(&self.diary, &self.deployment, &office.base(), &options, &|| now);
        report.map_err(|e| could_not(&e))
    }
}

/// Publishes, takes, explains, withdraws, takes back.
pub(super) fn warning_step(
    demo: &mut Demo,
    market: &Market,
    office: &Office,
) -> Result<Phone, Failed> {
    let words = |e: Error| could_not(&e);
    let deployment = Deployment::open(&office.desk).map_err(words)?;
    let mut windows = Windows::open(&office.desk).map_err(words)?;
    // At night nobody would be notified.
    let noon = demo.noon();
    let at = |minutes: i64| moment(noon, minutes * 60);

    let phone = demo.folder().join("warned");
    Diary::erase(Box::new(Folder::new(&phone))).map_err(failed)?;
    let (matching, own) = (wrapped([3; 8]), wrapped([4; 8]));
    let disk = Box::new(Folder::new(&phone));
    let diary =
        Diary::create(disk, Box::new(SystemRandom), matching, own, &at(0)).map_err(failed)?;
    let root = std::fs::read(office.desk.join("root.1")).map_err(|e| could_not(&e))?;
    let id = diary.follow(&root).map_err(failed)?;
    let text = market.code.address(HOST).map_err(words)?;
    let place = Place::of(&inspect(Scanned::Text(&text), &market.anchors, demo.at()));
    let visit = diary.check_in(&place.map_err(failed)?, &[], &at(0)).map_err(failed)?;
    diary.check_out(visit.id, &at(40)).map_err(failed)?;
    let phone = Phone { diary, deployment: id, visit: visit.id };
    let diary = &phone.diary;

    let seed = || deployment.seed_of(market.code.id);
    let (from, until) = (at(-30).wall, at(25).wall);
    windows.add(&[seed().map_err(words)?], from, until, 2, 1).map_err(words)?;
    let publish = |windows: &mut Windows, minutes| {
        let plan = Schedule { at: at(minutes).wall, fresh_hours: 48, hold_hours: 0 };
        deployment.publish(windows, &office.public, plan).map_err(words)
    };
    let list = publish(&mut windows, 120)?;
    let chunk = format!("{} bytes, in which nobody without the code can read anything", list.bytes);
    demo.step("the health authority publishes when somebody infectious was there", &chunk);

    let report = phone.sync(office, at(130))?;
    must(report.is_new, "the phone takes the list")?;
    let alerts = diary.alerts(&at(130)).map_err(failed)?;
    let [alert] = alerts.as_slice() else {
        return Err(Failed::not_so("demo: there is not exactly one alert"));
    };
    let reasons = diary.explain(alert.id, &at(130)).map_err(failed)?;
    let [reason] = reasons.as_slice() else {
        return Err(Failed::not_so("demo: the alert has not exactly one reason"));
    };
    must(reason.minutes == 25, "visit and window overlap for 25 minutes")?;
    let anchors = diary.anchors().map_err(failed)?;
    let advice = anchors.first().and_then(|a| a.advice()?.text(alert.advice, "vi"));
    let advice = advice.map_or("", |text| text.title.as_str());
    let name = alert.place.as_ref().map_or("", |place| &place.name);
    let told = diary.due(&at(130)).map_err(failed)?.notices.len();
    must(told == 1, "the person is notified once")?;
    demo.step(
        "the phone takes the list over HTTP and finds the visit in it, by itself",
        &format!(
            "“{advice}”: {name}, {}, {} minutes in common, {} are enough",
            alert.day.vietnamese(),
            reason.minutes,
            reason.minimum
        ),
    );

    windows.withdraw(&[seed().map_err(words)?], at(0).wall.day());
    publish(&mut windows, 180)?;
    phone.sync(office, at(190))?;
    let alerts = diary.alerts(&at(190)).map_err(failed)?;
    let states: Vec<AlertState> = alerts.iter().map(|alert| alert.state).collect();
    must(states == [AlertState::Withdrawn], "the warning was taken back")?;
    let told = diary.due(&at(190)).map_err(failed)?.notices.len();
    must(told == 1, "the person is told so")?;
    demo.step(
        "it was a mistake: the authority withdraws it",
        "the phone takes its warning back, and says so",
    );
    Ok(phone)
}

pub(super) fn failed(error: vaora::Error) -> Failed {
    Failed::not_so(format!("demo: the diary answers: {error}"))
}
