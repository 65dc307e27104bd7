//! A token whose audience is the agent itself.

use aauth_types::Scope;

use crate::{Fault, Policy, Stage};

pub(super) async fn self_access(stage: &Stage) -> Result<(), Fault> {
    let identity = stage.agent().await?;
    let auth = stage.listen().await?;
    let auth_server = auth.0.clone();
    stage.auth_server(auth, Policy::Consent, |settings| {
        settings.required.role = settings.required.role.clone().offering_self_access();
    })?;
    let (client, links) = stage.prompting(identity)?;
    let scope = Scope::parse("profile email")?;
    let token = tokio::select! {
        token = client.self_access(&auth_server, &scope) => token?,
        fault = stage.consenting(links) => return Err(fault),
    };
    match token.scope() == &scope {
        true => Ok(()),
        false => Err(format!("the token is for {}", token.scope()).into()),
    }
}
