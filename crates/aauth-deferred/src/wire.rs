//! The words, members and statuses of the deferred exchange: one table for each dialect.

use aauth_challenge::Vocabulary;
use http::StatusCode;

/// How far an undecided request is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Standing {
    /// Nobody has come yet.
    Pending,
    /// The person has arrived: stop prompting.
    Interacting,
}

/// An error of the pending URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PollError {
    /// The person, or who else was asked, refused.
    Denied,
    /// The agent has answered more often than it may; the request is denied.
    RoundsUsedUp,
    /// The person arrived and did not finish in time.
    Abandoned,
    /// Nobody came in time.
    Expired,
    /// A token that the request rests on was revoked (draft only).
    Revoked,
    /// The code was given up after too many wrong attempts.
    InvalidCode,
    /// Polled faster than announced.
    SlowDown,
    /// A `POST` that holds no answer.
    InvalidRequest,
    /// A fault of the server.
    ServerError,
    /// No such URL, or somebody else's: both look the same.
    NotFound,
    /// The final answer has been given.
    Gone,
    /// The agent itself cancelled the request.
    Cancelled,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Use {
    Both,
    Read,
    Write,
}

#[derive(Debug)]
struct ErrorRow {
    error: PollError,
    word: &'static str,
    status: StatusCode,
    /// What is said to people, if anything.
    text: Option<&'static str>,
    used: Use,
}

/// Whether the body of a `202` repeats location, requirement and code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Echo {
    Fields,
    Nothing,
}

/// How one dialect spells the deferred exchange.
///
/// A row of [`SEED`] or [`DRAFT_11`] is all that differs; neither state machine knows a dialect.
#[derive(Debug)]
pub struct DeferredWire {
    name: &'static str,
    vocabulary: &'static Vocabulary,
    standings: &'static [(Standing, &'static str, Use)],
    errors: &'static [ErrorRow],
    pub(crate) echo: Echo,
    /// The member beside `error` that is meant for people.
    pub(crate) error_text: &'static str,
    pub(crate) error_type: &'static str,
    /// Member and value that mark a `POST` as an answer to a question.
    pub(crate) answer_action: Option<(&'static str, &'static str)>,
}

impl DeferredWire {
    /// `seed` or `draft-11`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The vocabulary of the challenge in a `202`.
    #[must_use]
    pub const fn vocabulary(&self) -> &'static Vocabulary {
        self.vocabulary
    }

    /// The `status` that is written. A standing for which the dialect writes no word of its own is written as pending.
    #[must_use]
    pub fn status_word(&self, standing: Standing) -> &'static str {
        let written =
            |wanted| self.standings.iter().find(|row| row.0 == wanted && row.2 != Use::Read).map(|row| row.1);
        written(standing).or_else(|| written(Standing::Pending)).unwrap_or("pending")
    }

    /// Understands a `status`; an unknown one means pending.
    #[must_use]
    pub fn standing(&self, word: &str) -> Standing {
        self.standings.iter().find(|row| row.1 == word).map_or(Standing::Pending, |row| row.0)
    }

    /// The error of a status and the word in its body; `None` for a pair of no row.
    #[must_use]
    pub fn error(&self, status: StatusCode, word: &str) -> Option<PollError> {
        self.errors
            .iter()
            .find(|row| row.used != Use::Write && row.status == status && row.word == word)
            .map(|row| row.error)
    }

    /// Status, word and text of an error; what the dialect lacks is written as `server_error`.
    pub(crate) fn error_row(&self, error: PollError) -> (StatusCode, &'static str, Option<&'static str>) {
        self.errors
            .iter()
            .find(|row| row.used != Use::Read && row.error == error)
            .map_or((StatusCode::INTERNAL_SERVER_ERROR, "server_error", None), |row| {
                (row.status, row.word, row.text)
            })
    }

    /// The status with which an error is sent.
    #[must_use]
    pub fn status(&self, error: PollError) -> StatusCode {
        self.error_row(error).0
    }
}

const fn row(
    error: PollError,
    status: StatusCode,
    word: &'static str,
    text: Option<&'static str>,
    used: Use,
) -> ErrorRow {
    ErrorRow { error, word, status, text, used }
}

const DENIED: &str = "User denied consent";
const ROUNDS: &str = "Clarification round limit exceeded";
const ABANDONED: &str = "The person did not finish";
const EXPIRED: &str = "Request expired";
const CODE: &str = "The interaction code is no longer valid";
const FAST: &str = "Polled faster than Retry-After allows";
const ANSWER: &str = "Missing clarification_response";

