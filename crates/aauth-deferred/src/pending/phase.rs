//! The states of a pending request.

use core::fmt;

use aauth_types::{Scope, TokenId, UnixTime};
use serde::{Deserialize, Serialize};

use super::stored::token_id;

/// The state of a pending request, without what belongs to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum State {
    /// Nobody has come yet.
    Undecided,
    /// The person has arrived.
    Arrived,
    /// The person has asked, the agent has not answered.
    Asking,
    /// Granted, not delivered.
    Granted,
    /// Refused.
    Denied,
    /// The person came and did not finish in time.
    Abandoned,
    /// Nobody came in time.
    Expired,
    /// The code was given up.
    CodeDead,
    /// The token was given out and, for the time of redelivery, still is.
    Delivered,
    /// The agent cancelled.
    Cancelled,
    /// A final answer was given, or nobody fetched it.
    Gone,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 11] = [
        Self::Undecided,
        Self::Arrived,
        Self::Asking,
        Self::Granted,
        Self::Denied,
        Self::Abandoned,
        Self::Expired,
        Self::CodeDead,
        Self::Delivered,
        Self::Cancelled,
        Self::Gone,
    ];

    /// Whether a person can still decide.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Undecided | Self::Arrived | Self::Asking)
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Undecided => "undecided",
            Self::Arrived => "arrived",
            Self::Asking => "asking",
            Self::Granted => "granted",
            Self::Denied => "denied",
            Self::Abandoned => "abandoned",
            Self::Expired => "expired",
            Self::CodeDead => "code dead",
            Self::Delivered => "delivered",
            Self::Cancelled => "cancelled",
            Self::Gone => "gone",
        })
    }
}

/// What a person granted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// Who granted.
    pub subject: String,
    /// What is granted.
    pub scope: Scope,
    /// The identifier of the token that can come of it.
    #[serde(with = "token_id")]
    pub jti: TokenId,
}

/// A state with what belongs to it, so that none can lack it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub(crate) enum Phase {
    Undecided,
    Arrived,
    Asking { question: String },
    Granted { decision: Decision },
    Denied,
    Abandoned,
    Expired,
    CodeDead,
    Delivered { decision: Decision, kid: String, iat: UnixTime },
    Cancelled,
    Gone,
}

impl Phase {
    pub(crate) const fn state(&self) -> State {
        match self {
            Self::Undecided => State::Undecided,
            Self::Arrived => State::Arrived,
            Self::Asking { .. } => State::Asking,
            Self::Granted { .. } => State::Granted,
            Self::Denied => State::Denied,
            Self::Abandoned => State::Abandoned,
            Self::Expired => State::Expired,
            Self::CodeDead => State::CodeDead,
            Self::Delivered { .. } => State::Delivered,
            Self::Cancelled => State::Cancelled,
            Self::Gone => State::Gone,
        }
    }
}
