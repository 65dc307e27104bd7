//! `Signature-Input` and `Signature`.

use aauth_jose::b64;
use aauth_signature::{Component, SignatureInput};
use aauth_types::UnixTime;
use serde_json::{Value, json};

/// What a signature covers, and its parameters: typed, and as received.
pub(crate) fn signature_input(input: &SignatureInput<'_>) -> Value {
    let parameters: Vec<_> =
        input.parameters().map(|(name, value)| json!({ "name": name, "value": value })).collect();
    json!({
        "label": input.label(),
        "components": names(input.components()),
        "missing": missing(input.components()),
        "created": input.created().map(UnixTime::as_secs),
        "expires": input.expires().map(UnixTime::as_secs),
        "keyid": input.keyid(),
        "alg": input.alg(),
        "nonce": input.nonce(),
        "tag": input.tag(),
        "parameters": parameters,
        "text": input.text(),
    })
}

/// A label and the bytes of its signature, in base64url.
pub(crate) fn signature(label: &str, bytes: &[u8; 64]) -> Value {
    json!({ "label": label, "signature": b64::encode(bytes), "bytes": bytes.len() })
}

/// The names of components, in order.
pub(crate) fn names(components: &[Component]) -> Vec<&str> {
    components.iter().map(Component::name).collect()
}

/// The names that every signature of either dialect covers and this one does not; `@query` depends on the request.
pub(crate) fn missing(covered: &[Component]) -> Vec<&'static str> {
    const REQUIRED: [&str; 4] = ["@method", "@authority", "@path", "signature-key"];
    REQUIRED.into_iter().filter(|name| !covered.iter().any(|component| component.name() == *name)).collect()
}
