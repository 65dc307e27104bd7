//! `aauth-resource.json`: a resource about itself.

use aauth_types::{Document, EndpointUrl, Network, ServerId};

use super::members::Members;
use super::writer::Writer;
use crate::{DiscoveryError, HttpsUri};

/// The metadata of a resource.
///
/// Source: draft-hardt-aauth (5 March 2026), "Resource Metadata".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceMetadata {
    /// Whose it is; equal to the identifier it was asked for.
    pub resource: ServerId,
    /// Where the keys are that sign resource tokens.
    pub jwks_uri: HttpsUri,
    /// A name to show to people, chosen by the resource.
    pub client_name: Option<String>,
    /// A picture to show to people.
    pub logo_uri: Option<HttpsUri>,
    /// The same on a dark ground.
    pub logo_dark_uri: Option<HttpsUri>,
    /// Where agents may ask for a resource token ahead of a challenge.
    pub resource_token_endpoint: Option<EndpointUrl>,
    /// Where a person enters an interaction code of this resource.
    pub interaction_endpoint: Option<EndpointUrl>,
    /// Scope names with a text for people, in order; absent and empty are the same.
    pub scope_descriptions: Vec<(String, String)>,
    /// Components that requests must cover beyond the dialect's own: `@query`, `content-digest`.
    pub additional_signature_components: Vec<String>,
}

impl ResourceMetadata {
    /// The required members, and nothing else.
    #[must_use]
    pub fn new(resource: ServerId, jwks_uri: impl Into<HttpsUri>) -> Self {
        Self {
            resource,
            jwks_uri: jwks_uri.into(),
            client_name: None,
            logo_uri: None,
            logo_dark_uri: None,
            resource_token_endpoint: None,
            interaction_endpoint: None,
            scope_descriptions: Vec::new(),
            additional_signature_components: Vec::new(),
        }
    }

    /// Reads the document that was fetched from `expected`. `resource` and `jwks_uri` are required.
    ///
    /// # Errors
    /// `Json`, `Absent`, `WrongType`, `WrongValue`; `WrongIdentifier` when it is another server's.
    pub fn parse(text: &[u8], expected: &ServerId, network: Network) -> Result<Self, DiscoveryError> {
        let members = Members::parse(text, Document::Resource, network)?;
        Ok(Self {
            resource: members.owner("resource", expected)?,
            jwks_uri: members.jwks_uri()?,
            client_name: members.text("client_name")?.map(str::to_owned),
            logo_uri: members.uri("logo_uri")?,
            logo_dark_uri: members.uri("logo_dark_uri")?,
            resource_token_endpoint: members.endpoint("resource_token_endpoint")?,
            interaction_endpoint: members.endpoint("interaction_endpoint")?,
            scope_descriptions: members.scope_descriptions()?,
            additional_signature_components: members.components()?,
        })
    }

    /// Writes the document; what is absent or empty is left out.
    #[must_use]
    pub fn to_json(&self) -> String {
        Writer::default()
            .text("resource", &self.resource)
            .text("jwks_uri", &self.jwks_uri)
            .maybe("client_name", self.client_name.as_ref())
            .maybe("logo_uri", self.logo_uri.as_ref())
            .maybe("logo_dark_uri", self.logo_dark_uri.as_ref())
            .maybe("resource_token_endpoint", self.resource_token_endpoint.as_ref())
            .maybe("interaction_endpoint", self.interaction_endpoint.as_ref())
            .pairs("scope_descriptions", &self.scope_descriptions)
            .list("additional_signature_components", &self.additional_signature_components)
            .finish()
    }
}
