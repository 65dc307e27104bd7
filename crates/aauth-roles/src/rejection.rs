//! Why a request has no verified caller, and what to answer.

use aauth_jose::JoseError;
use aauth_signature::SignatureError;
use aauth_token::{TokenError, TokenKind};
use thiserror::Error;

use crate::ErrorCode;

/// A request whose caller could not be verified. The fault is the peer's, except for `KeysUnavailable`
/// and `GuardUnavailable`.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Rejection {
    /// The signature fields, their coverage, their time or the signature itself.
    #[error(transparent)]
    Signature(#[from] SignatureError),
    /// `Host`, or the authority of the request target, is not this server's.
    #[error("the request was sent to another authority")]
    Authority,
    /// There is no `Host`, or more than one, or it contradicts the authority of the request target.
    #[error("host is absent or ambiguous")]
    Host,
    /// The scheme is well formed, but this dialect does not accept it.
    #[error("signature-key scheme is not accepted in this dialect")]
    UnsupportedScheme,
    /// The key that `Signature-Key` names is not in the published set, or cannot be used.
    #[error("signing key: {0}")]
    Key(JoseError),
    /// The keys of the named server could not be had.
    #[error("the keys of the named server are not available")]
    KeysUnavailable,
    /// The same request was seen before.
    #[error("the request was seen before")]
    Replayed,
    /// Whether the request was seen before cannot be told now. The fault is this server's.
    #[error("the replay guard does not answer")]
    GuardUnavailable,
    /// The keys of the server that issued the token in `Signature-Key` could not be had.
    #[error("the keys of the issuer of the {} token are not available", kind.name())]
    TokenKeysUnavailable {
        /// What the token says it is.
        kind: TokenKind,
    },
    /// The token in `Signature-Key`.
    #[error("{} token: {error}", kind.name())]
    Token {
        /// What the token says it is.
        kind: TokenKind,
        /// What is wrong with it.
        error: TokenError,
    },
    /// The token in `Signature-Key` is of a kind that this endpoint does not take.
    #[error("found a token of kind {}, expected {}", found.name(), expected.name())]
    TokenKind {
        /// What the token says it is.
        found: TokenKind,
        /// The most that is taken here.
        expected: TokenKind,
    },
}

impl Rejection {
    /// A stable name for programs.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Signature(error) => error.kind(),
            Self::Authority => "authority",
            Self::Host => "host",
            Self::UnsupportedScheme => "unsupported_scheme",
            Self::Key(error) => error.kind(),
            Self::KeysUnavailable | Self::TokenKeysUnavailable { .. } => "keys_unavailable",
            Self::Replayed => "replayed",
            Self::GuardUnavailable => "guard_unavailable",
            Self::Token { error, .. } => error.kind(),
            Self::TokenKind { .. } => "token_kind",
        }
    }

    /// The error on the wire.
    ///
    /// A key that is not known, keys that cannot be had and a signature that does not verify look the same to the
    /// peer, for requests and for the tokens in them, so that an answer tells nothing about other servers.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Host => ErrorCode::InvalidRequest,
            Self::Signature(_)
            | Self::Authority
            | Self::UnsupportedScheme
            | Self::Key(_)
            | Self::KeysUnavailable => ErrorCode::InvalidSignature,
            Self::Replayed => ErrorCode::InvalidSignature,
            Self::GuardUnavailable => ErrorCode::TemporarilyUnavailable,
            Self::Token { kind, .. }
            | Self::TokenKeysUnavailable { kind }
            | Self::TokenKind { expected: kind, .. } => match kind {
                TokenKind::Agent => ErrorCode::InvalidAgentToken,
                _ => ErrorCode::InvalidAuthToken,
            },
        }
    }

    /// The `error_description`: a fixed text for each cause.
    #[must_use]
    pub fn description(&self) -> &'static str {
        match self {
            Self::Signature(error) => signature_description(error),
            Self::Replayed => "Request was seen before",
            Self::GuardUnavailable => "Try again later",
            Self::Host => "Host is absent or ambiguous",
            Self::UnsupportedScheme => "Signature scheme not accepted",
            Self::Authority | Self::Key(_) | Self::KeysUnavailable => "Signature verification failed",
            Self::Token { error: TokenError::Expired { .. }, .. } => "Token expired",
            Self::Token { .. } | Self::TokenKeysUnavailable { .. } => "Token verification failed",
            Self::TokenKind { .. } => "Token type not accepted here",
        }
    }

    /// Components for `required_components`: those that the signature had to cover; empty for other causes.
    #[must_use]
    pub fn required_components(&self) -> Vec<String> {
        match self {
            Self::Signature(SignatureError::CoverageShort { required, .. }) => {
                required.iter().map(ToString::to_string).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Whether the request was not signed at all.
    #[must_use]
    pub fn is_unsigned(&self) -> bool {
        matches!(self, Self::Signature(SignatureError::Unsigned))
    }
}

fn signature_description(error: &SignatureError) -> &'static str {
    match error {
        SignatureError::Unsigned => "Missing signature headers",
        SignatureError::CoverageShort { .. } => "Required components are not covered",
        SignatureError::Mismatch => "Signature verification failed",
        _ => "Invalid signature",
    }
}
