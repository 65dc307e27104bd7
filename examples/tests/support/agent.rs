//! An agent and a resource that speak the wire themselves, so that a test sees every answer.

use std::net::SocketAddr;
use std::sync::Arc;

use aauth_agent::{Identity, publish};
use aauth_discovery::ResourceMetadata;
use aauth_http::{Published, documents, listen};
use aauth_jose::{Jwks, Signer, SigningKey};
use aauth_roles::SEED;
use aauth_runtime::{Clock, SystemClock, SystemEntropy, random};
use aauth_signature::{Coverage, RequestHead, SignatureKey, UriScheme, sign};
use aauth_token::{Issuance, ResourceClaims, mint};
use aauth_types::{Document, EndpointUrl, Scope, ServerId, TokenId};
use examples::{new_key, server_at};
use http::{HeaderMap, Method, StatusCode};
use serde_json::Value;

/// Agent and resource with their published keys.
pub(crate) struct Parties {
    agent: ServerId,
    agent_key: Arc<SigningKey>,
    resource: ServerId,
    resource_key: SigningKey,
    http: reqwest::Client,
}

/// An answer, as far as the tests look at it.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) status: StatusCode,
    pub(crate) fields: HeaderMap,
    pub(crate) body: Value,
}

/// A request that waits for a person.
#[derive(Debug, Clone)]
pub(crate) struct Open {
    pub(crate) location: String,
    pub(crate) code: String,
    pub(crate) resource_token: String,
}

impl Parties {
    pub(crate) async fn new() -> Self {
        let agent_key = Arc::new(new_key("key-1").unwrap());
        let server = listen(([127, 0, 0, 1], 0).into()).await.unwrap();
        let agent = server_at(server.address()).unwrap();
        let routes = publish(&Identity::new(agent.clone(), agent_key.clone()), |_| ());
        tokio::spawn(server.serve(routes, std::future::pending()));

        let resource_key = new_key("resource-key-1").unwrap();
        let server = listen(([127, 0, 0, 1], 0).into()).await.unwrap();
        let resource = server_at(server.address()).unwrap();
        let metadata = ResourceMetadata::new(resource.clone(), EndpointUrl::on(&resource, "/jwks.json"));
        let routes = documents(Published {
            document: Document::Resource,
            metadata: metadata.to_json(),
            jwks_path: "/jwks.json".to_owned(),
            jwks: Jwks::from_keys([resource_key.public_jwk()]).to_json().into(),
        });
        tokio::spawn(server.serve(routes, std::future::pending()));
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { agent, agent_key, resource, resource_key, http }
    }

    /// A fresh resource token for this agent, for the auth server `origin`.
    pub(crate) fn resource_token(&self, origin: &str) -> String {
        let id = TokenId::from_entropy(random(&SystemEntropy).unwrap());
        let life = std::time::Duration::from_secs(300);
        let issuance = Issuance::new(self.resource.clone(), id, SystemClock.now(), life);
        let audience = examples::server_id(origin).unwrap();
        let key = self.agent_key.verifying_key().thumbprint();
        let mut claims = ResourceClaims::new(issuance, audience, key);
        claims.agent = Some(self.agent.clone());
        claims.scope = Some(Scope::parse("data.read data.write").unwrap());
        mint(&claims, SEED.tokens, &self.resource_key).unwrap()
    }

    /// Sends one signed request; `None` when there was no answer.
    pub(crate) async fn send(&self, method: Method, url: &str, body: Option<String>) -> Option<Seen> {
        self.send_via(None, method, url, body, None).await
    }

    /// The same, to one of several instances behind the name in `url`: `via` is its address.
    ///
    /// `wait`: seconds for `Prefer: wait`.
    pub(crate) async fn send_via(
        &self,
        via: Option<SocketAddr>,
        method: Method,
        url: &str,
        body: Option<String>,
        wait: Option<u32>,
    ) -> Option<Seen> {
        let rest = url.strip_prefix("http://").unwrap();
        let (authority, path) = rest.split_once('/').unwrap();
        let target = format!("/{path}");
        let mut fields = HeaderMap::new();
        if body.is_some() {
            fields.insert("content-type", "application/json".parse().unwrap());
        }
        let key =
            SignatureKey::JwksUri { id: self.agent.clone(), document: Document::Agent, kid: "key-1".into() };
        let head = RequestHead {
            method: &method,
            scheme: UriScheme::Http,
            authority,
            target: &target,
            fields: &fields,
        };
        let signed =
            sign(&head, &key, SEED.fields, &Coverage::new(), SystemClock.now(), &*self.agent_key).unwrap();
        if let Some(wait) = wait {
            fields.insert("prefer", format!("wait={wait}").parse().unwrap());
        }
        fields.insert("host", authority.parse().unwrap());
        let address = via.map_or_else(|| authority.to_owned(), |via| via.to_string());
        let sent_to = format!("http://{address}{target}");
        let mut request = self.http.request(method.clone(), sent_to).headers(fields.clone());
        for (name, value) in signed {
            request = request.header(name, value);
        }
        let answer = request.body(body.unwrap_or_default()).send().await.ok()?;
        let (status, fields) = (answer.status(), answer.headers().clone());
        let body = serde_json::from_slice(&answer.bytes().await.ok()?).unwrap_or(Value::Null);
        Some(Seen { status, fields, body })
    }

    pub(crate) async fn token_request(&self, origin: &str, resource_token: &str) -> Option<Seen> {
        let body = aauth_roles::access_body(resource_token, &aauth_roles::Hints::default());
        self.send(Method::POST, &format!("{origin}/token"), Some(body)).await
    }

    /// Opens a request; `None` when the auth server did not answer, so that nobody knows whether it is open.
    pub(crate) async fn open(&self, origin: &str) -> Option<Open> {
        let resource_token = self.resource_token(origin);
        let seen = self.token_request(origin, &resource_token).await?;
        assert_eq!(seen.status, StatusCode::ACCEPTED, "{seen:?}");
        let text = |member: &str| seen.body[member].as_str().unwrap().to_owned();
        Some(Open { location: text("location"), code: text("code"), resource_token })
    }

    pub(crate) async fn poll(&self, location: &str) -> Option<Seen> {
        self.send(Method::GET, location, None).await
    }
}

/// The `jti` of a delivered token.
pub(crate) fn jti(token: &Value) -> String {
    let payload = token.as_str().unwrap().split('.').nth(1).unwrap();
    let claims: Value = serde_json::from_slice(&aauth_jose::b64::decode(payload).unwrap()).unwrap();
    claims["jti"].as_str().unwrap().to_owned()
}
