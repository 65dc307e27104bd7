//! The tower layer.

use std::convert::Infallible;
use std::future::Future;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll};

use aauth_http::{BodyError, collect};
use aauth_roles::{Answer, Caller, ErrorCode, Rejection, Requirement, answer};
use aauth_signature::Component;
use aauth_types::UnixTime;
use axum::body::Body;
use http::{Method, Request, Response};
use tower::{Layer, Service};

use crate::verified::Passed;
use crate::{Protection, Settings, Transaction};

/// Lets requests through whose verified caller meets a requirement.
///
/// 0. On a public route a request without any signature field goes on, without a caller.
/// 1. Signature fields missing, malformed, stale or covering too little, another authority, an unknown key, a bad
///    signature: 401 `invalid_signature`. Nothing is fetched before the first four are checked. No `Host`, several, or
///    one that contradicts the target's authority: 400 `invalid_request`, without a challenge.
/// 2. A bad token in `Signature-Key`: 401 `invalid_auth_token` or `invalid_agent_token`.
/// 3. A covered `Content-Digest` that is not that of the body: 401 `invalid_signature`; a body over the limit: 413.
/// 4. A `POST` that the replay guard has seen, where there is one: 401 `invalid_signature`.
/// 5. A pseudonym where an identity is needed: 401, `require=identity`.
/// 6. A verified agent without a token that covers the scope: 401, `require=auth-token` with a resource token.
/// 7. Everything else goes on, with the [`Caller`] among the request's extensions.
///
/// Deployment caveat: a covered `Content-Digest` is the only thing that binds a body to its signature. In the seed dialect
/// no agent covers it unless the resource asks for it.
#[derive(Debug, Clone)]
pub struct RequireLayer {
    protection: Protection,
    requirement: Requirement,
}

/// The service that [`RequireLayer`] makes.
#[derive(Debug, Clone)]
pub struct Require<S> {
    inner: S,
    protection: Protection,
    requirement: Requirement,
}

impl RequireLayer {
    pub(crate) fn new(protection: Protection, requirement: Requirement) -> Self {
        Self { protection, requirement }
    }
}

impl<S> Layer<S> for RequireLayer {
    type Service = Require<S>;

    fn layer(&self, inner: S) -> Require<S> {
        Require { inner, protection: self.protection.clone(), requirement: self.requirement.clone() }
    }
}

impl<S> Service<Request<Body>> for Require<S>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send + 'static,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        // The service that was polled ready must be the one that is called.
        let clone = self.inner.clone();
        let mut inner = mem::replace(&mut self.inner, clone);
        let (protection, requirement) = (self.protection.clone(), self.requirement.clone());
        Box::pin(async move {
            match admit(&protection, &requirement, request).await {
                Ok(request) => inner.call(request).await,
                Err(answer) => Ok(answer),
            }
        })
    }
}

async fn admit(
    protection: &Protection,
    requirement: &Requirement,
    request: Request<Body>,
) -> Result<Request<Body>, Response<Body>> {
    let now = protection.0.settings.clock.now();
    let (mut parts, body) = request.into_parts();
    let caller = match protection.caller(&parts, now).await {
        Ok(caller) => caller,
        Err(rejection) if *requirement == Requirement::Public && rejection.is_unsigned() => {
            parts.extensions.insert(Passed(None));
            return Ok(Request::from_parts(parts, body));
        }
        Err(rejection) => return Err(refuse(protection, requirement, &rejection)),
    };
    let body = checked_body(protection, requirement, &caller, &parts.method, body, now).await?;
    let transaction = parts.extensions.get::<Transaction>();
    if let Some(answer) = protection.objection(&caller, requirement, transaction, now) {
        return Err(answer.map(Body::from));
    }
    parts.extensions.insert(caller.clone());
    parts.extensions.insert(Passed(Some(caller)));
    Ok(Request::from_parts(parts, body))
}

/// Reads the body where its digest is covered or a replay guard wants it; leaves it alone otherwise.
async fn checked_body(
    protection: &Protection,
    requirement: &Requirement,
    caller: &Caller,
    method: &Method,
    body: Body,
    now: UnixTime,
) -> Result<Body, Response<Body>> {
    let Settings { resource, replay_guard, .. } = &protection.0.settings;
    let covered = caller.signature().covers(&Component::CONTENT_DIGEST);
    let guard = replay_guard.as_ref().filter(|_| method == Method::POST);
    if !covered && !resource.binds_bodies() && guard.is_none() {
        return Ok(body);
    }
    let bytes = collect(body, protection.0.settings.body_limit).await.map_err(unread)?;
    let refused = |rejection: &Rejection| refuse(protection, requirement, rejection);
    caller.signature().body(&bytes).map_err(|error| refused(&Rejection::Signature(error)))?;
    if let Some(guard) = guard {
        let window = resource.coverage().window();
        guard.admit(method, caller, &bytes, window, now).await.map_err(|error| refused(&error))?;
    }
    Ok(Body::from(bytes))
}

pub(crate) fn unread(error: BodyError) -> Response<Body> {
    let description = match error {
        BodyError::TooLong { .. } => "The body is too long",
        _ => "The body is incomplete",
    };
    let mut answer = answer::error(ErrorCode::InvalidRequest, description, &[]);
    *answer.status_mut() = error.status();
    answer.map(Body::from)
}

/// Around a route of which no cache may keep an answer, whoever made it.
pub(crate) async fn not_stored(answer: Response<Body>) -> Response<Body> {
    answer::no_store(answer)
}

fn refuse(protection: &Protection, requirement: &Requirement, rejection: &Rejection) -> Response<Body> {
    tracing::debug!(kind = rejection.kind(), "request refused");
    let answer: Answer = protection.0.settings.resource.refuse(rejection, requirement);
    answer.map(Body::from)
}
