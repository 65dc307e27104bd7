//! One auth server without a network, and a browser.

#![allow(dead_code, unreachable_pub, unused_imports, reason = "each test file uses a part of it")]

mod browser;
mod peer;
mod shaky;
mod tracing;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aauth_auth_server::{
    Approvals, AuthServer, Decide, Decision, Required, Settings, SigningKeys, TestUsers,
    router_with_approvals,
};
use aauth_deferred::{Pending, PendingId};
use aauth_roles::{SEED, SEED_DICTIONARY};
use aauth_runtime::Clock;
use aauth_store::{Key, Memory, Space, Store};
use aauth_testkit::{CountingEntropy, FakeClock};
use aauth_types::{Network, Scope, Secret};
use axum::Router;
use axum::body::Body;
use http::Request;
use serde_json::Value;

/// Where the browser's forms come from.
const ORIGIN: &str = AUTH;

pub use browser::Browser;
pub use peer::*;
pub use shaky::Shaky;
pub use tracing::Written;

pub struct World {
    pub router: Router,
    pub approvals: Approvals,
    pub clock: Arc<FakeClock>,
    pub store: Arc<Memory>,
    pub resolver: Arc<Known>,
    decision: Arc<Mutex<Decision>>,
    decided: Arc<AtomicUsize>,
}

impl World {
    /// A policy that asks a person.
    pub fn new() -> Self {
        Self::with(|_| {})
    }

    pub fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let clock = Arc::new(FakeClock::at(FakeClock::TRACE));
        let store = Arc::new(Memory::default());
        let resolver = Known::new();
        let decision = Arc::new(Mutex::new(Decision::Consent));
        let decided = Arc::new(AtomicUsize::new(0));
        let policy = {
            let (decision, decided) = (decision.clone(), decided.clone());
            Decide(move |_| {
                decided.fetch_add(1, Ordering::SeqCst);
                decision.lock().unwrap().clone()
            })
        };
        let mut settings = Settings::from(Required {
            role: AuthServer::new(server(AUTH), vec![&SEED, &SEED_DICTIONARY], Network::Public),
            network: Network::Public,
            keys: SigningKeys::new(Arc::new(key("auth-server"))).unwrap(),
            secret: Secret::new([7; 32]),
            resolver: resolver.clone(),
            store: store.clone(),
            policy: Arc::new(policy),
            sign_in: Arc::new(TestUsers::demonstration_only([("testuser", "testpass")]).unwrap()),
        });
        settings.clock = clock.clone();
        settings.entropy = Arc::new(CountingEntropy::default());
        change(&mut settings);
        let (router, approvals) = router_with_approvals(settings);
        Self { router, approvals, clock, store, resolver, decision, decided }
    }

    pub fn decides(&self, decision: Decision) {
        *self.decision.lock().unwrap() = decision;
    }

    pub fn grants(&self, scope: &str) {
        let scope = Scope::parse(scope).unwrap();
        self.decides(Decision::Grant { subject: Some("testuser".to_owned()), scope });
    }

    /// How often the policy was asked: before it, nothing is minted and nothing is opened.
    pub fn decided(&self) -> usize {
        self.decided.load(Ordering::SeqCst)
    }

    pub fn pass(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }

    pub fn now(&self) -> i64 {
        self.clock.now().as_secs()
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        Answer::of(&self.router, request).await
    }

    /// `POST /token` of the agent.
    pub async fn ask(&self, claims: &Value) -> Answer {
        self.send(token_call(&Peer::agent(), &resource_token(claims)).at(self.now()).signed()).await
    }

    /// A signed `POST /token` of this peer, with any body.
    pub async fn token(&self, peer: &Peer, body: &str) -> Answer {
        self.send(peer.post(AUTH, "/token", body).at(self.now()).signed()).await
    }

    /// A request that waits for a person.
    pub async fn open(&self) -> Open {
        let jti = format!("open-{}", self.decided());
        let claims = with(resource_claims(&jti), "iat", self.now().into());
        let claims = with(claims, "exp", (self.now() + 300).into());
        let answer = self.ask(&claims).await;
        Open::by(&answer)
    }

    /// A signed request of the agent to a pending URL.
    pub fn on(&self, open: &Open, method: &str) -> Call {
        Peer::agent().call(method, AUTH, &open.path).at(self.now())
    }

    pub async fn poll(&self, open: &Open) -> Answer {
        self.send(self.on(open, "GET").signed()).await
    }

    pub async fn reply(&self, open: &Open, body: &str) -> Answer {
        self.send(Peer::agent().post(AUTH, &open.path, body).at(self.now()).signed()).await
    }

    /// The bytes of the pending row.
    pub async fn row(&self, open: &Open) -> Vec<u8> {
        let id = PendingId::parse(open.path.rsplit('/').next().unwrap()).unwrap();
        let key = Key::new(Space::Pending, id.hash().as_bytes()).unwrap();
        self.store.get(&key, self.clock.now()).await.unwrap().map(|row| row.value).unwrap_or_default()
    }

    pub async fn state(&self, open: &Open) -> String {
        Pending::from_bytes(&self.row(open).await).unwrap().at(self.clock.now()).state().to_string()
    }
}

/// A request that waits for a person.
#[derive(Debug, Clone)]
pub struct Open {
    pub location: String,
    pub path: String,
    pub code: String,
}

impl Open {
    /// The request that a `202` has opened; without a code for an approval.
    pub fn by(answer: &Answer) -> Self {
        assert_eq!(answer.status, 202, "{}", answer.text);
        let location = answer.field("location").unwrap().to_owned();
        let code = answer.json()["code"].as_str().unwrap_or_default().to_owned();
        Self { path: location.strip_prefix(AUTH).unwrap().to_owned(), location, code }
    }
}

pub fn token_call(peer: &Peer, resource_token: &str) -> Call {
    peer.post(AUTH, "/token", &format!("{{\"resource_token\": \"{resource_token}\"}}"))
}

/// A JSON answer of the token endpoint or of a pending URL: exact body, and nothing that a cache may keep.
pub fn assert_json(answer: &Answer, status: u16, body: &str) {
    assert_eq!((answer.status.as_u16(), answer.text.as_str()), (status, body));
    assert_eq!(answer.field("content-type"), Some("application/json"));
    assert_eq!(answer.field("cache-control"), Some("no-store"));
    for field in ["location", "aauth-access", "set-cookie"] {
        assert_eq!(answer.field(field), None);
    }
}

/// The same for an error, without a challenge.
pub fn assert_error(answer: &Answer, status: u16, error: &str, description: &str) {
    assert_json(answer, status, &error_body(error, description));
    assert_eq!(answer.field("aauth"), None);
}

/// What a pending URL answers that does not exist.
pub fn assert_not_found(answer: &Answer) {
    assert_json(answer, 404, "{\"error\":\"not_found\"}");
    assert_eq!((answer.field("aauth"), answer.field("retry-after")), (None, None));
}
