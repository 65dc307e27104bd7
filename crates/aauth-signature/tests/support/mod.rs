//! Requests to verify, made of texts.
#![allow(dead_code, unreachable_pub, reason = "each test file uses a part")]

use aauth_jose::{PublicJwk, SigningKey};
use aauth_signature::{
    Checked, Coverage, FieldSyntax, RequestHead, SignatureError, SignatureKey, SignedHead, UriScheme,
};
use aauth_testkit::{KeyVector, RequestVector, SeedVectors};
use aauth_types::{Network, UnixTime};
use http::{HeaderMap, HeaderName, HeaderValue, Method};

pub const NOW: UnixTime = UnixTime::from_secs(1_774_923_811);

/// RFC 9421 appendix B.1.4, test-key-ed25519.
pub const ED25519: &str = r#"{"kty":"OKP","crv":"Ed25519","x":"JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs","d":"n4Ni-HpISpVObnQMW0wOhCKROaIKqKtW_2ZYb2p9KcU"}"#;
/// RFC 9421 appendix B.1.3, test-key-ecc-p256.
pub const P256: &str = r#"{"kty":"EC","crv":"P-256","x":"qIVYZVLCrPZHGHjP17CTW0_-D9Lfw0EkjqF7xB4FivA","y":"Mc4nN9LTDOBhfoUeg8Ye9WedFRhnZXZJA12Qp0zZ6F0","d":"UpuF81l-kOxbjf7T4mNSv0r5tN67Gim7rnf6EFpcYDs"}"#;

/// A request that owns its parts.
#[derive(Debug, Clone)]
pub struct Request {
    pub method: Method,
    pub scheme: UriScheme,
    pub authority: String,
    pub target: String,
    pub fields: HeaderMap,
}

impl Request {
    pub fn new(method: Method, authority: &str, target: &str) -> Self {
        let fields = HeaderMap::new();
        Self { method, scheme: UriScheme::Https, authority: authority.into(), target: target.into(), fields }
    }

    pub fn get() -> Self {
        Self::new(Method::GET, "resource.example", "/data")
    }

    pub fn with(mut self, name: &str, value: &str) -> Self {
        let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
        self.fields.append(name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
        self
    }

    /// In place of every line of this name.
    pub fn replacing(mut self, name: &str, value: &str) -> Self {
        self.fields.remove(name);
        self.with(name, value)
    }

    pub fn text(&self, name: &str) -> &str {
        self.fields[name].to_str().unwrap()
    }

    pub fn head(&self) -> RequestHead<'_> {
        RequestHead {
            method: &self.method,
            scheme: self.scheme,
            authority: &self.authority,
            target: &self.target,
            fields: &self.fields,
        }
    }

    pub fn parse(&self, syntax: &'static FieldSyntax) -> Result<SignedHead<'_>, SignatureError> {
        SignedHead::parse(&self.head(), syntax, Network::Public)
    }

    pub fn check(
        &self,
        syntax: &'static FieldSyntax,
        rule: &Coverage,
        now: UnixTime,
    ) -> Result<Checked<'_>, SignatureError> {
        self.parse(syntax)?.check(rule, now)
    }

    /// Signed with `signer` at [`NOW`].
    pub fn signed(
        mut self,
        key: &SignatureKey<'_>,
        syntax: &'static FieldSyntax,
        cover: &Coverage,
        signer: &SigningKey,
    ) -> Self {
        let fields = aauth_signature::sign(&self.head(), key, syntax, cover, NOW, signer).unwrap();
        self.fields.extend(fields);
        self
    }
}

/// A request of the vector file, signed or with its three fields removed.
pub fn request(vector: &RequestVector) -> Request {
    let (scheme, authority, target) = vector.url_parts();
    let method = Method::from_bytes(vector.method.as_bytes()).unwrap();
    let mut request = Request::new(method, authority, target);
    request.scheme = if scheme == "http" { UriScheme::Http } else { UriScheme::Https };
    vector.headers.iter().fold(request, |request, (name, value)| request.with(name, value))
}

pub fn without_signature(mut request: Request) -> Request {
    for name in ["signature", "signature-input", "signature-key"] {
        request.fields.remove(name);
    }
    request
}

pub fn public(key: &KeyVector) -> PublicJwk {
    PublicJwk::parse(key.jwk_public.to_string().as_bytes()).unwrap()
}

pub fn private(key: &KeyVector) -> Option<SigningKey> {
    key.jwk_private.as_ref().map(|jwk| SigningKey::from_jwk(jwk.to_string().as_bytes()).unwrap())
}

pub fn vectors() -> SeedVectors {
    aauth_testkit::seed_vectors()
}

pub fn ed25519() -> SigningKey {
    SigningKey::from_jwk(ED25519.as_bytes()).unwrap()
}

pub fn p256() -> SigningKey {
    SigningKey::from_jwk(P256.as_bytes()).unwrap()
}

/// Whether two field values differ only in whitespace that is removed before anything is read.
pub fn same_after_trimming(one: &str, other: &str) -> bool {
    one.trim_matches([' ', '\t']) == other.trim_matches([' ', '\t'])
}
