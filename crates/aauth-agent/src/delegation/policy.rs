//! Who gets an agent token.

use std::collections::HashMap;
use std::fmt;
use std::future::{Future, ready};
use std::pin::Pin;
use std::time::Duration;

use aauth_jose::PublicJwk;
use aauth_roles::{Caller, Scheme};
use aauth_types::{ServerId, Thumbprint};
use http::request::Parts;

/// What a delegate asks for, well formed and nothing more.
#[derive(Debug)]
#[non_exhaustive]
pub struct DelegateRequest<'a> {
    /// The head of the request, for delegates that authenticate by other means: a header, a client certificate.
    pub head: &'a Parts,
    /// Who signed it, body included; `None`: nobody did.
    pub caller: Option<&'a Caller>,
    /// `sub`: the name that it claims, 1 to 255 bytes.
    pub subject: &'a str,
    /// `cnf_jwk`: the key to which the token would be bound. That the delegate holds it is proved only where it is the key of
    /// `caller`.
    pub key: &'a PublicJwk,
    /// `aud`: the servers for which the token would be meant; empty means any.
    pub audience: &'a [ServerId],
}

/// What the token says beyond what was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DelegateGrant {
    /// How long it lives, in whole seconds; default 3600 s, at most 24 h.
    pub life: Duration,
    /// `aud_sub`: the `sub` of an earlier auth token, a hint to the auth server in `aud`; default none.
    pub aud_sub: Option<String>,
}

impl Default for DelegateGrant {
    fn default() -> Self {
        Self { life: Duration::from_secs(3600), aud_sub: None }
    }
}

/// What becomes of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum DelegateDecision {
    /// 200, with a token.
    Issue(DelegateGrant),
    /// 401: nothing shows who asks.
    Unauthenticated,
    /// 403: whoever asks does not get this.
    Refuse,
    /// 503: ask again after so long.
    Unavailable {
        /// At least one second.
        retry_after: Duration,
    },
}

/// What [`DelegatePolicy::decide`] returns.
pub type DelegateFuture<'a> = Pin<Box<dyn Future<Output = DelegateDecision> + Send + 'a>>;

/// Says which delegate gets an agent token: authenticates it, and compares the name that it claims.
///
/// A policy that issues to anybody lets anybody act as the agent.
pub trait DelegatePolicy: fmt::Debug + Send + Sync + 'static {
    /// The decision about one request.
    fn decide<'a>(&'a self, request: &'a DelegateRequest<'a>) -> DelegateFuture<'a>;
}

/// The default: nobody gets one.
#[derive(Debug, Clone, Copy, Default)]
pub struct RefuseDelegates;

impl DelegatePolicy for RefuseDelegates {
    fn decide<'a>(&'a self, _request: &'a DelegateRequest<'a>) -> DelegateFuture<'a> {
        Box::pin(ready(DelegateDecision::Refuse))
    }
}

/// Delegates that are known by the key with which they sign (`scheme=hwk`). A token is bound to that same key.
#[derive(Debug, Clone, Default)]
pub struct RegisteredDelegates {
    keys: HashMap<String, Thumbprint>,
}

impl RegisteredDelegates {
    /// Also knows the delegate `subject`, in place of what was known under that name.
    #[must_use]
    pub fn with(mut self, subject: impl Into<String>, key: Thumbprint) -> Self {
        self.keys.insert(subject.into(), key);
        self
    }

    fn decision(&self, request: &DelegateRequest<'_>) -> DelegateDecision {
        let Some(caller) = request.caller.filter(|caller| caller.scheme() == Scheme::Hwk) else {
            return DelegateDecision::Unauthenticated;
        };
        let key = caller.key();
        let known = self.keys.get(request.subject).is_some_and(|known| *known == key);
        if known && request.key.key().thumbprint() == key {
            DelegateDecision::Issue(DelegateGrant::default())
        } else {
            DelegateDecision::Refuse
        }
    }
}

impl DelegatePolicy for RegisteredDelegates {
    fn decide<'a>(&'a self, request: &'a DelegateRequest<'a>) -> DelegateFuture<'a> {
        Box::pin(ready(self.decision(request)))
    }
}
