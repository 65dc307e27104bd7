//! Sending the person to the consent page.

use std::fmt::Debug;

/// What the person needs to know to consent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interaction {
    /// The page, without the code: what a person types.
    pub endpoint: String,
    /// The code that the page asks for.
    pub code: String,
}

impl Interaction {
    /// The page with the code in it: what a person follows.
    #[must_use]
    pub fn url(&self) -> String {
        format!("{}?code={}", self.endpoint, self.code)
    }
}

/// Talks to the person on behalf of a waiting agent. Called from the agent's task; must not block.
pub trait Prompt: Debug + Send + Sync + 'static {
    /// Somebody must open the page; called once for each new code.
    fn show(&self, interaction: &Interaction);

    /// The person has arrived on the page, or the exchange ended: the prompt can go.
    fn dismiss(&self) {}

    /// The person asks the agent a question. `None` leaves it unanswered.
    fn answer(&self, question: &str) -> Option<String> {
        let _ = question;
        None
    }
}

/// Shows nothing. For agents that only ever get direct grants and approvals.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoPrompt;

impl Prompt for NoPrompt {
    fn show(&self, _interaction: &Interaction) {}
}
