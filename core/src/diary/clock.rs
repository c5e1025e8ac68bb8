//! Noticing that the phone's clock was set, and finding out from a signed time which was right.
//!
//! The running time since the phone's start never jumps. As long as wall clock and running time
//! advance together, the clock is in one *epoch*. Each epoch has a *shift*: how far its wall
//! clock is ahead of the first epoch's. A visit remembers its epoch, so that it can be put right
//! when a signed time has told which shift is the true one.

use super::parts::plus;
use super::visit::{ClockMark, Now};
use crate::time::Instant;
use crate::wire::{Cut, Reader, Writer};

/// The clock as the diary has seen it so far.
#[derive(Clone)]
pub(super) struct Clock {
    last: Option<Seen>,
    /// The latest at the end, the oldest of many forgotten.
    epochs: Vec<Epoch>,
    /// Running time that passed under our eyes, over all starts of the phone.
    lived: u64,
    /// `lived` at the last jump.
    jumped: u64,
    /// The latest signed time, and `lived` when it came.
    signed: Option<(Instant, u64)>,
    /// The shift that a signed time proved.
    proven: Option<i64>,
}

#[derive(Clone, Copy)]
struct Seen {
    wall: Instant,
    running: u64,
    boot: u32,
}

#[derive(Clone, Copy)]
struct Epoch {
    id: u16,
    shift: i64,
    doubtful: bool,
    /// Visits of it are still to be put right.
    wrong: bool,
    /// A signed time had proven it wrong when it began: visits are written down corrected, and
    /// name the epoch that is right.
    unused: bool,
}

impl Clock {
    pub(super) fn new() -> Self {
        let first = Epoch { id: 0, shift: 0, doubtful: false, wrong: false, unused: false };
        Self { last: None, epochs: vec![first], lived: 0, jumped: 0, signed: None, proven: None }
    }

    /// Takes note of the time. `true` if the clock begins a new epoch, which must be durable
    /// before a visit names it.
    pub(super) fn observe(&mut self, now: &Now) -> bool {
        let seen = Seen { wall: now.wall, running: now.running, boot: now.boot };
        let Some(last) = self.last.replace(seen) else { return false };
        let wall = now.wall.unix() - last.wall.unix();
        let same_start = now.boot == last.boot && now.running >= last.running;
        let ran = if same_start { now.running - last.running } else { now.running };
        self.lived = self.lived.saturating_add(ran);
        let ran = i64::try_from(ran).unwrap_or(i64::MAX);
        let tolerance = TOLERANCE + ran / 2000;
        // While the phone was off any time may have passed, but none backwards.
        let jump = if same_start { wall.saturating_sub(ran) } else { wall.min(0) };
        if !same_start && wall > ran.saturating_add(LONG_PAUSE) {
            self.jumped = self.lived;
        }
        let doubtful = jump.abs() > tolerance;
        if same_start && !doubtful {
            return false;
        }
        if doubtful {
            self.jumped = self.lived;
        }
        let before = self.current();
        let shift = if doubtful { before.shift.saturating_add(jump) } else { before.shift };
        let doubtful = doubtful || before.doubtful;
        // A clock that is where a signed time proved it to be is sure.
        let (doubtful, unused) = match self.proven {
            Some(proven) => (doubtful && far(shift, proven), far(shift, proven)),
            None => (doubtful, false),
        };
        self.push(Epoch { id: before.id.wrapping_add(1), shift, doubtful, wrong: false, unused });
        true
    }

