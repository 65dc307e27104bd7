//! Who may have what.

mod rules;

use std::future::{Future, ready};
use std::net::IpAddr;
use std::pin::Pin;

use aauth_interaction::AgentHistory;
use aauth_roles::{AccessRequest, Decision, TokenRequest};

pub use rules::{Rule, Rules, remembered};

/// What [`Policy::decide`] returns.
pub type PolicyFuture<'a> = Pin<Box<dyn Future<Output = Decision> + Send + 'a>>;

/// What a policy decides about.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct PolicyInput<'a> {
    /// Agent, key, audience and scope, all verified; [`AccessRequest::asked`] says in which mode.
    pub access: &'a AccessRequest,
    /// What the agent says besides: purpose and hints, none of it verified. A hint selects nothing by itself.
    pub request: &'a TokenRequest,
    /// What persons here decided about this agent before, and what they want remembered.
    pub history: &'a AgentHistory,
    /// The address that the request came from, as far as [`Settings::addresses`](crate::Settings::addresses) tells. A signal
    /// of risk, no proof of anything.
    pub address: Option<IpAddr>,
}

/// Decides about requests whose every part is verified.
///
/// It is asked once for each resource token. The agent cannot influence the kind of answer: it sends the same request
/// whether the token comes at once, after a person's consent, or not at all.
pub trait Policy: Send + Sync + 'static {
    /// Decides. A granted scope is cut down to what the resource asked for.
    fn decide<'a>(&'a self, input: PolicyInput<'a>) -> PolicyFuture<'a>;
}

/// A policy that is one function.
///
/// ```
/// use aauth_auth_server::{Decide, Decision};
///
/// let policy = Decide(|input| match input.access.agent().as_str() {
///     "https://evil.example" => Decision::Refuse { reason: "Agent not welcome" },
///     _ => Decision::Consent,
/// });
/// # let _: &dyn aauth_auth_server::Policy = &policy;
/// ```
pub struct Decide<F>(pub F)
where
    F: Fn(PolicyInput<'_>) -> Decision + Send + Sync + 'static;

impl<F> Policy for Decide<F>
where
    F: Fn(PolicyInput<'_>) -> Decision + Send + Sync + 'static,
{
    fn decide<'a>(&'a self, input: PolicyInput<'a>) -> PolicyFuture<'a> {
        Box::pin(ready((self.0)(input)))
    }
}
