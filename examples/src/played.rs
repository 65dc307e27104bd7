//! A person who is played: follows each link and decides.

use aauth_agent::{Interaction, Prompt};
use tokio::sync::mpsc;

use crate::{Choice, Fault, Transcript, play};

/// Hands the links to the person who is played.
#[derive(Debug)]
pub struct Played(mpsc::UnboundedSender<String>);

impl Played {
    /// Hands them to the receiver of `links`.
    #[must_use]
    pub fn new(links: mpsc::UnboundedSender<String>) -> Self {
        Self(links)
    }
}

impl Prompt for Played {
    fn show(&self, interaction: &Interaction) {
        // The receiver is gone only when the demonstration is over.
        let _over = self.0.send(interaction.url());
    }
}

/// Plays the person for each link; ends only when that fails.
pub async fn person(
    mut links: mpsc::UnboundedReceiver<String>,
    choice: Choice,
    transcript: &Transcript,
) -> Fault {
    while let Some(url) = links.recv().await {
        if let Err(error) = play(&url, choice, transcript).await {
            return error.into();
        }
    }
    std::future::pending().await
}
