//! What a status means: one decision, without state.

use aauth_challenge::Challenge;
use http::{HeaderMap, StatusCode};

use super::{Answer, Outcome, Rejection, Send, Setup};
use crate::{ErrorBody, PollError};

/// What to do about a response.
pub(super) enum Verdict {
    /// Undecided: go on polling.
    Pending,
    /// Polled too fast.
    SlowDown,
    /// Try again later.
    Unavailable,
    /// The end.
    End(Box<Outcome>),
}

/// Source: draft-hardt-aauth (5 March 2026), "Deferred Responses"; draft-hardt-oauth-aauth-protocol-11 section 11.8.4.
pub(super) fn judge(
    send: Send,
    status: StatusCode,
    fields: &HeaderMap,
    body: &[u8],
    setup: &Setup,
) -> Verdict {
    let outcome = match status {
        StatusCode::ACCEPTED => return Verdict::Pending,
        StatusCode::TOO_MANY_REQUESTS => return Verdict::SlowDown,
        StatusCode::SERVICE_UNAVAILABLE => return Verdict::Unavailable,
        // Some servers take an answer with 200: it grants nothing.
        _ if status.is_success() && send == Send::Answer => return Verdict::Pending,
        _ if status.is_success() => {
            Outcome::Done(Answer { status, fields: fields.clone(), body: body.to_vec() })
        }
        _ if status.is_client_error() => refusal(send, status, fields, body, setup),
        _ if status.is_server_error() => Outcome::ServerError { status },
        _ => Outcome::Unexpected { status },
    };
    Verdict::End(Box::new(outcome))
}

/// The pair of status and word decides; without a word the status; an unknown word is final like any other.
fn refusal(send: Send, status: StatusCode, fields: &HeaderMap, body: &[u8], setup: &Setup) -> Outcome {
    let error = ErrorBody::read(body, setup.wire).ok();
    let known = error.as_ref().and_then(|error| setup.wire.error(status, &error.error));
    match known {
        Some(PollError::Denied | PollError::RoundsUsedUp) => return Outcome::Denied,
        Some(PollError::Abandoned) => return Outcome::Abandoned,
        Some(PollError::Expired) => return Outcome::Expired,
        Some(PollError::Revoked) => return Outcome::Revoked,
        Some(PollError::InvalidCode) => return Outcome::InvalidCode,
        Some(
            PollError::SlowDown
            | PollError::InvalidRequest
            | PollError::ServerError
            | PollError::NotFound
            | PollError::Gone
            | PollError::Cancelled,
        )
        | None => {}
    }
    match status {
        StatusCode::REQUEST_TIMEOUT if error.is_none() => return Outcome::Expired,
        StatusCode::NOT_FOUND | StatusCode::GONE if send != Send::First => return Outcome::Gone { status },
        _ => {}
    }
    let challenge = Challenge::read(fields, &[setup.wire.vocabulary()], setup.network).ok().flatten();
    let (error, text) = error.map_or((None, None), |body| (Some(body.error), body.text));
    Outcome::Rejected(Rejection { status, error, text, challenge: challenge.map(|(challenge, _)| challenge) })
}
