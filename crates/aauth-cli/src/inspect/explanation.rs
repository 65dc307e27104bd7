//! An explanation: what was proved, what was computed here, and what the value merely says.

use serde_json::{Value, json};

/// What is said about a value.
#[derive(Debug)]
pub(super) struct Explanation {
    what: &'static str,
    title: String,
    verified: Lines,
    facts: Lines,
    claims: Lines,
    notes: Vec<String>,
}

/// Names and values, in order.
type Lines = Vec<(String, Value)>;

impl Explanation {
    /// `what`: for programs. `title`: for people.
    pub(super) fn new(what: &'static str, title: impl Into<String>) -> Self {
        let (verified, facts, claims) = (Lines::new(), Lines::new(), Lines::new());
        Self { what, title: title.into(), verified, facts, claims, notes: Vec::new() }
    }

    /// Something that a key proved.
    pub(super) fn verified(&mut self, name: &str, value: impl Into<Value>) {
        self.verified.push((name.to_owned(), value.into()));
    }

    /// Something that was read off or computed here, and holds whoever wrote the value.
    pub(super) fn fact(&mut self, name: &str, value: impl Into<Value>) {
        self.facts.push((name.to_owned(), value.into()));
    }

    /// Something that the value says.
    pub(super) fn claim(&mut self, name: &str, value: impl Into<Value>) {
        self.claims.push((name.to_owned(), value.into()));
    }

    /// As [`Explanation::claim`], unless it says nothing.
    pub(super) fn claim_if<T: Into<Value>>(&mut self, name: &str, value: Option<T>) {
        if let Some(value) = value {
            self.claim(name, value);
        }
    }

    /// A sentence.
    pub(super) fn note(&mut self, text: impl Into<String>) {
        self.notes.push(text.into());
    }

    /// The members of the answer.
    pub(super) fn value(&self) -> Value {
        let object = |lines: &Lines| lines.iter().cloned().collect::<serde_json::Map<_, _>>();
        json!({
            "what": self.what,
            "title": self.title,
            "verified": object(&self.verified),
            "facts": object(&self.facts),
            "claims": object(&self.claims),
            "notes": self.notes,
        })
    }

    /// For people.
    pub(super) fn text(&self) -> String {
        let mut text = format!("{}\n", self.title);
        if self.verified.is_empty() {
            text.push_str("\nVerified: nothing. What follows is what the value says, not what is true.\n");
        }
        let parts = [
            ("Verified", &self.verified),
            ("Read and computed here", &self.facts),
            ("What it says", &self.claims),
        ];
        for (heading, lines) in parts.into_iter().filter(|part| !part.1.is_empty()) {
            text.push_str(&format!("\n{heading}:\n"));
            for (name, value) in lines {
                text.push_str(&format!("  {name}: {}\n", shown(value)));
            }
        }
        if !self.notes.is_empty() {
            text.push('\n');
        }
        for note in &self.notes {
            text.push_str(&format!("{note}\n"));
        }
        text
    }
}

/// Strings without quotes, unless a control character could play with the terminal.
fn shown(value: &Value) -> String {
    match value {
        Value::String(text) if !text.chars().any(char::is_control) => text.clone(),
        Value::Array(items) => items.iter().map(shown).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}
