//! `Signature-Key`.

use aauth_signature::{KeyParameter, SignatureKey};
use serde_json::{Value, json};

use super::public_key;

/// The label, the scheme and its parameters.
pub(crate) fn signature_key(label: &str, key: &SignatureKey<'_>) -> Value {
    let mut value = match key {
        SignatureKey::Hwk(jwk) => json!({ "key": public_key(jwk), "thumbprint": jwk.key().thumbprint() }),
        SignatureKey::JwksUri { id, document, kid } => {
            json!({ "id": id, "document": document.file_name(), "kid": kid })
        }
        SignatureKey::Jwt(token) => json!({ "jwt": token }),
        SignatureKey::Other { parameters, .. } => {
            let list: Vec<_> = parameters.iter().map(|(name, given)| parameter(name, given)).collect();
            json!({ "parameters": list })
        }
    };
    if let Some(members) = value.as_object_mut() {
        members.insert(String::from("label"), json!(label));
        members.insert(String::from("scheme"), json!(key.scheme()));
    }
    value
}

fn parameter(name: &str, given: &KeyParameter) -> Value {
    let (kind, value) = match given {
        KeyParameter::String(text) => ("string", json!(text)),
        KeyParameter::Token(text) => ("token", json!(text)),
        KeyParameter::Integer(number) => ("integer", json!(number)),
        KeyParameter::Decimal(text) => ("decimal", json!(text)),
        KeyParameter::Bytes(text) => ("bytes", json!(text)),
        KeyParameter::Boolean(value) => ("boolean", json!(value)),
        KeyParameter::Date(seconds) => ("date", json!(seconds)),
        KeyParameter::Display(text) => ("display", json!(text)),
    };
    json!({ "name": name, "type": kind, "value": value })
}
