//! What can happen to a pending request.

use aauth_types::{Scope, Thumbprint, TokenId};
use serde::{Deserialize, Serialize};

/// Who opened a request, and alone may use its URL.
///
/// `Debug` shows both parts: neither is a secret.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Owner {
    /// The agent's identifier as it was verified.
    pub agent: String,
    /// Thumbprint of the key that signed the opening request.
    ///
    /// A policy that admits a rotated key, vouched for by the agent's own metadata, replaces it by that of the row.
    pub key: Thumbprint,
}

/// What happened. Who decides must have been authenticated as a person; who owns must have signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The person has arrived: first `POST` with a valid code, or by a way of the server's own.
    Arrive,
    /// The person grants.
    Approve {
        /// Who granted, as the auth token will name them.
        subject: String,
        /// What is granted: what was asked for, or less.
        scope: Scope,
        /// The identifier of the one token that can come of it.
        jti: TokenId,
    },
    /// The person refuses.
    Deny,
    /// The person asks the agent.
    Ask {
        /// 1 to 4,096 bytes.
        question: String,
    },
    /// Too many wrong codes in the name of this request.
    CodeKilled,
    /// The agent answers.
    Answer {
        /// Who signed.
        owner: Owner,
        /// Untrusted text.
        text: String,
    },
    /// The agent sends a `POST` that holds no answer.
    Malformed {
        /// Who signed.
        owner: Owner,
    },
    /// The agent polls.
    Poll {
        /// Who signed.
        owner: Owner,
        /// The key with which a token would be signed now.
        kid: String,
    },
    /// The agent cancels.
    Cancel {
        /// Who signed.
        owner: Owner,
    },
    /// Time has passed, nothing else.
    Tick,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EventKind {
    Arrive,
    Approve,
    Deny,
    Ask,
    CodeKilled,
    Answer,
    Malformed,
    Poll,
    Cancel,
    Tick,
}

impl Event {
    /// Who signed, for the events that an agent causes.
    #[must_use]
    pub const fn owner(&self) -> Option<&Owner> {
        match self {
            Self::Answer { owner, .. }
            | Self::Malformed { owner }
            | Self::Poll { owner, .. }
            | Self::Cancel { owner } => Some(owner),
            Self::Arrive
            | Self::Approve { .. }
            | Self::Deny
            | Self::Ask { .. }
            | Self::CodeKilled
            | Self::Tick => None,
        }
    }

    pub(crate) const fn kind(&self) -> EventKind {
        match self {
            Self::Arrive => EventKind::Arrive,
            Self::Approve { .. } => EventKind::Approve,
            Self::Deny => EventKind::Deny,
            Self::Ask { .. } => EventKind::Ask,
            Self::CodeKilled => EventKind::CodeKilled,
            Self::Answer { .. } => EventKind::Answer,
            Self::Malformed { .. } => EventKind::Malformed,
            Self::Poll { .. } => EventKind::Poll,
            Self::Cancel { .. } => EventKind::Cancel,
            Self::Tick => EventKind::Tick,
        }
    }
}
