//! Keys and key sets. Only public keys are ever shown.

use aauth_jose::{Algorithm, Jwks, PublicJwk};
use serde_json::{Value, json};

use crate::failure::Failure;

/// The members of the key as it would be published, and what can be computed from it.
pub(crate) fn public_key(key: &PublicJwk) -> Value {
    let mut value: Value = serde_json::from_str(&key.to_json()).unwrap_or_default();
    if let Some(members) = value.as_object_mut() {
        members.insert(String::from("thumbprint"), json!(key.key().thumbprint()));
        members.insert(String::from("algorithm"), json!(algorithm(key.key().algorithm())));
    }
    value
}

/// Every key that has a `kid`, usable or not.
pub(crate) fn key_set(set: &Jwks) -> Value {
    let keys: Vec<Value> = set
        .kids()
        .map(|kid| match set.jwk(kid) {
            Ok(key) => json!({ "kid": kid, "usable": true, "key": public_key(key) }),
            Err(error) => json!({ "kid": kid, "usable": false, "error": Failure::from(error).to_json() }),
        })
        .collect();
    json!({ "members": set.len(), "keys": keys })
}

/// The name of an algorithm, whatever a dialect calls it.
pub(crate) fn algorithm(algorithm: Algorithm) -> Option<&'static str> {
    aauth_jose::DRAFT_11.name(algorithm)
}
