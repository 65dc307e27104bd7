//! A token that has ended, replaced.

use std::time::Duration;

use aauth_agent::Client;
use aauth_types::Scope;

use super::ended_well;
use crate::{Fault, Policy, Stage, protected};

/// Tokens end soon here.
const LIFE: Duration = Duration::from_secs(5);
/// How long after its end a token is replaced, at either side.
const WINDOW: Duration = Duration::from_secs(600);

pub(super) async fn refresh(stage: &Stage) -> Result<(), Fault> {
    let identity = stage.agent().await?;
    let (id, server) = stage.listen().await?;
    let auth = stage.listen().await?;
    let protection =
        stage.protection(id.clone(), auth.0.clone(), stage.key("resource-key-1")?, |role| role)?;
    stage.serve(server, protected(protection, Scope::parse("data.read")?));
    stage.auth_server(auth, Policy::Direct, |settings| {
        let role = settings.required.role.clone();
        settings.required.role = role.with_token_life(LIFE).with_refresh_window(WINDOW);
    })?;
    let mut settings = stage.client(identity)?;
    settings.refresh_window = WINDOW;
    let client = Client::new(settings)?;
    let url = format!("{id}/data-auth");
    ended_well(&client.get(&url).await?)?;
    stage.pass(LIFE.saturating_mul(2)).await;
    ended_well(&client.get(&url).await?)
}
