//! A verified token request: what a policy decides about.

use aauth_jose::PublicJwk;
use aauth_token::{RefreshableAuthToken, ResourceToken, UpstreamToken};
use aauth_types::{Scope, ServerId};

use crate::{Caller, Dialect, Refusal};

/// A token request whose every part was verified: what a policy decides about.
///
/// Agent, audience and scope say the same for every mode, so that a policy that looks at nothing else treats all modes
/// that the server offers alike; [`AccessRequest::asked`] tells them apart.
#[derive(Debug, Clone)]
pub struct AccessRequest {
    agent: ServerId,
    delegate: Option<String>,
    aud_sub: Option<String>,
    cnf: PublicJwk,
    dialect: &'static Dialect,
    scope: Scope,
    asked: Asked,
}

/// What is asked for: the mode of the request, with what was verified for it.
///
/// Source: draft-hardt-aauth (5 March 2026), "Token Endpoint Modes".
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Asked {
    /// Access to the resource that issued this token.
    Access(Box<ResourceToken>),
    /// The same for a resource that acts as an agent, on behalf of whom it was itself called for.
    Chain {
        /// The token of the next resource.
        token: Box<ResourceToken>,
        /// What the agent was itself called with: the person, the first agent, the scope there. The scope is no ceiling.
        upstream: Box<UpstreamToken>,
    },
    /// A token whose audience is the agent itself: who is it that uses me?
    SelfAccess,
    /// A token in place of this one: same audience, same person, no more scope.
    Refresh(Box<RefreshableAuthToken>),
}

impl Asked {
    /// The mode in one word, for logs: `access`, `chain`, `self_access`, `refresh`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Access(_) => "access",
            Self::Chain { .. } => "chain",
            Self::SelfAccess => "self_access",
            Self::Refresh(_) => "refresh",
        }
    }
}

impl AccessRequest {
    /// What `caller` asks for; the caller must have an identity.
    pub(crate) fn of(caller: &Caller, asked: Asked, scope: Scope) -> Result<Self, Refusal> {
        Ok(Self {
            agent: caller.agent().ok_or(Refusal::NoIdentity)?.clone(),
            delegate: caller.delegate().map(str::to_owned),
            aud_sub: caller.aud_sub().map(str::to_owned),
            cnf: caller.public_jwk().clone(),
            dialect: caller.dialect(),
            scope,
            asked,
        })
    }

    /// The same request, on behalf of whom `upstream` names.
    pub(crate) fn on_behalf(self, upstream: UpstreamToken) -> Self {
        let asked = match self.asked {
            Asked::Access(token) => Asked::Chain { token, upstream: Box::new(upstream) },
            other => other,
        };
        Self { asked, ..self }
    }

    /// The agent that asks.
    #[must_use]
    pub fn agent(&self) -> &ServerId {
        &self.agent
    }

    /// The delegate of the agent, if one asks.
    #[must_use]
    pub fn delegate(&self) -> Option<&str> {
        self.delegate.as_deref()
    }

    /// For whom the delegate acted before, as its agent says (`aud_sub`). It proves nothing, and no token is issued for
    /// another person.
    ///
    /// Source: draft-hardt-aauth (5 March 2026), agent token claims.
    #[must_use]
    pub fn aud_sub(&self) -> Option<&str> {
        self.aud_sub.as_deref()
    }

    /// The dialect of the request, in which it is answered and the token is minted.
    #[must_use]
    pub fn dialect(&self) -> &'static Dialect {
        self.dialect
    }

    /// The agent's public key, to which the auth token is bound.
    #[must_use]
    pub fn cnf(&self) -> &PublicJwk {
        &self.cnf
    }

    /// What is asked for.
    #[must_use]
    pub fn asked(&self) -> &Asked {
        &self.asked
    }

    /// The verified resource token, where the mode has one.
    #[must_use]
    pub fn token(&self) -> Option<&ResourceToken> {
        match &self.asked {
            Asked::Access(token) | Asked::Chain { token, .. } => Some(token),
            Asked::SelfAccess | Asked::Refresh(_) => None,
        }
    }

    /// The audience: the resource that the agent wants to call, or for self-access the agent itself.
    #[must_use]
    pub fn resource(&self) -> &ServerId {
        match &self.asked {
            Asked::Access(token) | Asked::Chain { token, .. } => token.issuer(),
            Asked::SelfAccess => &self.agent,
            Asked::Refresh(token) => token.audience(),
        }
    }

    /// The most that can be granted: what the resource, or for self-access the agent, asks for, or what the token to be
    /// replaced has.
    #[must_use]
    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// `txn` of the resource token or of the token to be replaced; the auth token repeats it.
    #[must_use]
    pub fn txn(&self) -> Option<&str> {
        match &self.asked {
            Asked::Access(token) | Asked::Chain { token, .. } => token.txn(),
            Asked::SelfAccess => None,
            Asked::Refresh(token) => token.txn(),
        }
    }
}