    /// Takes a signed time: the true time is not before it. Finds the epoch whose clock was
    /// nearest to it and not behind; what began under another is to be put right.
    pub(super) fn witness(&mut self, now: &Now, signed: Instant) {
        if self.signed.is_none_or(|(known, lived)| {
            plus(known, i64::try_from(self.lived - lived).unwrap_or(0)) < signed
        }) {
            self.signed = Some((signed, self.lived));
        }
        let current = self.current().shift;
        let wall = |shift: i64| now.wall.unix() - current + shift;
        let ahead = |shift: &i64| wall(*shift) - signed.unix();
        let true_shift = self
            .epochs
            .iter()
            .map(|e| e.shift)
            .filter(|shift| ahead(shift) >= -TOLERANCE)
            .min_by_key(|shift| (ahead(shift).max(0) / FRESH, (shift - current).abs()));
        // No clock of this phone ever showed that time. It may be wrong, or the list be from the
        // future: nothing is moved for that.
        let Some(true_shift) = true_shift else {
            if let Some(epoch) = self.epochs.last_mut() {
                epoch.doubtful = true;
            }
            return;
        };
        // A signed time that every clock has long passed says only that it was not earlier.
        if ahead(&true_shift) > PROOF {
            return;
        }
        self.proven = Some(true_shift);
        for epoch in &mut self.epochs {
            epoch.doubtful = false;
            epoch.wrong |= !epoch.unused && far(epoch.shift, true_shift);
        }
        let before = self.current();
        if far(before.shift, true_shift) && !before.unused {
            let (doubtful, wrong) = (false, false);
            let id = before.id.wrapping_add(1);
            self.push(Epoch { id, shift: true_shift, doubtful, wrong, unused: false });
            let id = before.id.wrapping_add(2);
            self.push(Epoch { id, shift: before.shift, doubtful, wrong, unused: true });
        }
    }

    /// The time to write down: the phone's, or what a signed time proved it should be.
    pub(super) fn correct(&self, now: &Now) -> Instant {
        let shift = self.current().shift;
        plus(now.wall, self.proven.filter(|p| far(*p, shift)).map_or(0, |proven| proven - shift))
    }

    /// Whether the phone shows another time than the proven one.
    pub(super) fn seems_wrong(&self) -> bool {
        let current = self.current();
        current.doubtful || self.proven.is_some_and(|proven| far(proven, current.shift))
    }

    /// All times that `now` may be: one, unless the clock was set.
    pub(super) fn candidates(&self, now: &Now) -> Vec<Instant> {
        let mut times = vec![self.correct(now)];
        if self.current().doubtful {
            let current = self.current().shift;
            for epoch in self.epochs.iter().rev().filter(|e| e.shift != current).take(2) {
                times.push(plus(now.wall, epoch.shift - current));
            }
        }
        times
    }

    /// Seconds from one moment of an epoch until now, by the clock that cannot jump where that
    /// is known.
    pub(super) fn since(&self, epoch: u16, running: u64, from: Instant, now: &Now) -> i64 {
        if self.current().id == epoch && now.running >= running {
            return i64::try_from(now.running - running).unwrap_or(i64::MAX);
        }
        let shift = self.epoch(epoch).map_or(0, |e| self.current().shift - e.shift);
        let correction = self.correct(now).unix() - now.wall.unix();
        let now = if correction == 0 { now.wall.unix() - shift } else { self.correct(now).unix() };
        now - from.unix()
    }

    /// The epoch that a visit beginning now names.
    pub(super) fn epoch_of_visits(&self) -> u16 {
        let current = self.current();
        let proven = self.proven.filter(|p| far(*p, current.shift));
        let right = proven.and_then(|proven| self.epochs.iter().rev().find(|e| e.shift == proven));
        right.unwrap_or(&current).id
    }

    /// What to say of a visit of this epoch.
    pub(super) fn mark(&self, epoch: u16, repaired: bool) -> ClockMark {
        match self.epoch(epoch) {
            Some(e) if e.doubtful || e.wrong => ClockMark::Doubtful,
            _ if repaired => ClockMark::Repaired,
            _ => ClockMark::Sure,
        }
    }

    /// What visits of this epoch are off by, if they still are to be put right.
    pub(super) fn repair_of(&self, epoch: u16) -> Option<i64> {
        let epoch = self.epoch(epoch).filter(|e| e.wrong)?;
        Some(self.proven? - epoch.shift)
    }

    pub(super) fn has_repairs(&self) -> bool {
        self.epochs.iter().any(|e| e.wrong)
    }

    /// Every visit was put right, and names this epoch now.
    pub(super) fn repaired(&mut self) {
        for epoch in &mut self.epochs {
            epoch.wrong = false;
        }
    }

    /// An epoch whose clock was right.
    pub(super) fn right_epoch(&self) -> u16 {
        let proven = self.proven.unwrap_or(self.current().shift);
        let right = self.epochs.iter().rev().find(|e| !e.unused && !far(e.shift, proven));
        right.map_or(self.current().id, |e| e.id)
    }

