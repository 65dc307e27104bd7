//! Resource tokens that the token endpoint does not take.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::as_conversions
)]

mod common;

use std::collections::BTreeMap;

use common::*;
use serde_json::{Value, json};

const UNVERIFIED: &str = "The resource token could not be verified";

async fn refuse_text(token: &str, description: &str) {
    let world = World::new();
    let answer = world.send(token_call(&Peer::agent(), token).signed()).await;
    assert_error(&answer, 400, "invalid_resource_token", description);
    assert_eq!(world.decided(), 0);
}

async fn refuse(claims: &Value, description: &str) {
    refuse_text(&resource_token(claims), description).await;
}

#[tokio::test]
async fn a_resource_token_for_another_auth_server_is_refused() {
    for audience in [OTHER_AUTH, "https://AUTH-server.com", "https://auth-server.com/", RESOURCE] {
        let world = World::new();
        let claims = with(resource_claims("r"), "aud", audience.into());
        let answer = world.ask(&claims).await;
        assert_eq!(answer.error(), (400, "invalid_resource_token".to_owned()), "{audience}");
        assert_eq!(world.decided(), 0);
    }
    let claims = with(resource_claims("r"), "aud", OTHER_AUTH.into());
    refuse(&claims, "The resource token is for another auth server").await;
}

#[tokio::test]
async fn a_resource_token_for_another_agent_is_refused() {
    let claims = with(resource_claims("r"), "agent", OTHER_AGENT.into());
    refuse(&claims, "The resource token is for another agent").await;
}

#[tokio::test]
async fn a_resource_token_of_another_agent_is_refused_when_it_is_presented_by_this_one() {
    let claims = with(resource_claims("r"), "agent_jkt", thumbprint("other-agent").into());
    refuse(&with(claims, "agent", OTHER_AGENT.into()), "The resource token is for another agent").await;
}

#[tokio::test]
async fn a_resource_token_for_another_key_is_refused() {
    let claims = with(resource_claims("r"), "agent_jkt", thumbprint("agent-2").into());
    refuse(&claims, "The resource token is for another key").await;
}

#[tokio::test]
async fn a_resource_token_for_a_delegate_is_refused_from_its_agent() {
    let claims = with(resource_claims("r"), "agent_jkt", thumbprint("delegate").into());
    refuse(&claims, "The resource token is for another key").await;
}

#[tokio::test]
async fn a_resource_token_expires_in_the_second_it_names() {
    let world = World::new();
    world.pass(299);
    assert_eq!(world.ask(&resource_claims("r")).await.status, 202);
    world.pass(1);
    let asked = world.resolver.asked();
    let answer = world.ask(&resource_claims("s")).await;
    assert_error(&answer, 400, "invalid_resource_token", "The resource token has expired");
    assert_eq!(world.resolver.asked()[asked.len()..], [AGENT], "an expired token causes no fetch");
}

#[tokio::test]
async fn a_resource_token_from_the_future_is_refused() {
    let claims = |ahead: i64| with(resource_claims("r"), "iat", (NOW + ahead).into());
    assert_eq!(World::new().ask(&claims(5)).await.status, 202, "the default skew");
    refuse(&claims(6), "The resource token is not valid yet").await;
}

#[tokio::test]
async fn claims_that_are_absent_or_of_another_type_are_refused() {
    let required = ["iss", "aud", "jti", "agent", "agent_jkt", "iat", "exp"];
    let wrong = [json!(42), json!(["a"]), json!({}), json!(""), json!(true)];
    for name in required {
        for value in wrong.iter().chain([&Value::Null]) {
            let numeric = ["iat", "exp"].contains(&name);
            if numeric && value.is_number() {
                continue;
            }
            let world = World::new();
            let answer = world.ask(&with(resource_claims("r"), name, value.clone())).await;
            assert_eq!(answer.error(), (400, "invalid_resource_token".to_owned()), "{name} {value}");
            assert_eq!(world.decided(), 0);
        }
    }
}

