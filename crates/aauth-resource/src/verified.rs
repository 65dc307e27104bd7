//! The caller, in a handler.

use aauth_roles::Caller;
use axum::extract::FromRequestParts;
use http::StatusCode;
use http::request::Parts;

/// The verified sender of the request, for handlers behind a [`RequireLayer`](crate::RequireLayer).
///
/// On a route without the layer the extraction fails with 500: a handler that wants a caller never runs without one.
#[derive(Debug, Clone)]
pub struct Verified(pub Caller);

impl<S: Send + Sync> FromRequestParts<S> for Verified {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, StatusCode> {
        parts.extensions.get::<Caller>().cloned().map(Self).ok_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}
