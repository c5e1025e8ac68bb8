//! The commands from outside: each file of `tests/cmd` holds arguments, standard input, and what
//! must come out.
//!
//! ```text
//! $ ARGUMENTS
//! exit CODE
//! --- in
//! standard input
//! --- out
//! standard output
//! ```

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

#[test]
fn every_case_comes_out_as_written() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("cmd");
    let mut played = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let case = fs::read_to_string(&path).unwrap();
        let (head, rest) = case.split_once("--- in\n").unwrap();
        let (input, output) = rest.split_once("--- out\n").unwrap();
        let mut head = head.lines();
        let args = head.next().unwrap().strip_prefix("$ ").unwrap();
        let exit = head.next().unwrap().strip_prefix("exit ").unwrap();

        let mut child = Command::new(env!("CARGO_BIN_EXE_vaora-try"))
            .args(args.split(' '))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        let out = child.wait_with_output().unwrap();
        let name = path.display();
        assert_eq!(String::from_utf8_lossy(&out.stdout), output, "{name}");
        assert_eq!(out.status.code().unwrap().to_string(), exit, "{name}");
        played += 1;
    }
    assert!(played >= 4);
}
