//! The name and the key of an agent.

use std::fmt;
use std::sync::Arc;

use aauth_jose::{PublicJwk, Signer};
use aauth_signature::SignatureKey;
use aauth_types::{Document, ServerId, Thumbprint};

use crate::AgentError;

/// An agent that publishes its key: the identifier of its server, and what signs for it.
#[derive(Clone)]
pub struct Identity {
    id: ServerId,
    signer: Arc<dyn Signer>,
}

impl Identity {
    /// The agent `id`, whose published set holds the key of `signer` under the signer's `kid`.
    #[must_use]
    pub fn new(id: ServerId, signer: Arc<dyn Signer>) -> Self {
        Self { id, signer }
    }

    /// The identifier.
    #[must_use]
    pub fn id(&self) -> &ServerId {
        &self.id
    }

    /// The public key, to be published.
    #[must_use]
    pub fn public_jwk(&self) -> PublicJwk {
        self.signer.public_jwk()
    }

    pub(crate) fn signer(&self) -> &dyn Signer {
        &*self.signer
    }

    pub(crate) fn thumbprint(&self) -> Thumbprint {
        self.signer.public_jwk().key().thumbprint()
    }

    /// `scheme=jwks_uri` with this agent's identifier and `kid`.
    pub(crate) fn credential(&self) -> Result<SignatureKey, AgentError> {
        let kid = self.signer.kid().ok_or(AgentError::KeyWithoutKid)?;
        Ok(SignatureKey::JwksUri { id: self.id.clone(), document: Document::Agent, kid: kid.to_owned() })
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity").field("id", &self.id).field("kid", &self.signer.kid()).finish()
    }
}
