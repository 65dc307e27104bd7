//! What a run showed.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

/// What a run showed. It passed when `violations` is empty.
#[derive(Debug, Clone, Default)]
pub struct Summary {
    /// Requests opened before the first kill or fault.
    pub open: usize,
    /// Kills.
    pub kills: u32,
    /// Slowest return to service after a kill.
    pub slowest_back: Duration,
    /// Requests granted and collected.
    pub delivered: usize,
    /// Requests denied.
    pub denied: usize,
    /// Grants whose only response was lost (redelivery off).
    pub lost_to_a_response: usize,
    /// Polls without an answer or answered 5xx.
    pub lost_polls: u64,
    /// Decisions whose page was lost.
    pub unconfirmed: usize,
    /// Resource tokens that were sent again.
    pub replays: usize,
    /// Codes that were tried again.
    pub codes: usize,
    /// During the fault: answers by kind (`202`, `500 server_error`, `no answer`).
    pub answers: BTreeMap<String, u64>,
    /// During the fault: the slowest answer.
    pub slowest_answer: Duration,
    /// After the fault: until the first request was opened.
    pub recovered: Duration,
    /// What must not be, and how often.
    pub violations: BTreeMap<String, u64>,
    /// The whole run.
    pub took: Duration,
}

impl Summary {
    pub(crate) fn violation(&mut self, what: &str) {
        *self.violations.entry(what.to_owned()).or_default() += 1;
    }

    fn rows(&self) -> Vec<(&'static str, Value)> {
        vec![
            ("open", json!(self.open)),
            ("kills", json!(self.kills)),
            ("slowest_back_ms", json!(self.slowest_back.as_millis())),
            ("delivered", json!(self.delivered)),
            ("denied", json!(self.denied)),
            ("lost_to_a_response", json!(self.lost_to_a_response)),
            ("lost_polls", json!(self.lost_polls)),
            ("unconfirmed_decisions", json!(self.unconfirmed)),
            ("resource_tokens_sent_again", json!(self.replays)),
            ("codes_tried_again", json!(self.codes)),
            ("answers_during_fault", json!(self.answers)),
            ("slowest_answer_ms", json!(self.slowest_answer.as_millis())),
            ("recovered_ms", json!(self.recovered.as_millis())),
            ("took_s", json!(self.took.as_secs())),
            ("violations", json!(self.violations)),
        ]
    }

    /// One JSON object.
    #[must_use]
    pub fn to_json(&self) -> Value {
        Value::Object(self.rows().into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }

    /// One line for each fact.
    #[must_use]
    pub fn to_table(&self) -> String {
        self.rows().into_iter().map(|(name, value)| format!("{name:<28} {value}\n")).collect()
    }
}
