//! Resource tokens ahead of the first call, and for more later.

use aauth_types::Scope;

use super::ended_well;
use crate::{Fault, Policy, Stage, protected};

pub(super) async fn resource_token(stage: &Stage) -> Result<(), Fault> {
    let identity = stage.agent().await?;
    let (id, server) = stage.listen().await?;
    let auth = stage.listen().await?;
    let protection =
        stage.protection(id.clone(), auth.0.clone(), stage.key("resource-key-1")?, |role| role)?;
    stage.serve(server, protected(protection, Scope::parse("data.read data.write")?));
    stage.auth_server(auth, Policy::Direct, |_| {})?;
    let (client, _links) = stage.prompting(identity)?;
    client.authorize(id.as_str(), "data.read").await?;
    client.authorize(id.as_str(), "data.read data.write").await?;
    ended_well(&client.get(&format!("{id}/data-auth")).await?)
}
