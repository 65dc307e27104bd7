//! URLs of key sets and of pages, which may have a query.

use core::fmt;

use aauth_types::{EndpointUrl, Network, TypeError};

/// An absolute `https` URL that may have a query and a fragment: a key set, a logo, terms of service.
///
/// Before the query it is an [`EndpointUrl`], loopback included under [`Network::InsecureLoopback`]. The text is kept as
/// it was received and compared byte for byte.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct HttpsUri {
    text: String,
    endpoint: EndpointUrl,
}

impl HttpsUri {
    /// Reads a URL.
    ///
    /// # Errors
    /// `EndpointUrl { found, at }`: what is wrong and where. Longer than 2,048 bytes is refused.
    pub fn parse(text: &str, network: Network) -> Result<Self, TypeError> {
        let refuse = |found, at| Err(TypeError::EndpointUrl { found, at });
        if text.len() > 2048 {
            return refuse("more than 2048 characters", 2048);
        }
        let (before, rest) = match text.find(['?', '#']) {
            Some(at) => text.split_at(at),
            None => (text, ""),
        };
        let endpoint = EndpointUrl::parse(before, network)?;
        // RFC 3986: the first `#` begins the fragment, a second one is in no URL.
        let second = rest.match_indices('#').nth(1).map(|(at, _)| at);
        if let Some(at) = rest.bytes().position(|b| !is_query_byte(b)).or(second) {
            return refuse("a character that no url has here", before.len().saturating_add(at));
        }
        Ok(Self { text: text.to_owned(), endpoint })
    }

    /// The URL as it was received.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The URL up to its query: origin, authority and path.
    #[must_use]
    pub fn endpoint(&self) -> &EndpointUrl {
        &self.endpoint
    }

    /// Whether there is a fragment, even an empty one.
    #[must_use]
    pub fn has_fragment(&self) -> bool {
        self.text.contains('#')
    }
}

/// Graphic ASCII but for what RFC 3986 leaves out.
fn is_query_byte(b: u8) -> bool {
    b.is_ascii_graphic() && !matches!(b, b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{'..=b'}' | b'[' | b']')
}

impl From<EndpointUrl> for HttpsUri {
    fn from(endpoint: EndpointUrl) -> Self {
        Self { text: endpoint.as_str().to_owned(), endpoint }
    }
}

impl AsRef<str> for HttpsUri {
    fn as_ref(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for HttpsUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
