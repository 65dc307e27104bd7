//! `aauth-issuer.json`: an auth server about itself.

use aauth_types::{Document, EndpointUrl, Network, ServerId};

use super::members::Members;
use super::writer::Writer;
use crate::{DiscoveryError, HttpsUri};

/// The metadata of an auth server.
///
/// Source: draft-hardt-aauth (5 March 2026), "Auth Server Metadata".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuerMetadata {
    /// Whose it is; equal to the identifier it was asked for.
    pub issuer: ServerId,
    /// Where agents post resource tokens.
    pub token_endpoint: EndpointUrl,
    /// Where a person enters an interaction code.
    pub interaction_endpoint: EndpointUrl,
    /// Where the keys are that sign auth tokens.
    pub jwks_uri: HttpsUri,
}

impl IssuerMetadata {
    /// Reads the document that was fetched from `expected`. All four members are required.
    ///
    /// # Errors
    /// `Json`, `Absent`, `WrongType`, `WrongValue`; `WrongIdentifier` when it is another server's.
    pub fn parse(text: &[u8], expected: &ServerId, network: Network) -> Result<Self, DiscoveryError> {
        let members = Members::parse(text, Document::Issuer, network)?;
        let endpoint = |member| members.endpoint(member)?.ok_or_else(|| members.absent(member));
        Ok(Self {
            issuer: members.owner("issuer", expected)?,
            token_endpoint: endpoint("token_endpoint")?,
            interaction_endpoint: endpoint("interaction_endpoint")?,
            jwks_uri: members.jwks_uri()?,
        })
    }

    /// Writes the document.
    #[must_use]
    pub fn to_json(&self) -> String {
        Writer::default()
            .text("issuer", &self.issuer)
            .text("token_endpoint", &self.token_endpoint)
            .text("interaction_endpoint", &self.interaction_endpoint)
            .text("jwks_uri", &self.jwks_uri)
            .finish()
    }
}
