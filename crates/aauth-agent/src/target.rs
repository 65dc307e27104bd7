//! A URL, sent as it is signed.

use aauth_signature::{RequestHead, UriScheme};
use aauth_types::{EndpointUrl, Network, ServerId, TypeError};
use http::{HeaderMap, Method};

use crate::AgentError;

/// A URL whose parts are those of the request that will be sent.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    url: reqwest::Url,
    origin: String,
    authority: String,
    target: String,
}

impl Target {
    /// Reads a URL. Origin and path obey the rules of endpoint URLs; a query may follow, a fragment is dropped.
    pub(crate) fn parse(text: &str, network: Network) -> Result<Self, AgentError> {
        let refuse = |found, at| AgentError::Url(TypeError::EndpointUrl { found, at });
        // An escape that the caller did not write would be one that the caller did not sign.
        if let Some(at) = text.bytes().position(|b| !b.is_ascii_graphic()) {
            return Err(refuse("a character that no url has", at));
        }
        let base = text.split(['?', '#']).next().unwrap_or(text);
        let endpoint = EndpointUrl::parse(base, network).map_err(AgentError::Url)?;
        let mut url = reqwest::Url::parse(text).map_err(|_| refuse("no url", 0))?;
        url.set_fragment(None);
        // What the client sends counts: it removes dot segments and escapes, and the signature must cover the result.
        let target = match url.query() {
            Some(query) => format!("{}?{query}", url.path()),
            None => url.path().to_owned(),
        };
        let authority = match (url.host_str(), url.port()) {
            (Some(host), Some(port)) => format!("{host}:{port}"),
            (Some(host), None) => host.to_owned(),
            (None, _) => return Err(refuse("no host", 0)),
        };
        Ok(Self { origin: endpoint.origin().to_owned(), authority, target, url })
    }

    /// The server that the URL leads to, where its origin is a server identifier.
    pub(crate) fn server(&self, network: Network) -> Result<ServerId, AgentError> {
        ServerId::parse(&self.origin, network).map_err(AgentError::Url)
    }

    pub(crate) fn as_str(&self) -> &str {
        self.url.as_str()
    }

    pub(crate) fn url(&self) -> &reqwest::Url {
        &self.url
    }

    /// The head that the signature covers.
    pub(crate) fn head<'a>(&'a self, method: &'a Method, fields: &'a HeaderMap) -> RequestHead<'a> {
        let scheme = if self.url.scheme() == "https" { UriScheme::Https } else { UriScheme::Http };
        RequestHead { method, scheme, authority: &self.authority, target: &self.target, fields }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Result<(String, String), AgentError> {
        let target = Target::parse(text, Network::InsecureLoopback)?;
        Ok((target.authority, target.target))
    }

    #[test]
    fn what_is_signed_is_what_is_sent() {
        let rows = [
            ("https://a.example", "a.example", "/"),
            ("https://a.example/x/y", "a.example", "/x/y"),
            ("https://a.example:443/x", "a.example", "/x"),
            ("https://a.example:8443/x", "a.example:8443", "/x"),
            ("https://a.example/x?b=1&a=%20", "a.example", "/x?b=1&a=%20"),
            ("https://a.example?q", "a.example", "/?q"),
            ("https://a.example/x?", "a.example", "/x?"),
            ("https://a.example/x?q#part", "a.example", "/x?q"),
            ("https://a.example/x#?q", "a.example", "/x"),
            ("https://a.example/x/../y/./z", "a.example", "/y/z"),
            ("https://a.example/x?q='", "a.example", "/x?q=%27"),
            ("http://127.0.0.1:8002/x", "127.0.0.1:8002", "/x"),
            ("http://[::1]:8002/x", "[::1]:8002", "/x"),
        ];
        for (text, authority, target) in rows {
            assert_eq!(parts(text), Ok((authority.to_owned(), target.to_owned())), "{text}");
        }
    }

    #[test]
    fn a_url_that_cannot_be_signed_as_it_stands_is_refused() {
        let rows = [
            ("https://a.example/ä", "a character that no url has", 18),
            ("https://a.example/x?q=a b", "a character that no url has", 23),
            ("https://a.example/x?q=\n", "a character that no url has", 22),
            ("https://user@a.example/", "a character that no lower-case host name has", 12),
            ("http://127.0.0.1:1@evil.example/", "a scheme that is not https", 0),
            ("https://A.example/", "a character that no lower-case host name has", 8),
            ("http://a.example/", "a scheme that is not https", 0),
            ("https://10.0.0.1/", "an address in place of a host name", 8),
            ("/x", "no scheme", 0),
        ];
        for (text, found, at) in rows {
            let refused = AgentError::Url(TypeError::EndpointUrl { found, at });
            assert_eq!(parts(text), Err(refused), "{text}");
        }
    }
}
