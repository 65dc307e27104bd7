//! Where a request comes from.

use std::net::{IpAddr, SocketAddr};

use axum::extract::ConnectInfo;
use http::HeaderMap;
use http::header::{FORWARDED, HeaderName};
use http::request::Parts;
use ipnet::IpNet;
use thiserror::Error;

/// Where the client's address is taken from. It serves the limits on wrong codes and passwords, the audit log, and policies.
///
/// Forwarding headers are never read unless the connection comes from a proxy that is named here: anybody can write them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum AddressSource {
    /// The connection, through axum's `ConnectInfo<SocketAddr>` extension. Where that is missing, all clients count as one.
    #[default]
    Connection,
    /// The connection, and behind these proxies what they say about it.
    Proxies(Proxies),
}

/// The proxies in front of the server, and the header in which they pass on where a request came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proxies {
    header: ForwardedBy,
    trusted: Vec<IpNet>,
}

/// The header that the proxies write. Each appends the address that it was called from; only one of the two is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ForwardedBy {
    /// `Forwarded` (RFC 7239), its `for` parameters.
    Forwarded,
    /// `X-Forwarded-For`.
    XForwardedFor,
}

/// A proxy that is neither an address nor a network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("entry {index} is neither an address nor a network such as 10.0.0.0/8")]
pub struct ProxyError {
    /// Which entry, from 0.
    pub index: usize,
}

impl Proxies {
    /// Trusts the proxies at these addresses (`10.0.0.7`) and in these networks (`10.0.0.0/8`, `fd00::/8`).
    ///
    /// Name the proxies alone, not the networks of clients: who is in them chooses the address that counts.
    ///
    /// # Errors
    /// `ProxyError`.
    pub fn new<'a>(
        header: ForwardedBy,
        trusted: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, ProxyError> {
        let read = |(index, text): (usize, &str)| {
            let address = text.parse::<IpAddr>().map(IpNet::from);
            address.or_else(|_| text.parse::<IpNet>()).map_err(|_| ProxyError { index })
        };
        let trusted = trusted.into_iter().enumerate().map(read).collect::<Result<_, _>>()?;
        Ok(Self { header, trusted })
    }

    fn trusts(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.trusted.iter().any(|network| network.contains(&address))
    }

    /// From the right: what the nearest proxy wrote, and only as long as proxies wrote it, what stands before that.
    fn client(&self, peer: IpAddr, fields: &HeaderMap) -> IpAddr {
        if !self.trusts(peer) {
            return peer;
        }
        let mut client = peer;
        let (name, read) = self.header.reading();
        let lines = fields.get_all(name).iter().rev();
        let hops = lines.flat_map(|line| line.to_str().unwrap_or("?").rsplit(','));
        for hop in hops {
            // What cannot be read was written by somebody further away: the last known hop counts.
            let Some(address) = read(hop.trim()) else { break };
            client = address;
            if !self.trusts(address) {
                break;
            }
        }
        client
    }
}

impl ForwardedBy {
    fn reading(self) -> (HeaderName, fn(&str) -> Option<IpAddr>) {
        match self {
            Self::Forwarded => (FORWARDED, forwarded_for),
            Self::XForwardedFor => (HeaderName::from_static("x-forwarded-for"), node),
        }
    }
}

/// The `for` parameter of one element of `Forwarded`.
fn forwarded_for(element: &str) -> Option<IpAddr> {
    let mut values = element.split(';').filter_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        name.trim().eq_ignore_ascii_case("for").then_some(value.trim())
    });
    let value = values.next()?;
    if values.next().is_some() {
        return None;
    }
    node(value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value))
}

/// An address, with or without a port; one of IPv6 may stand in brackets (RFC 7239 section 6).
fn node(text: &str) -> Option<IpAddr> {
    let bracketed = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    text.parse::<IpAddr>()
        .ok()
        .or_else(|| text.parse::<SocketAddr>().ok().map(|socket| socket.ip()))
        .or_else(|| bracketed.and_then(|inner| inner.parse().ok()))
        .map(|address| address.to_canonical())
}

