//! Where the person's browser goes after the decision.

use std::fmt;

use aauth_types::{EndpointUrl, Network, TypeError};

use crate::AgentError;

/// A URL for the consent page to lead back to.
///
/// An auth server follows it only to the origin of `callback_endpoint` in the agent's metadata, or to loopback where the
/// metadata allows it. It is told nothing there: the token comes to the agent, never through the browser.
///
/// Source: draft-hardt-aauth (5 March 2026), "Agent Server Metadata".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Callback(String);

impl Callback {
    /// Reads an absolute `https` URL, or an `http` one of a loopback host; a query may follow, a fragment may not.
    ///
    /// # Errors
    /// `Url`: it is none, or has more than 2048 bytes.
    pub fn parse(text: &str) -> Result<Self, AgentError> {
        let refuse = |found, at| AgentError::Url(TypeError::EndpointUrl { found, at });
        if text.len() > 2048 {
            return Err(refuse("more than 2048 characters", 2048));
        }
        if let Some(at) = text.bytes().position(|b| !b.is_ascii_graphic() || b == b'#') {
            return Err(refuse("a character that no callback has", at));
        }
        let base = text.split('?').next().unwrap_or(text);
        EndpointUrl::parse(base, Network::InsecureLoopback).map_err(AgentError::Url)?;
        Ok(Self(text.to_owned()))
    }

    /// The URL.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Callback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_callback_is_a_url_that_a_browser_may_be_sent_to() {
        let refused = |found, at| Err(AgentError::Url(TypeError::EndpointUrl { found, at }));
        let rows = [
            ("https://agent.example/done?id=7", Ok(())),
            ("http://127.0.0.1:9000/done", Ok(())),
            ("http://agent.example/done", refused("a scheme that is not https", 0)),
            ("javascript:alert(1)", refused("no scheme", 0)),
            ("https://agent.example/#x", refused("a character that no callback has", 22)),
            ("https://agent.example/\u{1b}", refused("a character that no callback has", 22)),
        ];
        for (text, expected) in rows {
            assert_eq!(Callback::parse(text).map(drop), expected, "{text}");
        }
    }
}
