//! What is built for which phone.

/// One kind of phone processor and system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target {
    /// The name that its files, `sizes.json` and the command line use: for Android, that of the
    /// folder in an app.
    pub name: &'static str,
    /// What the compiler calls it.
    pub triple: &'static str,
    /// Whose phone it is.
    pub system: System,
}

/// Whose phone it is, and what that asks of a library.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum System {
    /// A shared library, with segments that begin on pages of this many bytes.
    Android {
        /// 64-bit phones may have pages of 16 KiB; a library laid out for 4 KiB does not load there.
        page: u64,
    },
    /// A static library, linked into the app by Apple's tools.
    Ios,
}

/// Every library that phones get.
pub const TARGETS: &[Target] = &[
    Target {
        name: "arm64-v8a",
        triple: "aarch64-linux-android",
        system: System::Android { page: 16 << 10 },
    },
    Target {
        name: "armeabi-v7a",
        triple: "armv7-linux-androideabi",
        system: System::Android { page: 4 << 10 },
    },
    Target {
        name: "x86_64",
        triple: "x86_64-linux-android",
        system: System::Android { page: 16 << 10 },
    },
    Target { name: "ios-arm64", triple: "aarch64-apple-ios", system: System::Ios },
];

impl Target {
    /// The target of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        TARGETS.iter().find(|target| target.name == name)
    }

    /// The kind of library that the compiler makes.
    #[must_use]
    pub fn crate_type(&self) -> &'static str {
        match self.system {
            System::Android { .. } => "cdylib",
            System::Ios => "staticlib",
        }
    }

    /// The name of the library's file.
    #[must_use]
    pub fn file(&self) -> &'static str {
        match self.system {
            System::Android { .. } => "libvaora_ffi.so",
            System::Ios => "libvaora_ffi.a",
        }
    }
}
