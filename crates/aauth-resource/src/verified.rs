//! The caller, in a handler.

use aauth_roles::Caller;
use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use http::StatusCode;
use http::request::Parts;

/// The verified sender of the request, for handlers behind a [`RequireLayer`](crate::RequireLayer).
///
/// On a route without the layer the extraction fails with 500: a handler that wants a caller never runs without one. On a
/// public route take `Option<Verified>`: `None` is a request without a signature. That, too, fails without the layer.
#[derive(Debug, Clone)]
pub struct Verified(pub Caller);

/// What the layer leaves in a request that it let through.
#[derive(Debug, Clone)]
pub(crate) struct Passed(pub(crate) Option<Caller>);

impl<S: Send + Sync> FromRequestParts<S> for Verified {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, StatusCode> {
        passed(parts)?.map(Self).ok_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

impl<S: Send + Sync> OptionalFromRequestParts<S> for Verified {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Option<Self>, StatusCode> {
        Ok(passed(parts)?.map(Self))
    }
}

fn passed(parts: &Parts) -> Result<Option<Caller>, StatusCode> {
    let passed = parts.extensions.get::<Passed>().ok_or(StatusCode::INTERNAL_SERVER_ERROR)?;
    Ok(passed.0.clone())
}
