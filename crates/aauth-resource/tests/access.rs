//! What verified callers and their tokens get at routes that require an identity or an auth token.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::as_conversions
)]

mod common;

use aauth_resource::Resource;
use aauth_roles::SEED;
use aauth_types::Network;
use common::*;
use serde_json::{Value, json};

async fn get(world: &World, peer: &Peer, path: &str) -> Answer {
    world.send(peer.call("GET", RESOURCE, path).signed()).await
}

/// The route for `data.read` refuses this auth token.
async fn refuse(token: &str, description: &str) {
    let world = World::new();
    let answer = get(&world, &Peer::presenting(token, "agent"), "/data").await;
    assert_refused(&answer, "invalid_auth_token", description, "require=identity");
    assert_eq!(world.served(), 0);
}

const TOKEN_FAILED: &str = "Token verification failed";

#[tokio::test]
async fn a_verified_agent_gets_a_resource_token_of_its_own() {
    let world = World::new();
    for path in ["/data", "/api/v1/data"] {
        let claims = challenged(&get(&world, &Peer::agent(), path).await);
        assert_eq!(claims, expected(&claims["jti"], "agent", "data.read"));
        let again = challenged(&get(&world, &Peer::agent(), path).await);
        assert_ne!(claims["jti"], again["jti"]);
    }
    assert_eq!(world.served(), 0);
}

#[tokio::test]
async fn an_agent_token_proves_an_identity_and_no_access() {
    let world = World::new();
    let claims = challenged(&get(&world, &Peer::delegate(), "/data").await);
    assert_eq!(claims, expected(&claims["jti"], "delegate", "data.read"));
    let answer = get(&world, &Peer::delegate(), "/identity").await;
    assert_eq!((answer.status.as_u16(), answer.text.as_str()), (200, "https://agent.supply-chain.com jwt 0"));
}

#[tokio::test]
async fn a_route_that_wants_any_auth_token_names_no_scope() {
    let claims = challenged(&get(&World::new(), &Peer::agent(), "/any").await);
    assert_eq!(claims.get("scope"), None);
}

#[tokio::test]
async fn a_pseudonym_is_told_that_an_identity_is_needed() {
    let world = World::new();
    for path in ["/identity", "/data", "/any", "/api/v1/data"] {
        let answer = get(&world, &Peer::pseudonym("agent"), path).await;
        assert_refused(&answer, "invalid_signature", "An agent identity is required", "require=identity");
    }
    assert_eq!(world.served(), 0);
    let answer = get(&world, &Peer::pseudonym("agent"), "/pseudonym").await;
    assert_eq!((answer.status.as_u16(), answer.text.as_str()), (200, "pseudonym hwk 0"));
}

#[tokio::test]
async fn an_auth_token_opens_every_route_that_its_scope_covers() {
    let world = World::new();
    for path in ["/data", "/any", "/identity", "/pseudonym", "/api/v1/data"] {
        let answer = get(&world, &authorized(), path).await;
        assert_eq!(
            (answer.status.as_u16(), answer.text.as_str()),
            (200, "https://agent.supply-chain.com jwt 0")
        );
        assert_eq!(answer.field("aauth"), None);
    }
}

#[tokio::test]
async fn a_scope_that_is_too_small_leads_to_a_new_challenge() {
    let world = World::new();
    let claims = challenged(&get(&world, &authorized(), "/admin").await);
    assert_eq!(claims, expected(&claims["jti"], "agent", "data.read admin"));
    let without = auth_token(&with(auth_claims(), "scope", Value::Null));
    let claims = challenged(&get(&world, &Peer::presenting(&without, "agent"), "/data").await);
    assert_eq!(claims, expected(&claims["jti"], "agent", "data.read"));
    let near = auth_token(&with(auth_claims(), "scope", "data.readonly DATA.READ data".into()));
    challenged(&get(&world, &Peer::presenting(&near, "agent"), "/data").await);
    assert_eq!(world.served(), 0);
}

#[tokio::test]
async fn an_auth_token_for_another_audience_is_refused() {
    for audience in
        [OTHER_RESOURCE, "https://IMPORTANT.resource.com", "https://important.resource.com/", AUTH, AGENT]
    {
        refuse(&auth_token(&with(auth_claims(), "aud", audience.into())), TOKEN_FAILED).await;
    }
    refuse(&auth_token(&with(auth_claims(), "aud", json!([RESOURCE]))), TOKEN_FAILED).await;
}

