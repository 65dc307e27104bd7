//! `scope` without `resource_token`: the agent itself is the audience.

use serde_json::json;

use crate::common::*;
use crate::{delivered, grant, offering};

const BODY: &str = "{\"scope\":\"profile email\"}";

fn world() -> World {
    offering(|role| role.offering_self_access())
}

#[tokio::test]
async fn the_audience_is_the_agent_and_the_policy_decides() {
    let world = world();
    world.decides(grant(Some("testuser"), "profile admin"));
    let claims = delivered(&world.token(&Peer::agent(), BODY).await);
    let jti = claims["jti"].clone();
    let expected = json!({
        "iss": AUTH, "aud": AGENT, "jti": jti, "cnf": {"jwk": jwk("agent")}, "iat": NOW, "exp": NOW + 3600,
        "agent": AGENT, "sub": "testuser", "scope": "profile",
    });
    assert_eq!(claims, expected);
    assert_eq!(world.decided(), 1);
}

#[tokio::test]
async fn a_person_can_be_asked() {
    let world = world();
    let answer = world.token(&Peer::agent(), BODY).await;
    assert_eq!(answer.status, 202);
    assert!(answer.field("aauth").unwrap().starts_with("require=interaction; code="));
}

#[tokio::test]
async fn a_pseudonym_and_a_server_that_does_not_offer_it_give_nothing() {
    let answer = world().token(&Peer::pseudonym("agent"), BODY).await;
    assert_json(&answer, 401, &error_body("invalid_signature", "An agent identity is required"));
    let plain = World::new();
    let answer = plain.token(&Peer::agent(), BODY).await;
    assert_error(&answer, 400, "invalid_request", "This token endpoint mode is not offered");
    assert_eq!(plain.decided(), 0);
}

#[tokio::test]
async fn the_token_of_the_agent_is_no_credential_here() {
    let token = auth_token(&with(auth_claims(), "aud", AGENT.into()));
    let answer = world().token(&Peer::presenting(&token, "agent"), BODY).await;
    assert_error(&answer, 401, "invalid_agent_token", "Token type not accepted here");
}
