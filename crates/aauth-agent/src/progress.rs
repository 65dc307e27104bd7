//! How far an exchange has come.

use aauth_types::UnixTime;

use crate::AgentError;

/// How far an exchange has come that an auth server has deferred.
///
/// The order: `Waiting` once; then, where the server tells, `Arrived`, and `Asked` and `Answered` for each question;
/// `Granted` or `Ended` once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Progress<'a> {
    /// The auth server waits for a decision.
    Waiting {
        /// When this agent gives up.
        until: UnixTime,
    },
    /// The person is on the consent page.
    Arrived,
    /// The person asks a question, which [`Prompt::answer`](crate::Prompt::answer) is about to be asked.
    Asked {
        /// Their words as the server passes them on: untrusted.
        question: &'a str,
    },
    /// The question was answered, or left unanswered.
    Answered,
    /// The token is here, and verified.
    Granted,
    /// There will be no token: denied, expired, abandoned, cancelled, or a fault.
    Ended {
        /// Why.
        why: &'a AgentError,
    },
}
