//! The one step of the pipeline that leaves the box.

use aauth_discovery::Resolver;
use aauth_roles::{Caller, CallerWants, Inbound, Rejection};
use aauth_types::UnixTime;

/// Fetches the keys that a request refers to, if it refers to any, and verifies the request.
///
/// Nothing is fetched for a request that is malformed, stale or covers too little: `inbound` has passed those checks.
///
/// # Errors
/// See [`Rejection`]; `KeysUnavailable` or `TokenKeysUnavailable` when `resolver` has no keys.
pub async fn caller(
    inbound: &Inbound<'_>,
    wants: CallerWants<'_>,
    resolver: &dyn Resolver,
    now: UnixTime,
) -> Result<Caller, Rejection> {
    let credential = inbound.credential(wants, now)?;
    let keys = match credential.key_ref() {
        Some(key) => Some(resolver.jwks(&key).await.map_err(|_| credential.keys_unavailable())?),
        None => None,
    };
    inbound.verify(&credential, keys.as_deref(), wants, now)
}
