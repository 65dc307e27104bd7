//! Where the browser may be sent after the decision.

use serde::{Deserialize, Serialize};

/// Which callbacks the agent's verified metadata allows.
///
/// The browser brings the callback (`/interact?code=…&callback=…`), so it is checked here, against the agent, and never
/// believed. What is not allowed is left out: the person sees the last page instead.
///
/// Source: draft-hardt-aauth (5 March 2026), agent metadata `callback_endpoint`, `localhost_callback_allowed`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CallbackRule {
    /// Origin of the agent's `callback_endpoint`, as `EndpointUrl::origin` gives it; `None` admits no such callback.
    pub origin: Option<String>,
    /// Whether `localhost_callback_allowed` is true.
    pub loopback: Loopback,
}

/// Whether a callback may lead to the person's own machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Loopback {
    /// It may not.
    #[default]
    Refused,
    /// `http`, `127.0.0.1`, `[::1]` or `localhost`, a port, an optional path, nothing more.
    Allowed,
}

/// A callback that the agent's metadata allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Callback {
    text: String,
    origin: usize,
}

impl CallbackRule {
    /// Checks what the browser brought; `None` when it may not be followed.
    #[must_use]
    pub fn admit(&self, text: &str) -> Option<Callback> {
        if text.len() > MAX_CALLBACK || !text.bytes().all(is_url_byte) {
            return None;
        }
        let registered = self.origin.as_deref().filter(|origin| is_on(text, origin));
        let origin = match registered {
            Some(origin) => origin.len(),
            None if self.loopback == Loopback::Allowed => loopback_origin(text)?,
            None => return None,
        };
        Some(Callback { text: text.to_owned(), origin })
    }
}

impl Callback {
    /// The URL, unchanged.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether a content policy can name its origin. No source expression fits an IPv6 literal (CSP Level 3 section 2.3.1), so
    /// browsers would stop a redirect there after a form.
    pub(crate) fn is_a_source(&self) -> bool {
        !self.origin().contains('[')
    }

    /// Its origin, for `form-action`.
    #[must_use]
    pub fn origin(&self) -> &str {
        self.text.get(..self.origin).unwrap_or_default()
    }
}

const MAX_CALLBACK: usize = 2048;

/// Compared as text: an origin that only a URL parser would find equal is another one.
fn is_on(text: &str, origin: &str) -> bool {
    let known_scheme = origin.starts_with("https://") || origin.starts_with("http://");
    known_scheme
        && text.strip_prefix(origin).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
}

fn loopback_origin(text: &str) -> Option<usize> {
    let rest = text.strip_prefix("http://")?;
    let host = ["127.0.0.1", "[::1]", "localhost"].into_iter().find(|host| rest.starts_with(host))?;
    let after = rest.strip_prefix(host)?.strip_prefix(':')?;
    let (port, path) = after.split_once('/').map_or((after, ""), |(port, path)| (port, path));
    let good = port.bytes().all(|b| b.is_ascii_digit()) && matches!(port.parse::<u16>(), Ok(1..));
    let origin = "http://".len().checked_add(host.len())?.checked_add(1)?.checked_add(port.len())?;
    (good && !path.contains('?')).then_some(origin)
}

/// RFC 3986 without the fragment, brackets only for the loopback literal.
const fn is_url_byte(b: u8) -> bool {
    matches!(b, b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'%' | b'!' | b'$' | b'&' | b'\''
        | b'(' | b')' | b'*' | b'+' | b',' | b';' | b'=' | b':' | b'@' | b'/' | b'?' | b'[' | b']')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(loopback: Loopback) -> CallbackRule {
        CallbackRule { origin: Some("https://agent.example".to_owned()), loopback }
    }

    #[test]
    fn only_the_registered_origin_passes() {
        for good in ["https://agent.example", "https://agent.example/done?x=1", "https://agent.example?x"] {
            let admitted = rule(Loopback::Refused).admit(good);
            assert_eq!(admitted.as_ref().map(Callback::as_str), Some(good));
            assert_eq!(admitted.as_ref().map(Callback::origin), Some("https://agent.example"));
        }
        for evil in [
            "https://evil.example",
            "https://agent.example.evil.example/",
            "https://agent.example@evil.example/",
            "https://agent.example:8443/",
            "https://agent.example\\@evil.example",
            "http://agent.example/",
            "//agent.example/",
            "javascript:alert(1)",
            "https://agent.example/\r\nSet-Cookie: a=b",
            "https://agent.example/#x",
            "",
            "http://127.0.0.1:8080/",
        ] {
            assert_eq!(rule(Loopback::Refused).admit(evil), None, "{evil}");
        }
    }

    #[test]
    fn loopback_needs_permission_a_port_and_no_query() {
        let rule = rule(Loopback::Allowed);
        for good in ["http://127.0.0.1:80", "http://[::1]:8080/done", "http://localhost:65535/"] {
            assert_eq!(rule.admit(good).as_ref().map(Callback::as_str), Some(good));
        }
        let with_path = rule.admit("http://[::1]:8080/done");
        assert_eq!(with_path.as_ref().map(Callback::origin), Some("http://[::1]:8080"));
        for evil in [
            "http://localhost/",
            "http://localhost:0/",
            "http://localhost:80@evil.example/",
            "http://localhost.evil.example:80/",
            "https://localhost:80/",
            "http://127.0.0.1:80/?x",
            "http://127.0.0.1:80/#x",
            "http://127.0.0.1:99999/",
        ] {
            assert_eq!(rule.admit(evil), None, "{evil}");
        }
    }

    #[test]
    fn without_a_rule_nothing_passes() {
        assert_eq!(CallbackRule::default().admit("https://agent.example/"), None);
    }
}
