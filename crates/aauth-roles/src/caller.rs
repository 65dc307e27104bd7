//! Who made a request, proved.

use std::sync::Arc;

use aauth_jose::PublicJwk;
use aauth_signature::SignatureValid;
use aauth_token::{AgentToken, AuthToken, TokenKind};
use aauth_types::{ServerId, Thumbprint};

use crate::{Dialect, Scheme};

/// The verified sender of a request. Only [`Inbound::verify`](crate::Inbound::verify) makes one.
#[derive(Debug, Clone)]
pub struct Caller {
    pub(crate) dialect: &'static Dialect,
    pub(crate) scheme: Scheme,
    pub(crate) signature: SignatureValid,
    pub(crate) key: PublicJwk,
    pub(crate) identity: Identity,
}

/// What is proved about the sender, from little to much.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Identity {
    /// Holds a key, nothing more (`hwk`). Can be recognised again by its thumbprint.
    Pseudonym,
    /// An agent that publishes the key (`jwks_uri`).
    Agent(ServerId),
    /// A delegate that an agent vouches for (`jwt` with an agent token).
    Delegate(Arc<AgentToken>),
    /// An agent with access that an auth server granted (`jwt` with an auth token).
    Authorized(Arc<AuthToken>),
}

impl Caller {
    /// The dialect of the request, in which it is answered.
    #[must_use]
    pub fn dialect(&self) -> &'static Dialect {
        self.dialect
    }

    /// What is proved about the sender.
    #[must_use]
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// The scheme of `Signature-Key`.
    #[must_use]
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// The proof of the request signature: what it covers, when it was made.
    #[must_use]
    pub fn signature(&self) -> &SignatureValid {
        &self.signature
    }

    /// The agent; `None` for a pseudonym.
    #[must_use]
    pub fn agent(&self) -> Option<&ServerId> {
        match &self.identity {
            Identity::Pseudonym => None,
            Identity::Agent(id) => Some(id),
            Identity::Delegate(token) => Some(token.agent()),
            Identity::Authorized(token) => Some(token.agent()),
        }
    }

    /// The delegate of the agent, if it is one (`sub` of the agent token).
    #[must_use]
    pub fn delegate(&self) -> Option<&str> {
        match &self.identity {
            Identity::Delegate(token) => Some(token.subject()),
            _ => None,
        }
    }

    /// For whom the delegate acted before, as its agent says (`aud_sub` of an agent token whose `aud` names this server). A
    /// hint that proves nothing.
    #[must_use]
    pub fn aud_sub(&self) -> Option<&str> {
        match &self.identity {
            Identity::Delegate(token) => token.aud_sub(),
            _ => None,
        }
    }

    /// The auth token, if the request carried one.
    #[must_use]
    pub fn auth_token(&self) -> Option<&AuthToken> {
        match &self.identity {
            Identity::Authorized(token) => Some(token),
            _ => None,
        }
    }

    /// The auth token of the request as it was received, for the one who calls on with it as `upstream_token` (call
    /// chaining). It must go to auth servers alone, and into no log.
    #[must_use]
    pub fn expose_upstream_token(&self) -> Option<&str> {
        self.auth_token().map(AuthToken::text)
    }

    /// The `typ` of the token that the request carried, if it carried one.
    #[must_use]
    pub fn token_type(&self) -> Option<&'static str> {
        let kind = match &self.identity {
            Identity::Delegate(_) => TokenKind::Agent,
            Identity::Authorized(_) => TokenKind::Auth,
            _ => return None,
        };
        self.dialect.tokens.typ(kind)
    }

    /// The thumbprint of the key that signed the request.
    #[must_use]
    pub fn key(&self) -> Thumbprint {
        self.key.key().thumbprint()
    }

    /// The public key that signed the request, for the `cnf` of a token.
    #[must_use]
    pub fn public_jwk(&self) -> &PublicJwk {
        &self.key
    }
}
