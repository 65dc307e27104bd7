//! What the person is shown.

use aauth_deferred::Clarification;
use aauth_discovery::AgentMetadata;
use aauth_types::{EndpointUrl, Network, Scope, ServerId, Thumbprint, UnixTime};
use serde::{Deserialize, Deserializer, Serialize};

use crate::{CallbackRule, Loopback};

/// What was verified before the request was deferred, and, apart from it, what the agent only says.
///
/// It is kept in the pending row and shown on the consent page. Everything but `purpose` must have been verified by
/// whoever opens the request: the page presents it to the person as checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// The agent, as its signature proved.
    #[serde(deserialize_with = "server_id")]
    pub agent: ServerId,
    /// `client_name` of the agent's metadata: the agent's own choice, shown as such.
    pub agent_name: Option<String>,
    /// `tos_uri` of the agent's metadata.
    #[serde(deserialize_with = "optional_url")]
    pub agent_terms: Option<EndpointUrl>,
    /// `policy_uri` of the agent's metadata.
    #[serde(deserialize_with = "optional_url")]
    pub agent_policy: Option<EndpointUrl>,
    /// `sub` of the agent token, when a delegate asks.
    pub delegate: Option<String>,
    /// Whether persons here have decided about the agent before: [`AgentHistory::seen`](crate::AgentHistory::seen).
    pub agent_seen: Seen,
    /// The resource, as the signature of its resource token proved.
    #[serde(deserialize_with = "server_id")]
    pub resource: ServerId,
    /// `client_name` of the resource's metadata.
    pub resource_name: Option<String>,
    /// What is asked for, in order.
    pub scopes: Vec<ScopeLine>,
    /// The key that signed and to which the resource bound its token.
    pub key: Thumbprint,
    /// What the agent says it wants it for. A claim, never a fact.
    pub purpose: Option<String>,
    /// Where the agent's metadata allows the browser to be sent at the end.
    pub callbacks: CallbackRule,
    /// Another page, with its code, to which a person with the right code is sent on at once: that of the server that
    /// really asks. The request is then decided by whoever opened it. Told to nobody but the person.
    #[serde(default)]
    pub onward: Option<String>,
}

/// Whether this server has met an agent before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Seen {
    /// This server keeps no record: the page says nothing.
    #[default]
    Unknown,
    /// Never before this request.
    New,
    /// First at this time.
    Since(UnixTime),
}

/// One right that is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScopeLine {
    /// The scope name.
    pub name: String,
    /// The resource's own description (`scope_descriptions`).
    pub description: Option<String>,
}

impl Facts {
    /// Facts with nothing optional in them.
    #[must_use]
    pub fn new(agent: ServerId, resource: ServerId, key: Thumbprint) -> Self {
        Self {
            agent,
            agent_name: None,
            agent_terms: None,
            agent_policy: None,
            delegate: None,
            agent_seen: Seen::Unknown,
            resource,
            resource_name: None,
            scopes: Vec::new(),
            key,
            purpose: None,
            callbacks: CallbackRule::default(),
            onward: None,
        }
    }

    /// Takes over what the agent's metadata says: name, links, callbacks. Without metadata they are left out.
    ///
    /// Returns whether the agent answers questions.
    pub fn describe_agent(&mut self, metadata: Option<&AgentMetadata>) -> Clarification {
        let Some(metadata) = metadata else {
            return Clarification::Unsupported;
        };
        self.agent_name.clone_from(&metadata.client_name);
        self.agent_terms = metadata.tos_uri.as_ref().map(|uri| uri.endpoint().clone());
        self.agent_policy = metadata.policy_uri.as_ref().map(|uri| uri.endpoint().clone());
        self.callbacks = CallbackRule {
            origin: metadata.callback_endpoint.as_ref().map(|endpoint| endpoint.origin().to_owned()),
            loopback: if metadata.localhost_callback_allowed { Loopback::Allowed } else { Loopback::Refused },
        };
        if metadata.clarification_supported { Clarification::Supported } else { Clarification::Unsupported }
    }

    /// What is asked for, as a scope. A name that is no scope name is left out.
    #[must_use]
    pub fn asked(&self) -> Scope {
        Self::scope_of(&self.scopes)
    }

    pub(crate) fn scope_of(lines: &[ScopeLine]) -> Scope {
        let names = lines.iter().map(|line| line.name.as_str());
        let names: Vec<&str> =
            names.filter(|name| !name.contains(' ') && Scope::parse(name).is_ok()).collect();
        Scope::parse(&names.join(" ")).unwrap_or_default()
    }
}

// Rows hold what was checked when it was written, under whatever network setting; loopback is admitted on reading back.
pub(crate) fn server_id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<ServerId, D::Error> {
    let text = String::deserialize(deserializer)?;
    ServerId::parse(&text, Network::InsecureLoopback).map_err(serde::de::Error::custom)
}

fn optional_url<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<EndpointUrl>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?;
    text.map(|text| EndpointUrl::parse(&text, Network::InsecureLoopback))
        .transpose()
        .map_err(serde::de::Error::custom)
}
