//! Agents that speak the wire themselves, so that every answer is seen.

use std::time::{Duration, Instant};

use aauth_roles::SEED;
use aauth_runtime::{Clock as _, SystemClock, SystemEntropy, random};
use aauth_signature::{Coverage, RequestHead, SignatureKey, UriScheme, sign};
use aauth_token::{Issuance, ResourceClaims, mint};
use aauth_types::{Document, Network, Scope, ServerId, TokenId};
use http::{HeaderMap, Method, StatusCode};
use serde_json::Value;

use super::Party;

/// Agents and one resource with their published keys.
#[derive(Debug)]
pub struct Agents {
    agents: Vec<Party>,
    resource: Party,
    http: reqwest::Client,
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Seen {
    /// Its status.
    pub status: StatusCode,
    /// Its body, null when it is no JSON.
    pub body: Value,
    /// From sending to the end of the body.
    pub took: Duration,
}

impl Seen {
    /// The member `error`, if the answer is a typed error.
    #[must_use]
    pub fn error(&self) -> Option<&str> {
        self.body["error"].as_str()
    }

    /// The delivered token.
    #[must_use]
    pub fn token(&self) -> Option<&str> {
        self.body["auth_token"].as_str()
    }
}

/// A request that waits for a person.
#[derive(Debug, Clone)]
pub struct Open {
    /// Which agent opened it.
    pub agent: usize,
    /// Its pending URL.
    pub location: String,
    /// Its interaction code.
    pub code: String,
    /// What it was opened with.
    pub resource_token: String,
    /// When.
    pub at: Instant,
}

impl Agents {
    /// `count` agents, at least one; each may have 1,000 requests open.
    pub async fn new(count: usize) -> Self {
        let mut agents = Vec::new();
        for _ in 0..count.max(1) {
            agents.push(Party::serve(Document::Agent).await);
        }
        let resource = Party::serve(Document::Resource).await;
        let http = reqwest::Client::builder()
            .no_proxy()
            .timeout(Duration::from_secs(75))
            .build()
            .expect("an HTTP client");
        Self { agents, resource, http }
    }

    /// How many agents there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.agents.len()
    }

    /// The identifier of an agent.
    #[must_use]
    pub fn id(&self, agent: usize) -> String {
        self.agents[agent].id.to_string()
    }

    /// A fresh resource token for `agent`, for the auth server `origin`.
    #[must_use]
    pub fn resource_token(&self, agent: usize, origin: &str) -> String {
        let agent = &self.agents[agent];
        let id = TokenId::from_entropy(random(&SystemEntropy).expect("random bytes"));
        let life = Duration::from_secs(300);
        let issuance = Issuance::new(self.resource.id.clone(), id, SystemClock.now(), life);
        let audience = ServerId::parse(origin, Network::InsecureLoopback).expect("the server's identifier");
        let mut claims = ResourceClaims::new(issuance, audience, agent.key.verifying_key().thumbprint());
        claims.agent = Some(agent.id.clone());
        claims.scope = Scope::parse("data.read data.write").ok();
        mint(&claims, SEED.tokens, &self.resource.key).expect("a resource token")
    }

    /// Sends a signed request; `None` when there was no answer.
    ///
    /// `wait`: seconds for `Prefer: wait`.
    pub async fn send(
        &self,
        agent: usize,
        method: Method,
        url: &str,
        body: Option<String>,
        wait: Option<u32>,
    ) -> Option<Seen> {
        let (authority, path) = url.strip_prefix("http://")?.split_once('/')?;
        let target = format!("/{path}");
        let fields = HeaderMap::new();
        let head = RequestHead {
            method: &method,
            scheme: UriScheme::Http,
            authority,
            target: &target,
            fields: &fields,
        };
        let agent = &self.agents[agent];
        let kid = Party::KID.to_owned();
        let key = SignatureKey::JwksUri { id: agent.id.clone(), document: Document::Agent, kid: kid.into() };
        let signed = sign(&head, &key, SEED.fields, &Coverage::new(), SystemClock.now(), &agent.key)
            .expect("a signature");
        let mut request = self.http.request(method, url);
        for (name, value) in signed {
            request = request.header(name, value);
        }
        if let Some(wait) = wait {
            request = request.header("prefer", format!("wait={wait}"));
        }
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body);
        }
        let begin = Instant::now();
        let answer = request.send().await.ok()?;
        let status = answer.status();
        let body = serde_json::from_slice(&answer.bytes().await.ok()?).unwrap_or(Value::Null);
        Some(Seen { status, body, took: begin.elapsed() })
    }

    /// Asks `/token` of `origin` with a resource token.
    pub async fn ask(&self, agent: usize, origin: &str, resource_token: &str) -> Option<Seen> {
        let body = aauth_roles::access_body(resource_token, &aauth_roles::Hints::default());
        self.send(agent, Method::POST, &format!("{origin}/token"), Some(body), None).await
    }

    /// Opens a request; `Err` is what else was answered, if anything.
    ///
    /// # Errors
    /// The answer that was not 202, or `None`: nobody knows whether it is open.
    pub async fn open(&self, agent: usize, origin: &str) -> Result<(Open, Seen), Option<Seen>> {
        let resource_token = self.resource_token(agent, origin);
        let at = Instant::now();
        let seen = self.ask(agent, origin, &resource_token).await.ok_or(None)?;
        let text = |member: &str| seen.body[member].as_str().map(str::to_owned);
        match (seen.status, text("location"), text("code")) {
            (StatusCode::ACCEPTED, Some(location), Some(code)) => {
                Ok((Open { agent, location, code, resource_token, at }, seen))
            }
            _ => Err(Some(seen)),
        }
    }

    /// Polls a request of `agent`.
    pub async fn poll(&self, open: &Open, wait: Option<u32>) -> Option<Seen> {
        self.send(open.agent, Method::GET, &open.location, None, wait).await
    }
}
