//! Agent identifiers of the draft.

use core::fmt;

use crate::TypeError;
use crate::server_id::check_host;

/// An agent identifier of the draft, `aauth:local@domain`.
///
/// The local part is 1 to 255 characters of `A-Z a-z 0-9 - _ + .`; the domain follows the host rules of a server identifier.
/// In the seed dialect an agent is a [`ServerId`](crate::ServerId) instead.
///
/// Source: draft-hardt-oauth-aauth-protocol-11 section 5.2.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct AgentId {
    text: String,
    at_sign: usize,
}

const SCHEME: &str = "aauth:";

impl AgentId {
    /// Reads an identifier.
    ///
    /// # Errors
    /// `AgentId { found, at }`: what is wrong and where.
    pub fn parse(text: &str) -> Result<Self, TypeError> {
        let refuse = |found, at| Err(TypeError::AgentId { found, at });
        let Some(rest) = text.strip_prefix(SCHEME) else {
            return refuse("a scheme that is not aauth", 0);
        };
        let Some((local, domain)) = rest.split_once('@') else {
            return refuse("no at sign", text.len());
        };
        let start = SCHEME.len();
        if local.is_empty() || local.len() > 255 {
            return refuse("a local part that is not of 1 to 255 characters", start);
        }
        if let Some(at) = local.bytes().position(|b| !is_local_byte(b)) {
            return refuse("a character that no local part has", start.saturating_add(at));
        }
        let at_sign = start.saturating_add(local.len());
        match check_host(domain) {
            Ok(()) => Ok(Self { text: text.to_owned(), at_sign }),
            Err((found, at)) => refuse(found, at_sign.saturating_add(1).saturating_add(at)),
        }
    }

    /// The identifier as it goes on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What stands before the at sign.
    #[must_use]
    pub fn local(&self) -> &str {
        self.text.get(SCHEME.len()..self.at_sign).unwrap_or("")
    }

    /// What stands after the at sign: the host of the agent provider.
    #[must_use]
    pub fn domain(&self) -> &str {
        self.text.get(self.at_sign.saturating_add(1)..).unwrap_or("")
    }
}

const fn is_local_byte(b: u8) -> bool {
    matches!(b, b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'+' | b'.')
}

impl fmt::Display for AgentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
