//! Resource, auth server and agent, against each other and against liars.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::as_conversions
)]

mod common;

use std::time::Duration;

use aauth_challenge::Challenge;
use aauth_jose::Signer as _;
use aauth_roles::{
    AccessRequest, Agent, AuthServer, Caller, CallerWants, Dialect, DistrustError, GrantBasis, Granted,
    Refusal, Rejection, Requirement, Resource, SEED, SEED_DICTIONARY, TokenRequest, Verdict,
    VerifiedChallenge,
};
use aauth_signature::{Component, Coverage, SignatureError};
use aauth_testkit::{SeedVectors, seed_vectors};
use aauth_token::{AuthClaims, ResourceClaims, TokenError, mint};
use aauth_types::{Network, Scope, ServerId, TokenId, UnixTime};
use common::{NOW, Sent, agent, as_agent, auth_server, id, published, resource, signing_key, verify};
use http::StatusCode;

fn scope(text: &str) -> Scope {
    Scope::parse(text).unwrap()
}

fn jti() -> TokenId {
    TokenId::from_entropy([7; 16])
}

fn the_resource() -> Resource {
    Resource::new(resource(), auth_server(), vec![&SEED], Network::Public)
}

fn the_auth_server() -> AuthServer {
    AuthServer::new(auth_server(), vec![&SEED], Network::Public)
}

fn the_agent(vectors: &SeedVectors) -> Agent {
    let key = signing_key(vectors, "agent").public_jwk().key().thumbprint();
    Agent { id: agent(), key, dialect: &SEED, network: Network::Public }
}

fn caller(vectors: &SeedVectors, name: &str, me: &ServerId) -> Caller {
    let trusted = [auth_server()];
    verify(vectors, &Sent::of(vectors.request(name)), CallerWants { me, auth_servers: &trusted }, NOW)
        .unwrap()
}

fn challenge(vectors: &SeedVectors, change: impl FnOnce(&mut ResourceClaims)) -> Challenge {
    let caller = caller(vectors, "jwks-uri-get", &resource());
    let mut claims =
        the_resource().resource_claims(&caller, scope("data.read data.write"), jti(), NOW).unwrap();
    change(&mut claims);
    let resource_token = mint(&claims, SEED.tokens, &signing_key(vectors, "resource")).unwrap();
    Challenge::AuthToken { resource_token, auth_server: Some(auth_server()) }
}

fn believe(vectors: &SeedVectors, challenge: &Challenge) -> Result<VerifiedChallenge, DistrustError> {
    let agent = the_agent(vectors);
    let received = agent.receive(challenge, &resource())?;
    let keys = published(vectors, resource().as_str());
    agent.verify_challenge(&received, &resource(), &keys, NOW)
}

fn access(vectors: &SeedVectors, change: impl FnOnce(&mut ResourceClaims)) -> Result<AccessRequest, Refusal> {
    let Challenge::AuthToken { resource_token, .. } = challenge(vectors, change) else { panic!() };
    let caller = caller(vectors, "token-request", &auth_server());
    let role = the_auth_server();
    let token = role.resource_token(&caller, &resource_token, NOW)?;
    role.access(&caller, &token, &published(vectors, resource().as_str()), NOW)
}

#[test]
fn a_resource_asks_for_what_the_route_requires() {
    let vectors = seed_vectors();
    let role = the_resource();
    let wanted = Requirement::AuthToken(scope("data.read"));
    let need = Verdict::NeedAuthToken(scope("data.read"));
    let decide = |name: &str, requirement: &Requirement| {
        role.decide(&caller(&vectors, name, &resource()), requirement)
    };

    assert_eq!(decide("hwk-get", &Requirement::Pseudonym), Verdict::Allow);
    assert_eq!(decide("hwk-get", &Requirement::Identity), Verdict::NeedIdentity);
    assert_eq!(decide("hwk-get", &wanted), Verdict::NeedIdentity);
    assert_eq!(decide("jwks-uri-get", &Requirement::Identity), Verdict::Allow);
    assert_eq!(decide("jwks-uri-get", &wanted), need);
    assert_eq!(decide("delegate-get", &wanted), need);
    assert_eq!(decide("auth-token-get", &wanted), Verdict::Allow);
    assert_eq!(
        decide("auth-token-get", &Requirement::AuthToken(scope("data.read admin"))),
        Verdict::NeedAuthToken(scope("data.read admin"))
    );
}

