//! Challenges and tokens that must not be acted on.

use std::time::Duration;

use aauth_agent::AgentError;
use aauth_challenge::ChallengeError;
use aauth_jose::{JoseError, Signer as _};
use aauth_roles::{DistrustError, SEED};
use aauth_token::{AuthClaims, ResourceClaims, TokenError, mint};
use aauth_types::{TypeError, UnixTime};

use crate::parties::{Parties, World, id, key, scope};
use crate::peer::{Peer, Reply, answer};

/// What a call ends with when the resource answers like this; nobody but the resource may hear of it.
async fn challenged(reply: impl Fn(&Parties) -> Reply + Send + Sync + 'static) -> AgentError {
    let mut world = World::new();
    world.resource(move |parties, _| reply(parties));
    world.auth_server(Parties::grant);
    let (client, running) = world.client();
    let error = client.get(&running.url("/read")).await.unwrap_err();
    assert_eq!(running.resource.lines(), ["GET /read"]);
    assert_eq!(running.auth_server.lines().len(), 0);
    error
}

/// The same for a resource token that differs from a right one in one thing.
async fn resource_token(change: impl Fn(&mut ResourceClaims) + Send + Sync + 'static) -> TokenError {
    let error = challenged(move |parties| {
        let mut claims = parties.resource_claims("data.read");
        change(&mut claims);
        parties.challenge_with(&mint(&claims, SEED.tokens, &parties.resource_key).unwrap())
    });
    match error.await {
        AgentError::Distrust(DistrustError::ResourceToken(error)) => error,
        other => panic!("{other:?}"),
    }
}

/// What a call ends with when this is delivered as its token. The resource may not see it, now or later.
async fn delivered(token: impl Fn(&Parties) -> String + Send + Sync + 'static) -> DistrustError {
    let mut world = World::new();
    world.ordinary_resource();
    world.auth_server(move |parties, _| parties.deliver(&token(parties)));
    let (client, running) = world.client();
    let error = client.get(&running.url("/read")).await.unwrap_err();
    assert_eq!(client.get(&running.url("/read")).await.unwrap_err(), error);
    assert_eq!(running.resource.tokens(), [None, None]);
    match error {
        AgentError::Distrust(error) => error,
        other => panic!("{other:?}"),
    }
}

/// The same for an auth token that differs from a right one in one thing.
async fn auth_token(change: impl Fn(&mut AuthClaims) + Send + Sync + 'static) -> DistrustError {
    delivered(move |parties| {
        let mut claims = parties.auth_claims("data.read");
        change(&mut claims);
        mint(&claims, SEED.tokens, &parties.auth_key).unwrap()
    })
    .await
}

fn expired(issued: &mut UnixTime, expires: &mut UnixTime) -> TokenError {
    let now = *issued;
    *issued = now.saturating_sub(Duration::from_secs(200));
    *expires = now;
    TokenError::Expired { expires: now, now }
}

#[tokio::test]
async fn a_challenge_for_somebody_else_is_refused() {
    let other = || id("https://other.example");
    let error = resource_token(move |claims| claims.issuance.issuer = other()).await;
    assert_eq!(error, TokenError::IssuerUntrusted);
    let error = resource_token(move |claims| claims.audience = other()).await;
    assert_eq!(error, TokenError::AudienceMismatch);
    let error = resource_token(move |claims| claims.agent = Some(other())).await;
    assert_eq!(error, TokenError::AgentMismatch);
    let error = resource_token(|claims| {
        claims.agent_jkt = key("agent-1", 9).public_jwk().key().thumbprint();
    });
    assert_eq!(error.await, TokenError::BindingMismatch);
}

#[tokio::test]
async fn a_challenge_that_has_expired_is_refused() {
    let error = resource_token(|claims| {
        expired(&mut claims.issuance.issued, &mut claims.issuance.expires);
    });
    assert!(matches!(error.await, TokenError::Expired { .. }));
}

#[tokio::test]
async fn a_challenge_with_a_foreign_signature_is_refused() {
    let error = challenged(|parties| {
        let claims = parties.resource_claims("data.read");
        parties.challenge_with(&mint(&claims, SEED.tokens, &key("resource-1", 9)).unwrap())
    });
    let mismatch = TokenError::Jose { source: JoseError::SignatureMismatch };
    assert_eq!(error.await, AgentError::Distrust(DistrustError::ResourceToken(mismatch)));
}

