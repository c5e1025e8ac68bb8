//! Stories: what happens to a person's diary, as data. `docs/stories.md` is their format; every
//! binding plays the same files.

mod line;
mod office;
mod phone;
mod places;
mod player;
mod program;
mod step;

use std::path::Path;

use serde_json::Value;

pub use phone::{Phone, RustPhone};
pub use program::Program;

use player::Player;
use step::Step;

/// How a story ended.
#[derive(Debug, Clone)]
pub struct Played {
    /// Its name.
    pub name: String,
    /// The first step that went otherwise, counted from 1.
    pub failed: Option<Failure>,
}

/// A step that went otherwise.
#[derive(Debug, Clone)]
pub struct Failure {
    /// Counted from 1.
    pub step: usize,
    /// What the story says.
    pub expected: Value,
    /// What happened.
    pub got: Value,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Story {
    name: String,
    steps: Vec<Step>,
}

/// Plays a story with a phone, on a new diary in `folder`.
///
/// # Errors
/// When the text is no story, or the phone does not know a verb; in words.
pub fn play(text: &str, folder: &Path, phone: &mut dyn Phone) -> Result<Played, String> {
    let story: Story = serde_json::from_str(text).map_err(|e| e.to_string())?;
    let mut player = Player::new(phone, folder)?;
    let mut played = Played { name: story.name, failed: None };
    for (number, step) in (1..).zip(&story.steps) {
        let got = player.take(step).map_err(|e| format!("{}, step {number}: {e}", played.name))?;
        let expected = step.expect.clone().unwrap_or_else(|| serde_json::json!({}));
        // A step that says nothing of an error expects none.
        let failed = got.get("error").is_some() && expected.get("error").is_none();
        if failed || !matches(&expected, &got) {
            played.failed = Some(Failure { step: number, expected, got });
            break;
        }
    }
    player.end();
    Ok(played)
}

/// Whether everything that is expected is so. Lists are compared item by item.
fn matches(expected: &Value, got: &Value) -> bool {
    match (expected, got) {
        (Value::Object(expected), Value::Object(got)) => expected
            .iter()
            .all(|(name, value)| matches(value, got.get(name).unwrap_or(&Value::Null))),
        (Value::Array(expected), Value::Array(got)) => {
            expected.len() == got.len() && expected.iter().zip(got).all(|(e, g)| matches(e, g))
        }
        _ => expected == got,
    }
}
