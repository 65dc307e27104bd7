//! Resource tokens that an agent asks for before any challenge.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::as_conversions
)]

mod common;

use aauth_jose::b64;
use common::*;
use serde_json::{Value, json};

const PATH: &str = "/resource/token";

async fn post(peer: &Peer, body: &str) -> Answer {
    World::new().send(peer.post(RESOURCE, PATH, body).signed()).await
}

fn claims(answer: &Answer) -> Value {
    let body = answer.json();
    let token = body["resource_token"].as_str().unwrap();
    serde_json::from_slice(&b64::decode(token.split('.').nth(1).unwrap()).unwrap()).unwrap()
}

#[tokio::test]
async fn an_agent_gets_a_token_for_the_scope_it_asks_for() {
    let answer = post(&Peer::agent(), r#"{"scope":"data.write data.read"}"#).await;
    let claims = claims(&answer);
    assert_eq!(claims, expected(&claims["jti"], "agent", "data.write data.read"));
    let token = answer.json()["resource_token"].clone();
    let body = json!({"resource_token": token, "auth_server": AUTH, "scope": "data.write data.read"});
    assert_eq!((answer.status.as_u16(), answer.json()), (200, body));
    assert_eq!(answer.field("content-type"), Some("application/json"));
    assert_eq!(answer.field("cache-control"), Some("no-store"));
    assert_eq!(answer.field("aauth"), None);
}

#[tokio::test]
async fn a_delegate_gets_one_for_its_own_key() {
    let claims = claims(&post(&Peer::delegate(), r#"{"scope":"data.read"}"#).await);
    assert_eq!(claims, expected(&claims["jti"], "delegate", "data.read"));
}

#[tokio::test]
async fn who_has_a_token_already_gets_one_for_a_broader_scope() {
    let claims = claims(&post(&authorized(), r#"{"scope":"data.read admin"}"#).await);
    assert_eq!(claims, expected(&claims["jti"], "agent", "data.read admin"));
}

#[tokio::test]
async fn what_is_not_asked_for_properly_is_not_given() {
    let rows = [
        (r#"{"scope":"data.read data.admin"}"#, "invalid_scope", "Unknown scope: data.admin"),
        (r#"{"scope":""}"#, "invalid_scope", "Malformed scope"),
        (r#"{"scope":"data.read  admin"}"#, "invalid_scope", "Malformed scope"),
        (r#"{"scope":["data.read"]}"#, "invalid_request", "Member scope is not a string"),
        ("{}", "invalid_request", "Member scope is missing"),
        ("scope=data.read", "invalid_request", "The body is not a JSON object"),
        (r#"{"scope":"admin","scope":"data.read"}"#, "invalid_request", "The body is not a JSON object"),
    ];
    for (body, error, description) in rows {
        let answer = post(&Peer::agent(), body).await;
        assert_eq!(
            (answer.status.as_u16(), &*answer.text),
            (400, &*error_body(error, description)),
            "{body}"
        );
        assert_eq!(answer.field("cache-control"), Some("no-store"));
        assert_eq!(answer.field("aauth"), None);
    }
}

#[tokio::test]
async fn nobody_without_an_identity_gets_one() {
    let unsigned = Peer::agent().post(RESOURCE, PATH, r#"{"scope":"data.read"}"#).unsigned();
    let answer = World::new().send(unsigned).await;
    assert_refused(&answer, "invalid_signature", "Missing signature headers", "require=identity");
    assert_eq!(answer.field("cache-control"), Some("no-store"));
    let answer = post(&Peer::pseudonym("agent"), r#"{"scope":"data.read"}"#).await;
    assert_refused(&answer, "invalid_signature", "An agent identity is required", "require=identity");
    let foreign = Peer::presenting(&agent_token(&agent_claims()), "stranger");
    let answer = post(&foreign, r#"{"scope":"data.read"}"#).await;
    assert_refused(&answer, "invalid_signature", "Signature verification failed", "require=identity");
}

#[tokio::test]
async fn a_long_body_is_not_read_and_other_methods_are_not_taken() {
    let body = format!("{{\"scope\":\"{}\"}}", "a".repeat(4096));
    let answer = post(&Peer::agent(), &body).await;
    let expected = error_body("invalid_request", "The body is too long");
    assert_eq!((answer.status.as_u16(), &*answer.text), (413, &*expected));
    assert_eq!(answer.field("cache-control"), Some("no-store"));
    let answer = World::new().send(Peer::agent().call("GET", RESOURCE, PATH).signed()).await;
    assert_eq!((answer.status.as_u16(), answer.field("allow")), (405, Some("POST")));
    assert_eq!(answer.field("cache-control"), Some("no-store"));
}

#[tokio::test]
async fn the_metadata_names_the_endpoint() {
    let request = http::Request::get("/.well-known/aauth-resource.json").body(axum::body::Body::empty());
    let answer = World::new().send(request.unwrap()).await;
    assert_eq!(
        answer.json()["resource_token_endpoint"],
        json!("https://important.resource.com/resource/token")
    );
}
