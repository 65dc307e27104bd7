//! The name and the key of an agent.

use std::fmt;
use std::sync::Arc;

use aauth_jose::{PublicJwk, Signer};
use aauth_signature::SignatureKey;
use aauth_types::{Document, ServerId, Thumbprint};

use crate::delegate::{AgentTokenSource, Delegate};
use crate::{AgentError, Settings};

/// What signs for an agent, and the identifier of its server where it publishes its key.
#[derive(Clone)]
pub struct Identity {
    name: Name,
    signer: Arc<dyn Signer>,
}

#[derive(Clone)]
enum Name {
    Pseudonym,
    Agent(ServerId),
    Delegate(Arc<Delegate>),
}

impl Identity {
    /// The agent `id`, whose published set holds the key of `signer` under the signer's `kid`.
    #[must_use]
    pub fn new(id: ServerId, signer: Arc<dyn Signer>) -> Self {
        Self { name: Name::Agent(id), signer }
    }

    /// An agent that shows its key and no name: `scheme=hwk`. Resources that want to know who calls refuse it.
    #[must_use]
    pub fn pseudonym(signer: Arc<dyn Signer>) -> Self {
        Self { name: Name::Pseudonym, signer }
    }

    /// A delegate of `agent` with a key of its own: `scheme=jwt` with an agent token from `source`, which is asked again
    /// before a token expires. `signer` stays the same, and needs no `kid`.
    #[must_use]
    pub fn delegate(agent: ServerId, signer: Arc<dyn Signer>, source: impl AgentTokenSource) -> Self {
        Self { name: Name::Delegate(Delegate::new(agent, source)), signer }
    }

    /// The identifier, of a delegate that of its agent; a pseudonym has none.
    #[must_use]
    pub fn id(&self) -> Option<&ServerId> {
        match &self.name {
            Name::Pseudonym => None,
            Name::Agent(id) => Some(id),
            Name::Delegate(delegate) => Some(&delegate.agent),
        }
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

    /// The identifier under which this identity's own key is published; a delegate's key is published nowhere.
    #[cfg(feature = "server")]
    pub(crate) fn publisher(&self) -> Option<&ServerId> {
        match &self.name {
            Name::Agent(id) => Some(id),
            Name::Pseudonym | Name::Delegate(_) => None,
        }
    }

    /// Whether everything is there that needs no request.
    pub(crate) fn check(&self) -> Result<(), AgentError> {
        match (&self.name, self.signer.kid()) {
            (Name::Agent(_), None) => Err(AgentError::KeyWithoutKid),
            _ => Ok(()),
        }
    }

    /// `scheme=jwks_uri` with this agent's identifier and `kid`, `scheme=jwt` with a delegate's agent token, or `scheme=hwk`
    /// with the key itself.
    pub(crate) async fn credential(&self, settings: &Settings) -> Result<SignatureKey<'_>, AgentError> {
        match &self.name {
            Name::Pseudonym => Ok(SignatureKey::Hwk(self.signer.public_jwk())),
            Name::Agent(id) => {
                let kid = self.signer.kid().ok_or(AgentError::KeyWithoutKid)?;
                Ok(SignatureKey::JwksUri { id: id.clone(), document: Document::Agent, kid: kid.into() })
            }
            Name::Delegate(delegate) => {
                Ok(SignatureKey::Jwt(delegate.token(&self.thumbprint(), settings).await?.into()))
            }
        }
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity").field("id", &self.id()).field("kid", &self.signer.kid()).finish()
    }
}
