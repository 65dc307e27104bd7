//! The common case in one line.

use std::sync::Arc;

use aauth_discovery::{DiscoveryError, HttpResolver};
use aauth_jose::SigningKey;
use aauth_roles::{Requirement, Resource, SEED};
use aauth_runtime::SystemClock;
use aauth_types::{Network, Scope, TypeError};
use thiserror::Error;

use crate::{Protection, RequireLayer, Settings};

/// A protection that cannot be set up. The caller's fault, or this machine's.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SetupError {
    /// An identifier is none.
    #[error(transparent)]
    Identifier(#[from] TypeError),
    /// The HTTP client for metadata and keys cannot be made.
    #[error(transparent)]
    Discovery(#[from] DiscoveryError),
}

impl SetupError {
    /// A stable name for programs.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Identifier(error) => error.kind(),
            Self::Discovery(error) => error.kind(),
        }
    }
}

impl Protection {
    /// Protects the resource `id`, which sends agents to `auth_server` and accepts tokens of that server alone.
    ///
    /// `key` signs resource tokens and needs a `kid`. Everything else is the default: the seed dialect, public https
    /// only, metadata and keys fetched as needed, no replay guard.
    ///
    /// # Errors
    /// `Identifier`: `id` or `auth_server` is no server identifier. `Discovery`: there are no root certificates.
    pub fn public(id: &str, auth_server: &str, key: SigningKey) -> Result<Self, SetupError> {
        let network = Network::Public;
        let resource = Resource::new(id.parse()?, auth_server.parse()?, vec![&SEED], network);
        let discovery = aauth_discovery::Settings::resource(network);
        let resolver = HttpResolver::new(discovery, Arc::new(SystemClock))?;
        Ok(Self::new(Settings::new(resource, Arc::new(key), Arc::new(resolver))))
    }

    /// A layer that lets everybody through, and tells the handler who it is where a request is signed.
    #[must_use]
    pub fn require_nothing(&self) -> RequireLayer {
        self.require(Requirement::Public)
    }

    /// A layer that lets signed requests through, whoever signed them; the caller is known by its key's thumbprint.
    #[must_use]
    pub fn require_pseudonym(&self) -> RequireLayer {
        self.require(Requirement::Pseudonym)
    }

    /// A layer that lets agents through, and delegates of agents, whose identity is verified.
    #[must_use]
    pub fn require_identity(&self) -> RequireLayer {
        self.require(Requirement::Identity)
    }

    /// A layer that lets callers through who have an auth token for `scope`, names separated by single spaces.
    ///
    /// # Errors
    /// `Scope`: it is no scope.
    pub fn require_scope(&self, scope: &str) -> Result<RequireLayer, TypeError> {
        Ok(self.require(Requirement::AuthToken(Scope::parse(scope)?)))
    }
}