#[test]
fn the_challenge_has_the_form_of_the_post() {
    let vectors = seed_vectors();
    let caller = caller(&vectors, "jwks-uri-get", &resource());
    let role = the_resource();
    let claims = role.resource_claims(&caller, scope("data.read data.write"), jti(), NOW).unwrap();
    let answer = role.challenge(&SEED, &claims, &signing_key(&vectors, "resource")).unwrap();
    assert_eq!(
        (answer.status(), answer.body().as_slice()),
        (StatusCode::UNAUTHORIZED, &b"Authorization required"[..])
    );
    let names: Vec<_> = answer.headers().keys().map(http::HeaderName::as_str).collect();
    assert_eq!(names, ["aauth"]);
    let value = answer.headers()["aauth"].to_str().unwrap();
    assert!(value.starts_with(
        "require=auth-token; resource-token=\"eyJhbGciOiJFZERTQSIsImtpZCI6InJlc291cmNlLWtleS0xIi"
    ));
    assert!(value.ends_with("\"; auth-server=\"https://auth-server.com\""));
    assert!(role.resource_claims(&common_pseudonym(&vectors), scope("data.read"), jti(), NOW).is_none());
}

fn common_pseudonym(vectors: &SeedVectors) -> Caller {
    caller(vectors, "hwk-get", &resource())
}

#[test]
fn an_agent_believes_only_a_challenge_that_was_made_for_it() {
    let vectors = seed_vectors();
    let believed = believe(&vectors, &challenge(&vectors, |_| ())).unwrap();
    assert_eq!(believed.auth_server(), &auth_server());

    let stranger = id("https://stranger.example");
    let other_key = signing_key(&vectors, "delegate").public_jwk().key().thumbprint();
    type Change = Box<dyn FnOnce(&mut ResourceClaims)>;
    let lies: Vec<(Change, TokenError)> = vec![
        (Box::new(|c| c.issuance.issuer = id("https://second.resource.com")), TokenError::IssuerUntrusted),
        (Box::new(|c| c.audience = id("https://stranger.example")), TokenError::AudienceMismatch),
        (Box::new(move |c| c.agent = Some(stranger)), TokenError::AgentMismatch),
        (Box::new(move |c| c.agent_jkt = other_key), TokenError::BindingMismatch),
    ];
    for (change, expected) in lies {
        let error = believe(&vectors, &challenge(&vectors, change)).unwrap_err();
        assert_eq!(error, DistrustError::ResourceToken(expected));
    }
    let old = |claims: &mut ResourceClaims| {
        claims.issuance.issued = UnixTime::from_secs(NOW.as_secs() - 300);
        claims.issuance.expires = NOW;
    };
    assert_eq!(believe(&vectors, &challenge(&vectors, old)).unwrap_err().kind(), "expired");
}

#[test]
fn a_challenge_without_both_parameters_is_none() {
    let vectors = seed_vectors();
    let Challenge::AuthToken { resource_token, .. } = challenge(&vectors, |_| ()) else { panic!() };
    let bare = Challenge::AuthToken { resource_token, auth_server: None };
    assert_eq!(believe(&vectors, &bare).unwrap_err(), DistrustError::NoChallenge);
    assert_eq!(believe(&vectors, &Challenge::Identity).unwrap_err(), DistrustError::NoChallenge);
}

#[test]
fn an_auth_server_grants_only_on_a_token_for_it_this_agent_and_this_key() {
    let vectors = seed_vectors();
    let request = access(&vectors, |_| ()).unwrap();
    assert_eq!((request.agent(), request.resource()), (&agent(), &resource()));

    let refused = |change: fn(&mut ResourceClaims)| access(&vectors, change).unwrap_err();
    assert_eq!(
        refused(|c| c.audience = id("https://second-auth-server.com")),
        Refusal::ResourceToken(TokenError::AudienceMismatch)
    );
    assert_eq!(
        refused(|c| c.agent = Some(id("https://stranger.example"))),
        Refusal::ResourceToken(TokenError::AgentMismatch)
    );
    assert_eq!(
        refused(|c| c.agent_jkt = aauth_types::Thumbprint::from_bytes([1; 32])),
        Refusal::ResourceToken(TokenError::BindingMismatch)
    );
    for (name, expected) in [("auth-token-user", "typ_mismatch"), ("agent-token", "typ_mismatch")] {
        let caller = caller(&vectors, "token-request", &auth_server());
        let (role, token) = (the_auth_server(), vectors.token(name).jwt.clone());
        assert_eq!(role.resource_token(&caller, &token, NOW).unwrap_err().kind(), expected, "{name}");
    }
}

