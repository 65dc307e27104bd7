//! URLs that a metadata document or a header names.

use core::fmt;

use serde::{Serialize, Serializer};

use crate::server_id::{check_host, is_loopback_origin};
use crate::{Network, ServerId, TypeError};

/// An absolute `https` URL without query, fragment and user information: an endpoint, a key set, a pending URL.
///
/// The text is kept as it was received. The host follows the rules of a server identifier; a port is allowed.
/// Under [`Network::InsecureLoopback`] also `http` on the three loopback hosts.
///
/// Source: draft-hardt-aauth (5 March 2026), "Endpoint URLs".
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct EndpointUrl {
    text: String,
    /// Byte offset where the path begins; equals the length when there is none.
    path: usize,
}

impl EndpointUrl {
    /// Reads a URL.
    ///
    /// # Errors
    /// `EndpointUrl { found, at }`: what is wrong and where. Longer than 2,048 bytes is refused.
    pub fn parse(text: &str, network: Network) -> Result<Self, TypeError> {
        let refuse = |found, at| Err(TypeError::EndpointUrl { found, at });
        if text.len() > 2048 {
            return refuse("more than 2048 characters", 2048);
        }
        if let Some(at) = text.bytes().position(|b| !is_url_byte(b)) {
            return refuse("a character that no endpoint url has", at);
        }
        let Some((scheme, rest)) = text.split_once("://") else {
            return refuse("no scheme", 0);
        };
        let authority = rest.split_once('/').map_or(rest, |(authority, _)| authority);
        let start = scheme.len().saturating_add(3);
        let path = start.saturating_add(authority.len());
        let url = Self { text: text.to_owned(), path };
        if network == Network::InsecureLoopback && is_loopback_origin(url.origin()) {
            return Ok(url);
        }
        if scheme != "https" {
            return refuse("a scheme that is not https", 0);
        }
        match check_authority(authority) {
            Ok(()) => Ok(url),
            Err((found, at)) => refuse(found, start.saturating_add(at)),
        }
    }

    /// The URL of a path on a server: `EndpointUrl::on(&id, "/token")`. For paths of your own, not of a peer.
    #[must_use]
    pub fn on(server: &ServerId, path: &'static str) -> Self {
        let path = path.trim_start_matches('/');
        Self { text: format!("{server}/{path}"), path: server.as_str().len() }
    }

    /// The URL as it was received.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Scheme, host and port: `https://auth.example`.
    #[must_use]
    pub fn origin(&self) -> &str {
        self.text.get(..self.path).unwrap_or(&self.text)
    }

    /// Host and port.
    #[must_use]
    pub fn authority(&self) -> &str {
        self.origin().split_once("://").map_or("", |(_, authority)| authority)
    }

    /// The path, `/` when the URL has none.
    #[must_use]
    pub fn path(&self) -> &str {
        match self.text.get(self.path..) {
            None | Some("") => "/",
            Some(path) => path,
        }
    }
}

fn check_authority(authority: &str) -> Result<(), (&'static str, usize)> {
    match authority.split_once(':') {
        None => check_host(authority),
        Some((host, port)) => {
            check_host(host)?;
            match port.parse::<u16>() {
                Ok(1..) if !port.starts_with(['0', '+']) => Ok(()),
                _ => Err(("a port out of range", host.len().saturating_add(1))),
            }
        }
    }
}

/// `unreserved`, `pct-encoded`, `sub-delims`, `:`, `@` and `/` (RFC 3986); brackets for the loopback literal.
const fn is_url_byte(b: u8) -> bool {
    matches!(b, b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'%' | b'!' | b'$' | b'&'
        | b'\'' | b'(' | b')' | b'*' | b'+' | b',' | b';' | b'=' | b':' | b'@' | b'/' | b'[' | b']')
}

impl AsRef<str> for EndpointUrl {
    fn as_ref(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for EndpointUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Serialize for EndpointUrl {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}
