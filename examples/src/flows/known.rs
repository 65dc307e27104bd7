//! Who calls, and nothing more: a key, or an agent.

use std::sync::Arc;

use aauth_agent::{Client, Identity};
use aauth_types::Scope;

use super::ended_well;
use crate::{Fault, Stage, protected};

pub(super) async fn pseudonym(stage: &Stage) -> Result<(), Fault> {
    let identity = Identity::pseudonym(Arc::new(stage.key("key-1")?));
    call(stage, identity, "/data-hwk").await
}

pub(super) async fn identity(stage: &Stage) -> Result<(), Fault> {
    let identity = stage.agent().await?;
    call(stage, identity, "/data-jwks").await
}

async fn call(stage: &Stage, identity: Identity, path: &str) -> Result<(), Fault> {
    let (id, server) = stage.listen().await?;
    // Its auth server is never asked.
    let protection = stage.protection(id.clone(), id.clone(), stage.key("resource-key-1")?, |role| role)?;
    stage.serve(server, protected(protection, Scope::default()));
    let client = Client::new(stage.client(identity)?)?;
    ended_well(&client.get(&format!("{id}{path}")).await?)
}
