//! What the auth server stands on fails, or is full: nobody is told more than to come back.

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

use aauth_discovery::{
    AgentMetadata, DiscoveryError, IssuerMetadata, ResolveFuture, Resolver, ResourceMetadata,
};
use aauth_jose::Jwks;
use aauth_types::json::JsonError;
use aauth_types::{Document, KeyRef, ServerId};
use axum::body::Body;
use common::*;
use http::Request;
use serde_json::{Value, json};

fn assert_come_back(answer: &Answer, status: u16, error: &str, description: &str) {
    assert_error(answer, status, error, description);
    assert!(answer.field("retry-after").unwrap().parse::<u64>().unwrap() >= 1);
}

#[tokio::test]
async fn a_store_that_is_down_costs_time_and_nothing_else() {
    let store = Arc::new(Shaky::default());
    let world = World::with(|settings| settings.required.store = store.clone());
    let open = world.open().await;
    store.set_down(true);
    let refused = ("temporarily_unavailable", "Try again later");
    assert_come_back(&world.poll(&open).await, 503, refused.0, refused.1);
    let answer = world.ask(&resource_claims("while-down")).await;
    assert_come_back(&answer, 503, refused.0, refused.1);
    store.set_down(false);
    assert_eq!(world.poll(&open).await.status.as_u16(), 202);
    // The token was not recorded as used, so the repeated request goes through.
    assert_eq!(world.ask(&resource_claims("while-down")).await.status.as_u16(), 202);
}

/// What takes time is the same for each of them: one question for keys, and no row is looked at.
#[tokio::test]
async fn unknown_issuer_unknown_key_and_bad_signature_take_the_same_steps() {
    let liar = Peer { key: Peer::pseudonym("stranger").key, ..Peer::agent() };
    let peers = [liar, Peer::published(UNKNOWN, "key-1", "agent"), Peer::published(AGENT, "key-9", "agent")];
    for peer in peers {
        let store = Arc::new(Shaky::default());
        let world = World::with(|settings| settings.required.store = store.clone());
        let open = world.open().await;
        store.set_down(true);
        let token = token_call(&peer, &resource_token(&resource_claims("unused")));
        for call in [token, peer.call("GET", AUTH, &open.path), peer.call("DELETE", AUTH, &open.path)] {
            let asked = world.resolver.asked().len();
            let answer = world.send(call.signed()).await;
            assert_error(&answer, 401, "invalid_signature", "Signature verification failed");
            assert_eq!(world.resolver.asked().len(), asked + 1);
        }
    }
}

/// Of one server it says what it is told to, of the others what is known.
struct Elsewhere {
    known: Arc<Known>,
    says: Mutex<Result<Arc<Jwks>, DiscoveryError>>,
}

impl Resolver for Elsewhere {
    fn jwks<'a>(&'a self, key: &'a KeyRef) -> ResolveFuture<'a, Arc<Jwks>> {
        if key.issuer != server(UNKNOWN) {
            return self.known.jwks(key);
        }
        Box::pin(std::future::ready(self.says.lock().unwrap().clone()))
    }

    fn agent<'a>(&'a self, id: &'a ServerId) -> ResolveFuture<'a, Arc<AgentMetadata>> {
        self.known.agent(id)
    }

    fn issuer<'a>(&'a self, id: &'a ServerId) -> ResolveFuture<'a, Arc<IssuerMetadata>> {
        self.known.issuer(id)
    }

    fn resource<'a>(&'a self, id: &'a ServerId) -> ResolveFuture<'a, Arc<ResourceMetadata>> {
        self.known.resource(id)
    }
}

/// Every reason for which keys cannot be had.
fn unavailable() -> Vec<DiscoveryError> {
    let document = Document::Agent;
    vec![
        DiscoveryError::Json { document, source: JsonError::Malformed { at: 0 } },
        DiscoveryError::Absent { document, member: "jwks_uri" },
        DiscoveryError::WrongType { document, member: "jwks_uri", found: "a number", expected: "a string" },
        DiscoveryError::WrongValue { document, member: "jwks_uri", expected: "an https url", at: Some(0) },
        DiscoveryError::WrongIdentifier { document, member: "agent" },
        DiscoveryError::KeySet { source: Jwks::parse(b"<html>").unwrap_err() },
        DiscoveryError::TooManyKeys { found: 101, limit: 100 },
        DiscoveryError::JwksElsewhere,
        DiscoveryError::Redirect { status: 302 },
        DiscoveryError::Status { status: 404 },
        DiscoveryError::Status { status: 500 },
        DiscoveryError::ContentType,
        DiscoveryError::ContentEncoding,
        DiscoveryError::TooLarge { limit: 65_536 },
        DiscoveryError::AddressRefused { range: "loopback" },
        DiscoveryError::NoAddress,
        DiscoveryError::Timeout { limit: std::time::Duration::from_secs(5) },
        DiscoveryError::Unreachable,
        DiscoveryError::Busy,
        DiscoveryError::Interrupted,
        DiscoveryError::IssuerRefused,
        DiscoveryError::Unknown,
        DiscoveryError::Client,
    ]
}

