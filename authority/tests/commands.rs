//! The tool from outside: each file of `tests/cmd` is a morning at the desk, in a folder of its
//! own. A step holds arguments, standard input, and what must come out.
//!
//! ```text
//! $ ARGUMENTS
//! exit CODE
//! --- in
//! standard input
//! --- out
//! standard output
//! --- err
//! standard error
//! ```

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// One step of a case.
#[derive(Default)]
struct Step<'a> {
    args: &'a str,
    exit: &'a str,
    input: String,
    output: String,
    error: String,
}

fn steps(case: &str) -> Vec<Step<'_>> {
    let mut steps: Vec<Step<'_>> = Vec::new();
    let mut part = "";
    for line in case.lines() {
        if let Some(args) = line.strip_prefix("$ ") {
            steps.push(Step { args, ..Step::default() });
            part = "";
            continue;
        }
        let Some(step) = steps.last_mut() else { continue };
        if let Some(exit) = line.strip_prefix("exit ") {
            step.exit = exit;
        } else if let Some(name) = line.strip_prefix("--- ") {
            part = name;
        } else {
            let text = match part {
                "in" => &mut step.input,
                "out" => &mut step.output,
                "err" => &mut step.error,
                other => unreachable!("no part is called `{other}`"),
            };
            text.push_str(line);
            text.push('\n');
        }
    }
    steps
}

#[test]
fn every_morning_goes_as_written() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cmd");
    let mut played = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let case = fs::read_to_string(&path).unwrap();
        let desk = TempDir::new().unwrap();
        for step in steps(&case) {
            let mut child = Command::new(env!("CARGO_BIN_EXE_vaora-authority"))
                .args(step.args.split(' '))
                .current_dir(desk.path())
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap();
            child.stdin.take().unwrap().write_all(step.input.as_bytes()).unwrap();
            let out = child.wait_with_output().unwrap();
            let (stdout, stderr) =
                (String::from_utf8(out.stdout).unwrap(), String::from_utf8(out.stderr).unwrap());
            let name = format!("{}: {}", path.display(), step.args);
            assert_eq!(out.status.code().unwrap().to_string(), step.exit, "{name}\n{stderr}");
            assert_eq!(stdout, step.output, "{name}");
            if !step.error.is_empty() {
                assert_eq!(stderr, step.error, "{name}");
            }
            played += 1;
        }
    }
    assert!(played >= 10);
}
