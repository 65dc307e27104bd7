//! Peers that sign whatever they are told to, and what they get back.
//!
//! Tokens and signatures are put together here by hand, so that the crates under test meet bytes they did not write.

use std::sync::{Arc, Mutex};

use aauth_discovery::{
    AgentMetadata, DiscoveryError, IssuerMetadata, ResolveFuture, Resolver, ResourceMetadata, StaticResolver,
};
use aauth_jose::{Jwks, PublicJwk, Signer, SigningKey, b64};
use aauth_signature::{ContentDigest, DigestAlgorithm};
use aauth_testkit::{FakeClock, seed_vectors};
use aauth_types::{EndpointUrl, KeyRef, Network, ServerId};
use axum::Router;
use axum::body::Body;
use http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tower::ServiceExt;

pub const AGENT: &str = "https://agent.supply-chain.com";
pub const OTHER_AGENT: &str = "https://other-agent.example";
pub const RESOURCE: &str = "https://important.resource.com";
pub const OTHER_RESOURCE: &str = "https://second.resource.com";
pub const AUTH: &str = "https://auth-server.com";
pub const OTHER_AUTH: &str = "https://second-auth-server.com";
/// A server of which nobody has keys.
pub const UNKNOWN: &str = "https://nowhere.example";

pub const NOW: i64 = FakeClock::TRACE.as_secs();

pub fn server(id: &str) -> ServerId {
    ServerId::parse(id, Network::Public).unwrap()
}

/// A key of the vectors. `agent-2` is a second key of the agent, `other-agent` and `stranger` belong to others.
pub fn key(name: &str) -> SigningKey {
    let vectors = seed_vectors();
    let (owner, seed) = match name {
        "agent-2" => ("key-2", 2),
        "other-agent" => ("key-1", 3),
        "stranger" => ("key-1", 4),
        _ => {
            let jwk = vectors.key(name).jwk_private.as_ref().unwrap().to_string();
            return SigningKey::from_jwk(jwk.as_bytes()).unwrap();
        }
    };
    let seed = aauth_types::Secret::new([seed; 32]);
    SigningKey::from_seed(aauth_jose::Algorithm::Ed25519, seed, Some(owner)).unwrap()
}

pub fn public(name: &str) -> PublicJwk {
    key(name).public_jwk()
}

pub fn thumbprint(name: &str) -> String {
    key(name).verifying_key().thumbprint().to_string()
}

/// A `Content-Digest`.
pub fn digest(body: &[u8]) -> String {
    let digest = ContentDigest::of(DigestAlgorithm::Sha256, body).to_value().unwrap();
    digest.to_str().unwrap().to_owned()
}

/// A resolver that notes for whom it was asked.
pub struct Known {
    known: StaticResolver,
    asked: Mutex<Vec<KeyRef>>,
}

impl Known {
    pub fn new() -> Arc<Self> {
        let mut agent = AgentMetadata::new(server(AGENT), EndpointUrl::on(&server(AGENT), "/jwks.json"));
        agent.clarification_supported = true;
        let sets: [(&str, &[&str]); 6] = [
            (AGENT, &["agent", "agent-2"]),
            (OTHER_AGENT, &["other-agent"]),
            (RESOURCE, &["resource"]),
            (OTHER_RESOURCE, &["second-resource"]),
            (AUTH, &["auth-server"]),
            (OTHER_AUTH, &["second-auth-server"]),
        ];
        let known = sets.iter().fold(StaticResolver::new().with_agent(agent), |known, (id, keys)| {
            known.with_jwks(server(id), Jwks::from_keys(keys.iter().map(|name| public(name))))
        });
        Arc::new(Self { known, asked: Mutex::default() })
    }

    /// Whose keys were asked for, in order.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().iter().map(|key| key.issuer.to_string()).collect()
    }
}

impl Resolver for Known {
    fn jwks<'a>(&'a self, key: &'a KeyRef) -> ResolveFuture<'a, Arc<Jwks>> {
        self.asked.lock().unwrap().push(key.clone());
        self.known.jwks(key)
    }

    fn agent<'a>(&'a self, id: &'a ServerId) -> ResolveFuture<'a, Arc<AgentMetadata>> {
        self.known.agent(id)
    }

    fn issuer<'a>(&'a self, _: &'a ServerId) -> ResolveFuture<'a, Arc<IssuerMetadata>> {
        Box::pin(std::future::ready(Err(DiscoveryError::Unknown)))
    }

