//! Why an event changes nothing.

use thiserror::Error;

use super::State;

/// An event that is refused; the row stays as it was and need not be stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Refused {
    /// Signed by another agent or another key. Answer it as an unknown URL: `404`.
    #[error("not the owner of this request")]
    NotOwner,
    /// A person decides, asks or arrives after the end.
    #[error("too late: the request is {state}")]
    TooLate {
        /// How it ended.
        state: State,
    },
    /// Not in this state.
    #[error("not now: the request is {state}")]
    NotNow {
        /// The state.
        state: State,
    },
    /// A question to an agent that has not said that it takes any.
    #[error("the agent takes no questions")]
    TakesNoQuestions,
    /// A question whose answer would be one too many.
    #[error("all rounds of questions are used up")]
    RoundsUsedUp,
    /// An empty question, or one that is too long.
    #[error("a question of {bytes} bytes, expected 1 to 4096")]
    QuestionLength {
        /// How long it is.
        bytes: usize,
    },
    /// More is granted than was asked for.
    #[error("the granted scope is wider than the requested one")]
    ScopeTooWide,
}

impl Refused {
    /// A stable name for programs.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::NotOwner => "not_owner",
            Self::TooLate { .. } => "too_late",
            Self::NotNow { .. } => "not_now",
            Self::TakesNoQuestions => "takes_no_questions",
            Self::RoundsUsedUp => "rounds_used_up",
            Self::QuestionLength { .. } => "question_length",
            Self::ScopeTooWide => "scope_too_wide",
        }
    }
}
