//! Keys, heads and parties for the tests of the roles.
#![allow(dead_code)]

use aauth_jose::{Jwks, PublicJwk, SigningKey};
use aauth_roles::{Accept, Caller, CallerWants, Dialect, Inbound, Rejection, SEED};
use aauth_signature::{Coverage, RequestHead, SignatureKey, UriScheme, sign};
use aauth_testkit::{RequestVector, SeedVectors};
use aauth_types::{Document, Network, ServerId, UnixTime};
use http::{HeaderMap, HeaderName, HeaderValue, Method};

pub(crate) const NOW: UnixTime = UnixTime::from_secs(1_774_923_811);
pub(crate) const DIALECTS: &[&Dialect] = &[&SEED];

pub(crate) fn id(text: &str) -> ServerId {
    ServerId::parse(text, Network::InsecureLoopback).unwrap()
}

pub(crate) fn agent() -> ServerId {
    id("https://agent.supply-chain.com")
}

pub(crate) fn resource() -> ServerId {
    id("https://important.resource.com")
}

pub(crate) fn auth_server() -> ServerId {
    id("https://auth-server.com")
}

pub(crate) fn signing_key(vectors: &SeedVectors, name: &str) -> SigningKey {
    SigningKey::from_jwk(vectors.key(name).jwk_private.as_ref().unwrap().to_string().as_bytes()).unwrap()
}

pub(crate) fn public(vectors: &SeedVectors, name: &str) -> PublicJwk {
    PublicJwk::parse(vectors.key(name).jwk_public.to_string().as_bytes()).unwrap()
}

/// The set that `owner` publishes, out of the vectors' keys.
pub(crate) fn published(vectors: &SeedVectors, owner: &str) -> Jwks {
    let keys = vectors.keys.iter().filter(|(_, key)| key.owner.as_deref() == Some(owner));
    Jwks::from_keys(keys.map(|(name, _)| public(vectors, name)))
}

/// A request whose parts live as long as the test needs them.
pub(crate) struct Sent {
    pub(crate) method: Method,
    pub(crate) scheme: UriScheme,
    pub(crate) authority: String,
    pub(crate) target: String,
    pub(crate) fields: HeaderMap,
}

impl Sent {
    pub(crate) fn of(vector: &RequestVector) -> Self {
        let (scheme, authority, target) = vector.url_parts();
        let mut fields = HeaderMap::new();
        for (name, value) in &vector.headers {
            fields.append(
                HeaderName::from_bytes(name.as_bytes()).unwrap(),
                HeaderValue::from_str(value).unwrap(),
            );
        }
        Self {
            method: Method::from_bytes(vector.method.as_bytes()).unwrap(),
            scheme: if scheme == "https" { UriScheme::Https } else { UriScheme::Http },
            authority: authority.to_owned(),
            target: target.to_owned(),
            fields,
        }
    }

    /// A `GET` of `target` at `server`, signed with `key`.
    pub(crate) fn get(
        server: &ServerId,
        target: &str,
        credential: &SignatureKey<'_>,
        key: &SigningKey,
    ) -> Self {
        let mut sent = Self {
            method: Method::GET,
            scheme: UriScheme::Https,
            authority: server.authority().to_owned(),
            target: target.to_owned(),
            fields: HeaderMap::new(),
        };
        for (name, value) in sign(&sent.head(), credential, SEED.fields, &Coverage::new(), NOW, key).unwrap()
        {
            sent.fields.insert(name, value);
        }
        sent
    }

    pub(crate) fn head(&self) -> RequestHead<'_> {
        RequestHead {
            method: &self.method,
            scheme: self.scheme,
            authority: &self.authority,
            target: &self.target,
            fields: &self.fields,
        }
    }
}

/// The agent of the vectors, by its published key.
pub(crate) fn as_agent() -> SignatureKey<'static> {
    SignatureKey::JwksUri { id: agent(), document: Document::Agent, kid: "key-1".into() }
}

/// Runs the whole pipeline, keys out of the vectors.
pub(crate) fn verify(
    vectors: &SeedVectors,
    sent: &Sent,
    wants: CallerWants<'_>,
    now: UnixTime,
) -> Result<Caller, Rejection> {
    let head = sent.head();
    let accept = Accept { dialects: DIALECTS, network: Network::InsecureLoopback };
    let inbound = Inbound::parse(&head, accept, &Coverage::new(), now)?;
    let credential = inbound.credential(wants, now)?;
    let keys = credential.key_ref().map(|key| published(vectors, key.issuer.as_str()));
    inbound.verify(credential, keys.as_ref(), wants, now)
}
