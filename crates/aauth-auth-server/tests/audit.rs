//! What the audit hook is told.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::as_conversions
)]

mod common;

use std::sync::{Arc, Mutex};

use aauth_auth_server::{AuditEvent, Decision, SigningKeys};
use common::*;
use serde_json::{Value, json};

/// The lines of the audit log, as JSON.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<String>>>);

impl Lines {
    fn world(&self) -> World {
        let lines = self.0.clone();
        World::with(|settings| {
            settings.audit = Some(Arc::new(move |event: &AuditEvent<'_>| {
                assert_eq!(serde_json::to_string(event).unwrap(), event.to_string());
                lines.lock().unwrap().push(event.to_string());
            }));
        })
    }

    fn json(&self) -> Vec<Value> {
        self.0.lock().unwrap().iter().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    fn events(&self) -> Vec<String> {
        self.json().iter().map(|line| line["event"].as_str().unwrap().to_owned()).collect()
    }

    fn last(&self) -> Value {
        self.json().pop().unwrap()
    }
}

/// The jti of a token of ours.
fn jti(answer: &Answer) -> Value {
    let token = answer.json()["auth_token"].as_str().unwrap().to_owned();
    let claims = aauth_jose::b64::decode(token.split('.').nth(1).unwrap()).unwrap();
    serde_json::from_slice::<Value>(&claims).unwrap()["jti"].clone()
}

#[tokio::test]
async fn a_consented_request_can_be_followed_from_policy_to_delivery() {
    let lines = Lines::default();
    let world = lines.world();
    let open = world.open().await;
    Browser::new(&world).decide(&open.code, "grant").await;
    let delivered = world.poll(&open).await;
    assert_eq!(
        lines.events(),
        ["policy_decided", "deferred", "code_accepted", "signed_in", "approved", "delivered"]
    );
    let all = lines.json();
    let tag = all[1]["request"].as_str().unwrap();
    assert_eq!(tag.len(), 16);
    for event in ["deferred", "code_accepted", "approved", "delivered"] {
        let line = all.iter().find(|line| line["event"] == event).unwrap();
        assert_eq!((&line["request"], &line["agent"]), (&json!(tag), &json!(AGENT)), "{line}");
    }
    assert_eq!(
        lines.last(),
        json!({
            "at": NOW, "event": "delivered", "request": tag, "agent": AGENT, "resource": RESOURCE,
            "subject": "testuser", "scope": "data.read data.write", "jti": jti(&delivered), "kid": "auth-key-1",
        })
    );
}

#[tokio::test]
async fn a_direct_grant_says_what_was_granted_and_not_what_the_policy_allowed() {
    let lines = Lines::default();
    let world = lines.world();
    world.grants("data.read admin");
    let answer = world.ask(&resource_claims("one")).await;
    let decided = &lines.json()[0];
    assert_eq!((&decided["event"], &decided["decision"]), (&json!("policy_decided"), &json!("grant")));
    assert_eq!(
        lines.last(),
        json!({
            "at": NOW, "event": "granted", "agent": AGENT, "resource": RESOURCE, "subject": "testuser",
            "scope": "data.read", "jti": jti(&answer), "kid": "auth-key-1",
        })
    );
}

#[tokio::test]
async fn what_ends_without_a_token_says_how() {
    for (consent, last) in [("deny", "denied"), ("report", "reported")] {
        let lines = Lines::default();
        let world = lines.world();
        let open = world.open().await;
        Browser::new(&world).decide(&open.code, consent).await;
        assert_eq!(lines.last()["event"], last);
    }
    let lines = Lines::default();
    let world = lines.world();
    let (cancelled, expired) = (world.open().await, world.open().await);
    world.send(world.on(&cancelled, "DELETE").signed()).await;
    assert_eq!(lines.last()["event"], "cancelled");
    world.pass(601);
    world.poll(&expired).await;
    assert_eq!(lines.last()["event"], "expired");
    assert_eq!(lines.last()["request"], lines.json()[3]["request"]);
}

#[tokio::test]
async fn a_refused_request_says_where_and_why() {
    let lines = Lines::default();
    let world = lines.world();
    world.decides(Decision::Refuse { reason: "No" });
    world.ask(&resource_claims("one")).await;
    let refused =
        |endpoint, reason| json!({"at": NOW, "event": "refused", "endpoint": endpoint, "reason": reason});
    assert_eq!(lines.last(), refused("token", "policy"));
    world.ask(&resource_claims("one")).await;
    assert_eq!(lines.last(), refused("token", "replayed"));
    let open = Open { location: String::new(), path: "/pending/none".to_owned(), code: String::new() };
    world.poll(&open).await;
    assert_eq!(lines.last(), refused("pending", "not_found"));
    let unsigned = Peer::agent().post(AUTH, "/token", "{}").unsigned();
    world.send(unsigned).await;
    let last = lines.last();
    assert_eq!((&last["event"], &last["endpoint"]), (&json!("refused"), &json!("token")));
}

#[tokio::test]
async fn a_rotation_is_told_by_the_name_of_the_new_key() {
    let lines = Lines::default();
    let keys = SigningKeys::new(Arc::new(key("auth-server"))).unwrap();
    let told = lines.0.clone();
    let _world = World::with(|settings| {
        settings.required.keys = keys.clone();
        settings.audit = Some(Arc::new(move |event: &AuditEvent<'_>| {
            told.lock().unwrap().push(event.to_string());
        }));
    });
    keys.announce(Arc::new(key("agent-2"))).unwrap();
    keys.rotate().unwrap();
    assert_eq!(lines.last(), json!({"at": NOW, "event": "key_rotated", "kid": "key-2"}));
}
