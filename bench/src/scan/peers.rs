//! The decoders behind Python: installed once into the cache, asked through a pipe.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::Value;
use vaora_tests::frames::Frame;

/// A process that shows every frame to every peer.
pub struct Peers {
    child: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
}

/// What one peer says of one frame.
pub struct Seen {
    pub texts: Vec<String>,
    pub ms: f64,
}

impl Peers {
    /// Installs what is missing and starts it; says what cannot be had.
    pub fn start() -> Result<Self, String> {
        let python = environment()?;
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers/scan.py");
        let mut child = Command::new(python)
            .arg(script)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|e| format!("python does not start: {e}"))?;
        let to = child.stdin.take().ok_or("no pipe to the peers")?;
        let from = child.stdout.take().ok_or("no pipe from the peers")?;
        let mut peers = Self { child, to, from: BufReader::new(from) };
        let names = peers.line().map_err(|e| {
            format!("the peers do not start ({e}); zbar wants `apt-get install libzbar0`")
        })?;
        eprintln!("peers: {names}");
        Ok(peers)
    }

    /// Every peer's answer, by its name.
    pub fn ask(&mut self, frame: &Frame) -> BTreeMap<String, Seen> {
        let mut ask = || -> Result<Value, String> {
            let head = format!("{} {}\n", frame.width, frame.height);
            self.to.write_all(head.as_bytes()).map_err(|e| e.to_string())?;
            self.to.write_all(&frame.luma).map_err(|e| e.to_string())?;
            self.to.flush().map_err(|e| e.to_string())?;
            self.line()
        };
        let answer = ask().unwrap_or_else(|e| panic!("the peers stopped: {e}"));
        let seen = |v: &Value| Seen {
            texts: v["texts"]
                .as_array()
                .map(|a| a.iter().filter_map(|t| t.as_str().map(str::to_owned)).collect())
                .unwrap_or_default(),
            ms: v["ms"].as_f64().unwrap_or(0.0),
        };
        let peers = answer.as_object().map(|o| o.iter().map(|(k, v)| (k.clone(), seen(v))));
        peers.map(Iterator::collect).unwrap_or_default()
    }

    fn line(&mut self) -> Result<Value, String> {
        let mut line = String::new();
        self.from.read_line(&mut line).map_err(|e| e.to_string())?;
        serde_json::from_str(&line).map_err(|e| e.to_string())
    }
}

impl Drop for Peers {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The interpreter of an environment with the peers of exactly these versions.
fn environment() -> Result<PathBuf, String> {
    let cache = std::env::var_os("VAORA_CACHE")
        .map(PathBuf::from)
        .or_else(|| std::env::var_os("HOME").map(|home| Path::new(&home).join(".cache/vaora")));
    let home = cache.ok_or("neither VAORA_CACHE nor HOME is set")?.join("scan-peers-1");
    let python = home.join("bin/python");
    if !home.join("complete").exists() {
        eprintln!("bench scan: installing the peers (once, about 150 MB)");
        run(Command::new("python3").args(["-m", "venv"]).arg(&home))
            .map_err(|e| format!("python3 -m venv: {e}; `apt-get install python3-venv`"))?;
        run(Command::new(&python).args(["-m", "pip", "install", "--quiet"]).args(PACKAGES))
            .map_err(|e| format!("pip install {}: {e}", PACKAGES.join(" ")))?;
        std::fs::write(home.join("complete"), "").map_err(|e| e.to_string())?;
    }
    // The library behind pyzbar is no package of Python's.
    if run(Command::new(&python).args(["-c", "import pyzbar.pyzbar"])).is_err() {
        run(Command::new("apt-get").args(["install", "-y", "-q", "libzbar0"]))
            .map_err(|e| format!("libzbar0 is missing: {e}; `apt-get install libzbar0`"))?;
    }
    Ok(python)
}

fn run(command: &mut Command) -> Result<(), String> {
    let output = command.output().map_err(|e| e.to_string())?;
    if output.status.success() {
        return Ok(());
    }
    let words = String::from_utf8_lossy(&output.stderr);
    Err(words.lines().last().unwrap_or("failed").to_owned())
}

const PACKAGES: [&str; 4] =
    ["zxing-cpp==3.1.1", "opencv-python-headless==5.0.0.93", "pyzbar==0.1.9", "numpy==2.4.6"];
