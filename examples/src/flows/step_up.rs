//! A route that wants more than the token in hand.

use std::sync::Arc;

use aauth_auth_server::{Decide, Decision, PolicyInput};
use aauth_resource::{Requirement, Verified};
use aauth_types::Scope;
use axum::Router;
use axum::routing::get;
use bytes::Bytes;
use http::Request;

use super::ended_well;
use crate::{Fault, Policy, Stage};

pub(super) async fn step_up(stage: &Stage) -> Result<(), Fault> {
    let identity = stage.agent().await?;
    let (id, server) = stage.listen().await?;
    let auth = stage.listen().await?;
    let protection =
        stage.protection(id.clone(), auth.0.clone(), stage.key("resource-key-1")?, |role| role)?;
    let route = |path, scope| {
        let layer = protection.require(Requirement::AuthToken(scope));
        Router::new().route(path, get(held_scope).post(held_scope)).layer(layer)
    };
    let read = route("/parts", Scope::parse("data.read")?);
    let change = route("/orders", Scope::parse("data.read data.write")?);
    stage.serve(server, read.merge(change).merge(protection.documents(|_| {})));

    stage.auth_server(auth, Policy::Consent, |settings| {
        settings.required.policy = Arc::new(Decide(only_reading));
    })?;
    let (client, links) = stage.prompting(identity)?;
    let order = Request::post(format!("{id}/orders")).body(Bytes::from_static(b"12 parts"))?;
    let calls = async {
        ended_well(&client.get(&format!("{id}/parts")).await?)?;
        ended_well(&client.send(order).await?)
    };
    tokio::select! {
        ended = calls => ended,
        fault = stage.consenting(links) => Err(fault),
    }
}

/// Reading is granted at once; for anything else a person is asked.
fn only_reading(input: PolicyInput<'_>) -> Decision {
    let scope = input.access.scope();
    match scope.iter().all(|name| name == "data.read") {
        true => Decision::Grant { subject: None, scope: scope.clone() },
        false => Decision::Consent,
    }
}

async fn held_scope(Verified(caller): Verified) -> String {
    caller.auth_token().map(|token| format!("called with {}\n", token.scope())).unwrap_or_default()
}
