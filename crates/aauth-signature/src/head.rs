//! The head of a request, as a signer and a verifier see it.

use core::fmt;
use std::borrow::Cow;

use http::{HeaderMap, Method, header};

use crate::SignatureError;

/// Method, target and fields of one request.
///
/// The authority is given, never guessed: a server takes it from its own configuration (or from a `Host` that it has
/// compared with it), because a signature for another server must not verify here.
#[derive(Debug, Clone, Copy)]
pub struct RequestHead<'a> {
    /// The method; its case counts.
    pub method: &'a Method,
    /// The scheme under which the client sees this server; behind a TLS-terminating proxy that is `Https`.
    pub scheme: UriScheme,
    /// Host and port, as a client addresses this server.
    pub authority: &'a str,
    /// The request target as it was sent: path and, after a `?`, the query. Never a normalised one, or a signature
    /// for `/public/x` would pass for `/admin/%2e%2e/public/x`. The empty text counts as `/`.
    pub target: &'a str,
    /// The fields. Values of lines with one name are joined.
    pub fields: &'a HeaderMap,
}

/// The two schemes of an HTTP request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UriScheme {
    /// `http`
    Http,
    /// `https`
    Https,
}

impl UriScheme {
    /// The scheme in lower case.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }

    const fn default_port(self) -> &'static str {
        match self {
            Self::Http => "80",
            Self::Https => "443",
        }
    }
}

impl fmt::Display for UriScheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl<'a> RequestHead<'a> {
    /// What stands before the `?`; `/` when that is nothing.
    #[must_use]
    pub fn path(&self) -> &'a str {
        match self.target.split_once('?').map_or(self.target, |(path, _)| path) {
            "" => "/",
            path => path,
        }
    }

    /// What stands after the `?`; `None` when there is no `?`.
    #[must_use]
    pub fn query(&self) -> Option<&'a str> {
        self.target.split_once('?').map(|(_, query)| query)
    }

    /// Whether the fields announce content: a `Content-Length` other than 0, or a `Transfer-Encoding`.
    ///
    /// HTTP/2 content may come unannounced; what depends on it is checked again when the body is there.
    #[must_use]
    pub fn announces_content(&self) -> bool {
        self.fields.contains_key(header::TRANSFER_ENCODING)
            || self.fields.get(header::CONTENT_LENGTH).is_some_and(|length| length.as_bytes() != b"0")
    }

    /// The value of `@authority`: lower case, without the default port (RFC 9421 section 2.2.3).
    ///
    /// # Errors
    /// `Authority { at }`: not host and optional port.
    pub fn normal_authority(&self) -> Result<Cow<'a, str>, SignatureError> {
        let text = self.authority;
        if let Some(at) = text.bytes().position(|b| !is_authority_byte(b)) {
            return Err(SignatureError::Authority { at });
        }
        let (host, port) = split_port(text);
        if host.is_empty() {
            return Err(SignatureError::Authority { at: 0 });
        }
        let kept = match port {
            None => host,
            Some("") => host,
            Some(port) if port == self.scheme.default_port() => host,
            Some(port) if is_port(port) => text,
            Some(_) => return Err(SignatureError::Authority { at: host.len() }),
        };
        match kept.bytes().any(|b| b.is_ascii_uppercase()) {
            true => Ok(Cow::Owned(kept.to_ascii_lowercase())),
            false => Ok(Cow::Borrowed(kept)),
        }
    }

    /// Refuses a target that is not a path with an optional query, or has a byte that no request line has.
    pub(crate) fn check_target(&self) -> Result<(), SignatureError> {
        if let Some(at) = self.target.bytes().position(|b| !b.is_ascii_graphic() || b == b'#') {
            return Err(SignatureError::RequestTarget { at });
        }
        match self.path().starts_with('/') {
            true => Ok(()),
            false => Err(SignatureError::RequestTarget { at: 0 }),
        }
    }
}

/// A colon inside the brackets of an address literal belongs to the host.
fn split_port(text: &str) -> (&str, Option<&str>) {
    match text.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (text, None),
    }
}

fn is_port(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit()) && !text.starts_with('0') && text.parse::<u16>().is_ok()
}

/// The bytes of `host` and `port` in RFC 3986 section 3.2: no user information, nothing that ends an authority.
const fn is_authority_byte(b: u8) -> bool {
    matches!(b, b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'%' | b'!' | b'$' | b'&'
        | b'\'' | b'(' | b')' | b'*' | b'+' | b',' | b';' | b'=' | b':' | b'[' | b']')
}
