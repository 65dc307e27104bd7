//! The end of a call that was put off.

use std::fmt;
use std::future::Future;
use std::pin::Pin;

use aauth_interaction::Delivery;
use aauth_types::{Scope, ServerId, TokenId};
use axum::body::Body;
use http::Response;

/// A call that a person has allowed.
#[derive(Clone, PartialEq, Eq)]
pub struct Allowed {
    /// The agent that called, and that collects the answer now.
    pub agent: ServerId,
    /// Its delegate, if one called.
    pub delegate: Option<String>,
    /// The person who allowed it.
    pub subject: String,
    /// What the person allowed: all that was asked, or less. Compare it before you act.
    pub scope: Scope,
    /// One for each allowed call; the same again if the answer is collected again.
    pub id: TokenId,
    /// What the handler stored.
    pub call: Vec<u8>,
}

/// What [`Finish::finish`] returns.
pub type FinishFuture<'a> = Pin<Box<dyn Future<Output = Response<Body>> + Send + 'a>>;

/// Carries out calls that were put off.
///
/// It runs when the agent collects the answer, as a task of its own: once begun it goes on to its end, whether or not
/// the agent stays. Without redelivery it runs at most once for each call; with it, a lost answer is asked for again
/// within that time, and [`Allowed::id`] tells that it is the same call.
pub trait Finish: Send + Sync + 'static {
    /// The answer to the original call. A `202` would make the agent go on polling and find nothing: do not send one.
    fn finish(&self, allowed: Allowed) -> FinishFuture<'_>;
}

impl<F, A> Finish for F
where
    F: Fn(Allowed) -> A + Send + Sync + 'static,
    A: Future<Output = Response<Body>> + Send + 'static,
{
    fn finish(&self, allowed: Allowed) -> FinishFuture<'_> {
        Box::pin(self(allowed))
    }
}

impl Allowed {
    pub(super) fn of(delivery: Delivery) -> Self {
        let Delivery { payload, facts, subject, scope, jti, .. } = delivery;
        Self { agent: facts.agent, delegate: facts.delegate, subject, scope, id: jti, call: payload }
    }
}

/// Shows neither call nor person.
impl fmt::Debug for Allowed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Allowed")
            .field("agent", &self.agent)
            .field("scope", &self.scope)
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}
