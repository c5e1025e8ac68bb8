//! The message that Corona-Warn-App and CrowdNotifier share, and that Luca carries along.

use super::protobuf::{Fields, Value};
use super::{ForeignVenue, Rule, display};
use crate::time::Instant;

/// What the two systems do differently.
pub(super) struct Shape {
    /// The number of the field that holds the start; the end is in the next one.
    pub(super) start: u64,
    /// The length of the seed in bytes.
    pub(super) seed: usize,
}

/// A venue as these systems write it: 2 location {2 description, 3 address, start, end},
/// 3 key block {3 seed}. Other fields say how long a stay is and hold keys; nothing here needs
/// them.
#[derive(Default)]
pub(super) struct TraceLocation<'a> {
    pub(super) description: &'a str,
    pub(super) address: &'a str,
    /// Unix seconds; 0 for none.
    start: u64,
    /// Unix seconds; 0 for none.
    end: u64,
}

impl<'a> TraceLocation<'a> {
    /// Reads the message. A field that comes twice is refused: readers disagree which one holds.
    pub(super) fn parse(message: &'a [u8], shape: &Shape) -> Result<Self, Rule> {
        let (mut location, mut keys) = (None, None);
        let mut fields = Fields::new(message);
        while let Some((number, value)) = fields.next()? {
            match number {
                1 => drop(value.number()?),
                2 => once(&mut location, value.bytes()?)?,
                3 => once(&mut keys, value.bytes()?)?,
                _ => {}
            }
        }
        let mut found = Self::default();
        found.read_location(location.ok_or(Rule::ForeignProtobuf)?, shape.start)?;
        if seed(keys.ok_or(Rule::ForeignProtobuf)?)?.len() != shape.seed {
            return Err(Rule::ForeignSeed);
        }
        Ok(found)
    }

    fn read_location(&mut self, message: &'a [u8], at: u64) -> Result<(), Rule> {
        let [mut description, mut address, mut start, mut end] = [const { None::<Value<'a>> }; 4];
        let mut fields = Fields::new(message);
        while let Some((number, value)) = fields.next()? {
            match number {
                2 => once(&mut description, value)?,
                3 => once(&mut address, value)?,
                n if n == at => once(&mut start, value)?,
                n if n == at + 1 => once(&mut end, value)?,
                _ => {}
            }
        }
        self.description = description.map_or(Ok(""), Value::text)?;
        self.address = address.map_or(Ok(""), Value::text)?;
        self.start = start.map_or(Ok(0), Value::number)?;
        self.end = end.map_or(Ok(0), Value::number)?;
        Ok(())
    }

    /// What may be shown; the texts are the caller's, who knows the rules of its system.
    pub(super) fn venue(&self, name: &str, address: &str) -> Result<ForeignVenue, Rule> {
        if self.start > self.end {
            return Err(Rule::ForeignTime);
        }
        Ok(ForeignVenue {
            name: display::lines(name)?,
            address: display::lines(address)?,
            id: None,
            from: instant(self.start)?,
            until: instant(self.end)?,
        })
    }
}

fn seed(message: &[u8]) -> Result<&[u8], Rule> {
    let mut seed = None;
    let mut fields = Fields::new(message);
    while let Some((number, value)) = fields.next()? {
        if number == 3 {
            once(&mut seed, value.bytes()?)?;
        }
    }
    Ok(seed.unwrap_or_default())
}

fn once<T>(slot: &mut Option<T>, value: T) -> Result<(), Rule> {
    if slot.replace(value).is_some() { Err(Rule::ForeignProtobuf) } else { Ok(()) }
}

/// A time beyond the year 9999 is no time.
fn instant(seconds: u64) -> Result<Option<Instant>, Rule> {
    if seconds == 0 {
        return Ok(None);
    }
    let seconds = i64::try_from(seconds).map_err(|_| Rule::ForeignTime)?;
    let instant = Instant::from_unix(seconds);
    if instant.unix() == seconds { Ok(Some(instant)) } else { Err(Rule::ForeignTime) }
}
