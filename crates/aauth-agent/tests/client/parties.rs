//! An agent, a resource and an auth server that know each other's keys.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use aauth_agent::{Client, Identity, Settings};
use aauth_discovery::{IssuerMetadata, ResourceMetadata, StaticResolver};
use aauth_jose::{Algorithm, Jwks, Jws, Signer as _, SigningKey};
use aauth_roles::SEED;
use aauth_testkit::{CountingEntropy, FakeClock};
use aauth_token::{AuthClaims, Issuance, ResourceClaims, mint};
use aauth_types::{EndpointUrl, Network, Scope, Secret, ServerId, TokenId};
use serde_json::Value;
use tokio::sync::mpsc;

use crate::peer::{Log, Peer, Reply, Seen, answer};
use crate::person::{Event, Person};

pub(crate) const LOOPBACK: Network = Network::InsecureLoopback;
pub(crate) const LIFE: Duration = Duration::from_secs(3600);

/// Everything that the scripts of the peers need.
pub(crate) struct Parties {
    pub(crate) agent: ServerId,
    pub(crate) resource: ServerId,
    pub(crate) auth_server: ServerId,
    pub(crate) agent_key: SigningKey,
    pub(crate) resource_key: SigningKey,
    pub(crate) auth_key: SigningKey,
    pub(crate) clock: Arc<FakeClock>,
    minted: AtomicU8,
}

/// The parties, their peers and the client under test.
pub(crate) struct World {
    pub(crate) parties: Arc<Parties>,
    pub(crate) resource: Option<Peer>,
    pub(crate) auth_server: Option<Peer>,
    pub(crate) resource_log: Arc<Log>,
    pub(crate) auth_log: Arc<Log>,
    pub(crate) settings: Settings,
    pub(crate) events: mpsc::UnboundedReceiver<Event>,
}

pub(crate) fn key(kid: &str, seed: u8) -> SigningKey {
    SigningKey::from_seed(Algorithm::Ed25519, Secret::new([seed; 32]), Some(kid)).unwrap()
}

pub(crate) fn id(text: &str) -> ServerId {
    ServerId::parse(text, LOOPBACK).unwrap()
}

pub(crate) fn scope(text: &str) -> Scope {
    Scope::parse(text).unwrap()
}

impl World {
    pub(crate) fn new() -> Self {
        let (resource, auth_server) = (Peer::bind(), Peer::bind());
        let parties = Arc::new(Parties {
            agent: id("https://agent.example"),
            resource: id(&resource.origin()),
            auth_server: id(&auth_server.origin()),
            agent_key: key("agent-1", 1),
            resource_key: key("resource-1", 2),
            auth_key: key("auth-1", 3),
            clock: Arc::new(FakeClock::at(FakeClock::TRACE)),
            minted: AtomicU8::new(0),
        });
        let identity = Identity::new(parties.agent.clone(), Arc::new(key("agent-1", 1)));
        let (sender, events) = mpsc::unbounded_channel();
        let resolver = parties.resolver(EndpointUrl::on(&parties.auth_server, "/token"));
        let mut settings = Settings::new(identity, Arc::new(resolver), LOOPBACK);
        settings.clock = parties.clock.clone();
        settings.entropy = Arc::new(CountingEntropy::default());
        settings.prompt = Arc::new(Person { events: sender, says: None });
        settings.patience.failures = 0;
        let (resource_log, auth_log) = (resource.log(), auth_server.log());
        let (resource, auth_server) = (Some(resource), Some(auth_server));
        Self { parties, resource, auth_server, resource_log, auth_log, settings, events }
    }

    pub(crate) fn resource(&mut self, script: impl Fn(&Parties, &Seen) -> Reply + Send + Sync + 'static) {
        let parties = self.parties.clone();
        self.resource.take().unwrap().serve(move |seen| script(&parties, seen));
    }

    pub(crate) fn auth_server(&mut self, script: impl Fn(&Parties, &Seen) -> Reply + Send + Sync + 'static) {
        let parties = self.parties.clone();
        self.auth_server.take().unwrap().serve(move |seen| script(&parties, seen));
    }

    /// A resource whose `/read` and `/write` want that scope, and which accepts what the auth server has granted.
    pub(crate) fn ordinary_resource(&mut self) {
        self.resource(Parties::protect);
    }

    pub(crate) fn client(self) -> (Client, Running) {
        let client = Client::new(self.settings).unwrap();
        let World { parties, resource_log, auth_log, events, .. } = self;
        (client, Running { parties, resource: resource_log, auth_server: auth_log, events })
    }
}

/// What is left to look at while the client is at work.
pub(crate) struct Running {
    pub(crate) parties: Arc<Parties>,
    pub(crate) resource: Arc<Log>,
    pub(crate) auth_server: Arc<Log>,
    pub(crate) events: mpsc::UnboundedReceiver<Event>,
}

impl Running {
    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.parties.resource)
    }

    pub(crate) fn events(&mut self) -> Vec<Event> {
        std::iter::from_fn(|| self.events.try_recv().ok()).collect()
    }
}

