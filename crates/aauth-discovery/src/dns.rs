//! Name lookup behind the egress guard.

use core::error::Error;
use core::fmt;
use core::future::Future;
use core::pin::Pin;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use aauth_types::Network;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::{DiscoveryError, egress};

/// What [`Lookup::lookup`] returns.
pub type LookupFuture<'a> = Pin<Box<dyn Future<Output = std::io::Result<Vec<IpAddr>>> + Send + 'a>>;

/// Finds the addresses of a host name.
///
/// It need not be trusted: whatever it returns passes the egress guard, and the connection goes to the addresses it
/// returned, without a second lookup.
pub trait Lookup: fmt::Debug + Send + Sync + 'static {
    /// All addresses of `host`, in the order in which to try them.
    ///
    /// # Errors
    /// The name does not exist, or the lookup failed.
    fn lookup<'a>(&'a self, host: &'a str) -> LookupFuture<'a>;
}

/// The lookup of the operating system.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemLookup;

impl Lookup for SystemLookup {
    fn lookup<'a>(&'a self, host: &'a str) -> LookupFuture<'a> {
        Box::pin(async move {
            let found = tokio::net::lookup_host((host, 0)).await?;
            Ok(found.map(|address| address.ip()).collect())
        })
    }
}

/// A lookup as an HTTP client takes it (`reqwest::ClientBuilder::dns_resolver`): addresses that [`egress`] admits, or
/// none.
///
/// For every client that calls servers which a stranger has named. A client connects to an address that stands in the
/// URL without asking it; [`aauth_types::EndpointUrl`] admits no such URL but for loopback.
#[derive(Debug)]
pub struct GuardedDns {
    lookup: Arc<dyn Lookup>,
    network: Network,
}

impl GuardedDns {
    /// Puts the guard before `lookup`.
    #[must_use]
    pub fn new(lookup: Arc<dyn Lookup>, network: Network) -> Self {
        Self { lookup, network }
    }

    /// Finds the guard's own refusal beneath the error of a client.
    #[must_use]
    pub fn refusal(error: &(dyn Error + 'static)) -> Option<DiscoveryError> {
        let mut cause = Some(error);
        while let Some(inner) = cause {
            if let Some(refused) = inner.downcast_ref::<DiscoveryError>() {
                return Some(refused.clone());
            }
            cause = inner.source();
        }
        None
    }
}

impl Resolve for GuardedDns {
    fn resolve(&self, name: Name) -> Resolving {
        let (lookup, network) = (Arc::clone(&self.lookup), self.network);
        Box::pin(async move {
            let host = name.as_str();
            let found = lookup.lookup(host).await.map_err(|_| DiscoveryError::NoAddress)?;
            egress::admit_all(host, &found, network)?;
            // Port 0 means the port of the URL.
            let addresses: Addrs = Box::new(found.into_iter().map(|ip| SocketAddr::new(ip, 0)));
            Ok(addresses)
        })
    }
}
