//! Answers as values: status, fields and body, before any server sends them.

use aauth_types::json::quoted;
use http::header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderValue, Response, StatusCode};

use crate::ErrorCode;

/// A whole response, ready for any HTTP server.
pub type Answer = Response<Vec<u8>>;

/// A JSON answer; `body` is JSON text already.
#[must_use]
pub fn json(status: StatusCode, body: String) -> Answer {
    let mut answer = Response::new(body.into_bytes());
    *answer.status_mut() = status;
    let length = answer.body().len();
    let fields = answer.headers_mut();
    fields.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    fields.insert(CONTENT_LENGTH, HeaderValue::from(length));
    answer
}

/// The JSON error `{"error":"…","error_description":"…"}` with the status of `code`.
///
/// `required`: component names for `required_components`, left out when empty.
#[must_use]
pub fn error(code: ErrorCode, description: &str, required: &[String]) -> Answer {
    let mut body =
        format!("{{\"error\":{},\"error_description\":{}", quoted(code.word()), quoted(description));
    if !required.is_empty() {
        let names: Vec<_> = required.iter().map(|name| quoted(name)).collect();
        body.push_str(",\"required_components\":[");
        body.push_str(&names.join(","));
        body.push(']');
    }
    body.push('}');
    json(code.status(), body)
}

/// The same answer with `Cache-Control: no-store`: tokens and errors about them must not be kept by a cache.
#[must_use]
pub fn no_store<B>(mut answer: Response<B>) -> Response<B> {
    answer.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}
