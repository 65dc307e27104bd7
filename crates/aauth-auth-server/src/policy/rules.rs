//! Small policies, put together.

use std::future::ready;

use aauth_roles::{Asked, Decision};

use super::{Policy, PolicyFuture, PolicyInput};

/// One rule of a policy: it decides, or leaves the request to the rules after it.
pub trait Rule: Send + Sync + 'static {
    /// Decides, if the request is this rule's business.
    fn decide(&self, input: &PolicyInput<'_>) -> Option<Decision>;
}

impl<F> Rule for F
where
    F: Fn(&PolicyInput<'_>) -> Option<Decision> + Send + Sync + 'static,
{
    fn decide(&self, input: &PolicyInput<'_>) -> Option<Decision> {
        self(input)
    }
}

/// A policy made of rules: the first that decides wins, and where none does, a person is asked.
///
/// Put what refuses or forces consent before what grants. Each of the questions that a policy has to answer is a rule
/// of a few lines:
///
/// ```
/// use aauth_auth_server::{Decision, Persons, PolicyInput, Rules, Seen, remembered};
/// use aauth_types::Scope;
///
/// /// Who must never have anything.
/// fn unwelcome(input: &PolicyInput<'_>) -> Option<Decision> {
///     let evil = input.access.agent().as_str() == "https://evil.example";
///     evil.then_some(Decision::Refuse { reason: "Agent not welcome" })
/// }
///
/// /// Risk: an agent that nobody here has met, or a request from an unexpected network, is looked at by a person
/// /// whatever else would allow it. What the agent says of itself (hints) may make the server warier, never bolder.
/// fn suspicious(input: &PolicyInput<'_>) -> Option<Decision> {
///     let unknown = input.history.seen == Seen::New;
///     let outside = input.address.is_some_and(|address| !address.is_loopback());
///     let foreign = input.request.tenant.as_deref().is_some_and(|tenant| tenant != "example");
///     (unknown && (outside || foreign)).then_some(Decision::Consent)
/// }
///
/// /// An agent that was approved for a resource in advance acts for itself, and gets no more than this.
/// fn approved_in_advance(input: &PolicyInput<'_>) -> Option<Decision> {
///     let agent = input.access.agent().as_str() == "https://backup.example";
///     let resource = input.access.resource().as_str() == "https://files.example";
///     let scope = Scope::parse("files.read").unwrap_or_default();
///     (agent && resource).then_some(Decision::Grant { subject: None, scope })
/// }
///
/// /// The organisation's own agents may read its own resources without asking; for more, somebody else must approve.
/// fn organisation(input: &PolicyInput<'_>) -> Option<Decision> {
///     let own = |id: &str| id.ends_with(".corp.example");
///     if !own(input.access.agent().as_str()) || !own(input.access.resource().as_str()) {
///         return None;
///     }
///     let reads = input.access.scope().iter().all(|name| name.ends_with(".read"));
///     Some(match reads {
///         true => Decision::Grant { subject: None, scope: input.access.scope().clone() },
///         false => Decision::Approval,
///     })
/// }
///
/// let policy = Rules::new()
///     .then(unwelcome)
///     .then(suspicious)
///     .then(approved_in_advance)
///     .then(organisation)
///     .then(remembered);
/// # let _: &dyn aauth_auth_server::Policy = &policy;
/// ```
#[derive(Default)]
pub struct Rules(Vec<Box<dyn Rule>>);

impl Rules {
    /// No rules: a person is always asked.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a rule after the others.
    #[must_use]
    pub fn then(mut self, rule: impl Rule) -> Self {
        self.0.push(Box::new(rule));
        self
    }
}

impl Policy for Rules {
    fn decide<'a>(&'a self, input: PolicyInput<'a>) -> PolicyFuture<'a> {
        let decision = self.0.iter().find_map(|rule| rule.decide(&input));
        Box::pin(ready(decision.unwrap_or(Decision::Consent)))
    }
}

/// The rule "this person consented to this before": grants what is asked for in the name of the one person whom the agent
/// serves, if that person's remembered consents cover it; see
/// [`AgentHistory::only_person`](aauth_interaction::AgentHistory::only_person) for why only then.
///
/// Where a token has already named the person (`Chain`, `Refresh`) it leaves the decision to others: that person is not the
/// one who wanted something remembered. A `login_hint` that names somebody else is a veto. Set [`Settings::remember_up_to`](crate::Settings::remember_up_to), or
/// nothing is ever remembered.
pub fn remembered(input: &PolicyInput<'_>) -> Option<Decision> {
    let (Asked::Access(_) | Asked::SelfAccess) = input.access.asked() else {
        return None;
    };
    let asked = input.access.scope();
    let person = input.history.only_person(asked)?.as_str();
    let vetoed = input.request.login_hint.as_deref().is_some_and(|hint| hint != person);
    let grant = || Decision::Grant { subject: Some(person.to_owned()), scope: asked.clone() };
    (!vetoed).then(grant)
}
