use std::fmt::Display;
use std::path::Path;
use std::process::ExitCode;

/// Why a command ended early, and with which exit code.
#[derive(Debug)]
pub struct Failed {
    code: u8,
    why: String,
}

impl Failed {
    /// What was built is not as it should be.
    #[must_use]
    pub fn not_so(why: impl Into<String>) -> Self {
        Self { code: 1, why: why.into() }
    }

    /// The command was used wrongly.
    #[must_use]
    pub fn usage(why: impl Into<String>) -> Self {
        Self { code: 2, why: why.into() }
    }

    /// Input, output or a missing tool.
    #[must_use]
    pub fn could_not(why: impl Into<String>) -> Self {
        Self { code: 3, why: why.into() }
    }

    /// A file that could not be read or written.
    #[must_use]
    pub fn at(path: &Path, why: &dyn Display) -> Self {
        Self::could_not(format!("{}: {why}", path.display()))
    }

    /// Says it, and gives the exit code.
    #[must_use]
    pub fn report(&self) -> ExitCode {
        eprintln!("vaora-pack: {}", self.why);
        self.code.into()
    }

    /// Why.
    #[must_use]
    pub fn why(&self) -> &str {
        &self.why
    }
}
