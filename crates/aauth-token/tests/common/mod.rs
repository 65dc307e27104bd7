//! Tokens to be tampered with, and the verifier that would have accepted them.

#![allow(dead_code)]

use aauth_jose::{Jwks, PublicJwk, Signer, SigningKey, b64};
use aauth_testkit::{FakeClock, SeedVectors, seed_vectors};
use aauth_token::{
    AgentRule, AgentWants, AuthWants, DRAFT_11, IssuerRule, PersonWants, ResourceWants, SEED, TokenError,
    TokenKind, TokenProfiles, Unverified,
};
use aauth_types::{Network, ServerId, Thumbprint, UnixTime};
use serde_json::Value;

pub(crate) const NOW: UnixTime = FakeClock::TRACE;
pub(crate) const AGENT: &str = "https://agent.supply-chain.com";
pub(crate) const RESOURCE: &str = "https://important.resource.com";
pub(crate) const AUTH_SERVER: &str = "https://auth-server.com";

pub(crate) fn id(text: &str) -> ServerId {
    ServerId::parse(text, Network::Public).unwrap()
}

pub(crate) fn at(offset: i64) -> UnixTime {
    UnixTime::from_secs(NOW.as_secs() + offset)
}

/// The published test key `name`, with its private half.
pub(crate) fn signer(name: &str) -> SigningKey {
    let vectors = seed_vectors();
    let jwk = vectors.key(name).jwk_private.as_ref().unwrap().to_string();
    SigningKey::from_jwk(jwk.as_bytes()).unwrap()
}

pub(crate) fn public(name: &str) -> PublicJwk {
    signer(name).public_jwk()
}

pub(crate) fn thumbprint(name: &str) -> Thumbprint {
    public(name).key().thumbprint()
}

pub(crate) fn jwks(name: &str) -> Jwks {
    Jwks::from_keys([public(name)])
}

/// One kind of token of one dialect, right in every respect.
pub(crate) struct Sample {
    pub(crate) profiles: &'static TokenProfiles,
    pub(crate) kind: TokenKind,
    pub(crate) key: SigningKey,
    pub(crate) header: Value,
    pub(crate) claims: Value,
}

impl Sample {
    pub(crate) fn seed(kind: TokenKind) -> Self {
        let (name, key) = match kind {
            TokenKind::Agent => ("agent-token", "agent"),
            TokenKind::Resource => ("resource-token", "resource"),
            TokenKind::Auth => ("auth-token-user", "auth-server"),
            TokenKind::Person => panic!("the seed has no person tokens"),
        };
        let vectors: SeedVectors = seed_vectors();
        let token = vectors.token(name);
        let (header, claims) = (token.header.clone(), token.claims.clone());
        Self { profiles: &SEED, kind, key: signer(key), header, claims }
    }

    pub(crate) fn draft(kind: TokenKind) -> Self {
        let key = signer("auth-server").with_alg(DRAFT_11.algs).unwrap();
        let header = serde_json::json!({
            "alg": "Ed25519", "kid": "auth-key-1", "typ": DRAFT_11.typ(kind).unwrap(),
        });
        let mut claims: Value = serde_json::from_str(draft_claims(kind)).unwrap();
        if kind != TokenKind::Resource {
            let jwk = public("agent").with_alg(DRAFT_11.algs).unwrap().to_json();
            claims["cnf"]["jwk"] = serde_json::from_str(&jwk).unwrap();
        }
        Self { profiles: &DRAFT_11, kind, key, header, claims }
    }

    pub(crate) fn with(mut self, claim: &str, json: &str) -> Self {
        self.claims[claim] = serde_json::from_str(json).unwrap();
        self
    }

    pub(crate) fn without(mut self, claim: &str) -> Self {
        self.claims.as_object_mut().unwrap().remove(claim).unwrap();
        self
    }

    pub(crate) fn with_header(mut self, member: &str, json: &str) -> Self {
        self.header[member] = serde_json::from_str(json).unwrap();
        self
    }

    pub(crate) fn without_header(mut self, member: &str) -> Self {
        self.header.as_object_mut().unwrap().remove(member).unwrap();
        self
    }

    pub(crate) fn text(&self) -> String {
        forge(&self.header.to_string(), &self.claims.to_string(), &self.key)
    }

    pub(crate) fn jwks(&self) -> Jwks {
        Jwks::from_keys([self.key.public_jwk()])
    }

    /// Verifies as the right verifier does.
    pub(crate) fn verify(&self) -> Result<(), TokenError> {
        self.verify_at(NOW)
    }

