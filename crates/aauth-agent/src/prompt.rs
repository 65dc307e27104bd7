//! Sending the person to the consent page.

use std::fmt::Debug;
use std::future::{Future, ready};
use std::pin::Pin;

use crate::{Callback, Progress};

/// What the person needs to know to consent.
#[derive(Clone, PartialEq, Eq)]
pub struct Interaction {
    /// The page, without the code: what a person types.
    pub endpoint: String,
    /// The code that the page asks for.
    pub code: String,
    /// Where the page leads back to; `None`: it ends there.
    pub callback: Option<Callback>,
}

impl Interaction {
    /// The page with the code in it: what a person follows.
    #[must_use]
    pub fn url(&self) -> String {
        let mut url = format!("{}?code={}", self.endpoint, self.code);
        if let Some(callback) = &self.callback {
            url.push_str("&callback=");
            url.extend(form_urlencoded::byte_serialize(callback.as_str().as_bytes()));
        }
        url
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
/// `show`, `dismiss` and `progress` are called from the agent's tasks and must not block. Exchanges with several resources can be
/// under way at once; the interaction tells them apart.
pub trait Prompt: Debug + Send + Sync + 'static {
    /// Somebody must open the page; called once for each code.
    fn show(&self, interaction: &Interaction);

    /// The person has arrived on the page, or the exchange ended, or the call was dropped: the prompt can go. Called
    /// once for each that was shown.
    fn dismiss(&self, interaction: &Interaction) {
        let _ = interaction;
    }

    /// The exchange has come further. Not told of one that is granted or refused at once.
    ///
    /// `interaction`: what was shown, if anything was.
    fn progress(&self, interaction: Option<&Interaction>, progress: Progress<'_>) {
        let _ = (interaction, progress);
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
