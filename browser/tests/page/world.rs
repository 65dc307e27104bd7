//! An auth server behind a socket, and the agent and the resource that it knows.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use aauth_auth_server::{AuthServer, Decide, Decision, Required, Settings, SigningKeys, TestUsers, router};
use aauth_discovery::{AgentMetadata, HttpsUri, IssuerMetadata, ResourceMetadata, StaticResolver};
use aauth_http::listen;
use aauth_jose::{Algorithm, Jwks, Signer as _, SigningKey};
use aauth_roles::SEED;
use aauth_runtime::{Clock, SystemClock};
use aauth_store::Memory;
use aauth_testkit::CountingEntropy;
use aauth_types::{EndpointUrl, Network, Secret, ServerId, UnixTime};
use axum::Router;

pub(crate) const LOOPBACK: Network = Network::InsecureLoopback;
pub(crate) const AGENT: &str = "https://trips.example";
pub(crate) const RESOURCE: &str = "https://calendar.example";
/// A scope that is described with one word of 10 kilobytes.
pub(crate) const WORDY: &str = "calendar.wordy";

/// The servers of one test.
pub(crate) struct World {
    pub(crate) id: ServerId,
    pub(crate) clock: Arc<Ahead>,
    pub(crate) agent_key: Arc<SigningKey>,
    pub(crate) resource_key: Arc<SigningKey>,
    pub(crate) http: reqwest::Client,
}

impl World {
    pub(crate) async fn start() -> Self {
        Self::with(|_| {}).await
    }

    /// `change`: what this test's auth server has otherwise.
    pub(crate) async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let listening = listen(([127, 0, 0, 1], 0).into()).await.unwrap();
        let id = server(&format!("http://{}", listening.address()));
        let clock = Arc::new(Ahead::default());
        let auth_key = Arc::new(key("auth-key-1", 3));
        let (agent_key, resource_key) = (Arc::new(key("key-1", 1)), Arc::new(key("resource-key-1", 2)));
        let resolver = Arc::new(known(&id, [&agent_key, &resource_key, &auth_key]));
        let mut settings = Settings::from(Required {
            role: AuthServer::new(id.clone(), vec![&SEED], LOOPBACK),
            network: LOOPBACK,
            keys: SigningKeys::new(auth_key).unwrap(),
            secret: Secret::new([7; 32]),
            resolver,
            store: Arc::new(Memory::default()),
            policy: Arc::new(Decide(|_| Decision::Consent)),
            sign_in: Arc::new(
                TestUsers::demonstration_only([("ada", "a password"), ("bob", "two")]).unwrap(),
            ),
        });
        settings.name = Some("Example Accounts".to_owned());
        settings.terms.retry_after = 0;
        settings.clock = clock.clone();
        settings.entropy = Arc::new(CountingEntropy::default());
        change(&mut settings);
        tokio::spawn(listening.serve(router(settings), std::future::pending()));
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { id, clock, agent_key, resource_key, http }
    }

    pub(crate) fn origin(&self) -> &str {
        self.id.as_str()
    }

    pub(crate) fn page(&self) -> String {
        format!("{}/interact", self.id)
    }
}

/// Serves `routes` and returns the port.
pub(crate) async fn serve(routes: Router) -> u16 {
    let listening = listen(([127, 0, 0, 1], 0).into()).await.unwrap();
    let port = listening.address().port();
    tokio::spawn(listening.serve(routes, std::future::pending()));
    port
}

pub(crate) fn server(text: &str) -> ServerId {
    ServerId::parse(text, LOOPBACK).unwrap()
}

pub(crate) fn key(kid: &str, seed: u8) -> SigningKey {
    SigningKey::from_seed(Algorithm::Ed25519, Secret::new([seed; 32]), Some(kid)).unwrap()
}

fn known(auth: &ServerId, [agent_key, resource_key, auth_key]: [&SigningKey; 3]) -> StaticResolver {
    let uri = |path: &str| Some(HttpsUri::parse(&format!("{AGENT}{path}"), LOOPBACK).unwrap());
    let mut agent = AgentMetadata::new(server(AGENT), EndpointUrl::on(&server(AGENT), "/jwks.json"));
    agent.client_name = Some("Trip Planner".to_owned());
    agent.clarification_supported = true;
    agent.localhost_callback_allowed = true;
    (agent.tos_uri, agent.policy_uri) = (uri("/terms"), uri("/privacy"));
    let mut resource =
        ResourceMetadata::new(server(RESOURCE), EndpointUrl::on(&server(RESOURCE), "/jwks.json"));
    resource.client_name = Some("Calendar".to_owned());
    let wordy = "W".repeat(10_240);
    resource.scope_descriptions = [
        ("calendar.read", "See your appointments"),
        ("calendar.write", "Add and change appointments"),
        (WORDY, &wordy),
    ]
    .map(|(name, text)| (name.to_owned(), text.to_owned()))
    .to_vec();
    StaticResolver::new()
        .with_jwks(server(AGENT), Jwks::from_keys([agent_key.public_jwk()]))
        .with_jwks(server(RESOURCE), Jwks::from_keys([resource_key.public_jwk()]))
        .with_jwks(auth.clone(), Jwks::from_keys([auth_key.public_jwk()]))
        .with_agent(agent)
        .with_resource(resource)
        .with_issuer(IssuerMetadata {
            issuer: auth.clone(),
            token_endpoint: EndpointUrl::on(auth, "/token"),
            interaction_endpoint: EndpointUrl::on(auth, "/interact"),
            jwks_uri: EndpointUrl::on(auth, "/jwks.json").into(),
        })
}

/// The machine's clock, and as much later as a test says.
#[derive(Debug, Default)]
pub(crate) struct Ahead(AtomicU64);

impl Ahead {
    pub(crate) fn pass(&self, seconds: u64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }
}

impl Clock for Ahead {
    fn now(&self) -> UnixTime {
        SystemClock.now().saturating_add(Duration::from_secs(self.0.load(Ordering::SeqCst)))
    }
}
