//! Name lookup behind the egress guard.

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

/// The lookup as the HTTP client sees it: addresses that are admitted, or none.
#[derive(Debug)]
pub(crate) struct GuardedDns {
    pub(crate) lookup: Arc<dyn Lookup>,
    pub(crate) network: Network,
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
