//! What an operator decides about discovery.

use core::time::Duration;

use aauth_types::{Network, ServerId};

/// How documents and key sets are fetched and kept.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where identifiers and addresses may lead. Default public only.
    pub network: Network,
    /// Issuers whose entries no stranger can push out of the cache and whose fetches no stranger can hold up.
    /// Default none.
    pub trusted: Vec<ServerId>,
    /// What becomes of issuers that are not trusted. Default [`Strangers::Admit`].
    pub strangers: Strangers,
    /// On which hosts a `jwks_uri` may be. Default [`JwksHosts::Issuer`].
    pub jwks_hosts: JwksHosts,
    /// Under which names metadata documents are looked for. Default [`DocumentNames::WithJsonThenWithout`].
    pub names: DocumentNames,
    /// How long an answer without `Cache-Control` and `Expires` is fresh. Clamped to 60 s and 24 h.
    pub default_age: Duration,
    /// Documents of strangers that are kept, and as many key sets. Default 1,024. One domain gets a quarter.
    pub entries: usize,
    /// Bytes of all documents of strangers that are kept, as received, and as many of key sets. Default 8 MiB.
    pub bytes: usize,
    /// Fetches for strangers under way at once. Default 32.
    pub fetches: usize,
    /// Limits of one fetch.
    pub limits: Limits,
}

impl Settings {
    /// For a resource: answers without cache headers are fresh for 3,600 s.
    #[must_use]
    pub fn resource(network: Network) -> Self {
        Self::new(network, Duration::from_secs(3600))
    }

    /// For an auth server: answers without cache headers are fresh for 300 s.
    #[must_use]
    pub fn auth_server(network: Network) -> Self {
        Self::new(network, Duration::from_secs(300))
    }

    fn new(network: Network, default_age: Duration) -> Self {
        Self {
            network,
            trusted: Vec::new(),
            strangers: Strangers::Admit,
            jwks_hosts: JwksHosts::Issuer,
            names: DocumentNames::WithJsonThenWithout,
            default_age,
            entries: 1024,
            bytes: 8 * 1024 * 1024,
            fetches: 32,
            limits: Limits::default(),
        }
    }
}

/// What becomes of an issuer that is not among the trusted ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strangers {
    /// It is fetched from. Anybody can then cause a fetch, within the limits.
    Admit,
    /// Nothing is sent to it.
    Refuse,
}

/// Under which names metadata documents are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocumentNames {
    /// `aauth-agent.json` alone.
    WithJson,
    /// The same, and after a 404 `aauth-agent`: peers of March 2026 serve either.
    WithJsonThenWithout,
}

/// On which hosts a `jwks_uri` may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JwksHosts {
    /// On its issuer's host and port only.
    Issuer,
    /// Also on these: host, and port where it is not 443, in lower case: `keys.cdn.example`.
    IssuerAnd(Vec<String>),
}

/// Limits of one fetch. Larger ones let a hostile server hold more memory and time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Name lookup, connection and TLS session together. Default 3 s.
    pub connect: Duration,
    /// From the first request to the last byte of the answer, both names of a document included. Default 5 s.
    pub total: Duration,
    /// Body, in bytes. Default 64 KiB.
    pub body: usize,
    /// Keys in a set. Default 100.
    pub keys: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { connect: Duration::from_secs(3), total: Duration::from_secs(5), body: 64 * 1024, keys: 100 }
    }
}
