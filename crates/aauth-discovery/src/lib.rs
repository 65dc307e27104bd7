#![doc = include_str!("../README.md")]

mod dns;
pub mod egress;
mod error;
mod facts;
mod fetch;
mod freshness;
mod http_resolver;
mod https_uri;
mod jwks_cache;
mod metadata;
mod resolver;
mod settings;
mod slot;
mod slots;
mod static_resolver;

pub use dns::{GuardedDns, Lookup, LookupFuture, SystemLookup};
pub use error::DiscoveryError;
pub use freshness::lifetime;
pub use http_resolver::HttpResolver;
pub use https_uri::HttpsUri;
pub use jwks_cache::{CEILING, Decision, FLOOR, LONGEST_PAUSE, Record, Wanted};
pub use metadata::{AgentMetadata, IssuerMetadata, KeySource, ResourceMetadata};
pub use resolver::{ResolveFuture, Resolver};
pub use settings::{DocumentNames, JwksHosts, Limits, Settings, Strangers};
pub use static_resolver::StaticResolver;
