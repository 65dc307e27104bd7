//! Why a text of the deferred exchange cannot be read or written.

use aauth_challenge::ChallengeError;
use aauth_types::json::JsonError;
use thiserror::Error;

/// A body, a location, a code, an id or a stored row that is refused.
///
/// Bodies and locations are the peer's fault, codes and ids that of whoever typed them, rows that of the store.
/// No variant repeats the text.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DeferredError {
    /// A body longer than [`MAX_BODY`](crate::MAX_BODY).
    #[error("a body of {bytes} bytes, expected at most 65536")]
    BodyTooLong {
        /// How long it is.
        bytes: usize,
    },
    /// Not a JSON object without duplicates.
    #[error("body: {fault}")]
    Json {
        /// Why not.
        fault: JsonError,
    },
    /// A member that must be there is not.
    #[error("the member {member} is missing")]
    MemberMissing {
        /// Its name.
        member: &'static str,
    },
    /// A member of the wrong JSON type.
    #[error("the member {member} is {found}, expected {expected}")]
    MemberType {
        /// Its name.
        member: &'static str,
        /// What it is, in words.
        found: &'static str,
        /// What it should be, in words.
        expected: &'static str,
    },
    /// A member whose value is none that it may have.
    #[error("the member {member} has a value it may not have")]
    MemberValue {
        /// Its name.
        member: &'static str,
    },
    /// A challenge in the fields or the body that cannot be read or written.
    #[error("challenge: {fault}")]
    Challenge {
        /// Why not.
        fault: ChallengeError,
    },
    /// A URL that a request cannot be sent to, or a pending URL away from the server's origin.
    #[error("location: {found}")]
    Location {
        /// What it holds, in words.
        found: &'static str,
    },
    /// More than 64 characters where a code is asked for.
    #[error("a code of {bytes} characters, expected at most 64")]
    CodeTooLong {
        /// How many there are.
        bytes: usize,
    },
    /// A character that is no Crockford symbol, none that folds to one, and no hyphen.
    #[error("a character that no code has at byte {at}")]
    CodeSymbol {
        /// Byte offset in what was typed.
        at: usize,
    },
    /// Too few or too many symbols.
    #[error("a code of {symbols} symbols, expected 8")]
    CodeLength {
        /// How many there are, without hyphens.
        symbols: usize,
    },
    /// Not a pending id of this server.
    #[error("not a pending id: expected 32 lower-case hexadecimal digits")]
    PendingId,
    /// A stored row of another version of this crate.
    #[error("a pending row of version {found}, expected 1")]
    RowVersion {
        /// Its version.
        found: u32,
    },
    /// Stored bytes that are no pending row.
    #[error("not a pending row")]
    Row,
}

impl DeferredError {
    /// A stable name for programs.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::BodyTooLong { .. } => "body_too_long",
            Self::Json { fault } => fault.kind(),
            Self::MemberMissing { .. } => "member_missing",
            Self::MemberType { .. } => "member_type",
            Self::MemberValue { .. } => "member_value",
            Self::Challenge { fault } => fault.kind(),
            Self::Location { .. } => "location",
            Self::CodeTooLong { .. } => "code_too_long",
            Self::CodeSymbol { .. } => "code_symbol",
            Self::CodeLength { .. } => "code_length",
            Self::PendingId => "pending_id",
            Self::RowVersion { .. } => "row_version",
            Self::Row => "row",
        }
    }

    /// Byte offset of the fault, where it is known.
    #[must_use]
    pub fn at(&self) -> Option<usize> {
        match self {
            Self::Json { fault } => fault.at(),
            Self::Challenge { fault } => fault.at(),
            Self::CodeSymbol { at } => Some(*at),
            _ => None,
        }
    }
}

impl From<JsonError> for DeferredError {
    fn from(fault: JsonError) -> Self {
        Self::Json { fault }
    }
}

impl From<ChallengeError> for DeferredError {
    fn from(fault: ChallengeError) -> Self {
        Self::Challenge { fault }
    }
}
