//! `bindings/sizes.json`: what every library weighed when somebody last looked. A library that grows
//! or shrinks by more than a little must be looked at again.

use std::fs;
use std::path::PathBuf;

use serde_json::{Map, Value};

use crate::Failed;
use crate::build::{Built, Project};

/// The committed sizes.
pub struct Sizes {
    path: PathBuf,
    bytes: Map<String, Value>,
}

impl Sizes {
    /// Reads them; none are a beginning.
    ///
    /// # Errors
    /// A file that is no object of numbers.
    pub fn read(project: &Project) -> Result<Self, Failed> {
        let path = project.root.join("bindings/sizes.json");
        let bytes = match fs::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|e| Failed::at(&path, &e))?,
            Err(_) => Map::new(),
        };
        Ok(Self { path, bytes })
    }

    /// What is wrong with a library's size, in words that say what to do.
    ///
    /// # Errors
    /// A library that cannot be read.
    pub fn check(&self, built: &Built) -> Result<Option<String>, Failed> {
        let now = size(built)?;
        let Some(then) = self.bytes.get(&name(built)).and_then(Value::as_u64) else {
            return Ok(Some(format!("{now} bytes; bindings/sizes.json does not know it. {RENEW}")));
        };
        let moved = now.abs_diff(then);
        Ok((moved * 100 > then * TOLERATED).then(|| {
            format!("{now} bytes, but {then} in bindings/sizes.json: more than {TOLERATED} % apart. {RENEW}")
        }))
    }

    /// Takes a library's size over.
    ///
    /// # Errors
    /// A library that cannot be read.
    pub fn renew(&mut self, built: &Built) -> Result<(), Failed> {
        self.bytes.insert(name(built), size(built)?.into());
        Ok(())
    }

    /// Writes the file.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn write(&self) -> Result<(), Failed> {
        let mut text = serde_json::to_string_pretty(&self.bytes).unwrap_or_default();
        text.push('\n');
        fs::write(&self.path, text).map_err(|e| Failed::at(&self.path, &e))
    }
}

/// The bytes of the copy that ships.
///
/// # Errors
/// A library that cannot be read.
pub fn size(built: &Built) -> Result<u64, Failed> {
    let about = fs::metadata(&built.shipped).map_err(|e| Failed::at(&built.shipped, &e))?;
    Ok(about.len())
}

/// The name that a library has in the file and in reports.
#[must_use]
pub fn name(built: &Built) -> String {
    let with = if built.http { " with HTTP" } else { "" };
    format!("{}{with}", built.target.name)
}

/// In hundredths.
const TOLERATED: u64 = 2;
const RENEW: &str = "If that is meant: ./vaora pack phone-libs --renew-sizes";
