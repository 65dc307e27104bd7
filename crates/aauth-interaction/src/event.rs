//! What persons do on the page, for the embedder's audit log.

use core::fmt;
use std::net::IpAddr;

use aauth_types::{Scope, ServerId, UnixTime};

use crate::{RequestRef, Subject};

/// One thing that somebody did on the page. It holds neither code nor token, session or password.
///
/// Each is told once, when it counts, and none that costs a stranger nothing: wrong attempts end at the limits of
/// [`AttemptLimits`](crate::AttemptLimits), and what is refused beyond them is not told.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct PersonEvent<'a> {
    /// When, by the server's clock.
    pub at: UnixTime,
    /// What.
    pub act: PersonAct<'a>,
    /// Who, once signed in. Its `Debug` shows nothing; [`Subject::as_str`] does.
    pub subject: Option<&'a Subject>,
    /// The client's address, as far as [`AddressSource`](crate::AddressSource) knows it.
    pub address: Option<IpAddr>,
    /// The request that it is about, the same as [`Opened::request`](crate::Opened::request).
    pub request: Option<RequestRef>,
    /// The agent that it is about.
    pub agent: Option<&'a ServerId>,
    /// The delegate of that agent.
    pub delegate: Option<&'a str>,
    /// The resource that it is about.
    pub resource: Option<&'a ServerId>,
}

/// What somebody did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum PersonAct<'a> {
    /// The first form with the valid code of a request came in: the person has arrived. Once for each request.
    CodeAccepted,
    /// A code that leads nowhere.
    WrongCode,
    /// A name and a password that do not fit.
    WrongPassword,
    /// A limit on wrong attempts was reached; until it ends, no more of them are looked at.
    Locked {
        /// Of which attempts.
        attempts: Attempted,
    },
    /// Signed in with this crate's form. A sign-in of the embedding server is its own to tell.
    SignedIn,
    /// Signed out.
    SignedOut,
    /// Asked the agent a question.
    Asked,
    /// Granted.
    Approved {
        /// What was granted: what was asked for, or less.
        scope: &'a Scope,
        /// Until when it is remembered, if the person wants that.
        remembered: Option<UnixTime>,
    },
    /// Refused.
    Denied,
    /// Refused, because the person did not start it: somebody may be fishing for consent.
    Reported,
    /// A remembered consent was taken back.
    Revoked,
}

/// What is attempted within limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Attempted {
    /// Codes.
    Code,
    /// Passwords.
    Password,
}

impl PersonAct<'_> {
    /// The act in one word, for logs and metrics.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::CodeAccepted => "code_accepted",
            Self::WrongCode => "wrong_code",
            Self::WrongPassword => "wrong_password",
            Self::Locked { .. } => "locked",
            Self::SignedIn => "signed_in",
            Self::SignedOut => "signed_out",
            Self::Asked => "asked",
            Self::Approved { .. } => "approved",
            Self::Denied => "denied",
            Self::Reported => "reported",
            Self::Revoked => "revoked",
        }
    }
}

/// Is told what persons do. It is called while they wait: hand slow work to a task of your own.
pub trait PersonObserver: Send + Sync + 'static {
    /// Takes note of `event`, which has happened already.
    fn observe(&self, event: &PersonEvent<'_>);
}

impl<F: Fn(&PersonEvent<'_>) + Send + Sync + 'static> PersonObserver for F {
    fn observe(&self, event: &PersonEvent<'_>) {
        self(event);
    }
}

impl fmt::Debug for dyn PersonObserver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PersonObserver")
    }
}

/// Tells nobody.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Unobserved;

impl PersonObserver for Unobserved {
    fn observe(&self, _: &PersonEvent<'_>) {}
}
