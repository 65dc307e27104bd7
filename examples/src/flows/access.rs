//! A token of the auth server: granted at once, or when a person consents.

use aauth_types::Scope;

use super::ended_well;
use crate::{Fault, Policy, Stage, protected};

pub(super) async fn direct(stage: &Stage) -> Result<(), Fault> {
    access(stage, Policy::Direct).await
}

pub(super) async fn consent(stage: &Stage) -> Result<(), Fault> {
    access(stage, Policy::Consent).await
}

async fn access(stage: &Stage, policy: Policy) -> Result<(), Fault> {
    let identity = stage.agent().await?;
    let (id, server) = stage.listen().await?;
    let auth = stage.listen().await?;
    let protection =
        stage.protection(id.clone(), auth.0.clone(), stage.key("resource-key-1")?, |role| role)?;
    stage.serve(server, protected(protection, Scope::parse("data.read data.write")?));
    stage.auth_server(auth, policy, |_| {})?;
    let (client, links) = stage.prompting(identity)?;
    let url = format!("{id}/data-auth");
    tokio::select! {
        answer = client.get(&url) => ended_well(&answer?),
        fault = stage.consenting(links) => Err(fault),
    }
}
