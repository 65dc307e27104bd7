//! Whether a form was sent by this page.

use http::HeaderMap;
use http::header::ORIGIN;

/// Whether a `POST` came from a page of `origin`, as far as the browser says.
///
/// 1. `Sec-Fetch-Site`, when present, must be `same-origin`.
/// 2. `Origin`, when present, must be `origin`, byte for byte; `null` is foreign.
/// 3. With neither, the form token alone decides: old browsers and tools send none.
///
/// A false refusal costs a person the form, a false admission nothing while the form token holds.
///
/// Source: RFC 6454 section 7, W3C Fetch Metadata.
pub(crate) fn is_own(fields: &HeaderMap, origin: &str) -> bool {
    let all = |name: &str, expected: &str| fields.get_all(name).iter().all(|value| value == expected);
    all("sec-fetch-site", "same-origin") && all(ORIGIN.as_str(), origin)
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::{HeaderName, HeaderValue};

    fn seen(fields: &[(&'static str, &'static str)]) -> bool {
        let fields = fields
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect();
        is_own(&fields, "https://auth.example")
    }

    #[test]
    fn only_this_origin_passes() {
        assert!(seen(&[]));
        assert!(seen(&[("origin", "https://auth.example"), ("sec-fetch-site", "same-origin")]));
        assert!(!seen(&[("origin", "null")]));
        assert!(!seen(&[("origin", "https://auth.example.evil.example")]));
        assert!(!seen(&[("origin", "https://auth.example"), ("sec-fetch-site", "same-site")]));
        assert!(!seen(&[("sec-fetch-site", "none")]));
    }
}
