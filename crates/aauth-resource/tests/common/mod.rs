//! One resource without a network.

#![allow(dead_code, unreachable_pub, unused_imports, reason = "each test file uses a part of it")]

#[path = "../../../aauth-auth-server/tests/common/peer.rs"]
mod peer;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use aauth_jose::b64;
use aauth_resource::{Protection, Requirement, Resource, Settings, Verified};
use aauth_roles::{SEED, SEED_DICTIONARY};
use aauth_testkit::{CountingEntropy, FakeClock};
use aauth_types::{Network, Scope};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::routing::any;
use http::Request;
use serde_json::Value;

pub use peer::*;

pub struct World {
    pub router: Router,
    pub clock: Arc<FakeClock>,
    pub resolver: Arc<Known>,
    served: Arc<AtomicUsize>,
}

impl World {
    pub fn new() -> Self {
        Self::with(|settings| settings)
    }

    /// Routes: `/open` for everybody, `/pseudonym`, `/identity`, `/files/{name}`, `/data` for `data.read`, `/admin` for `admin`, `/any` for
    /// any auth token, the same below `/api/v1`, and `/sundays`, where the handler refuses everybody.
    pub fn with(change: impl FnOnce(Settings) -> Settings) -> Self {
        let clock = Arc::new(FakeClock::at(FakeClock::TRACE));
        let resolver = Known::new();
        let served = Arc::new(AtomicUsize::new(0));
        let resource =
            Resource::new(server(RESOURCE), server(AUTH), vec![&SEED, &SEED_DICTIONARY], Network::Public);
        let mut settings = Settings::new(resource, Arc::new(key("resource")), resolver.clone());
        settings.clock = clock.clone();
        settings.entropy = Arc::new(CountingEntropy::default());
        let settings = change(settings);
        let resource = settings.resource.clone();
        let refused = move || async move { resource.deny("Not on Sundays").map(Body::from) };
        let protection = Protection::new(settings);
        let inner = routes(&protection, &served);
        let router = inner
            .clone()
            .route("/open", any(|| async { "open" }))
            .route("/public", any(whoever).layer(protection.require_nothing()))
            .route("/bare", any(whoever))
            .route("/sundays", any(refused).layer(protection.require(require("data.read"))))
            .nest("/api/v1", inner)
            .merge(protection.resource_tokens(Scope::parse("data.read data.write admin").unwrap()))
            .merge(protection.documents(|metadata| {
                metadata.resource_token_endpoint = Some(protection.resource_token_endpoint());
            }));
        Self { router, clock, resolver, served }
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        Answer::of(&self.router, request).await
    }

    /// How often a protected handler ran.
    pub fn served(&self) -> usize {
        self.served.load(Ordering::SeqCst)
    }
}

/// Says whom it sees, and whether the token can be handed on.
async fn whoever(caller: Option<Verified>) -> String {
    let Some(Verified(caller)) = caller else { return "nobody".to_owned() };
    let agent = caller.agent().map_or("pseudonym", |agent| agent.as_str());
    let delegate = caller.delegate().unwrap_or("-");
    let token = caller.expose_upstream_token().map_or("-", |_| "token");
    format!("{agent} {delegate} {token} {} {}", caller.key(), caller.dialect())
}

fn require(scope: &str) -> Requirement {
    Requirement::AuthToken(Scope::parse(scope).unwrap())
}

fn routes(protection: &Protection, served: &Arc<AtomicUsize>) -> Router {
    let rows = [
        ("/pseudonym", Requirement::Pseudonym),
        ("/identity", Requirement::Identity),
        ("/data", require("data.read")),
        ("/files/{name}", Requirement::Identity),
        ("/admin", require("data.read admin")),
        ("/any", Requirement::AuthToken(Scope::default())),
    ];
    rows.into_iter().fold(Router::new(), |router, (path, requirement)| {
        let served = served.clone();
        let handler = move |caller: Verified, body: Bytes| async move {
            served.fetch_add(1, Ordering::SeqCst);
            let agent = caller.0.agent().map_or("pseudonym", |agent| agent.as_str()).to_owned();
            format!("{agent} {} {}", caller.0.scheme().name(), body.len())
        };
        router.route(path, any(handler).layer(protection.require(requirement)))
    })
}

/// A 401 in JSON: exact body and challenge, and no resource token anywhere.
pub fn assert_refused(answer: &Answer, error: &str, description: &str, challenge: &str) {
    assert_eq!((answer.status.as_u16(), answer.text.as_str()), (401, &*error_body(error, description)));
    assert_eq!(answer.field("content-type"), Some("application/json"));
    assert_eq!(answer.field("aauth"), Some(challenge));
    assert!(!format!("{answer:?}").contains("resource-token"));
}

/// A 401 that asks for an auth token: exact, with the resource token's claims.
pub fn challenged(answer: &Answer) -> Value {
    assert_eq!((answer.status.as_u16(), answer.text.as_str()), (401, "Authorization required"));
    assert_eq!(answer.field("content-type"), None);
    let value = answer.field("aauth").unwrap();
    let token = value.strip_prefix("require=auth-token; resource-token=\"").unwrap();
    let token = token.strip_suffix("\"; auth-server=\"https://auth-server.com\"").unwrap();
    let part = |index| {
        let part = b64::decode(token.split('.').nth(index).unwrap()).unwrap();
        serde_json::from_slice::<Value>(&part).unwrap()
    };
    assert_eq!(part(0), serde_json::json!({"alg": "EdDSA", "kid": "resource-key-1", "typ": "resource+jwt"}));
    part(1)
}

/// The claims of a resource token that was just made for the agent.
pub fn expected(jti: &Value, signer: &str, scope: &str) -> Value {
    serde_json::json!({
        "iss": RESOURCE, "aud": AUTH, "jti": jti, "agent": AGENT, "agent_jkt": thumbprint(signer),
        "scope": scope, "iat": NOW, "exp": NOW + 300,
    })
}

/// The agent with a good auth token.
pub fn authorized() -> Peer {
    Peer::presenting(&auth_token(&auth_claims()), "agent")
}
