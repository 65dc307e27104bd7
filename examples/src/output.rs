//! What the programs say to the person in front of them.

use std::io::Write as _;
use std::process::ExitCode;
use std::sync::Arc;

use aauth_agent::{AnswerFuture, Interaction, Prompt};

use crate::{Fault, Transcript};

/// Tells the person where to consent.
#[derive(Debug)]
pub struct Terminal {
    /// Where it is said.
    pub transcript: Arc<Transcript>,
    /// What else the person should know.
    pub hint: &'static str,
    /// What to answer when the person asks something; `None` leaves each question open.
    pub answer: Option<String>,
}

impl Prompt for Terminal {
    fn show(&self, interaction: &Interaction) {
        let code = &interaction.code;
        let (left, right) = code.split_at_checked(4).unwrap_or((code, ""));
        let (url, page, hint) = (interaction.url(), &interaction.endpoint, self.hint);
        self.transcript.remark(&format!(
            "\nYour consent is needed. Open\n\n    {url}\n\nor open {page} and enter the code {left}-{right}\n{hint}"
        ));
    }

    fn answer<'a>(&'a self, question: &'a str) -> AnswerFuture<'a> {
        // Debug, because the words are a stranger's and a terminal obeys control characters.
        self.transcript.remark(&format!("\nYou are asked: {question:?}\n"));
        Box::pin(async { self.answer.clone() })
    }
}

/// One clear line on standard error, and exit status 1.
pub fn failed(fault: &Fault) -> ExitCode {
    // Nothing can be said any more when standard error is closed.
    let _closed = writeln!(std::io::stderr(), "error: {fault}");
    ExitCode::FAILURE
}
