//! The server's answers on the wire: status, fields and body of one dialect.

use core::time::Duration;

use aauth_challenge::{Challenge, Requirement};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, LOCATION, RETRY_AFTER};
use http::{HeaderName, HeaderValue, Response, StatusCode};

use crate::{DeferredError, DeferredWire, ErrorBody, PendingBody, PollError, TokenBody, Wait};

/// What a `202` says.
#[derive(Debug, Clone, Copy)]
pub struct Accepted<'a> {
    /// The pending URL, absolute.
    pub location: &'a str,
    /// Standing, question and `Retry-After`, from [`Effect::Wait`](crate::Effect::Wait).
    pub wait: &'a Wait,
    /// What the agent must do, on the first answer; later ones may leave it out.
    pub challenge: Option<&'a Challenge>,
}

impl DeferredWire {
    /// A `202` with `Location`, `Retry-After`, `Cache-Control: no-store` and the JSON body.
    ///
    /// An open question outranks the challenge in the field where the dialect has a word for it.
    ///
    /// # Errors
    /// `Challenge`: the dialect cannot write it. `Location`: a location that no field can carry.
    ///
    /// Source: draft-hardt-aauth (5 March 2026), "Deferred Responses".
    pub fn accepted(&self, accepted: &Accepted<'_>) -> Result<Response<Vec<u8>>, DeferredError> {
        let Accepted { location, wait, challenge } = *accepted;
        let mut body = PendingBody {
            status: self.status_word(wait.standing).to_owned(),
            clarification: wait.question.clone(),
            ..PendingBody::default()
        };
        if self.echo == crate::wire::Echo::Fields {
            body.location = Some(location.to_owned());
            body.require = challenge
                .and_then(Challenge::requirement)
                .and_then(|requirement| self.vocabulary().word(requirement))
                .map(ToOwned::to_owned);
            if let Some(Challenge::Interaction { code, .. }) = challenge {
                body.code = Some(code.clone());
            }
        }
        let asks = wait.question.is_some() && self.vocabulary().word(Requirement::Clarification).is_some();
        let challenge = if asks { Some(&Challenge::Clarification) } else { challenge };
        let mut response = self.json(StatusCode::ACCEPTED, "application/json", body.write());
        let unusable = |_| DeferredError::Location { found: "a character that no field has" };
        insert(&mut response, LOCATION, HeaderValue::from_str(location).map_err(unusable)?);
        insert(&mut response, RETRY_AFTER, HeaderValue::from(wait.retry_after.as_secs()));
        if let Some(challenge) = challenge {
            let (name, value) = challenge.write(self.vocabulary())?;
            insert(&mut response, name, value);
        }
        Ok(response)
    }

    /// The `200` that grants, with `Cache-Control: no-store`.
    #[must_use]
    pub fn delivered(&self, token: &TokenBody) -> Response<Vec<u8>> {
        self.json(StatusCode::OK, "application/json", token.write())
    }

    /// An error of the pending URL, with `Cache-Control: no-store`; `retry_after` for those that are not final.
    #[must_use]
    pub fn refused(&self, error: PollError, retry_after: Option<Duration>) -> Response<Vec<u8>> {
        let (status, word, text) = self.error_row(error);
        let body = ErrorBody { error: word.to_owned(), text: text.map(ToOwned::to_owned) };
        let mut response = self.json(status, self.error_type, body.write(self));
        if let Some(retry_after) = retry_after {
            insert(&mut response, RETRY_AFTER, HeaderValue::from(retry_after.as_secs()));
        }
        response
    }

    /// The `204` to a `DELETE`.
    #[must_use]
    pub fn cancelled(&self) -> Response<Vec<u8>> {
        let mut response = Response::new(Vec::new());
        *response.status_mut() = StatusCode::NO_CONTENT;
        insert(&mut response, CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    }

    fn json(&self, status: StatusCode, kind: &'static str, body: String) -> Response<Vec<u8>> {
        let mut response = Response::new(body.into_bytes());
        *response.status_mut() = status;
        insert(&mut response, CONTENT_TYPE, HeaderValue::from_static(kind));
        insert(&mut response, CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    }
}

fn insert(response: &mut Response<Vec<u8>>, name: HeaderName, value: HeaderValue) {
    response.headers_mut().insert(name, value);
}