fn auth_token(vectors: &SeedVectors, granted: &Granted, change: impl FnOnce(&mut AuthClaims)) -> String {
    let basis = GrantBasis::from_bytes(
        &GrantBasis::of(&access(vectors, |_| ()).unwrap(), &the_auth_server()).to_bytes(),
    )
    .unwrap();
    let (mut claims, dialect) = the_auth_server().auth_claims(&basis, granted, jti(), NOW).unwrap();
    change(&mut claims);
    mint(&claims, dialect.tokens, &signing_key(vectors, "auth-server")).unwrap()
}

fn granted(names: &str) -> Granted {
    Granted { subject: Some("testuser".to_owned()), scope: scope(names) }
}

fn receive(vectors: &SeedVectors, text: &str) -> Result<aauth_token::AuthToken, DistrustError> {
    let agent = the_agent(vectors);
    let verified = believe(vectors, &challenge(vectors, |_| ())).unwrap();
    let token = agent.receive_token(text, &verified)?;
    agent.verify_token(&token, &verified, &published(vectors, auth_server().as_str()), NOW)
}

#[test]
fn the_token_of_a_kept_request_is_that_of_the_vectors() {
    let vectors = seed_vectors();
    let vector = vectors.token("auth-token-user");
    let token = auth_token(&vectors, &granted("data.read data.write"), |claims| {
        claims.issuance.id = TokenId::parse(vector.claims["jti"].as_str().unwrap()).unwrap();
    });
    assert_eq!(token, vector.jwt);
}

#[test]
fn more_than_was_asked_for_is_never_granted() {
    let vectors = seed_vectors();
    let token = receive(&vectors, &auth_token(&vectors, &granted("admin data.write"), |_| ())).unwrap();
    assert_eq!(token.scope().to_string(), "data.write");
}

#[test]
fn an_agent_keeps_only_a_token_that_was_made_for_it() {
    let vectors = seed_vectors();
    let whole = granted("data.read data.write");
    assert!(receive(&vectors, &auth_token(&vectors, &whole, |_| ())).is_ok());
    let refused =
        |change: fn(&mut AuthClaims)| receive(&vectors, &auth_token(&vectors, &whole, change)).unwrap_err();

    assert_eq!(
        refused(|c| c.issuance.issuer = id("https://second-auth-server.com")),
        DistrustError::AuthToken(TokenError::IssuerUntrusted)
    );
    assert_eq!(
        refused(|c| c.audience = id("https://second.resource.com")),
        DistrustError::AuthToken(TokenError::AudienceMismatch)
    );
    assert_eq!(
        refused(|c| c.agent = Some(id("https://stranger.example"))),
        DistrustError::AuthToken(TokenError::AgentMismatch)
    );
    assert_eq!(refused(|c| c.scope = Some(scope("data.read admin"))), DistrustError::ScopeWidened);
    let foreign = auth_token(&vectors, &whole, |c| c.key = common::public(&vectors, "delegate"));
    assert_eq!(
        receive(&vectors, &foreign).unwrap_err(),
        DistrustError::AuthToken(TokenError::BindingMismatch)
    );
    assert_eq!(receive(&vectors, "x.y").unwrap_err().kind(), "segments");
}

#[test]
fn a_basis_of_a_dialect_that_was_switched_off_mints_nothing() {
    let vectors = seed_vectors();
    let basis = GrantBasis::of(&access(&vectors, |_| ()).unwrap(), &the_auth_server());
    let without = AuthServer::new(auth_server(), vec![], Network::Public);
    let error = without.auth_claims(&basis, &granted("data.read"), jti(), NOW).unwrap_err();
    assert_eq!(error, aauth_roles::BasisError::Dialect);
    assert_eq!(GrantBasis::from_bytes(b"{}").unwrap_err(), aauth_roles::BasisError::Damaged);
}

#[test]
fn a_pseudonym_is_told_that_an_identity_is_needed() {
    let vectors = seed_vectors();
    let answer = the_resource().refuse_scheme(&common_pseudonym(&vectors));
    assert_eq!(answer.headers()["aauth"], "require=identity");
    assert_eq!(
        String::from_utf8_lossy(answer.body()),
        r#"{"error":"invalid_signature","error_description":"An agent identity is required"}"#
    );
    let refused = the_auth_server().refuse(&Refusal::NoIdentity);
    assert_eq!(
        (refused.status(), &refused.headers()["aauth"]),
        (StatusCode::UNAUTHORIZED, &"require=identity".parse().unwrap())
    );
    assert_eq!(signing_key(&vectors, "agent").kid(), Some("key-1"));
    let _ = as_agent();
}

