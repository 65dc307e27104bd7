//! Why a request could not be opened, polled or decided.

use core::time::Duration;

use aauth_runtime::EntropyError;
use aauth_store::StoreError;
use thiserror::Error;

/// What went wrong on this server's side. What a peer or a person did wrong is an answer, not an error.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum InteractionError {
    /// No room for another open request, of this agent or in all: 429 or 503 with `Retry-After`.
    #[error("too many open requests of {whose}")]
    Full {
        /// Whose limit was reached.
        whose: Crowd,
        /// When to try again.
        retry_after: Duration,
    },
    /// The store did not answer: 503. Nothing may be concluded about the request.
    #[error("the store failed")]
    Store {
        /// What the store says.
        #[from]
        source: StoreError,
    },
    /// No random bytes, so nothing may be issued: 503.
    #[error("no random bytes")]
    Entropy,
    /// A row holds what this crate never wrote, or another version of it did.
    #[error("a stored row does not read")]
    Row,
    /// Other writers were faster, time and again: 503.
    #[error("a row changed too often to be written")]
    Contended,
    /// The embedding server's sign-in failed: 503.
    #[error("the sign-in did not answer")]
    SignIn,
    /// Not the name of a person.
    #[error("a subject is 1 to 255 bytes without control characters")]
    Subject,
}

/// Whose open requests are too many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Crowd {
    /// Of the agent that asks: 429.
    Agent,
    /// Of all agents together: 503.
    All,
}

impl core::fmt::Display for Crowd {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Agent => "this agent",
            Self::All => "all agents",
        })
    }
}

impl InteractionError {
    /// A stable name for programs.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Full { whose: Crowd::Agent, .. } => "too_many_open_of_agent",
            Self::Full { whose: Crowd::All, .. } => "too_many_open",
            Self::Store { source } => source.kind(),
            Self::Entropy => "entropy",
            Self::Row => "row",
            Self::Contended => "contended",
            Self::SignIn => "sign_in",
            Self::Subject => "subject",
        }
    }
}

impl From<EntropyError> for InteractionError {
    fn from(_: EntropyError) -> Self {
        Self::Entropy
    }
}