/// March 2026: `404` after the final answer, the body repeats the fields, `{"error","error_description"}`.
///
/// `interacting` is understood and never written. `slow_down` and `DELETE` are extensions from the draft that no peer of
/// that time meets unless it polls too fast or sends `DELETE`. `access_denied` is what one server of that time writes.
///
/// Source: draft-hardt-aauth (5 March 2026), "Deferred Responses", "Polling Error Codes".
pub static SEED: DeferredWire = DeferredWire {
    name: "seed",
    vocabulary: &aauth_challenge::SEED,
    standings: &[
        (Standing::Pending, "pending", Use::Both),
        (Standing::Interacting, "interacting", Use::Read),
    ],
    errors: &[
        row(PollError::Denied, StatusCode::FORBIDDEN, "denied", Some(DENIED), Use::Both),
        row(PollError::Denied, StatusCode::FORBIDDEN, "access_denied", None, Use::Read),
        row(PollError::RoundsUsedUp, StatusCode::FORBIDDEN, "denied", Some(ROUNDS), Use::Write),
        row(PollError::Abandoned, StatusCode::FORBIDDEN, "abandoned", Some(ABANDONED), Use::Both),
        row(PollError::Expired, StatusCode::REQUEST_TIMEOUT, "expired", Some(EXPIRED), Use::Both),
        row(PollError::InvalidCode, StatusCode::GONE, "invalid_code", Some(CODE), Use::Both),
        row(PollError::SlowDown, StatusCode::TOO_MANY_REQUESTS, "slow_down", Some(FAST), Use::Both),
        row(PollError::InvalidRequest, StatusCode::BAD_REQUEST, "invalid_request", Some(ANSWER), Use::Both),
        row(PollError::ServerError, StatusCode::INTERNAL_SERVER_ERROR, "server_error", None, Use::Both),
        row(PollError::NotFound, StatusCode::NOT_FOUND, "not_found", None, Use::Both),
        row(PollError::Gone, StatusCode::NOT_FOUND, "not_found", None, Use::Write),
        row(PollError::Cancelled, StatusCode::GONE, "invalid_code", None, Use::Write),
    ],
    echo: Echo::Fields,
    error_text: "error_description",
    error_type: "application/json",
    answer_action: None,
};

/// September 2026: `410` after the final answer, `interacting` written, `application/problem+json`.
///
/// Source: draft-hardt-oauth-aauth-protocol-11 sections 7.5.2, 11.8, 11.9.2 and 11.9.4.
pub static DRAFT_11: DeferredWire = DeferredWire {
    name: "draft-11",
    vocabulary: &aauth_challenge::DRAFT_11,
    standings: &[
        (Standing::Pending, "pending", Use::Both),
        (Standing::Interacting, "interacting", Use::Both),
    ],
    errors: &[
        row(PollError::Denied, StatusCode::FORBIDDEN, "denied", Some(DENIED), Use::Both),
        row(PollError::RoundsUsedUp, StatusCode::FORBIDDEN, "denied", Some(ROUNDS), Use::Write),
        row(PollError::Abandoned, StatusCode::FORBIDDEN, "abandoned", Some(ABANDONED), Use::Both),
        row(PollError::Expired, StatusCode::REQUEST_TIMEOUT, "expired", Some(EXPIRED), Use::Both),
        row(PollError::Revoked, StatusCode::FORBIDDEN, "revoked", None, Use::Both),
        row(PollError::InvalidCode, StatusCode::GONE, "invalid_code", Some(CODE), Use::Both),
        row(PollError::SlowDown, StatusCode::TOO_MANY_REQUESTS, "slow_down", Some(FAST), Use::Both),
        row(PollError::InvalidRequest, StatusCode::BAD_REQUEST, "invalid_request", Some(ANSWER), Use::Both),
        row(PollError::ServerError, StatusCode::INTERNAL_SERVER_ERROR, "server_error", None, Use::Both),
        row(PollError::NotFound, StatusCode::NOT_FOUND, "not_found", None, Use::Both),
        row(PollError::Gone, StatusCode::GONE, "invalid_code", None, Use::Write),
        row(PollError::Cancelled, StatusCode::GONE, "invalid_code", None, Use::Write),
    ],
    echo: Echo::Nothing,
    error_text: "detail",
    error_type: "application/problem+json",
    answer_action: Some(("action", "clarification_response")),
};
