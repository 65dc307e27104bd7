//! The prompt of one exchange.

use std::sync::Arc;

use aauth_types::UnixTime;

use crate::{AgentError, Interaction, Progress, Prompt};

/// Up or not, and down when this is dropped.
#[derive(Debug)]
pub(crate) struct Prompted {
    prompt: Arc<dyn Prompt>,
    interaction: Option<Interaction>,
    up: bool,
    waiting: bool,
}

impl Prompted {
    pub(crate) fn new(prompt: Arc<dyn Prompt>) -> Self {
        Self { prompt, interaction: None, up: false, waiting: false }
    }

    pub(crate) fn show(&mut self, interaction: Interaction) {
        self.dismiss();
        self.prompt.show(&interaction);
        self.interaction = Some(interaction);
        self.up = true;
    }

    pub(crate) fn dismiss(&mut self) {
        if let (Some(interaction), true) = (&self.interaction, self.up) {
            self.prompt.dismiss(interaction);
            self.up = false;
        }
    }

    /// The auth server has deferred; said once.
    pub(crate) fn waiting(&mut self, until: UnixTime) {
        if !self.waiting {
            self.waiting = true;
            self.tell(Progress::Waiting { until });
        }
    }

    pub(crate) fn arrived(&mut self) {
        self.dismiss();
        self.tell(Progress::Arrived);
    }

    pub(crate) async fn answer(&self, question: &str) -> Option<String> {
        self.tell(Progress::Asked { question });
        self.prompt.answer(question).await
    }

    pub(crate) fn answered(&self) {
        self.tell(Progress::Answered);
    }

    pub(crate) fn ended<T>(&mut self, result: &Result<T, AgentError>) {
        self.dismiss();
        self.tell(result.as_ref().map_or_else(|why| Progress::Ended { why }, |_| Progress::Granted));
    }

    fn tell(&self, progress: Progress<'_>) {
        if self.waiting {
            self.prompt.progress(self.interaction.as_ref(), progress);
        }
    }
}

impl Drop for Prompted {
    fn drop(&mut self) {
        self.dismiss();
    }
}
