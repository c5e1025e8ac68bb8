//! Builds one library: compiled and linked by cargo, stripped into the copy that ships.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Failed;
use crate::target::{System, TARGETS, Target};

/// Where the sources lie and where builds go.
pub struct Project {
    /// The folder of the workspace.
    pub root: PathBuf,
    /// Where cargo builds, and where the libraries lie afterwards.
    pub out: PathBuf,
}

/// A library that was built.
pub struct Built {
    /// For which phone.
    pub target: &'static Target,
    /// Whether it has the built-in transport.
    pub http: bool,
    /// The copy that ships, without symbols.
    pub shipped: PathBuf,
    /// The same with its symbols, for reading crash reports. They have the same build id.
    pub symbols: PathBuf,
}

impl Project {
    /// The one that this program was compiled in.
    #[must_use]
    pub fn here() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let root = root.canonicalize().unwrap_or(root);
        let out =
            std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
        Self { root, out }
    }

    /// Where a library lies once it is built.
    #[must_use]
    pub fn built(&self, target: &'static Target, http: bool) -> Built {
        let folder = self.out.join(if http { "phone-http" } else { "phone-libs" });
        Built {
            target,
            http,
            shipped: folder.join(target.name).join(target.file()),
            symbols: folder.join("symbols").join(target.name).join(target.file()),
        }
    }

    /// Builds a library.
    ///
    /// # Errors
    /// Whatever is missing, named with the way to get it; a build that failed.
    pub fn build(&self, target: &'static Target, http: bool) -> Result<Built, Failed> {
        let tools = Tools::find(&self.root)?;
        let mut cargo = self.cargo(target, http, &tools)?;
        let status = cargo.status().map_err(|e| Failed::could_not(format!("cargo: {e}")))?;
        if !status.success() {
            return Err(Failed::not_so(format!("{}: the build failed", target.name)));
        }
        let built = self.built(target, http);
        let made = self.out.join(target.triple).join(PROFILE).join(target.file());
        place(&made, &built.symbols)?;
        match target.system {
            System::Android { .. } => tools.strip(&built.symbols, &built.shipped)?,
            // The app's linker strips what Apple's tools link.
            System::Ios => place(&built.symbols, &built.shipped)?,
        }
        Ok(built)
    }

    fn cargo(&self, target: &Target, http: bool, tools: &Tools) -> Result<Command, Failed> {
        let remap = self.remap(tools)?;
        let mut cargo = Command::new("sh");
        match target.system {
            System::Android { .. } => {
                let script = self.root.join("bindings/toolchain/android-link.sh");
                let env = answer(Command::new(script))?;
                cargo.args(["-c", ". \"$0\" && exec cargo \"$@\"", &env]);
                cargo.env("VAORA_PHONE_RUSTFLAGS", remap);
                if http {
                    c_compiler(&mut cargo, target, tools);
                }
            }
            System::Ios => {
                cargo.args(["-c", "exec \"$0\" \"$@\"", "cargo"]);
                cargo.env(format!("CARGO_TARGET_{}_RUSTFLAGS", upper(target)), remap);
            }
        }
        cargo.current_dir(&self.root);
        cargo.env("CARGO_TARGET_DIR", &self.out);
        // They would take the place of the flags above.
        cargo.env_remove("RUSTFLAGS").env_remove("CARGO_ENCODED_RUSTFLAGS");
        cargo.args(["rustc", "--locked", "-p", "vaora-ffi", "--lib"]);
        cargo.args(["--crate-type", target.crate_type(), "--profile", PROFILE]);
        cargo.args(["--target", target.triple, "--no-default-features"]);
        cargo.env("RUSTC_BOOTSTRAP", "1").args(STANDARD_LIBRARY);
        if http {
            cargo.args(["--features", "http"]);
        }
        if let System::Android { .. } = target.system {
            cargo.args(["--", &format!("-Clink-arg=-soname={}", target.file())]);
        }
        Ok(cargo)
    }

    /// Panics name files of sources. They keep the part behind these folders.
    fn remap(&self, tools: &Tools) -> Result<String, Failed> {
        let mut fetch = Command::new("cargo");
        fetch.current_dir(&self.root).args(["fetch", "--quiet", "--locked"]);
        for target in TARGETS {
            fetch.args(["--target", target.triple]);
        }
        answer(fetch)?;
        let mut folders = vec![self.root.clone(), tools.sysroot.join("lib/rustlib/src/rust")];
        // One folder a registry, with the registry's name in its own.
        let registries = cargo_home().join("registry/src");
        for entry in fs::read_dir(&registries).into_iter().flatten() {
            folders.push(entry.map_err(|e| Failed::at(&registries, &e))?.path());
        }
        let mut flags = vec![NO_LINES.to_owned()];
        for folder in folders {
            let folder = folder.display().to_string();
            if folder.contains(char::is_whitespace) {
                // cargo takes these flags apart at spaces.
                return Err(Failed::could_not(
                    "the project, cargo and rustup must lie in folders without spaces",
                ));
            }
            flags.push(format!("--remap-path-prefix={folder}=."));
        }
        Ok(flags.join(" "))
    }
}

