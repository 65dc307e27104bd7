//! What one document says, for each who asks.

use std::sync::Arc;

use aauth_types::{Document, Network, ServerId};

use crate::{AgentMetadata, DiscoveryError, IssuerMetadata, KeySource, ResourceMetadata};

/// A document whose owner was checked. A mistake in one part does not hide the others.
#[derive(Debug)]
pub(crate) struct Facts {
    pub(crate) keys: Result<KeySource, DiscoveryError>,
    typed: Typed,
}

#[derive(Debug)]
enum Typed {
    Agent(Result<Arc<AgentMetadata>, DiscoveryError>),
    Issuer(Result<Arc<IssuerMetadata>, DiscoveryError>),
    Resource(Result<Arc<ResourceMetadata>, DiscoveryError>),
    /// A document of later drafts, read for its keys.
    KeysOnly,
}

impl Facts {
    pub(crate) fn read(
        text: &[u8],
        document: Document,
        expected: &ServerId,
        network: Network,
    ) -> Result<Self, DiscoveryError> {
        let keys = KeySource::parse(text, document, expected, network);
        if let Err(error @ (DiscoveryError::Json { .. } | DiscoveryError::WrongIdentifier { .. })) = keys {
            return Err(error);
        }
        let typed = match document {
            Document::Agent => Typed::Agent(AgentMetadata::parse(text, expected, network).map(Arc::new)),
            Document::Issuer => Typed::Issuer(IssuerMetadata::parse(text, expected, network).map(Arc::new)),
            Document::Resource => {
                Typed::Resource(ResourceMetadata::parse(text, expected, network).map(Arc::new))
            }
            Document::Person | Document::Access => Typed::KeysOnly,
        };
        Ok(Self { keys, typed })
    }

    /// Whether no part has a mistake.
    pub(crate) fn is_sound(&self) -> bool {
        let typed = match &self.typed {
            Typed::Agent(read) => read.is_ok(),
            Typed::Issuer(read) => read.is_ok(),
            Typed::Resource(read) => read.is_ok(),
            Typed::KeysOnly => true,
        };
        typed && self.keys.is_ok()
    }

    pub(crate) fn agent(&self) -> Result<Arc<AgentMetadata>, DiscoveryError> {
        match &self.typed {
            Typed::Agent(read) => read.clone(),
            _ => Err(DiscoveryError::Unknown),
        }
    }

    pub(crate) fn issuer(&self) -> Result<Arc<IssuerMetadata>, DiscoveryError> {
        match &self.typed {
            Typed::Issuer(read) => read.clone(),
            _ => Err(DiscoveryError::Unknown),
        }
    }

    pub(crate) fn resource(&self) -> Result<Arc<ResourceMetadata>, DiscoveryError> {
        match &self.typed {
            Typed::Resource(read) => read.clone(),
            _ => Err(DiscoveryError::Unknown),
        }
    }
}
