//! Signed requests to measure with, and what their verifier has at hand.

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use aauth_jose::{Algorithm, Jwks, Signer as _, SigningKey};
use aauth_roles::{Accept, Caller, CallerWants, Inbound, SEED, VerifiedTokens};
use aauth_signature::{Coverage, RequestHead, SignatureFields, SignatureKey, SignedHead, UriScheme};
use aauth_token::{AuthClaims, Issuance, Unverified, mint};
use aauth_types::{Document, Network, Scope, ServerId, TokenId, UnixTime};
use http::{HeaderMap, HeaderValue, Method};

/// How the key of a request is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// In the request.
    Hwk,
    /// In the key set of the agent, which the verifier has.
    JwksUri,
    /// In an auth token, whose issuer's key set the verifier has.
    Jwt,
}

/// One signed `GET`, as a server gets it, with the usual fields of an HTTP client around the three of the signature.
#[derive(Debug)]
pub struct Request {
    fields: HeaderMap,
    key: SignatureKey<'static>,
    signer: SigningKey,
    keys: Jwks,
    resource: ServerId,
    issuers: [ServerId; 1],
    coverage: Coverage,
    tokens: Arc<VerifiedTokens>,
}

impl Request {
    /// Makes and signs the request.
    #[must_use]
    pub fn signed(scheme: Scheme) -> Self {
        Self::new(scheme, TokenId::from_entropy([1; 16]), Arc::new(VerifiedTokens::new(1_000)))
    }

    /// As [`Request::signed`] with a token of its own, for a verifier that remembers `tokens`.
    #[must_use]
    pub fn with_token(index: usize, tokens: Arc<VerifiedTokens>) -> Self {
        let id = TokenId::parse(&format!("token-{index:030}")).expect("an identifier");
        Self::new(Scheme::Jwt, id, tokens)
    }

    /// The same with a field of so many bytes that nothing looks at.
    #[must_use]
    pub fn with_filler(mut self, bytes: usize) -> Self {
        let filler = HeaderValue::try_from("x".repeat(bytes)).expect("a value");
        self.fields.insert("cookie", filler);
        self
    }

    fn new(scheme: Scheme, token_id: TokenId, tokens: Arc<VerifiedTokens>) -> Self {
        let signer = signer();
        let resource = id("https://important.resource.com");
        let issuers = [id("https://auth-server.com")];
        let key = match scheme {
            Scheme::Hwk => SignatureKey::Hwk(signer.verifying_key().to_jwk(None)),
            Scheme::JwksUri => {
                SignatureKey::JwksUri { id: agent(), document: Document::Agent, kid: "key-1".into() }
            }
            Scheme::Jwt => SignatureKey::Jwt(token(&signer, &resource, &issuers[0], token_id).into()),
        };
        let keys = Jwks::from_keys([signer.public_jwk()]);
        let mut fields = HeaderMap::new();
        for (name, value) in [("accept", "*/*"), ("user-agent", "bench/1"), ("accept-encoding", "gzip")] {
            fields.insert(name, HeaderValue::from_static(value));
        }
        let mut request =
            Self { fields, key, signer, keys, resource, issuers, coverage: Coverage::new(), tokens };
        let signature = request.sign();
        request.fields.extend(signature);
        request
    }

    /// Signs the request anew.
    #[must_use]
    pub fn sign(&self) -> SignatureFields {
        aauth_signature::sign(&self.head(), &self.key, SEED.fields, &self.coverage, NOW, &self.signer)
            .expect("the request can be signed")
    }

