//! Why a text is not one of the types of this crate.

use thiserror::Error;

/// A text that is not the identifier, URL or name it should be.
///
/// The fault lies with whoever wrote the text, usually a peer. No variant repeats the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum TypeError {
    /// Not a server identifier.
    #[error("not a server identifier: {found} at byte {at}")]
    ServerId {
        /// What stands at `at`, in words.
        found: &'static str,
        /// Byte offset in the text.
        at: usize,
    },
    /// Not an endpoint URL.
    #[error("not an endpoint url: {found} at byte {at}")]
    EndpointUrl {
        /// What stands at `at`, in words.
        found: &'static str,
        /// Byte offset in the text.
        at: usize,
    },
    /// Not an agent identifier `aauth:local@domain`.
    #[error("not an agent identifier: {found} at byte {at}")]
    AgentId {
        /// What stands at `at`, in words.
        found: &'static str,
        /// Byte offset in the text.
        at: usize,
    },
    /// Not a token identifier (`jti`).
    #[error("not a token identifier: {found} at byte {at}")]
    TokenId {
        /// What stands at `at`, in words.
        found: &'static str,
        /// Byte offset in the text.
        at: usize,
    },
    /// Not a space-separated list of scope names.
    #[error("not a scope: {found} at byte {at}")]
    Scope {
        /// What stands at `at`, in words.
        found: &'static str,
        /// Byte offset in the text.
        at: usize,
    },
    /// Not a SHA-256 thumbprint in base64url.
    #[error("not a thumbprint: expected 43 base64url characters")]
    Thumbprint,
    /// Not one of the well-known document names.
    #[error("not the name of a well-known document")]
    Document,
}

impl TypeError {
    /// A stable name for programs.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::ServerId { .. } => "server_id",
            Self::EndpointUrl { .. } => "endpoint_url",
            Self::AgentId { .. } => "agent_id",
            Self::TokenId { .. } => "token_id",
            Self::Scope { .. } => "scope",
            Self::Thumbprint => "thumbprint",
            Self::Document => "document",
        }
    }

    /// Byte offset of the fault in the text, where one byte is at fault.
    #[must_use]
    pub fn at(&self) -> Option<usize> {
        match self {
            Self::ServerId { at, .. }
            | Self::EndpointUrl { at, .. }
            | Self::AgentId { at, .. }
            | Self::TokenId { at, .. }
            | Self::Scope { at, .. } => Some(*at),
            Self::Thumbprint | Self::Document => None,
        }
    }
}
