//! The question that leaves the pure crates, and who answers it.

use core::future::Future;
use core::pin::Pin;
use std::sync::Arc;

use aauth_jose::Jwks;
use aauth_types::{KeyRef, ServerId};

use crate::{AgentMetadata, DiscoveryError, IssuerMetadata, ResourceMetadata};

/// What the methods of [`Resolver`] return.
pub type ResolveFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, DiscoveryError>> + Send + 'a>>;

/// Finds keys and metadata of other servers.
///
/// Who can choose the keys that this returns can sign in anybody's name. Ask only after a request has passed every
/// check that needs no key: a question may cost a fetch.
pub trait Resolver: Send + Sync + 'static {
    /// The key set that `key.issuer` names in `key.document`.
    ///
    /// Recent enough to hold `key.kid`, if the issuer has published it for a minute; whether it does is for the caller
    /// to see, with [`Jwks::key`].
    ///
    /// # Errors
    /// The set cannot be had and none is held. That says nothing about the key.
    fn jwks<'a>(&'a self, key: &'a KeyRef) -> ResolveFuture<'a, Arc<Jwks>>;

    /// The metadata of an agent server.
    ///
    /// # Errors
    /// It cannot be had, or is not what the dialect asks for.
    fn agent<'a>(&'a self, id: &'a ServerId) -> ResolveFuture<'a, Arc<AgentMetadata>>;

    /// The metadata of an auth server.
    ///
    /// # Errors
    /// As [`Resolver::agent`].
    fn issuer<'a>(&'a self, id: &'a ServerId) -> ResolveFuture<'a, Arc<IssuerMetadata>>;

    /// The metadata of a resource.
    ///
    /// # Errors
    /// As [`Resolver::agent`].
    fn resource<'a>(&'a self, id: &'a ServerId) -> ResolveFuture<'a, Arc<ResourceMetadata>>;
}
