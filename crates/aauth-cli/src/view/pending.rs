//! The body of a 202.

use aauth_deferred::{DeferredWire, PendingBody, Standing};
use serde_json::{Value, json};

/// Every member, and what the status means.
pub(crate) fn pending_body(body: &PendingBody, wire: &DeferredWire) -> Value {
    let standing = match wire.standing(&body.status) {
        Standing::Pending => "pending",
        Standing::Interacting => "interacting",
    };
    json!({
        "status": body.status,
        "standing": standing,
        "location": body.location,
        "require": body.require,
        "code": body.code,
        "clarification": body.clarification,
        "timeout": body.timeout,
        "options": body.options,
    })
}
