//! What the server does after an event.

use core::fmt;
use core::time::Duration;

use aauth_types::{Scope, TokenId, UnixTime};

use crate::{PollError, Standing};

/// What is to be done, once the new row is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Nothing to tell the agent.
    Recorded,
    /// `202`.
    Wait(Wait),
    /// `200` with the token that this grant describes. Mint it only after the new row is stored.
    Deliver(Grant),
    /// An error.
    Refuse(PollError),
    /// `204`: the agent has cancelled.
    Cancelled,
}

/// What a `202` says about the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wait {
    /// Whether the person has arrived.
    pub standing: Standing,
    /// The question that is open, if one is.
    pub question: Option<String>,
    /// What to announce.
    pub retry_after: Duration,
}

/// All that minting needs beside the signing key; the same each time that it is given out.
#[derive(Clone, PartialEq, Eq)]
pub struct Grant {
    /// The payload with which the request was opened.
    pub request: Vec<u8>,
    /// Who granted.
    pub subject: String,
    /// What is granted.
    pub scope: Scope,
    /// `jti` of the token: one a grant, whatever happens.
    pub jti: TokenId,
    /// `iat` of the token: the time of its first delivery.
    pub iat: UnixTime,
    /// The key that signs it.
    pub kid: String,
}

impl fmt::Debug for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Grant")
            .field("scope", &self.scope)
            .field("jti", &self.jti)
            .field("iat", &self.iat)
            .field("kid", &self.kid)
            .finish_non_exhaustive()
    }
}