/// Key sets in which `kid` selects no key that could have signed.
fn useless(kid: &str) -> Vec<Jwks> {
    let named = |name: &str, more: Value| {
        let mut key = jwk(name);
        key["kid"] = kid.into();
        key.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        key
    };
    let sets = [
        json!([]),
        json!([{"kty": "OKP", "crv": "Ed25519", "x": jwk("stranger")["x"], "kid": "another"}]),
        json!([named("stranger", json!({}))]),
        json!([named("agent", json!({})), named("agent", json!({}))]),
        json!([named("agent", json!({"use": "enc"}))]),
        json!([named("agent", json!({"key_ops": ["sign"]}))]),
        json!([named("agent", json!({"alg": "ES256"}))]),
        json!([named("agent", json!({"x": "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}))]),
        json!([{"kty": "RSA", "n": "AQAB", "e": "AQAB", "kid": kid}]),
    ];
    sets.map(|keys| Jwks::parse(json!({ "keys": keys }).to_string().as_bytes()).unwrap()).into()
}

/// What each of these says about its key: who signs the request, who signed the token in its `Signature-Key`, and who signed
/// the one in its body.
struct Claimed<'a> {
    request: Peer,
    credential: &'a str,
    body: &'a str,
}

impl Claimed<'_> {
    /// The signed routes of the auth server, where the claim is in the request and where it is in a token.
    fn requests(&self, open: &Open) -> [Vec<Request<Body>>; 3] {
        let resource = resource_token(&resource_claims("unused"));
        let routes = |peer: &Peer| {
            let pending = |method| peer.call(method, AUTH, &open.path);
            let reply = peer.post(AUTH, &open.path, "{\"clarification_response\": \"because\"}");
            [token_call(peer, &resource), pending("GET"), reply, pending("DELETE")]
                .map(|call| call.signed())
                .into()
        };
        [
            routes(&self.request),
            routes(&Peer::presenting(self.credential, "delegate")),
            vec![token_call(&Peer::agent(), self.body).signed()],
        ]
    }
}

/// Good signatures of an issuer of which only the resolver knows.
fn elsewhere_signed(open: &Open) -> [Vec<Request<Body>>; 3] {
    let said = |typ: &str| json!({"alg": "EdDSA", "kid": "key-1", "typ": typ});
    let credential = jwt_with(&said("agent+jwt"), "agent", &with(agent_claims(), "iss", UNKNOWN.into()));
    let claims = with(resource_claims("unused"), "iss", UNKNOWN.into());
    let body = jwt_with(&said("resource+jwt"), "agent", &claims);
    let request = Peer::published(UNKNOWN, "key-1", "agent");
    Claimed { request, credential: &credential, body: &body }.requests(open)
}

/// What `signer` signed under the names of the agent and of the resource, and a key of this number.
fn forged(open: &Open, number: u8, signer: &str) -> [Vec<Request<Body>>; 3] {
    let said = |typ: &str, name: &str| json!({"alg": "EdDSA", "kid": format!("{name}-{number}"), "typ": typ});
    let credential = jwt_with(&said("agent+jwt", "key"), signer, &agent_claims());
    let body = jwt_with(&said("resource+jwt", "resource-key"), signer, &resource_claims("unused"));
    let request = Peer::published(AGENT, &format!("key-{number}"), signer);
    Claimed { request, credential: &credential, body: &body }.requests(open)
}

/// An unknown issuer for every reason there is, keys that do not serve, forged signatures: on each route and in each place
/// the answers have one status, one set of fields and one text.
#[tokio::test]
async fn no_answer_tells_an_unknown_issuer_from_an_unknown_key_or_a_bad_signature() {
    let known = Known::new();
    let elsewhere = Arc::new(Elsewhere { known, says: Mutex::new(Err(DiscoveryError::Unknown)) });
    let world = World::with(|settings| settings.required.resolver = elsewhere.clone());
    let open = world.open().await;
    let row = world.row(&open).await;
    let says = |said| *elsewhere.says.lock().unwrap() = said;
    let expected = [
        (401, error_body("invalid_signature", "Signature verification failed")),
        (401, error_body("invalid_agent_token", "Token verification failed")),
        (400, error_body("invalid_resource_token", "The resource token could not be verified")),
    ];
    let mut first: [Vec<Answer>; 3] = Default::default();
    let mut compare = async |what: &str, places: [Vec<Request<Body>>; 3]| {
        for ((requests, first), (status, text)) in places.into_iter().zip(&mut first).zip(&expected) {
            let mut answers = Vec::new();
            for request in requests {
                let answer = world.send(request).await;
                assert_eq!((answer.status.as_u16(), &answer.text), (*status, text), "{what}");
                answers.push(answer);
            }
            if first.is_empty() {
                first.clone_from(&answers);
            }
            assert_eq!(&answers, first, "{what}");
        }
    };
    for error in unavailable() {
        let what = error.to_string();
        says(Err(error));
        compare(&what, elsewhere_signed(&open)).await;
    }
    for keys in useless("key-1") {
        let what = format!("{keys:?}");
        says(Ok(Arc::new(keys)));
        compare(&what, elsewhere_signed(&open)).await;
    }
    for (number, signer) in [(9, "stranger"), (1, "stranger"), (1, "agent-2")] {
        compare(&format!("key {number} of {signer}"), forged(&open, number, signer)).await;
    }
    assert_eq!((world.row(&open).await, world.decided()), (row, 1));

    // With the right key the very same requests get further.
    says(Ok(Arc::new(Jwks::from_keys([public("agent")]))));
    for (requests, (_, text)) in elsewhere_signed(&open).into_iter().zip(&expected) {
        for request in requests {
            assert_ne!(world.send(request).await.text, *text);
        }
    }
}

#[tokio::test]
async fn a_store_that_turns_read_only_loses_nothing_and_issues_nothing_until_it_is_back() {
    let store = Arc::new(Shaky::default());
    let world = World::with(|settings| settings.required.store = store.clone());
    let (granted, waiting) = (world.open().await, world.open().await);
    assert_eq!(Browser::new(&world).decide(&granted.code, "grant").await.status, 200);
    let mut browser = Browser::new(&world);
    let page = browser.sign_in(&waiting.code).await;
    store.set_read_only(true);
    let refused = ("temporarily_unavailable", "Try again later");
    assert_eq!(world.poll(&waiting).await.status, 202, "reading goes on");
    for _ in 0..2 {
        assert_come_back(&world.poll(&granted).await, 503, refused.0, refused.1);
    }
    assert_come_back(&world.ask(&resource_claims("r")).await, 503, refused.0, refused.1);
    let cancel = world.send(world.on(&waiting, "DELETE").signed()).await;
    assert_come_back(&cancel, 503, refused.0, refused.1);
    let decided = browser.submit(&page, &[("consent", "grant")]).await;
    assert_eq!(decided.status, 503, "an approval that is not stored is not acknowledged");
    store.set_read_only(false);
    assert_eq!(world.poll(&granted).await.status, 200);
    assert_eq!(world.poll(&granted).await.status, 404);
    assert_eq!(browser.submit(&page, &[("consent", "grant")]).await.status, 200);
    assert_eq!(world.poll(&waiting).await.status, 200);
}

#[tokio::test]
async fn one_agent_cannot_fill_the_server() {
    let world = World::with(|settings| settings.open_per_agent = 2);
    for jti in ["one", "two"] {
        assert_eq!(world.ask(&resource_claims(jti)).await.status.as_u16(), 202);
    }
    let answer = world.ask(&resource_claims("three")).await;
    assert_come_back(&answer, 429, "slow_down", "Too many open requests of this agent");
}

#[tokio::test]
async fn all_agents_together_cannot_fill_the_server() {
    let world = World::with(|settings| settings.open_in_all = 2);
    for jti in ["one", "two"] {
        assert_eq!(world.ask(&resource_claims(jti)).await.status.as_u16(), 202);
    }
    let answer = world.ask(&resource_claims("three")).await;
    assert_come_back(&answer, 503, "temporarily_unavailable", "Too many open requests");
}