#[tokio::test]
async fn a_token_of_another_kind_is_refused() {
    for typ in ["auth+jwt", "agent+jwt"] {
        refuse_text(&jwt(typ, "resource", &resource_claims("r")), "This is not a resource token").await;
    }
    let tokens = [auth_token(&auth_claims()), agent_token(&agent_claims())];
    for token in tokens {
        refuse_text(&token, "This is not a resource token").await;
    }
    for typ in ["JWT", "at+jwt", "aa-resource+jwt", "Resource+jwt", "<script>alert(1)</script>"] {
        refuse_text(&jwt(typ, "resource", &resource_claims("r")), "This is not a resource token").await;
    }
}

#[tokio::test]
async fn unknown_resource_unknown_key_and_forged_tokens_look_the_same() {
    let kid = json!({"alg": "EdDSA", "kid": "resource-key-9", "typ": "resource+jwt"});
    let forged = json!({"alg": "EdDSA", "kid": "resource-key-1", "typ": "resource+jwt"});
    let tokens = [
        resource_token(&with(resource_claims("r"), "iss", UNKNOWN.into())),
        jwt_with(&kid, "resource", &resource_claims("r")),
        jwt_with(&forged, "stranger", &resource_claims("r")),
        resource_token(&with(resource_claims("r"), "iss", OTHER_RESOURCE.into())),
    ];
    for token in tokens {
        refuse_text(&token, UNVERIFIED).await;
    }
}

#[tokio::test]
async fn a_text_that_is_no_token_is_refused() {
    for text in ["a", "a.b.c", "....", "eyJ.eyJ.", "x\\u0000y"] {
        refuse_text(text, UNVERIFIED).await;
    }
}

#[tokio::test]
async fn other_algorithms_are_refused() {
    for alg in ["none", "HS256", "RS256", "ES256", "Ed25519"] {
        let header = json!({"alg": alg, "kid": "resource-key-1", "typ": "resource+jwt"});
        refuse_text(&jwt_with(&header, "resource", &resource_claims("r")), UNVERIFIED).await;
    }
}

#[tokio::test]
async fn a_resource_token_is_good_for_one_request() {
    let world = World::new();
    assert_eq!(world.ask(&resource_claims("once")).await.status, 202);
    let again = world.ask(&resource_claims("once")).await;
    assert_error(&again, 400, "invalid_resource_token", "The resource token was used before");
    assert_eq!(world.decided(), 1);
}

#[tokio::test]
async fn a_used_resource_token_is_known_until_its_last_second() {
    let world = World::new();
    assert_eq!(world.ask(&resource_claims("once")).await.status, 202);
    for (seconds, description) in
        [(299, "The resource token was used before"), (1, "The resource token has expired")]
    {
        world.pass(seconds);
        let again = world.ask(&resource_claims("once")).await;
        assert_error(&again, 400, "invalid_resource_token", description);
    }
}

#[tokio::test]
async fn the_same_identifier_from_another_resource_is_another_token() {
    let world = World::new();
    assert_eq!(world.ask(&resource_claims("once")).await.status, 202);
    let claims = with(resource_claims("once"), "iss", OTHER_RESOURCE.into());
    let token = jwt("resource+jwt", "second-resource", &claims);
    assert_eq!(world.send(token_call(&Peer::agent(), &token).signed()).await.status, 202);
}

#[tokio::test]
async fn a_refused_token_is_not_used_up() {
    let world = World::new();
    let other = Peer::published(OTHER_AGENT, "key-1", "other-agent");
    let stolen = world.send(token_call(&other, &resource_token(&resource_claims("r"))).signed()).await;
    assert_error(&stolen, 400, "invalid_resource_token", "The resource token is for another agent");
    assert_eq!(world.ask(&resource_claims("r")).await.status, 202);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_sixty_four_requests_at_once_with_one_token_one_passes() {
    let world = World::new();
    let mut requests = tokio::task::JoinSet::new();
    for _ in 0..64 {
        let request = token_call(&Peer::agent(), &resource_token(&resource_claims("once"))).signed();
        let router = world.router.clone();
        requests.spawn(async move { Answer::of(&router, request).await });
    }
    let mut statuses = BTreeMap::new();
    for answer in requests.join_all().await {
        *statuses.entry(answer.status.as_u16()).or_insert(0) += 1;
        if answer.status != 202 {
            assert_error(&answer, 400, "invalid_resource_token", "The resource token was used before");
        }
    }
    assert_eq!(statuses, BTreeMap::from([(202, 1), (400, 63)]));
    assert_eq!(world.decided(), 1);
}
