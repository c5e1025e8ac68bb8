//! One row of a report: ours beside the other, and the ratio asked for.

use serde_json::json;

/// Collects and prints rows as they are measured.
pub struct Report {
    json: bool,
    part: &'static str,
    good: bool,
}

/// Whether a smaller or a larger ratio is the better one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Good {
    Less,
    More,
}

/// One measurement beside its peer or limit.
pub struct Row<'a> {
    pub name: &'a str,
    pub ours: f64,
    pub other: f64,
    pub name_of_other: &'a str,
    pub unit: &'a str,
    pub good: Good,
    /// The ratio ours / other that is asked for, if any is.
    pub goal: Option<f64>,
}

impl Report {
    pub fn new(json: bool) -> Self {
        Self { json, part: "", good: true }
    }

    pub fn begin(&mut self, part: &'static str) {
        self.part = part;
        if !self.json {
            println!("\n{part}");
        }
    }

    pub fn row(&mut self, row: &Row<'_>) {
        let Row { name, ours, other, name_of_other, unit, good, goal } = *row;
        let ratio = ours / other;
        let ok = goal.is_none_or(|goal| match good {
            Good::Less => ratio <= goal,
            Good::More => ratio >= goal,
        });
        self.good &= ok;
        if self.json {
            let good = if good == Good::Less { "less" } else { "more" };
            println!(
                "{}",
                json!({
                    "part": self.part, "row": name, "ours": ours, "other": other,
                    "name_of_other": name_of_other, "unit": unit, "ratio": ratio,
                    "good": good, "goal": goal, "ok": ok,
                })
            );
            return;
        }
        let sign = if good == Good::Less { "≤" } else { "≥" };
        let goal = goal.map_or(String::new(), |g| {
            format!("  goal {sign} {g:.*}", if g < 0.1 { 5 } else { 3 })
        });
        // Where the other takes a hundred times as long, three digits say nothing.
        let digits = if ratio < 0.1 { 5 } else { 3 };
        let mark = if ok { "" } else { "  MISSED" };
        println!(
            "  {name:<44} {ours:>10.3} {unit:<6} {name_of_other:<24} {other:>10.3}  ratio {ratio:.digits$}{goal}{mark}"
        );
    }

    /// What the rows behind it are about.
    pub fn note(&self, text: &str) {
        if !self.json {
            println!("  {text}");
        }
    }

    /// A part that could not be measured is not good.
    pub fn missing(&mut self, why: &str) {
        self.good = false;
        if self.json {
            println!("{}", json!({ "part": self.part, "missing": why, "ok": false }));
        } else {
            println!("  could not be measured: {why}");
        }
    }

    pub fn all_good(&self) -> bool {
        self.good
    }
}