    /// Reads the three fields.
    #[must_use]
    pub fn parse(&self) -> SignedHead<'_> {
        SignedHead::parse(&self.head(), SEED.fields, Network::Public).expect("the fields are well formed")
    }

    /// Verifies the request as a resource does: fields, coverage, time, token, signature.
    #[must_use]
    pub fn verify(&self) -> Caller {
        let accept = Accept { dialects: &[&SEED], network: Network::Public };
        let wants = CallerWants { me: &self.resource, auth_servers: &self.issuers };
        let inbound =
            Inbound::parse(&self.head(), accept, &self.coverage, NOW).expect("the request is well formed");
        let credential = inbound.credential(wants, NOW).expect("the request has a credential");
        inbound.verify(credential, Some(&self.keys), wants, NOW).expect("the request verifies")
    }

    /// Reads the fields and builds the base, as far as a verifier comes without a key.
    pub fn check(&self) {
        drop(black_box(self.parse().check(&self.coverage, NOW).expect("the coverage suffices")));
    }

    /// As [`Request::verify`], with a memory of the tokens that were verified before.
    #[must_use]
    pub fn verify_again(&self) -> Caller {
        let accept = Accept { dialects: &[&SEED], network: Network::Public };
        let wants = CallerWants { me: &self.resource, auth_servers: &self.issuers };
        let inbound =
            Inbound::parse(&self.head(), accept, &self.coverage, NOW).expect("the request is well formed");
        let credential =
            inbound.credential_among(&self.tokens, wants, NOW).expect("the request has a credential");
        let new =
            credential.is_new_token().then(|| credential.key_ref().map(|key| key.into_owned())).flatten();
        let caller = inbound.verify(credential, Some(&self.keys), wants, NOW).expect("the request verifies");
        if let Some(key_ref) = new {
            self.tokens.remember(&caller, &key_ref);
        }
        caller
    }

    /// The bytes that were signed.
    #[must_use]
    pub fn base(&self) -> Vec<u8> {
        self.parse().check(&self.coverage, NOW).expect("the coverage suffices").base().to_vec()
    }

    /// The token in the request, if there is one.
    #[must_use]
    pub fn token(&self) -> Option<&str> {
        match &self.key {
            SignatureKey::Jwt(text) => Some(text),
            _ => None,
        }
    }

    /// The head, as a server has it.
    #[must_use]
    pub fn head(&self) -> RequestHead<'_> {
        RequestHead {
            method: &Method::GET,
            scheme: UriScheme::Https,
            authority: "important.resource.com",
            target: "/data-auth",
            fields: &self.fields,
        }
    }
}

/// Reads a token and does not verify it.
#[must_use]
pub(crate) fn parse_token(text: &str) -> Unverified<'_> {
    Unverified::parse(text, SEED.tokens, Network::Public).expect("the token is well formed")
}

/// The seed of the one key: RFC 9421 appendix B.1.4, test-key-ed25519.
pub(crate) const KEY: [u8; 32] = [
    0x9f, 0x83, 0x62, 0xf8, 0x7a, 0x48, 0x4a, 0x95, 0x4e, 0x6e, 0x74, 0x0c, 0x5b, 0x4c, 0x0e, 0x84, 0x22,
    0x91, 0x39, 0xa2, 0x0a, 0xa8, 0xab, 0x56, 0xff, 0x66, 0x58, 0x6f, 0x6a, 0x7d, 0x29, 0xc5,
];

pub(crate) const NOW: UnixTime = UnixTime::from_secs(1_774_923_811);

pub(crate) fn signer() -> SigningKey {
    SigningKey::from_seed(Algorithm::Ed25519, KEY.into(), Some("key-1")).expect("every seed is a key")
}

fn token(key: &SigningKey, resource: &ServerId, issuer: &ServerId, id: TokenId) -> String {
    let issuance = Issuance::new(issuer.clone(), id, NOW, Duration::from_secs(3600));
    let mut claims = AuthClaims::new(issuance, resource.clone(), key.public_jwk());
    claims.agent = Some(agent());
    claims.subject = Some("user-1".to_owned());
    claims.scope = Some(Scope::parse("data.read data.write").expect("a scope"));
    mint(&claims, SEED.tokens, key).expect("claims of the profile")
}

pub(crate) fn agent() -> ServerId {
    id("https://agent.supply-chain.com")
}

pub(crate) fn id(text: &str) -> ServerId {
    ServerId::parse(text, Network::Public).expect("a fixed identifier")
}
