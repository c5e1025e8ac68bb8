//! Peak memory of one search. Every measurement has a process of its own: this program, started
//! again with a mark that no user types.

use std::path::Path;
use std::process::Command;

use super::{DESIGNS, Phone, WARM, World};

/// Most KiB that one search holds beyond what the visits already take.
pub fn peak_kib(design: &str, world: &World, folder: &Path, warm: &Path) -> Result<f64, String> {
    let myself = std::env::current_exe().map_err(|e| format!("no path to this program: {e}"))?;
    let World { windows, files, visits } = *world;
    let output = Command::new(myself)
        .arg(MARK)
        .arg(design)
        .args([windows, files, visits].map(|number| number.to_string()))
        .args([folder, warm])
        .output()
        .map_err(|e| format!("this program cannot be started again: {e}"))?;
    let text = String::from_utf8_lossy(&output.stdout);
    text.trim().parse().map_err(|_| String::from_utf8_lossy(&output.stderr).trim().to_owned())
}

/// The process that is measured, if this is one.
pub fn measure(args: &[String]) -> bool {
    let [mark, design, windows, files, visits, folder, warm] = args else { return false };
    if mark != MARK {
        return false;
    }
    let number = |text: &str| text.parse().expect("written by this program");
    let [windows, files, visits] = [windows, files, visits].map(|text| number(text));
    let world = World { windows, files, visits };
    let (_, _, open) =
        DESIGNS.iter().find(|(name, ..)| name == design).expect("written by this program");
    let folder = Path::new(folder);
    // Once on a small list first: the program's own code comes into memory page by page.
    search(&*open(&WARM, &WARM.visits(), Path::new(warm)));
    let phone = open(&world, &world.visits(), folder);
    // From here on the peak is counted anew.
    std::fs::write("/proc/self/clear_refs", "5").expect("the kernel lets its peak be reset");
    let before = status("VmRSS:");
    search(&*phone);
    println!("{}", status("VmHWM:").saturating_sub(before));
    true
}

fn search(phone: &dyn Phone) {
    assert!(phone.find().is_ok(), "the list is good");
}

/// A line of this process's status, in KiB.
fn status(name: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux tells");
    let line = status.lines().find_map(|line| line.strip_prefix(name)).expect("a known line");
    line.trim().trim_end_matches(" kB").parse().expect("a number")
}

const MARK: &str = "--match-memory";
