//! Making things gone: days written anew under fresh keys, days dropped, secrets and the inbox
//! renewed.

use std::collections::HashSet;

use super::keys::{DAY_FILE, Segment, SegmentId};
use super::record::{Readable, Record};
use super::ring::Wrapped;
use super::write::{ALLOCATION, Text};
use super::{Found, Journal};
use crate::error::{Error, Result};
use crate::seal::{InboxKey, Nonces};
use crate::time::Day;

/// A record of a day that is written anew.
pub(crate) struct NewRecord<'a> {
    pub(crate) matching: &'a [u8],
    pub(crate) text: Text<'a>,
}

impl Journal {
    /// Writes days anew with these records, under fresh keys, and removes the files they had.
    /// All days change at once: the match ring is the commit. Needs the diary unlocked, because
    /// the readable parts are sealed anew.
    pub(crate) fn replace(
        &mut self,
        days: &[(Day, Vec<NewRecord<'_>>)],
        state: Option<&[u8]>,
    ) -> Result<()> {
        if self.diary.is_none() {
            return Err(Error::Locked);
        }
        let mut fresh: Vec<Segment> = Vec::new();
        for (day, _) in days {
            fresh.push(self.make_segment(*day));
        }
        // 1. The new keys can open before anything is sealed under them.
        let ids: Vec<SegmentId> = fresh.iter().map(|s| s.id).collect();
        self.add_diary_keys(&ids)?;
        // 2. The new files are whole before a ring names them.
        let mut tails = Vec::new();
        for (segment, (_, records)) in fresh.iter_mut().zip(days) {
            let bytes = self.fill(segment, records)?;
            self.disk.create(&segment.file(), &bytes)?;
            self.disk.sync(&segment.file())?;
            let found = Found::scan(segment, bytes, 0, |_, _, _| {});
            tails.push((segment.id, found.tail));
        }
        self.disk.sync_names()?;
        // 3. The match ring names them: that is the commit.
        let gone: HashSet<Day> = days.iter().map(|(day, _)| *day).collect();
        let (old, mut segments): (Vec<Segment>, Vec<Segment>) =
            self.keys.segments.iter().map(Segment::duplicate).partition(|s| gone.contains(&s.day));
        segments.extend(fresh);
        self.tails.extend(tails);
        self.commit_with(segments, state)?;
        // 4. The old files and keys go. What fails here is done again at the next rotation.
        self.remove_files(&old);
        let _ = self.tidy_diary_ring();
        Ok(())
    }

    /// Drops whole days, damaged or not. Their diary keys go with [`Journal::tidy_diary_ring`],
    /// while unlocked or at the next unlock.
    pub(crate) fn drop_days(&mut self, days: &[Day], state: Option<&[u8]>) -> Result<()> {
        let (old, kept): (Vec<Segment>, Vec<Segment>) =
            self.keys.segments.iter().map(Segment::duplicate).partition(|s| days.contains(&s.day));
        self.commit_with(kept, state)?;
        self.remove_files(&old);
        Ok(())
    }

    /// Writes the rings under new secrets and reads them back. After this, and only after this,
    /// the façade deletes the old secrets. Files that no ring names go as well.
    pub(crate) fn rotate(
        &mut self,
        matching: Option<Wrapped>,
        diary: Option<Wrapped>,
        state: &[u8],
    ) -> Result<()> {
        if diary.is_some() && self.diary.is_none() {
            return Err(Error::Locked);
        }
        if let Some(wrapped) = diary {
            let (ring, _) = self.diary.as_mut().ok_or(Error::Locked)?;
            let old = ring.replace_secret(wrapped)?;
            if let Err(e) = self.tidy_keys().and_then(|_| self.write_diary_ring()) {
                if let Some((ring, _)) = &mut self.diary {
                    let _ = ring.replace_secret(old);
                }
                let _ = self.write_diary_ring();
                return Err(e);
            }
            let (ring, keys) = self.diary.as_ref().ok_or(Error::Locked)?;
            ring.verify(self.disk.as_ref(), keys.encode().as_slice())?;
        }
        if let Some(wrapped) = matching {
            let old = self.ring.replace_secret(wrapped)?;
            self.ring.one_copy_bad = true;
            if let Err(e) = self.set_state(state) {
                let _ = self.ring.replace_secret(old);
                let _ = self.write_match_ring();
                return Err(e);
            }
            self.ring.verify(self.disk.as_ref(), self.keys.encode().as_slice())?;
        }
        self.sweep();
        Ok(())
    }

    /// A new inbox: what was boxed to the old one until now must have been drained, or lie in a
    /// day whose records still name it. The order keeps every box openable at every instant.
    pub(crate) fn renew_inbox(&mut self, still_boxed: bool) -> Result<()> {
        let fresh = InboxKey::make(self.random.as_mut());
        let public = fresh.derive_public();
        let (_, keys) = self.diary.as_mut().ok_or(Error::Locked)?;
        keys.inbox.push(fresh);
        self.write_diary_ring()?;
        let old = std::mem::replace(&mut self.keys.inbox, public);
        if let Err(e) = self.write_match_ring() {
            self.keys.inbox = old;
            let _ = self.write_match_ring();
            return Err(e);
        }
        if !still_boxed {
            let (_, keys) = self.diary.as_mut().ok_or(Error::Locked)?;
            keys.inbox.retain(|key| key.derive_public() == public);
            self.write_diary_ring()?;
        }
        Ok(())
    }

    /// Brings the diary ring in step with the match ring: keys for every file, for no other, and
    /// only the inbox that is in use.
    pub(crate) fn tidy_diary_ring(&mut self) -> Result<()> {
        if self.diary.is_some() && (self.tidy_keys()? || self.diary_copy_bad()) {
            self.write_diary_ring()?;
        }
        Ok(())
    }

    /// Whether anything changed.
    fn tidy_keys(&mut self) -> Result<bool> {
        let Some((_, keys)) = &mut self.diary else { return Ok(false) };
        let named: HashSet<SegmentId> = self.keys.segments.iter().map(|s| s.id).collect();
        let before = keys.days.len();
        keys.days.retain(|(id, _)| named.contains(id));
        let mut changed = keys.days.len() != before;
        for id in named {
            if keys.day(&id).is_none() {
                keys.days.push((id, crate::seal::Secret::make(self.random.as_mut())));
                changed = true;
            }
        }
        Ok(changed)
    }

    fn diary_copy_bad(&self) -> bool {
        self.diary.as_ref().is_some_and(|(ring, _)| ring.one_copy_bad)
    }

    fn commit_with(&mut self, segments: Vec<Segment>, state: Option<&[u8]>) -> Result<()> {
        let Some(state) = state else { return self.commit(segments) };
        let old = std::mem::replace(&mut self.keys.state, zeroize::Zeroizing::new(state.to_vec()));
        self.commit(segments).inspect_err(|_| {
            self.keys.state = old;
            let _ = self.write_match_ring();
        })
    }

    /// The bytes of a file with these records, and its entry filled in.
    fn fill(&mut self, segment: &mut Segment, records: &[NewRecord<'_>]) -> Result<Vec<u8>> {
        let (_, keys) = self.diary.as_ref().ok_or(Error::Locked)?;
        let key = keys.day(&segment.id).ok_or(Error::Locked)?;
        let mut bytes = Vec::new();
        let mut nonces = Nonces::rising(self.random.as_mut());
        for (number, record) in (0..).zip(records) {
            let readable = match record.text {
                Text::Unchanged => Readable::Unchanged,
                Text::Dropped => Readable::Dropped,
                Text::New(plain) => Readable::Sealed(key, plain),
            };
            bytes.extend(Record::encode(segment, &mut nonces, number, record.matching, &readable)?);
        }
        segment.count = u32::try_from(records.len()).map_err(|_| Error::TooLarge)?;
        segment.bytes = u32::try_from(bytes.len()).map_err(|_| Error::TooLarge)?;
        segment.hash = crate::seal::sha256(&bytes);
        let step = ALLOCATION as usize;
        bytes.resize(bytes.len().next_multiple_of(step).max(step), 0);
        Ok(bytes)
    }

    fn remove_files(&mut self, old: &[Segment]) {
        for segment in old {
            self.tails.remove(&segment.id);
            let _ = self.disk.remove(&segment.file());
        }
        let _ = self.disk.sync_names();
    }

    /// Removes days that no ring names: remains of a change that a crash cut short. A copy of a ring
    /// that never got its name is gone already: the ring's next writing took it over.
    fn sweep(&mut self) {
        let named: HashSet<String> = self.keys.segments.iter().map(Segment::file).collect();
        for name in self.disk.names().unwrap_or_default() {
            if name.ends_with(DAY_FILE) && !named.contains(&name) {
                let _ = self.disk.remove(&name);
            }
        }
        let _ = self.disk.sync_names();
    }
}
