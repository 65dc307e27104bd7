//! What a verifier expects of a token beyond its being genuine.

use aauth_types::{ServerId, Thumbprint};

use crate::TokenError;

/// Whose auth tokens are accepted. There is no "anybody's" on purpose.
#[derive(Debug, Clone, Copy)]
pub enum IssuerRule<'a> {
    /// Any of these.
    OneOf(&'a [ServerId]),
    /// This one: the auth server that was asked.
    Exactly(&'a ServerId),
}

impl IssuerRule<'_> {
    /// Whether tokens of `issuer` can pass. Ask before fetching its keys; the verification asks again.
    #[must_use]
    pub fn admits(&self, issuer: &ServerId) -> bool {
        match self {
            Self::OneOf(trusted) => trusted.contains(issuer),
            Self::Exactly(expected) => *expected == issuer,
        }
    }

    pub(crate) fn check(&self, issuer: &ServerId) -> Result<(), TokenError> {
        if self.admits(issuer) { Ok(()) } else { Err(TokenError::IssuerUntrusted) }
    }
}

/// Which agent an auth token must be for.
#[derive(Debug, Clone, Copy)]
pub enum AgentRule<'a> {
    /// This one. A token without `agent` passes when its audience is this agent (self-access).
    Is(&'a ServerId),
    /// Whichever `agent` names; absent is refused.
    Named,
    /// Whichever `agent` names; absent means the audience, for an agent that is itself called (self-access).
    NamedOrAudience,
}

/// Which key a token must be bound to. Private, so that "none" has only constructors that say so.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Binding<'a> {
    Key(&'a Thumbprint),
    ComparedElsewhere,
}

impl Binding<'_> {
    pub(crate) fn check(self, found: Thumbprint) -> Result<(), TokenError> {
        match self {
            Self::Key(expected) if *expected != found => Err(TokenError::BindingMismatch),
            Self::Key(_) | Self::ComparedElsewhere => Ok(()),
        }
    }
}