    /// The time that surely has come: no day younger than this may be deleted for its age. A
    /// signed time and the running time since, or a clock that has not jumped for 72 hours.
    pub(super) fn surely(&self, now: &Now) -> Option<Instant> {
        let signed =
            self.signed.map(|(at, lived)| plus(at, i64::try_from(self.lived - lived).unwrap_or(0)));
        let steady = (self.lived - self.jumped >= STEADY).then(|| self.correct(now));
        // Never later than the phone itself says: one wrong list must not delete anything.
        signed.max(steady).map(|sure| sure.min(self.correct(now)).min(now.wall))
    }

    pub(super) fn encode(&self, w: &mut Writer) {
        let last = self.last.unwrap_or(Seen { wall: Instant::from_unix(0), running: 0, boot: 0 });
        w.u8(u8::from(self.last.is_some()));
        w.i64(last.wall.unix()).u64(last.running).u32(last.boot);
        w.u64(self.lived).u64(self.jumped);
        let (signed, lived) = self.signed.unwrap_or((Instant::from_unix(0), 0));
        w.u8(u8::from(self.signed.is_some())).i64(signed.unix()).u64(lived);
        w.u8(u8::from(self.proven.is_some())).i64(self.proven.unwrap_or(0));
        w.u8(u8::try_from(self.epochs.len()).unwrap_or(u8::MAX));
        for e in &self.epochs {
            let flags = u8::from(e.doubtful) | u8::from(e.wrong) << 1 | u8::from(e.unused) << 2;
            w.u16(e.id).i64(e.shift).u8(flags);
        }
    }

    pub(super) fn decode(r: &mut Reader<'_>) -> Result<Self, Cut> {
        let seen = r.u8()? == 1;
        let last = Seen { wall: Instant::from_unix(r.i64()?), running: r.u64()?, boot: r.u32()? };
        let (lived, jumped) = (r.u64()?, r.u64()?);
        let has_signed = r.u8()? == 1;
        let signed = (Instant::from_unix(r.i64()?), r.u64()?);
        let has_proven = r.u8()? == 1;
        let proven = r.i64()?;
        let mut epochs = Vec::new();
        for _ in 0..r.u8()? {
            let (id, shift, flags) = (r.u16()?, r.i64()?, r.u8()?);
            if shift.unsigned_abs() > FARTHEST {
                return Err(Cut);
            }
            let (doubtful, wrong, unused) = (flags & 1 != 0, flags & 2 != 0, flags & 4 != 0);
            epochs.push(Epoch { id, shift, doubtful, wrong, unused });
        }
        let whole = !epochs.is_empty()
            && jumped <= lived
            && (!has_signed || signed.1 <= lived)
            && proven.unsigned_abs() <= FARTHEST;
        if !whole {
            return Err(Cut);
        }
        Ok(Self {
            last: seen.then_some(last),
            epochs,
            lived,
            jumped,
            signed: has_signed.then_some(signed),
            proven: has_proven.then_some(proven),
        })
    }

    fn push(&mut self, epoch: Epoch) {
        self.epochs.push(epoch);
        if self.epochs.len() > MOST_EPOCHS {
            self.epochs.remove(0);
        }
    }

    fn current(&self) -> Epoch {
        *self.epochs.last().expect("there is always one")
    }

    fn epoch(&self, id: u16) -> Option<Epoch> {
        self.epochs.iter().rev().find(|e| e.id == id).copied()
    }
}

fn far(a: i64, b: i64) -> bool {
    (a - b).abs() > TOLERANCE
}

/// Seconds by which clocks are corrected all the time.
const TOLERANCE: i64 = 120;
/// A phone that was off for longer than a day has to show again that its clock is right.
const LONG_PAUSE: i64 = 24 * 3600;
/// Running time after which a clock that did not jump is believed.
const STEADY: u64 = 72 * 3600;
/// Signed times are up to so old when they come.
const FRESH: i64 = 48 * 3600;
/// A list older than this tells nothing about which of two clocks is right.
const PROOF: i64 = 7 * 24 * 3600;
/// No shift is longer than all of time.
const FARTHEST: u64 = 1 << 40;
const MOST_EPOCHS: usize = 64;
