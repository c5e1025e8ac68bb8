//! A phone in another language: a program that reads questions and writes answers, a line each.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::Value;

use super::phone::Phone;

/// A running program.
pub struct Program {
    name: &'static str,
    child: Child,
    questions: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Program {
    /// Starts a program that plays the phone.
    ///
    /// # Errors
    /// In words, if it cannot be started.
    pub fn start(name: &'static str, command: &[String]) -> Result<Self, String> {
        let (program, args) = command.split_first().ok_or("no command")?;
        let mut child = Command::new(program)
            .args(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|e| format!("{name} cannot be started: {e}"))?;
        let questions = child.stdin.take();
        let answers = BufReader::new(child.stdout.take().ok_or("no output")?);
        Ok(Self { name, child, questions, answers })
    }
}

impl Phone for Program {
    fn name(&self) -> &'static str {
        self.name
    }

    fn ask(&mut self, question: &Value) -> Result<Value, String> {
        let broken = |e: &dyn std::fmt::Display| format!("the {} phone broke: {e}", self.name);
        let questions = self.questions.as_mut().ok_or("it has ended")?;
        writeln!(questions, "{question}").map_err(|e| broken(&e))?;
        questions.flush().map_err(|e| broken(&e))?;
        let mut line = String::new();
        self.answers.read_line(&mut line).map_err(|e| broken(&e))?;
        let answer: Value = serde_json::from_str(&line).map_err(|e| broken(&e))?;
        match answer.get("broken").and_then(Value::as_str) {
            Some(why) => Err(format!("the {} phone: {why}", self.name)),
            None => Ok(answer),
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It ends when there are no more questions.
        self.questions = None;
        let _ = self.child.wait();
    }
}
