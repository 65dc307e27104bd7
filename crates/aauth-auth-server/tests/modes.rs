//! The other modes of the token endpoint: self-access, refresh, call chaining; delegates; both spellings.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    missing_docs
)]

mod common;

#[path = "modes/chain.rs"]
mod chain;
#[path = "modes/delegates.rs"]
mod delegates;
#[path = "modes/refresh.rs"]
mod refresh;
#[path = "modes/self_access.rs"]
mod self_access;
#[path = "modes/spelling.rs"]
mod spelling;

use aauth_auth_server::{AuthServer, Decision};
use common::{Answer, World, server};
use serde_json::Value;

/// A server whose role was changed.
pub fn offering(change: impl FnOnce(AuthServer) -> AuthServer) -> World {
    World::with(|settings| settings.required.role = change(settings.required.role.clone()))
}

pub fn trusting(issuers: &[&str]) -> World {
    offering(|role| issuers.iter().fold(role, |role, issuer| role.trusting_upstream(server(issuer))))
}

/// The claims of the token that an answer delivers, which says how long it lives.
pub fn delivered(answer: &Answer) -> Value {
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(answer.field("cache-control"), Some("no-store"));
    let body = answer.json();
    let token = body["auth_token"].as_str().unwrap();
    let part = aauth_jose::b64::decode(token.split('.').nth(1).unwrap()).unwrap();
    let claims: Value = serde_json::from_slice(&part).unwrap();
    assert_eq!(
        body["expires_in"].as_i64().unwrap(),
        claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap()
    );
    claims
}

pub fn text(answer: &Answer) -> String {
    answer.json()["auth_token"].as_str().unwrap().to_owned()
}

pub fn grant(subject: Option<&str>, scope: &str) -> Decision {
    let scope = aauth_types::Scope::parse(scope).unwrap();
    Decision::Grant { subject: subject.map(str::to_owned), scope }
}