#[tokio::test]
async fn an_auth_token_of_an_issuer_that_is_not_trusted_is_refused_without_a_fetch() {
    let world = World::new();
    let claims = with(auth_claims(), "iss", OTHER_AUTH.into());
    let peer = Peer::presenting(&jwt("auth+jwt", "second-auth-server", &claims), "agent");
    for path in ["/data", "/identity", "/pseudonym"] {
        let answer = get(&world, &peer, path).await;
        let challenge = if path == "/pseudonym" { "require=pseudonym" } else { "require=identity" };
        assert_refused(&answer, "invalid_auth_token", TOKEN_FAILED, challenge);
    }
    assert_eq!(world.resolver.asked(), Vec::<String>::new());
}

#[tokio::test]
async fn a_second_auth_server_is_trusted_when_it_is_named() {
    let world = World::with(|mut settings| {
        let resource = Resource::new(server(RESOURCE), server(AUTH), vec![&SEED], Network::Public);
        settings.resource = resource.trusting(server(OTHER_AUTH));
        settings
    });
    let claims = with(auth_claims(), "iss", OTHER_AUTH.into());
    let peer = Peer::presenting(&jwt("auth+jwt", "second-auth-server", &claims), "agent");
    assert_eq!(get(&world, &peer, "/data").await.status, 200);
}

#[tokio::test]
async fn an_auth_token_expires_in_the_second_it_names() {
    let world = World::new();
    for (after, status) in [(3599, 200), (3600, 401)] {
        world.clock.set(aauth_types::UnixTime::from_secs(NOW + after));
        let answer = world.send(authorized().call("GET", RESOURCE, "/data").at(NOW + after).signed()).await;
        assert_eq!(answer.status, status);
        if status == 401 {
            assert_refused(&answer, "invalid_auth_token", "Token expired", "require=identity");
        }
    }
    assert_eq!(world.resolver.asked(), [AUTH], "an expired token causes no fetch");
}

#[tokio::test]
async fn an_auth_token_that_another_key_signs_for_is_a_bad_signature() {
    let world = World::new();
    let other = auth_token(&with(auth_claims(), "cnf", json!({"jwk": jwk("agent-2")})));
    for peer in [Peer::presenting(&other, "agent"), Peer::presenting(&auth_token(&auth_claims()), "stranger")]
    {
        let answer = get(&world, &peer, "/data").await;
        assert_refused(&answer, "invalid_signature", "Signature verification failed", "require=identity");
    }
    assert_eq!(world.served(), 0);
}

#[tokio::test]
async fn a_token_of_another_kind_is_no_auth_token() {
    let resource = resource_token(&resource_claims("r"));
    refuse(&resource, "Token type not accepted here").await;
    for typ in ["JWT", "at+jwt", "aa-auth+jwt", "Auth+jwt"] {
        refuse(&jwt(typ, "auth-server", &auth_claims()), TOKEN_FAILED).await;
    }
    refuse(&jwt("resource+jwt", "auth-server", &auth_claims()), "Token type not accepted here").await;
}

#[tokio::test]
async fn an_auth_token_that_calls_itself_an_agent_token_gives_no_access() {
    let world = World::new();
    let peer = Peer::presenting(&jwt("agent+jwt", "auth-server", &auth_claims()), "agent");
    let claims = challenged(&get(&world, &peer, "/data").await);
    assert_eq!(claims["agent"], AUTH, "the auth server vouches for a delegate of its own, no more");
    assert_eq!(world.served(), 0);
}

#[tokio::test]
async fn an_agent_token_that_calls_itself_an_auth_token_is_refused() {
    refuse(&jwt("auth+jwt", "agent", &agent_claims()), TOKEN_FAILED).await;
    let claims = with(agent_claims(), "iss", AUTH.into());
    refuse(&jwt("auth+jwt", "auth-server", &claims), TOKEN_FAILED).await;
}

#[tokio::test]
async fn auth_tokens_of_unknown_keys_and_forged_ones_look_the_same() {
    let kid = json!({"alg": "EdDSA", "kid": "auth-key-9", "typ": "auth+jwt"});
    let forged = json!({"alg": "EdDSA", "kid": "auth-key-1", "typ": "auth+jwt"});
    for token in
        [jwt_with(&kid, "auth-server", &auth_claims()), jwt_with(&forged, "stranger", &auth_claims())]
    {
        refuse(&token, TOKEN_FAILED).await;
    }
}