impl AddressSource {
    /// The client's address, if it can be told.
    #[must_use]
    pub fn address(&self, request: &Parts) -> Option<IpAddr> {
        let peer = request.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip())?;
        Some(match self {
            Self::Connection => peer,
            Self::Proxies(proxies) => proxies.client(peer, &request.headers),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROXY: &str = "10.0.0.7";

    fn client(header: ForwardedBy, peer: &str, lines: &[(&str, &str)]) -> String {
        let proxies = Proxies::new(header, ["10.0.0.0/24", "192.0.2.1", "fd00::/8"]).unwrap();
        let mut request = http::Request::new(());
        for (name, value) in lines {
            let name: HeaderName = name.parse().unwrap();
            request.headers_mut().append(name, value.parse().unwrap());
        }
        let peer: IpAddr = peer.parse().unwrap();
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from((peer, 4711))));
        let (parts, ()) = request.into_parts();
        AddressSource::Proxies(proxies).address(&parts).unwrap().to_string()
    }

    fn x(peer: &str, lines: &[&str]) -> String {
        let lines: Vec<_> = lines.iter().map(|line| ("x-forwarded-for", *line)).collect();
        client(ForwardedBy::XForwardedFor, peer, &lines)
    }

    fn forwarded(line: &str) -> String {
        client(ForwardedBy::Forwarded, PROXY, &[("forwarded", line)])
    }

    #[test]
    fn a_stranger_cannot_say_where_it_is() {
        assert_eq!(x("203.0.113.9", &["198.51.100.1"]), "203.0.113.9");
        assert_eq!(x("203.0.113.9", &["198.51.100.1, 10.0.0.7"]), "203.0.113.9");
    }

    #[test]
    fn what_a_client_wrote_before_the_proxy_does_not_count() {
        assert_eq!(x(PROXY, &["198.51.100.1, 203.0.113.9"]), "203.0.113.9");
        assert_eq!(x(PROXY, &["198.51.100.1", "203.0.113.9"]), "203.0.113.9");
        assert_eq!(x(PROXY, &["10.0.0.8, 203.0.113.9"]), "203.0.113.9");
    }

    #[test]
    fn proxies_behind_proxies_are_passed_through() {
        assert_eq!(x(PROXY, &["198.51.100.1, 203.0.113.9, 192.0.2.1, 10.0.0.8"]), "203.0.113.9");
        assert_eq!(x("::ffff:10.0.0.7", &["203.0.113.9, fd00::1"]), "203.0.113.9");
        assert_eq!(x(PROXY, &["10.0.0.9"]), "10.0.0.9");
    }

    #[test]
    fn what_is_no_address_ends_at_the_last_one_that_is() {
        for bad in ["", "unknown", "_hidden", "evil.example", "203.0.113.9.9", "1, ,"] {
            assert_eq!(x(PROXY, &[bad]), PROXY, "{bad}");
            assert_eq!(x(PROXY, &[&format!("198.51.100.1, {bad}, 10.0.0.8")]), "10.0.0.8", "{bad}");
        }
    }

    #[test]
    fn only_the_configured_header_is_read() {
        let lines = [("forwarded", "for=198.51.100.1"), ("x-real-ip", "198.51.100.2")];
        assert_eq!(client(ForwardedBy::XForwardedFor, PROXY, &lines), PROXY);
        let lines = [("x-forwarded-for", "198.51.100.1")];
        assert_eq!(client(ForwardedBy::Forwarded, PROXY, &lines), PROXY);
    }

    #[test]
    fn the_forms_of_rfc_7239_are_read() {
        assert_eq!(forwarded("for=203.0.113.9;proto=https;by=10.0.0.7"), "203.0.113.9");
        assert_eq!(forwarded("proto=https; For=\"203.0.113.9:4711\""), "203.0.113.9");
        assert_eq!(forwarded("for=\"[2001:db8::1]:4711\""), "2001:db8::1");
        assert_eq!(forwarded("for=\"[2001:db8::1]\""), "2001:db8::1");
        assert_eq!(forwarded("for=198.51.100.1, for=203.0.113.9"), "203.0.113.9");
        assert_eq!(forwarded("for=198.51.100.1;for=203.0.113.9"), PROXY);
        assert_eq!(forwarded("for=unknown"), PROXY);
    }

    #[test]
    fn a_list_that_cannot_be_read_is_refused() {
        for bad in ["", "proxy.example", "10.0.0.0/33", "10.0.0.7:80"] {
            assert_eq!(Proxies::new(ForwardedBy::Forwarded, ["10.0.0.7", bad]), Err(ProxyError { index: 1 }));
        }
    }
}
