//! `auth_token`: a new token for an expired one.

use std::time::Duration;

use serde_json::{Value, json};

use crate::common::*;
use crate::{delivered, grant, offering};

const WINDOW: u64 = 600;

fn world() -> World {
    let world = offering(|role| role.with_refresh_window(Duration::from_secs(WINDOW)));
    world.decides(grant(Some("somebody else"), "data.read data.write admin"));
    world
}

fn body(token: &str) -> String {
    format!("{{\"auth_token\":\"{token}\"}}")
}

async fn refresh(world: &World, peer: &Peer, claims: &Value) -> Answer {
    world.token(peer, &body(&auth_token(claims))).await
}

async fn refuse(world: &World, peer: &Peer, token: &str, description: &str) {
    let answer = world.token(peer, &body(token)).await;
    assert_error(&answer, 400, "invalid_auth_token", description);
    assert_eq!(world.decided(), 0);
}

#[tokio::test]
async fn an_expired_token_is_replaced_for_the_same_person_and_no_more_scope() {
    let world = world();
    world.pass(3600 + WINDOW - 1);
    let old = with(with(auth_claims(), "txn", "order-1".into()), "scope", "data.read".into());
    let claims = delivered(&refresh(&world, &Peer::agent(), &old).await);
    let now = NOW + 3600 + 599;
    assert_ne!(claims["jti"], old["jti"]);
    let expected = json!({
        "iss": AUTH, "aud": RESOURCE, "jti": claims["jti"], "cnf": {"jwk": jwk("agent")}, "iat": now,
        "exp": now + 3600, "agent": AGENT, "sub": "testuser", "scope": "data.read", "txn": "order-1",
    });
    assert_eq!(claims, expected);
    let again = delivered(&refresh(&world, &Peer::agent(), &old).await);
    assert_ne!(again["jti"], claims["jti"]);
}

#[tokio::test]
async fn a_token_that_still_lives_is_replaced_too() {
    let world = world();
    assert_eq!(delivered(&refresh(&world, &Peer::agent(), &auth_claims()).await)["iat"], NOW);
}

#[tokio::test]
async fn the_policy_may_grant_less_or_refuse() {
    let world = world();
    world.decides(grant(None, "data.write"));
    let claims = delivered(&refresh(&world, &Peer::agent(), &auth_claims()).await);
    assert_eq!((claims["scope"].as_str(), claims["sub"].as_str()), (Some("data.write"), Some("testuser")));
    world.decides(aauth_auth_server::Decision::Refuse { reason: "Not again" });
    let answer = refresh(&world, &Peer::agent(), &auth_claims()).await;
    assert_error(&answer, 403, "denied", "Not again");
}

#[tokio::test]
async fn outside_of_the_window_nothing_is_replaced() {
    let world = world();
    world.pass(3600 + WINDOW);
    refuse(&world, &Peer::agent(), &auth_token(&auth_claims()), "The auth token has expired").await;
    let none = World::new();
    let answer = none.token(&Peer::agent(), &body(&auth_token(&auth_claims()))).await;
    assert_error(&answer, 400, "invalid_request", "This token endpoint mode is not offered");
}

#[tokio::test]
async fn another_key_and_another_agent_get_nothing() {
    let token = auth_token(&auth_claims());
    let second = Peer::published(AGENT, "key-2", "agent-2");
    for peer in [second, Peer::delegate()] {
        let world = world();
        let answer = world.token(&peer, &body(&token)).await;
        assert_error(&answer, 401, "key_binding_failed", "The auth token is for another key");
        assert_eq!(world.decided(), 0);
    }
    let other = Peer::published(OTHER_AGENT, "key-1", "other-agent");
    refuse(&world(), &other, &token, "The auth token is for another agent").await;
}

#[tokio::test]
async fn tokens_of_others_and_other_tokens_are_not_replaced() {
    let unverified = "The auth token could not be verified";
    let agent = Peer::agent();
    let foreign = with(auth_claims(), "iss", OTHER_AUTH.into());
    let world = world();
    refuse(&world, &agent, &jwt("auth+jwt", "second-auth-server", &foreign), unverified).await;
    refuse(&world, &agent, &jwt("auth+jwt", "stranger", &auth_claims()), unverified).await;
    refuse(&world, &agent, &agent_token(&agent_claims()), "This is not an auth token").await;
    refuse(&world, &agent, &resource_token(&resource_claims("r")), "This is not an auth token").await;
    refuse(&world, &agent, "a", unverified).await;
    assert_eq!(world.resolver.asked().iter().filter(|issuer| *issuer != AGENT).count(), 0);
}

#[tokio::test]
async fn nobody_consents_for_the_person_of_the_token() {
    let world = World::with(|settings| {
        settings.required.role =
            settings.required.role.clone().with_refresh_window(Duration::from_secs(WINDOW));
    });
    for (subject, status) in [("testuser", 200), ("another user", 403)] {
        let claims = with(auth_claims(), "sub", subject.into());
        let answer = refresh(&world, &Peer::agent(), &claims).await;
        assert_eq!(answer.status, 202);
        let open = Open::by(&answer);
        Browser::new(&world).decide(&open.code, "grant").await;
        let polled = world.poll(&open).await;
        assert_eq!(polled.status, status, "{}", polled.text);
        if status == 403 {
            assert_eq!(polled.error().1, "denied");
            assert_not_found(&world.poll(&open).await);
        }
    }
}
