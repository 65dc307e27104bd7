//! The resource's own pending URL.

use std::time::Duration;

use aauth_deferred::{Accepted, AnswerBody, Owner, PollError, PreferWait};
use aauth_http::collect;
use aauth_interaction::{Crowd, Hold, InteractionError, Polled};
use aauth_roles::{Answer, Caller, Dialect, ErrorCode, answer};
use axum::Router;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::middleware::map_response;
use axum::routing::get;
use http::header::{ALLOW, RETRY_AFTER};
use http::{HeaderValue, Method, Request, Response, StatusCode};

use super::{Allowed, Deferring};
use crate::layer::{not_stored, unread};
use crate::protection::server_error;
use crate::{RequireLayer, Verified};

/// Largest answer to a question, with what surrounds it.
const BODY_LIMIT: usize = 64 * 1024;
/// What `Retry-After` says while the store does not answer.
const STORE_PAUSE: Duration = Duration::from_secs(5);

/// `HEAD` is refused: as a `GET` it would collect the answer and drop it. What the call answers is not stored either: the
/// next poll of the URL has another answer.
pub(super) fn routes(deferring: Deferring, path: &str, layer: RequireLayer) -> Router {
    let methods = get(pending).post(pending).delete(pending).layer(layer);
    let methods = methods.head(other_method).fallback(other_method).layer(map_response(not_stored));
    Router::new().route(&format!("{path}/{{id}}"), methods).with_state(deferring)
}

/// Behind the layer: the signature is checked first, also for URLs that do not exist.
async fn pending(
    State(deferring): State<Deferring>,
    Verified(caller): Verified,
    id: Result<Path<String>, PathRejection>,
    request: Request<Body>,
) -> Response<Body> {
    let dialect = caller.dialect();
    // A path that does not decode names no request, and the empty identifier none either.
    let id = id.map(|Path(id)| id).unwrap_or_default();
    let Some(owner) = owner(&caller) else {
        return dialect.deferred.refused(PollError::NotFound, None).map(Body::from);
    };
    let (parts, body) = request.into_parts();
    let wait = PreferWait::read(&parts.headers).map(|wait| wait.capped_at(PreferWait::CEILING));
    let deferrals = deferring.deferrals();
    let polled = match parts.method {
        Method::POST => match collect(body, BODY_LIMIT).await {
            Err(error) => return unread(error),
            Ok(body) => {
                let answer = AnswerBody::read(&body, dialect.deferred).ok();
                deferrals.answer(&id, &owner, answer.map(|body| body.clarification_response)).await
            }
        },
        Method::DELETE => deferrals.cancel(&id, &owner).await,
        _ => {
            let hold = wait.map(|wait| Hold { time: wait.as_duration(), wire: dialect.deferred });
            deferrals.poll(&id, &owner, "", hold).await
        }
    };
    let mut answer = match polled {
        Ok(polled) => deferring.answer(dialect, &id, polled).await,
        Err(error) => fault(&error).map(Body::from),
    };
    if let Some((name, value)) = wait.map(PreferWait::write_applied) {
        answer.headers_mut().insert(name, value);
    }
    answer
}

impl Deferring {
    async fn answer(&self, dialect: &Dialect, id: &str, polled: Polled) -> Response<Body> {
        let answer = match polled {
            Polled::Waiting(wait) => {
                let location = self.deferrals().location(id);
                let accepted = Accepted { location: &location, wait: &wait, challenge: None };
                dialect.deferred.accepted(&accepted).unwrap_or_else(|_| server_error())
            }
            Polled::Delivered(delivery) => return self.finish(Allowed::of(*delivery)).await,
            Polled::Refused { error, retry_after } => dialect.deferred.refused(error, retry_after),
            Polled::Cancelled => dialect.deferred.cancelled(),
        };
        answer.map(Body::from)
    }

    /// In a task of its own: the row says already that the call was collected, so it must not stop half way.
    async fn finish(&self, allowed: Allowed) -> Response<Body> {
        tracing::info!(agent = %allowed.agent, "a call that was put off is carried out");
        let finish = self.0.settings.finish.clone();
        let done = tokio::spawn(async move { finish.finish(allowed).await }).await;
        done.unwrap_or_else(|_| server_error().map(Body::from))
    }
}

/// Agent and key; a pseudonym owns nothing.
fn owner(caller: &Caller) -> Option<Owner> {
    caller.agent().map(|agent| Owner { agent: agent.to_string(), key: caller.key() })
}

/// What a fault of this server's own parts means to the agent.
pub(super) fn fault(error: &InteractionError) -> Answer {
    tracing::warn!(kind = error.kind(), "a call could not be put off or collected");
    let busy = ErrorCode::TemporarilyUnavailable;
    let (code, text, retry_after) = match error {
        InteractionError::Full { whose: Crowd::Agent, retry_after } => {
            (ErrorCode::SlowDown, "Too many open requests of this agent", *retry_after)
        }
        InteractionError::Full { retry_after, .. } => (busy, "Too many open requests", *retry_after),
        InteractionError::Store { .. } | InteractionError::Contended => {
            (busy, "Try again later", STORE_PAUSE)
        }
        _ => return server_error(),
    };
    let mut answer = answer::no_store(answer::error(code, text, &[]));
    answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from(retry_after.as_secs()));
    answer
}

async fn other_method() -> Response<Body> {
    let mut answer = answer::error(ErrorCode::InvalidRequest, "Method not allowed", &[]);
    *answer.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
    answer.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, POST, DELETE"));
    answer.map(Body::from)
}
