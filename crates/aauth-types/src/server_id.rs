//! Server identifiers: scheme and host, nothing else.

use core::fmt;
use core::str::FromStr;

use serde::{Serialize, Serializer};

use crate::{Network, Text, TypeError};

/// The identifier of an agent server, a resource or an auth server: `https://` and a host.
///
/// Lower case, no port, no path, no trailing slash, A-labels only, no address literal. Two identifiers are the same
/// when their bytes are; nothing is ever normalised.
///
/// Under [`Network::InsecureLoopback`] also `http` (or `https`) with host `127.0.0.1`, `[::1]` or `localhost` and a port.
///
/// Source: draft-hardt-aauth (5 March 2026), "Server Identifiers".
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ServerId(Text);

impl ServerId {
    /// Reads an identifier.
    ///
    /// # Errors
    /// `ServerId { found, at }`: what is wrong and where. Longer than 280 bytes is refused.
    pub fn parse(text: &str, network: Network) -> Result<Self, TypeError> {
        let refused = match text.strip_prefix("https://") {
            Some(host) => match check_host(host) {
                Ok(()) => return Ok(Self(text.into())),
                Err((found, at)) => TypeError::ServerId { found, at: at.saturating_add(8) },
            },
            None => TypeError::ServerId { found: "a scheme that is not https", at: 0 },
        };
        match network {
            Network::InsecureLoopback if is_loopback_origin(text) => Ok(Self(text.into())),
            _ => Err(refused),
        }
    }

    /// The identifier as it goes on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Host and, on loopback, port: the value of `@authority` for requests to this server.
    #[must_use]
    pub fn authority(&self) -> &str {
        self.0.split_once("://").map_or("", |(_, authority)| authority)
    }
}

/// Checks an LDH host name with at least one dot and no address literal (RFC 1123, RFC 5890).
pub(crate) fn check_host(host: &str) -> Result<(), (&'static str, usize)> {
    if host.is_empty() {
        return Err(("an empty host", 0));
    }
    if host.len() > 253 {
        return Err(("a host of more than 253 characters", 253));
    }
    if let Some(at) = host.bytes().position(|b| !matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.')) {
        return Err(("a character that no lower-case host name has", at));
    }
    let mut at = 0_usize;
    let mut last: &[u8] = &[];
    for label in host.as_bytes().split(|b| *b == b'.') {
        if label.is_empty() || label.len() > 63 || label.starts_with(b"-") || label.ends_with(b"-") {
            return Err(("a label that no host name has", at));
        }
        at = at.saturating_add(label.len()).saturating_add(1);
        last = label;
    }
    // A last label of digits makes it an IPv4 literal for every URL parser, in any of its short forms too.
    if is_numeric(last) {
        return Err(("an address in place of a host name", 0));
    }
    Ok(())
}

fn is_numeric(label: &[u8]) -> bool {
    let hexadecimal = |text: &[u8]| text.iter().all(u8::is_ascii_hexdigit);
    label.iter().all(u8::is_ascii_digit) || label.strip_prefix(b"0x").is_some_and(hexadecimal)
}

/// `http` or `https`, one of the three loopback hosts, an optional port without leading zero.
pub(crate) fn is_loopback_origin(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://")) else {
        return false;
    };
    ["127.0.0.1", "[::1]", "localhost"].iter().any(|host| match rest.strip_prefix(host) {
        Some("") => true,
        Some(port) => port.strip_prefix(':').is_some_and(is_port),
        None => false,
    })
}

fn is_port(text: &str) -> bool {
    !text.starts_with('0') && !text.starts_with('+') && text.parse::<u16>().is_ok()
}

impl AsRef<str> for ServerId {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ServerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for ServerId {
    type Err = TypeError;

    /// Reads an identifier for [`Network::Public`].
    fn from_str(text: &str) -> Result<Self, TypeError> {
        Self::parse(text, Network::Public)
    }
}

impl Serialize for ServerId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}