#[tokio::test]
async fn an_issuer_whose_keys_cannot_be_had_looks_like_a_forged_token() {
    let world = World::with(|mut settings| {
        let resource = Resource::new(server(RESOURCE), server(UNKNOWN), vec![&SEED], Network::Public);
        settings.resource = resource;
        settings
    });
    let token = auth_token(&with(auth_claims(), "iss", UNKNOWN.into()));
    let answer = get(&world, &Peer::presenting(&token, "agent"), "/data").await;
    assert_refused(&answer, "invalid_auth_token", TOKEN_FAILED, "require=identity");
}

#[tokio::test]
async fn auth_tokens_with_bad_claims_are_refused() {
    let rows = [
        ("agent", Value::Null),
        ("agent", json!("agent")),
        ("agent", json!(42)),
        ("jti", Value::Null),
        ("cnf", Value::Null),
        (
            "cnf",
            json!({"jwk": {"kty": "OKP", "crv": "Ed25519", "x": "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}}),
        ),
        ("iat", Value::Null),
        ("iat", json!(NOW + 6)),
        ("iat", json!("now")),
        ("exp", Value::Null),
        ("exp", json!(NOW + 24 * 3600 + 1)),
        ("scope", json!(["data.read"])),
        ("scope", json!(true)),
        ("sub", json!(1)),
    ];
    for (name, value) in rows {
        refuse(&auth_token(&with(auth_claims(), name, value)), TOKEN_FAILED).await;
    }
    let neither = with(with(auth_claims(), "sub", Value::Null), "scope", Value::Null);
    refuse(&auth_token(&neither), TOKEN_FAILED).await;
}

#[tokio::test]
async fn other_algorithms_are_refused() {
    for alg in ["none", "HS256", "RS256", "ES256", "Ed25519"] {
        let header = json!({"alg": alg, "kid": "auth-key-1", "typ": "auth+jwt"});
        refuse(&jwt_with(&header, "auth-server", &auth_claims()), TOKEN_FAILED).await;
    }
}

#[tokio::test]
async fn bad_agent_tokens_are_refused_without_a_resource_token() {
    let rows = [
        (agent_token(&with(agent_claims(), "iss", UNKNOWN.into())), TOKEN_FAILED),
        (agent_token(&with(agent_claims(), "aud", OTHER_RESOURCE.into())), TOKEN_FAILED),
        (jwt("agent+jwt", "stranger", &agent_claims()), TOKEN_FAILED),
        (
            agent_token(&with(with(agent_claims(), "iat", (NOW - 9).into()), "exp", NOW.into())),
            "Token expired",
        ),
    ];
    for (token, description) in rows {
        for path in ["/data", "/identity"] {
            let world = World::new();
            let answer = get(&world, &Peer::presenting(&token, "delegate"), path).await;
            assert_refused(&answer, "invalid_agent_token", description, "require=identity");
        }
    }
}

#[tokio::test]
async fn nothing_that_a_peer_writes_comes_back() {
    const MARK: &str = "PEERTEXT";
    let world = World::new();
    let tokens = [
        jwt(MARK, "auth-server", &auth_claims()),
        jwt_with(&json!({"alg": MARK, "kid": MARK, "typ": "auth+jwt"}), "auth-server", &auth_claims()),
        jwt_with(&json!({"alg": "EdDSA", "kid": MARK, "typ": "auth+jwt"}), "auth-server", &auth_claims()),
        auth_token(&with(auth_claims(), "aud", MARK.into())),
        auth_token(&with(auth_claims(), "agent", MARK.into())),
        MARK.to_owned(),
    ];
    for token in tokens {
        let answer = get(&world, &Peer::presenting(&token, "agent"), "/data").await;
        assert_eq!(answer.status, 401);
        assert!(!format!("{answer:?}").contains(MARK), "{answer:?}");
    }
}

#[tokio::test]
async fn the_resources_own_policy_refuses_with_denied_and_without_a_challenge() {
    let world = World::new();
    let answer = get(&world, &authorized(), "/sundays").await;
    let body = error_body("denied", "Not on Sundays");
    assert_eq!((answer.status.as_u16(), answer.text.as_str()), (403, &*body));
    assert_eq!((answer.field("aauth"), answer.field("content-type")), (None, Some("application/json")));
    challenged(&get(&world, &Peer::agent(), "/sundays").await);
}
