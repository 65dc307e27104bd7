//! State × event: what each pair does. Every pair is listed, none is a default.

use super::State;
use super::event::EventKind;
use crate::PollError;

/// What one pair does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Edge {
    /// Nothing changes, nothing is said.
    Keep,
    /// Nothing changes; `202`.
    Wait,
    /// The person has arrived.
    Arrive,
    /// A question is open.
    Ask,
    /// The open question is answered; `202`, or denied when it is one answer too many.
    TakeAnswer,
    /// An answer without a question counts as a round; `202`, or denied.
    CountAnswer,
    /// Granted.
    Grant,
    /// Denied.
    Deny,
    /// The code is given up.
    KillCode,
    /// The token is given out.
    Deliver,
    /// The same token is given out again.
    Redeliver,
    /// Cancelled; `204`.
    Cancel,
    /// The final answer is given; afterwards the request is gone.
    Finish(PollError),
    /// An error that changes nothing.
    Say(PollError),
    /// A person comes after the end.
    TooLate,
    /// Not in this state.
    NotNow,
}

/// Source: draft-hardt-aauth (5 March 2026), "Deferred Responses"; cancelling: draft-hardt-oauth-aauth-protocol-11 section 13.2.
pub(super) const fn edge(state: State, event: EventKind) -> Edge {
    use EventKind as E;
    use State as S;
    match (state, event) {
        (S::Undecided, E::Arrive) => Edge::Arrive,
        (S::Arrived | S::Asking, E::Arrive) => Edge::Keep,

        (S::Undecided | S::Arrived | S::Asking, E::Approve) => Edge::Grant,
        (S::Undecided | S::Arrived | S::Asking, E::Deny) => Edge::Deny,
        (S::Undecided | S::Arrived, E::Ask) => Edge::Ask,
        (S::Asking, E::Ask) => Edge::NotNow,
        (S::Undecided | S::Arrived, E::CodeKilled) => Edge::KillCode,
        (S::Asking, E::CodeKilled) => Edge::NotNow,
        (
            S::Granted
            | S::Denied
            | S::Abandoned
            | S::Expired
            | S::CodeDead
            | S::Delivered
            | S::Cancelled
            | S::Gone,
            E::Arrive | E::Approve | E::Deny | E::Ask | E::CodeKilled,
        ) => Edge::TooLate,

        (S::Undecided | S::Arrived, E::Answer) => Edge::CountAnswer,
        (S::Asking, E::Answer) => Edge::TakeAnswer,
        // The person was faster than the agent's answer: the next poll tells.
        (S::Granted, E::Answer) => Edge::Wait,
        (S::Undecided | S::Arrived | S::Asking | S::Granted, E::Malformed) => {
            Edge::Say(PollError::InvalidRequest)
        }
        (S::Denied, E::Answer | E::Malformed) => Edge::Say(PollError::Denied),
        (S::Abandoned, E::Answer | E::Malformed) => Edge::Say(PollError::Abandoned),
        (S::Expired, E::Answer | E::Malformed) => Edge::Say(PollError::Expired),
        (S::CodeDead, E::Answer | E::Malformed) => Edge::Say(PollError::InvalidCode),

        (S::Undecided | S::Arrived | S::Asking, E::Poll) => Edge::Wait,
        (S::Granted, E::Poll) => Edge::Deliver,
        (S::Delivered, E::Poll) => Edge::Redeliver,
        (S::Denied, E::Poll) => Edge::Finish(PollError::Denied),
        (S::Abandoned, E::Poll) => Edge::Finish(PollError::Abandoned),
        (S::Expired, E::Poll) => Edge::Finish(PollError::Expired),
        (S::CodeDead, E::Poll) => Edge::Finish(PollError::InvalidCode),

        (
            S::Undecided
            | S::Arrived
            | S::Asking
            | S::Granted
            | S::Denied
            | S::Abandoned
            | S::Expired
            | S::CodeDead,
            E::Cancel,
        ) => Edge::Cancel,

        (S::Delivered, E::Answer | E::Malformed | E::Cancel) => Edge::Say(PollError::Gone),
        (S::Cancelled, E::Answer | E::Malformed | E::Poll | E::Cancel) => Edge::Say(PollError::Cancelled),
        (S::Gone, E::Answer | E::Malformed | E::Poll | E::Cancel) => Edge::Say(PollError::Gone),

        (
            S::Undecided
            | S::Arrived
            | S::Asking
            | S::Granted
            | S::Denied
            | S::Abandoned
            | S::Expired
            | S::CodeDead
            | S::Delivered
            | S::Cancelled
            | S::Gone,
            E::Tick,
        ) => Edge::Keep,
    }
}