/// What places of this machine a library must not tell of.
#[must_use]
pub fn places(project: &Project) -> Vec<String> {
    let home = std::env::var_os("HOME").map(PathBuf::from);
    let all = [Some(project.root.clone()), Some(project.out.clone()), Some(cargo_home()), home];
    let mut places: Vec<String> =
        all.into_iter().flatten().map(|path| path.display().to_string()).collect();
    places.extend(["registry/src".to_owned(), "index.crates.io".to_owned(), ".rustup".to_owned()]);
    // A home that is the root of the file system would be found everywhere.
    places.retain(|place| place.len() > 1);
    places
}

/// The compiler's own programs.
struct Tools {
    sysroot: PathBuf,
    bin: PathBuf,
}

impl Tools {
    fn find(root: &Path) -> Result<Self, Failed> {
        let mut rustc = Command::new("rustc");
        rustc.current_dir(root);
        let sysroot = PathBuf::from(answer({
            rustc.args(["--print", "sysroot"]);
            rustc
        })?);
        let mut rustc = Command::new("rustc");
        rustc.current_dir(root).arg("-vV");
        let about = answer(rustc)?;
        let host = about.lines().find_map(|line| line.strip_prefix("host: "));
        let host = host.ok_or_else(|| Failed::could_not("rustc does not say what it runs on"))?;
        let bin = sysroot.join("lib/rustlib").join(host).join("bin");
        if !bin.join("llvm-objcopy").exists() {
            return Err(Failed::could_not(
                "llvm-objcopy is missing: rustup component add llvm-tools",
            ));
        }
        Ok(Self { sysroot, bin })
    }

    fn strip(&self, from: &Path, to: &Path) -> Result<(), Failed> {
        make_room(to)?;
        let mut objcopy = Command::new(self.bin.join("llvm-objcopy"));
        objcopy.arg("--strip-all").arg(from).arg(to);
        answer(objcopy).map(|_| ())
    }
}

/// ring holds some C. Its headers need none of bionic's.
fn c_compiler(cargo: &mut Command, target: &Target, tools: &Tools) {
    let name = target.triple.replace('-', "_");
    let clang = match target.triple {
        "armv7-linux-androideabi" => "armv7a-linux-androideabi26".to_owned(),
        other => format!("{other}26"),
    };
    cargo.env(format!("CC_{name}"), "clang");
    cargo.env(format!("AR_{name}"), tools.bin.join("llvm-ar"));
    cargo.env(
        format!("CFLAGS_{name}"),
        format!("--target={clang} -nostdlibinc -DRING_CORE_NOSTDLIBINC"),
    );
}

fn upper(target: &Target) -> String {
    target.triple.replace('-', "_").to_uppercase()
}

fn cargo_home() -> PathBuf {
    let home = std::env::var_os("HOME").unwrap_or_else(|| OsString::from("/"));
    std::env::var_os("CARGO_HOME").map_or_else(|| Path::new(&home).join(".cargo"), PathBuf::from)
}

/// What a program says, if it ends well.
fn answer(mut command: Command) -> Result<String, Failed> {
    let name = command.get_program().to_string_lossy().into_owned();
    let out = command.output().map_err(|e| Failed::could_not(format!("{name}: {e}")))?;
    if !out.status.success() {
        let said = String::from_utf8_lossy(&out.stderr);
        return Err(Failed::could_not(format!("{name}: {}", said.trim())));
    }
    Ok(String::from_utf8_lossy(&out.stdout).trim().to_owned())
}

fn place(from: &Path, to: &Path) -> Result<(), Failed> {
    make_room(to)?;
    fs::copy(from, to).map_err(|e| Failed::at(from, &e))?;
    Ok(())
}

fn make_room(file: &Path) -> Result<(), Failed> {
    let folder = file.parent().unwrap_or(file);
    fs::create_dir_all(folder).map_err(|e| Failed::at(folder, &e))
}

const PROFILE: &str = "phone";
/// The standard library is compiled from the compiler's own sources, small, and without what would
/// read debug information on a phone: `docs/decisions/phone-build.md`. These switches are not stable, but the
/// compiler is pinned.
const STANDARD_LIBRARY: &[&str] =
    &["-Zbuild-std=std,panic_unwind", "-Zbuild-std-features=panic-unwind,optimize_for_size"];
/// Nobody sees on a phone in which line a panic began.
const NO_LINES: &str = "-Zlocation-detail=none";
