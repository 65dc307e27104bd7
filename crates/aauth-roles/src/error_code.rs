//! The JSON errors of resources and auth servers.

use http::StatusCode;

/// An `error` value and its status.
///
/// The errors of a pending URL stand in `aauth-deferred`, with the state machine that raises them.
///
/// Source: draft-hardt-aauth (5 March 2026), "Authentication Error Codes" and "Token Endpoint Error Codes".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorCode {
    /// The body is not what the endpoint takes.
    InvalidRequest,
    /// A scope that the resource does not know, or none of it.
    InvalidScope,
    /// The request signature is missing, malformed, stale, covers too little or does not verify.
    InvalidSignature,
    /// The agent token is missing, malformed, expired or does not verify.
    InvalidAgentToken,
    /// The resource token in the body is malformed, expired, replayed, or not for this agent, key or server.
    InvalidResourceToken,
    /// The auth token in `Signature-Key` is malformed, expired or not trusted.
    InvalidAuthToken,
    /// The auth token in the body, which is to be replaced, is malformed, too old, or not this agent's.
    InvalidAuthTokenInBody,
    /// The upstream token in the body is malformed, expired, not trusted, or not for the agent that shows it.
    InvalidUpstreamToken,
    /// The request key is not the key that the token in the body, which is to be replaced, binds.
    KeyBindingFailed,
    /// Policy says no.
    Denied,
    /// The agent has too many requests open.
    SlowDown,
    /// The fault is this server's.
    ServerError,
    /// The server is overloaded, or what it stands on does not answer; try again later.
    TemporarilyUnavailable,
}

const TABLE: [(ErrorCode, &str, StatusCode); 13] = [
    (ErrorCode::InvalidRequest, "invalid_request", StatusCode::BAD_REQUEST),
    (ErrorCode::InvalidScope, "invalid_scope", StatusCode::BAD_REQUEST),
    (ErrorCode::InvalidSignature, "invalid_signature", StatusCode::UNAUTHORIZED),
    (ErrorCode::InvalidAgentToken, "invalid_agent_token", StatusCode::UNAUTHORIZED),
    (ErrorCode::InvalidResourceToken, "invalid_resource_token", StatusCode::BAD_REQUEST),
    (ErrorCode::InvalidAuthToken, "invalid_auth_token", StatusCode::UNAUTHORIZED),
    (ErrorCode::InvalidAuthTokenInBody, "invalid_auth_token", StatusCode::BAD_REQUEST),
    // draft-hardt-oauth-aauth-protocol-11; unknown words are fatal in the seed, as this must be.
    (ErrorCode::InvalidUpstreamToken, "invalid_upstream_token", StatusCode::BAD_REQUEST),
    (ErrorCode::KeyBindingFailed, "key_binding_failed", StatusCode::UNAUTHORIZED),
    (ErrorCode::Denied, "denied", StatusCode::FORBIDDEN),
    (ErrorCode::SlowDown, "slow_down", StatusCode::TOO_MANY_REQUESTS),
    (ErrorCode::ServerError, "server_error", StatusCode::INTERNAL_SERVER_ERROR),
    (ErrorCode::TemporarilyUnavailable, "temporarily_unavailable", StatusCode::SERVICE_UNAVAILABLE),
];

impl ErrorCode {
    /// Every code.
    pub fn all() -> impl Iterator<Item = Self> {
        TABLE.iter().map(|row| row.0)
    }

    /// The word on the wire.
    #[must_use]
    pub fn word(self) -> &'static str {
        TABLE.iter().find(|row| row.0 == self).map_or("server_error", |row| row.1)
    }

    /// The status that goes with it.
    #[must_use]
    pub fn status(self) -> StatusCode {
        TABLE.iter().find(|row| row.0 == self).map_or(StatusCode::INTERNAL_SERVER_ERROR, |row| row.2)
    }

    /// Reads a word that came with a status; `None` for a pair that is not in the table.
    #[must_use]
    pub fn read(word: &str, status: StatusCode) -> Option<Self> {
        TABLE.iter().find(|row| row.1 == word && row.2 == status).map(|row| row.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_reads_back() {
        assert_eq!(ErrorCode::all().count(), TABLE.len());
        for code in ErrorCode::all() {
            assert_eq!(ErrorCode::read(code.word(), code.status()), Some(code));
        }
    }
}
