//! The one step of the pipeline that leaves the box.

use aauth_discovery::Resolver;
use aauth_roles::{Caller, CallerWants, Inbound, Rejection, VerifiedTokens};
use aauth_types::UnixTime;

/// Fetches the keys that a request refers to, if it refers to any, and verifies the request.
///
/// Nothing is fetched for a request that is malformed, stale or covers too little: `inbound` has passed those checks.
///
/// A token that is among `tokens` costs no second signature check; a new one gets in when the request has verified.
///
/// # Errors
/// See [`Rejection`]; `KeysUnavailable` or `TokenKeysUnavailable` when `resolver` has no keys.
pub async fn caller(
    inbound: &Inbound<'_>,
    wants: CallerWants<'_>,
    resolver: &dyn Resolver,
    tokens: &VerifiedTokens,
    now: UnixTime,
) -> Result<Caller, Rejection> {
    let credential = inbound.credential_among(tokens, wants, now)?;
    let Some(key_ref) = credential.key_ref() else {
        return inbound.verify(credential, None, wants, now);
    };
    let keys = resolver.jwks(&key_ref).await.map_err(|_| credential.keys_unavailable())?;
    let new = credential.is_new_token().then(|| key_ref.into_owned());
    let caller = inbound.verify(credential, Some(&keys), wants, now)?;
    if let Some(key_ref) = new {
        tokens.remember(&caller, &key_ref);
    }
    Ok(caller)
}
