//! Keys and metadata that are known beforehand.

use std::collections::HashMap;
use std::future::ready;
use std::sync::Arc;

use aauth_jose::{JoseError, Jwks};
use aauth_types::json::{Json, Object, quoted};
use aauth_types::{KeyRef, Network, ServerId};

use crate::{AgentMetadata, DiscoveryError, IssuerMetadata, ResolveFuture, Resolver, ResourceMetadata};

/// A resolver without network: it knows what it was given. For tests, tools and closed deployments.
///
/// A key set is given for an identifier, whatever document it is asked through.
#[derive(Debug, Clone, Default)]
pub struct StaticResolver {
    jwks: HashMap<ServerId, Arc<Jwks>>,
    agents: HashMap<ServerId, Arc<AgentMetadata>>,
    issuers: HashMap<ServerId, Arc<IssuerMetadata>>,
    resources: HashMap<ServerId, Arc<ResourceMetadata>>,
}

impl StaticResolver {
    /// Knows nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads a JSON object from identifier to key set.
    ///
    /// # Errors
    /// `KeyMap`: a name is no identifier. `KeySet`: a value is no key set, or the whole is no JSON object.
    pub fn from_json(text: &[u8], network: Network) -> Result<Self, DiscoveryError> {
        let key_set = |source| DiscoveryError::KeySet { source };
        let map =
            Object::parse(text).map_err(|source| key_set(JoseError::Json { subject: "key map", source }))?;
        let mut resolver = Self::default();
        for (name, value) in map.iter() {
            let id = ServerId::parse(name, network).map_err(|source| DiscoveryError::KeyMap { source })?;
            let mut set = String::new();
            write(value, &mut set);
            resolver = resolver.with_jwks(id, Jwks::parse(set.as_bytes()).map_err(key_set)?);
        }
        Ok(resolver)
    }

    /// Also knows the keys of `id`.
    #[must_use]
    pub fn with_jwks(mut self, id: ServerId, keys: Jwks) -> Self {
        self.jwks.insert(id, Arc::new(keys));
        self
    }

    /// Also knows this agent server.
    #[must_use]
    pub fn with_agent(mut self, metadata: AgentMetadata) -> Self {
        self.agents.insert(metadata.agent.clone(), Arc::new(metadata));
        self
    }

    /// Also knows this auth server.
    #[must_use]
    pub fn with_issuer(mut self, metadata: IssuerMetadata) -> Self {
        self.issuers.insert(metadata.issuer.clone(), Arc::new(metadata));
        self
    }

    /// Also knows this resource.
    #[must_use]
    pub fn with_resource(mut self, metadata: ResourceMetadata) -> Self {
        self.resources.insert(metadata.resource.clone(), Arc::new(metadata));
        self
    }
}

impl Resolver for StaticResolver {
    fn jwks<'a>(&'a self, key: &'a KeyRef) -> ResolveFuture<'a, Arc<Jwks>> {
        find(&self.jwks, &key.issuer)
    }

    fn agent<'a>(&'a self, id: &'a ServerId) -> ResolveFuture<'a, Arc<AgentMetadata>> {
        find(&self.agents, id)
    }

    fn issuer<'a>(&'a self, id: &'a ServerId) -> ResolveFuture<'a, Arc<IssuerMetadata>> {
        find(&self.issuers, id)
    }

    fn resource<'a>(&'a self, id: &'a ServerId) -> ResolveFuture<'a, Arc<ResourceMetadata>> {
        find(&self.resources, id)
    }
}

fn find<'a, T: Send + Sync + 'a>(
    known: &HashMap<ServerId, Arc<T>>,
    id: &ServerId,
) -> ResolveFuture<'a, Arc<T>> {
    Box::pin(ready(known.get(id).cloned().ok_or(DiscoveryError::Unknown)))
}

/// Writes a value that was read, at most 32 deep by the limit of the reader.
fn write(value: &Json<'_>, text: &mut String) {
    match value {
        Json::Null => text.push_str("null"),
        Json::Bool(truth) => text.push_str(if *truth { "true" } else { "false" }),
        Json::Number(number) => text.push_str(&number.to_string()),
        Json::String(string) => text.push_str(&quoted(string)),
        Json::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                text.push(if index == 0 { '[' } else { ',' });
                write(item, text);
            }
            text.push_str(if items.is_empty() { "[]" } else { "]" });
        }
        Json::Object(object) => {
            for (index, (name, item)) in object.iter().enumerate() {
                text.push(if index == 0 { '{' } else { ',' });
                text.push_str(&quoted(name));
                text.push(':');
                write(item, text);
            }
            text.push_str(if object.is_empty() { "{}" } else { "}" });
        }
    }
}
