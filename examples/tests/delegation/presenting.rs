//! What a delegate gets with its agent token.

use std::sync::Arc;

use aauth_agent::{AgentServer, AgentTokenSource as _, Client, Identity};
use aauth_discovery::{DiscoveryError, Resolver as _};
use aauth_jose::SigningKey;
use aauth_types::{Document, Secret, ServerId};
use examples::{new_key, resolver};
use http::StatusCode;
use serde_json::Value;

use crate::world::World;

async fn call(client: &Client, resource: &ServerId, path: &str) -> (StatusCode, Value) {
    let answer = client.get(&format!("{resource}{path}")).await.unwrap();
    (answer.status(), serde_json::from_slice(answer.body()).unwrap())
}

#[tokio::test]
async fn a_delegate_is_known_as_its_agents() {
    let world = World::new().await;
    let (status, body) = call(&world.delegate(&[]), &world.resource, "/data-jwks").await;
    assert_eq!(status, StatusCode::OK);
    let told = ["scheme", "token_type", "agent", "agent_delegate"].map(|name| body[name].as_str().unwrap());
    assert_eq!(told, ["jwt", "agent+jwt", world.agent.as_str(), "delegate-1"]);
}

#[tokio::test]
async fn a_delegate_gets_an_auth_token_for_its_agent() {
    let world = World::new().await;
    let (status, body) = call(&world.delegate(&[]), &world.resource, "/data-auth").await;
    assert_eq!(status, StatusCode::OK);
    let told = ["scheme", "token_type", "agent", "scope"].map(|name| body[name].as_str().unwrap());
    assert_eq!(told, ["jwt", "auth+jwt", world.agent.as_str(), "data.read"]);
}

#[tokio::test]
async fn a_token_for_certain_servers_is_good_at_those_alone() {
    let world = World::new().await;
    let (resource, auth) = (&world.resource, &world.auth_server);
    let both = world.delegate(&[resource.clone(), auth.clone()]);
    assert_eq!(call(&both, resource, "/data-auth").await.0, StatusCode::OK);
    let elsewhere = world.delegate(std::slice::from_ref(auth));
    let (status, body) = call(&elsewhere, resource, "/data-jwks").await;
    assert_eq!((status, &body["error"]), (StatusCode::UNAUTHORIZED, &"invalid_agent_token".into()));
    // The resource accepts it, and the auth server does not.
    let half = world.delegate(std::slice::from_ref(resource));
    let refused = half.get(&format!("{resource}/data-auth")).await.unwrap_err();
    assert_eq!(refused.to_string(), "refused: the auth server answered 401 Unauthorized invalid_agent_token");
}

/// A token of the delegate, in the hands of somebody who signs with `key`.
async fn presented(world: &World, key: &Arc<SigningKey>) -> (StatusCode, Value) {
    use aauth_runtime::Clock as _;
    use aauth_signature::{Coverage, RequestHead, SignatureKey, UriScheme, sign};
    let source = AgentServer::new(world.pseudonym(&world.key), &world.agent, "delegate-1", &[]);
    let token: Secret<String> = source.token().await.unwrap();
    let fields = http::HeaderMap::new();
    let (method, target) = (http::Method::GET, "/data-jwks");
    let authority = world.resource.authority();
    let head = RequestHead { method: &method, scheme: UriScheme::Http, authority, target, fields: &fields };
    let credential = SignatureKey::Jwt(token.expose().into());
    let now = aauth_runtime::SystemClock.now();
    let signed = sign(&head, &credential, aauth_roles::SEED.fields, &Coverage::new(), now, &**key).unwrap();
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let mut request = http.get(format!("{}{target}", world.resource));
    for (name, value) in signed {
        request = request.header(name, value);
    }
    let answer = request.send().await.unwrap();
    (answer.status(), serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap())
}

#[tokio::test]
async fn a_delegates_token_with_a_foreign_key_is_a_bad_signature() {
    let world = World::new().await;
    assert_eq!(presented(&world, &world.key).await.0, StatusCode::OK);
    let (status, body) = presented(&world, &Arc::new(new_key("delegate-key-1").unwrap())).await;
    assert_eq!((status, &body["error"]), (StatusCode::UNAUTHORIZED, &"invalid_signature".into()));
}

#[tokio::test]
async fn an_agent_server_whose_metadata_names_another_agent_vouches_for_nobody() {
    let other = ServerId::parse("https://agent.example", aauth_types::Network::Public).unwrap();
    let world = World::publishing(Some(other)).await;
    let error = resolver().unwrap().agent(&world.agent).await.unwrap_err();
    let wrong = DiscoveryError::WrongIdentifier { document: Document::Agent, member: "agent" };
    assert_eq!(error, wrong);
    let (status, body) = call(&world.delegate(&[]), &world.resource, "/data-jwks").await;
    assert_eq!((status, &body["error"]), (StatusCode::UNAUTHORIZED, &"invalid_agent_token".into()));
    let identity = Identity::new(world.agent.clone(), Arc::new(new_key("key-1").unwrap()));
    let (status, body) = call(&world.client(identity), &world.resource, "/data-jwks").await;
    assert_eq!((status, &body["error"]), (StatusCode::UNAUTHORIZED, &"invalid_signature".into()));
}
