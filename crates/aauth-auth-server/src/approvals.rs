//! Requests that somebody decides outside of the consent page.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use aauth_interaction::{
    Deferrals, Facts, Found, InteractionError, Outcome, PersonAct, RequestRef, Subject, Verdict, WaitsFor,
};
use aauth_types::{Scope, UnixTime};

use crate::audit::{AuditAct, AuditEvent, RequestTag};
use crate::tell::Tell;

/// Decides requests that wait for an approval: the handle of the embedder's own page, chat or queue. Cloning shares.
///
/// It decides no request that waits for a person with a code, and it authenticates nobody: whoever holds it must have
/// made sure who approves.
#[derive(Clone)]
pub struct Approvals {
    deferrals: Deferrals,
    tell: Tell,
    waiting: Arc<Mutex<VecDeque<RequestRef>>>,
    room: usize,
}

/// A request that waits for an approval, as it was when it was looked up.
#[derive(Debug, Clone)]
pub struct Approval(Found);

/// What became of a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Settled {
    /// It counts: the agent learns of it with its next poll.
    Recorded,
    /// Too late, nothing changed: decided before, cancelled by the agent, expired.
    Over,
    /// Nothing was decided: the scope holds something that was not asked for.
    TooWide,
}

impl Approvals {
    pub(crate) fn new(deferrals: Deferrals, tell: Tell, room: usize) -> Self {
        Self { deferrals, tell, waiting: Arc::default(), room }
    }

    /// Keeps the name of a request that was opened, within as many as may be open at a time: what is older has ended.
    pub(crate) fn note(&self, request: RequestRef) {
        self.names(|names| {
            while names.len() >= self.room.max(1) {
                names.pop_front();
            }
            names.push_back(request);
        });
    }

    /// The requests that wait now, oldest first, of those that this instance has opened since it started. For others,
    /// keep [`Approval::request`] and [`look`](Self::look).
    ///
    /// # Errors
    /// `Store`, `Row`.
    pub async fn waiting(&self) -> Result<Vec<Approval>, InteractionError> {
        let mut waiting = Vec::new();
        for request in self.names(|names| names.iter().copied().collect::<Vec<_>>()) {
            match self.look(&request).await? {
                Some(found) => waiting.push(found),
                None => self.forget(&request),
            }
        }
        Ok(waiting)
    }

    /// The request of this name, opened by any instance on the same store; `None` when none of this name waits for an
    /// approval.
    ///
    /// # Errors
    /// `Store`, `Row`.
    pub async fn look(&self, request: &RequestRef) -> Result<Option<Approval>, InteractionError> {
        let found = self.deferrals.look(request).await?;
        Ok(found.filter(|found| found.waits_for == WaitsFor::Approval).map(Approval))
    }

    /// Grants `scope`, which is what was asked for or less, in the name of `subject`: the person whom the token names.
    ///
    /// # Errors
    /// `Store`, `Row`, `Contended`: nothing is known, look again. `Entropy`: nothing was decided.
    pub async fn approve(
        &self,
        approval: &Approval,
        subject: Subject,
        scope: &Scope,
    ) -> Result<Settled, InteractionError> {
        let (person, shown) = (subject.clone(), approval.0.shown.clone());
        let verdict = Verdict::Approve { subject, scope: scope.clone(), shown };
        let act = PersonAct::Approved { scope, remembered: None };
        self.settle(approval, verdict, act, Some(&person)).await
    }

    /// Refuses.
    ///
    /// # Errors
    /// As [`approve`](Self::approve).
    pub async fn deny(&self, approval: &Approval) -> Result<Settled, InteractionError> {
        self.settle(approval, Verdict::Deny, PersonAct::Denied, None).await
    }

    async fn settle(
        &self,
        approval: &Approval,
        verdict: Verdict,
        act: PersonAct<'_>,
        subject: Option<&Subject>,
    ) -> Result<Settled, InteractionError> {
        let request = approval.request();
        match self.deferrals.decide(&request, verdict).await? {
            Outcome::Done => {
                self.forget(&request);
                let facts = approval.facts();
                self.tell.event(&AuditEvent {
                    request: Some(RequestTag::of(&request)),
                    agent: Some(&facts.agent),
                    delegate: facts.delegate.as_deref(),
                    resource: Some(&facts.resource),
                    subject: subject.map(Subject::as_str),
                    ..self.tell.now(AuditAct::Person(act))
                });
                Ok(Settled::Recorded)
            }
            Outcome::Refused => Ok(Settled::TooWide),
            // Nobody asks questions here, so what was looked up does not change but by being decided.
            Outcome::Decided(_) | Outcome::Changed(_) => Ok(Settled::Over),
        }
    }

    fn forget(&self, request: &RequestRef) {
        self.names(|names| names.retain(|known| known != request));
    }

    /// A panic elsewhere leaves a list that is at worst short of a name.
    fn names<T>(&self, with: impl FnOnce(&mut VecDeque<RequestRef>) -> T) -> T {
        with(&mut self.waiting.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Approval {
    /// Its name, to be kept and shown to [`Approvals::look`]: no secret, the agent's pending URL cannot be made of it.
    #[must_use]
    pub fn request(&self) -> RequestRef {
        self.0.request
    }

    /// What was verified: agent, resource, scopes; `purpose` is what the agent says.
    #[must_use]
    pub fn facts(&self) -> &Facts {
        &self.0.facts
    }

    /// What is asked for.
    #[must_use]
    pub fn scope(&self) -> Scope {
        self.0.facts.asked()
    }

    /// When it was opened.
    #[must_use]
    pub fn opened(&self) -> UnixTime {
        self.0.opened
    }

    /// When it ends undecided.
    #[must_use]
    pub fn expires(&self) -> UnixTime {
        self.0.expires
    }
}

impl fmt::Debug for Approvals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Approvals").finish_non_exhaustive()
    }
}
