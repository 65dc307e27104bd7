//! Where a request comes from.

use std::net::{IpAddr, SocketAddr};

use axum::extract::ConnectInfo;
use http::HeaderName;
use http::request::Parts;

/// Where the client's address is taken from. It only serves the limits on wrong codes and passwords.
///
/// Forwarding headers are never read unless one is named here: anybody can write them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum AddressSource {
    /// The connection, through axum's `ConnectInfo<SocketAddr>` extension. Where that is missing, all clients count as one.
    #[default]
    Connection,
    /// A header that your own proxy sets, and removes when a client sends it; its last address counts.
    TrustedHeader(HeaderName),
}

impl AddressSource {
    pub(crate) fn address(&self, request: &Parts) -> Option<IpAddr> {
        match self {
            Self::Connection => request.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip()),
            Self::TrustedHeader(name) => {
                let last = request.headers.get_all(name).iter().next_back()?.to_str().ok()?;
                last.rsplit(',').next()?.trim().parse().ok()
            }
        }
    }
}
