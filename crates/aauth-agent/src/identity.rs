//! The name and the key of an agent.

use std::fmt;
use std::sync::Arc;

use aauth_jose::{PublicJwk, Signer};
use aauth_signature::SignatureKey;
use aauth_types::{Document, ServerId, Thumbprint};

use crate::AgentError;

/// What signs for an agent, and the identifier of its server where it publishes its key.
#[derive(Clone)]
pub struct Identity {
    id: Option<ServerId>,
    signer: Arc<dyn Signer>,
}

impl Identity {
    /// The agent `id`, whose published set holds the key of `signer` under the signer's `kid`.
    #[must_use]
    pub fn new(id: ServerId, signer: Arc<dyn Signer>) -> Self {
        Self { id: Some(id), signer }
    }

    /// An agent that shows its key and no name: `scheme=hwk`. Resources that want to know who calls refuse it.
    #[must_use]
    pub fn pseudonym(signer: Arc<dyn Signer>) -> Self {
        Self { id: None, signer }
    }

    /// The identifier; a pseudonym has none.
    #[must_use]
    pub fn id(&self) -> Option<&ServerId> {
        self.id.as_ref()
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

    /// `scheme=jwks_uri` with this agent's identifier and `kid`, or `scheme=hwk` with the key itself.
    pub(crate) fn credential(&self) -> Result<SignatureKey, AgentError> {
        let Some(id) = &self.id else {
            return Ok(SignatureKey::Hwk(self.signer.public_jwk()));
        };
        let kid = self.signer.kid().ok_or(AgentError::KeyWithoutKid)?;
        Ok(SignatureKey::JwksUri { id: id.clone(), document: Document::Agent, kid: kid.to_owned() })
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity").field("id", &self.id).field("kid", &self.signer.kid()).finish()
    }
}
