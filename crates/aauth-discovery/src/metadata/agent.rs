//! `aauth-agent.json`: an agent server about itself.

use aauth_types::{Document, EndpointUrl, Network, ServerId};

use super::members::Members;
use super::writer::Writer;
use crate::{DiscoveryError, HttpsUri};

/// The metadata of an agent server.
///
/// Source: draft-hardt-aauth (5 March 2026), "Agent Server Metadata".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentMetadata {
    /// Whose it is; equal to the identifier it was asked for.
    pub agent: ServerId,
    /// Where the keys are that sign requests and agent tokens.
    pub jwks_uri: HttpsUri,
    /// A name to show to people, chosen by the agent: never a reason to trust it.
    pub client_name: Option<String>,
    /// A picture to show to people.
    pub logo_uri: Option<HttpsUri>,
    /// The same on a dark ground.
    pub logo_dark_uri: Option<HttpsUri>,
    /// Callbacks must be on the origin of this URL; none means no callbacks.
    pub callback_endpoint: Option<EndpointUrl>,
    /// Whether callbacks to loopback `http` are the agent's too; default false.
    pub localhost_callback_allowed: bool,
    /// Whether the agent answers questions about its request; default false.
    pub clarification_supported: bool,
    /// Terms of service, for people.
    pub tos_uri: Option<HttpsUri>,
    /// Privacy policy, for people.
    pub policy_uri: Option<HttpsUri>,
    /// Scope names with a text for people, for an agent that acts as a resource too; in order.
    pub scope_descriptions: Vec<(String, String)>,
}

impl AgentMetadata {
    /// The required members, and nothing else.
    #[must_use]
    pub fn new(agent: ServerId, jwks_uri: impl Into<HttpsUri>) -> Self {
        Self {
            agent,
            jwks_uri: jwks_uri.into(),
            client_name: None,
            logo_uri: None,
            logo_dark_uri: None,
            callback_endpoint: None,
            localhost_callback_allowed: false,
            clarification_supported: false,
            tos_uri: None,
            policy_uri: None,
            scope_descriptions: Vec::new(),
        }
    }

    /// Reads the document that was fetched from `expected`. `agent` and `jwks_uri` are required.
    ///
    /// # Errors
    /// `Json`, `Absent`, `WrongType`, `WrongValue`; `WrongIdentifier` when it is another server's.
    pub fn parse(text: &[u8], expected: &ServerId, network: Network) -> Result<Self, DiscoveryError> {
        let members = Members::parse(text, Document::Agent, network)?;
        Ok(Self {
            agent: members.owner("agent", expected)?,
            jwks_uri: members.jwks_uri()?,
            client_name: members.text("client_name")?.map(str::to_owned),
            logo_uri: members.uri("logo_uri")?,
            logo_dark_uri: members.uri("logo_dark_uri")?,
            callback_endpoint: members.endpoint("callback_endpoint")?,
            localhost_callback_allowed: members.flag("localhost_callback_allowed")?,
            clarification_supported: members.flag("clarification_supported")?,
            tos_uri: members.uri("tos_uri")?,
            policy_uri: members.uri("policy_uri")?,
            scope_descriptions: members.scope_descriptions()?,
        })
    }

    /// Writes the document; what is absent, empty or false is left out.
    #[must_use]
    pub fn to_json(&self) -> String {
        Writer::default()
            .text("agent", &self.agent)
            .text("jwks_uri", &self.jwks_uri)
            .maybe("client_name", self.client_name.as_ref())
            .maybe("logo_uri", self.logo_uri.as_ref())
            .maybe("logo_dark_uri", self.logo_dark_uri.as_ref())
            .maybe("callback_endpoint", self.callback_endpoint.as_ref())
            .flag("localhost_callback_allowed", self.localhost_callback_allowed)
            .flag("clarification_supported", self.clarification_supported)
            .maybe("tos_uri", self.tos_uri.as_ref())
            .maybe("policy_uri", self.policy_uri.as_ref())
            .pairs("scope_descriptions", &self.scope_descriptions)
            .finish()
    }
}
