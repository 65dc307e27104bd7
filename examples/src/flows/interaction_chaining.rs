//! A resource that calls another one for its caller, while a person is asked there.

use std::sync::Arc;
use std::time::Duration;

use aauth_agent::{Client, Exchanged, Identity, Observer, Side, Step};
use aauth_auth_server::{Decide, Decision, PolicyInput, TestUsers};
use aauth_resource::{DeferringSettings, Verified};
use aauth_roles::Requirement;
use aauth_store::Memory;
use aauth_types::Scope;
use axum::Router;
use axum::routing::get;
use bytes::Bytes;
use http::{Request, Response, StatusCode};
use tokio::sync::mpsc;

use super::ended_well;
use crate::stage::POLL;
use crate::{Choice, Fault, Onward, Policy, Stage, Transcript, agent_documents, follow, play, protected};

/// What the first resource announces as the time between two polls: by then it has polled itself, and called on.
const LATER: Duration = Duration::from_secs(5);

pub(super) async fn interaction_chaining(stage: &Stage) -> Result<(), Fault> {
    let identity = stage.agent().await?;
    let (first, first_server) = stage.listen().await?;
    let (second, second_server) = stage.listen().await?;
    let (auth, other) = (stage.listen().await?, stage.listen().await?);
    let (upstream, url) = (auth.0.clone(), format!("{second}/data-auth"));

    let (answered, mut answers) = mpsc::unbounded_channel();
    let caller = Identity::new(first.clone(), Arc::new(stage.key("key-1")?));
    let mut settings = stage.client(caller.clone())?;
    settings.observer = Some(Arc::new(Listening { to: stage.shared_transcript(), answered }));
    let client = Client::new(settings)?;
    let protection =
        stage.protection(first.clone(), auth.0.clone(), stage.key("resource-key-1")?, |role| role)?;
    let users = Arc::new(TestUsers::demonstration_only([("testuser", "testpass")])?);
    let unused = |_| async { Response::default() };
    let mut settings = DeferringSettings::new(Arc::new(Memory::default()), stage.secret()?, users, unused);
    settings.terms.retry_after = u32::try_from(LATER.as_secs())?;
    let onward = Onward::new(client, protection.clone(), settings);
    let page = onward.deferring().clone();
    let report = async move |Verified(caller): Verified| match Request::get(&url).body(Bytes::new()) {
        Ok(request) => onward.call(&caller, request).await,
        Err(_) => Response::default(),
    };
    let report = Router::new()
        .route("/report", get(report))
        .layer(protection.require(Requirement::AuthToken(Scope::parse("report.read")?)));
    let published = protection.documents(|metadata| {
        metadata.interaction_endpoint = Some(page.interaction_endpoint());
    });
    stage.serve(first_server, report.merge(page.routes()).merge(published).merge(agent_documents(&caller)?));

    let protection = stage.protection(second, other.0.clone(), stage.key("resource-key-2")?, |role| role)?;
    stage.serve(second_server, protected(protection, Scope::parse("data.read")?));
    stage.auth_server(auth, Policy::Direct, |settings| {
        // Who has consented here before is a policy's to know; this one knows one person.
        settings.required.policy = Arc::new(Decide(|input: PolicyInput<'_>| Decision::Grant {
            subject: Some("testuser".to_owned()),
            scope: input.access.scope().clone(),
        }));
    })?;
    stage.auth_server(other, Policy::Consent, |settings| {
        settings.required.role = settings.required.role.clone().trusting_upstream(upstream);
    })?;

    let (client, mut links) = stage.prompting(identity)?;
    let url = format!("{first}/report");
    let person = async {
        let link = links.recv().await.ok_or("no link was shown")?;
        let page = follow(&link, stage.transcript()).await?;
        play(&page, Choice::Approve, stage.transcript()).await?;
        // The first resource polls, and calls on; only then is it time for the agent to poll.
        stage.pass(POLL).await;
        answers.recv().await.ok_or("the second resource was not called")?;
        stage.pass(LATER.saturating_sub(POLL)).await;
        Ok::<_, Fault>(())
    };
    let (answer, person) = tokio::join!(client.get(&url), person);
    person?;
    ended_well(&answer?)
}

/// Notes when the second resource has given its answer.
#[derive(Debug)]
struct Listening {
    to: Arc<Transcript>,
    answered: mpsc::UnboundedSender<()>,
}

impl Observer for Listening {
    fn exchanged(&self, seen: &Exchanged<'_>) {
        self.to.exchanged(seen);
        if (seen.side, seen.step, seen.status) == (Side::Resource, Step::Call, StatusCode::OK) {
            // Nobody listens any more once the flow has ended.
            let _over = self.answered.send(());
        }
    }
}
