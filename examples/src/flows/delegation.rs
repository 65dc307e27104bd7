//! A delegate that acts for its agent.

use std::sync::Arc;

use aauth_agent::{AgentServer, Client, Identity, RegisteredDelegates, delegation, publish};
use aauth_types::Scope;

use super::ended_well;
use crate::{Fault, Policy, Stage, protected};

pub(super) async fn delegated(stage: &Stage) -> Result<(), Fault> {
    let (agent, agent_server) = stage.listen().await?;
    let (agent_key, own_key) = (Arc::new(stage.key("key-1")?), Arc::new(stage.key("delegate-key-1")?));
    let known = own_key.verifying_key().thumbprint();
    let mut issuing = stage.delegation(agent.clone(), agent_key.clone());
    issuing.policy = Arc::new(RegisteredDelegates::default().with("delegate-1", known));
    let documents = publish(&Identity::new(agent.clone(), agent_key), |_| {});
    stage.serve(agent_server, delegation(issuing)?.merge(documents));

    let (id, server) = stage.listen().await?;
    let auth = stage.listen().await?;
    let protection =
        stage.protection(id.clone(), auth.0.clone(), stage.key("resource-key-1")?, |role| role)?;
    stage.serve(server, protected(protection, Scope::parse("data.read")?));
    stage.auth_server(auth, Policy::Direct, |_| {})?;

    let asking = Client::new(stage.client(Identity::pseudonym(own_key.clone()))?)?;
    let source = AgentServer::new(asking, &agent, "delegate-1", &[]);
    let client = Client::new(stage.client(Identity::delegate(agent, own_key, source))?)?;
    ended_well(&client.get(&format!("{id}/data-jwks")).await?)?;
    ended_well(&client.get(&format!("{id}/data-auth")).await?)
}
