//! Any sequence of steps of a sync: what comes, what fails and when the phone restarts is read
//! from a string of bytes. Whatever happened, the honest publication is taken afterwards.

use std::io::ErrorKind;

use vaora::diary::Diary;
use vaora::sync::{Report, Sync, SyncError};

use super::storage::{List, in_force};
use super::{World, held, keeps};
use crate::diary::sim::{Fault, Survives};
use crate::diary::{DAY, Dice, at};

impl World {
    /// Takes the steps; two bytes each.
    ///
    /// # Errors
    /// In words, what a phone did that it must never do.
    pub fn drive(&self, steps: &[u8]) -> Result<(), String> {
        let mut phone = self.phone.copy();
        let mut diary = self.open(&phone)?;
        let mut sync = self.begin(&diary)?;
        let before = held(&phone);
        let (mut tried, mut finished, mut failed) = (false, false, false);
        let mut given = (String::new(), 0);
        for step in steps.chunks(2) {
            let (step, number) = (step[0], usize::from(step.get(1).copied().unwrap_or(0)));
            let want = sync.want();
            let path = want.as_ref().map_or(String::new(), |want| want.path.clone());
            if given.0 != path {
                given = (path, 0);
            }
            let place = want.as_ref().map_or(0, |want| want.from);
            let place = usize::try_from(place).unwrap_or(0).max(given.1);
            let file = self.forge.next.get(&given.0).map_or(&[][..], Vec::as_slice);
            let rest = file.get(place..).unwrap_or_default();
            let part = &rest[..rest.len().min(number * 16)];
            let done = match step % 9 {
                0 => diary.feed(&mut sync, part).map(|()| given.1 = place + part.len()),
                1 => diary.feed(&mut sync, rest).and_then(|()| diary.complete(&mut sync)),
                2 => {
                    let mut wrong = part.to_vec();
                    if let Some(byte) = wrong.get_mut(number) {
                        *byte ^= 1 << (step >> 5);
                    }
                    given.1 = place + wrong.len();
                    diary.feed(&mut sync, &wrong)
                }
                3 => diary.complete(&mut sync),
                4 => diary.absent(&mut sync),
                5 => {
                    sync.again();
                    given.1 = 0;
                    Ok(())
                }
                6 => {
                    drop(diary);
                    let survives = [Survives::None, Survives::Random, Survives::All];
                    phone = phone.cut_power(survives[number % 3], &mut Dice::new(number as u64));
                    diary = self.open(&phone)?;
                    (sync, given) = (self.begin(&diary)?, (String::new(), 0));
                    Ok(())
                }
                7 => {
                    // From some write on the disk is full, or at that one alone.
                    let full = ErrorKind::StorageFull;
                    let faults = [Fault::Once(full), Fault::FromThen(full)];
                    phone.fail_at(number as u64 / 2, faults[number % 2]);
                    failed = true;
                    Ok(())
                }
                _ => {
                    let whole = std::mem::replace(&mut sync, self.begin(&diary)?);
                    given = (String::new(), 0);
                    tried = true;
                    let report = diary.finish(whole, &at(DAY));
                    if let Ok(report) = report {
                        self.is_next(&report)?;
                        finished = true;
                        (sync, given) = (self.begin(&diary)?, (String::new(), 0));
                    }
                    report.map(|_| ())
                }
            };
            // After an error the sync is over.
            if done.is_err() {
                (sync, given) = (self.begin(&diary)?, (String::new(), 0));
            }
        }
        phone.heal();
        if failed {
            // A ring that was put back has other bytes. So what a restart reads of it tells: one list as
            // a whole, and what was acknowledged stays.
            let list = in_force(self, &self.open(&phone.copy())?);
            let right = match list {
                Some(List::Old) => !finished,
                Some(List::New) => tried,
                None => false,
            };
            if !right {
                return Err(format!("a full disk left {list:?}, finished: {finished}"));
            }
        } else if !finished && !keeps(&before, &held(&phone)) {
            return Err(String::from("something was taken without being finished"));
        }
        let report = self.honestly(&diary).map_err(|error| error.to_string())?;
        self.is_next(&report)?;
        let alerts = diary.alerts(&at(DAY)).map_err(|error| error.to_string())?;
        if alerts.len() == 1 { Ok(()) } else { Err(format!("{} alerts", alerts.len())) }
    }

    fn begin(&self, diary: &Diary) -> Result<Sync, String> {
        diary.plan(&self.forge.deployment).map_err(|error| error.to_string())
    }

    fn is_next(&self, report: &Report) -> Result<(), String> {
        let right = report.sequence == self.forge.next_sequence();
        if right { Ok(()) } else { Err(format!("took number {}", report.sequence)) }
    }

    fn honestly(&self, diary: &Diary) -> Result<Report, SyncError> {
        let mut sync = diary.plan(&self.forge.deployment)?;
        while let Some(want) = sync.want() {
            let Some(file) = self.forge.next.get(&want.path) else {
                diary.absent(&mut sync)?;
                continue;
            };
            let from = usize::try_from(want.from).unwrap_or(usize::MAX).min(file.len());
            diary.feed(&mut sync, &file[from..])?;
            diary.complete(&mut sync)?;
        }
        diary.finish(sync, &at(DAY))
    }
}
