//! The vectors of the seed dialect.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

/// The whole file.
#[derive(Debug, Clone, Deserialize)]
pub struct SeedVectors {
    /// Keys by name.
    pub keys: BTreeMap<String, KeyVector>,
    /// Tokens that the requests carry.
    pub tokens: Vec<TokenVector>,
    /// Whole signed requests.
    pub requests: Vec<RequestVector>,
}

/// A published test key. Never use one elsewhere.
#[derive(Debug, Clone, Deserialize)]
pub struct KeyVector {
    /// Key identifier in its set.
    pub kid: String,
    /// Identifier under whose set the key is published; `None` for a delegate's.
    pub owner: Option<String>,
    /// Private JWK; `None` when the private key is unknown.
    pub jwk_private: Option<Value>,
    /// Public JWK.
    pub jwk_public: Value,
    /// RFC 7638 thumbprint with SHA-256, base64url.
    pub thumbprint: String,
}

/// A token.
#[derive(Debug, Clone, Deserialize)]
pub struct TokenVector {
    /// Name in the file.
    pub name: String,
    /// `typ` of the header.
    pub typ: String,
    /// Name of the issuer's key.
    pub key: String,
    /// Name of the key in `cnf.jwk` or behind `agent_jkt`.
    pub bound_key: String,
    /// Decoded header.
    pub header: Value,
    /// Decoded payload.
    pub claims: Value,
    /// Compact serialisation.
    pub jwt: String,
}

/// A signed request.
#[derive(Debug, Clone, Deserialize)]
pub struct RequestVector {
    /// Name in the file.
    pub name: String,
    /// Method.
    pub method: String,
    /// Whole URL; its authority is the value of `@authority`.
    pub url: String,
    /// Header fields in order.
    pub headers: Vec<(String, String)>,
    /// Exact body text; `None` when there is none or it was not published.
    pub body: Option<String>,
    /// Clock to verify at.
    pub created: i64,
    /// Bytes a verifier must build.
    pub signature_base: String,
    /// Name of the key to which `Signature-Key` leads.
    pub key: String,
    /// `accept` or `reject`.
    pub expect: String,
    /// Why.
    pub why: String,
}

impl RequestVector {
    /// Scheme, authority and request target of [`RequestVector::url`].
    ///
    /// # Panics
    /// When the URL has no `://`, which no entry of the file lacks.
    #[must_use]
    pub fn url_parts(&self) -> (&str, &str, &str) {
        let (scheme, rest) = self.url.split_once("://").expect("a vector has a whole url");
        match rest.find('/') {
            Some(at) => {
                let (authority, target) = rest.split_at(at);
                (scheme, authority, target)
            }
            None => (scheme, rest, "/"),
        }
    }
}

impl SeedVectors {
    /// The request `name`.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn request(&self, name: &str) -> &RequestVector {
        self.requests.iter().find(|r| r.name == name).unwrap_or_else(|| panic!("no request vector {name}"))
    }

    /// The token `name`.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn token(&self, name: &str) -> &TokenVector {
        self.tokens.iter().find(|t| t.name == name).unwrap_or_else(|| panic!("no token vector {name}"))
    }

    /// The key `name`.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn key(&self, name: &str) -> &KeyVector {
        self.keys.get(name).unwrap_or_else(|| panic!("no key vector {name}"))
    }
}

/// Reads the vectors of the seed dialect.
///
/// # Panics
/// When the file in this crate is damaged.
#[must_use]
pub fn seed_vectors() -> SeedVectors {
    serde_json::from_str(include_str!("../vectors/seed-vectors.json")).expect("the vector file is valid")
}
