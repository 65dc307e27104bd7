//! Agents that run in a browser.

use std::time::Duration;

use axum::Router;
use http::{HeaderName, HeaderValue, Method, header};
use thiserror::Error;
use tower_http::cors::{AllowHeaders, AllowMethods, AllowOrigin, CorsLayer, ExposeHeaders};

/// Which web pages may run an agent against a server. Off unless it is applied.
///
/// A browser then lets scripts of those pages send signed requests and read the answers. Cookies are never allowed, so a
/// page gains nothing that a program elsewhere would not have; the signature decides as ever. Preflights carry no
/// signature and are answered before verification. Never apply it to a consent page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cors(Origins);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Origins {
    Any,
    These(Vec<HeaderValue>),
}

/// An origin that no browser would send.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not an origin: expected a scheme, a host in lower case and perhaps a port, nothing after them")]
pub struct OriginError;

impl Cors {
    /// Pages of any origin.
    #[must_use]
    pub fn any() -> Self {
        Self(Origins::Any)
    }

    /// Pages of these origins alone, compared byte for byte: `https://app.example`.
    ///
    /// # Errors
    /// `OriginError`: one of them is no origin as browsers write it.
    pub fn origins<'a>(origins: impl IntoIterator<Item = &'a str>) -> Result<Self, OriginError> {
        origins.into_iter().map(origin).collect::<Result<_, _>>().map(|these| Self(Origins::These(these)))
    }

    /// Answers preflights for all routes of `routes`, and exposes what an agent reads. Apply it outside of what verifies.
    pub fn apply<S: Clone + Send + Sync + 'static>(&self, routes: Router<S>) -> Router<S> {
        let origins = match &self.0 {
            Origins::Any => AllowOrigin::any(),
            Origins::These(these) => AllowOrigin::list(these.iter().cloned()),
        };
        let layer = CorsLayer::new()
            .allow_origin(origins)
            .allow_methods(AllowMethods::list([
                Method::GET,
                Method::HEAD,
                Method::POST,
                Method::PUT,
                Method::PATCH,
                Method::DELETE,
            ]))
            .allow_headers(AllowHeaders::list(REQUEST))
            .expose_headers(ExposeHeaders::list(ANSWER))
            .max_age(PREFLIGHT_LIFE);
        routes.layer(layer)
    }
}

/// What an agent sends.
const REQUEST: [HeaderName; 6] = [
    header::CONTENT_TYPE,
    HeaderName::from_static("content-digest"),
    HeaderName::from_static("prefer"),
    HeaderName::from_static("signature"),
    HeaderName::from_static("signature-input"),
    HeaderName::from_static("signature-key"),
];

/// What an agent reads.
const ANSWER: [HeaderName; 4] = [
    HeaderName::from_static("aauth"),
    header::LOCATION,
    HeaderName::from_static("preference-applied"),
    header::RETRY_AFTER,
];

const PREFLIGHT_LIFE: Duration = Duration::from_secs(600);

fn origin(text: &str) -> Result<HeaderValue, OriginError> {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).ok_or(OriginError)?;
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-:[]".contains(&byte);
    if host.is_empty() || !host.bytes().all(plain) {
        return Err(OriginError);
    }
    HeaderValue::from_str(text).map_err(|_| OriginError)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_browser_writes_is_an_origin() {
        for good in ["https://app.example", "http://localhost:3000", "http://[::1]:3000"] {
            assert!(Cors::origins([good]).is_ok(), "{good}");
        }
        for bad in [
            "",
            "*",
            "null",
            "app.example",
            "https://",
            "https://app.example/",
            "https://App.example",
            "https://a b",
        ] {
            assert_eq!(Cors::origins([bad]), Err(OriginError), "{bad}");
        }
    }
}
