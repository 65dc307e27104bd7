//! What the programs say to the person in front of them.

use std::io::Write as _;
use std::process::ExitCode;
use std::sync::Arc;

use aauth_agent::{Interaction, Prompt};

use crate::{Fault, Transcript};

/// Tells the person where to consent.
#[derive(Debug)]
pub struct Terminal(pub Arc<Transcript>);

impl Prompt for Terminal {
    fn show(&self, interaction: &Interaction) {
        let code = &interaction.code;
        let (left, right) = code.split_at_checked(4).unwrap_or((code, ""));
        self.0.remark(&format!(
            "\nYour consent is needed. Open\n\n    {}\n\nor open {} and enter the code {left}-{right}\n",
            interaction.url(),
            interaction.endpoint,
        ));
    }
}

/// One clear line on standard error, and exit status 1.
pub fn failed(fault: &Fault) -> ExitCode {
    // Nothing can be said any more when standard error is closed.
    let _closed = writeln!(std::io::stderr(), "error: {fault}");
    ExitCode::FAILURE
}
