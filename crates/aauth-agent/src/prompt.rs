//! Sending the person to the consent page.

use std::fmt::Debug;
use std::future::{Future, ready};
use std::pin::Pin;
use std::sync::Arc;

/// What the person needs to know to consent.
#[derive(Clone, PartialEq, Eq)]
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

impl Debug for Interaction {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Interaction").field("endpoint", &self.endpoint).finish_non_exhaustive()
    }
}

/// What [`Prompt::answer`] returns.
pub type AnswerFuture<'a> = Pin<Box<dyn Future<Output = Option<String>> + Send + 'a>>;

/// Talks to the person on behalf of a waiting agent.
///
/// `show` and `dismiss` are called from the agent's tasks and must not block. Exchanges with several resources can be
/// under way at once; the interaction tells them apart.
pub trait Prompt: Debug + Send + Sync + 'static {
    /// Somebody must open the page; called once for each code.
    fn show(&self, interaction: &Interaction);

    /// The person has arrived on the page, or the exchange ended, or the call was dropped: the prompt can go. Called
    /// once for each that was shown.
    fn dismiss(&self, interaction: &Interaction) {
        let _ = interaction;
    }

    /// The person asks the agent a question. `None` leaves it unanswered; so does the end of the exchange, which drops
    /// the future. The words are the person's as the server passes them on: untrusted text.
    fn answer<'a>(&'a self, question: &'a str) -> AnswerFuture<'a> {
        let _ = question;
        Box::pin(ready(None))
    }
}

/// A prompt that is one function, and goes by itself.
pub struct Show<F>(pub F)
where
    F: Fn(&Interaction) + Send + Sync + 'static;

impl<F> Prompt for Show<F>
where
    F: Fn(&Interaction) + Send + Sync + 'static,
{
    fn show(&self, interaction: &Interaction) {
        (self.0)(interaction);
    }
}

impl<F> Debug for Show<F>
where
    F: Fn(&Interaction) + Send + Sync + 'static,
{
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Show")
    }
}

/// Shows nothing. For agents that only ever get direct grants and approvals.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoPrompt;

impl Prompt for NoPrompt {
    fn show(&self, _interaction: &Interaction) {}
}

/// The prompt of one exchange: up or not, and down when this is dropped.
#[derive(Debug)]
pub(crate) struct Prompted {
    prompt: Arc<dyn Prompt>,
    up: Option<Interaction>,
}

impl Prompted {
    pub(crate) fn new(prompt: Arc<dyn Prompt>) -> Self {
        Self { prompt, up: None }
    }

    pub(crate) fn show(&mut self, interaction: Interaction) {
        self.dismiss();
        self.prompt.show(&interaction);
        self.up = Some(interaction);
    }

    pub(crate) fn dismiss(&mut self) {
        if let Some(interaction) = self.up.take() {
            self.prompt.dismiss(&interaction);
        }
    }

    pub(crate) async fn answer(&self, question: &str) -> Option<String> {
        self.prompt.answer(question).await
    }
}

impl Drop for Prompted {
    fn drop(&mut self) {
        self.dismiss();
    }
}
