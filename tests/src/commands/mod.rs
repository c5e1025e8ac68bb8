//! One file a command; each answers with the exit codes that `./vaora` promises.

use std::path::Path;

use vaora::time::Instant;

pub(crate) mod crash;
pub(crate) mod demo;
pub(crate) mod fetch;
pub(crate) mod hostile;
pub(crate) mod inspect;
pub(crate) mod phone_files;
pub(crate) mod play;
pub(crate) mod scan;
pub(crate) mod seeds;

/// Why a command ended early, and with which exit code.
pub(crate) struct Failed {
    code: u8,
    why: String,
}

impl Failed {
    /// The thing asked about is not so.
    pub(crate) fn not_so(why: impl Into<String>) -> Self {
        Self { code: 1, why: why.into() }
    }

    /// The command was used wrongly.
    pub(crate) fn usage(why: impl Into<String>) -> Self {
        Self { code: 2, why: why.into() }
    }

    /// Input, output or a missing tool.
    pub(crate) fn could_not(why: impl Into<String>) -> Self {
        Self { code: 3, why: why.into() }
    }

    pub(crate) fn report(&self) -> std::process::ExitCode {
        eprintln!("vaora: {}", self.why);
        self.code.into()
    }
}

pub(crate) fn read_file(path: &Path) -> Result<Vec<u8>, Failed> {
    std::fs::read(path).map_err(|e| Failed::could_not(format!("{}: {e}", path.display())))
}

#[expect(clippy::disallowed_methods, reason = "a command line has a clock; the core has none")]
pub(crate) fn now() -> Instant {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    Instant::from_unix(since.map_or(0, |d| i64::try_from(d.as_secs()).unwrap_or(i64::MAX)))
}
