//! A resource that calls another one for its caller.

use std::sync::Arc;

use aauth_agent::{Client, Identity};
use aauth_resource::{Transaction, Verified};
use aauth_roles::Requirement;
use aauth_types::{Scope, Secret};
use axum::extract::State;
use axum::routing::get;
use axum::{Extension, Router};
use http::StatusCode;

use super::ended_well;
use crate::{Fault, Policy, Stage, agent_documents, protected};

pub(super) async fn chaining(stage: &Stage) -> Result<(), Fault> {
    let identity = stage.agent().await?;
    let (first, first_server) = stage.listen().await?;
    let (second, second_server) = stage.listen().await?;
    let (auth, other) = (stage.listen().await?, stage.listen().await?);
    let upstream = auth.0.clone();

    let caller = Identity::new(first.clone(), Arc::new(stage.key("key-1")?));
    let onward =
        Onward { client: Client::new(stage.client(caller.clone())?)?, url: format!("{second}/data-auth") };
    let protection =
        stage.protection(first.clone(), auth.0.clone(), stage.key("resource-key-1")?, |role| role)?;
    let scope = Scope::parse("report.read")?;
    let route = Router::new().route("/report", get(report)).with_state(onward);
    let route = route.layer(protection.require(Requirement::AuthToken(scope)));
    let published = protection.documents(|_| {}).merge(agent_documents(&caller)?);
    stage.serve(first_server, route.merge(published));

    let protection = stage.protection(second, other.0.clone(), stage.key("resource-key-2")?, |role| role)?;
    let order = Transaction::new("order-4711").ok_or("no transaction")?;
    let data = protected(protection, Scope::parse("data.read")?).layer(Extension(order));
    stage.serve(second_server, data);
    stage.auth_server(auth, Policy::Consent, |_| {})?;
    stage.auth_server(other, Policy::Direct, |settings| {
        settings.required.role = settings.required.role.clone().trusting_upstream(upstream);
    })?;

    let (client, links) = stage.prompting(identity)?;
    let url = format!("{first}/report");
    tokio::select! {
        answer = client.get(&url) => ended_well(&answer?),
        fault = stage.consenting(links) => Err(fault),
    }
}

/// What the first resource needs in order to call on.
#[derive(Clone)]
struct Onward {
    client: Client,
    url: String,
}

/// Answers with what the second resource says to it, on behalf of its own caller.
async fn report(State(onward): State<Onward>, Verified(caller): Verified) -> (StatusCode, String) {
    let Some(upstream) = caller.expose_upstream_token() else {
        return (StatusCode::FORBIDDEN, String::new());
    };
    let client = onward.client.on_behalf_of(Secret::new(upstream.to_owned()));
    match client.get(&onward.url).await {
        Ok(answer) => (answer.status(), String::from_utf8_lossy(answer.body()).into_owned()),
        Err(error) => (StatusCode::BAD_GATEWAY, error.to_string()),
    }
}
