//! A resource that asks a person before it acts.

use std::sync::Arc;

use aauth_auth_server::TestUsers;
use aauth_resource::{Allowed, Ask, Deferring, DeferringSettings, Requirement, Verified};
use aauth_store::Memory;
use axum::Router;
use axum::body::Body;
use axum::routing::post;
use bytes::Bytes;
use http::{Request, Response};

use super::ended_well;
use crate::{Fault, Stage};

pub(super) async fn resource_interaction(stage: &Stage) -> Result<(), Fault> {
    let identity = stage.agent().await?;
    let (id, server) = stage.listen().await?;
    // Its auth server is never asked.
    let protection = stage.protection(id.clone(), id.clone(), stage.key("resource-key-1")?, |role| role)?;
    let users = TestUsers::demonstration_only([("testuser", "testpass")])?;
    let settings =
        DeferringSettings::new(Arc::new(Memory::default()), stage.secret()?, Arc::new(users), finish);
    let deferring = Deferring::new(protection.clone(), settings);
    let routes = deferring.routes().merge(protection.documents(|metadata| {
        metadata.interaction_endpoint = Some(deferring.interaction_endpoint());
    }));
    let order = async move |Verified(caller): Verified, order: String| {
        deferring.ask(&caller, Ask::person("order", "Order parts in your name", order.into_bytes())).await
    };
    let order = Router::new().route("/orders", post(order)).layer(protection.require(Requirement::Identity));
    stage.serve(server, routes.merge(order));

    let (client, links) = stage.prompting(identity)?;
    let request = Request::post(format!("{id}/orders")).body(Bytes::from_static(b"12 parts"))?;
    tokio::select! {
        answer = client.send(request) => ended_well(&answer?),
        fault = stage.consenting(links) => Err(fault),
    }
}

/// Carries the call out, once a person has allowed it.
async fn finish(allowed: Allowed) -> Response<Body> {
    let order = String::from_utf8_lossy(&allowed.call);
    Response::new(Body::from(format!("ordered {order} for {}", allowed.subject)))
}
