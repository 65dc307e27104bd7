//! Why a call did not succeed.

use aauth_challenge::ChallengeError;
use aauth_deferred::{DeferredError, Outcome};
use aauth_discovery::DiscoveryError;
use aauth_roles::{DistrustError, TokenRequestError};
use aauth_runtime::EntropyError;
use aauth_signature::SignatureError;
use aauth_token::TokenError;
use aauth_types::TypeError;
use http::StatusCode;
use thiserror::Error;

/// A call that did not lead to an answer of the resource.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum AgentError {
    /// The URL cannot be called: not absolute, or not https. The caller's fault.
    #[error("the url cannot be called: {0}")]
    Url(TypeError),
    /// The signer has no key identifier, so that nobody could find the key. The caller's fault.
    #[error("the signing key has no kid")]
    KeyWithoutKid,
    /// A hint that no auth server would read. The caller's fault.
    #[error("hints: {0}")]
    Hints(TokenRequestError),
    /// The resource wants an auth token, and the agent has no identifier to be granted one. The caller's fault.
    #[error("an agent without an identifier cannot get an auth token")]
    Pseudonym,
    /// The request cannot be signed. The caller's fault.
    #[error("the request cannot be signed: {0}")]
    Signature(#[from] SignatureError),
    /// The person, or who else was asked, refused.
    #[error("denied: the request was refused")]
    Denied,
    /// The person came and did not finish in time.
    #[error("abandoned: the person did not finish in time")]
    Abandoned,
    /// Nobody came in time.
    #[error("expired: nobody consented in time")]
    Expired,
    /// The auth server refuses the request.
    #[error("refused: the auth server answered {status} {error}")]
    Refused {
        /// The status.
        status: StatusCode,
        /// The error word of the answer; `unknown` when it has none.
        error: String,
    },
    /// The auth server broke off: an internal fault, a redirect, a pending URL that is no longer there.
    #[error("the auth server answered {status}")]
    BrokenOff {
        /// The status.
        status: StatusCode,
    },
    /// An answer of the auth server cannot be followed: its pending URL is on another origin, for instance.
    #[error("the auth server's answer cannot be followed: {0}")]
    Unfollowable(DeferredError),
    /// The auth server's answer holds no token.
    #[error("the auth server's answer holds no token: {0}")]
    NoToken(DeferredError),
    /// The exchange with the auth server ended otherwise.
    #[error("the exchange with the auth server ended without a token")]
    Exchange(Box<Outcome>),
    /// The exchange was given up by this side.
    #[error("cancelled: the exchange was given up")]
    Cancelled,
    /// A code came without a page, and the server's metadata names none.
    #[error("the server asks for a person and names no page")]
    NoPage,
    /// The resource's metadata names no resource token endpoint on the resource's own origin.
    #[error("the resource has no resource token endpoint")]
    NoEndpoint,
    /// The resource gives no resource token for this.
    #[error("not offered: the resource answered {status} {error}")]
    NotOffered {
        /// The status.
        status: StatusCode,
        /// The error word of the answer; `unknown` when it has none.
        error: String,
    },
    /// The agent server issues this delegate no agent token.
    #[error("not issued: the agent server answered {status} {error}")]
    NotIssued {
        /// The status.
        status: StatusCode,
        /// The error word of the answer; `unknown` when it has none.
        error: String,
    },
    /// The agent token that a delegate got is not its own, or cannot be used. The agent server's fault.
    #[error("agent token: {0}")]
    AgentToken(#[from] TokenError),
    /// The challenge of the resource cannot be read.
    #[error("challenge: {0}")]
    Challenge(#[from] ChallengeError),
    /// The challenge or the token is not for this agent.
    #[error("not to be trusted: {0}")]
    Distrust(#[from] DistrustError),
    /// Metadata or keys cannot be had.
    #[error("discovery: {0}")]
    Discovery(#[from] DiscoveryError),
    /// No connection could be made. Nothing was sent.
    #[error("the server cannot be reached")]
    Unreachable,
    /// No whole answer came in time. The server may have acted on the request.
    #[error("the server gave no whole answer")]
    NoAnswer,
    /// The answer is larger than the limit.
    #[error("the answer has more than {limit} bytes")]
    TooLarge {
        /// The limit in bytes.
        limit: usize,
    },
    /// The HTTP client cannot be made.
    #[error("the http client cannot be set up")]
    Setup,
    /// No random bytes.
    #[error(transparent)]
    Entropy(#[from] EntropyError),
}

impl AgentError {
    /// A stable name for programs.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Url(_) => "url",
            Self::KeyWithoutKid => "key_without_kid",
            Self::Hints(error) => error.kind(),
            Self::Pseudonym => "pseudonym",
            Self::Signature(error) => error.kind(),
            Self::Denied => "denied",
            Self::Abandoned => "abandoned",
            Self::Expired => "expired",
            Self::Refused { .. } => "refused",
            Self::BrokenOff { .. } => "broken_off",
            Self::Unfollowable(_) => "unfollowable",
            Self::NoToken(_) => "no_token",
            Self::Exchange(_) => "exchange",
            Self::Cancelled => "cancelled",
            Self::NoPage => "no_page",
            Self::NoEndpoint => "no_endpoint",
            Self::NotOffered { .. } => "not_offered",
            Self::NotIssued { .. } => "not_issued",
            Self::AgentToken(error) => error.kind(),
            Self::Challenge(error) => error.kind(),
            Self::Distrust(error) => error.kind(),
            Self::Discovery(error) => error.kind(),
            Self::Unreachable => "unreachable",
            Self::NoAnswer => "no_answer",
            Self::TooLarge { .. } => "too_large",
            Self::Setup => "setup",
            Self::Entropy(_) => "entropy",
        }
    }

    /// What the end of an exchange without a token means to the caller.
    pub(crate) fn from_outcome(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Denied => Self::Denied,
            Outcome::Abandoned => Self::Abandoned,
            Outcome::Expired | Outcome::DeadlinePassed => Self::Expired,
            Outcome::Unreachable => Self::Unreachable,
            Outcome::Cancelled => Self::Cancelled,
            Outcome::Broken { fault } => Self::Unfollowable(fault),
            Outcome::Gone { status }
            | Outcome::ServerError { status }
            | Outcome::Unavailable { status }
            | Outcome::Unexpected { status } => Self::BrokenOff { status },
            Outcome::Rejected(rejection) => Self::Refused {
                status: rejection.status,
                error: rejection.error.map_or_else(|| "unknown".to_owned(), |word| printable(&word)),
            },
            other => Self::Exchange(Box::new(other)),
        }
    }
}

/// A peer's word, fit for one line of a terminal.
pub(crate) fn printable(word: &str) -> String {
    word.chars().filter(|c| c.is_ascii_graphic()).take(64).collect()
}
