//! Callers that the token endpoint does not take, and tokens that prove no caller.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::as_conversions
)]

mod common;

use common::*;
use serde_json::{Value, json};

const TOKEN_FAILED: &str = "Token verification failed";

async fn refuse(peer: &Peer, error: &str, description: &str) {
    let world = World::new();
    let token = resource_token(&resource_claims("unused"));
    assert_error(&world.send(token_call(peer, &token).signed()).await, 401, error, description);
    assert_eq!(world.decided(), 0);
    assert_eq!(world.ask(&resource_claims("unused")).await.status, 202, "the resource token is not used up");
}

#[tokio::test]
async fn a_pseudonym_is_told_that_an_identity_is_needed() {
    let world = World::new();
    let token = resource_token(&resource_claims("unused"));
    let answer = world.send(token_call(&Peer::pseudonym("agent"), &token).signed()).await;
    assert_json(&answer, 401, &error_body("invalid_signature", "An agent identity is required"));
    assert_eq!(answer.field("aauth"), Some("require=identity"));
    assert_eq!(world.decided(), 0);
}

#[tokio::test]
async fn a_pseudonym_owns_no_pending_url() {
    let world = World::new();
    let open = world.open().await;
    for method in ["GET", "POST", "DELETE"] {
        assert_not_found(&world.send(Peer::pseudonym("agent").call(method, AUTH, &open.path).signed()).await);
    }
    assert_eq!(world.state(&open).await, "undecided");
}

#[tokio::test]
async fn a_delegate_may_ask_in_the_name_of_its_agent() {
    let world = World::new();
    let claims = with(resource_claims("delegated"), "agent_jkt", thumbprint("delegate").into());
    let answer = world.send(token_call(&Peer::delegate(), &resource_token(&claims)).signed()).await;
    assert_eq!(answer.status, 202);
}

#[tokio::test]
async fn an_auth_token_is_no_agent_token() {
    let token = auth_token(&auth_claims());
    refuse(&Peer::presenting(&token, "agent"), "invalid_agent_token", "Token type not accepted here").await;
}

#[tokio::test]
async fn a_resource_token_is_no_agent_token() {
    let token = resource_token(&resource_claims("r"));
    refuse(&Peer::presenting(&token, "agent"), "invalid_agent_token", "Token type not accepted here").await;
}

#[tokio::test]
async fn an_agent_token_whose_key_did_not_sign_is_a_bad_signature() {
    let peer = Peer::presenting(&agent_token(&agent_claims()), "agent");
    refuse(&peer, "invalid_signature", "Signature verification failed").await;
}

#[tokio::test]
async fn an_expired_agent_token_is_refused_without_a_fetch() {
    let claims = with(with(agent_claims(), "iat", (NOW - 600).into()), "exp", NOW.into());
    let peer = Peer::presenting(&agent_token(&claims), "delegate");
    let world = World::new();
    let token = resource_token(&resource_claims("unused"));
    let answer = world.send(token_call(&peer, &token).signed()).await;
    assert_error(&answer, 401, "invalid_agent_token", "Token expired");
    assert_eq!(world.resolver.asked(), Vec::<String>::new());
}

#[tokio::test]
async fn agent_tokens_with_bad_claims_are_refused() {
    let rows = [
        ("aud", json!(OTHER_AUTH)),
        ("aud", json!([OTHER_AUTH, RESOURCE])),
        ("iat", json!(NOW + 60)),
        ("iat", json!("soon")),
        ("exp", json!(NOW + 25 * 3600)),
        ("cnf", Value::Null),
        ("sub", Value::Null),
        ("jti", Value::Null),
        ("iss", json!("http://127.0.0.1:8001")),
    ];
    for (name, value) in rows {
        let peer = Peer::presenting(&agent_token(&with(agent_claims(), name, value)), "delegate");
        refuse(&peer, "invalid_agent_token", TOKEN_FAILED).await;
    }
}

#[tokio::test]
async fn an_agent_token_for_this_auth_server_among_others_is_accepted() {
    let token = agent_token(&with(agent_claims(), "aud", json!([OTHER_AUTH, AUTH])));
    let claims = with(resource_claims("delegated"), "agent_jkt", thumbprint("delegate").into());
    let call = token_call(&Peer::presenting(&token, "delegate"), &resource_token(&claims));
    assert_eq!(World::new().send(call.signed()).await.status, 202);
}

#[tokio::test]
async fn agent_tokens_of_unknown_issuers_and_keys_and_forged_ones_look_the_same() {
    let kid = json!({"alg": "EdDSA", "kid": "key-9", "typ": "agent+jwt"});
    let tokens = [
        agent_token(&with(agent_claims(), "iss", UNKNOWN.into())),
        jwt_with(&kid, "agent", &agent_claims()),
        jwt("agent+jwt", "stranger", &agent_claims()),
    ];
    for token in tokens {
        refuse(&Peer::presenting(&token, "delegate"), "invalid_agent_token", TOKEN_FAILED).await;
    }
}

#[tokio::test]
async fn only_eddsa_names_the_algorithm() {
    for alg in ["none", "HS256", "RS256", "ES256", "Ed25519", "eddsa"] {
        let header = json!({"alg": alg, "kid": "key-1", "typ": "agent+jwt"});
        let token = jwt_with(&header, "agent", &agent_claims());
        refuse(&Peer::presenting(&token, "delegate"), "invalid_agent_token", TOKEN_FAILED).await;
    }
}

#[tokio::test]
async fn the_upstream_token_as_credential_is_refused() {
    let claims = with(auth_claims(), "iss", OTHER_AUTH.into());
    let upstream = Peer::presenting(&jwt("auth+jwt", "second-auth-server", &claims), "resource");
    refuse(&upstream, "invalid_agent_token", "Token type not accepted here").await;
}
