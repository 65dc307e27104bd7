//! The headers that every answer of the page carries.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::header::{
    CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, LOCATION,
    REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use http::{HeaderMap, HeaderValue};
use sha2::{Digest, Sha256};

/// What holds for every answer, HTML or not.
///
/// `Referrer-Policy: same-origin`, not `no-referrer`: with the latter browsers send `Origin: null` with the page's own
/// forms, and the origin check would refuse everyone.
const ALWAYS: [(HeaderName, &str); 6] = [
    (CACHE_CONTROL, "no-store"),
    (REFERRER_POLICY, "same-origin"),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// Writes the headers of every answer.
pub(crate) fn always(fields: &mut HeaderMap) {
    for (name, value) in ALWAYS {
        fields.insert(name, HeaderValue::from_static(value));
    }
}

/// Writes the headers of an HTML answer: those of [`always`], its type, its language and its content policy.
///
/// `callback`: the origin to which the answer to the page's form may redirect, already validated; browsers apply
/// `form-action` to that redirect too (CSP Level 3 section 6.4.1).
pub(crate) fn html(fields: &mut HeaderMap, language: &'static str, style: &Style, callback: Option<&str>) {
    always(fields);
    fields.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    fields.insert(CONTENT_LANGUAGE, HeaderValue::from_static(language));
    let policy = policy(&style.hash, callback);
    // Unreachable for a validated origin; without the header nothing may be shown, so the strictest one stands in.
    let policy = HeaderValue::try_from(policy)
        .unwrap_or(HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"));
    fields.insert(CONTENT_SECURITY_POLICY, policy);
}

/// Writes `Location`; `false` when the target cannot be a header.
pub(crate) fn location(fields: &mut HeaderMap, target: &str) -> bool {
    always(fields);
    HeaderValue::try_from(target).map(|value| fields.insert(LOCATION, value)).is_ok()
}

fn policy(style_hash: &str, callback: Option<&str>) -> String {
    let mut policy = format!("default-src 'none'; style-src 'sha256-{style_hash}'; form-action 'self'");
    if let Some(origin) = callback {
        policy.push(' ');
        policy.push_str(origin);
    }
    policy.push_str("; base-uri 'none'; frame-ancestors 'none'");
    policy
}

/// The page's one style sheet, in the page itself and admitted by its hash.
#[derive(Debug, Clone)]
pub(crate) struct Style {
    pub(crate) text: String,
    hash: String,
}

impl Style {
    pub(crate) fn new(text: String) -> Self {
        let hash = STANDARD.encode(Sha256::digest(text.as_bytes()));
        Self { text, hash }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_callback_origin_is_admitted_for_forms_only() {
        assert_eq!(
            policy("HASH", Some("https://agent.example")),
            "default-src 'none'; style-src 'sha256-HASH'; form-action 'self' https://agent.example; base-uri 'none'; frame-ancestors 'none'"
        );
    }
}