    fn resource<'a>(&'a self, id: &'a ServerId) -> ResolveFuture<'a, Arc<ResourceMetadata>> {
        self.known.resource(id)
    }
}

/// The claims of a compact JWT, unverified.
pub fn payload(token: &str) -> Value {
    let part = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&aauth_jose::b64::decode(part).unwrap()).unwrap()
}

/// A compact JWT.
pub fn jwt(typ: &str, signer: &str, claims: &Value) -> String {
    let key = key(signer);
    jwt_with(&json!({"alg": "EdDSA", "kid": key.kid().unwrap(), "typ": typ}), signer, claims)
}

pub fn jwt_with(header: &Value, signer: &str, claims: &Value) -> String {
    let input = format!(
        "{}.{}",
        b64::encode(header.to_string().as_bytes()),
        b64::encode(claims.to_string().as_bytes())
    );
    let signature = key(signer).sign(input.as_bytes()).unwrap();
    format!("{input}.{}", b64::encode(&signature))
}

/// Claims of the resource for the agent, towards the auth server.
pub fn resource_claims(jti: &str) -> Value {
    json!({
        "iss": RESOURCE, "aud": AUTH, "jti": jti, "agent": AGENT, "agent_jkt": thumbprint("agent"),
        "scope": "data.read data.write", "iat": NOW, "exp": NOW + 300,
    })
}

pub fn auth_claims() -> Value {
    json!({
        "iss": AUTH, "aud": RESOURCE, "jti": "auth-1", "cnf": {"jwk": jwk("agent")}, "iat": NOW,
        "exp": NOW + 3600, "agent": AGENT, "sub": "testuser", "scope": "data.read data.write",
    })
}

/// Claims of the agent for its delegate.
pub fn agent_claims() -> Value {
    json!({
        "iss": AGENT, "sub": "delegate-1", "jti": "agent-1", "cnf": {"jwk": jwk("delegate")}, "iat": NOW,
        "exp": NOW + 3600,
    })
}

pub fn jwk(name: &str) -> Value {
    serde_json::from_str(&public(name).to_json()).unwrap()
}

/// The same claims with another value for one; `null` takes it out.
pub fn with(mut claims: Value, name: &str, value: Value) -> Value {
    match value {
        Value::Null => claims.as_object_mut().unwrap().remove(name),
        value => claims.as_object_mut().unwrap().insert(name.to_owned(), value),
    };
    claims
}

pub fn resource_token(claims: &Value) -> String {
    jwt("resource+jwt", "resource", claims)
}

pub fn auth_token(claims: &Value) -> String {
    jwt("auth+jwt", "auth-server", claims)
}

pub fn agent_token(claims: &Value) -> String {
    jwt("agent+jwt", "agent", claims)
}

/// Who signs, and what it says about its key.
#[derive(Clone)]
pub struct Peer {
    pub credential: String,
    pub key: Arc<SigningKey>,
}

impl Peer {
    /// The agent with its published key.
    pub fn agent() -> Self {
        Self::published(AGENT, "key-1", "agent")
    }

    pub fn published(id: &str, kid: &str, signer: &str) -> Self {
        Self::saying(format!("(scheme=jwks_uri id=\"{id}\" kid=\"{kid}\")"), signer)
    }

    /// The same in the dictionary spelling.
    pub fn published_in_a_dictionary(id: &str, kid: &str, signer: &str) -> Self {
        Self::saying(format!("jwks_uri;id=\"{id}\";well-known=\"aauth-agent\";kid=\"{kid}\""), signer)
    }

    pub fn presenting_in_a_dictionary(token: &str, signer: &str) -> Self {
        Self::saying(format!("jwt;jwt=\"{token}\""), signer)
    }

    pub fn presenting(token: &str, signer: &str) -> Self {
        Self::saying(format!("(scheme=jwt jwt=\"{token}\")"), signer)
    }

    pub fn delegate() -> Self {
        Self::presenting(&agent_token(&agent_claims()), "delegate")
    }

    pub fn pseudonym(signer: &str) -> Self {
        let x = jwk(signer)["x"].as_str().unwrap().to_owned();
        Self::saying(format!("(scheme=hwk kty=\"OKP\" crv=\"Ed25519\" x=\"{x}\")"), signer)
    }

    pub fn saying(credential: impl Into<String>, signer: &str) -> Self {
        Self { credential: credential.into(), key: Arc::new(key(signer)) }
    }

