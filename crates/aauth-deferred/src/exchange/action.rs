//! What the caller of an exchange is to do.

use core::fmt;

use aauth_types::{EndpointUrl, UnixTime};

use super::Outcome;
use crate::{PreferWait, RequestUrl};

/// The next thing to do. Its `Debug` form shows no body and no code.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Action {
    /// Send a signed `POST` of JSON, follow no redirect, report what came.
    Post {
        /// Where to.
        url: RequestUrl,
        /// `application/json`.
        body: Vec<u8>,
        /// To be sent as `Prefer: wait`.
        wait: Option<PreferWait>,
    },
    /// Send a signed `GET`, follow no redirect, report what came.
    Get {
        /// Where to.
        url: RequestUrl,
        /// To be sent as `Prefer: wait`.
        wait: Option<PreferWait>,
    },
    /// Send a signed `DELETE`, then ask for the next action; what it was answered does not matter.
    Delete {
        /// Where to.
        url: RequestUrl,
    },
    /// Wait until then, or longer.
    Sleep {
        /// When to go on.
        until: UnixTime,
    },
    /// Show the person where to go, and go on at once. Comes again only with another code.
    Prompt {
        /// The page; `None`: the `interaction_endpoint` in the metadata of the server that was asked.
        url: Option<EndpointUrl>,
        /// The code to open the page with.
        code: String,
    },
    /// Take the prompt away: the person has arrived.
    StopPrompt,
    /// Answer with [`Exchange::answer`](super::Exchange::answer) or [`Exchange::leave_unanswered`](super::Exchange::leave_unanswered).
    Answer {
        /// The server's words, untrusted.
        question: String,
    },
    /// The end; each further call says the same.
    Finish(Outcome),
}

impl fmt::Debug for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Post { wait, .. } => f.debug_struct("Post").field("wait", wait).finish_non_exhaustive(),
            Self::Get { wait, .. } => f.debug_struct("Get").field("wait", wait).finish_non_exhaustive(),
            Self::Delete { .. } => f.write_str("Delete"),
            Self::Sleep { until } => f.debug_struct("Sleep").field("until", until).finish(),
            Self::Prompt { url, .. } => f.debug_struct("Prompt").field("url", url).finish_non_exhaustive(),
            Self::StopPrompt => f.write_str("StopPrompt"),
            Self::Answer { question } => f.debug_struct("Answer").field("question", question).finish(),
            Self::Finish(outcome) => f.debug_tuple("Finish").field(outcome).finish(),
        }
    }
}