#[test]
fn an_unreadable_request_is_answered_in_the_first_dialect() {
    static LATER: Dialect = Dialect { name: "later", challenge: &aauth_challenge::DRAFT_11, ..SEED };
    let rejection = Rejection::Signature(SignatureError::Unsigned);
    for (dialects, field, value) in [
        (vec![&SEED, &LATER], "aauth", "require=identity"),
        (vec![&LATER, &SEED], "aauth-requirement", "requirement=agent-token"),
    ] {
        let role = Resource::new(resource(), auth_server(), dialects, Network::Public);
        let answer = role.refuse(&rejection, &Requirement::Identity);
        assert_eq!(
            (answer.status(), answer.headers()[field].to_str().unwrap()),
            (StatusCode::UNAUTHORIZED, value)
        );
        assert_eq!(answer.headers().keys().filter(|name| name.as_str().starts_with("aauth")).count(), 1);
    }
}

#[test]
fn a_port_says_what_it_requires() {
    let (plain, server) = (the_resource(), the_auth_server());
    assert_eq!((plain.network(), plain.binds_bodies()), (Network::Public, false));
    let window = Duration::from_secs(10);
    let binding = Coverage::new().with_window(window).also([Component::CONTENT_DIGEST]);
    let local =
        Resource::new(resource(), auth_server(), vec![&SEED], Network::InsecureLoopback).requiring(binding);
    assert_eq!((local.network(), local.binds_bodies()), (Network::InsecureLoopback, true));
    assert_eq!((plain.coverage().window(), local.coverage().window()), (Duration::from_secs(60), window));
    let strict = the_auth_server().requiring(Coverage::new().with_window(window));
    assert_eq!((server.coverage().window(), strict.coverage().window()), (Duration::from_secs(60), window));
}

#[test]
fn dialects_are_told_apart_by_their_names() {
    assert_eq!(&SEED, &SEED);
    assert_ne!(&SEED, &SEED_DICTIONARY);
}

#[test]
fn a_kept_request_says_what_was_asked_for() {
    let vectors = seed_vectors();
    let request = access(&vectors, |_| ()).unwrap();
    assert_eq!(request.asked().name(), "access");
    let basis = GrantBasis::of(&request, &the_auth_server());
    assert_eq!(basis.scope().to_string(), "data.read data.write");
}

#[test]
fn a_body_that_selects_nothing_is_refused_by_name() {
    let long = format!(r#"{{"resource_token":"{}"}}"#, "x".repeat(8193));
    for (body, kind) in [
        ("[]", "json_not_an_object"),
        (r#"{"resource_token":1}"#, "wrong_type"),
        (&*long, "too_long"),
        (r#"{"scope":"a  b"}"#, "scope"),
        ("{}", "no_mode"),
    ] {
        assert_eq!(TokenRequest::parse(body.as_bytes()).unwrap_err().kind(), kind, "{body:.40}");
    }
}

/// What a store keeps of a request whose token has already named the person, as the request itself would keep it.
fn basis_that_knows(vectors: &SeedVectors, known: serde_json::Value) -> GrantBasis {
    let basis = GrantBasis::of(&access(vectors, |_| ()).unwrap(), &the_auth_server());
    let mut kept: serde_json::Value = serde_json::from_slice(&basis.to_bytes()).unwrap();
    kept["known"] = known;
    GrantBasis::from_bytes(kept.to_string().as_bytes()).unwrap()
}

#[test]
fn the_person_that_a_token_has_named_is_nobody_elses_to_change() {
    let vectors = seed_vectors();
    let alice = || Some("alice".to_owned());
    for (known, by_policy, by_person) in [
        (serde_json::json!("nobody"), Some("testuser".to_owned()), true),
        (serde_json::json!({ "own": "alice" }), alice(), false),
        (serde_json::json!({ "own": "testuser" }), Some("testuser".to_owned()), true),
        (serde_json::json!({ "own": null }), None, true),
        (serde_json::json!({ "foreign": "alice" }), alice(), true),
    ] {
        let basis = basis_that_knows(&vectors, known.clone());
        assert_eq!(basis.by_policy(granted("data.read")).subject, by_policy, "{known}");
        assert_eq!(basis.by_person(granted("data.read")), by_person.then(|| granted("data.read")), "{known}");
    }
}