    pub fn call(&self, method: &str, to: &str, target: &str) -> Call {
        Call {
            peer: self.clone(),
            method: method.to_owned(),
            authority: to.split_once("://").unwrap().1.to_owned(),
            target: target.to_owned(),
            labels: ["sig"; 3],
            covered: vec!["@method", "@authority", "@path", "signature-key"],
            created: Some(NOW),
            fields: Vec::new(),
            body: Vec::new(),
        }
    }

    pub fn post(&self, to: &str, target: &str, body: &str) -> Call {
        let mut call = self.call("POST", to, target);
        call.fields.push(("content-type", "application/json".to_owned()));
        call.body = body.as_bytes().to_vec();
        call
    }
}

/// A request that is about to be signed.
#[derive(Clone)]
pub struct Call {
    pub peer: Peer,
    pub method: String,
    pub authority: String,
    pub target: String,
    /// Of `Signature-Input`, `Signature` and `Signature-Key`.
    pub labels: [&'static str; 3],
    pub covered: Vec<&'static str>,
    pub created: Option<i64>,
    pub fields: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
}

impl Call {
    pub fn at(mut self, created: i64) -> Self {
        self.created = Some(created);
        self
    }

    pub fn covering(mut self, covered: &[&'static str]) -> Self {
        self.covered = covered.to_vec();
        self
    }

    pub fn field(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.fields.push((name, value.into()));
        self
    }

    /// The three fields of the signature.
    pub fn signature(&self) -> [(&'static str, String); 3] {
        let names: Vec<_> = self.covered.iter().map(|name| format!("\"{name}\"")).collect();
        let created = self.created.map(|created| format!(";created={created}")).unwrap_or_default();
        let input = format!("({}){created}", names.join(" "));
        let signature_key = format!("{}={}", self.labels[2], self.peer.credential);
        let mut lines: Vec<_> = self
            .covered
            .iter()
            .map(|name| format!("\"{name}\": {}", self.value(name, &signature_key)))
            .collect();
        lines.push(format!("\"@signature-params\": {input}"));
        let signature = self.peer.key.sign(lines.join("\n").as_bytes()).unwrap();
        let signature = match self.peer.credential.starts_with('(') {
            true => b64::encode(&signature),
            false => b64::encode(&signature).replace('-', "+").replace('_', "/") + "==",
        };
        [
            ("signature-input", format!("{}={input}", self.labels[0])),
            ("signature", format!("{}=:{signature}:", self.labels[1])),
            ("signature-key", signature_key),
        ]
    }

    fn value(&self, component: &str, signature_key: &str) -> String {
        let (path, query) = self.target.split_once('?').unwrap_or((&self.target, ""));
        match component {
            "@method" => self.method.clone(),
            "@authority" => self.authority.clone(),
            "@path" => path.to_owned(),
            "@query" => format!("?{query}"),
            "signature-key" => signature_key.to_owned(),
            name => self.fields.iter().find(|(known, _)| *known == name).unwrap().1.clone(),
        }
    }

    pub fn unsigned(&self) -> Request<Body> {
        let mut request =
            Request::builder().method(&*self.method).uri(&*self.target).header("host", &*self.authority);
        for (name, value) in &self.fields {
            request = request.header(*name, value);
        }
        request.body(Body::from(self.body.clone())).unwrap()
    }

    pub fn signed(&self) -> Request<Body> {
        let mut request = self.unsigned();
        for (name, value) in self.signature() {
            request.headers_mut().insert(name, value.parse().unwrap());
        }
        request
    }
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub status: StatusCode,
    pub fields: HeaderMap,
    pub text: String,
}

impl Answer {
    pub async fn of(router: &Router, request: Request<Body>) -> Self {
        let (parts, body) = router.clone().oneshot(request).await.unwrap().into_parts();
        let text = String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap();
        Self { status: parts.status, fields: parts.headers, text }
    }

    /// The one value of a field, `None` when it is not there.
    pub fn field(&self, name: &str) -> Option<&str> {
        assert!(self.fields.get_all(name).iter().count() < 2, "{name} twice");
        self.fields.get(name).map(|value| value.to_str().unwrap())
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap()
    }

    /// Status and `error`.
    pub fn error(&self) -> (u16, String) {
        (self.status.as_u16(), self.json()["error"].as_str().unwrap_or_default().to_owned())
    }
}

/// `{"error":"…","error_description":"…"}`.
pub fn error_body(error: &str, description: &str) -> String {
    format!("{{\"error\":\"{error}\",\"error_description\":\"{description}\"}}")
}
