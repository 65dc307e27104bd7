//! The row of one pending request, and what passing time does to it.

use core::fmt;
use core::time::Duration;

use aauth_types::{Scope, UnixTime};
use serde::{Deserialize, Serialize};

use super::phase::{Decision, Phase};
use super::stored::bytes;
use super::{Owner, State, Terms, Wait};
use crate::{CodeHash, Standing};

/// The longest question and the longest answer: 4 KiB.
pub const MAX_CLARIFICATION: usize = 4 * 1024;

/// What a request waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Need {
    /// A person who brings a code.
    Interaction(CodeHash),
    /// A decision that the server sees to by itself.
    Approval,
}

/// Whether the agent has said that it answers questions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Clarification {
    /// It answers.
    Supported,
    /// It must not be asked.
    Unsupported,
}

/// One question and the agent's answer to it. The answer is untrusted text: escape it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Round {
    /// What the person asked.
    pub question: String,
    /// What the agent answered.
    pub answer: String,
}

/// What a request is opened with.
#[derive(Clone)]
pub struct OpenArgs {
    /// Who may use the pending URL.
    pub owner: Owner,
    /// What it waits for.
    pub need: Need,
    /// What is asked for; no more can be granted.
    pub scope: Scope,
    /// Whether the agent may be asked.
    pub clarification: Clarification,
    /// The verified request, for the consent page and for minting. Opaque here; it never holds a token.
    pub request: Vec<u8>,
    /// Times and numbers.
    pub terms: Terms,
    /// The time.
    pub now: UnixTime,
}

/// One pending request: a value without a clock, a store or a key.
///
/// [`Pending::apply`] takes the row as it was stored and yields the row to store. Two instances can share it if the store
/// swaps by comparison: load, apply, swap; on a lost race load again.
///
/// Source: draft-hardt-aauth (5 March 2026), "Deferred Responses", "Pending URL Security".
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pending {
    pub(super) owner: Owner,
    pub(super) need: Need,
    pub(super) scope: Scope,
    pub(super) clarification: Clarification,
    #[serde(with = "bytes")]
    pub(super) request: Vec<u8>,
    pub(super) terms: Terms,
    pub(super) opened: UnixTime,
    pub(super) deadline: UnixTime,
    pub(super) phase: Phase,
    /// When the phase began.
    pub(super) since: UnixTime,
    pub(super) rounds: Vec<Round>,
    pub(super) answers: u8,
}

impl Pending {
    /// Opens a request; it ends undecided `terms.life` after `now`.
    #[must_use]
    pub fn open(args: OpenArgs) -> Self {
        Self {
            owner: args.owner,
            need: args.need,
            scope: args.scope,
            clarification: args.clarification,
            request: args.request,
            terms: args.terms,
            opened: args.now,
            deadline: args.now.saturating_add(args.terms.life()),
            phase: Phase::Undecided,
            since: args.now,
            rounds: Vec::new(),
            answers: 0,
        }
    }

    /// The row as it is at `now`, when nothing else has happened. Never goes back to an earlier state.
    ///
    /// Open becomes abandoned or expired at the deadline; a decision or an end that nobody fetches is gone after
    /// `terms.keep`; so is a delivered token after the time of redelivery.
    #[must_use]
    pub fn at(&self, now: UnixTime) -> Self {
        let mut row = self.clone();
        if row.state().is_open() && now >= row.deadline {
            let next = if row.state() == State::Undecided { Phase::Expired } else { Phase::Abandoned };
            let deadline = row.deadline;
            row.enter(next, deadline);
        }
        let kept = match row.state() {
            State::Granted | State::Denied | State::Abandoned | State::Expired | State::CodeDead => {
                row.terms.keep()
            }
            State::Delivered => row.terms.redelivery(),
            State::Undecided | State::Arrived | State::Asking | State::Cancelled | State::Gone => return row,
        };
        let end = row.since.saturating_add(kept);
        // What is not kept is gone for every instance, one whose clock is behind too: a second delivery otherwise.
        if now >= end || kept.is_zero() {
            row.enter(Phase::Gone, end);
        }
        row
    }

