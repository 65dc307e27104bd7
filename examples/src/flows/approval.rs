//! Somebody else decides; the agent only polls.

use std::sync::Arc;
use std::time::Duration;

use aauth_agent::Client;
use aauth_auth_server::{Approvals, Decide, Decision, Settled, Subject};
use aauth_types::Scope;

use super::ended_well;
use crate::{Fault, POLL, Policy, Stage, protected};

pub(super) async fn approval(stage: &Stage) -> Result<(), Fault> {
    let identity = stage.agent().await?;
    let (id, server) = stage.listen().await?;
    let auth = stage.listen().await?;
    let protection =
        stage.protection(id.clone(), auth.0.clone(), stage.key("resource-key-1")?, |role| role)?;
    stage.serve(server, protected(protection, Scope::parse("data.read data.write")?));
    let approvals = stage.auth_server(auth, Policy::Consent, |settings| {
        settings.required.policy = Arc::new(Decide(|_| Decision::Approval));
    })?;
    let client = Client::new(stage.client(identity)?)?;
    let url = format!("{id}/data-auth");
    tokio::select! {
        answer = client.get(&url) => ended_well(&answer?),
        fault = approve(stage, &approvals) => Err(fault),
    }
}

/// Approves whatever waits; ends only when that fails.
async fn approve(stage: &Stage, approvals: &Approvals) -> Fault {
    loop {
        if let Err(fault) = approve_all(stage, approvals).await {
            return fault;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn approve_all(stage: &Stage, approvals: &Approvals) -> Result<(), Fault> {
    for waiting in approvals.waiting().await? {
        let approver = Subject::new("approver")?;
        match approvals.approve(&waiting, approver, &waiting.scope()).await? {
            Settled::Recorded => stage.pass(POLL).await,
            other => return Err(format!("the approval did not count: {other:?}").into()),
        }
    }
    Ok(())
}
