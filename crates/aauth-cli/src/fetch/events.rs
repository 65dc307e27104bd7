//! One line on standard error for each event, for programs.

use std::io::{self, Write as _};

use aauth_agent::Interaction;
use serde_json::{Value, json};

use super::live::State;

/// Writes the lines, as JSON objects where that is wanted.
#[derive(Debug)]
pub(super) struct Events {
    pub(super) json: bool,
}

impl Events {
    pub(super) fn interaction(&self, interaction: &Interaction) {
        let (url, code) = (interaction.url(), &interaction.code);
        self.line(
            format!("interaction url={url} code={code}"),
            &json!({ "event": "interaction", "url": url, "code": code }),
        );
    }

    pub(super) fn question(&self, question: &str) {
        let text = format!("question text={}", json!(question));
        self.line(text, &json!({ "event": "question", "text": question }));
    }

    /// Only in JSON: without it, link and question are all that a program must act on.
    pub(super) fn state(&self, state: State) {
        if self.json {
            self.line(String::new(), &json!({ "event": "state", "state": state.word() }));
        }
    }

    fn line(&self, text: String, object: &Value) {
        let line = if self.json { object.to_string() } else { text };
        // Nobody reads any more; the call goes on.
        let _closed = writeln!(io::stderr(), "{line}");
    }
}
