//! Why a text is not JSON, or not JSON that is accepted.

use thiserror::Error;

/// A JSON text that is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum JsonError {
    /// Not JSON (RFC 8259).
    #[error("not json: fault at byte {at}")]
    Malformed {
        /// Byte offset in the text.
        at: usize,
    },
    /// Two members of one object have one name.
    #[error("a json object has one member twice, before byte {at}")]
    DuplicateMember {
        /// Byte offset in the text, behind the second name.
        at: usize,
    },
    /// Nested more than [`MAX_DEPTH`](super::MAX_DEPTH) deep.
    #[error("json nested more than 32 deep")]
    TooDeep,
    /// A string longer than [`MAX_STRING`](super::MAX_STRING).
    #[error("a json string of more than 16384 bytes")]
    StringTooLong,
    /// Another value where an object is needed.
    #[error("json holds {found}, expected an object")]
    NotAnObject {
        /// What the text holds, in words.
        found: &'static str,
    },
}

impl JsonError {
    /// A stable name for programs.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Malformed { .. } => "json_malformed",
            Self::DuplicateMember { .. } => "json_duplicate_member",
            Self::TooDeep => "json_too_deep",
            Self::StringTooLong => "json_string_too_long",
            Self::NotAnObject { .. } => "json_not_an_object",
        }
    }

    /// Byte offset of the fault, where it is known.
    #[must_use]
    pub fn at(&self) -> Option<usize> {
        match self {
            Self::Malformed { at } | Self::DuplicateMember { at } => Some(*at),
            _ => None,
        }
    }
}
