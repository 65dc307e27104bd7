//! Headers and claims of tokens.

use aauth_token::{Claims, TokenError, TokenHeader, TokenKind, TokenProfiles};
use aauth_types::{Thumbprint, UnixTime};
use serde_json::{Value, json};

use super::key::algorithm;

/// The header, understood.
pub(crate) fn header(header: &TokenHeader, profiles: &TokenProfiles) -> Value {
    json!({
        "type": header.kind.name(),
        "typ": profiles.typ(header.kind),
        "alg": profiles.algs.name(header.algorithm),
        "algorithm": algorithm(header.algorithm),
        "kid": header.kid,
    })
}

/// The claims that the profile knows, and what follows from them.
///
/// # Errors
/// Never for claims that were read with the same profile.
pub(crate) fn claims(claims: &Claims, profiles: &TokenProfiles) -> Result<Value, TokenError> {
    let members: Value = serde_json::from_str(&claims.to_json(profiles)?).unwrap_or_default();
    let issuance = claims.issuance();
    Ok(json!({
        "type": claims.kind().name(),
        "typ": profiles.typ(claims.kind()),
        "claims": members,
        "document": issuance.document.map(|document| document.file_name()),
        "bound_to": bound_to(claims),
        "issued": issuance.issued.as_secs(),
        "expires": issuance.expires.as_secs(),
        "lifetime": lifetime(issuance.issued, issuance.expires),
        "lifetime_limit": ceiling(profiles, claims.kind()),
    }))
}

/// The thumbprint of the key that the token is bound to.
fn bound_to(claims: &Claims) -> Thumbprint {
    match claims {
        Claims::Agent(claims) => claims.key.key().thumbprint(),
        Claims::Person(claims) => claims.key.key().thumbprint(),
        Claims::Auth(claims) => claims.key.key().thumbprint(),
        Claims::Resource(claims) => claims.agent_jkt,
    }
}

fn lifetime(issued: UnixTime, expires: UnixTime) -> i64 {
    expires.seconds_since(issued)
}

fn ceiling(profiles: &TokenProfiles, kind: TokenKind) -> Option<u64> {
    profiles.ceiling(kind).map(|most| most.as_secs())
}
