//! What a policy learns about the past.

use aauth_types::Scope;

use super::RememberedConsent;
use crate::{Seen, Subject};

/// What this server knows of an agent (and its delegate) when it asks for something.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct AgentHistory {
    /// Since when persons here have decided about this agent; `New` when none has.
    pub seen: Seen,
    /// Who they were.
    pub persons: Persons,
    /// What they want remembered for this agent, delegate and resource. Neither expired nor revoked ones are in it.
    pub remembered: Vec<RememberedConsent>,
}

/// The persons who have decided about an agent, whatever they decided.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Persons {
    /// Nobody yet.
    #[default]
    Nobody,
    /// This one only.
    One(Subject),
    /// More than one.
    Several,
}

impl AgentHistory {
    /// The person in whose name the agent may have `asked` without asking again: the one person whom it serves, if that
    /// person's remembered consents cover all that is asked for.
    ///
    /// The token endpoint sees an agent and no person: a request that Bob caused looks like one that Alice caused. Were
    /// Alice's remembered consent enough, an agent that serves both would receive a token for Alice and use it for
    /// Bob. So this gives nobody as soon as a second person has decided about the agent, were it only to refuse, and
    /// whoever has it remembered was told by the page that only they may be using this agent. What the agent says
    /// about the person (`login_hint`) selects nobody; compare it with the answer if you want it to veto.
    ///
    /// A false "nobody" costs the person one more look at the page; a false person would be somebody else's access.
    #[must_use]
    pub fn only_person(&self, asked: &Scope) -> Option<&Subject> {
        let Persons::One(person) = &self.persons else {
            return None;
        };
        let own = || self.remembered.iter().filter(|one| one.subject == *person);
        let covered = asked.iter().all(|name| own().any(|one| one.scope().contains(name)));
        (covered && own().next().is_some()).then_some(person)
    }
}