impl Parties {
    pub(crate) fn resolver(&self, token_endpoint: EndpointUrl) -> StaticResolver {
        StaticResolver::new()
            .with_jwks(self.resource.clone(), Jwks::from_keys([self.resource_key.public_jwk()]))
            .with_jwks(self.auth_server.clone(), Jwks::from_keys([self.auth_key.public_jwk()]))
            .with_resource(self.resource_metadata())
            .with_issuer(IssuerMetadata {
                issuer: self.auth_server.clone(),
                token_endpoint,
                interaction_endpoint: EndpointUrl::on(&self.auth_server, "/interact"),
                jwks_uri: EndpointUrl::on(&self.auth_server, "/jwks.json").into(),
            })
    }

    pub(crate) fn resource_metadata(&self) -> ResourceMetadata {
        let id = &self.resource;
        let mut metadata = ResourceMetadata::new(id.clone(), EndpointUrl::on(id, "/jwks.json"));
        metadata.interaction_endpoint = Some(EndpointUrl::on(id, "/ask"));
        metadata.resource_token_endpoint = Some(EndpointUrl::on(id, "/resource/token"));
        metadata
    }

    pub(crate) fn issuance(&self, issuer: &ServerId) -> Issuance {
        use aauth_runtime::Clock as _;
        let id = TokenId::from_entropy([self.minted.fetch_add(1, Ordering::SeqCst); 16]);
        Issuance::new(issuer.clone(), id, self.clock.now(), LIFE)
    }

    pub(crate) fn resource_claims(&self, wanted: &str) -> ResourceClaims {
        let mut issuance = self.issuance(&self.resource);
        issuance.expires = issuance.issued.saturating_add(Duration::from_secs(300));
        let jkt = self.agent_key.public_jwk().key().thumbprint();
        let mut claims = ResourceClaims::new(issuance, self.auth_server.clone(), jkt);
        claims.agent = Some(self.agent.clone());
        claims.scope = Some(scope(wanted));
        claims
    }

    pub(crate) fn auth_claims(&self, granted: &str) -> AuthClaims {
        let issuance = self.issuance(&self.auth_server);
        let mut claims = AuthClaims::new(issuance, self.resource.clone(), self.agent_key.public_jwk());
        claims.agent = Some(self.agent.clone());
        claims.scope = Some(scope(granted));
        claims
    }

    pub(crate) fn challenge_with(&self, token: &str) -> Reply {
        let server = &self.auth_server;
        let field = format!("require=auth-token; resource-token=\"{token}\"; auth-server=\"{server}\"");
        answer(401, &[("AAuth", &field)], "Authorization required")
    }

    pub(crate) fn challenge(&self, wanted: &str) -> Reply {
        self.challenge_with(&mint(&self.resource_claims(wanted), SEED.tokens, &self.resource_key).unwrap())
    }

    pub(crate) fn protect(&self, seen: &Seen) -> Reply {
        let wanted = match seen.target.as_str() {
            "/write" => "data.write",
            _ => "data.read",
        };
        match seen.token() {
            Some(token) if granted(token).covers(&scope(wanted)) => answer(200, &[], "data"),
            _ => self.challenge(wanted),
        }
    }

    pub(crate) fn deliver(&self, token: &str) -> Reply {
        answer(200, &[], &format!("{{\"auth_token\":\"{token}\",\"expires_in\":3600}}"))
    }

    pub(crate) fn token(&self, granted: &str) -> String {
        mint(&self.auth_claims(granted), SEED.tokens, &self.auth_key).unwrap()
    }

    /// Grants at once what the resource token in the body asks for.
    pub(crate) fn grant(&self, seen: &Seen) -> Reply {
        self.deliver(&self.token(&asked(seen).to_string()))
    }

    /// A first `202` with the code `CODE2345`.
    pub(crate) fn defer(&self) -> Reply {
        let location = format!("{}/pending/1", self.auth_server);
        let body = format!(
            "{{\"status\": \"pending\", \"location\": \"{location}\", \"require\": \"interaction\", \"code\": \"CODE2345\"}}"
        );
        let fields = [
            ("Location", location.as_str()),
            ("Retry-After", "0"),
            ("AAuth", "require=interaction; code=\"CODE2345\""),
        ];
        answer(202, &fields, &body)
    }

    /// A later `202`; `members` go into its body.
    pub(crate) fn wait(&self, members: &str) -> Reply {
        let location = format!("{}/pending/1", self.auth_server);
        let body = format!("{{\"status\":\"pending\",\"location\":\"{location}\"{members}}}");
        answer(202, &[("Location", &location), ("Retry-After", "0")], &body)
    }
}

/// The scope of a token, taken from its payload unverified.
fn granted(token: &str) -> Scope {
    let payload: Value = serde_json::from_slice(Jws::parse(token).unwrap().payload()).unwrap();
    scope(payload["scope"].as_str().unwrap())
}

/// The scope that a token request asks for.
pub(crate) fn asked(seen: &Seen) -> Scope {
    let body: Value = serde_json::from_slice(&seen.body).unwrap();
    granted(body["resource_token"].as_str().unwrap())
}
