//! The resource: a route for each thing that it can ask for.

use std::sync::Arc;

use aauth_discovery::Resolver;
use aauth_jose::SigningKey;
use aauth_resource::{Protection, Requirement, Resource, Settings, Verified};
use aauth_roles::SEED;
use aauth_types::{Network, Scope, ServerId};
use axum::routing::get;
use axum::{Json, Router};
use http::Method;
use serde::Serialize;

/// A resource `id` with a resource token endpoint and three routes: `/data-hwk` wants any signature, `/data-jwks` an agent with an identity, `/data-auth` a
/// token of `auth_server` for `scope`.
pub fn resource(
    id: ServerId,
    auth_server: ServerId,
    scope: Scope,
    key: SigningKey,
    resolver: Arc<dyn Resolver>,
) -> Router {
    let resource = Resource::new(id, auth_server, vec![&SEED], Network::InsecureLoopback);
    protected(Protection::new(Settings::new(resource, Arc::new(key), resolver)), scope)
}

/// The same three routes of a resource that is put together already.
pub fn protected(protection: Protection, scope: Scope) -> Router {
    let documents = protection.documents(|metadata| {
        metadata.client_name = Some("Important Resource".to_owned());
        metadata.scope_descriptions = vec![
            ("data.read".to_owned(), "Read your data".to_owned()),
            ("data.write".to_owned(), "Change your data".to_owned()),
        ];
        metadata.resource_token_endpoint = Some(protection.resource_token_endpoint());
    });
    let ahead = protection.resource_tokens(scope.clone());
    let route = |path, requirement| {
        Router::new().route(path, get(data).post(data)).layer(protection.require(requirement))
    };
    documents
        .merge(ahead)
        .merge(route("/data-hwk", Requirement::Pseudonym))
        .merge(route("/data-jwks", Requirement::Identity))
        .merge(route("/data-auth", Requirement::AuthToken(scope)))
}

/// The answer of the recorded flow, members in its order.
#[derive(Serialize)]
struct Data {
    message: &'static str,
    data: &'static str,
    scheme: &'static str,
    token_type: Option<&'static str>,
    method: String,
    agent: Option<String>,
    agent_delegate: Option<String>,
    scope: Option<String>,
}

async fn data(method: Method, Verified(caller): Verified) -> Json<Data> {
    Json(Data {
        message: "Access granted",
        data: "This is protected data (authorized)",
        scheme: caller.scheme().name(),
        token_type: caller.token_type(),
        method: method.to_string(),
        agent: caller.agent().map(ToString::to_string),
        agent_delegate: caller.delegate().map(str::to_owned),
        scope: caller.auth_token().map(|token| token.scope().to_string()),
    })
}
