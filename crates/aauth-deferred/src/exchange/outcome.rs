//! How an exchange ended.

use core::fmt;

use aauth_challenge::Challenge;
use http::{HeaderMap, StatusCode};

use crate::{DeferredError, TokenBody};

/// How an exchange ended. None of them is to be tried again by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// The request was answered.
    Done(Answer),
    /// The person, or who else was asked, refused.
    Denied,
    /// The person came and did not finish.
    Abandoned,
    /// Nobody came in time; a fresh request may follow.
    Expired,
    /// A token that the request rests on was revoked.
    Revoked,
    /// The code was used up or given up; never retry.
    InvalidCode,
    /// The pending URL is not, or no longer, ours.
    Gone {
        /// `404` or `410`.
        status: StatusCode,
    },
    /// Another answer from 400 to 499: the request, the signature or a credential is wrong, or the policy says no.
    Rejected(Rejection),
    /// The server asks for something that this exchange cannot do, in a `202`.
    Requires(Challenge),
    /// `500`, `502` and the like; start over.
    ServerError {
        /// The status.
        status: StatusCode,
    },
    /// `503` too often.
    Unavailable {
        /// The status.
        status: StatusCode,
    },
    /// No response too often, or none to a request that must not be repeated.
    Unreachable,
    /// A status that no server of this protocol sends, a redirect for instance.
    Unexpected {
        /// The status.
        status: StatusCode,
    },
    /// A `202` that cannot be followed: no pending URL, one on another origin, an unreadable body.
    Broken {
        /// Why.
        fault: DeferredError,
    },
    /// The time for the whole exchange is over.
    DeadlinePassed,
    /// So many requests were sent.
    TooManyRequests,
    /// The caller gave it up.
    Cancelled,
}

/// A final success. Its `Debug` form shows neither fields nor body.
#[derive(Clone, PartialEq, Eq)]
pub struct Answer {
    /// From 200 to 299, not 202.
    pub status: StatusCode,
    /// All fields.
    pub fields: HeaderMap,
    /// The whole body.
    pub body: Vec<u8>,
}

impl Answer {
    /// Reads the body as that of a token endpoint.
    ///
    /// # Errors
    /// As [`TokenBody::read`].
    pub fn token(&self) -> Result<TokenBody, DeferredError> {
        TokenBody::read(&self.body)
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer").field("status", &self.status).finish_non_exhaustive()
    }
}

/// An answer from 400 to 499 that no other outcome names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejection {
    /// The status.
    pub status: StatusCode,
    /// The error word, if the body has one. An unknown word is as final as a known one.
    pub error: Option<String>,
    /// The text for people, untrusted.
    pub text: Option<String>,
    /// What the server wants instead, if it says so.
    pub challenge: Option<Challenge>,
}