#[tokio::test]
async fn a_challenge_with_another_kind_of_token_is_refused() {
    let error = challenged(|parties| {
        let mut claims = parties.auth_claims("data.read");
        claims.issuance.issuer = parties.resource.clone();
        parties.challenge_with(&mint(&claims, SEED.tokens, &parties.resource_key).unwrap())
    });
    let typ = TokenError::TypMismatch { found: "auth+jwt", expected: "resource+jwt" };
    assert_eq!(error.await, AgentError::Distrust(DistrustError::ResourceToken(typ)));
}

#[tokio::test]
async fn a_challenge_that_cannot_be_read_is_refused() {
    let with = |field: &'static str| move |_: &Parties| answer(401, &[("AAuth", field)], "");
    let error = challenged(with(r#"require=auth-token; auth-server="https://auth.example""#)).await;
    let missing = ChallengeError::ParameterMissing { parameter: "resource-token" };
    assert_eq!(error, AgentError::Challenge(missing));
    let error = challenged(with(r#"require=auth-token; resource-token="a.b.c"; auth-server="x""#)).await;
    let fault = TypeError::ServerId { found: "a scheme that is not https", at: 0 };
    assert_eq!(error, AgentError::Challenge(ChallengeError::AuthServer { fault }));
}

#[tokio::test]
async fn a_bare_challenge_to_the_agents_own_key_is_an_error() {
    let error = challenged(|_| answer(401, &[("AAuth", "require=auth-token")], "")).await;
    assert_eq!(error, AgentError::Challenge(ChallengeError::BareAuthToken));
}

#[tokio::test]
async fn a_token_for_somebody_else_is_refused() {
    let other = || id("https://other.example");
    let refused = DistrustError::AuthToken;
    let error = auth_token(move |claims| claims.issuance.issuer = other()).await;
    assert_eq!(error, refused(TokenError::IssuerUntrusted));
    let error = auth_token(move |claims| claims.audience = other()).await;
    assert_eq!(error, refused(TokenError::AudienceMismatch));
    let error = auth_token(move |claims| claims.agent = Some(other())).await;
    assert_eq!(error, refused(TokenError::AgentMismatch));
    let error = auth_token(|claims| claims.key = key("agent-1", 9).public_jwk()).await;
    assert_eq!(error, refused(TokenError::BindingMismatch));
}

#[tokio::test]
async fn a_token_with_more_than_was_asked_is_refused() {
    let error = auth_token(|claims| claims.scope = Some(scope("data.read data.write"))).await;
    assert_eq!(error, DistrustError::ScopeWidened);
}

#[tokio::test]
async fn a_token_that_has_expired_is_refused() {
    let error = auth_token(|claims| {
        expired(&mut claims.issuance.issued, &mut claims.issuance.expires);
    });
    assert!(matches!(error.await, DistrustError::AuthToken(TokenError::Expired { .. })));
}

#[tokio::test]
async fn a_token_with_a_foreign_signature_or_of_another_kind_is_refused() {
    let error =
        delivered(|parties| mint(&parties.auth_claims("data.read"), SEED.tokens, &key("auth-1", 9)).unwrap());
    let mismatch = TokenError::Jose { source: JoseError::SignatureMismatch };
    assert_eq!(error.await, DistrustError::AuthToken(mismatch));
    let error = delivered(|parties| {
        let mut claims = parties.resource_claims("data.read");
        claims.issuance.issuer = parties.auth_server.clone();
        mint(&claims, SEED.tokens, &parties.auth_key).unwrap()
    });
    let typ = TokenError::TypMismatch { found: "resource+jwt", expected: "auth+jwt" };
    assert_eq!(error.await, DistrustError::AuthToken(typ));
}

#[tokio::test]
async fn a_resource_that_has_its_token_sends_nobody_on_to_another_auth_server() {
    let (mut world, other) = (World::new(), Peer::bind());
    let (elsewhere, asked) = (id(&other.origin()), other.log());
    other.serve(|_| answer(200, &[], "{}"));
    // Signed, and consistent: only that it comes after the token was made is wrong.
    world.resource(move |parties, seen| match seen.token() {
        None => parties.challenge("data.read"),
        Some(_) => {
            let mut claims = parties.resource_claims("data.read");
            claims.audience = elsewhere.clone();
            let token = mint(&claims, SEED.tokens, &parties.resource_key).unwrap();
            let field =
                format!("require=auth-token; resource-token=\"{token}\"; auth-server=\"{elsewhere}\"");
            answer(401, &[("AAuth", &field)], "once more")
        }
    });
    world.auth_server(Parties::grant);
    let (client, running) = world.client();
    let answer = client.get(&running.url("/read")).await.unwrap();
    assert_eq!((answer.status().as_u16(), &answer.body()[..]), (401, &b"once more"[..]));
    assert_eq!((running.auth_server.lines().len(), asked.lines().len()), (1, 0));
}