    /// Changes the phase; what a tombstone does not need is dropped.
    pub(super) fn enter(&mut self, phase: Phase, now: UnixTime) {
        self.phase = phase;
        self.since = now;
        if matches!(self.state(), State::Cancelled | State::Gone) {
            self.request.clear();
            self.rounds.clear();
        }
    }

    /// The state that is stored; ask [`Pending::at`] first when time may have passed.
    #[must_use]
    pub const fn state(&self) -> State {
        self.phase.state()
    }

    /// Who may use the pending URL.
    #[must_use]
    pub const fn owner(&self) -> &Owner {
        &self.owner
    }

    /// What the request waits for.
    #[must_use]
    pub const fn need(&self) -> Need {
        self.need
    }

    /// What is asked for.
    #[must_use]
    pub const fn scope(&self) -> &Scope {
        &self.scope
    }

    /// The payload with which the request was opened; empty once it is cancelled or gone.
    #[must_use]
    pub fn request(&self) -> &[u8] {
        &self.request
    }

    /// Whether the agent may be asked.
    #[must_use]
    pub const fn clarification(&self) -> Clarification {
        self.clarification
    }

    /// Questions and answers so far, oldest first.
    #[must_use]
    pub fn rounds(&self) -> &[Round] {
        &self.rounds
    }

    /// The question that waits for the agent.
    #[must_use]
    pub fn question(&self) -> Option<&str> {
        match &self.phase {
            Phase::Asking { question } => Some(question),
            _ => None,
        }
    }

    /// What was granted, before and for the time of redelivery after delivery.
    #[must_use]
    pub const fn decision(&self) -> Option<&Decision> {
        match &self.phase {
            Phase::Granted { decision } | Phase::Delivered { decision, .. } => Some(decision),
            _ => None,
        }
    }

    /// When the request was opened.
    #[must_use]
    pub const fn opened(&self) -> UnixTime {
        self.opened
    }

    /// When it ends undecided.
    #[must_use]
    pub const fn deadline(&self) -> UnixTime {
        self.deadline
    }

    /// Whether `code` leads to this request at `now`. A code dies with the decision and with the deadline.
    #[must_use]
    pub fn admits(&self, code: &CodeHash, now: UnixTime) -> bool {
        let matches = matches!(&self.need, Need::Interaction(own) if own == code);
        matches && self.at(now).state().is_open()
    }

    /// What a `202` says now.
    #[must_use]
    pub fn wait(&self) -> Wait {
        let standing =
            if self.state() == State::Undecided { Standing::Pending } else { Standing::Interacting };
        Wait {
            standing,
            question: self.question().map(ToOwned::to_owned),
            retry_after: self.terms.retry_after(),
        }
    }

    /// When the stored row may be forgotten: from then on it says nothing that an absent row does not say.
    #[must_use]
    pub fn expires(&self) -> UnixTime {
        let keep = self.terms.keep();
        let after = |at: UnixTime, by: Duration| at.saturating_add(by);
        match self.state() {
            State::Undecided | State::Arrived | State::Asking => after(after(self.deadline, keep), keep),
            State::Granted | State::Denied | State::Abandoned | State::Expired | State::CodeDead => {
                after(after(self.since, keep), keep)
            }
            State::Delivered => after(after(self.since, self.terms.redelivery()), keep),
            State::Cancelled | State::Gone => after(self.since, keep),
        }
    }
}

impl fmt::Debug for Pending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pending")
            .field("state", &self.state())
            .field("owner", &self.owner)
            .field("since", &self.since)
            .field("deadline", &self.deadline)
            .field("answers", &self.answers)
            .finish_non_exhaustive()
    }
}