    pub(crate) fn verify_at(&self, now: UnixTime) -> Result<(), TokenError> {
        verify_text(&self.text(), self.profiles, self.kind, &self.jwks(), now)
    }
}

/// Verifies `text` as a token of `kind`, wanting what the samples hold.
pub(crate) fn verify_text(
    text: &str,
    profiles: &'static TokenProfiles,
    kind: TokenKind,
    keys: &Jwks,
    now: UnixTime,
) -> Result<(), TokenError> {
    let token = Unverified::parse(text, profiles, Network::Public)?;
    let (agent, resource, auth_server) = (id(AGENT), id(RESOURCE), id(AUTH_SERVER));
    let (agent_key, delegate_key) = (thumbprint("agent"), thumbprint("delegate"));
    let trusted = [auth_server.clone()];
    let issuer = IssuerRule::OneOf(&trusted);
    if std::ptr::eq(profiles, &DRAFT_11) {
        return match kind {
            TokenKind::Agent => {
                token.agent(keys, &AgentWants::bound_to(&resource, &agent_key), now).map(|_| ())
            }
            TokenKind::Person => {
                token.person(keys, &PersonWants::bound_to(issuer, &resource, &agent_key), now).map(|_| ())
            }
            TokenKind::Resource | TokenKind::Auth => {
                token.claims_without_audience_and_binding(keys, now).map(|_| ())
            }
        };
    }
    match kind {
        TokenKind::Agent => {
            let want = AgentWants::bound_to(&resource, &delegate_key).issued_by(&agent);
            token.agent(keys, &want, now).map(|_| ())
        }
        TokenKind::Resource => {
            let want = ResourceWants {
                issuer: Some(&resource),
                audience: &auth_server,
                agent: &agent,
                agent_jkt: &agent_key,
            };
            token.resource(keys, &want, now).map(|_| ())
        }
        TokenKind::Auth => {
            let want = AuthWants::bound_to(issuer, &resource, AgentRule::Is(&agent), &agent_key);
            token.auth(keys, &want, now).map(|_| ())
        }
        TokenKind::Person => {
            token.person(keys, &PersonWants::bound_to(issuer, &resource, &agent_key), now).map(|_| ())
        }
    }
}

/// Signs any header and payload, right or wrong.
pub(crate) fn forge(header: &str, payload: &str, key: &SigningKey) -> String {
    let input = format!("{}.{}", b64::encode(header.as_bytes()), b64::encode(payload.as_bytes()));
    let signature = key.sign(input.as_bytes()).unwrap();
    format!("{input}.{}", b64::encode(&signature))
}

pub(crate) fn draft_claims(kind: TokenKind) -> &'static str {
    match kind {
        TokenKind::Agent => {
            r#"{"iss":"https://auth-server.com","dwk":"aauth-agent.json","sub":"aauth:helper@auth-server.com",
            "jti":"j1","iat":1774923811,"exp":1774927411,"ps":"https://person.example","parent_agent":"aauth:boss@auth-server.com"}"#
        }
        TokenKind::Person => {
            r#"{"iss":"https://auth-server.com","dwk":"aauth-person.json","aud":"https://important.resource.com",
            "sub":"p1","jti":"j2","iat":1774923811,"exp":1774927411,
            "mission_s256":"poqkLGiymh_W0uP6PZFw-dvez3QJT5SolqXBCW38r0U","tenant":"acme"}"#
        }
        TokenKind::Resource => {
            r#"{"iss":"https://auth-server.com","dwk":"aauth-resource.json","aud":"https://person.example","jti":"j3",
            "ps":"https://person.example","sub":"p1","presented_jti":"j2",
            "agent_jkt":"poqkLGiymh_W0uP6PZFw-dvez3QJT5SolqXBCW38r0U","iat":1774923811,"exp":1774924111,
            "scope":"data.read","account":"a1","login_hint":"ada","tenant":"acme",
            "mission_s256":"poqkLGiymh_W0uP6PZFw-dvez3QJT5SolqXBCW38r0U",
            "interaction":{"url":"https://important.resource.com/i","code":"A1B2-C3D4"}}"#
        }
        TokenKind::Auth => {
            r#"{"iss":"https://auth-server.com","dwk":"aauth-access.json","aud":"https://important.resource.com",
            "jti":"j4","ps":"https://person.example","sub":"p1","iat":1774923811,"exp":1774927411,
            "scope":"data.read","account":"a1","tenant":"acme",
            "mission_s256":"poqkLGiymh_W0uP6PZFw-dvez3QJT5SolqXBCW38r0U"}"#
        }
    }
}
