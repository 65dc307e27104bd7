//! A person who asks the agent before deciding.

use std::sync::Arc;
use std::time::Duration;

use aauth_agent::{AnswerFuture, Client, Identity, Interaction, Progress, Prompt, publish};
use aauth_types::Scope;
use tokio::sync::mpsc;

use super::ended_well;
use crate::{Choice, Fault, POLL, Policy, Stage, ask, play, protected};

pub(super) async fn clarification(stage: &Stage) -> Result<(), Fault> {
    let (agent, agent_server) = stage.listen().await?;
    let identity = Identity::new(agent, Arc::new(stage.key("key-1")?));
    stage.serve(agent_server, publish(&identity, |metadata| metadata.clarification_supported = true));
    let (id, server) = stage.listen().await?;
    let auth = stage.listen().await?;
    let protection =
        stage.protection(id.clone(), auth.0.clone(), stage.key("resource-key-1")?, |role| role)?;
    stage.serve(server, protected(protection, Scope::parse("data.read data.write")?));
    stage.auth_server(auth, Policy::Consent, |_| {})?;

    let (told, news) = mpsc::unbounded_channel();
    let mut settings = stage.client(identity)?;
    settings.prompt = Arc::new(Talking(told));
    let client = Client::new(settings)?;
    let url = format!("{id}/data-auth");
    tokio::select! {
        answer = client.get(&url) => ended_well(&answer?),
        fault = person(stage, news) => Err(fault),
    }
}

/// What the agent tells the person's side.
#[derive(Debug)]
enum News {
    Link(String),
    Answered,
}

/// An agent that knows what to say.
#[derive(Debug)]
struct Talking(mpsc::UnboundedSender<News>);

impl Prompt for Talking {
    fn show(&self, interaction: &Interaction) {
        // The receiver is gone only when the flow is over.
        let _over = self.0.send(News::Link(interaction.url()));
    }

    fn progress(&self, _: Option<&Interaction>, progress: Progress<'_>) {
        if matches!(progress, Progress::Answered) {
            let _over = self.0.send(News::Answered);
        }
    }

    fn answer<'a>(&'a self, _: &'a str) -> AnswerFuture<'a> {
        Box::pin(async { Some("To order the parts that you are short of".to_owned()) })
    }
}

/// Asks first, and consents once the agent has answered; ends only when that fails.
async fn person(stage: &Stage, mut news: mpsc::UnboundedReceiver<News>) -> Fault {
    let mut link = None;
    while let Some(news) = news.recv().await {
        let done = match (news, &link) {
            (News::Link(url), _) => {
                let asked = ask(&url, "Why do you want to change my data?", stage.transcript()).await;
                link = Some(url);
                asked
            }
            // The answer is on its way: the person comes back for it.
            (News::Answered, Some(url)) => {
                tokio::time::sleep(Duration::from_secs(1)).await;
                play(url, Choice::Approve, stage.transcript()).await
            }
            (News::Answered, None) => Ok(()),
        };
        if let Err(error) = done {
            return error.into();
        }
        stage.pass(POLL).await;
    }
    std::future::pending().await
}
