//! Why a token request is refused, and in which words.

use std::time::Duration;

use aauth_token::TokenError;
use thiserror::Error;

use crate::{ErrorCode, Rejection, TokenRequestError};

/// A token request that the auth server refuses. The fault is the agent's, except for `Overloaded`,
/// `Unavailable` and `ServerError`.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Refusal {
    /// No verified caller.
    #[error(transparent)]
    Caller(#[from] Rejection),
    /// The caller is a pseudonym; the token endpoint needs an identity.
    #[error("an agent identity is required")]
    NoIdentity,
    /// The body.
    #[error(transparent)]
    Body(#[from] TokenRequestError),
    /// A mode that this server does not offer.
    #[error("this token endpoint mode is not offered")]
    ModeNotOffered,
    /// The resource token.
    #[error("resource token: {0}")]
    ResourceToken(TokenError),
    /// The auth token with which the calling resource was itself called.
    #[error("upstream token: {0}")]
    UpstreamToken(TokenError),
    /// The keys of the upstream token's issuer could not be had.
    #[error("the keys of the issuer of the upstream token are not available")]
    UpstreamKeys,
    /// The auth token that is to be replaced.
    #[error("auth token to be replaced: {0}")]
    AuthToken(TokenError),
    /// The delegate acts for another person.
    #[error("the delegate belongs to another person")]
    DelegateOfAnother,
    /// The keys of the resource could not be had.
    #[error("the keys of the resource are not available")]
    ResourceKeys,
    /// The resource token was used before.
    #[error("resource token was used before")]
    Replayed,
    /// The resource token was issued before an older copy of the store was put back, so whether it was used is not known.
    #[error("resource token was issued before the store was restored")]
    BeforeRestore,
    /// The policy says no.
    #[error("policy refuses: {reason}")]
    Policy {
        /// Told to the agent.
        reason: &'static str,
    },
    /// The agent has too many requests open: 429.
    #[error("the agent has too many open requests")]
    TooManyOpen {
        /// When to try again.
        retry_after: Duration,
    },
    /// All agents together have too many requests open: 503.
    #[error("too many open requests")]
    Overloaded {
        /// When to try again.
        retry_after: Duration,
    },
    /// The store does not answer now: 503. The agent goes on where it was, once it answers again.
    #[error("the store does not answer")]
    Unavailable {
        /// When to try again.
        retry_after: Duration,
    },
    /// A signer or a random source failed, or a kept row is damaged: 500.
    #[error("internal error")]
    ServerError,
}

impl Refusal {
    /// A stable name for programs.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Caller(error) => error.kind(),
            Self::NoIdentity => "no_identity",
            Self::Body(error) => error.kind(),
            Self::ModeNotOffered => "mode_not_offered",
            Self::ResourceToken(error) | Self::UpstreamToken(error) | Self::AuthToken(error) => error.kind(),
            Self::UpstreamKeys => "upstream_keys",
            Self::DelegateOfAnother => "delegate_of_another",
            Self::ResourceKeys => "resource_keys",
            Self::Replayed => "replayed",
            Self::BeforeRestore => "before_restore",
            Self::Policy { .. } => "policy",
            Self::TooManyOpen { .. } => "too_many_open",
            Self::Overloaded { .. } => "overloaded",
            Self::Unavailable { .. } => "unavailable",
            Self::ServerError => "server_error",
        }
    }

    /// Error code and description.
    pub(crate) fn wire(&self) -> (ErrorCode, String) {
        let (code, text) = match self {
            Self::Caller(rejection) => (rejection.code(), rejection.description()),
            Self::NoIdentity => (ErrorCode::InvalidSignature, "An agent identity is required"),
            Self::Body(error) => return (ErrorCode::InvalidRequest, error.to_string()),
            Self::ModeNotOffered => (ErrorCode::InvalidRequest, "This token endpoint mode is not offered"),
            Self::ResourceToken(error) => return (ErrorCode::InvalidResourceToken, RESOURCE.describe(error)),
            Self::ResourceKeys => return (ErrorCode::InvalidResourceToken, RESOURCE.unverified()),
            Self::UpstreamToken(error) => return (ErrorCode::InvalidUpstreamToken, UPSTREAM.describe(error)),
            Self::UpstreamKeys => return (ErrorCode::InvalidUpstreamToken, UPSTREAM.unverified()),
            Self::AuthToken(error @ TokenError::BindingMismatch) => {
                return (ErrorCode::KeyBindingFailed, REPLACED.describe(error));
            }
            Self::AuthToken(error) => return (ErrorCode::InvalidAuthTokenInBody, REPLACED.describe(error)),
            Self::DelegateOfAnother => (ErrorCode::Denied, "The delegate belongs to another person"),
            Self::Replayed => (ErrorCode::InvalidResourceToken, "The resource token was used before"),
            Self::BeforeRestore => (ErrorCode::InvalidResourceToken, "The resource token is too old here"),
            Self::Policy { reason } => (ErrorCode::Denied, *reason),
            Self::TooManyOpen { .. } => (ErrorCode::SlowDown, "Too many open requests of this agent"),
            Self::Overloaded { .. } => (ErrorCode::TemporarilyUnavailable, "Too many open requests"),
            Self::Unavailable { .. } => (ErrorCode::TemporarilyUnavailable, "Try again later"),
            Self::ServerError => (ErrorCode::ServerError, "Internal error"),
        };
        (code, text.to_owned())
    }
}

/// A token of the body, in the words for the agent.
struct InBody {
    name: &'static str,
    /// Whom it must be for.
    audience: &'static str,
}

const RESOURCE: InBody = InBody { name: "resource token", audience: "auth server" };
const UPSTREAM: InBody = InBody { name: "upstream token", audience: "resource" };
const REPLACED: InBody = InBody { name: "auth token", audience: "resource" };

impl InBody {
    fn unverified(&self) -> String {
        format!("The {} could not be verified", self.name)
    }

    /// What the agent is told: fixed texts and names of claims, none of the token's own words. An issuer that is not
    /// known, a key that is not known and a bad signature look the same.
    fn describe(&self, error: &TokenError) -> String {
        let Self { name, audience } = self;
        match error {
            TokenError::TypUnknown { .. } | TokenError::TypMismatch { .. } => {
                let article = if name.starts_with('a') || name.starts_with('u') { "an" } else { "a" };
                format!("This is not {article} {name}")
            }
            TokenError::Expired { .. } => format!("The {name} has expired"),
            TokenError::NotYetValid { .. } => format!("The {name} is not valid yet"),
            TokenError::AudienceMismatch => format!("The {name} is for another {audience}"),
            TokenError::AgentMismatch => format!("The {name} is for another agent"),
            TokenError::BindingMismatch => format!("The {name} is for another key"),
            TokenError::Absent { .. }
            | TokenError::Forbidden { .. }
            | TokenError::WrongType { .. }
            | TokenError::WrongValue { .. } => error.to_string(),
            _ => self.unverified(),
        }
    }
}
