//! Why there is no document and no key.

use core::time::Duration;

use aauth_jose::JoseError;
use aauth_types::json::JsonError;
use aauth_types::{Document, TypeError};
use thiserror::Error;

/// A document or key set that could not be had.
///
/// It can be cloned, because everybody who waits for one fetch, or asks again within the minute, gets the same one. No
/// message repeats what a peer sent.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DiscoveryError {
    /// The document is not JSON that is accepted. The publisher's fault, as the following.
    #[error("{document}: {source}")]
    Json {
        /// What was read.
        document: Document,
        /// Why; its offset counts in the document.
        source: JsonError,
    },
    /// A member that must be there is absent.
    #[error("{document}: member {member:?} is absent")]
    Absent {
        /// What was read.
        document: Document,
        /// Its name.
        member: &'static str,
    },
    /// A member has another JSON type than it must have.
    #[error("{document}: member {member:?} is {found}, expected {expected}")]
    WrongType {
        /// What was read.
        document: Document,
        /// Its name.
        member: &'static str,
        /// The type it has, in words.
        found: &'static str,
        /// The type it must have, in words.
        expected: &'static str,
    },
    /// A member of the right type has a value that it must not have.
    #[error("{document}: member {member:?} is not {expected}")]
    WrongValue {
        /// What was read.
        document: Document,
        /// Its name.
        member: &'static str,
        /// What it should be, in words.
        expected: &'static str,
        /// Byte offset in the member's text, where one byte is at fault.
        at: Option<usize>,
    },
    /// The document says that it belongs to another server than the one it was fetched from.
    #[error("{document}: member {member:?} is not the identifier that was asked for")]
    WrongIdentifier {
        /// What was read.
        document: Document,
        /// The member that names the owner.
        member: &'static str,
    },
    /// The key set is not one.
    #[error("key set: {source}")]
    KeySet {
        /// Why.
        source: JoseError,
    },
    /// The key set has more keys than the limit.
    #[error("key set of {found} keys, expected at most {limit}")]
    TooManyKeys {
        /// How many keys it has.
        found: usize,
        /// The limit.
        limit: usize,
    },
    /// `jwks_uri` leads to another host or port, and the settings do not permit that one.
    #[error("jwks_uri on another host than its issuer's, which is not permitted")]
    JwksElsewhere,
    /// The answer is a redirect; none is followed.
    #[error("status {status}, and redirects are not followed")]
    Redirect {
        /// The status code.
        status: u16,
    },
    /// The answer has another status than 200.
    #[error("status {status}, expected 200")]
    Status {
        /// The status code.
        status: u16,
    },
    /// The answer's `Content-Type` is absent or not JSON.
    #[error("content type is not json")]
    ContentType,
    /// The answer is compressed although that was not asked for.
    #[error("content encoding is not identity")]
    ContentEncoding,
    /// The body is longer than the limit; the rest was not read.
    #[error("body of more than {limit} bytes")]
    TooLarge {
        /// The limit in bytes.
        limit: usize,
    },
    /// The host's name leads to an address that may not be connected to, or the URL names one.
    #[error("address refused: {range}")]
    AddressRefused {
        /// The range it is in, in words.
        range: &'static str,
    },
    /// The host has no address. The network's fault, or the publisher's, as the following.
    #[error("host name without address")]
    NoAddress,
    /// No whole answer in time.
    #[error("no whole answer within {limit:?}")]
    Timeout {
        /// The limit that was passed.
        limit: Duration,
    },
    /// No connection, no TLS session, or no HTTP.
    #[error("server cannot be reached")]
    Unreachable,
    /// Too many fetches for strangers are under way; try again.
    #[error("too many fetches under way")]
    Busy,
    /// The fetch was broken off because the runtime is shutting down.
    #[error("fetch broken off")]
    Interrupted,
    /// The settings admit trusted issuers only, and this one is not among them. Nothing was sent.
    #[error("issuer is not among the trusted ones")]
    IssuerRefused,
    /// A [`StaticResolver`](crate::StaticResolver) was not given what was asked for.
    #[error("nothing is known of this server")]
    Unknown,
    /// A key of the caller's own map of key sets is no identifier.
    #[error("key map: {source}")]
    KeyMap {
        /// Why.
        source: TypeError,
    },
    /// The HTTP client cannot be made, for want of root certificates for instance. The operator's fault.
    #[error("http client cannot be made: no root certificates, or no tls")]
    Client,
}

impl DiscoveryError {
    /// A stable name for programs.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Json { source, .. } => source.kind(),
            Self::Absent { .. } => "absent",
            Self::WrongType { .. } => "wrong_type",
            Self::WrongValue { .. } => "wrong_value",
            Self::WrongIdentifier { .. } => "wrong_identifier",
            Self::KeySet { source } => source.kind(),
            Self::TooManyKeys { .. } => "too_many_keys",
            Self::JwksElsewhere => "jwks_elsewhere",
            Self::Redirect { .. } => "redirect",
            Self::Status { .. } => "status",
            Self::ContentType => "content_type",
            Self::ContentEncoding => "content_encoding",
            Self::TooLarge { .. } => "too_large",
            Self::AddressRefused { .. } => "address_refused",
            Self::NoAddress => "no_address",
            Self::Timeout { .. } => "timeout",
            Self::Unreachable => "unreachable",
            Self::Busy => "busy",
            Self::Interrupted => "interrupted",
            Self::IssuerRefused => "issuer_refused",
            Self::Unknown => "unknown_server",
            Self::KeyMap { source } => source.kind(),
            Self::Client => "client",
        }
    }

    /// Byte offset of the fault in the document or in the member's text, where it is known.
    #[must_use]
    pub fn at(&self) -> Option<usize> {
        match self {
            Self::Json { source, .. } => source.at(),
            Self::WrongValue { at, .. } => *at,
            Self::KeySet { source } => source.at(),
            Self::KeyMap { source } => source.at(),
            _ => None,
        }
    }
}
